"""A large feed: how fast and in how much memory it is imported, beside a loop that only reads the same pictures.

    python -m bench.import_feed --folder FOLDER                                  # 100,000 rows, 300,000 pictures
    python -m bench.import_feed --folder FOLDER --rows 10000 --part 2000         # minutes instead of half an hour

Draws the feed into FOLDER where it is not there (about 10 KB a picture), then imports it into a new store in one
process and its workers. After every ``--part`` rows the import waits while two processes read, hash and decode the
pictures of those rows, and the two times give one ratio; that of the processor times says more beside other work. A
second import of the unchanged feed follows.
"""

import argparse
import csv
import hashlib
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil  # type: ignore[import-untyped]

from bench.measure.machine import describe_machine
from deepstyle import Shop
from deepstyle.catalogue.rows import Record, read_file
from deepstyle.catalogue.source import open_source
from deepstyle.images.pixels import decode, encode_jpeg
from deepstyle.platform import usable_cores
from deepstyle.store.ingest import ImportProgress, ImportReport

WIDTH_PX, HEIGHT_PX = 240, 320
QUALITY = 75
TYPES = ("Summer Dress", "Ankle Boots", "Silk Blouse", "Leather Bag", "Straw Hat")
MEGABYTE = 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="where the feed and the store lie")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pictures", type=int, default=3, help="of each row")
    parser.add_argument("--part", type=int, default=10_000, help="rows between two measurements")
    options = parser.parse_args()
    print(describe_machine())
    feed = write_feed(options.folder, options.rows, options.pictures)
    read_feed(feed)
    store = options.folder / "store.db"
    for old in options.folder.glob("store.db*"):
        old.unlink()
    first = Measured(options.part, options.pictures, options.folder)
    with Shop.open(f"sqlite:///{store}") as shop, ProcessPoolExecutor(2) as pool:
        first.run(shop, feed, pool)
    first.show(options.rows)
    again = Measured(options.part, options.pictures, options.folder)
    with Shop.open(f"sqlite:///{store}") as shop:
        report = again.run(shop, feed, None)
    print(f"unchanged feed: {again.import_s:.1f} s, {report.unchanged:,} unchanged, {report.changed:,} changed")


@dataclass(frozen=True, slots=True)
class Part:
    """Seconds of the import and of the loop, the processor time of all their processes, and the import's memory."""

    import_s: float
    loop_s: float
    import_worked_s: float
    loop_worked_s: float
    resident_mb: float

    def __str__(self) -> str:
        worked = f"{self.import_worked_s:.1f} and {self.loop_worked_s:.1f} s of processor time"
        return f"{self.import_s:6.1f} s, loop {self.loop_s:6.1f} s; {worked}; {self.resident_mb:4.0f} MB"


@dataclass
class Measured:
    """One import, in parts."""

    part: int
    pictures: int
    folder: Path
    parts: list[Part] = field(default_factory=list)
    import_s: float = 0.0
    _waiting: list[str] = field(default_factory=list)
    _started_s: float = 0.0
    _worked_s: float = 0.0

    def run(self, shop: Shop, feed: Path, pool: ProcessPoolExecutor | None) -> ImportReport:
        """Import ``feed``; with a ``pool``, the loop runs after each part."""
        self._started_s, self._worked_s = time.perf_counter(), used(pool)[0]

        def on_progress(done: ImportProgress) -> None:
            self._waiting.extend(done.item_ids)
            if pool and len(self._waiting) >= self.part:
                self._measure(pool)

        report = shop.import_catalogue(feed, processes=usable_cores(), on_progress=on_progress)
        if pool and self._waiting:
            self._measure(pool)
        self.import_s += time.perf_counter() - self._started_s
        assert report.rejected == 0, report.rejections[:3]
        return report

    def _measure(self, pool: ProcessPoolExecutor) -> None:
        import_s, (worked_s, resident_mb) = time.perf_counter() - self._started_s, used(pool)
        self.import_s += import_s
        rows = [int(item_id.removeprefix("P")) for item_id in self._waiting]
        paths = [self.folder / picture_name(row, number) for row in rows for number in range(self.pictures)]
        started_s = time.perf_counter()
        loop_worked_s = sum(pool.map(look_at, (paths[at : at + 256] for at in range(0, len(paths), 256))))
        loop_s = time.perf_counter() - started_s
        self.parts.append(Part(import_s, loop_s, worked_s - self._worked_s, loop_worked_s, resident_mb))
        print(f"{len(self.parts) * self.part:9,} rows: {self.parts[-1]}", flush=True)
        self._waiting.clear()
        self._started_s, self._worked_s = time.perf_counter(), used(pool)[0]

    def show(self, rows: int) -> None:
        """Print the medians."""
        ratio = statistics.median(part.import_s / part.loop_s for part in self.parts)
        worked = statistics.median(part.import_worked_s / part.loop_worked_s for part in self.parts)
        memory = [part.resident_mb for part in self.parts]
        print(f"import: {self.import_s:.1f} s, {rows / self.import_s:,.0f} rows/s")
        print(f"ratio to the loop {ratio:.2f}, of processor time {worked:.2f} (medians)")
        print(f"memory: {memory[0]:.0f} MB after one part, {memory[-1]:.0f} at the end, {max(memory):.0f} at most")


