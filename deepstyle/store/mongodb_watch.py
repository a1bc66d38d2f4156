"""A change stream that catches up with the server on demand.

No thread and no polling: whoever is about to read asks the server for its present time, and takes from the stream what
happened up to then. So a reader sees every write that was finished before its call, and an idle store costs nothing.
"""

from collections.abc import Callable
from typing import Any

from bson.timestamp import Timestamp
from pymongo.change_stream import CollectionChangeStream
from pymongo.collection import Collection
from pymongo.read_concern import ReadConcern

from deepstyle.errors import StoreError
from deepstyle.store.mongodb_connect import Document


class StreamLostError(Exception):
    """The stream can no longer report what changed."""


class Watch:
    """The changes of one collection that pass ``pipeline``, after ``start`` (a ``committed_time``); not thread safe.

    The caller has to read what was committed by ``start``; the stream may report it again.
    """

    def __init__(self, collection: Collection[Document], pipeline: list[Document], start: Timestamp) -> None:
        self._collection = collection
        self._pipeline = pipeline
        self._token: Any = None
        self._ahead: Document | None = None
        self.seen = start
        self._stream: CollectionChangeStream[Document] | None = self._open()

    def catch_up(self, until: Timestamp, apply: Callable[[Document], None]) -> None:
        """Give ``apply`` every change that happened up to ``until``, in order, and so whole transactions.

        Where it raises, what ``apply`` was given stays given, and the next call goes on from there on a new stream.
        """
        try:
            self._stream = self._stream or self._open()
            while self.seen < until:
                self._step(self._stream, until, apply)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Release the server's cursor."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _open(self) -> CollectionChangeStream[Document]:
        where = {"resume_after": self._token} if self._token else {"start_at_operation_time": self.seen}
        return self._collection.watch(self._pipeline, batch_size=1000, max_await_time_ms=1, **where)

    def _step(
        self, stream: CollectionChangeStream[Document], until: Timestamp, apply: Callable[[Document], None]
    ) -> None:
        event = self._ahead or stream.try_next()
        self._ahead, self._token = None, stream.resume_token
        if event is None:
            # The first token may stand for a moment that nobody has looked at yet; it is not after `seen`.
            self.seen = max(self.seen, token_time(self._token))
        elif event["clusterTime"] > until:
            self._ahead, self.seen = event, until
        else:
            apply(event)


def committed_time(collection: Collection[Document]) -> Timestamp:
    """A time that no write acknowledged before this call is after, and all of whose writes a majority read sees.

    The time of a majority read is that of the snapshot it reads. The time of any other command may be that of a write
    which is still on its way to the majority: a stream begun there could pass it by.
    """
    with collection.database.client.start_session() as session:
        collection.with_options(read_concern=ReadConcern("majority")).find_one({"_id": None}, session=session)
        assert session.operation_time is not None, "a replica set reports its time"
        return session.operation_time


def token_time(token: Any) -> Timestamp:
    """The time that a change stream's resume token stands for; raises ``StoreError`` for a token of another form.

    An empty batch still brings a token, and that is the only sign of how far the server has looked. Its ``_data`` is
    a key string in hex: type byte ``82`` (timestamp), 4 bytes of seconds, 4 bytes of increment, then the rest.
    """
    data = token["_data"]
    if not data.startswith("82"):
        raise StoreError(f"MongoDB gave a resume token of an unknown form: {data[:20]!r}.")
    return Timestamp(int(data[2:10], 16), int(data[10:18], 16))
