"""Each kind of trouble, planted and found; a clean catalogue, found clean."""

import json
from pathlib import Path

import pytest
from PIL import Image

from deepstyle.catalogue.check import CheckReport, check_catalogue
from deepstyle.catalogue.check_outfits import Leak, SplitCount
from deepstyle.catalogue.source import open_source
from tests.images.pictures import photo, save


def write(root: Path, ids: str) -> Path:
    (root / "images").mkdir(parents=True)
    (root / "polyvore_item_metadata.json").write_text(
        json.dumps({item_id: {"semantic_category": "shoes"} for item_id in ids})
    )
    for seed, item_id in enumerate(ids):
        (root / "images" / f"{item_id}.jpg").write_bytes(save(photo(seed=seed), "JPEG"))
    return root


def write_outfits(root: Path, name: str, *sets: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps([{"set_id": str(at), "items": [{"item_id": one} for one in ids]} for at, ids in enumerate(sets)])
    )


def findings(report: CheckReport) -> dict[str, tuple[str, int]]:
    return {finding.code: (finding.severity, finding.count) for finding in report.findings}


def test_a_clean_catalogue(tmp_path: Path):
    root = write(tmp_path, "abcd")
    write_outfits(root, "disjoint/train.json", "ab")
    write_outfits(root, "disjoint/test.json", "cd")
    (root / "disjoint" / "compatibility_test.txt").write_text("1 0_1 0_2\n0  0_2 0_1")
    done: list[int] = []
    report = check_catalogue(open_source(root), on_progress=done.append)
    assert (report.layout, report.items, report.images, report.decoded) == ("polyvore", 4, 4, True)
    assert report.splits == (
        SplitCount("disjoint", "train", 1, 2, None, None, {2: 1}),
        SplitCount("disjoint", "test", 1, 2, 2, None, {2: 1}),
    )
    assert report.leaks == (Leak("disjoint", "train", "test", 0),)
    assert report.findings == ()
    assert not report.has_errors
    assert done == [4]


def test_troubles_with_items(tmp_path: Path):
    root = write(tmp_path, "abcdef")
    images = root / "images"
    (images / "a.jpg").write_bytes((images / "b.jpg").read_bytes())
    (images / "c.jpg").write_bytes((images / "c.jpg").read_bytes()[:300])
    (images / "d.jpg").write_bytes(b"no picture")
    (images / "e.jpg").unlink()
    report = check_catalogue(open_source(root))
    assert (report.items, report.images) == (6, 3)
    assert report.has_errors
    assert findings(report) == {
        "image-broken": ("error", 1),
        "image-format": ("error", 1),
        "image-missing": ("error", 1),
        "same-image": ("warning", 1),
    }
    assert report.findings[-1].examples == ("a = b",)


def test_fast_decodes_nothing(tmp_path: Path):
    root = write(tmp_path, "abc")
    (root / "images" / "a.jpg").write_bytes(b"no picture")
    (root / "images" / "b.jpg").unlink()
    report = check_catalogue(open_source(root), fast=True)
    assert (report.images, report.decoded) == (2, False)
    assert findings(report) == {"image-missing": ("error", 1)}


def test_troubles_with_outfits(tmp_path: Path):
    root = write(tmp_path, "abcd")
    write_outfits(root, "disjoint/train.json", "ab", "aa")
    write_outfits(root, "disjoint/validation.json", "bc", "dxy")
    write_outfits(root, "nondisjoint/train.json", "ab")
    write_outfits(root, "nondisjoint/test.json", "ab")
    (root / "disjoint" / "compatibility_valid.txt").write_text("1 0_1 0_2\n1 0_1 7_1\n")
    (root / "disjoint" / "fill_in_blank_valid.json").write_text("[5]")
    report = check_catalogue(open_source(root))
    assert findings(report) == {
        "unknown-item": ("error", 2),
        "unknown-token": ("error", 1),
        "bad-question": ("error", 1),
        "leak": ("warning", 1),
        "repeated-item": ("warning", 1),
    }
    assert report.splits[1] == SplitCount("disjoint", "valid", 2, 5, 1, 0, {2: 1, 3: 1})
    assert report.leaks == (Leak("disjoint", "train", "valid", 1), Leak("nondisjoint", "train", "test", 2))


@pytest.mark.parametrize("name", ["polyvore_item_metadata.json", "disjoint/train.json"])
def test_a_file_that_breaks_off_is_a_finding(tmp_path: Path, name):
    root = write(tmp_path, "ab")
    write_outfits(root, "disjoint/train.json", "ab")
    path = root / name
    path.write_text(path.read_text()[:-1] + ",")
    report = check_catalogue(open_source(root))
    assert findings(report)["unreadable"] == ("error", 1)
    assert report.items == 2
    assert report.splits[0].outfits == 1


def test_what_import_accepts_but_is_not_fine(tmp_path: Path):
    root = write(tmp_path, "abcdef")
    (root / "polyvore_item_metadata.json").write_text(
        '{"a": {}, "b": {"title": "thing"}, "c": {"semantic_category": "shoes", "url": "javascript:x"},'
        '"d": {"semantic_category": "hats"}, "e": {"semantic_category": "hats"}, "f": {"semantic_category": "hats"}}'
    )
    for item_id, kind, colour in (("d", "JPEG", "white"), ("e", "PNG", (10, 20, 30)), ("f", "JPEG", (200, 100, 7))):
        (root / "images" / f"{item_id}.jpg").write_bytes(save(Image.new("RGB", (700, 500), colour), kind))
    report = check_catalogue(open_source(root))
    assert not report.has_errors
    assert findings(report) == {
        "no-category": ("warning", 2),
        "bad-url": ("warning", 1),
        "blank-image": ("warning", 3),
    }


def test_a_faint_picture_is_not_blank(tmp_path: Path):
    root = write(tmp_path, "a")
    picture = Image.new("RGB", (2000, 2000), "white")
    picture.paste((225, 225, 225), (990, 990, 1010, 1010))
    (root / "images" / "a.jpg").write_bytes(save(picture, "JPEG"))
    assert check_catalogue(open_source(root)).findings == ()


def test_rows_that_are_lost_and_rows_that_are_not_there(tmp_path: Path):
    (tmp_path / "items.csv").write_text('id,title\na,"Lace top\n')
    report = check_catalogue(open_source(tmp_path))
    assert findings(report) == {"bad-row": ("error", 1), "no-items": ("error", 1)}
    (tmp_path / "items.csv").write_text("id,title\n")
    assert findings(check_catalogue(open_source(tmp_path))) == {"no-items": ("error", 1)}


def test_what_a_feed_s_columns_mean_and_what_its_items_lack(tmp_path: Path):
    (tmp_path / "a.jpg").write_bytes(save(photo(), "JPEG"))
    (tmp_path / "export.csv").write_text(
        "Handle,Title,Type,Tags,Variant SKU,Variant Price,Image Src\n"
        "a,Boots,Boots,x,A,90,a.jpg\na,,,,,,a.jpg\nb,Thing,,,B,,\n"
    )
    report = check_catalogue(open_source(tmp_path), fast=True)
    assert (report.layout, report.title) == ("shopify", "Shopify product export (CSV)")
    assert {use.column: use.field for use in report.columns} == {
        "Handle": "model_id", "Title": "title", "Type": "category", "Tags": "", "Variant SKU": "item_id",
        "Variant Price": "price", "Image Src": "images",
    }  # fmt: skip
    assert report.missing == {"category": 1, "price": 1, "picture": 1}
    assert report.omitted == {"merged": 1}
