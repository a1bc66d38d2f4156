"""A head that knows the styles of a small catalogue is calibrated on it, one that knows nothing is not."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.catalogue_test import (
    KINDS,
    MAX_ECE,
    MIN_OUTFITS,
    CatalogueTest,
    basis_of,
    fact_of_test,
    measure_head,
    read_test,
)
from deepstyle.compatibility.completion import complete
from deepstyle.compatibility.head import Head
from deepstyle.compatibility.mapping import update_mapping
from deepstyle.compatibility.own_outfits import OUTFITS_META
from deepstyle.compatibility.stylist import Stylist
from deepstyle.images.item_image import ItemImage
from deepstyle.store import Entry, Store, VectorBatch, open_store
from tests.compatibility.tiny import tiny_head_weights
from tests.compatibility.tiny_store import HEAD

SPACE, KINDS_WORN, STYLES, EACH = "compat-test", ("tops", "bottoms", "shoes", "bags"), 4, 8
COLOURS = ("red", "teal", "red", "teal")


def item_id(kind: int, style: int, number: int) -> str:
    return f"{KINDS_WORN[kind]}-{style}-{number}"


def make_item(kind: int, style: int, number: int) -> Item:
    name = item_id(kind, style, number)
    return Item(name, semantic_category=KINDS_WORN[kind], dominant_colour=("red", "teal")[style % 2])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Outfits of one style each; the colours of two styles are of unrelated families."""
    places = [(kind, style, number) for kind in range(4) for style in range(STYLES) for number in range(EACH)]
    image = ItemImage(b"x", "0" * 64, "image/jpeg", 1, 1)
    rng = np.random.default_rng(0)
    outfits = [
        [item_id(kind, style, int(rng.integers(EACH))) for kind in range(4)] for style in np.tile(range(STYLES), 40)
    ]
    with open_store(f"sqlite:///{tmp_path}/a.db") as opened:
        opened.put([Entry(make_item(*place), image) for place in places])
        opened.set_meta(OUTFITS_META, json.dumps({"outfits": outfits, "rules": ""}))
        put_vectors(opened, places, noise=0.8)
        yield opened


def put_vectors(store: Store, places: Sequence[tuple[int, int, int]], noise: float) -> None:
    rng = np.random.default_rng(1)
    vectors = np.array([np.eye(8)[style] for _, style, _ in places], np.float32)
    vectors = (vectors + noise * rng.standard_normal(vectors.shape) / 8**0.5).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = tuple(item_id(*place) for place in places)
    store.put_vectors(SPACE, VectorBatch(ids, ("0" * 64,) * len(ids), vectors))
    update_mapping(store, SPACE)


def result_of(store: Store, head: Head = HEAD) -> CatalogueTest:
    test = measure_head(store, SPACE, head, rules={})
    assert test is not None
    return test


def scrambled(store: Store) -> None:
    """Vectors that say nothing of styles or colours."""
    batch = store.vectors(SPACE)
    rng = np.random.default_rng(2)
    store.put_vectors(SPACE, replace(batch, vectors=batch.vectors[rng.permutation(len(batch.item_ids))]))
    store.put([Entry(replace(item, dominant_colour="black")) for item in store.iter_items()])


def test_a_good_head_gives_probabilities(store: Store) -> None:
    test = result_of(store)
    assert test.orders
    assert test.auc.low <= test.auc.value <= test.auc.high
    assert test.outfit.ece <= MAX_ECE
    stylist = Stylist(store, SPACE, HEAD)
    good = stylist.score(stylist.pieces([item_id(kind, 1, 0) for kind in range(4)])).compatibility
    bad = stylist.score(stylist.pieces([item_id(kind, kind, 0) for kind in range(4)])).compatibility
    assert good is not None
    assert bad is not None
    assert bad < 0.2 < 0.8 < good
    basis = stylist.basis("outfit")
    assert (basis.calibrated, basis.event) == (True, "stylists_outfit")
    assert [one.data for one in basis.measured_on] == ["", "catalogue"]
    assert basis.measured_on[1].outfits == test.outfits


