"""1,000 mixed queries, and the memory of processes that have answered them.

python -m bench.growth_rows.workers STORE COUNT    # answer them, print a line, and wait for the input to end
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from bench.growth_rows.build import packaged_space
from bench.growth_rows.catalogue import item_id, queries
from bench.growth_rows.filters import distinct_filters
from bench.growth_rows.truth import K
from bench.measure.command import ROOT
from deepstyle import platform
from deepstyle.store import Store, open_store

WORKERS: Final = "workers"
"""The name of the row of several processes, which comes before the store is open."""
MIXED: Final = 1000


def ask_mixed(store: Store, space: str, count: int) -> None:
    """Half searches, then filtered ones, lists with facets, and items read, of a store of ``count`` items."""
    asked, filters = queries(MIXED), distinct_filters(MIXED // 5)
    for number in range(MIXED):
        kind = number % 20
        if kind < 10:
            store.search(space, asked[number], k=K)
        elif kind < 15:
            store.search(space, asked[number], k=K, where=filters[number % len(filters)])
        elif kind < 19:
            store.browse(filters[number % len(filters)], limit=24)
        else:
            store.get([item_id(number), item_id(count - 1 - number)])


def workers(path: Path, count: int) -> dict[str, float]:
    """The summed proportional memory (PSS) of a process that serves the store ``path``, and of two.

    No other process may have the store open: what it maps would count as partly its own.
    """
    with ExitStack() as running:
        first = running.enter_context(_worker(path, count))
        one = _pss_mib(first)
        second = running.enter_context(_worker(path, count))
        return {"one process, PSS, MiB": one, "two processes, PSS, MiB": _pss_mib(first) + _pss_mib(second)}


@contextmanager
def _worker(path: Path, count: int) -> Iterator[int]:
    command = [sys.executable, "-m", "bench.growth_rows.workers", str(path), str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin
        assert process.stdout
        if not process.stdout.readline():
            raise SystemExit(f"{' '.join(command)} failed")
        yield process.pid
        process.stdin.close()


def _pss_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> None:
    """Answer, say so, and wait."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("count", type=int)
    given = parser.parse_args()
    platform.return_large_blocks()  # as the server does
    with open_store(f"sqlite:///{given.store}", read_only=True) as store:
        ask_mixed(store, packaged_space(), given.count)
        print("answered", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
