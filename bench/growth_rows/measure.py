"""Measure one built store in this process, and print the figures as JSON: what ``bench/growth.py`` runs for each size.

    python -m bench.growth_rows.measure FOLDER/14k.db 14000 search put

The store is copied into a temporary folder first, so that rows may write.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from bench.growth_rows.rows import ROWS, opened
from bench.growth_rows.workers import WORKERS, workers


def measured(built: Path, count: int, only: list[str]) -> dict[str, float]:
    """The figures of the rows ``only`` of the store ``built`` with ``count`` items."""
    with tempfile.TemporaryDirectory(prefix="growth-") as folder:
        path = Path(folder) / "store.db"
        shutil.copyfile(built, path)
        if (beside := Path(f"{built}.index")).exists():
            shutil.copytree(beside, f"{path}.index")
        found = workers(path, count) if WORKERS in only else {}
        sized, opening = opened(path, built, count)
        found |= opening
        try:
            for name, row in ROWS.items():
                if name in only:
                    print(f"  {count:,}: {name}", file=sys.stderr, flush=True)
                    found |= row(sized)
        finally:
            sized.store.close()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("built", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("only", nargs="*")
    given = parser.parse_args()
    print(json.dumps(measured(given.built, given.count, given.only)))


if __name__ == "__main__":
    main()
