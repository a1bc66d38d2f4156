"""Training on a log, from files of events to what serves."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from deepstyle.errors import DataError
from deepstyle.images.item_image import ItemImage
from deepstyle.learning.ranking.log import log_of
from deepstyle.learning.ranking.run import learn_ranking
from deepstyle.learning.ranking.train import train_ranking
from deepstyle.people.base import PeopleStore
from deepstyle.people.events.journal import Journal, line_of
from deepstyle.people.events.roll import roll
from deepstyle.people.open import open_people
from deepstyle.people.ranking.models import read_ranking
from deepstyle.people.ranking.records import read_serving, versions
from deepstyle.store import Entry, Store, VectorBatch, open_store
from deepstyle.style.encode import STYLE_SPACE
from tests.learning.ranking.logs import ITEMS, events, items, known

pytest.importorskip("implicit")
pytest.importorskip("lightgbm")


@pytest.fixture
def people(tmp_path: Path) -> Iterator[PeopleStore]:
    with open_people(f"sqlite:///{tmp_path / 'people.db'}") as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    digests = tuple(f"{number:064x}" for number in range(ITEMS))
    vectors = np.random.default_rng(5).normal(size=(ITEMS, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with open_store(f"sqlite:///{tmp_path / 'shop.db'}") as opened:
        images = [ItemImage(b"x", one, "image/jpeg", 1, 1) for one in digests]
        opened.put([Entry(item, image) for item, image in zip(items(), images, strict=True)])
        opened.put_vectors("space", VectorBatch(tuple(one.item_id for one in items()), digests, vectors))
        opened.set_meta(STYLE_SPACE, "space")
        yield opened


def test_a_taste_wins_where_there_is_one_and_serves(tmp_path: Path, people: PeopleStore, store: Store) -> None:
    journal = Journal(tmp_path / "events")
    journal.append(b"".join(map(line_of, events(people=120))))
    journal.close()
    roll(tmp_path / "events")

    outcome = learn_ranking(store, people, events_dir=tmp_path / "events", rankings_dir=tmp_path / "rankings")

    spec = outcome.trained.ranking.spec
    assert outcome.is_promoted
    assert spec.serves in ("session", "personal", "learned")
    assert spec.gains["session"]["is_won"]
    assert spec.metrics["session"] > spec.metrics["plain"]
    assert read_serving(people).version == spec.version
    assert read_ranking(tmp_path / "rankings" / spec.version).spec == spec
    assert [fields["is_promoted"] for _, fields in versions(people)] == [True]
    learned = b"".join(path.read_bytes() for path in (tmp_path / "rankings").rglob("*") if path.is_file())
    assert b"i07" in learned
    assert not any(f"p{person}".encode() in learned for person in range(100, 120))  # nobody's id is written


def test_nothing_wins_where_all_click_at_random() -> None:
    trained = train_ranking(log_of(events(people=120, has_taste=False)), known())

    assert trained.ranking.spec.serves == ""
    assert not any(gain.is_won for gain in trained.gains.values())


def test_too_few_events_are_refused(tmp_path: Path, people: PeopleStore, store: Store) -> None:
    with pytest.raises(DataError, match="no list that was clicked"):
        learn_ranking(store, people, events_dir=tmp_path / "none", rankings_dir=tmp_path / "rankings")
    with pytest.raises(DataError, match="to test with"):
        train_ranking(log_of(events(people=10, queries=5)), known())
    assert read_serving(people).version == ""
