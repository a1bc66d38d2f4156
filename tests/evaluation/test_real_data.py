"""The two cheats on real outfits: what a model scores that knows only how often items occur."""

import os
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.feeds.polyvore import read_items
from deepstyle.catalogue.rows import Record
from deepstyle.evaluation.baselines import popularity_pairs
from deepstyle.evaluation.compatibility import category_numbers, evaluate_pairs
from deepstyle.evaluation.questions import load_outfits, load_questions

ROOT = Path(os.environ.get("DEEPSTYLE_DATA", "/nowhere")) / "outfits"
pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason="DEEPSTYLE_DATA names no folder with outfits/")


@pytest.mark.parametrize("variant", ["disjoint", "nondisjoint"])
def test_popularity_is_little_better_than_chance(variant: str) -> None:
    records = [record for record in read_items(ROOT, with_images=False) if isinstance(record, Record)]
    rows = {record.item.item_id: row for row, record in enumerate(records)}
    categories = category_numbers([record.item.semantic_category for record in records])
    questions = load_questions(ROOT, variant, "test", rows)
    outfits = [outfit for split in ("train", "valid", "test") for outfit in load_outfits(ROOT, variant, split, rows)]
    scores = evaluate_pairs("popularity", popularity_pairs(outfits, len(rows)), questions, categories)
    assert 0.25 < scores.fill_in_blank < 0.33
    assert 0.45 < scores.auc < 0.6


def test_the_disjoint_split_does_not_leak() -> None:
    records = [record for record in read_items(ROOT, with_images=False) if isinstance(record, Record)]
    rows = {record.item.item_id: row for row, record in enumerate(records)}
    questions = load_questions(ROOT, "disjoint", "test", rows)
    seen = np.unique(np.concatenate(load_outfits(ROOT, "disjoint", "train", rows)))
    outfits, blanks = questions.unseen(seen)
    assert (outfits.all(), outfits.size) == (True, 884)
    assert (blanks.all(), blanks.size) == (True, 439)
