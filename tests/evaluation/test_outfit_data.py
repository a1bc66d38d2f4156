"""What training and evaluation on outfits start from, where two catalogues have folders of the same name."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from deepstyle.evaluation.outfit_data import OutfitData, open_outfit_data
from tests.cli.test_outfits import write_catalogue
from tests.images.pictures import photo, save


def opened(data: Path, model: Path) -> tuple[OutfitData, int]:
    """The data, and how many pictures were encoded for it."""
    seen: list[tuple[int, int]] = []

    def on_stage(what: str, done: int, total: int | None) -> None:
        if what == "features":
            seen.append((done, total or 0))

    found = open_outfit_data(str(data), model=str(model), on_stage=on_stage)
    return found, seen[0][1] - seen[0][0]


def test_folders_of_the_same_name_get_their_own_features_and_keep_them(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
    one = write_catalogue(tmp_path / "one" / "outfits")
    other = tmp_path / "other" / "outfits"
    shutil.copytree(one, other)
    for at in (3, 4):
        (other / "images" / f"i{at:02}.jpg").write_bytes(save(photo(30, 40, seed=90 + at), "JPEG"))
    first, second, again = opened(one, tiny_model), opened(other, tiny_model), opened(one, tiny_model)
    assert [computed for _, computed in (first, second, again)] == [30, 2, 0]
    assert [path.name for path in (tmp_path / "var").glob("*.db")] == ["outfits.db"]
    np.testing.assert_array_equal(again[0].features, first[0].features)
    different = np.flatnonzero((second[0].features != first[0].features).any(1))
    assert different.tolist() == [3, 4]
