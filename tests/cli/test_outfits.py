"""From a catalogue with outfits to suggestions on the command line."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from deepstyle.cli import app
from deepstyle.compatibility.head import Head
from deepstyle.errors import FingerprintMismatchError, UnknownItemError
from deepstyle.report.style_report import completed_looks
from deepstyle.store import open_store
from tests.compatibility.shop import map_shop
from tests.compatibility.tiny import write_tiny_head
from tests.conftest import Shop
from tests.images.pictures import photo, save
from tests.looks.worn import use_detector, worn

KINDS = ("tops", "bottoms", "shoes")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_model: Path):
    monkeypatch.setenv("DEEPSTYLE_MODEL", str(tiny_model))
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: object) -> str:
        result = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return invoke


@pytest.fixture
def mapped(run, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEEPSTYLE_STORE", shop.store_url)
    monkeypatch.setenv("DEEPSTYLE_COMPAT", str(map_shop(shop, tmp_path / "head")))
    return run


def write_catalogue(root: Path) -> Path:
    """Thirty items, six to a style, which is the shade of the picture; outfits keep to a style.

    Outfits 100 to 104 are each style's first three items, 105 to 109 its other three, and so on in turn. nondisjoint
    has every item in training; disjoint trains on the first three items, and its test leaks one outfit of these.
    """
    (root / "images").mkdir(parents=True)
    meta = {}
    for at in range(30):
        shade = np.asarray(photo(30, 40, seed=at)) // 8 + np.uint8(40 * (at // 6))
        (root / "images" / f"i{at:02}.jpg").write_bytes(save(Image.fromarray(shade), "JPEG"))
        meta[f"i{at:02}"] = {"title": f"Item {at}", "semantic_category": KINDS[at % 3], "catgeories": "", "related": ""}
    (root / "polyvore_item_metadata.json").write_text(json.dumps(meta))
    (root / "polyvore_outfit_titles.json").write_text("{}")
    write_split(root / "nondisjoint", {"train": range(10), "valid": range(10, 15), "test": range(15, 20)})
    write_split(root / "disjoint", {"train": range(5), "valid": range(5, 10), "test": range(5, 11)})
    return root


def write_split(folder: Path, splits: dict[str, range]) -> None:
    """Outfit i against one with a middle item of another outfit, and a blank for its last item."""
    folder.mkdir()
    for split, numbers in splits.items():
        outfits = {
            f"{100 + at}": [f"i{6 * (at % 5) + 3 * (at // 5 % 2) + kind:02}" for kind in range(3)] for at in numbers
        }
        ids = list(outfits)
        fields = [
            {"set_id": name, "items": [{"item_id": item, "index": i} for i, item in enumerate(outfits[name], 1)]}
            for name in ids
        ]
        (folder / f"{split}.json").write_text(json.dumps(fields))
        pairs = zip(ids, ids[::-1], strict=True)
        lines = [f"1 {one}_1 {one}_2 {one}_3\n0  {one}_1 {other}_2 {one}_3" for one, other in pairs]
        (folder / f"compatibility_{split}.txt").write_text("\n".join(lines))
        blanks = [
            {
                "question": [f"{name}_1", f"{name}_2"],
                "blank_position": 3,
                "answers": [f"{one}_3" for one in ids[at:] + ids[:at]][:4],
            }
            for at, name in enumerate(ids)
        ]
        (folder / f"fill_in_blank_{split}.json").write_text(json.dumps(blanks))


def test_from_a_catalogue_to_suggestions(run, tmp_path: Path) -> None:
    data = write_catalogue(tmp_path / "styles")
    small = "members = 2\nhidden_dim = 8\nembedding_dim = 4\nbatch_size = 8\nepochs = 3\n"
    (tmp_path / "compat.toml").write_text(small)
    spec = json.loads(run("train", "compat", data, "--out", "head", "--config", "compat.toml", "--json"))
    assert spec["training"]["epochs"] == 3
    assert spec["embedding_dim"] == 8
    assert 0 <= spec["metrics"]["valid_auc"] <= 1
    assert sorted(path.name for path in Path("head").iterdir()) == ["head.safetensors", "outfits.json", "spec.json"]
    report = json.loads(run("evaluate", "compat", data, "--compat", "head", "--split", "valid", "--json"))
    rows = {row["model"]: row for row in report["as shipped"]}
    assert list(rows) == ["head head", "raw feature cosine", "background only", "popularity"]
    assert rows["head head"]["auc"] == pytest.approx(spec["metrics"]["valid_auc"])
    run("train", "compat", data, "--out", "other", "--config", "compat.toml", "--seed", 1)
    assert "mean of 2 heads" in run("evaluate", "compat", data, "--compat", "head", "--compat", "other")
    store = "sqlite:///var/styles.db"
    first = run("suggest", "--store", store, "--compat", "head")
    assert "Loaded outfit mapping for 30 items. Seed Item ID: i00 Suggested Items: ['i" in first
    assert json.loads(run("suggest", "--store", store, "--compat", "head", "--json"))["projected"] == 0


def test_a_known_scores_file_is_judged_by_the_same_questions(run, tmp_path: Path) -> None:
    data = write_catalogue(tmp_path / "styles")
    scores = {"compatibility": [1, 0] * 5, "fill_in_blank": [[1, 0, 0, 0]] * 5}
    (tmp_path / "hers.json").write_text(json.dumps(scores))
    report = json.loads(run("evaluate", "compat", data, "--scores", "hers.json", "--json", "--save", "report.json"))
    first = report["as shipped"][0]
    assert (first["model"], first["auc"], first["fill_in_blank"]) == ("hers.json", 1.0, 1.0)
    assert json.loads(Path("report.json").read_text()) == report


def test_a_disjoint_split_that_leaks_is_told_as_shipped_and_purged(run, tmp_path: Path) -> None:
    data = write_catalogue(tmp_path / "styles")
    # Test has outfits 105 to 110; 110 has the items of 100, on which disjoint trains. Of the twelve questions three
    # name it: its own, the one whose middle item it lends, and the one whose middle item it borrows.
    # A model that knows the others by heart and nothing of 110: good outfits score 1, but 110 and the wrong ones 0.
    good = [1, 1, 1, 1, 1, 0]
    # Its blanks: those of 105 and 106 have answers of 105 to 109 only; every other has 110 among its answers.
    scores = {
        "compatibility": [score for one in good for score in (one, 0)],
        "fill_in_blank": [[1, 0, 0, 0]] * 2 + [[1, 1, 0, 0]] * 4,
    }
    (tmp_path / "hers.json").write_text(json.dumps(scores))
    ask = ("evaluate", "compat", data, "--variant", "disjoint", "--scores", "hers.json")
    report = json.loads(run(*ask, "--json"))
    shipped, purged = report["as shipped"][0], report["purged"][0]
    # 5 good outfits win against 6 wrong ones, one ties with 6: (30 + 3) / 36. Two of six blanks are no tie.
    assert (shipped["outfits"], shipped["blanks"]) == (12, 6)
    assert shipped["auc"] == pytest.approx(33 / 36)
    assert shipped["fill_in_blank"] == pytest.approx(2 / 6)
    assert (purged["outfits"], purged["blanks"]) == (9, 2)
    assert (purged["auc"], purged["fill_in_blank"]) == (1.0, 1.0)
    assert [row["model"] for row in report["purged"]] == [row["model"] for row in report["as shipped"]]
    assert "test · purged" in run(*ask)
    # With the leak's outfits as the whole test, nothing is left to ask, and that is no error.
    for name in ("test.json", "compatibility_test.txt", "fill_in_blank_test.json"):
        (data / "disjoint" / name).write_bytes((data / "disjoint" / name.replace("test", "train")).read_bytes())
    (tmp_path / "hers.json").write_text(json.dumps({"compatibility": [1, 0] * 5, "fill_in_blank": [[1, 0, 0, 0]] * 5}))
    assert "purged" not in json.loads(run(*ask, "--json"))


def test_compatible_by_item_by_photo_and_mapped(mapped, shop: Shop, tmp_path: Path) -> None:
    fields = json.loads(mapped("compatible", "item-000", "-k", 1, "--json"))
    assert {one["item"]["semantic_category"] for one in fields["results"]} == {"tops", "bags"}
    (tmp_path / "shoe.jpg").write_bytes(shop.picture(0))
    photographed = json.loads(mapped("compatible", "shoe.jpg", "--semantic-category", "bags", "--json"))
    assert photographed["results"]
    assert len(json.loads(mapped("compatible", "shoe.jpg", "--mapped", "--json"))["results"]) == 3
    table = mapped("compatible", "item-000", "--mapped", "--save", "grid.png")
    with open_store(shop.store_url, read_only=True) as store:
        assert all(name in table for name in store.compatible("item-000"))
    assert Path("grid.png").read_bytes().startswith(b"\x89PNG")


def test_outfits_are_scored_and_completed(mapped, shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "shoe.jpg").write_bytes(shop.picture(0))
    scored = json.loads(mapped("outfit", "score", "shoe.jpg", "item-001", "item-002", "--json"))
    assert len(scored["pairs"]) == 3
    assert (scored["calibrated"], scored["compatibility"], scored["event"]) == (False, None, None)
    assert scored["measured_on"] == [dict.fromkeys(["auc", "auc_low", "auc_high", "outfits"]) | {"data": ""}]
    seen = json.loads(mapped("outfit", "score", "item-000", "item-001", "--json"))["pairs"][0]["reasons"][0]
    assert seen == {"code": "seen_together", "parameters": {"count": 2}}
    printed = mapped("outfit", "score", "item-000", "item-001")
    assert "not calibrated for this catalogue" in printed
    assert "%" not in printed
    assert "the same item twice" in mapped("outfit", "score", "item-000", "item-000")
    assert "Compatibility" in printed
    assert "styled together" in printed
    fields = json.loads(mapped("outfit", "complete", "item-000", "--slot", "tops", "-k", 2, "--json"))
    assert [outfit["items"][0] for outfit in fields["outfits"]] == ["item-000"] * 2
    assert "board" in mapped("outfit", "complete", "shoe.jpg", "--slot", "bags", "--save", "board.png")
    mapped("outfit", "complete", "item-000", "--slot", "bags", "--save", "board.html")
    assert Path("board.html").read_text().count("<figure") == 10
    assert "3 items" in mapped("outfit", "grid", "--rows", 3, "--save", "grid.html")


def test_a_look_is_analysed(mapped, shop: Shop) -> None:
    found = json.loads(mapped("outfit", "analyse", "item-000", "item-002", "item-003", "-k", 2, "--json"))
    assert [piece["item_id"] for piece in found["pieces"]] == ["item-000", "item-002", "item-003"]
    assert found["score"]["weakest"] in range(3)
    assert all(one["gain"] > 0 for one in found["replacements"])
    printed = mapped("outfit", "analyse", "item-000", "item-002", "item-003", "-k", 2)
    weakest = found["pieces"][found["weakest_piece"]]["item_id"]
    assert f"Weakest piece: {shop.item(int(weakest[-3:])).title}" in printed
    for one in [*found["replacements"], *(p for missing in found["missing"] for p in missing["proposals"])]:
        assert one["item"]["item_id"] in printed
    assert "no look yet" in mapped("outfit", "analyse", "item-000")


def test_the_garments_of_a_worn_look_are_analysed(
    mapped, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_detector(monkeypatch, worn(("tops", "bags", "shoes")))
    (tmp_path / "look.jpg").write_bytes(shop.picture(0))
    found = json.loads(mapped("outfit", "analyse", "look.jpg", "--json"))
    assert [piece["semantic_category"] for piece in found["pieces"]] == ["tops", "bags", "shoes"]
    assert all(piece["box"] for piece in found["pieces"])
    assert "Weakest piece: " in mapped("outfit", "analyse", "look.jpg")


def test_the_report_has_a_board_where_the_store_was_mapped_with_this_head(mapped, shop: Shop, tmp_path: Path) -> None:
    write_tiny_head(tmp_path / "other", "another", 12)
    with open_store(shop.store_url, read_only=True) as store:
        (look,) = completed_looks(store, Head.open(tmp_path / "head"), ["item-001"])
        assert re.fullmatch(r"score [01]\.\d\d", look.title)  # the head was never tested on this catalogue
        assert [tile.note for tile in look.tiles] == ["given", "added", "added"]
        assert [tile.detail.split(" · ")[0] for tile in look.tiles] == ["tops", "shoes", "bags"]
        assert completed_looks(store, Head.open(tmp_path / "other"), ["item-001"]) == []


def test_what_does_not_fit_is_named(mapped, shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(UnknownItemError, match=r"nobody.jpg.*no photo"):
        mapped("compatible", "nobody.jpg")
    write_tiny_head(tmp_path / "other", "another", 12)
    with pytest.raises(FingerprintMismatchError, match="another"):
        mapped("compatible", "item-000", "--compat", tmp_path / "other")


def test_the_published_figures_of_polyvore_outfits(mapped, tmp_path: Path) -> None:
    data, store = write_catalogue(tmp_path / "styles"), f"sqlite:///{tmp_path}/styles.db"
    common = ("--compat", tmp_path / "head", "--store", store, "--json")
    ours = json.loads(mapped("evaluate", "benchmark", "polyvore-outfits", "--data", data, *common))
    rows = {(row["task"], row["measure"]): row for row in ours["rows"]}
    compat = json.loads(mapped("evaluate", "compat", data, "--variant", "disjoint", *common))
    assert rows["disjoint", "AUC"]["deepstyle"] == compat["rows"][0]["AUC"]
    assert rows["nondisjoint", "fill in the blank"]["OutfitTransformer"] == 0.671
