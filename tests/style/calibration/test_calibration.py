"""What a calibration says of results, how a store keeps it, and what it is measured to promise."""

from dataclasses import replace

import numpy as np
import pytest

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.errors import StoreError
from deepstyle.store import open_store
from deepstyle.style.calibration.calibrate import calibrate_store
from deepstyle.style.calibration.calibration import (
    Calibration,
    calibration_fact,
    read_calibration,
    write_calibration,
)
from deepstyle.style.calibration.comparison import Comparison, compare
from deepstyle.style.calibration.decision import BANDS, band_of
from deepstyle.style.calibration.fit import FALSE_ACCEPTANCE, Evidence, fit_decision, gather, same_type
from deepstyle.style.calibration.garment_types import GarmentTypes
from deepstyle.style.calibration.sample import LEAST_PICTURES, Sample, draw_sample, too_few
from deepstyle.style.encoder import Encoder
from deepstyle.style.search import Match
from tests.conftest import Shop
from tests.style.calibration.made import made_calibration, made_decision

QUERY = np.array([1, 0], np.float32)
KINDS = ("bags", "shoes", "tops", "hats")


def matches(*similarities: float) -> list[Match]:
    return [Match(rank, Item(f"i{rank}", semantic_category="shoes"), one) for rank, one in enumerate(similarities, 1)]


def test_every_probability_has_one_band_and_a_limit_belongs_to_the_band_above_it() -> None:
    assert [band.code for band in BANDS] == ["very_likely", "likely", "possible", "unlikely"]
    assert [band_of(band.probability_from) for band in BANDS] == list(BANDS)
    assert band_of(0.8999).code == "likely"
    assert band_of(1.0).code == "very_likely"


def test_results_have_probabilities_and_the_best_decides() -> None:
    found, is_good = made_calibration("m").judge("photo", QUERY, matches(0.8, 0.3), ItemFilter())
    assert [match.same_type_probability for match in found] == [0.8, 0.3]
    assert is_good is True
    assert made_calibration("m", 0.8).judge("item", QUERY, matches(0.8, 0.3), ItemFilter())[1] is False
    assert made_calibration("m").judge("photo", QUERY, [], ItemFilter()) == ((), False)


def test_a_decision_that_would_refuse_too_much_is_not_given() -> None:
    weak = replace(made_calibration("m"), photo=made_decision(coverage=0.3))
    found, is_good = weak.judge("photo", QUERY, matches(0.8), ItemFilter())
    assert is_good is None
    assert found[0].same_type_probability == 0.8
    unknown = Calibration("m", "digest", "too few").judge("photo", QUERY, matches(0.8), ItemFilter())
    assert unknown == (tuple(matches(0.8)), None)


def test_what_a_photo_shows_counts_against_what_is_sold_and_filtered() -> None:
    """A classifier that is sure of shoes: they are sold, a filter on tops leaves them out."""
    types = GarmentTypes("m", ("shoes", "tops"), np.array([[9, 0], [-9, 0]], np.float32), np.zeros(2, np.float32))
    by_type = replace(made_decision(0.0), match=replace(made_decision().match, weights=(1.0, 0.0)))
    calibration = replace(made_calibration("m"), types=types, photo=by_type)
    assert calibration.judge("photo", QUERY, matches(0.1), ItemFilter())[1] is True
    assert calibration.judge("photo", QUERY, matches(0.1), ItemFilter(semantic_categories=("Shoes",)))[1] is True
    assert calibration.judge("photo", QUERY, matches(0.9), ItemFilter(semantic_categories=("tops",)))[1] is False
    assert calibration.judge("photo", QUERY, matches(0.9), ItemFilter(semantic_categories=("hats",)))[1] is False
    no_shoes = replace(calibration, kind_of=(("bags", "bags"), ("tops", "tops")))
    assert no_shoes.judge("photo", QUERY, matches(0.9), ItemFilter())[1] is False


def test_a_store_keeps_its_calibration_for_its_own_model(shop: Shop) -> None:
    types = GarmentTypes("m", ("", "shoes"), np.eye(2, dtype=np.float32), np.array([0, 0.5], np.float32))
    with open_store(shop.store_url) as store:
        store.set_meta("style_bands", '{"model": 3')  # of an earlier version: ignored
        assert read_calibration(store, "m") is None
        made = replace(made_calibration("m"), types=types)
        write_calibration(store, made)
        kept = read_calibration(store, "m")
        assert kept is not None
        assert replace(kept, types=None) == replace(made, types=None)
        np.testing.assert_array_equal(kept.types.weights, types.weights)
        assert read_calibration(store, "another") is None
        store.set_meta(calibration_fact("m"), '{"model": 3')
        with pytest.raises(StoreError, match="cannot be read"):
            read_calibration(store, "m")


@pytest.mark.parametrize(
    ("asked", "found", "expected"),
    [
        (Item("a", category="Boots"), Item("b", category="boots", semantic_category="shoes"), True),
        (Item("a", category="Boots", semantic_category="shoes"), Item("b", category="Heels"), False),
        (Item("a", category="Boots", semantic_category="shoes"), Item("b", semantic_category="shoes"), True),
        (Item("a", semantic_category="bags"), Item("b", semantic_category="shoes"), False),
        (Item("a"), Item("b", category="Boots"), None),
    ],
)
def test_the_type_is_the_category_or_else_the_semantic_category(
    asked: Item, found: Item, expected: bool | None
) -> None:
    assert same_type(asked, found) is expected


