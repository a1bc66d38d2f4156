"""Learning what goes together from purchases, from files of events to what serves."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from deepstyle.compatibility.association import LEAST_PEOPLE
from deepstyle.errors import DataError
from deepstyle.learning.associations.run import learn_compatibility
from deepstyle.learning.associations.train import train_association
from deepstyle.people.associations.baskets import baskets_of, read_baskets
from deepstyle.people.associations.folder import FOLDER, TABLE, read_association, read_counts
from deepstyle.people.base import PeopleStore
from deepstyle.people.open import open_people
from deepstyle.people.ranking.records import read_serving, versions
from deepstyle.store import Store, open_store
from tests.learning.associations.purchases import SPACE, fill, keep, known, purchases

pytest.importorskip("duckdb")


@pytest.fixture
def people(tmp_path: Path) -> Iterator[PeopleStore]:
    with open_people(f"sqlite:///{tmp_path / 'people.db'}") as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'shop.db'}") as opened:
        fill(opened)
        yield opened


def test_what_is_bought_together_wins_where_there_is_a_taste_and_serves(
    tmp_path: Path, people: PeopleStore, store: Store
) -> None:
    keep(tmp_path / "events", purchases())

    outcome = learn_compatibility(
        store, people, SPACE, events_dir=tmp_path / "events", rankings_dir=tmp_path / "rankings"
    )

    spec, folder = outcome.spec, tmp_path / "rankings" / FOLDER
    assert spec.is_won and all(one["is_won"] for one in spec.gains.values())
    assert spec.metrics["learned"] > max(spec.metrics[name] for name in ("head", "popularity", "together"))
    assert (spec.baskets, spec.people) == (800, 200)
    assert read_serving(people, TABLE).version == spec.version
    assert read_serving(people).version == "", "rankings of results are another thing"
    association = read_association(folder / spec.version)
    assert (association.space, association.weight) == (SPACE, spec.weight)
    assert [fields["is_promoted"] for _, fields in versions(people, TABLE)] == [True]
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"t07" in written
    assert not any(f'"p{person}"'.encode() in written for person in range(200)), "nobody's pseudonym is written"


def test_counts_are_of_people_and_what_few_have_is_left_out(tmp_path: Path, people: PeopleStore, store: Store) -> None:
    keep(tmp_path / "events", purchases())
    outcome = learn_compatibility(
        store, people, SPACE, events_dir=tmp_path / "events", rankings_dir=tmp_path / "rankings"
    )
    counted = read_counts(tmp_path / "rankings" / FOLDER / outcome.spec.version)
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # the same again, by loops
    for basket in read_baskets(tmp_path / "events"):
        for one, other in permutations([counted.places[item_id] for item_id in basket.item_ids], 2):
            kinds = one.group.split("/")[0], other.group.split("/")[0]
            assert kinds[0] != kinds[1]
            for name in (f"article:{one.article}", f"group:{one.group}", f"category:{kinds[0]}"):
                owners[tuple(sorted((name, f"category:{kinds[1]}")))].add(basket.client_id)  # type: ignore[index]
            articles, groups = (f"article:{one.article}", f"article:{other.article}"), (one.group, other.group)
            for names in (articles, [f"group:{group}" for group in groups]):
                owners[tuple(sorted(names))].add(basket.client_id)  # type: ignore[index]
    assert counted.people == {pair: len(who) for pair, who in owners.items() if len(who) >= LEAST_PEOPLE}
    assert any(len(who) < LEAST_PEOPLE for who in owners.values())


def test_nothing_wins_where_people_buy_at_random() -> None:
    trained = train_association(baskets_of(purchases(has_taste=False)), known())

    assert not trained.is_won
    assert not trained.gains["head"].is_won


def test_a_training_that_does_not_win_leaves_what_serves(tmp_path: Path, people: PeopleStore, store: Store) -> None:
    keep(tmp_path / "events", purchases())
    keep(tmp_path / "random", purchases(has_taste=False))
    won = learn_compatibility(store, people, SPACE, events_dir=tmp_path / "events", rankings_dir=tmp_path / "rankings")
    lost = learn_compatibility(store, people, SPACE, events_dir=tmp_path / "random", rankings_dir=tmp_path / "rankings")

    assert not lost.spec.is_won
    assert read_serving(people, TABLE).version == won.spec.version
    assert lost.described()["is_promoted"] is False


def test_too_few_purchases_are_refused(tmp_path: Path, people: PeopleStore, store: Store) -> None:
    with pytest.raises(DataError, match="nobody bought two items"):
        learn_compatibility(store, people, SPACE, events_dir=tmp_path / "none", rankings_dir=tmp_path / "rankings")
    with pytest.raises(DataError, match="to test with"):
        train_association(baskets_of(purchases(people=20)), known())
    assert read_serving(people, TABLE).version == ""
