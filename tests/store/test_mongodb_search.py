"""``$vectorSearch``: what goes over the wire, the fall-back of a server without it, and (``-m live``) the real one."""

import os
import uuid
from collections.abc import Iterator
from typing import get_args
from urllib.parse import urlsplit

import numpy as np
import pytest
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import OperationFailure
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS, Item
from deepstyle.catalogue.variants import GroupBy
from deepstyle.store.base import Entry, ItemFilter
from deepstyle.store.mongodb import MongoStore
from deepstyle.store.mongodb_connect import DEFAULTS
from deepstyle.store.mongodb_schema import from_binary, to_binary
from deepstyle.store.mongodb_search import (
    FILTER_FIELDS,
    conditions,
    index_model,
    is_unsupported,
    nearest,
    pipeline,
    rescored,
    with_all_filters,
)
from deepstyle.store.open import open_store
from tests.store.contract import FILTERS, ITEMS, entries, fill, vectors_for
from tests.store.model import DIMENSION, image_of, vector_of
from tests.store.mongod import ReplicaSet, replica_set, wait_for

ALL_CONDITIONS = ItemFilter(
    **{field.filter: ("a value",) for field in VALUE_FILTERS},
    **{f"{field.filter}_{bound}": 1.0 for field in RANGE_FILTERS for bound in ("min", "max")},
)


class Wire(CommandListener):
    """Every command that was sent, and the codes of those that failed."""

    def __init__(self) -> None:
        self.sent: list[CommandStartedEvent] = []
        self.codes: dict[int, int] = {}

    def started(self, event: CommandStartedEvent) -> None:
        self.sent.append(event)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        self.codes[event.request_id] = event.failure["code"]

    def vector_searches(self) -> list[CommandStartedEvent]:
        return [each for each in self.sent if "$vectorSearch" in str(each.command.get("pipeline"))]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    with replica_set(tmp_path_factory.mktemp("mongod")) as running:
        yield running


@pytest.fixture
def url(server: ReplicaSet) -> Iterator[str]:
    database = f"search{uuid.uuid4().hex[:8]}"
    yield server.url(database)
    server.drop(database)


def watched(url: str) -> tuple[MongoStore, Wire]:
    """A reader of the store, and what it sends."""
    wire = Wire()
    client: MongoClient = MongoClient(url, event_listeners=[wire], **DEFAULTS)
    return MongoStore(url, client, client.get_default_database(), read_only=True), wire


def test_vector_search_is_sent_and_its_refusal_means_exact_search(url: str) -> None:
    with open_store(url) as store:
        model = fill(store)
    where = ItemFilter(brands=("Versace", "Dior"), price_max=100.0)
    reader, wire = watched(url)
    with reader:
        first = reader.search("s", vector_of(3), k=7, where=where, exclude=["b1"])
        again = reader.search("s", vector_of(3), k=7, where=where, exclude=["b1"])
    expected = [item_id for item_id, _ in model.ranking("s", vector_of(3), where) if item_id != "b1"]
    assert [hit.item_id for hit in first] == [hit.item_id for hit in again] == expected
    (sent,) = wire.vector_searches()
    assert wire.codes[sent.request_id] == 40324
    assert sent.command["aggregate"] == "embeddings"
    stage = sent.command["pipeline"][0]["$vectorSearch"]
    assert stage["index"] == f"vector_{DIMENSION}"
    assert stage["path"] == "vector"
    assert (stage["limit"], stage["numCandidates"]) == (7, 140)
    np.testing.assert_allclose(from_binary(stage["queryVector"]), vector_of(3), rtol=1e-6)
    assert stage["queryVector"].subtype == 9
    assert stage["filter"] == {
        "space": "s",
        "match.brand": {"$in": ["dior", "versace"]},
        "match.price": {"$lte": 100.0},
        "match.currency": {"$in": ["", "eur"]},
        "item_id": {"$nin": ["b1"]},
    }


