"""A store's URL without its secrets."""

import re
from typing import Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus

HIDDEN: Final = "***"
_URL: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<rest>.*)", re.DOTALL
)
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._%-]+)(:[0-9]{1,5})?")
_OPTION: Final = re.compile(r"[?&;]([^=&;?]*)=([^&;]*)")
_SHORTEST_SECRET: Final = 3


def without_password(url: str) -> str:
    """``url`` for a message, a table or a log: ``mongodb://user:***@host/database``, without the options.

    What cannot be distinguished from a password is hidden too: a malformed URL becomes ``mongodb://***``, another text
    ``***``.
    """
    if url.startswith("sqlite:"):
        return url.partition("?")[0]
    found = _URL.fullmatch(url)
    if found is None:
        return url if re.fullmatch(r"[\w./ -]*", url) else HIDDEN
    credentials, at, hosts = found["authority"].rpartition("@")
    ambiguous = "@" in found["path"] + found["rest"]  # or a password with an unescaped slash or question mark
    if ambiguous or not all(_HOST.fullmatch(host) for host in hosts.split(",")):
        return f"{found['scheme']}://{HIDDEN}"
    shown = f"{credentials.partition(':')[0]}:{HIDDEN}@" if at else ""
    return f"{found['scheme']}://{shown}{hosts}{found['path']}"


def redacted(text: str, url: str) -> str:
    """``text``, such as a driver's message, without ``url``, its password and the values of its options."""
    for secret in sorted({url, *_secrets(url)}, key=len, reverse=True):
        text = text.replace(secret, without_password(url) if secret == url else HIDDEN)
    return text


def _secrets(url: str) -> set[str]:
    """What the URL has after the user's name, as it stands and with its percent signs decoded or encoded."""
    credentials = url.partition("://")[2].rpartition("@")[0]
    parts = [credentials.partition(":")[2], *re.split(r"[:/?@]", credentials.partition(":")[2])]
    parts += [value for _, value in _OPTION.findall(url)]
    found = {form(part) for part in parts for form in (str, unquote, unquote_plus, quote, quote_plus)}
    return {part for part in found if len(part) >= _SHORTEST_SECRET}
