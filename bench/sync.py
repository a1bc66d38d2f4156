"""A large feed in sync: the first run, an unchanged feed, one changed row, and the pictures encoded.

    python -m bench.sync                            # 2,000 rows
    python -m bench.sync --rows 100000
    python -m bench.sync --rows 100000 --model tiny --folder FOLDER

The feed is that of ``bench.import_feed`` with one picture a row, drawn into FOLDER where it is not there. The time of
an unchanged feed and the number of pictures encoded do not depend on the model: ``tiny`` shortens the first run.
"""

import argparse
import tempfile
from pathlib import Path

from bench.import_feed import QUALITY, picture, picture_name, write_feed
from bench.measure.machine import describe_machine
from deepstyle.images.pixels import encode_jpeg
from deepstyle.jobs.state import SyncRun
from deepstyle.jobs.stopping import Stop
from deepstyle.jobs.sync import SyncOptions, sync_once
from deepstyle.settings import Settings
from deepstyle.shop import Shop
from tests.style.tiny import write_tiny_model

UNCHANGED_BAR_S = 60
CHANGED_ROW = 7


def report(name: str, run: SyncRun) -> None:
    print(
        f"{name:28} {run.duration_s:8.1f} s   {run.outcome:10} {run.added:7,} added {run.changed:4,} changed "
        f"{run.encoded:7,} encoded" + (f"   {run.error}" if run.error else ""),
        flush=True,
    )


def measure(feed: Path, scratch: Path, rows: int, model: str) -> None:
    changed = feed.parent / picture_name(CHANGED_ROW, 0)
    if model == "tiny":
        model = str(scratch / "model")
        write_tiny_model(Path(model))
    with Shop.open(settings=Settings(store=f"sqlite:///{scratch}/shop.db", model=model)) as shop:

        def sync(name: str) -> SyncRun:
            run = sync_once(shop, str(feed), SyncOptions(), Stop())
            report(name, run)
            return run

        sync("first run")
        unchanged = sync("unchanged feed")
        changed.write_bytes(encode_jpeg(picture(rows + CHANGED_ROW), QUALITY))
        of_picture = sync("one changed picture")
        table = feed.read_text()
        feed.write_text(table.replace(f"P{CHANGED_ROW:06},", f"P{CHANGED_ROW:06},Changed ", 1))
        of_title = sync("one changed title")
    changed.write_bytes(encode_jpeg(picture(CHANGED_ROW), QUALITY))
    feed.write_text(table)
    print(f"unchanged feed: {unchanged.duration_s:.1f} s (bar: at most {UNCHANGED_BAR_S})")
    print(
        f"one changed row: {of_picture.encoded} encoded for a picture, {of_title.encoded} for a title (bar: at most 1)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000, help="rows of the feed (%(default)s)")
    parser.add_argument("--model", default="packaged", help="a model folder or name, or tiny (%(default)s)")
    parser.add_argument("--folder", type=Path, help="where the feed lies and stays")
    options = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory(prefix="deepstyle-sync-") as name:
        scratch = Path(name)
        feed = write_feed(options.folder or scratch, options.rows, pictures=1)
        measure(feed, scratch, options.rows, options.model)


if __name__ == "__main__":
    main()
