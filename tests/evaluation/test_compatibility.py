"""The protocol on a small catalogue: every figure is derived in the comments."""

import json
from pathlib import Path

import numpy as np
import pytest

from deepstyle.compatibility.scoring import cosine_pairs, outfit_score
from deepstyle.errors import DataError
from deepstyle.evaluation.baselines import background, distance_pairs, popularity_pairs
from deepstyle.evaluation.compatibility import category_numbers, evaluate_answers, evaluate_pairs, read_answers
from deepstyle.evaluation.questions import load_outfits, load_questions, pairs_of

ITEMS = ("t1", "b1", "s1", "t2", "b2", "s2", "t3", "b3", "s3")
ROWS = {item_id: row for row, item_id in enumerate(ITEMS)}
CATEGORIES = category_numbers(["tops", "bottoms", "shoes"] * 3)


def write_outfits(folder: Path, name: str, outfits: dict[str, tuple[str, ...]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    content = [
        {"set_id": set_id, "items": [{"item_id": item, "index": at} for at, item in enumerate(items, 1)]}
        for set_id, items in outfits.items()
    ]
    (folder / f"{name}.json").write_text(json.dumps(content))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "disjoint"
    write_outfits(folder, "train", {"900": ("t3", "b3"), "901": ("b3", "s3", "t3")})
    write_outfits(folder, "test", {"100": ("t1", "b1", "s1"), "200": ("t2", "b2", "s2"), "300": ("t3", "b3", "s3")})
    (folder / "compatibility_test.txt").write_text(
        "1 100_1 100_2 100_3\n0  100_1 200_2 200_3\n1 200_1 200_2 200_3\n0  300_1 200_2 100_3 200_2"
    )
    blanks = [
        {"question": ["100_1", "100_2"], "blank_position": 3, "answers": ["100_3", "200_3", "300_3", "200_1"]},
        {"question": ["200_1", "200_3"], "blank_position": 2, "answers": ["100_2", "200_2", "300_2", "100_1"]},
    ]
    (folder / "fill_in_blank_test.json").write_text(json.dumps(blanks))
    return tmp_path


def test_a_known_scores_file_gives_the_hand_computed_figures(root: Path) -> None:
    questions = load_questions(root, "disjoint", "test", ROWS)
    path = root / "scores.json"
    # Good outfits score .9 and .4, bad ones .4 and .1: .9 wins twice, .4 ties once and wins once: 3.5 of 4.
    # The first blank is right (.8 is alone on top), the second is a tie: 1 of 2.
    scores_file = {"compatibility": [0.9, 0.4, 0.4, 0.1], "fill_in_blank": [[0.8, 0.7, 0.1, 0.2], [0.5, 0.5, 0.1, 0.2]]}
    path.write_text(json.dumps(scores_file))
    scores = evaluate_answers("hers", read_answers(path, questions), questions)
    assert scores.auc == pytest.approx(3.5 / 4)
    assert scores.fill_in_blank == pytest.approx(1 / 2)
    assert (scores.outfits, scores.blanks) == (4, 2)
    # No answer for a good outfit and for a right answer: .4 is lost twice, and nothing is right any more.
    scores_file["compatibility"][2], scores_file["fill_in_blank"][0][0] = None, None
    path.write_text(json.dumps(scores_file))
    scores = evaluate_answers("hers", read_answers(path, questions), questions)
    assert scores.auc == pytest.approx(2 / 4)
    assert scores.fill_in_blank == 0


def test_scores_that_do_not_fit_the_questions_are_named(root: Path) -> None:
    questions = load_questions(root, "disjoint", "test", ROWS)
    path = root / "scores.json"
    good = [[0.0] * 4] * 2
    for scores_file, word in (
        ({"compatibility": [1, 2, 3], "fill_in_blank": good}, "3 outfits"),
        ({"compatibility": [1, 2, 3, 4], "fill_in_blank": good[:1]}, "1 blanks"),
        ({"compatibility": [1, 2, 3, 4], "fill_in_blank": [[0.0] * 4, [0.0] * 3]}, "blank 2 has 3"),
        ({"compatibility": ["high"] * 4, "fill_in_blank": good}, "no scores"),
        ({"fill_in_blank": good}, "compatibility"),
    ):
        path.write_text(json.dumps(scores_file))
        with pytest.raises(DataError, match=word):
            read_answers(path, questions)


def test_a_model_of_pairs_by_hand(root: Path) -> None:
    questions = load_questions(root, "disjoint", "test", ROWS)
    assert [outfit.tolist() for outfit in questions.outfits] == [[0, 1, 2], [0, 4, 5], [3, 4, 5], [6, 4, 2]]
    # Outfit 1 points one way, outfit 2 another, outfit 3 between them.
    vectors = np.array([[1, 0]] * 3 + [[0, 1]] * 3 + [[1, 1]] * 3, float)
    scores = evaluate_pairs("toy", cosine_pairs(vectors), questions, CATEGORIES)
    # 1 and 1 for the good outfits; (0 + 0 + 1) / 3 and (√½ + √½ + 0) / 3 for the bad ones.
    assert scores.auc == 1
    assert scores.fill_in_blank == 1
    # s1 is the missing item among the shoes s1, s2 (the bad outfits and blanks name no other): first; so is b2.
    assert scores.recalls == {10: 1.0, 30: 1.0, 50: 1.0}


def test_purged_leaves_out_what_training_saw(root: Path) -> None:
    questions = load_questions(root, "disjoint", "test", ROWS)
    seen = np.unique(np.concatenate(load_outfits(root, "disjoint", "train", ROWS)))
    assert [ITEMS[row] for row in seen] == ["t3", "b3", "s3"]
    outfits, blanks = questions.unseen(seen)
    assert outfits.tolist() == [True, True, True, False]
    assert blanks.tolist() == [False, False]  # wrong answers count, too: both name an item of outfit 3
    purged = questions.only(outfits, blanks)
    assert purged.compatible.tolist() == [True, False, True]
    assert purged.blanks == ()
    assert questions.answerable
    assert not purged.answerable


def test_an_item_without_features_is_named(root: Path) -> None:
    rows = {name: row for name, row in ROWS.items() if name != "s3"}
    with pytest.raises(DataError, match="s3"):
        load_outfits(root, "disjoint", "test", rows)


def test_pairs_are_all_of_every_outfit(root: Path) -> None:
    assert pairs_of(load_outfits(root, "disjoint", "train", ROWS)).tolist() == [[6, 7], [7, 8], [7, 6], [8, 6]]
    assert pairs_of([]).shape == (0, 2)


def test_popularity_counts_and_one_item_scores_nothing() -> None:
    pairs = popularity_pairs([np.array([0, 1]), np.array([1, 2])], 4)
    scores = pairs(np.array([0, 1]), np.array([1, 3]))
    one, two = np.log(2), np.log(3)
    np.testing.assert_allclose(scores, [[(one + two) / 2, one / 2], [two, two / 2]])
    assert outfit_score(np.ones((1, 1))) == 0


def test_background_sees_the_border_only() -> None:
    rgb = np.full((200, 100, 3), 255, np.uint8)
    other = rgb.copy()
    other[40:160, 20:80] = 0
    np.testing.assert_allclose(background(rgb), background(other), atol=0.02)
    tinted = rgb.copy()
    tinted[..., 0] = 200
    backgrounds = np.stack([background(picture) for picture in (rgb, other, tinted)])
    near, far = distance_pairs(backgrounds)(np.array([0]), np.array([1, 2]))[0]
    assert near > far
