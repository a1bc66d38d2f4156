"""Pictures by any usual naming: found where one file fits, reported where several do, never outside the folder."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue import picture_index
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.picture_files import PictureFiles
from deepstyle.catalogue.picture_references import split_cell
from deepstyle.catalogue.rows import Record, RowError
from deepstyle.download.causes import FetchError
from deepstyle.download.folder import DownloadState, Known

Folder = Callable[..., PictureFiles]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write files and open their folder."""

    def write(*names: str, downloads: Path | None = None) -> PictureFiles:
        for name in names:
            path = tmp_path / "shop" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"picture")
        (tmp_path / "shop").mkdir(exist_ok=True)
        return PictureFiles(tmp_path / "shop", downloads)

    return write


def names(pictures: PictureFiles, *references: str, item_id: str = "nothing") -> list[str]:
    return [path.name for path in pictures.find(references, item_id)]


def codes(pictures: PictureFiles, *references: str, item_id: str = "nothing") -> list[str]:
    return [problem.code for problem in pictures.look_up(references, item_id).problems]


@pytest.mark.parametrize(
    ("file", "reference"),
    [
        ("images/SKU1.jpg", "SKU1.jpg"),
        ("images/SKU1.JPG", "sku1.jpg"),
        ("Images/Shoes/sku1.jpeg", "SKU1.JPEG"),
        ("images/SKU1.png", "SKU1"),
        ("images/010/0108775015.jpg", "0108775015"),
        ("a/b/c/deep.webp", "deep.webp"),
        (unicodedata.normalize("NFD", "images/Größe.jpg"), unicodedata.normalize("NFC", "größe.jpg")),
        (unicodedata.normalize("NFC", "images/Größe.jpg"), unicodedata.normalize("NFD", "Größe.jpg")),
        ("images/red boot.jpg", "red%20boot.jpg"),
        ("images/größe.jpg", "gr%C3%B6%C3%9Fe.jpg"),
        ("images/100%20cotton.jpg", "100%20cotton.jpg"),
        ("images/boot.jpg", "boot.jpg?v=17"),
        ("images/boot.jpg", "files/boot.jpg?width=300#top"),
        ("images/what?.jpg", "what?.jpg"),
        ("images/boot.jpg", "C:\\Users\\me\\Photos\\boot.jpg"),
        ("images/boot.jpg", "\\\\server\\share\\boot.jpg"),
        ("pub/media/w/b/wb04.jpg", "/w/b/wb04.jpg"),
        ("images/boot.jpg", "/w/b/boot.jpg"),
        ("images/boot.jpg", "./images/boot.jpg"),
        ("images/boot.jpg", "images\\boot.jpg"),
        ("images/boot.jpg", "https://cdn.example/files/Boot.jpg?v=1712"),
        ("images/boot one.jpg", "//cdn.example/files/boot%20one.jpg"),
        ("images/boot.jpg", "https://cdn.example/files/boot"),
        ("images/boot.jpg", "file:///C:/photos/boot.jpg"),
        ("images/boot.jpg", ' "boot.jpg" '),
    ],
)
def test_usual_names(folder: Folder, file: str, reference: str) -> None:
    assert names(folder(file, "images/other.jpg"), reference) == [Path(file).name]


