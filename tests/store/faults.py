"""Faults under load: what a server's death, a fail-over and a silent network do to writers and readers.

Used by ``test_mongodb_faults.py``, a few times each, and by ``bench/mongodb_faults.py``, twenty times each.
"""

import hashlib
import itertools
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreError
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Entry, Store
from deepstyle.store.mongodb import MongoStore
from deepstyle.store.open import open_store
from tests.store.model import batch_of, vector_of
from tests.store.mongod import ReplicaSet, wait_for
from tests.store.proxy import SilentProxy

BATCH = 8
BACK_WITHIN_S = 15.0
LONGEST_CALL_S = 65.0
"""A write's transaction may be retried for 60 s; a read ends within 12 s."""


@dataclass
class Outcome:
    """What a fault did; ``back_s`` is the longest that reads failed once the server could be reached again."""

    acknowledged: int
    lost: int
    doubled: int
    failed_calls: int
    back_s: float
    longest_read_s: float
    longest_write_s: float
    hung: int

    @property
    def passed(self) -> bool:
        """The bar: nothing acknowledged lost or doubled, reads back in time, no worker hung."""
        return self.acknowledged > 0 and not (self.lost or self.doubled or self.hung) and self.back_s <= BACK_WITHIN_S


@dataclass
class Load:
    """One writer that repeats a batch until it is acknowledged, and two readers that look for what was."""

    store: Store
    acknowledged: list[int] = field(default_factory=list)
    reads: list[tuple[float, float]] = field(default_factory=list)
    writes: list[tuple[float, float]] = field(default_factory=list)
    longest_read_s: float = 0.0
    longest_write_s: float = 0.0
    failed_calls: int = 0
    wrong: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        names = (self.write, self.read, self.read)
        self.threads = [threading.Thread(target=self._until_stopped, args=(each,)) for each in names]
        for thread in self.threads:
            thread.start()

    def write(self) -> None:
        number = len(self.acknowledged)
        start = time.monotonic()
        try:
            write_batch(self.store, number)
            self.acknowledged.append(number)
            self.writes.append((start, time.monotonic()))
        finally:
            self.longest_write_s = max(self.longest_write_s, time.monotonic() - start)

    def read(self) -> None:
        if not self.acknowledged:
            time.sleep(0.02)
            return
        number = random.choice(self.acknowledged[-5:])
        start = time.monotonic()
        try:
            hits = self.store.search("s", vector_of(number * BATCH), k=1)
            if not hits or hits[0].similarity < 0.9999 or name(number, 0) not in self.store.get([name(number, 0)]):
                self.wrong.append(f"batch {number} was acknowledged and not found")
            self.reads.append((start, time.monotonic()))
        finally:
            self.longest_read_s = max(self.longest_read_s, time.monotonic() - start)

    def _until_stopped(self, call: Callable[[], None]) -> None:
        while not self.stopped.is_set():
            try:
                call()
            except StoreError:
                self.failed_calls += 1
                time.sleep(0.1)

    def back(self, since: float) -> bool:
        """Whether a read and a write that began after ``since`` have succeeded."""
        return all(any(start > since for start, _ in calls[-50:]) for calls in (self.reads, self.writes))

    def end(self) -> int:
        """Stop; return how many threads hang."""
        self.stopped.set()
        deadline = time.monotonic() + LONGEST_CALL_S
        for thread in self.threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return sum(thread.is_alive() for thread in self.threads)


def name(number: int, place: int) -> str:
    return f"w{number:05d}-{place}"


def picture(item_id: str) -> ItemImage:
    """14 KB, as a packshot has."""
    data = item_id.encode().ljust(14_000, b".")
    return ItemImage(data, hashlib.sha256(data).hexdigest(), "image/png", 20, 30)


def write_batch(store: Store, number: int) -> None:
    items = [Item(name(number, place), brand="Writer") for place in range(BATCH)]
    pictures = {item.item_id: picture(item.item_id) for item in items}
    store.put([Entry(item, pictures[item.item_id]) for item in items])
    vectors = {item.item_id: (pictures[item.item_id].sha256, vector_of(number * BATCH)) for item in items[:1]}
    vectors |= {item.item_id: (pictures[item.item_id].sha256, vector_of(10**6)) for item in items[1:]}
    assert store.put_vectors("s", batch_of(vectors)) == BATCH


def under_load(url: str, plain_url: str, fault: Callable[[], float]) -> Outcome:
    """Run ``fault`` (it returns the moment from which reads should come back) in the middle of a load on ``url``."""
    with open_store(url) as store:
        load = Load(store)
        wait_for(lambda: len(load.acknowledged) > 5 and len(load.reads) > 5, "the load")
        began = time.monotonic()
        reachable = fault()
        wait_for(lambda: load.back(max(began, reachable)), "reads and writes", timeout_s=90)
        time.sleep(0.5)
        hung = load.end()
    lost, doubled = audit(plain_url, len(load.acknowledged))
    back_s = longest_gap(sorted(end for _, end in load.reads), reachable)
    return Outcome(
        acknowledged=len(load.acknowledged) * BATCH,
        lost=lost + len(load.wrong),
        doubled=doubled,
        failed_calls=load.failed_calls,
        back_s=back_s,
        longest_read_s=load.longest_read_s,
        longest_write_s=load.longest_write_s,
        hung=hung,
    )


def longest_gap(ends: list[float], since: float) -> float:
    """The longest time after ``since`` in which no read succeeded."""
    return max(
        (later - max(sooner, since) for sooner, later in itertools.pairwise(ends) if later > since),
        default=float("inf"),
    )


def audit(url: str, batches: int) -> tuple[int, int]:
    """Of ``batches`` acknowledged batches: items lost (or not whole), and documents too many."""
    with open_store(url) as store:
        assert isinstance(store, MongoStore)
        lost = 0
        vectors = store.vectors("s")
        current = dict(zip(vectors.item_ids, vectors.image_sha256s, strict=True))
        for number, place in itertools.product(range(batches), range(BATCH)):
            item_id = name(number, place)
            whole = store.image(item_id) == picture(item_id) and current.get(item_id) == picture(item_id).sha256
            lost += not whole
        # The batch under way at the end may be there in full, in items alone, or not at all.
        counts = [store._db[collection].count_documents({}) for collection in ("items", "images", "embeddings")]
        doubled = sum(max(0, count - (batches + 1) * BATCH) for count in counts)
        doubled += len(vectors.item_ids) - len(current)
        assert counts[0] % BATCH == 0, f"a part of a batch is visible: {counts}"
        return lost, doubled


def kill_server(server: ReplicaSet) -> float:
    """``kill -9`` at a random moment, and a start after up to two seconds."""
    time.sleep(random.uniform(0, 1))
    server.members[0].kill()
    time.sleep(random.uniform(0, 2))
    server.start(server.members[0])
    return time.monotonic()


def step_down(server: ReplicaSet) -> float:
    """The primary steps down; another is elected."""
    time.sleep(random.uniform(0, 1))
    moment = time.monotonic()
    server.step_down()
    return moment


def silence_connections(proxy: SilentProxy, seconds: float) -> float:
    """Every open connection falls silent for good; new ones work."""
    time.sleep(random.uniform(0, 1))
    moment = time.monotonic()
    proxy.silence_open()
    time.sleep(seconds)
    return moment


def silence_network(proxy: SilentProxy, seconds: float) -> float:
    """Nothing gets through for ``seconds``, on old connections and new."""
    time.sleep(random.uniform(0, 1))
    proxy.silent = True
    time.sleep(seconds)
    proxy.silent = False
    return time.monotonic()
