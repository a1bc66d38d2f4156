"""Connect to MongoDB: safe defaults, a timeout on every call, and errors as ``StoreError``.

Every call ends within ``timeoutMS`` (retries and fail-over included), whatever the network does. A heartbeat that goes
unanswered closes the connections in use, so a call on a silent connection is retried on a new one well before that.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar
from urllib.parse import parse_qsl, urlsplit

from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import ConfigurationError, InvalidURI, PyMongoError

from deepstyle.errors import StoreError, UsageError
from deepstyle.store.check import CHECK_REMEDY
from deepstyle.store.url import HIDDEN, redacted, without_password

Document = dict[str, Any]

DEFAULTS: Final[dict[str, Any]] = {
    "appname": "deepstyle",
    "timeoutMS": 12_000,
    "serverSelectionTimeoutMS": 12_000,
    "connectTimeoutMS": 3_000,
    "heartbeatFrequencyMS": 3_000,
    "retryReads": True,
    "retryWrites": True,
    "w": "majority",
    "readConcernLevel": "majority",
}
"""Client options where the URL says nothing; the milliseconds are what "reads come back within 15 s" rests on."""

WRITE_TIMEOUT_S: Final = 60.0
"""One transaction, retries included; a server ends a transaction after 60 s anyway."""

P = ParamSpec("P")
R = TypeVar("R")


def connect(url: str, database: str = "deepstyle") -> tuple[MongoClient[Document], Database[Document]]:
    """Open ``mongodb://host/database?option=…`` (or ``mongodb+srv://``), or ``database`` where the URL names none.

    An option in the URL wins over ``DEFAULTS``. Raises ``UsageError`` where the URL is malformed. Nothing is sent yet.
    """
    try:
        given = {name.lower() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
        options = {name: value for name, value in DEFAULTS.items() if name.lower() not in given}
        client: MongoClient[Document] = MongoClient(url, tz_aware=True, **options)
        return client, client.get_default_database(database)
    except (InvalidURI, ConfigurationError, ValueError, TypeError, OSError) as error:
        shown = without_password(url)
        why = "" if shown.endswith(HIDDEN) else f": {redacted(str(error), url)}"
        raise UsageError(
            f"{shown} is not a MongoDB URL{why}.",
            remedy="Write mongodb://user:password@host:27017/database, with special characters percent-encoded.",
        ) from None  # the driver's own message may contain a part of the password


def refuse_people(db: Database[Document], url: str) -> None:
    """Raise ``StoreError`` for a database of people: a catalogue travels, and people and their keys never do."""
    if any(name.startswith("people_") for name in db.list_collection_names()):
        raise StoreError(f"{without_password(url)} holds people.", remedy="Give the catalogue a database of its own.")


def call_timeout_s(collection: Collection[Document]) -> float:
    """How long one call may take, retries included."""
    return collection.database.client.options.timeout or DEFAULTS["timeoutMS"] / 1000


def pages(
    collection: Collection[Document], keys: Document, fields: Document | None, size: int
) -> Iterator[list[Document]]:
    """Documents whose ``_id`` is in ``keys``, ascending, ``size`` at a time; each page has a timeout of its own."""
    condition = dict(keys)
    while True:
        page = list(collection.find({"_id": condition}, fields).sort("_id", 1).limit(size).batch_size(size))
        if page:
            yield page
        if len(page) < size:
            return
        condition.pop("$gte", None)
        condition["$gt"] = page[-1]["_id"]


def translated(method: Callable[P, R]) -> Callable[P, R]:
    """Raise a driver's error, or that of a damaged document, from a store's method as ``StoreError``."""

    @wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(*args, **kwargs)
        except PyMongoError as error:
            raise store_error(method.__name__, error) from error
        except (LookupError, TypeError) as error:  # a document lacks fields that it was written with
            what = method.__name__.strip("_").replace("_", " ")
            raise StoreError(f"MongoDB holds a damaged document ({what}).", remedy=CHECK_REMEDY) from error

    return call


def store_error(what: str, error: PyMongoError) -> StoreError:
    """The ``StoreError`` for a driver's ``error`` in the call ``what``."""
    said = str(error).partition(", full error:")[0].partition(", Topology Description:")[0]
    remedy = "Check that the server is up, reachable and a replica set with a primary; the call may be repeated."
    return StoreError(f"MongoDB could not {what.strip('_').replace('_', ' ')}: {said[:400]}.", remedy=remedy)
