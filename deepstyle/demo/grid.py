"""One picture of the whole catalogue: a row for each style, a column for each semantic category.

``python -m deepstyle.demo.grid FOLDER GRID.jpg``, where FOLDER was written by ``deepstyle data demo FOLDER``.
"""

import argparse
import io
import json
from pathlib import Path
from typing import Final

from PIL import Image

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.demo.rules import STYLES
from deepstyle.files import write_atomic

TILE_PX: Final = (112, 140)


def grid(folder: Path) -> bytes:
    """A JPEG of one item per style (down) and semantic category (across); the choice is always the same."""
    metadata = json.loads((folder / "polyvore_item_metadata.json").read_text("utf-8"))
    sheet = Image.new("RGB", (TILE_PX[0] * len(SEMANTIC_CATEGORIES), TILE_PX[1] * len(STYLES)))
    for row, style in enumerate(STYLES):
        for column, category in enumerate(SEMANTIC_CATEGORIES):
            fitting = [i for i, m in metadata.items() if (m["style"], m["semantic_category"]) == (style, category)]
            item_id = sorted(fitting)[(5 * row + 3 * column) % len(fitting)]
            with Image.open(folder / "images" / f"{item_id}.jpg") as picture:
                tile = picture.resize(TILE_PX, Image.Resampling.LANCZOS)
            sheet.paste(tile, (column * TILE_PX[0], row * TILE_PX[1]))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=86, optimize=True)
    return out.getvalue()


def main() -> None:
    """Write the grid of FOLDER to GRID."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the demo catalogue")
    parser.add_argument("grid", type=Path, help="the JPEG to write")
    arguments = parser.parse_args()
    write_atomic(arguments.grid, grid(arguments.folder))


if __name__ == "__main__":
    main()
