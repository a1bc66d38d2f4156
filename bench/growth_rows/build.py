"""Build a store of any size through the store's own calls; one that is there already is reused."""

import shutil
import sys
import time
from pathlib import Path

from bench.growth_rows.catalogue import batches
from deepstyle.settings import Settings
from deepstyle.store import Store, open_store
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.space_files import INDEX_FROM
from deepstyle.style.encode import STYLE_SPACE
from deepstyle.style.model import served_model
from deepstyle.style.spec import read_spec


def packaged_space() -> str:
    """The space of the packaged model, so that a server can open the store."""
    return read_spec(served_model(None, "packaged", Settings().cache_dir, "auto")).fingerprint


def built(path: Path, count: int) -> dict[str, float]:
    """Seconds that writing the items and the vectors of a new store took; empty where ``path`` is there already."""
    if path.exists():
        return {}
    partial = path.with_name(f"{path.stem}.partial.db")
    for left in (partial, Path(f"{partial}-wal"), Path(f"{partial}-shm")):
        left.unlink(missing_ok=True)
    with open_store(f"sqlite:///{partial}") as store:
        taken = fill(store, count)
    if count >= INDEX_FROM:
        started_s = time.perf_counter()
        with EmbeddedStore.open(f"sqlite:///{partial}") as embedded:
            embedded.build_index(packaged_space())
        taken["build_index_s"] = time.perf_counter() - started_s
    folder = Path(f"{partial}.index")
    if folder.exists():
        shutil.rmtree(f"{path}.index", ignore_errors=True)
        folder.rename(f"{path}.index")
    partial.replace(path)
    return taken


def fill(store: Store, count: int) -> dict[str, float]:
    """Write the first ``count`` items and their vectors; return the seconds of each."""
    space, items_s, vectors_s = packaged_space(), 0.0, 0.0
    for number, (entries, batch) in enumerate(batches(count)):
        started_s = time.perf_counter()
        store.put(entries)
        written_s = time.perf_counter()
        store.put_vectors(space, batch)
        items_s, vectors_s = items_s + written_s - started_s, vectors_s + time.perf_counter() - written_s
        if number % 10 == 9:
            print(f"  {(number + 1) * len(entries):,} items, {items_s + vectors_s:.0f} s", file=sys.stderr, flush=True)
    store.set_meta(STYLE_SPACE, space)
    return {"put_s": items_s, "put_vectors_s": vectors_s}