@pytest.mark.parametrize(
    "cell",
    [
        "a.jpg,b.jpg", "a.jpg, b.jpg", "a.jpg;b.jpg", "a.jpg | b.jpg", "a.jpg\nb.jpg", "a.jpg\r\nb.jpg,",
        '["a.jpg","b.jpg"]',
        '[{"src": "a.jpg"}, {"src": "b.jpg"}, 3, null]', "https://x.example/a.jpg,https://x.example/b.jpg",
        "https://x.example/a.jpg https://x.example/b.jpg", "https://x.example/a.jpg;//x.example/b.jpg",
        "https://x.example/w_3,h_4/a.jpg, https://x.example/w_3,h_4/b.jpg", "a.jpg,,b.jpg", "a,b",
        "https://x.example/a.jpg|https://x.example/b.jpg", "/m/a/a.jpg,/m/b/b.jpg", "a.jpg,b.jpg,a.jpg",
        "['https://x.example/a.jpg', 'https://x.example/b.jpg']", '<img src="a.jpg"> <img alt="x" src=b.jpg>',
        "![front](https://x.example/a.jpg) ![back](b.jpg)", '=IMAGE("https://x.example/a.jpg") =IMAGE("b.jpg")',
        "C:\\p\\a.jpg;C:\\p\\b.jpg", "/m/a/a.jpg,/m/c/c.jpg,/m/b/b.jpg", "images/a.jpg,images/b.jpg",
    ],
)  # fmt: skip
def test_several_in_one_cell(folder: Folder, cell: str) -> None:
    assert names(folder("images/a.jpg", "images/b.jpg"), cell) == ["a.jpg", "b.jpg"]


def test_a_comma_in_the_name_of_a_file_that_exists_wins(folder: Folder) -> None:
    pictures = folder("Shirt, red.jpg", "images/Shirt, blue.jpg", "images/c.jpg", "images/red.jpg")
    assert names(pictures, "Shirt, red.jpg") == ["Shirt, red.jpg"]
    assert names(pictures, "Shirt, red.jpg, shirt, BLUE.jpg,c.jpg") == ["Shirt, red.jpg", "Shirt, blue.jpg", "c.jpg"]


def test_references_keep_their_order_and_what_is_missing_is_named(folder: Folder) -> None:
    pictures = folder("images/a.jpg", "images/b.jpg")
    found = pictures.look_up(["b.jpg", "gone.jpg", "a.jpg"], "x")
    assert [path.name for path in found.paths] == ["b.jpg", "a.jpg"]
    assert [(problem.code, "gone.jpg" in problem.message) for problem in found.problems] == [("image-missing", True)]
    record = found.attach(Record(Item("x"), None, "feed.csv", 7))
    assert record.image_path == found.paths[0]
    assert record.more_images == found.paths[1:]
    assert [(warning.code, warning.line) for warning in record.warnings] == [("image-missing", 7)]
    nothing = pictures.look_up(["gone.jpg"], "x").attach(Record(Item("x"), None, "feed.csv", 7))
    assert (nothing.image_path, nothing.warnings) == (None, ())
    assert nothing.picture_problem is not None


@pytest.mark.parametrize("suffix", [".jpg", ".JPG", ".png", ".webp"])
def test_without_references_the_file_named_like_the_item(folder: Folder, suffix: str) -> None:
    pictures = folder(f"images/011/0111565001{suffix}", "images/0111565001-2.jpg", "images/111565001.jpg")
    assert names(pictures, item_id="0111565001") == [f"0111565001{suffix}"]
    assert names(pictures, "", item_id="0111565001") == [f"0111565001{suffix}"]
    assert names(pictures, "https://cdn.example/xyz.jpg", item_id="0111565001") == [f"0111565001{suffix}"]
    assert names(pictures, "xyz.jpg", item_id="0111565001") == []


def test_a_name_in_two_folders_is_not_guessed(folder: Folder) -> None:
    pictures = folder("shoes/1.jpg", "bags/1.jpg", "a/shoes/2.jpg", "b/shoes/2.jpg", "a/3.png", "a/3.jpg")
    assert codes(pictures, "1.jpg") == ["image-ambiguous"]
    assert codes(pictures, item_id="1") == ["image-ambiguous"]
    assert pictures.find(["https://cdn.example/Shoes/1.jpg"], "x")[0].parent.name == "shoes"
    assert codes(pictures, "x/shoes/2.jpg") == ["image-ambiguous"]
    assert names(pictures, "3") == ["3.jpg"]


def test_a_name_alone_stands_for_one_reference(folder: Folder) -> None:
    pictures = folder("images/main.jpg", "images/7/other.jpg")
    first, second = "https://cdn.example/product/1/main.jpg?v=1", "https://cdn.example/product/2/main.jpg"
    for _ in range(2):
        assert names(pictures, first) == ["main.jpg"]
        assert names(pictures, first.replace("v=1", "v=2")) == ["main.jpg"]
        assert codes(pictures, second) == ["image-ambiguous"]