def test_every_call_has_a_timeout_and_every_write_a_majority(url: str) -> None:
    wire = Wire()
    client: MongoClient = MongoClient(url, event_listeners=[wire], **DEFAULTS)
    open_store(url).close()
    with MongoStore(url, client, client.get_default_database(), read_only=False) as store:
        fill(store)
        store.search("s", vector_of(0))
        store.browse()
        store.delete(["a1"])
        store.put_compatible({"a1": ["b1"]})
        store.set_meta("k", "v")
    writes = [each for each in wire.sent if each.command_name in {"insert", "update", "delete"}]
    assert writes
    for each in wire.sent:
        if each.command_name == "commitTransaction":
            assert each.command["writeConcern"]["w"] == "majority"
        # A getMore is bounded by the cursor's own deadline, kept by the driver on the socket.
        if each.command_name not in {"getMore", "killCursors", "endSessions", "abortTransaction"}:
            assert 0 < each.command["maxTimeMS"] <= 60_000, each.command_name
    for each in writes:
        assert "txnNumber" in each.command, "neither in a transaction nor retryable"
        assert each.command.get("autocommit") is False or each.command["writeConcern"]["w"] == "majority"


def test_the_index_declares_every_field_that_a_filter_may_name(url: str) -> None:
    definition = index_model(512).document["definition"]["fields"]
    declared = {each["path"] for each in definition if each["type"] == "filter"}
    assert declared == set(FILTER_FIELDS)
    (vector,) = [each for each in definition if each["type"] == "vector"]
    assert vector == {"type": "vector", "path": "vector", "numDimensions": 512, "similarity": "dotProduct"}
    with open_store(url) as store:
        assert isinstance(store, MongoStore)
        store.put([Entry(Item("x", model_id="a product"))])
        found = conditions(store._db["items"], ALL_CONDITIONS, ["x"], group_by="product") or {}
        stage = pipeline("s", vector_of(0), 10, found)
        named = {name for one in ({**found}, *found.pop("$nor")) for name in one} - {"$nor"}
        assert {"space", *named} == declared
        assert {"space", *found} <= set(stage[0]["$vectorSearch"]["filter"])


def test_an_older_index_gains_filters_and_keeps_the_rest() -> None:
    current = index_model(DIMENSION).document["definition"]
    vector, *filters = current["fields"]
    quantised = {**vector, "quantization": "scalar"}
    widened = with_all_filters({"fields": [quantised, *filters[:4]], "numPartitions": 2})
    assert widened == {"fields": [quantised, *filters], "numPartitions": 2}
    assert with_all_filters(current) is None
    assert with_all_filters({}) is None


@pytest.mark.parametrize("where", FILTERS, ids=repr)
def test_conditions_match_what_the_filter_means(url: str, where: ItemFilter) -> None:
    """The filter of ``$vectorSearch``, run as a plain query on the same documents."""
    with open_store(url) as store:
        assert isinstance(store, MongoStore)
        model = fill(store)
        result = conditions(store._db["items"], where, ["b2"], currency=store.currency())
        found = [] if result is None else store._db["embeddings"].find({"space": "s", **result}).sort("item_id", 1)
        assert [each["item_id"] for each in found] == [i.item_id for i in model.matching(where) if i.item_id != "b2"]


class Server:
    """What ``$vectorSearch`` answers, by plain queries on the same collection; each answer has ``limit`` at most."""

    def __init__(self, embeddings: Collection) -> None:
        self.embeddings = embeddings
        self.asked = 0

    def aggregate(self, stages: list[dict]) -> list[dict]:
        stage = stages[0]["$vectorSearch"]
        self.asked += 1
        found = list(self.embeddings.find(stage["filter"]))
        query = from_binary(stage["queryVector"])
        found.sort(key=lambda document: -float(from_binary(document["vector"]) @ query))
        return found[: stage["limit"]]


