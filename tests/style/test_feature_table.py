from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.errors import DataError
from deepstyle.style.feature_table import FeatureTable, read_features, write_features


def table(rows: int = 3, *, fingerprint: str = "abc", dtype: type = np.float16) -> FeatureTable:
    features = np.arange(rows * 4, dtype=dtype).reshape(rows, 4)
    ids = tuple(f"i{n}" for n in range(rows))
    return FeatureTable(fingerprint, ids, tuple(f"sha-{n}" for n in ids), features)


@given(rows=st.integers(0, 20), dtype=st.sampled_from([np.float16, np.float32]))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: int, dtype: type) -> None:
    folder, written = tmp_path_factory.mktemp("features"), table(rows, dtype=dtype)
    write_features(written, folder)
    read = read_features(folder)
    assert (read.fingerprint, read.item_ids, read.image_sha256s) == ("abc", written.item_ids, written.image_sha256s)
    assert read.features.dtype == dtype
    np.testing.assert_array_equal(read.features, written.features)


def test_second_write_replaces_the_first(tmp_path: Path) -> None:
    write_features(table(3), tmp_path)
    write_features(table(5, fingerprint="new"), tmp_path)
    assert read_features(tmp_path).fingerprint == "new"
    assert len(list(tmp_path.iterdir())) == 2


def test_an_array_without_its_table_changes_nothing(tmp_path: Path) -> None:
    write_features(table(3), tmp_path)
    (tmp_path / "0123.npy").write_bytes(b"what a killed writer left")
    assert len(read_features(tmp_path).item_ids) == 3


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"table\.json is missing"):
        read_features(tmp_path)


@pytest.mark.parametrize("keep", [0, 10, 130, 150])
def test_cut_off_array(tmp_path: Path, keep: int) -> None:
    write_features(table(3), tmp_path)
    array = next(tmp_path.glob("*.npy"))
    array.write_bytes(array.read_bytes()[:keep])
    with pytest.raises(DataError):
        read_features(tmp_path)


def test_altered_array(tmp_path: Path) -> None:
    write_features(table(3), tmp_path)
    array = next(tmp_path.glob("*.npy"))
    data = bytearray(array.read_bytes())
    data[-1] ^= 1
    array.write_bytes(data)
    with pytest.raises(DataError, match="does not match its digest"):
        read_features(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"array": "../x.npy"}'])
def test_malformed_table(tmp_path: Path, text: str) -> None:
    write_features(table(3), tmp_path)
    (tmp_path / "table.json").write_text(text)
    with pytest.raises(DataError):
        read_features(tmp_path)


def test_a_table_is_consistent() -> None:
    with pytest.raises(ValueError, match="differ"):
        FeatureTable("f", ("a",), ("x", "y"), np.zeros((1, 2), np.float32))
    with pytest.raises(ValueError, match="twice"):
        FeatureTable("f", ("a", "a"), ("x", "y"), np.zeros((2, 2), np.float32))
