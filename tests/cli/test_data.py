"""``data check``, ``data demo``, ``import`` and ``item``, as a person and as a script use them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deepstyle.cli import app
from deepstyle.errors import DeepstyleError
from tests.images.pictures import photo, save

RUN = CliRunner()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A table of three rows: one good, two without a picture, one of them with a bad price."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "boots.jpg").write_bytes(save(photo(), "JPEG"))
    (folder / "items.csv").write_text(
        "sku,name,brand,price,image\nv1,Ankle boots,Versace,$250,boots.jpg\n"
        "v2,Hat,Versace,,hat.jpg\nv3,Bag,Versace,?,hat.jpg\n"
    )
    return folder


def run(*arguments: object) -> Result:
    result = RUN.invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit | DeepstyleError), result.exception
    return result


def store_of(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/store.db"


def test_check_exits_with_1_for_errors_and_tells_a_script(shop: Path):
    result = run("data", "check", shop, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (report["layout"], report["items"], report["images"], report["ok"]) == ("table", 3, 1, False)
    assert {finding["code"] for finding in report["findings"]} == {"image-missing", "bad-price"}


def test_check_exits_with_0_for_warnings_and_prints_a_table(shop: Path):
    (shop / "items.csv").write_text("sku,image\na,boots.jpg\nb,boots.jpg\n")
    result = run("data", "check", shop)
    assert result.exit_code == 0
    assert "2 items, 2 with an image that decodes" in result.stdout
    assert "same-image" in result.stdout


def test_import_counts_and_reports_every_rejection(shop: Path, tmp_path: Path):
    rejections = tmp_path / "out" / "rejections.jsonl"
    arguments = ("import", shop, "--store", store_of(tmp_path), "--rejections", rejections)
    result = run(*arguments, "--json")
    assert result.exit_code == 3
    report = json.loads(result.stdout)
    assert (report["accepted"], report["rejected"], report["added"]) == (1, 2, 1)
    lines = [json.loads(line) for line in rejections.read_text().splitlines()]
    assert [(line["line"], line["item_id"], line["code"]) for line in lines] == [
        (3, "v2", "image-missing"),
        (4, "v3", "image-missing"),
    ]
    again = run(*arguments)
    assert "1 accepted (0 added · 0 changed · 1 unchanged) · 2 rejected" in again.stdout
    assert not list(rejections.parent.glob(".*"))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("a,Boots,boots.jpg\n", 0),
        ("a,Boots,boots.jpg\nb,Hat\n", 3),
        ('a,"Boots,boots.jpg\nb,Hat,boots.jpg\n', 3),
        ("a,Boots,gone.jpg\n", 2),
        ("", 2),
    ],
)
def test_import_exits_by_what_was_accepted(shop: Path, tmp_path: Path, rows: str, code: int):
    (shop / "items.csv").write_text(f"sku,title,image\n{rows}")
    assert run("import", shop, "--store", store_of(tmp_path)).exit_code == code
    assert run("import", shop, "--store", store_of(tmp_path), "--json").exit_code == code


def test_import_says_why_it_pruned_nothing_and_what_it_left_out(shop: Path, tmp_path: Path):
    table, arguments = shop / "items.csv", ("import", shop, "--store", store_of(tmp_path))
    table.write_text("sku,image,url\na,boots.jpg,\nb,boots.jpg,\n")
    run(*arguments)
    table.write_text("sku,image,url\na,boots.jpg,javascript:x\n")
    result = run(*arguments, "--prune")
    assert result.exit_code == 3
    assert "Nothing was pruned" in result.stdout
    assert "--prune-limit 50" in result.stdout
    assert "1 bad-url" in result.stdout
    report = json.loads(run(*arguments, "--prune", "--json").stdout)
    assert (report["pruned"], report["warning_codes"]) == (0, {"bad-url": 1})
    assert "1 of 2" in report["prune_refused"]
    result = run(*arguments, "--prune", "--prune-limit", "50")
    assert result.exit_code == 0
    assert "1 pruned" in result.stdout


def test_import_takes_columns_by_name(shop: Path, tmp_path: Path):
    (shop / "items.csv").write_text("Ref,Libelle,Bild\na,Boots,boots.jpg\n")
    columns = ("--column", "item_id=Ref", "--column", "title=Libelle", "--column", "image=Bild")
    run("import", shop, "--store", store_of(tmp_path), *columns)
    report = json.loads(run("item", "show", "a", "--store", store_of(tmp_path), "--json").stdout)
    assert report["title"] == "Boots"
    assert isinstance(run("import", shop, "--column", "item_id").exception, DeepstyleError)


def test_put_show_and_delete_one_item(shop: Path, tmp_path: Path):
    store = ("--store", store_of(tmp_path))
    picture = shop / "boots.jpg"
    result = run("item", "put", "v9", "--image", picture, "--title", "Ankle boots", "--price", "99.5", *store)
    assert result.stdout == "v9 added.\n"
    report = json.loads(run("item", "show", "v9", "--json", *store).stdout)
    assert (report["title"], report["price"], report["semantic_category"]) == ("Ankle boots", 99.5, "shoes")
    assert (report["image"]["width_px"], report["spaces"]) == (48, [])
    assert run("item", "put", "v9", "--brand", "Versace", *store).stdout == "v9 changed.\n"
    assert run("item", "put", "v9", "--brand", "Versace", *store).stdout == "v9 unchanged.\n"
    shown = run("item", "show", "v9", *store).stdout
    assert "Versace" in shown
    assert "Ankle boots" in shown
    run("item", "show", "v9", "--save", tmp_path / "picture.jpg", *store)
    assert (tmp_path / "picture.jpg").read_bytes() == picture.read_bytes()
    assert run("item", "delete", "v9", "v9", "v0", *store).stdout == "1 deleted.\n"
    assert isinstance(run("item", "show", "v9", *store).exception, DeepstyleError)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("new", "--title", "x"), "needs a picture"),
        (("../x", "--image", "boots.jpg"), "cannot be part of a file name"),
        (("a", "--image", "nothing.jpg"), "No such file"),
        (("a", "--image", "boots.jpg", "--url", "javascript:alert(1)"), "not http or https"),
        (("a", "--image", "boots.jpg", "--title", "x" * 1_001), "the limit is 1,000"),
        (("a", "--image", "items.csv"), "items.csv"),
        (("a", "--image", "boots.jpg", "--semantic-category", "boots"), "not a semantic category"),
    ],
)
def test_put_refuses_what_it_cannot_use(shop: Path, tmp_path: Path, monkeypatch, arguments, why):
    monkeypatch.chdir(shop)
    error = run("item", "put", *arguments, "--store", store_of(tmp_path)).exception
    assert isinstance(error, DeepstyleError)
    assert why in error.message
    assert error.remedy


def test_a_category_map_overrides_and_a_mistake_in_it_stops_before_anything_is_written(shop: Path, tmp_path: Path):
    (shop / "items.csv").write_text("sku,name,image\nv1,Ankle boots,boots.jpg\n")
    words = tmp_path / "words.csv"
    words.write_text("ankle boots,bags\n")
    arguments = ("import", shop, "--store", store_of(tmp_path), "--category-map", words)
    assert run(*arguments).exit_code == 0
    shown = json.loads(run("item", "show", "v1", "--store", store_of(tmp_path), "--json").stdout)
    assert (shown["semantic_category"], shown["category_source"]) == ("bags", "")
    words.write_text("ankle boots,none\n")
    report = json.loads(run("data", "check", shop, "--category-map", words, "--json").stdout)
    assert "no-category" in {finding["code"] for finding in report["findings"]}
    words.write_text("ankle boots,wellies\n")
    result = run(*arguments)
    assert isinstance(result.exception, DeepstyleError)
    assert "line 1" in result.exception.message


def test_feeds_lists_each_layout_with_an_example():
    listed = json.loads(run("feeds", "--json").stdout)
    names = [one["name"] for one in listed]
    assert {"shopify", "woocommerce", "google", "magento", "polyvore", "folder", "table"} <= set(names)
    assert len(set(names)) == len(names)
    assert all(one["title"] and one["clue"] and one["example"] for one in listed)
    assert "Handle" in run("feeds").stdout


def test_check_and_import_say_which_rows_are_no_items(tmp_path: Path):
    folder = tmp_path / "feed"
    folder.mkdir()
    (folder / "boots.jpg").write_bytes(save(photo(), "JPEG"))
    (folder / "export.csv").write_text(
        "Handle,Title,Status,Tags,Variant SKU,Variant Price,Image Src\n"
        "a,Boots,active,new,A,90,boots.jpg\na,,,,,,boots.jpg\nb,Hat,draft,,B,20,\n"
    )
    checked = run("data", "check", folder).stdout
    assert "layout shopify" in checked
    assert "Attributes: Status, Tags" in checked
    for result in (checked, run("import", folder, "--store", store_of(tmp_path)).stdout):
        assert "Rows that are no items of their own: 1 merged · 1 not-published" in result