def used(but: ProcessPoolExecutor | None) -> tuple[float, float]:
    """Processor time and resident MB of this process and its children but a pool's; shared pages count in each."""
    this, others = psutil.Process(), set(but._processes) if but else set()
    times, own = this.cpu_times(), [this, *(one for one in this.children() if one.pid not in others)]
    worked_s = times.children_user + times.children_system  # of those that ended
    for one in own:
        worked_s += one.cpu_times().user + one.cpu_times().system
    return worked_s, sum(one.memory_info().rss for one in own) / MEGABYTE


def write_feed(folder: Path, rows: int, pictures: int) -> Path:
    """Draw a feed of ``rows`` rows with ``pictures`` pictures each, where it is not there; the path of its table."""
    feed = folder / f"feed-{rows}.csv"
    if feed.exists():
        return feed
    (folder / "images").mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2) as pool:
        list(
            pool.map(
                draw_pictures, ((folder, start, min(start + 500, rows), pictures) for start in range(0, rows, 500))
            )
        )
    with feed.with_suffix(".part").open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(["sku", "title", "product_type", "price", "currency", "color", "images"])
        for row in range(rows):
            kind = TYPES[row % len(TYPES)]
            names = ", ".join(picture_name(row, number) for number in range(pictures))
            table.writerow([f"P{row:06}", f"{kind} {row}", kind, f"{20 + row % 90}.95", "EUR", "navy", names])
    return feed.with_suffix(".part").rename(feed)


def draw_pictures(job: tuple[Path, int, int, int]) -> None:
    """Pictures of soft blobs with some noise, so that a JPEG has the size of a small photo."""
    folder, start, stop, pictures = job
    for row in range(start, stop):
        for number in range(pictures):
            path = folder / picture_name(row, number)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(encode_jpeg(picture(row * pictures + number), QUALITY))


def picture(seed: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """(320, 240, 3) uint8."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 216, (10, 8, 3)).astype(np.int16).repeat(32, 0).repeat(30, 1)
    grain = np.floor(rng.normal(0, 9, (HEIGHT_PX // 4, WIDTH_PX // 4, 1))).astype(np.int16).repeat(4, 0).repeat(4, 1)
    return np.clip(coarse + grain, 0, 255).astype(np.uint8)


def picture_name(row: int, number: int) -> str:
    """A thousand pictures a folder."""
    return f"images/{row // 300:04}/P{row:06}-{number}.jpg"


def read_feed(feed: Path) -> None:
    """Print how fast the feed alone is read: rows become records, no picture is opened."""
    started_s, began_s = time.perf_counter(), time.process_time()
    rows = sum(isinstance(row, Record) for row in open_source(feed).records())
    took_s, worked_s = time.perf_counter() - started_s, time.process_time() - began_s
    size_kb = statistics.mean(path.stat().st_size for path in list((feed.parent / "images" / "0000").iterdir())) / 1000
    speed = f"{rows / took_s:,.0f} rows/s, {rows / worked_s:,.0f} of processor time"
    print(f"feed alone: {rows:,} rows in {took_s:.1f} s, {speed}; pictures of {size_kb:.1f} KB")


def look_at(paths: list[Path]) -> float:
    """What any import has to do with a picture: read, hash, decode; return the processor time."""
    began_s = time.process_time()
    for path in paths:
        data = read_file(path)
        hashlib.sha256(data).hexdigest()
        decode(data)
    return time.process_time() - began_s


if __name__ == "__main__":
    main()
