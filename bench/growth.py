"""The growth table: what each operation of a store costs at 14,000, 250,000 and 1,000,000 items, and how it grows.

    python -m bench.growth --cache FOLDER                     # builds the stores where they are missing: 3 minutes
    python -m bench.growth --cache FOLDER --sizes 14k,250k --only search,put
    python -m bench.growth --cache FOLDER --json > bench/capacity_rows/growth.json    # then: bench.capacity --write

Each size is measured in a process of its own, on a copy of its store, with the pages of the files in the page cache.
"Slope" is the exponent of n between two sizes: 0 is flat, 1 linear, and n log n from 250,000 to 1,000,000 is 1.08.
The map of suggestions and backups have benches of their own: bench/mapping.py, bench/backup.py.
"""

import argparse
import itertools
import json
import math
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.growth_rows.build import built
from bench.growth_rows.rows import ROWS
from bench.growth_rows.workers import WORKERS
from bench.measure.command import ROOT
from bench.measure.machine import describe_machine

SIZES: Final = {"14k": 14_000, "50k": 50_000, "250k": 250_000, "1m": 1_000_000}
SLOW: Final = ("copy", "index")
"""Rows that take minutes at a million; they are measured where they are named."""
NAMES: Final = (WORKERS, *ROWS)


def main() -> None:
    """Build what is missing, measure, print."""
    given = parse()
    sizes, only = given.sizes.split(","), given.only.split(",")
    if unknown := {*sizes} - {*SIZES} | {*only} - {*NAMES}:
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}; sizes: {', '.join(SIZES)}; rows: {', '.join(NAMES)}")
    given.cache.mkdir(parents=True, exist_ok=True)
    machine = describe_machine()
    figures = {name: size_figures(given.cache, name, only) for name in sizes}
    if given.json:
        about = {"command": f"python -m bench.growth --sizes {given.sizes}", "date": f"{datetime.now(UTC):%Y-%m-%d}"}
        rounded = {
            name: {row: float(f"{value:.4g}") for row, value in found.items()} for name, found in figures.items()
        }
        print(json.dumps({**about, "machine": machine, "figures": rounded}, indent=1))
        return
    print(f"{machine}\n")
    print("\n".join(table(figures)))


def parse() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="folder of the built stores, which are reused")
    parser.add_argument("--sizes", default="14k,250k,1m", help=f"of {', '.join(SIZES)}")
    quick = ",".join(name for name in NAMES if name not in SLOW)
    parser.add_argument(
        "--only", default=quick, help=f"rows, of {', '.join(NAMES)}; default: all but {', '.join(SLOW)}"
    )
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def size_figures(cache: Path, name: str, only: Sequence[str]) -> dict[str, float]:
    """The figures of one size, measured in a process of its own; those of building it are saved beside it."""
    path, count = cache / f"{name}.db", SIZES[name]
    saved = path.with_suffix(".build.json")
    if taken := built(path, count):
        saved.write_text(json.dumps(taken))
    command = [sys.executable, "-m", "bench.growth_rows.measure", str(path), str(count), *only]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    building = json.loads(saved.read_text()) if saved.exists() else {}
    return {**json.loads(done.stdout), **{f"built, {step.removesuffix('_s')}, s": s for step, s in building.items()}}


def table(figures: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A line for each figure: its value at each size, and the slope from each size to the next."""
    sizes = list(figures)
    slopes = [f"{small}→{large}" for small, large in itertools.pairwise(sizes)]
    lines = [f"{'':34}" + "".join(f"{name:>11}" for name in (*sizes, *slopes))]
    for row in dict.fromkeys(row for found in figures.values() for row in found):
        values = [figures[name].get(row) for name in sizes]
        grown = [slope(row, figures, small, large) for small, large in itertools.pairwise(sizes)]
        lines.append(
            f"{row:34}" + "".join(f"{shown(value):>11}" for value in values) + "".join(f"{g:>11}" for g in grown)
        )
    return lines


def slope(row: str, figures: Mapping[str, Mapping[str, float]], small: str, large: str) -> str:
    """The exponent of n from one size to the other; empty where a figure is missing, or is a recall."""
    first, last = figures[small].get(row), figures[large].get(row)
    if not first or not last or "recall" in row:
        return ""
    return f"{math.log(last / first) / math.log(SIZES[large] / SIZES[small]):.2f}"


def shown(value: float | None) -> str:
    """Three significant digits, and no fewer than the digits before the point."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main()
