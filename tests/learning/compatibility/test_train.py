"""The compatibility training learns what there is to learn, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from deepstyle.errors import DataError
from deepstyle.learning.compatibility.data import Epoch, Together, TrainingData
from deepstyle.learning.compatibility.train import train
from tests.learning.compatibility.world import CONFIG, world


@pytest.mark.parametrize("loss", ["infonce", "triplet", "contrastive"])
def test_every_loss_learns_the_styles(loss: str) -> None:
    config = replace(CONFIG, loss=loss, margin=0.8, average=0.0)
    best = train(world(), config).best
    assert best.fill_in_blank > 0.7
    assert best.auc > 0.75


def test_category_negatives_learn_too() -> None:
    assert train(world(), replace(CONFIG, negatives="category")).best.fill_in_blank > 0.7


def test_scrambled_styles_teach_nothing() -> None:
    trained = train(world(scramble=True), CONFIG)
    assert trained.epochs[-1].fill_in_blank < 0.6


def test_best_epoch_is_chosen_on_the_questions_never_the_loss() -> None:
    trained = train(world(), CONFIG)
    assert trained.best.merit == max(epoch.merit for epoch in trained.epochs)
    assert Epoch(1, 0.0, 0.5, 0.25).merit == 0.75


def test_nothing_to_learn_from_is_an_error() -> None:
    data = world()
    with pytest.raises(DataError, match="no training pairs"):
        train(TrainingData(data.features, data.categories, data.outfits[:0], data.valid), CONFIG)


def test_false_negatives_are_found() -> None:
    together = Together(np.array([[0, 1], [1, 2], [5, 3]]), 6)
    batch = np.array([[0, 1], [2, 4], [3, 5]])
    expected = [
        [(a, b) not in {(0, 1), (1, 0), (1, 2), (2, 1), (5, 3), (3, 5)} and a != b for b in (1, 4, 5)]
        for a in (0, 2, 3)
    ]
    assert together.negatives(batch).tolist() == expected
