"""From a catalogue to a trained model that serves, and to its report, by the commands a person types."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepstyle.catalogue.item import Item
from deepstyle.cli import app
from deepstyle.errors import MissingDependencyError, ModelError, UsageError
from deepstyle.images.pixels import read_image
from deepstyle.learning.style.run import export_run
from deepstyle.store import Entry, open_store
from deepstyle.style.architectures import ARCHITECTURES
from tests.images.pictures import photo, save

CONFIG = """
[model]
weights = "packaged:lite0"
[data]
views = ["mirrored"]
[batch]
categories = 3
garments = 2
[optimiser]
epochs = 2
steps_per_epoch = 2
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
    runner = CliRunner()

    def call(*words: str | Path) -> str:
        result = runner.invoke(app, [str(word) for word in words], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return call


def test_train_export_encode_report(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    with open_store(url) as store:
        store.put(
            [
                Entry(
                    Item(f"{n // 2}-{n % 2}", semantic_category=("tops", "shoes", "bags")[n % 3], model_id=str(n // 2)),
                    read_image(save(photo(40, 60, seed=n), "JPEG", quality=90)),
                )
                for n in range(120)
            ]
        )
    config = tmp_path / "tiny.toml"
    config.write_text(CONFIG)
    train = ("train", "style", "--store", url, "--config", config, "--to", tmp_path / "run", "--json")
    report = json.loads(run(*train))
    assert (report["steps"], report["epochs"]) == (4, 2)
    assert json.loads(run(*train)) == report  # a finished training is reports the same again
    spec = json.loads(run("export", tmp_path / "run", "--to", tmp_path / "model", "--json"))
    assert spec["head"] == "trained-head-512"
    assert spec["data_sha256"]
    encoded = json.loads(run("encode", "--store", url, "--model", tmp_path / "model", "--json"))
    assert (encoded["space"], encoded["encoded"]) == (spec["fingerprint"], 120)
    run("report", "--store", url, "--run", tmp_path / "run", "--to", tmp_path / "report", "--queries", "3")
    files = {path.name for path in (tmp_path / "report").iterdir()}
    assert files == {"index.html", "report.json", "sheet.png", "map.png", "curves.png"}
    content = json.loads((tmp_path / "report" / "report.json").read_text())
    assert [figure["figure"] for figure in content["figures"]] == ["sheet.png", "map.png", "curves.png"]
    assert len({row["query"] for row in content["rows"]}) == 3
    assert {"rank", "similarity", "item", "category", "group", "farthest_of_all"} <= set(content["rows"][0])
    assert (tmp_path / "report" / "index.html").read_text().count("data:image/png;base64,") == 3
    architecture = ARCHITECTURES[spec["architecture"]]
    wider = replace(architecture.preprocessing, width_px=architecture.preprocessing.width_px + 32)
    monkeypatch.setitem(ARCHITECTURES, spec["architecture"], replace(architecture, preprocessing=wider))
    with pytest.raises(ModelError, match=r"preprocessing of .* has changed"):
        export_run(tmp_path / "run", tmp_path / "model")


def test_restart_discards_the_checkpoint(run, tmp_path: Path) -> None:
    data, config = write_polyvore(tmp_path / "polyvore"), tmp_path / "tiny.toml"
    config.write_text(CONFIG)
    train = ("train", "style", "--data", data, "--config", config, "--to", tmp_path / "run", "--json")
    first = json.loads(run(*train))
    config.write_text(CONFIG + "seed = 5\n")
    with pytest.raises(UsageError, match=r"config\.optimiser\.seed was 0 and is 5.*--restart"):
        run(*train)
    assert json.loads(run(*train, "--restart"))["history"] != first["history"]
    assert json.loads(run(*train))["epochs"] == 2


def test_exactly_one_source_of_items_is_needed(run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not clear what to train on"):
        run("train", "style", "--to", tmp_path)
    with pytest.raises(UsageError, match="not clear what to train on"):
        run("train", "style", "--to", tmp_path, "--data", "demo", "--store", "sqlite:///x.db")


def write_polyvore(root: Path) -> Path:
    """A folder in the shape of the whole set: plain numbers as ids, so no model ids; categories by number."""
    (root / "images").mkdir(parents=True)
    kinds = {"11": "tops", "41": "shoes", "37": "bags"}
    metadata = {}
    for n in range(60):
        number = sorted(kinds)[n % 3]
        metadata[str(100000 + n)] = {
            "url_name": f"thing {n}",
            "description": "",
            "catgeories": "",
            "title": "",
            "related": "",
            "category_id": number,
            "semantic_category": kinds[number],
        }
        (root / "images" / f"{100000 + n}.jpg").write_bytes(save(photo(40, 60, seed=n), "JPEG", quality=90))
    (root / "polyvore_item_metadata.json").write_text(json.dumps(metadata))
    (root / "polyvore_outfit_titles.json").write_text("{}")
    rows = [f"{number},kind {number},{kind}" for number, kind in kinds.items()]
    (root / "categories.csv").write_text("\r\n".join(rows))
    (root / "disjoint").mkdir()
    looks = [{"set_id": "1", "items": [{"item_id": "100000", "index": 1}, {"item_id": "100001", "index": 2}]}]
    (root / "disjoint" / "train.json").write_text(json.dumps(looks))
    return root


def as_hub(root: Path) -> Path:
    """The same as the hub's copy has it: the pictures in parquet files."""
    pyarrow = pytest.importorskip("pyarrow", reason="the extra 'parquet' is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    pictures = sorted((root / "images").iterdir())
    table = {
        "item_id": [path.stem for path in pictures],
        "image": [{"bytes": path.read_bytes(), "path": path.name} for path in pictures],
    }
    (root / "data" / "disjoint").mkdir(parents=True)
    parquet.write_table(pyarrow.table(table), root / "data" / "disjoint" / "train.parquet")
    for path in pictures:
        path.unlink()
    (root / "images").rmdir()
    return root


@pytest.mark.parametrize("shape", [lambda root: root, as_hub], ids=["folder", "hub"])
def test_training_on_the_shapes_of_polyvore_outfits(run, tmp_path: Path, shape) -> None:
    data = shape(write_polyvore(tmp_path / "polyvore"))
    config = tmp_path / "tiny.toml"
    config.write_text(CONFIG)
    report = json.loads(run("train", "style", "--data", data, "--config", config, "--to", tmp_path / "run", "--json"))
    assert (report["steps"], report["epochs"]) == (4, 2)
    assert 0 < report["history"][-1]["category mAP@R"] <= 1
    assert "recall@1" not in report["history"][-1]  # no garment is known in two colours


def test_the_last_stage_trains_on_pictures(run, tmp_path: Path) -> None:
    config = tmp_path / "last.toml"
    config.write_text(CONFIG.replace('lite0"', 'lite0"\npart = "last-stage"'))
    data = write_polyvore(tmp_path / "polyvore")
    report = json.loads(run("train", "style", "--data", data, "--config", config, "--to", tmp_path / "run", "--json"))
    assert report["steps"] == 4
    spec = json.loads(run("export", tmp_path / "run", "--to", tmp_path / "model", "--json"))
    assert spec["head"] == "trained-last-stage-512"


@pytest.mark.skipif(importlib.util.find_spec("tensorboard") is not None, reason="tensorboard is installed")
def test_curves_for_tensorboard_need_tensorboard(run, tmp_path: Path) -> None:
    config = tmp_path / "tiny.toml"
    config.write_text(CONFIG)
    words = ("train", "style", "--data", write_polyvore(tmp_path / "polyvore"), "--config", config)
    with pytest.raises(MissingDependencyError, match="tensorboard"):
        run(*words, "--to", tmp_path / "run", "--tensorboard", tmp_path / "curves")
