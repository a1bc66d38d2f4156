"""How much slower a search is while a feed is imported: `/search_image` with and without a running import, in turns.

    python -m bench.import_while_serving                       # the demo catalogue, and a drawn feed of 3,000 rows
    python -m bench.import_while_serving --rows 20000 --rounds 40

The server is a real `deepstyle serve` on loopback; the import runs in its job process. For the searches without import
that process is suspended, so that both kinds follow each other within seconds and other load affects both alike.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from bench.import_feed import write_feed
from bench.measure.command import run_deepstyle
from bench.measure.demo import demo_photos, demo_store
from bench.measure.machine import describe_machine
from bench.measure.server import Served, serving
from bench.measure.upload_client import load
from deepstyle.jobs.journal import Job, Journal
from deepstyle.settings import Settings

BAR_PERCENT = 20
WAIT_S = 120
LOWEST_PRIORITY = 19


def begin_import(journal: Journal, table: Path) -> Job:
    """The job, once it writes."""
    job = journal.add({"path": str(table)})
    for _ in range(WAIT_S * 10):
        found = journal.get(job.job_id)
        assert found is not None
        if found.is_finished:
            raise SystemExit(f"the import ended at once: {found}")
        if found.progress.get("stage") == "importing":
            return found
        time.sleep(0.1)
    raise SystemExit("the import did not begin")


def job_process(server: Served) -> psutil.Process:
    """The process that imports, by its priority."""
    children = psutil.Process(server.pid).children(recursive=True)
    return next(child for child in children if child.nice() == LOWEST_PRIORITY)


def measure(server: Served, journal: Journal, table: Path, rounds: int, requests: int) -> None:
    quiet, busy = [], []
    load(server.port, 1, 16, demo_photos())
    job = begin_import(journal, table)
    worker = job_process(server)
    for number in range(rounds):
        worker.suspend()
        alone_s = load(server.port, 1, requests, demo_photos())[0]
        worker.resume()
        during_s = load(server.port, 1, requests, demo_photos())[0]
        now = journal.get(job.job_id)
        assert now is not None
        if now.is_finished:
            print("the feed is imported: give it more --rows for more rounds")
            break
        quiet.append(alone_s)
        busy.append(during_s)
        times = f"{alone_s * 1000:.1f} ms alone, {during_s * 1000:.1f} ms while {now.progress['stage']}"
        print(f"round {number + 1}: p50 {times}", flush=True)
    rises = [100 * (b / a - 1) for a, b in zip(quiet, busy, strict=True)]
    print(
        f"p50 {statistics.median(quiet) * 1000:.1f} ms alone, {statistics.median(busy) * 1000:.1f} ms during an import"
    )
    print(f"it rises by {statistics.median(rises):.0f} % (median of the rounds; bar: at most {BAR_PERCENT} %)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=3000, help="rows of the feed (%(default)s)")
    parser.add_argument("--rounds", type=int, default=20, help="pairs of measurements (%(default)s)")
    parser.add_argument("--requests", type=int, default=40, help="searches of a measurement (%(default)s)")
    options = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory(prefix="deepstyle-import-") as name:
        folder = Path(name)
        store = f"sqlite:///{folder}/shop.db"
        run_deepstyle("copy", demo_store(), store)
        table = write_feed(folder / "feed", options.rows, pictures=1)
        environment = {"DEEPSTYLE_STORE": store, "DEEPSTYLE_IMPORTS_DIR": str(folder / "imports")}
        environment |= {"DEEPSTYLE_UPLOAD_RATE_LIMIT": "", "DEEPSTYLE_ACCESS_LOG": "false"}
        journal = Journal.of(Settings(store=store, imports_dir=folder / "imports"))
        with serving("deepstyle", environment) as server:
            measure(server, journal, table, options.rounds, options.requests)
        shutil.rmtree(folder / "feed")


if __name__ == "__main__":
    main()
