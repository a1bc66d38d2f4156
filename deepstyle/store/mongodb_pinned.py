"""A MongoDB database as of one moment: every read is of one snapshot session."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol, TypeVar, cast

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.command_cursor import CommandCursor
from pymongo.cursor import Cursor
from pymongo.database import Database
from pymongo.errors import OperationFailure

from deepstyle.errors import StoreError
from deepstyle.store.mongodb_connect import Document

_SNAPSHOT_GONE: Final = (239, 246)
"""SnapshotTooOld, SnapshotUnavailable."""


class _PinnedCollection:
    """The reads of a collection that a store enumerates its content by, in one session."""

    def __init__(self, collection: Collection[Document], session: ClientSession) -> None:
        self._collection = collection
        self._session = session

    def find(self, *args: Any, **options: Any) -> Cursor[Document]:
        return self._collection.find(*args, **{**options, "session": self._session})

    def find_one(self, *args: Any, **options: Any) -> Document | None:
        return self._collection.find_one(*args, **{**options, "session": self._session})

    def aggregate(self, pipeline: list[Mapping[str, Any]]) -> CommandCursor[Document]:
        return self._collection.aggregate(pipeline, session=self._session)

    def count_documents(self, where: Document, **options: Any) -> int:
        return self._collection.count_documents(where, **{**options, "session": self._session})


class _PinnedDatabase:
    def __init__(self, db: Database[Document], session: ClientSession) -> None:
        self._db = db
        self._session = session

    def __getitem__(self, name: str) -> _PinnedCollection:
        return _PinnedCollection(self._db[name], self._session)


@contextlib.contextmanager
def pinned_database(client: MongoClient[Document], db: Database[Document]) -> Iterator[Database[Document]]:
    """``db`` as of now, for reads alone; raises ``StoreError`` where the server does not keep the moment as long."""
    with client.start_session(snapshot=True) as session:
        try:
            yield cast(Database[Document], _PinnedDatabase(db, session))
        except StoreError as error:
            cause = error.__cause__
            if isinstance(cause, OperationFailure) and cause.code in _SNAPSHOT_GONE:
                raise StoreError(
                    "MongoDB no longer has the moment that is being read.",
                    remedy="Have it keep moments for longer than the backup takes: "
                    "setParameter minSnapshotHistoryWindowInSeconds (300 by default).",
                ) from error
            raise


class _Opens(Protocol):
    url: str
    _client: MongoClient[Document]

    def __init__(self, url: str, client: MongoClient[Document], db: Database[Document], *, read_only: bool) -> None: ...

    @property
    def _db(self) -> Database[Document]: ...


_OpensT = TypeVar("_OpensT", bound=_Opens)


class MongoPinned:
    """See ``PinnedStore``."""

    @contextlib.contextmanager
    def pinned(self: _OpensT) -> Iterator[_OpensT]:
        """See ``PinnedStore``; a server keeps a moment for five minutes (``minSnapshotHistoryWindowInSeconds``)."""
        with pinned_database(self._client, self._db) as db:
            yield type(self)(self.url, self._client, db, read_only=True)
