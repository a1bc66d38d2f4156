"""Filters, facets and pages of a SQLite store in memory: what opening, browsing and a write cost, by its size.

    python -m bench.columns --folder FOLDER --items 14000,100000       # builds the stores where they are missing
    python -m bench.columns --folder FOLDER --items 1000000

The items are those of bench.growth, without pictures and vectors. Each size is measured in a process of its own:
"open" is from the call until the first page with facets, "browse" is a page of 24 with its total and facets by each of
200 filters that was not asked before, "put" an item until a page that follows it in the catalogue shows it. With
--cpu all times are the processor's, which say the same beside other work; they leave out what waits for the disk.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.growth_rows.catalogue import BATCH, draw, item_id
from bench.growth_rows.filters import distinct_filters
from bench.growth_rows.memory import split_mib
from bench.measure.command import ROOT
from bench.measure.machine import describe_machine
from deepstyle.catalogue.item import ItemFilter
from deepstyle.store import Entry
from deepstyle.store.embedded import EmbeddedStore

FILTERS: Final = 200
PUTS: Final = 50
LIMIT: Final = 24
Clock = Callable[[], float]


def main() -> None:
    """Build what is missing, measure each size, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="of the built stores, which are reused")
    parser.add_argument("--items", default="14000,100000", help="sizes, joined by commas")
    parser.add_argument("--cpu", action="store_true", help="time of the processor, not elapsed time")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    sizes = [int(size) for size in given.items.split(",")]
    if given.measure:
        clock = time.process_time if given.cpu else time.perf_counter
        print(json.dumps(measured(given.folder / f"items-{sizes[0]}.db", sizes[0], clock)))
        return
    print(describe_machine())
    rows = {}
    for size in sizes:
        build(given.folder / f"items-{size}.db", size)
        command = [sys.executable, "-m", "bench.columns", "--folder", str(given.folder), "--items", str(size)]
        command += ["--measure", *(["--cpu"] if given.cpu else [])]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        rows[size] = json.loads(done.stdout)
    print(f"{'':44}" + "".join(f"{size:>12,}" for size in sizes))
    for name in rows[sizes[0]]:
        print(f"{name:44}" + "".join(f"{rows[size][name]:>12.4g}" for size in sizes))


def build(path: Path, count: int) -> None:
    """A store of the first ``count`` items; one that is there already is reused."""
    if path.exists():
        return
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with EmbeddedStore.open(f"sqlite:///{partial}") as store:
        for start in range(0, count, BATCH):
            entries, _ = draw(start // BATCH)
            store.put([Entry(entry.item) for entry in entries[: count - start]])
    partial.replace(path)


def measured(path: Path, count: int, clock: Clock) -> dict[str, float]:
    """The figures of one store, by name."""
    figures: dict[str, float] = {}
    started_s = clock()
    with EmbeddedStore.open(f"sqlite:///{path}") as store:
        assert store.browse(limit=LIMIT).total >= count
        figures["open to the first page, s"] = clock() - started_s
    started_s = clock()
    with EmbeddedStore.open(f"sqlite:///{path}") as store:
        assert store.browse(limit=LIMIT).total >= count
        figures["open again, s"] = clock() - started_s
        asked = distinct_filters(2 * FILTERS)
        for name, filters in (("none", asked[:FILTERS]), ("product", asked[FILTERS:])):
            times = [_ms(clock, lambda w=w, by=name: store.browse(w, limit=LIMIT, group_by=by)) for w in filters]  # type: ignore[misc]
            label = "browse with facets" if name == "none" else "browse by product with facets"
            figures |= {f"{label}, p50 ms": _p(times, 50), f"{label}, p95 ms": _p(times, 95)}
        figures["the same filter again, ms"] = statistics.median(
            _ms(clock, lambda: store.browse(asked[-1], limit=LIMIT, group_by="product")) for _ in range(50)
        )
        figures |= writes(store, count, clock)
        figures |= {f"memory, {name}, MiB": value for name, value in split_mib(path.parent).items()}
    return figures


def writes(store: EmbeddedStore, count: int, clock: Clock) -> dict[str, float]:
    """A changed item until it is seen: written, followed by the snapshot, on its page, and counted for everything."""
    follow, page, product, both = list[float](), list[float](), list[float](), list[float]()
    for at in range(PUTS):
        name = item_id(at * 7 % count)
        entry = Entry(replace(store.get([name])[name], size=f"size {time.time_ns()}"))
        started_s = clock()
        store.put([entry])
        follow.append(_ms(clock, lambda: store.category_counts()))
        both.append(1000 * (clock() - started_s))
        page.append(_ms(clock, lambda: store.browse(limit=LIMIT)))
        product.append(_ms(clock, lambda: store.browse(limit=LIMIT, group_by="product")))
        assert store.browse(ItemFilter(sizes=(entry.item.size,))).total == 1
    return {
        "put until visible, p50 ms": _p(both, 50),
        "… of which the snapshot follows, p50 ms": _p(follow, 50),
        "first page after a put, p50 ms": _p(page, 50),
        "first page by product after a put, p50 ms": _p(product, 50),
    }


def _ms(clock: Clock, work: Callable[[], object]) -> float:
    started_s = clock()
    work()
    return 1000 * (clock() - started_s)


def _p(times: list[float], at: int) -> float:
    return statistics.quantiles(times, n=100)[at - 1]


if __name__ == "__main__":
    main()
