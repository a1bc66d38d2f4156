"""What serves, as it is written, damaged, promoted and rolled back."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from deepstyle.compatibility.association import Place
from deepstyle.errors import ModelError
from deepstyle.people.associations import live
from deepstyle.people.associations.folder import (
    COUNTS_FILE,
    FOLDER,
    GROUPS_FILE,
    SPEC_FILE,
    TABLE,
    AssociationSpec,
    Counted,
    read_association,
    read_counts,
    read_spec,
    write_association,
    write_counts,
)
from deepstyle.people.associations.live import LiveAssociation
from deepstyle.people.base import PeopleStore
from deepstyle.people.open import open_people
from deepstyle.people.ranking.records import promote, roll_back

ONE, TWO = "20261127T100000-00000001", "20261128T100000-00000002"
SPEC = AssociationSpec(ONE, "2026-11-27T10:00:00Z", "space", True, 0.2, 1, 2, 3, 4, {"head": 0.1})
COUNTED = Counted(
    {("article:a", "article:ü"): 7, ("article:a", "category:shoes"): 9}, {"ü1": Place("ü", "shoes/0")}, ("x",)
)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[PeopleStore]:
    with open_people(f"sqlite:///{tmp_path / 'people.db'}") as opened:
        yield opened


def write(folder: Path) -> Path:
    write_association(folder, SPEC, {"shoes": np.eye(2, 3, dtype=np.float32)}, COUNTED)
    return folder


def test_an_association_is_read_as_it_was_written(tmp_path: Path) -> None:
    folder = write(tmp_path / ONE)
    found = read_association(folder)

    assert (found.space, found.weight, found.people, found.places) == ("space", 0.2, COUNTED.people, COUNTED.places)
    assert found.centroids["shoes"].tolist() == np.eye(2, 3).tolist()
    assert read_spec(folder) == SPEC
    assert read_counts(folder).erased == ("x",)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (COUNTS_FILE, b"{"),
        (COUNTS_FILE, b'{"people": {"a": {"b": 4}}, "places": {}, "erased": []}'),  # of too few people
        (COUNTS_FILE, b'{"people": {}, "places": {"a": ["b"]}, "erased": []}'),
        (GROUPS_FILE, b"no tensors"),
        (SPEC_FILE, b'{"version": 1}'),
        (SPEC_FILE, b"\xff"),
    ],
)
def test_a_damaged_association_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (write(tmp_path / ONE) / name).write_bytes(content)

    with pytest.raises(ModelError, match="cannot be read"):
        read_association(tmp_path / ONE)


def test_a_server_follows_promotions_rollbacks_erasures_and_damage(
    people: PeopleStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "RELOAD_S", 0.0)
    serving = LiveAssociation(lambda: people, tmp_path)
    assert serving.current() is None
    folder = write(tmp_path / FOLDER / ONE)
    assert serving.current() is None, "nothing serves before it is promoted"
    promote(people, ONE, TABLE)
    found = serving.current()
    assert found is not None and serving.current() is found
    write_counts(folder, Counted({}, COUNTED.places))
    after = serving.current()
    assert after is not None and after.people == {}
    promote(people, TWO, TABLE)  # whose folder is not on this machine
    assert serving.current() is None
    roll_back(people, TABLE)
    assert serving.current() is not None
    roll_back(people, TABLE)
    assert serving.current() is None
    assert LiveAssociation(lambda: None, tmp_path).current() is None
