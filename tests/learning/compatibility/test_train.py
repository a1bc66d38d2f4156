"""Training on a world that can be learnt: items of a hidden style, outfits within a style."""

from pathlib import Path

import numpy as np
import pytest
import torch

from deepstyle.errors import DataError, UsageError
from deepstyle.evaluation.questions import Blank, Questions
from deepstyle.learning.compatibility.config import TrainConfig, load_config
from deepstyle.learning.compatibility.train import CHECKPOINT_FILE, Epoch, Together, TrainingData, train

CONFIG = TrainConfig(members=2, hidden_dim=16, embedding_dim=8, epochs=4, batch_size=32, input_dropout=0.1, average=0.9)


def world(seed: int = 0, *, scramble: bool = False) -> TrainingData:
    rng = np.random.default_rng(seed)
    styles = np.repeat(np.arange(4), 30)
    features = rng.standard_normal((4, 20))[styles] + 0.7 * rng.standard_normal((120, 20))
    categories = np.tile(np.arange(3), 40)
    truth = rng.permutation(styles) if scramble else styles

    def outfit(style: int) -> np.ndarray:
        return np.array([rng.choice(np.flatnonzero((truth == style) & (categories == kind))) for kind in range(3)])

    def mixed() -> np.ndarray:
        return np.array(
            [rng.choice(np.flatnonzero((truth == rng.integers(4)) & (categories == kind))) for kind in range(3)]
        )

    good = [outfit(number % 4) for number in range(40)]
    blanks = tuple(
        Blank(
            one[:2], np.array([one[2], *rng.choice(np.flatnonzero((truth != truth[one[0]]) & (categories == 2)), 3)]), 0
        )
        for one in good
    )
    valid = Questions((*good, *(mixed() for _ in range(40))), np.repeat([True, False], 40), blanks)
    return TrainingData(features, categories, [outfit(number % 4) for number in range(120)], valid)


@pytest.mark.parametrize("loss", ["infonce", "triplet", "contrastive"])
def test_every_loss_learns_the_styles(loss: str) -> None:
    config = TrainConfig(**{**vars_of(CONFIG), "loss": loss, "margin": 0.8, "average": 0.0})
    best = train(world(), config).best
    assert best.fill_in_blank > 0.7
    assert best.auc > 0.75


def vars_of(config: TrainConfig) -> dict[str, object]:
    return {name: getattr(config, name) for name in config.__slots__}


def test_category_negatives_learn_too() -> None:
    assert train(world(), TrainConfig(**{**vars_of(CONFIG), "negatives": "category"})).best.fill_in_blank > 0.7


def test_scrambled_styles_teach_nothing() -> None:
    told = train(world(scramble=True), CONFIG)
    assert told.epochs[-1].fill_in_blank < 0.6


def test_best_epoch_is_chosen_on_the_questions_never_the_loss() -> None:
    trained = train(world(), CONFIG)
    assert trained.best.merit == max(epoch.merit for epoch in trained.epochs)
    assert Epoch(1, 0.0, 0.5, 0.25).merit == 0.75


def test_a_run_killed_after_any_epoch_ends_the_same(tmp_path: Path) -> None:
    data, whole = world(), train(world(), CONFIG)

    class KilledError(Exception):
        pass

    def stop(epoch: Epoch) -> None:
        raise KilledError

    for _ in range(CONFIG.epochs - 1):
        with pytest.raises(KilledError):
            train(data, CONFIG, folder=tmp_path, on_epoch=stop)
    resumed = train(data, CONFIG, folder=tmp_path)
    assert resumed.epochs == whole.epochs
    for name, value in whole.tensors.items():
        assert torch.equal(value, resumed.tensors[name])


def test_a_checkpoint_of_another_run_or_half_a_file_is_not_gone_on_from(tmp_path: Path) -> None:
    train(world(), CONFIG, folder=tmp_path)
    other = TrainConfig(**{**vars_of(CONFIG), "seed": 1})
    assert train(world(), other, folder=tmp_path).epochs == train(world(), other).epochs
    path = tmp_path / CHECKPOINT_FILE
    path.write_bytes(path.read_bytes()[:-10])
    assert len(train(world(), CONFIG, folder=tmp_path).epochs) == CONFIG.epochs


def test_nothing_to_learn_from_is_an_error() -> None:
    data = world()
    with pytest.raises(DataError, match="no training pairs"):
        train(TrainingData(data.features, data.categories, data.outfits[:0], data.valid), CONFIG)


def test_false_negatives_are_found() -> None:
    together = Together(torch.tensor([[0, 1], [1, 2], [5, 3]]), 6)
    batch = torch.tensor([[0, 1], [2, 4], [3, 5]])
    expected = [
        [(a, b) not in {(0, 1), (1, 0), (1, 2), (2, 1), (5, 3), (3, 5)} and a != b for b in (1, 4, 5)]
        for a in (0, 2, 3)
    ]
    assert together.negatives(batch).tolist() == expected


def test_config_is_checked_field_by_field(tmp_path: Path) -> None:
    path = tmp_path / "compat.toml"
    path.write_text('loss = "triplet"\nmargin = 1\nepochs = 3\n')
    assert load_config(path) == TrainConfig(loss="triplet", margin=1.0, epochs=3)
    for text, word in (
        ("epoch = 3", "epoch"),
        ("epochs = 3.5", "epochs"),
        ('loss = "arcface"', "loss"),
        ("seed = true", "seed"),
        ("epochs = ", "cannot be read"),
    ):
        path.write_text(text)
        with pytest.raises(DataError, match=word):
            load_config(path)
    with pytest.raises(UsageError, match="input_dropout"):
        TrainConfig(input_dropout=1.0)