def evidence(count: int, *, apart: float, seed: int) -> Evidence:
    """Queries of four kinds: one of its own kind is ``apart`` deviations more similar than one of another."""
    rng = np.random.default_rng(seed)
    items = tuple(Item(f"q{number}", semantic_category=KINDS[number % 4]) for number in range(count))
    sample = Sample(items, ("",) * count, "semantic_category", {kind: kind for kind in KINDS})
    own = np.array([sample.kinds.index(item.semantic_category) for item in items])
    best = rng.normal(size=(count, 4)) / 10
    best[np.arange(count), own] = rng.normal(apart, 1, count) / 10
    near = [
        tuple((float(best[row, kind]), Item("r", semantic_category=sample.kinds[kind])) for kind in range(4))
        for row in range(count)
    ]
    return gather(sample, Comparison(best, tuple(near)), np.zeros((count, 2), np.float32), None)


def test_of_an_absent_category_no_more_is_accepted_than_promised() -> None:
    """Fresh queries of a category that the calibration has never seen, over many worlds."""
    shares, coverages = [], []
    for seed in range(40):
        decision = fit_decision(evidence(200, apart=6, seed=seed))
        fresh = evidence(200, apart=6, seed=1000 + seed)
        shares.append(decision.is_match(fresh.features(fresh.own())).mean())
        coverages.append(decision.is_match(fresh.features(fresh.another())).mean())
        assert decision.coverage.share == pytest.approx(coverages[-1], abs=0.15)
    assert np.mean(shares) <= FALSE_ACCEPTANCE
    assert np.mean(coverages) > 0.95


def test_probabilities_are_calibrated_and_measured_by_category() -> None:
    decision = fit_decision(evidence(400, apart=2, seed=1))
    assert decision.calibration_error < 0.06
    fresh = evidence(4000, apart=2, seed=2)
    similarities = np.array([[one for one, _ in found] for found in fresh.comparison.nearest]).ravel()
    same = fresh.own().ravel()
    features = np.column_stack([np.zeros(len(same)), similarities])
    probabilities = decision.probability(features)
    for low in np.arange(0.1, 0.9, 0.2):
        chosen = (probabilities >= low) & (probabilities < low + 0.2)
        assert same[chosen].mean() == pytest.approx(probabilities[chosen].mean(), abs=0.1)


def grown(shop: Shop) -> None:
    """More items: enough to calibrate on."""
    from deepstyle.images.pixels import read_image
    from deepstyle.store import Entry
    from deepstyle.style.encode import encode_store

    with open_store(shop.store_url) as store:
        store.put([Entry(shop.item(number), read_image(shop.picture(number))) for number in range(40, 90)])
        encode_store(store, Encoder.open(shop.model))


def test_a_sample_is_fixed_balanced_and_too_small_where_it_is(shop: Shop) -> None:
    space = Encoder.open(shop.model).fingerprint
    with open_store(shop.store_url) as store:
        sample = draw_sample(store, space, 12)
        assert [sample.kind(item) for item in sample.items].count("shoes") == 4
        assert draw_sample(store, space, 12).digest(space) == sample.digest(space)
        assert draw_sample(store, space, 13).digest(space) != sample.digest(space)
        assert f"fewer than {LEAST_PICTURES}" in too_few(draw_sample(store, space))
        store.delete([sample.items[0].item_id])
        assert draw_sample(store, space, 12).digest(space) != sample.digest(space)


def test_a_comparison_is_what_loops_find(shop: Shop) -> None:
    encoder = Encoder.open(shop.model)
    with open_store(shop.store_url) as store:
        sample = draw_sample(store, encoder.fingerprint, 9)
        queries = store.vectors(encoder.fingerprint, [item.item_id for item in sample.items]).vectors
        found = compare(store, encoder.fingerprint, sample, queries, views=True)
        everything = store.vectors(encoder.fingerprint)
        items = store.get(everything.item_ids)
    for row, item in enumerate(sample.items):
        others = [
            (float(queries[row] @ vector), items[item_id])
            for item_id, vector in zip(everything.item_ids, everything.vectors, strict=True)
            if item_id != item.item_id
        ]
        for column, kind in enumerate(sample.kinds):
            best = max(similarity for similarity, other in others if other.semantic_category == kind)
            assert found.best[row, column] == pytest.approx(best, abs=1e-5)
        nearest = sorted((similarity for similarity, _ in others), reverse=True)[:10]
        assert [similarity for similarity, _ in found.nearest[row]] == pytest.approx(nearest, abs=1e-5)


def test_a_store_is_calibrated_once_for_each_sample(shop: Shop) -> None:
    encoder = Encoder.open(shop.model)
    opened: list[int] = []

    def open_encoder() -> Encoder:
        opened.append(1)
        return encoder

    with open_store(shop.store_url) as store:
        few = calibrate_store(store, encoder.fingerprint, None, open_encoder)
        assert (few.calibrated, len(opened)) == (False, 0)
        assert "fewer than" in few.reason
    grown(shop)
    with open_store(shop.store_url) as store:
        seen: list[tuple[int, int]] = []
        first = calibrate_store(store, encoder.fingerprint, None, open_encoder, on_progress=lambda *at: seen.append(at))
        assert first.calibrated
        assert seen[-1] == (90, 90)
        assert calibrate_store(store, encoder.fingerprint, None, open_encoder) == first
        assert len(opened) == 1
        assert calibrate_store(store, encoder.fingerprint, None, open_encoder, force=True) == first
        store.set_meta(calibration_fact(encoder.fingerprint), "{")  # damaged: measured again
        assert calibrate_store(store, encoder.fingerprint, None, open_encoder) == first
        store.delete(["item-001"])
        assert calibrate_store(store, encoder.fingerprint, None, open_encoder) != first
