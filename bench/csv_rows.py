"""Count the rows of random CSV files with every kind of damage that a row can have, and time a clean file.

    python -m bench.csv_rows --files 20000

The files come from the tests' generator, which knows by construction how many rows each file has and which of them are
usable. Exit code 1 where accepted and rejected rows do not add up to the file's rows, or are not the expected ones.
"""

import argparse
import csv
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.measure.machine import describe_machine
from deepstyle.catalogue.feeds.csv_records import CsvReader
from deepstyle.catalogue.feeds.lines import DAMAGE
from deepstyle.catalogue.rows import Record
from deepstyle.catalogue.source import open_source
from tests.catalogue.feeds.tables import random_table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000, help="random files (%(default)s)")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the clean file (%(default)s)")
    parser.add_argument("--repeat", type=int, default=5, help="times that the clean file is read (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="500 files, 10,000 clean rows")
    options = parser.parse_args()
    if options.quick:
        options.files, options.rows = 500, 10_000
    print(describe_machine())
    with tempfile.TemporaryDirectory(prefix="csv-rows-") as scratch:
        wrong = count_rows(options, Path(scratch) / "items.csv")
        for name, quoted in (("no quotes", False), ("every text quoted", True)):
            time_clean(options, Path(scratch) / "clean.csv", name, quoted)
    return 1 if wrong else 0


def count_rows(options: argparse.Namespace, path: Path) -> int:
    """Read ``options.files`` random files; how many were not accounted for."""
    written = accepted = rejected = wrong = 0
    for at in range(options.files):
        table = random_table(random.Random(f"{options.seed} {at}"), max_rows=30)
        path.write_bytes(table.data)
        found = list(open_source(path, encoding=table.encoding).records())
        usable = [row.item.item_id for row in found if isinstance(row, Record)]
        if len(found) != table.rows or usable != list(table.usable):
            wrong += 1
            print(f"file {at}: {table.rows} rows, {len(usable)} accepted + {len(found) - len(usable)} rejected")
        written, accepted = written + table.rows, accepted + len(usable)
        rejected += len(found) - len(usable)
    print(f"{options.files - wrong:,} of {options.files:,} files: all rows accounted for")
    print(f"{written:,} rows written = {accepted:,} accepted + {rejected:,} rejected")
    return wrong


def time_clean(options: argparse.Namespace, path: Path, name: str, quoted: bool) -> None:
    """Print how long our reader and the standard library's take for a clean file; the best of several times."""
    rows = [
        [f"s{at:06}", f"Ankle boots {at}", "Soft leather in black", "Shoes", "Boots", "Brand", "19.90", "one.jpg"]
        for at in range(options.rows)
    ]
    with path.open("w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
        writer.writerow(["sku", "title", "description", "category", "type", "brand", "price", "image"])
        writer.writerows(rows)
    ours_s, standard_s = [], []
    for _ in range(options.repeat):
        ours_s.append(seconds(lambda: read_ours(path), len(rows)))
        standard_s.append(seconds(lambda: read_standard(path), len(rows)))
    print(
        f"{len(rows):,} clean rows, {name}: {min(ours_s):.3f} s, csv.reader {min(standard_s):.3f} s, "
        f"ratio {min(ours_s) / min(standard_s):.1f}"
    )


def seconds(read: Callable[[], int], rows: int) -> float:
    started = time.perf_counter()
    assert read() == rows
    return time.perf_counter() - started


def read_ours(path: Path) -> int:
    with path.open(encoding="utf-8-sig", errors=DAMAGE, newline="") as file:
        return sum(1 for _ in CsvReader(file))


def read_standard(path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


if __name__ == "__main__":
    sys.exit(main())
