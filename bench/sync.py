"""A feed of drawn pictures in sync: the first run, an unchanged feed, one changed row, and the pictures encoded.

    python -m bench.sync                            # 2,000 rows
    python -m bench.sync --rows 100000 --model packaged

The pictures are 240 x 320 px, of about 10 KB. The store and the feed are in a temporary folder.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import simplejpeg  # type: ignore[import-untyped]

from deepstyle.jobs.state import SyncRun
from deepstyle.jobs.stopping import Stop
from deepstyle.jobs.sync import SyncOptions, sync_once
from deepstyle.settings import Settings
from deepstyle.shop import Shop

HEIGHT_PX, WIDTH_PX = 320, 240
CATEGORIES = ("shoes", "tops", "bags", "bottoms", "outerwear")
UNCHANGED_BAR_S = 60


def draw(path: Path, seed: int) -> None:
    """A smooth picture with some noise, as a JPEG of about 10 KB."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX]
    waves = [128 + 90 * np.sin(x / rng.uniform(8, 90) + y / rng.uniform(8, 90) + rng.uniform(0, 6)) for _ in range(3)]
    pixels = np.stack(waves, -1) + rng.integers(-4, 5, (HEIGHT_PX, WIDTH_PX, 1))
    path.write_bytes(simplejpeg.encode_jpeg(np.clip(pixels, 0, 255).astype(np.uint8), quality=80))


def draw_feed(folder: Path, rows: int) -> Path:
    """A table of ``rows`` items and their pictures, in folders of a thousand."""
    lines = ["item_id,title,semantic_category,price,currency,image"]
    for number in range(rows):
        name = f"{number // 1000:03}/{number:06}.jpg"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        draw(folder / name, number)
        category = CATEGORIES[number % len(CATEGORIES)]
        lines.append(f"i{number:06},Item {number},{category},{10 + number % 90},EUR,{name}")
    table = folder / "feed.csv"
    table.write_text("\n".join([*lines, ""]))
    return table


def report(name: str, run: SyncRun) -> None:
    print(
        f"{name:28} {run.duration_s:8.1f} s   {run.outcome:10} {run.added:7,} added {run.changed:4,} changed "
        f"{run.encoded:7,} encoded" + (f"   {run.error}" if run.error else ""),
        flush=True,
    )


def measure(folder: Path, rows: int, model: str) -> None:
    started_s = time.perf_counter()
    table = draw_feed(folder / "feed", rows)
    print(f"{rows:,} rows drawn in {time.perf_counter() - started_s:.0f} s", flush=True)
    with Shop.open(settings=Settings(store=f"sqlite:///{folder}/shop.db", model=model)) as shop:

        def sync(name: str) -> SyncRun:
            run = sync_once(shop, str(table), SyncOptions(), Stop())
            report(name, run)
            return run

        sync("first run")
        unchanged = sync("unchanged feed")
        draw(folder / "feed" / "000" / "000007.jpg", rows + 7)
        picture = sync("one changed picture")
        table.write_text(table.read_text().replace("i000007,Item 7,", "i000007,Item seven,"))
        text = sync("one changed title")
    print(f"unchanged feed: {unchanged.duration_s:.1f} s (bar: at most {UNCHANGED_BAR_S})")
    print(f"one changed row: {picture.encoded} encoded for a picture, {text.encoded} for a title (bar: at most 1)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000, help="rows of the feed (%(default)s)")
    parser.add_argument("--model", default="packaged", help="a model folder or name (%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="deepstyle-sync-") as folder:
        measure(Path(folder), options.rows, options.model)


if __name__ == "__main__":
    main()
