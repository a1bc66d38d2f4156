"""The written folder: layout, repeatability, atomicity, and what happens when it is interrupted."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from deepstyle.demo import write
from deepstyle.demo.products import Product
from deepstyle.demo.rules import Traits, outfit_score
from deepstyle.demo.write import render_demo
from deepstyle.errors import DataError, UsageError
from deepstyle.images.pixels import decode

ITEMS, OUTFITS = 330, 60


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "catalogue"
    seen: list[int] = []
    render_demo(folder, items=ITEMS, outfits=OUTFITS, on_progress=seen.append)
    assert seen == list(range(ITEMS + 1))
    return folder


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def test_layout(demo: Path) -> None:
    metadata = read(demo / "polyvore_item_metadata.json")
    assert isinstance(metadata, dict) and len(metadata) == ITEMS
    assert {path.stem for path in (demo / "images").iterdir()} == set(metadata)
    rows = (demo / "categories.csv").read_bytes().decode().split("\r\n")
    assert rows.pop() == ""
    categories = {(row.split(",")[0], row.split(",")[2]) for row in rows}
    wanted = {"url_name", "description", "catgeories", "title", "related", "category_id", "semantic_category"}
    own = {"brand", "colour", "pattern", "price", "currency", "style", "season", "url"}
    for item in metadata.values():
        assert set(item) == wanted | own
        assert (item["category_id"], item["semantic_category"]) in categories
        assert item["price"] > 0
    titles = read(demo / "polyvore_outfit_titles.json")
    assert isinstance(titles, dict) and len(titles) == OUTFITS


@pytest.mark.parametrize("variant", ["disjoint", "nondisjoint"])
def test_every_token_resolves_and_the_written_oracle_is_perfect(demo: Path, variant: str) -> None:
    traits = {
        item_id: Traits(item["style"], item["colour"], item["pattern"], item["season"])
        for item_id, item in read(demo / "polyvore_item_metadata.json").items()
    }
    total = 0
    for split in ("train", "valid", "test"):
        sets = {
            o["set_id"]: {i["index"]: i["item_id"] for i in o["items"]} for o in read(demo / variant / f"{split}.json")
        }
        total += len(sets)
        if split == "train":
            continue

        def look(token: str, sets: dict[str, dict[int, str]] = sets) -> Traits:
            set_id, index = token.split("_")
            return traits[sets[set_id][int(index)]]

        lines = (demo / variant / f"compatibility_{split}.txt").read_text().splitlines()
        assert len(lines) == 2 * len(sets)
        for line in lines:
            label, *tokens = line.split()
            assert line.startswith("1 " if label == "1" else "0  ")
            assert (outfit_score([look(token) for token in tokens]) == 1) == (label == "1")
        for question in read(demo / variant / f"fill_in_blank_{split}.json"):
            (set_id,) = {token.split("_")[0] for token in question["question"]}
            rest = [look(token) for token in question["question"]]
            right = [answer for answer in question["answers"] if answer.split("_")[0] == set_id]
            assert right == [f"{set_id}_{question['blank_position']}"]
            assert [a for a in question["answers"] if outfit_score([look(a), *rest]) == 1] == right
    assert total == OUTFITS


def test_every_picture_decodes(demo: Path) -> None:
    for path in (demo / "images").iterdir():
        assert decode(path.read_bytes()).shape == (400, 320, 3)


def test_second_run_changes_nothing(demo: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in demo.rglob("*")}
    render_demo(demo, items=ITEMS, outfits=OUTFITS)
    assert {path: path.stat().st_mtime_ns for path in demo.rglob("*")} == before


def test_rendering_again_gives_the_same_bytes_and_goes_on_where_it_was_killed(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [path.name for path in sorted((demo / "images").iterdir())][8:]
    rendered: list[str] = []

    class Killed(BaseException):
        pass

    def interrupted(products: list[Product], folder: Path, seed: int) -> None:
        for name in kept:
            shutil.copy(demo / "images" / name, folder / name)
        (folder / "10000-11.4711.part").write_bytes(b"half a picture")
        raise Killed

    target = tmp_path / "again"
    (tmp_path / ".again.rendering-0123456789ab").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(write, "_rendered", interrupted)
        with pytest.raises(Killed):
            render_demo(target, items=ITEMS, outfits=OUTFITS)
    assert not target.exists(), "a killed render must not leave half a catalogue"

    render_one = write._render
    monkeypatch.setattr(
        write,
        "_rendered",
        lambda products, folder, seed: [
            (rendered.append(p.item_id), render_one(p, folder=folder, seed=seed)) for p in products
        ],
    )
    render_demo(target, items=ITEMS, outfits=OUTFITS)
    assert len(rendered) == 8
    assert {p.relative_to(target): p.read_bytes() for p in target.rglob("*") if p.is_file()} == {
        p.relative_to(demo): p.read_bytes() for p in demo.rglob("*") if p.is_file()
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == [".again.lock", "again"]


def test_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"mine")
    with pytest.raises(DataError, match="is not a demo catalogue"):
        render_demo(tmp_path, items=ITEMS, outfits=OUTFITS)
    assert (tmp_path / "holiday.jpg").read_bytes() == b"mine"


@pytest.mark.parametrize(("items", "outfits"), [(100, 60), (ITEMS, 0)])
def test_nonsense_is_refused(tmp_path: Path, items: int, outfits: int) -> None:
    with pytest.raises(UsageError):
        render_demo(tmp_path / "x", items=items, outfits=outfits)
