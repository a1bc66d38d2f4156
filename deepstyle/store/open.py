"""Choose a store by its URL."""

from deepstyle.errors import UsageError
from deepstyle.store.base import Store


def open_store(url: str, *, read_only: bool = False) -> Store:
    """Open the store that ``url`` names: ``sqlite:///relative.db`` or ``sqlite:////absolute.db``.

    ``read_only`` refuses to create a store that is not there and refuses every write.
    Raises ``UsageError`` for a URL of another scheme and ``StoreError`` where the store cannot be opened.
    """
    scheme = url.split(":", 1)[0]
    if scheme == "sqlite":
        from deepstyle.store.embedded import EmbeddedStore

        return EmbeddedStore.open(url, read_only=read_only)
    raise UsageError(f"no store speaks {scheme!r} (in {url!r}).", remedy="Use sqlite:///path/to/file.db.")
