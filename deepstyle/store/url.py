"""A store's URL as it may be shown."""


def without_password(url: str) -> str:
    """``url`` for a message, a table or a log: ``mongodb://user:***@host/database``, without the options."""
    head, _, rest = url.partition("?")[0].partition("://")
    credentials, at, host = rest.rpartition("@")
    return f"{head}://{credentials.partition(':')[0]}:***@{host}" if at else f"{head}://{host}"
