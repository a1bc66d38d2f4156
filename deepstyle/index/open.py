"""Open a store with the vector index that a URL names."""

from pathlib import Path
from typing import Final, cast
from urllib.parse import parse_qs, unquote, urlsplit

from deepstyle.errors import UsageError
from deepstyle.index.base import VectorIndex
from deepstyle.index.follower import Follower
from deepstyle.index.indexed import IndexedStore
from deepstyle.index.milvus import MilvusIndex
from deepstyle.index.milvus_client import TIMEOUT_S, Client
from deepstyle.index.sqlite_truth import SqliteTruth
from deepstyle.store.base import Store
from deepstyle.store.open import open_store
from deepstyle.store.url import without_password

PREFIX: Final = "deepstyle"
_SCHEMES: Final = {"milvus": "http", "http": "http", "https": "https"}
_SQLITE: Final = "sqlite:///"


def open_indexed(url: str, vector_index: str, *, read_only: bool = False) -> Store:
    """The store at ``url``, searched through ``vector_index``, or by itself where that is empty.

    Raises what ``open_store`` and ``open_index`` raise, and ``UsageError`` for a store that is not SQLite.
    """
    if not vector_index:
        return open_store(url, read_only=read_only)
    path = followed_path(url)
    index = open_index(vector_index)
    store = open_store(url, read_only=read_only)
    return cast(Store, IndexedStore(store, SqliteTruth(path), index, falls_back=_falls_back(vector_index)))


def open_index(url: str) -> VectorIndex:
    """The index at ``milvus://[user:password@]host:port/prefix`` (or ``https://``); connects when it is first used.

    Raises ``UsageError`` for another URL and ``MissingDependencyError`` without pymilvus.
    """
    parts = urlsplit(url)
    prefix = parts.path.strip("/") or PREFIX
    if parts.scheme not in _SCHEMES or not parts.hostname or not prefix.isidentifier() or not prefix.isascii():
        raise UsageError(
            f"{without_password(url)!r} is not the URL of a vector index.",
            remedy="Use milvus://host:19530/prefix, whose prefix has only letters, digits and underscores.",
        )
    timeout_s = float(parse_qs(parts.query).get("timeout_s", [str(TIMEOUT_S)])[0])
    uri = f"{_SCHEMES[parts.scheme]}://{parts.hostname}:{parts.port or 19530}"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MilvusIndex(Client(uri, user=user, password=password, timeout_s=timeout_s), prefix)


def open_follower(url: str, vector_index: str) -> Follower | None:
    """What brings ``vector_index`` to where the store at ``url`` is, started; ``None`` where that is empty."""
    if not vector_index:
        return None
    path = followed_path(url)
    follower = Follower(path, SqliteTruth(path), open_index(vector_index))
    follower.start()
    return follower


def followed_path(url: str) -> Path:
    """The file of the store that an index follows; raises ``UsageError`` where it is no SQLite store."""
    if not url.startswith(_SQLITE):
        raise UsageError(
            f"no vector index follows {without_password(url)}.",
            remedy="Leave DEEPSTYLE_VECTOR_INDEX empty: MongoDB has an index of its own.",
        )
    return Path(url.removeprefix(_SQLITE))


def _falls_back(url: str) -> bool:
    return parse_qs(urlsplit(url).query).get("fallback") == ["store"]
