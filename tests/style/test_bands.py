"""What a similarity means in words, and where the words begin."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreError
from deepstyle.evaluation.band_report import calibrate_bands
from deepstyle.evaluation.bands import (
    OTHER,
    REFERENCES,
    SAME_CATEGORY,
    SAME_KIND,
    SAME_PICTURE,
    Drawn,
    Graded,
    fit_bands,
    grade,
    rising_share,
)
from deepstyle.evaluation.calibrator import Calibrator
from deepstyle.evaluation.no_garment import FAMILIES, draw_no_garment
from deepstyle.store import open_store
from deepstyle.style.bands import (
    BANDS,
    BANDS_META,
    Bands,
    bands_of,
    format_bands,
    packaged_bands,
    packaged_name,
    write_bands,
)
from deepstyle.style.encoder import Encoder
from deepstyle.style.spec import read_spec
from tests.conftest import Shop

EAST, NORTH = np.eye(2, dtype=np.float32)


def bands(model: str = "m") -> Bands:
    return Bands(model, "store", 0.9, 0.7, 0.5, NORTH[None])


@pytest.mark.parametrize(
    ("similarity", "band"),
    [(1, "near_identical"), (0.9, "near_identical"), (0.89, "very_similar"), (0.7, "very_similar"), (0.5, "related"),
     (0.499, "unlike"), (-1, "unlike")],
)  # fmt: skip
def test_a_limit_belongs_to_the_band_above_it(similarity: float, band: str) -> None:
    assert bands().band(similarity) == band


def test_no_match_below_the_last_limit_or_nearer_to_what_is_no_garment() -> None:
    assert bands().is_good_match(0.5, EAST)
    assert not bands().is_good_match(0.49, EAST)
    assert not bands().is_good_match(None)
    assert not bands().is_good_match(0.9, NORTH)
    assert bands().is_good_match(0.9)


def test_a_store_keeps_its_own_limits_for_its_own_model(shop: Shop) -> None:
    spec = read_spec(shop.model)
    with open_store(shop.store_url) as store:
        assert bands_of(store, spec) is None
        write_bands(store, bands("another model"))
        assert bands_of(store, spec) is None
        write_bands(store, bands(spec.fingerprint))
        kept = bands_of(store, spec)
        assert kept is not None
        assert (kept.near_identical, kept.very_similar, kept.related, kept.measured_on) == (0.9, 0.7, 0.5, "store")
        np.testing.assert_array_equal(kept.references, NORTH[None])
        store.set_meta(BANDS_META, '{"model": 3')
        with pytest.raises(StoreError, match="cannot be read"):
            bands_of(store, spec)


def test_the_packaged_limits_are_whole_and_in_order() -> None:
    packaged = packaged_bands()
    assert 1 > packaged.near_identical > packaged.very_similar > packaged.related > 0
    assert packaged.references.shape == (len(FAMILIES) * REFERENCES, 512)
    np.testing.assert_allclose(np.linalg.norm(packaged.references, axis=1), 1, atol=1e-3)
    assert packaged.measured_on == "packaged"
    assert format_bands(packaged) == (Path(__file__).parents[2] / "deepstyle/style/packaged/bands.json").read_text()


def test_the_packaged_limits_know_their_model_whatever_exported_it(shop: Shop) -> None:
    name = packaged_name(read_spec(shop.model))
    assert name.endswith(" matrix")
    assert packaged_bands().model.endswith(" demo-512")


@settings(deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_rising_share_is_the_least_squares_fit(deserving: list[bool]) -> None:
    values = np.array(deserving)
    fitted = rising_share(values)
    assert (np.diff(fitted) >= -1e-12).all()
    # The min-max formula of isotonic regression, by loops.
    naive = [
        max(min(values[low : high + 1].mean() for high in range(at, len(values))) for low in range(at + 1))
        for at in range(len(values))
    ]
    np.testing.assert_allclose(fitted, naive, atol=1e-12)


@pytest.mark.parametrize(
    ("asked", "found", "expected"),
    [
        (Item("a", model_id="7", category="Boots"), Item("b", model_id="7", category="Shoes"), SAME_KIND),
        (Item("a", category="Boots"), Item("b", category="boots"), SAME_KIND),
        (Item("a", category="Boots", semantic_category="shoes"), Item("b", semantic_category="shoes"), SAME_CATEGORY),
        (Item("a", semantic_category="bags"), Item("b", semantic_category="shoes"), OTHER),
        (Item("a"), Item("b"), OTHER),
    ],
)
def test_grades(asked: Item, found: Item, expected: int) -> None:
    assert grade(asked, found) == expected


def test_limits_are_where_the_words_become_true() -> None:
    similarities = np.linspace(0, 1, 1001)
    grades = np.select(
        [similarities >= 0.9, similarities >= 0.7, similarities >= 0.4], [SAME_PICTURE, SAME_KIND, SAME_CATEGORY], OTHER
    )
    vectors = np.broadcast_to(EAST, (len(FAMILIES), 2 * REFERENCES, 2))
    refused = Drawn(vectors, np.full(vectors.shape[:2], 0.2))
    fitted = fit_bands("m", Graded(similarities, grades), refused)
    assert (fitted.near_identical, fitted.very_similar, fitted.related) == (0.9, 0.7, 0.4)
    # Pictures without a garment that come nearer than that, and that no other family's reference holds back.
    apart = np.stack([np.eye(len(FAMILIES), dtype=np.float32)] * 2 * REFERENCES, axis=1)
    lifted = fit_bands("m", Graded(similarities, grades), Drawn(apart, np.full(apart.shape[:2], 0.55)))
    assert (lifted.very_similar, lifted.related) == (0.7, 0.55)


def test_pictures_without_a_garment_are_always_the_same() -> None:
    for family in FAMILIES:
        first, again, other = (draw_no_garment(family, number) for number in (0, 0, 1))
        assert first.dtype == np.uint8
        assert first.shape[2] == 3
        np.testing.assert_array_equal(first, again)
        assert first.shape != other.shape or (first != other).any()


def test_calibrated_on_a_store_it_reports_what_it_does(shop: Shop) -> None:
    encoder = Encoder.open(shop.model)
    with open_store(shop.store_url) as store:
        seen: list[str] = []
        found, report = calibrate_bands(
            store,
            encoder,
            limit=10,
            negatives=[lambda: draw_no_garment("plain colour", 99)],
            on_progress=lambda done, total, what: seen.append(what),
        )
        graded = Calibrator(store, encoder, limit=10, seed=0, on_progress=lambda *_: None).search_items()
        again, checked = calibrate_bands(store, encoder, limit=10, check=True)
    assert graded.similarities.shape == graded.grades.shape == (10 * 5 * 10,)
    assert (graded.grades == SAME_PICTURE).sum() > 0
    assert (again.related, checked.bands) == (found.related, report.bands)
    assert found.related <= found.very_similar <= found.near_identical
    assert [band.band for band in report.bands] == list(BANDS)
    assert sum(band.results for band in report.bands) == 500
    assert set(report.false_acceptance) == set(FAMILIES)
    assert report.negatives_accepted in (0, 1)
    assert set(seen) == {"distorted items", "no garments", "negatives"}