@pytest.mark.parametrize(
    "reference", ["../secret.jpg", "images/../../secret.jpg", "/etc/passwd", "link.jpg", "LINK.jpg"]
)
def test_nothing_outside_the_folder(folder: Folder, tmp_path: Path, reference: str) -> None:
    pictures = folder("images/a.jpg")
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "shop" / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (tmp_path / "shop" / "away").symlink_to(tmp_path)
    with pytest.raises(RowError) as caught:
        pictures.find([reference], "x")
    assert caught.value.code == "image-outside"
    assert names(pictures, "secret.jpg") == []


def test_hidden_files_are_left_out(folder: Folder) -> None:
    pictures = folder("__MACOSX/images/a.jpg", ".trash/a.jpg", "images/._b.jpg", "images/b.txt")
    assert codes(pictures, "a.jpg") == ["image-missing"]
    assert codes(pictures, "b") == ["image-missing"]


def test_a_folder_with_too_many_files_is_not_searched(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_index, "MAX_FILES", 2)
    pictures = folder("a/a.jpg", "images/b.jpg", "c/c.jpg")
    assert names(pictures, "a.jpg", "b.jpg") == ["b.jpg"]


def test_urls_are_listed_for_a_download(folder: Folder) -> None:
    pictures = folder("images/a.jpg")
    cells = [
        "https://x.example/a.jpg?a=1&amp;b=2, //y.example/b.jpg",
        "ftp://x/c.jpg",
        "d.jpg",
        "https://x.example/e.jpg",
    ]
    assert pictures.urls([*cells, cells[3]]) == [
        "https://x.example/a.jpg?a=1&b=2", "https://y.example/b.jpg", "https://x.example/e.jpg",
    ]  # fmt: skip
    assert pictures.look_up(cells, "x").urls == ("https://y.example/b.jpg", "https://x.example/e.jpg")
    assert codes(pictures, *cells) == ["image-url", "image-missing", "image-missing", "image-url"]


def test_what_was_downloaded_comes_first_and_failures_are_named(folder: Folder, tmp_path: Path) -> None:
    pictures = folder("images/a.jpg", downloads=tmp_path / "downloads")
    good, bad, stale = (f"https://x.example/{name}.jpg" for name in ("a", "b", "c"))
    assert names(pictures, good) == ["a.jpg"]
    assert codes(pictures, bad) == ["image-url"]
    with DownloadState(tmp_path / "downloads") as state:
        run = state.begin("")
        state.write(good, b"downloaded")
        state.write(stale, b"downloaded before")
        state.settle(good, run, "downloaded", Known())
        for url in (bad, stale):
            state.fail(url, run, Known(), FetchError("not-found", "x.example answered 404 Not Found."))
    assert [path.read_bytes() for path in pictures.find([good], "x")] == [b"downloaded"]
    found = pictures.look_up([bad, stale], "x")
    assert [path.read_bytes() for path in found.paths] == [b"downloaded before"]
    assert found.urls == (bad, stale)
    assert [(problem.code, "404" in problem.message) for problem in found.problems] == [("download-failed", True)] * 2


@given(st.text(max_size=60) | st.text(",;|\n[]\"' /:htps.\\%?#a", max_size=60))
def test_any_cell_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, cell: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    pictures = PictureFiles(folder)
    try:
        found = pictures.look_up([cell], "x")
    except RowError as error:
        assert error.code == "image-outside"
    else:
        assert not found.paths
        assert all(problem.code.startswith("image-") for problem in found.problems)
    finally:
        pictures.close()


@given(st.lists(st.text("ab c.é-", min_size=1, max_size=8).map(str.strip).filter(bool), max_size=6))
def test_a_json_list_is_read_as_it_is(references: list[str]) -> None:
    assert split_cell(json.dumps(references)) == references