def test_each_kind_of_score_is_trusted_by_its_own_error(store: Store) -> None:
    test = result_of(store)
    stylist = Stylist(store, SPACE, HEAD)
    for ece, is_shown in ((MAX_ECE, True), (MAX_ECE + 0.01, False)):
        changed = replace(test, outfit=replace(test.outfit, ece=0.0), pair=replace(test.pair, ece=ece))
        store.set_meta(fact_of_test(SPACE), json.dumps(asdict(changed)))
        scored = stylist.score(stylist.pieces([item_id(0, 0, 0), item_id(1, 0, 0)]))
        assert scored.compatibility is not None
        assert (scored.pairs[0].compatibility is not None) == is_shown


def test_probabilities_are_of_questions_that_were_not_fitted(store: Store) -> None:
    test = result_of(store)
    for kind in KINDS:
        measured = getattr(test, kind)
        total = sum(one.count for one in measured.bins)
        error = sum(one.count * abs(one.predicted - one.observed) for one in measured.bins) / total
        assert measured.ece == pytest.approx(error)
    assert sum(one.count for one in test.completed.bins) == test.outfits


def test_a_head_near_chance_gives_scores_only(store: Store) -> None:
    scrambled(store)
    test = result_of(store)
    assert not test.orders
    stylist = Stylist(store, SPACE, HEAD)
    scored = stylist.score(stylist.pieces([item_id(kind, 1, 0) for kind in range(4)]))
    assert scored.compatibility is None
    assert {pair.compatibility for pair in scored.pairs} == {None}
    assert {one.compatibility for one in stylist.stored_suggestions(item_id(0, 0, 0))[1]} == {None}
    assert {outfit.score.compatibility for outfit in complete(stylist, stylist.pieces([item_id(0, 0, 0)]))} == {None}
    basis = basis_of(HEAD, test, "outfit")
    assert not basis.calibrated
    assert basis.event is None
    assert basis.measured_on[1].auc == pytest.approx(0.5, abs=0.1)


def test_outfits_that_the_head_was_trained_on_do_not_count(store: Store) -> None:
    outfits = [tuple(reversed(outfit)) for outfit in json.loads(store.meta(OUTFITS_META) or "")["outfits"]]
    half = len(outfits) // 2
    assert len(outfits) - half < MIN_OUTFITS
    trained = Head(HEAD.spec, tiny_head_weights(12), tuple(outfits[:half]))
    assert result_of(store).outfits > MIN_OUTFITS
    assert measure_head(store, SPACE, trained, rules={}) is None
    assert read_test(store, SPACE) is None


def test_a_conflict_makes_a_good_outfit_improbable(store: Store) -> None:
    test = result_of(store)
    assert test.outfit.per_conflict < -2  # no outfit of a stylist has one
    good, same = test.outfit.probability(0.9, has_conflict=False), test.outfit.probability(0.9, has_conflict=True)
    assert same < good
    assert test.outfit.probability(-0.5, has_conflict=True) < 0.05


def test_known_rules_decide_what_a_right_choice_is(store: Store) -> None:
    fields = json.loads(store.meta(OUTFITS_META) or "")
    store.set_meta(OUTFITS_META, json.dumps({**fields, "rules": "styles"}))

    def one_style(items: Sequence[Item]) -> bool:
        return len({item.item_id.split("-")[1] for item in items}) == 1

    test = measure_head(store, SPACE, HEAD, rules={"styles": one_style})
    assert test is not None
    assert test.event == "keeps_rules"
    assert test.completed.bins[-1].observed > 0.7
    assert basis_of(HEAD, test, "completed").event in ("keeps_rules", None)


def test_the_result_is_computed_again_only_for_other_vectors_or_outfits(store: Store) -> None:
    first = result_of(store)
    store.set_meta(fact_of_test(SPACE), (store.meta(fact_of_test(SPACE)) or "").replace('"outfits": ', '"outfits": 1'))
    assert result_of(store).outfits != first.outfits  # what was kept
    assert measure_head(store, SPACE, HEAD, rules={}, again=True) == first
    scrambled(store)
    assert result_of(store).inputs != first.inputs
    store.set_meta(fact_of_test(SPACE), '{"version": 7}')
    assert read_test(store, SPACE) is None
    assert read_test(store, "compat-other") is None


def test_a_store_without_outfits_has_no_test(store: Store) -> None:
    store.set_meta(OUTFITS_META, "")
    assert measure_head(store, SPACE, HEAD, rules={}) is None
