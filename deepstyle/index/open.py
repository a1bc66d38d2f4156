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
from deepstyle.index.notes import Notes, Unnoted
from deepstyle.index.sqlite_truth import SqliteTruth
from deepstyle.index.truth import Truth
from deepstyle.store.base import Store
from deepstyle.store.open import open_store
from deepstyle.store.url import without_password

PREFIX: Final = "deepstyle"
UNNOTED: Final = Unnoted()
_SCHEMES: Final = {"milvus": "http", "http": "http", "https": "https"}
_SQLITE: Final = "sqlite:///"
_MONGODB: Final = ("mongodb://", "mongodb+srv://")


def open_indexed(url: str, vector_index: str, *, read_only: bool = False) -> Store:
    """The store at ``url``, searched through ``vector_index``, or by itself where that is empty.

    Raises what ``open_store``, ``open_index`` and ``open_truth`` raise.
    """
    if not vector_index:
        return open_store(url, read_only=read_only)
    index = open_index(vector_index)
    store = open_store(url, read_only=read_only)
    try:
        truth = open_truth(url)
    except BaseException:
        store.close()
        raise
    return cast(Store, IndexedStore(store, truth, index, falls_back=_falls_back(vector_index)))


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


def open_follower(url: str, vector_index: str, notes: Notes = UNNOTED) -> Follower | None:
    """What brings ``vector_index`` to where the store at ``url`` is, started; ``None`` where that is empty."""
    if not vector_index:
        return None
    follower = Follower(open_truth(url), open_index(vector_index), notes)
    follower.start()
    return follower


def open_truth(url: str) -> Truth:
    """What an index follows of the store at ``url``; raises ``UsageError`` where no index follows such a store."""
    if url.startswith(_SQLITE):
        return SqliteTruth(Path(url.removeprefix(_SQLITE)))
    if url.startswith(_MONGODB):
        from deepstyle.index.mongodb_truth import MongoTruth

        return MongoTruth(url)
    raise UsageError(f"no vector index follows {without_password(url)}.", remedy="Leave DEEPSTYLE_VECTOR_INDEX empty.")


def _falls_back(url: str) -> bool:
    return parse_qs(urlsplit(url).query).get("fallback") == ["store"]
