"""Memory and time of reading a metadata file as large as the real Polyvore Outfits: 251,008 items.

    python -m bench.stream_metadata

Prints how much the process grew while it read every item, and the same for ``json.load`` of the file.
"""

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deepstyle.catalogue.feeds.polyvore import METADATA_FILE, read_items
from deepstyle.catalogue.rows import Record

ITEMS = 251_008


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--quick", action="store_true", help="a tenth of the items")
    parser.add_argument("--child", choices=("stream", "load"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        measure(options.child, options.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write(root, options.items // 10 if options.quick else options.items)
        size_mb = (root / METADATA_FILE).stat().st_size / 1e6
        machine = platform.processor() or platform.machine()
        print(f"{machine}, Python {platform.python_version()}: {size_mb:.0f} MB of metadata")
        for how in ("stream", "load"):
            subprocess.run([sys.executable, __file__, "--child", how, "--folder", name], check=True)


def write(root: Path, count: int) -> None:
    """Metadata like the real one's: about 500 bytes an item, with descriptions and lists."""
    fields = {
        "url_name": "valentino rockstud leather ankle strap pumps", "description": "Valentino Garavani pumps. " * 8,
        "catgeories": ["Women's Fashion", "Shoes", "Pumps"], "title": "Valentino Rockstud leather pumps",
        "related": ["Black shoes", "Leather pumps", "Pointed toe"], "category_id": "41", "semantic_category": "shoes",
    }  # fmt: skip
    with (root / METADATA_FILE).open("w") as file:
        file.write("{")
        for at in range(count):
            file.write(("," if at else "") + f'"{100_000_000 + at}": ' + json.dumps(fields))
        file.write("}")


def measure(how: str, root: Path) -> None:
    before = resident_mb()
    started = time.perf_counter()
    if how == "stream":
        count = sum(isinstance(row, Record) for row in read_items(root, with_images=False))
    else:
        count = len(json.loads((root / METADATA_FILE).read_text()))
    took_s = time.perf_counter() - started
    print(f"{how:>7}: {count:,} items in {took_s:5.1f} s, memory grew by {resident_mb() - before:6.1f} MB")


def resident_mb() -> float:
    """Peak resident memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
