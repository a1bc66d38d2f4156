"""From a catalogue to a trained model that serves, and to its report, by the commands a person types."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepstyle.catalogue.image import read_image
from deepstyle.catalogue.item import Item
from deepstyle.cli import app
from deepstyle.errors import UsageError
from deepstyle.store import Entry, open_store
from tests.catalogue.pictures import photo, save

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


def test_train_export_encode_report(run, tmp_path: Path) -> None:
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
    told = json.loads(run(*train))
    assert (told["steps"], told["epochs"]) == (4, 2)
    assert json.loads(run(*train)) == told  # a finished training is only told again
    spec = json.loads(run("export", tmp_path / "run", "--to", tmp_path / "model", "--json"))
    assert spec["head"] == "trained-head-512"
    assert spec["data_sha256"]
    encoded = json.loads(run("encode", "--store", url, "--model", tmp_path / "model", "--json"))
    assert (encoded["space"], encoded["encoded"]) == (spec["fingerprint"], 120)
    run("report", "--store", url, "--run", tmp_path / "run", "--to", tmp_path / "report", "--queries", "3")
    made = {path.name for path in (tmp_path / "report").iterdir()}
    assert made == {"index.html", "sheet.png", "map.png", "curves.png"}
    assert (tmp_path / "report" / "index.html").read_text().count("data:image/png;base64,") == 3


def test_where_the_items_come_from_must_be_told(run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not clear"):
        run("train", "style", "--to", tmp_path)
    with pytest.raises(UsageError, match="not clear"):
        run("train", "style", "--to", tmp_path, "--data", "demo", "--store", "sqlite:///x.db")
