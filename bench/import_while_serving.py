"""How much slower a search is while a feed is imported: `/search_image` with and without a running import, in turns.

    python -m bench.import_while_serving                       # the demo catalogue, and a drawn feed of 3,000 rows
    python -m bench.import_while_serving --rows 20000 --rounds 10

The server is a real `deepstyle serve` on loopback; the import runs in its job process. The rounds without import are
measured while that process idles. An import that is not finished at the end of a round is cancelled, and the next one
continues where it stopped.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from bench.measure.command import run_deepstyle
from bench.measure.demo import demo_photos, demo_store
from bench.measure.machine import describe_machine
from bench.measure.server import Served, serving
from bench.measure.upload_client import load
from bench.sync import draw_feed
from deepstyle.jobs.journal import Job, Journal
from deepstyle.settings import Settings

BAR_PERCENT = 20
WAIT_S = 120


def wait_for(journal: Journal, job: Job, *, finished: bool) -> Job:
    """The job once it works on pictures, or has ended."""
    for _ in range(WAIT_S * 10):
        found = journal.get(job.job_id)
        assert found is not None
        if found.is_finished or (not finished and found.progress.get("stage") in ("importing", "encoding")):
            return found
        time.sleep(0.1)
    raise SystemExit(f"the import did not get on: {found}")


def measure(server: Served, journal: Journal, table: Path, rounds: int, requests: int) -> None:
    quiet, busy = [], []
    load(server.port, 1, 16, demo_photos())
    for number in range(rounds):
        quiet.append(load(server.port, 1, requests, demo_photos())[0])
        job = journal.add({"path": str(table)})
        running = wait_for(journal, job, finished=False)
        busy.append(load(server.port, 1, requests, demo_photos())[0])
        after = journal.get(job.job_id)
        journal.cancel(job.job_id)
        wait_for(journal, job, finished=True)
        stages = f"{running.progress.get('stage')} to {after and after.progress.get('stage')}"
        print(
            f"round {number + 1}: p50 {quiet[-1] * 1000:.1f} ms alone, {busy[-1] * 1000:.1f} ms while {stages}",
            flush=True,
        )
        if after and after.is_finished:
            print("the feed is imported: give it more --rows for more rounds")
            break
    rises = [100 * (b / a - 1) for a, b in zip(quiet, busy, strict=True)]
    print(
        f"p50 alone {statistics.median(quiet) * 1000:.1f} ms, during an import {statistics.median(busy) * 1000:.1f} ms"
    )
    print(f"it rises by {statistics.median(rises):.0f} % (median of the rounds; bar: at most {BAR_PERCENT} %)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=3000, help="rows of the feed (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of measurements (%(default)s)")
    parser.add_argument("--requests", type=int, default=100, help="searches of a measurement (%(default)s)")
    options = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory(prefix="deepstyle-import-") as name:
        folder = Path(name)
        store = f"sqlite:///{folder}/shop.db"
        run_deepstyle("copy", demo_store(), store)
        table = draw_feed(folder / "feed", options.rows)
        environment = {"DEEPSTYLE_STORE": store, "DEEPSTYLE_IMPORTS_DIR": str(folder / "imports")}
        environment |= {"DEEPSTYLE_UPLOAD_RATE_LIMIT": "", "DEEPSTYLE_ACCESS_LOG": "false"}
        journal = Journal.of(Settings(store=store, imports_dir=folder / "imports"))
        with serving("deepstyle", environment) as server:
            measure(server, journal, table, options.rounds, options.requests)
        shutil.rmtree(folder / "feed")


if __name__ == "__main__":
    main()
