"""Choose a store by its URL."""

from typing import Final

from deepstyle.errors import MissingDependencyError, StoreError, UsageError
from deepstyle.store.base import INSTANCE_FACTS, Store
from deepstyle.store.url import without_password

RESTORING: Final = f"{INSTANCE_FACTS}restoring"
"""The fact that says how far an unfinished restore came."""


def open_store(url: str, *, read_only: bool = False) -> Store:
    """Open the store that ``url`` names: ``sqlite:///relative.db`` or ``sqlite:////absolute.db``,
    ``mongodb://host/database`` or ``mongodb+srv://cluster/database``.

    ``read_only`` refuses to create a store that is not there and refuses every write.
    Raises ``UsageError`` for a URL of another scheme and ``StoreError`` where the store cannot be opened, or is a part
    of a backup whose restore did not finish.
    """
    store = open_unfinished(url, read_only=read_only)
    try:
        if store.meta(RESTORING):
            raise StoreError(
                f"{without_password(url)} is being restored from a backup, or was and did not finish.",
                remedy="Run the same `deepstyle restore` again: it goes on where it stopped.",
            )
    except BaseException:
        store.close()
        raise
    return store


def open_unfinished(url: str, *, read_only: bool = False) -> Store:
    """As ``open_store``, also where a restore did not finish."""
    scheme = url.split(":", 1)[0]
    if scheme == "sqlite":
        from deepstyle.store.embedded import EmbeddedStore

        return EmbeddedStore.open(url, read_only=read_only)
    if scheme in {"mongodb", "mongodb+srv"}:
        try:
            from deepstyle.store.mongodb import MongoStore
        except ModuleNotFoundError as error:
            if error.name not in {"pymongo", "bson"}:
                raise
            raise MissingDependencyError(
                f"a {scheme}:// store needs pymongo.", remedy="pip install 'deepstyle[mongodb]'"
            ) from error
        return MongoStore.open(url, read_only=read_only)
    raise UsageError(
        f"{without_password(url)!r} is not the URL of a store.",
        remedy="Use sqlite:///path/to/file.db or mongodb://host/database.",
    )