@pytest.mark.parametrize("group_by", get_args(GroupBy))
def test_the_server_is_asked_again_until_there_are_enough_groups(url: str, group_by: GroupBy) -> None:
    items = [
        Item(f"i{n:02}", model_id=f"p{n % 3}" if n < 18 else "", colour="Red" if n % 2 else "red") for n in range(21)
    ]
    with open_store(url) as store:
        assert isinstance(store, MongoStore)
        store.put([Entry(item, image_of(item.item_id)) for item in items])
        store.put_vectors("s", vectors_for([item.item_id for item in items]))
        server, query = Server(store._db["embeddings"]), vector_of(50).astype(np.float64)
        for k in (1, 3, 6, 21):
            within = conditions(store._db["items"], ItemFilter(), ["i00"], group_by=group_by) or {}
            hits = nearest(server, "s", query, k, within, group_by)  # type: ignore[arg-type]
            expected = store.search("s", vector_of(50), k=k, exclude=["i00"], group_by=group_by)
            assert [hit.item_id for hit in hits] == [hit.item_id for hit in expected]
        assert server.asked < 12


def test_rescoring_is_exact_and_ordered() -> None:
    found = [{"item_id": name, "vector": to_binary(vector_of(seed))} for name, seed in (("z", 1), ("a", 1), ("m", 2))]
    hits = rescored(found, vector_of(1).astype(np.float64))
    assert [hit.item_id for hit in hits] == ["a", "z", "m"]
    assert hits[0].similarity == pytest.approx(1, abs=1e-6)
    assert hits[2].similarity == pytest.approx(float(vector_of(1) @ vector_of(2)), abs=1e-6)


def test_candidates_stay_within_what_the_server_takes() -> None:
    stage = pipeline("s", vector_of(0), 10_000, {})[0]["$vectorSearch"]
    assert stage["numCandidates"] == stage["limit"] == 10_000


@pytest.mark.parametrize(("code", "unsupported"), [(40324, True), (31082, True), (59, True), (13, False), (50, False)])
def test_only_missing_vector_search_means_fall_back(code: int, unsupported: bool) -> None:
    assert is_unsupported(OperationFailure("", code)) is unsupported


@pytest.mark.live
def test_live_vector_search_answers_like_exact_search() -> None:
    """Against the cluster of ``DEEPSTYLE_LIVE_MONGODB_URL``; its database is emptied before and after."""
    url = os.environ.get("DEEPSTYLE_LIVE_MONGODB_URL")
    if not url:
        pytest.skip("DEEPSTYLE_LIVE_MONGODB_URL is not set: see docs/mongodb.md")
    assert "test" in urlsplit(url).path, "the database is emptied: its name must contain 'test'"
    names = [f"live{number:03d}" for number in range(200)]
    with open_store(url) as store:
        store.delete([item.item_id for item in store.iter_items()])
        model = fill(store)
        batch = vectors_for(names, seed=100)
        for target in (store, model):
            target.put([Entry(Item(name, brand="Live"), image_of(name)) for name in names])
            target.put_vectors("s", batch)
        try:
            _until_indexed(store, len(ITEMS) + len(names))
            for where in (*FILTERS, ItemFilter(brands=("live",))):
                hits = store.search("s", vector_of(1), k=10, where=where)
                expected = model.ranking("s", vector_of(1), where)[:10]
                assert [hit.item_id for hit in hits] == [item_id for item_id, _ in expected]
            assert store._has_vector_search is not False, "the server has no $vectorSearch"
        finally:
            store.delete([*names, *(entry.item.item_id for entry in entries())])


def _until_indexed(store: MongoStore, count: int) -> None:
    def indexed() -> bool:
        try:
            return len(store.search("s", vector_of(0), k=count)) == count
        except Exception as error:
            if "not ready" not in str(error):
                raise
            return False

    wait_for(indexed, "the index", timeout_s=300)
