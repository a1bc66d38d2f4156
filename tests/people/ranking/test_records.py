import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from deepstyle.errors import ModelError, UsageError
from deepstyle.people.base import PeopleStore
from deepstyle.people.open import open_people
from deepstyle.people.ranking import live
from deepstyle.people.ranking.forget import forget
from deepstyle.people.ranking.live import LiveRanking
from deepstyle.people.ranking.models import (
    COUNTS_FILE,
    FACTORS_FILE,
    LearnedRanking,
    RankingSpec,
    read_ranking,
    write_ranking,
)
from deepstyle.people.ranking.personal import ItemFactors
from deepstyle.people.ranking.popularity import Popularity
from deepstyle.people.ranking.records import TABLE, Serving, note_version, promote, read_serving, roll_back, versions

ONE, TWO = "20261127T100000-00000001", "20261128T100000-00000002"


@pytest.fixture
def people(tmp_path: Path) -> Iterator[PeopleStore]:
    with open_people(f"sqlite:///{tmp_path / 'people.db'}") as opened:
        yield opened


def ranking(version: str = ONE) -> LearnedRanking:
    spec = RankingSpec(version, "2026-11-27T10:00:00Z", "personal", 1.0, 0.8, 1, 2, 3, 4, "ab")
    factors = ItemFactors(("a", "ü"), np.ones((2, 3), np.float32), np.array([3, 4], np.int32), 10.0, 1.0)
    return LearnedRanking(spec, Popularity(0.1, {"a": (1.0, 5.0)}, {"red": {"a": (1.0, 2.0)}}), factors)


def test_a_ranking_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_ranking(tmp_path / ONE, ranking(), "")

    found = read_ranking(tmp_path / ONE)

    assert found.spec == ranking().spec
    assert found.factors is not None
    assert found.factors.item_ids == ("a", "ü")
    assert found.popularity.of(["a", "b"]) == pytest.approx(ranking().popularity.of(["a", "b"]))
    assert found.popularity.of_query(" RED ", ["a"]) == pytest.approx(ranking().popularity.of_query("red", ["a"]))


@pytest.mark.parametrize(
    ("name", "content"),
    [(COUNTS_FILE, b"{"), (FACTORS_FILE, b"no tensors"), ("spec.json", b'{"version": 1}'), ("spec.json", b"\xff")],
)
def test_a_damaged_ranking_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    write_ranking(tmp_path / ONE, ranking(), "")
    (tmp_path / ONE / name).write_bytes(content)

    with pytest.raises(ModelError, match="cannot be read"):
        read_ranking(tmp_path / ONE)


def test_features_of_another_version_are_refused(tmp_path: Path) -> None:
    other = dataclasses.replace(ranking().spec, features=("log_place",))
    write_ranking(tmp_path / ONE, dataclasses.replace(ranking(), spec=other), "")

    with pytest.raises(ModelError, match="features of another version"):
        read_ranking(tmp_path / ONE)


def test_what_served_before_serves_again_and_then_nothing(people: PeopleStore) -> None:
    with pytest.raises(UsageError, match="no learned ranking"):
        roll_back(people)
    promote(people, ONE)
    promote(people, TWO)

    assert read_serving(people) == Serving(TWO, (ONE, ""))
    assert roll_back(people) == Serving(ONE, ("",))
    assert roll_back(people) == Serving("", ())


def test_versions_are_listed_and_belong_to_nobody(people: PeopleStore) -> None:
    note_version(people, TWO, {"serves": ""})
    note_version(people, ONE, {"serves": "session"})
    promote(people, ONE)

    assert [version for version, _ in versions(people)] == [ONE, TWO]
    people.put(TABLE, "hers", {}, owner="anna")
    assert forget(people, ["anna", "", "nobody"]) == 1
    assert [version for version, _ in versions(people)] == [ONE, TWO]


def test_a_server_follows_promotions_rollbacks_and_damage(
    people: PeopleStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "RELOAD_S", 0.0)
    serving = LiveRanking(lambda: people, tmp_path)
    assert serving.current() is None
    write_ranking(tmp_path / ONE, ranking(), "")
    promote(people, ONE)
    found = serving.current()
    assert found is not None
    assert found.spec.version == ONE
    assert serving.current() is found
    promote(people, TWO)  # whose folder is not on this machine
    assert serving.current() is None
    roll_back(people)
    assert serving.current() is not None


def test_a_version_that_is_no_name_of_a_folder_is_ignored(people: PeopleStore) -> None:
    people.put(TABLE, "serving", {"version": "../../etc", "previous": ["..", ONE]})

    assert read_serving(people) == Serving("", ("", ONE))
