from dataclasses import replace

import numpy as np

from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.decision import Decision, evidence, margins, shares
from deepstyle.looks.parse import in_photo, read_garments
from tests.looks.label_maps import SURE, label, logits_of

PRESENT = np.full(len(GARMENTS), 4.0, np.float32)
BY_PRESENCE = Decision(0.0, 0.1, (1.0, 0.0, 0.0, 0.0, 0.0, 0.0), 0.0, 0.5)
DECISIONS = dict.fromkeys(GARMENTS, BY_PRESENCE)
LOOK = label(("tops", 4, 16, 8, 24), ("shoes", 40, 46, 8, 14), ("shoes", 40, 46, 18, 24))


def test_garments_have_tight_boxes_and_shoes_are_one() -> None:
    found = {one.semantic_category: one for one in read_garments(logits_of(LOOK), PRESENT, DECISIONS).garments}
    assert set(found) == {"tops", "shoes"}
    top, shoes = found["tops"], found["shoes"]
    assert (top.box.x, top.box.y, top.box.width, top.box.height) == (8 / 32, 4 / 48, 16 / 32, 12 / 48)
    assert top.mask.all() and (shoes.box.x, shoes.box.width) == (8 / 32, 16 / 32)
    assert shoes.mask.shape == (6, 16) and not shoes.mask[:, 7].any()


def test_only_what_is_probable_enough_is_reported_best_first() -> None:
    presence = PRESENT.copy()
    presence[GARMENTS.index("shoes")] = 6.0
    found = read_garments(logits_of(LOOK), presence, DECISIONS).garments
    assert [one.semantic_category for one in found] == ["shoes", "tops"]
    assert found[1].score == np.float64(1 / (1 + np.exp(-4)))
    assert read_garments(logits_of(LOOK), -PRESENT, DECISIONS).garments == ()


def test_a_bonus_gives_a_garment_the_pixels_that_it_nearly_has() -> None:
    logits = logits_of(label(("tops", 4, 16, 8, 24), ("bottoms", 16, 32, 8, 24)))
    logits[1 + GARMENTS.index("all-body")] = SURE - 1
    assert "all-body" not in {one.semantic_category for one in read_garments(logits, PRESENT, DECISIONS).garments}
    generous = DECISIONS | {"all-body": replace(BY_PRESENCE, bonus=1.5)}
    logits[0, :4], logits[0, 32:] = 12, 12
    found = {one.semantic_category: one.box for one in read_garments(logits, PRESENT, generous).garments}
    assert (found["all-body"].y, found["all-body"].height) == (4 / 48, 28 / 48)


def test_the_garments_of_others_are_left_out() -> None:
    pair = label(("tops", 4, 20, 2, 14), ("bottoms", 20, 40, 2, 14), ("tops", 10, 26, 22, 30), ("hats", 4, 10, 22, 30))
    found = read_garments(logits_of(pair), PRESENT, DECISIONS)
    assert found.people == 2
    assert {one.semantic_category for one in found.garments} == {"tops", "bottoms"}
    assert all(one.box.x + one.box.width <= 14 / 32 for one in found.garments)


def test_margins_and_shares() -> None:
    logits = np.array([1.0, 3.0, 2.0, 0.0], np.float32).reshape(4, 1, 1)
    assert margins(logits).ravel().tolist() == [1.0, -1.0, -3.0]
    np.testing.assert_allclose(shares(logits).ravel(), (np.exp([3, 2, 0]) / np.exp([1, 3, 2, 0]).sum()), rtol=1e-6)


def test_evidence_of_a_mask() -> None:
    margin = np.full((4, 4), -5.0, np.float32)
    margin[:2, :2] = [[3, 3], [3, 0.5]]
    share = np.full((4, 4), 0.75, np.float32)
    presence, area, odds, grown, shrunk, filled = evidence(margin, share, margin > 0, 2.0, 0.0)
    assert (presence, filled) == (2.0, 1.0)
    np.testing.assert_allclose([area, odds, grown, shrunk], np.log([4 / 16, 3, 1, 0.8]), rtol=1e-6)


def test_the_photo_in_the_frame() -> None:
    logits = np.arange(48, dtype=np.float32).reshape(1, 6, 8)
    np.testing.assert_array_equal(in_photo(logits, (4, 2, 8, 4)), logits[:, 1:3, 2:6])
    assert in_photo(logits, (8, 0, 1, 12)).shape == (1, 6, 1)
