"""A server's process without its HTTP: it searches, writes and follows as `deepstyle serve` does, until it is killed.

python -m bench.milvus_runs.server STORE VECTOR_INDEX JOURNAL --number 0 --dimension 512 --seed 1

Each answer is compared with what is known to be true. A write is repeated until it is acknowledged, also by the process
that comes after a killed one; ``begin`` in the journal says which. Items whose number leaves a rest of ``--number`` are
its own.
"""

import argparse
import contextlib
import random
import re
import time
from pathlib import Path
from typing import Final

from bench.milvus_runs.items import SPACE, id_of, opened, put, vector_of
from bench.milvus_runs.journal import Journal, Write
from deepstyle.errors import StoreError
from deepstyle.index.indexed import IndexedStore
from deepstyle.index.open import open_follower
from deepstyle.store.base import Store

SERVERS: Final = 2
K: Final = 10
RECENT: Final = 2000
RETRY_S: Final = 0.05
OF_A_START: Final = re.compile("has loaded|started anew")
"""What a search says of an engine that answers before it has loaded everything."""
STEPS: Final = ("put", "change", "delete", "search", "search", "search")


def repeat(store: Store, write: Write, dimension: int) -> None:
    """Write it once, or once more."""
    if write.version:
        put(store, [write.number], vector_of(write.number, write.version, dimension)[None])
    else:
        store.delete([id_of(write.number)])


class Load:
    """Puts, changes, deletes and searches, one after another."""

    def __init__(self, shop: IndexedStore, journal: Journal, number: int, dimension: int, seed: int) -> None:
        self._shop, self._journal, self._dimension = shop, journal, dimension
        self._random = random.Random(seed)
        self._next = journal.highest + SERVERS if journal.highest >= 0 else number

    def run(self) -> None:
        """Go on until the process is killed."""
        if self._journal.begun:
            self._written("repeated", self._journal.begun)
        while True:
            try:
                self._step(self._random.choice(STEPS))
            except StoreError as error:
                self._refused(error)

    def _step(self, kind: str) -> None:
        number = self._random.choice([*self._journal.versions][-RECENT:])
        version = self._journal.versions[number]
        if kind == "put":
            number, version, self._next = self._next, 0, self._next + SERVERS
        if kind in {"put", "change"}:
            self._written(kind, Write(number, version + 1))
        if kind == "delete":
            self._written(kind, Write(number, 0))
            if number in self._found(number, version, K):
                self._journal.add("stale")
        elif self._found(number, version + (kind != "search"), 1) != [number]:
            self._missed(number, version + (kind != "search"))
        self._journal.add("searched")

    def _missed(self, number: int, version: int) -> None:
        """Note it with what may explain it: what the same search finds now, and where the index stands."""
        self._journal.add("lost")
        print(f"{time.strftime('%X')} a search missed version {version} of item {number}", flush=True)
        with contextlib.suppress(StoreError):
            print(f"the next one found {self._found(number, version, 1)}", flush=True)
            space = self._shop.truth.space(SPACE)
            print(f"at {space and self._shop.index.position(space)}", flush=True)

    def _found(self, number: int, version: int, k: int) -> list[int]:
        hits = self._shop.search(SPACE, vector_of(number, version, self._dimension), k=k)
        return [int(hit.item_id.removeprefix("item-")) for hit in hits]

    def _written(self, kind: str, write: Write) -> None:
        self._journal.add("begin", write)
        while True:
            try:
                repeat(self._shop.store, write, self._dimension)
                break
            except StoreError as error:
                self._refused(error)
        self._journal.add(kind, write)

    def _refused(self, error: StoreError) -> None:
        self._journal.add("refused")
        if OF_A_START.search(error.message):
            self._journal.add("incomplete")
            print(f"{time.strftime('%X')} {error.message}", flush=True)
        time.sleep(RETRY_S)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", help="its URL")
    parser.add_argument("vector_index", help="its URL")
    parser.add_argument("journal", type=Path)
    for name in ("--number", "--dimension", "--seed"):
        parser.add_argument(name, type=int, required=True)
    given = parser.parse_args()
    journal = Journal(given.journal)
    journal.read()
    open_follower(given.store, given.vector_index)
    with opened(given.store, given.vector_index) as shop:
        Load(shop, journal, given.number, given.dimension, given.seed).run()


if __name__ == "__main__":
    main()
