"""What ``Shop.import_catalogue`` accepts: paths, archives, rows, items."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle import Item, Shop
from deepstyle.catalogue.source import open_source
from deepstyle.errors import UsageError
from tests.catalogue.feeds.formats import zipped
from tests.images.pictures import photo, save

PICTURE = save(photo(30, 40), "JPEG")
TABLE = b"SKU;Product Name;Image\na;Boots &amp; more;images/a.jpg\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
    with Shop.open(f"sqlite:///{tmp_path}/shop.db") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue's folder with one picture."""
    (tmp_path / "shop" / "images").mkdir(parents=True)
    (tmp_path / "shop" / "images" / "a.jpg").write_bytes(PICTURE)
    return tmp_path / "shop"


def test_an_archive_with_its_pictures(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    path.write_bytes(zipped({"export/items.csv": TABLE, "export/images/a.jpg": PICTURE}))
    assert shop.import_catalogue(path).added == 1
    assert shop.import_catalogue(path).unchanged == 1
    assert shop.item("a").title == "Boots & more"
    path.write_bytes(zipped({"export/items.csv": TABLE.replace(b"more", b"shoes"), "export/images/a.jpg": PICTURE}))
    assert shop.import_catalogue(path).changed == 1


@pytest.mark.parametrize("name", ["items.csv.gz", "items.zip"])
def test_a_packed_table_beside_its_pictures(shop: Shop, folder: Path, name: str) -> None:
    (folder / name).write_bytes(gzip.compress(TABLE) if name.endswith("gz") else zipped({"items.csv": TABLE}))
    assert shop.import_catalogue(folder / name).accepted == 1


def test_rows_items_and_sources(shop: Shop, folder: Path) -> None:
    rows = [{"SKU": "a", "Product Name": "Boots", "Image": "images/a.jpg"}, {"SKU": "b", "Image": "gone.jpg"}]
    report = shop.import_catalogue(rows, folder=folder)
    assert (report.added, report.codes) == (1, {"image-missing": 1})
    assert shop.import_catalogue(iter(rows), folder=folder, prune=True).unchanged == 1
    report = shop.import_catalogue([(Item("c", "Bag"), PICTURE), (Item("d"), folder / "images" / "a.jpg"), Item("e")])
    assert (report.added, report.codes) == (2, {"image-missing": 1})
    (folder / "items.csv").write_bytes(TABLE)
    assert shop.import_catalogue(open_source(folder)).changed == 1
    with pytest.raises(UsageError):
        shop.import_catalogue(5)  # type: ignore[arg-type]
