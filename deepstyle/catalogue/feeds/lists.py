"""Two research data sets as catalogues: DeepFashion In-shop and Street2Shop. Their lists are read as tables.

::

    Eval/list_eval_partition.txt     In-shop: number of rows, names of the columns, then: image_name item_id status
    Img/img/WOMEN/Dresses/id_00000002/02_1_front.jpg, or img/…

    meta/json/retrieval_<category>.json    Street2Shop: [{"photo": 3, "product": 2}, …]
    images/000000003.jpg

A row is one picture. Those of one garment in one colour (of one product) are one item, read at the first of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from deepstyle.catalogue.feeds.jsonstream import iter_elements
from deepstyle.catalogue.feeds.lines import DAMAGE
from deepstyle.catalogue.feeds.raw import RawRow, Table
from deepstyle.catalogue.rows import RowError
from deepstyle.errors import DataError

_PARTITION: Final = ("Eval/list_eval_partition.txt", "list_eval_partition.txt")
_TABLES: Final = ("meta/json", "json", "meta")
_SUFFIXES: Final = (".jpg", ".jpeg", ".png", "")


_IN_SHOP_COLUMNS: Final = (
    "image_name", "item_id", "evaluation_status", "garment", "category", "gender", "continued",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class InShopTable:
    """The garments of DeepFashion In-shop (Liu et al. 2016, CVPR): train, query and gallery together."""

    folder: Path
    list_file: Path
    header: tuple[str, ...] = _IN_SHOP_COLUMNS
    delimiter: str = ""

    @property
    def name(self) -> str:
        """The list's path in the folder."""
        return str(self.list_file.relative_to(self.folder))

    def rows(self) -> Iterator[RawRow]:
        """Each picture. Raises ``DataError`` where the list cannot be read."""
        below = "Img/" if (self.folder / "Img").is_dir() else ""
        seen: set[str] = set()
        try:
            with self.list_file.open(encoding="utf-8", errors=DAMAGE) as file:
                for line, text in enumerate(file, 1):
                    if line > 2 and text.strip():
                        yield _picture(line, text.split(), below, seen)
        except OSError as error:
            raise DataError(f"{self.list_file} cannot be read: {error.strerror}.", remedy="Fetch it again.") from error


def _picture(line: int, fields: list[str], below: str, seen: set[str]) -> RawRow:
    if len(fields) != 3 or fields[0].count("/") < 4:
        fault = RowError(
            "bad-row", "Expected image_name item_id evaluation_status.", "Use the list as it is published."
        )
        return RawRow(line, fault=fault)
    picture, garment, status = fields
    path = PurePosixPath(picture)
    gender, category = path.parts[1:3]
    item_id = f"{garment}-{path.name.split('_')[0]}"
    continued = "yes" if item_id in seen else ""
    seen.add(item_id)
    values = (below + picture, item_id, status, garment, category.replace("_", " "), gender.lower(), continued)
    return RawRow(line, dict(zip(_IN_SHOP_COLUMNS, values, strict=True)))


@dataclass(frozen=True, slots=True)
class Street2ShopTable:
    """The shops' products of Exact Street2Shop (Kiapour et al. 2015, ICCV); the worn garments are no products."""

    folder: Path
    lists: tuple[Path, ...]
    name: str = "retrieval_*.json"
    header: tuple[str, ...] = ("product", "photo", "street2shop_category", "photo_file", "continued")
    delimiter: str = ""

    def rows(self) -> Iterator[RawRow]:
        """Each photo of a product. Raises ``DataError`` where a list cannot be read."""
        seen: set[str] = set()
        for path in self.lists:
            category = path.stem.removeprefix("retrieval_")
            for entry, line in iter_elements(path):
                yield self._photo(line, entry, category, seen)

    def _photo(self, line: int, entry: Any, category: str, seen: set[str]) -> RawRow:
        photo, product = (entry.get(name) if isinstance(entry, dict) else None for name in ("photo", "product"))
        if not isinstance(photo, int) or not isinstance(product, int | str):
            fault = RowError("bad-row", "Expected {photo, product}.", "Use the list as it is published.")
            return RawRow(line, fault=fault)
        continued = "yes" if str(product) in seen else ""
        seen.add(str(product))
        values = (str(product), str(photo), category, self._file(photo), continued)
        return RawRow(line, dict(zip(self.header, values, strict=True)))

    def _file(self, photo: int) -> str:
        names = [
            f"{place}/{number}{suffix}"
            for place in ("images", "photos")
            for number in (f"{photo:09d}", str(photo))
            for suffix in _SUFFIXES
        ]
        return next((name for name in names if (self.folder / name).is_file()), names[0])


def open_lists(root: Path) -> Table | None:
    """The lists of one of the two data sets in the folder ``root``, ``None`` where there are none."""
    for name in _PARTITION:
        if (root / name).is_file():
            return InShopTable(root, root / name)
    lists = [path for name in _TABLES for path in sorted((root / name).glob("retrieval_*.json"))]
    return Street2ShopTable(root, tuple(lists)) if lists else None
