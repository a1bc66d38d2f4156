"""The NumPy recipe: gradients as torch computes them, and what it learns."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from deepstyle.errors import UsageError
from deepstyle.learning.compatibility import losses
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.network import SiameseBranch
from deepstyle.learning.compatibility.numpy_network import (
    AdamW,
    backward,
    forward,
    info_nce,
    initial_parameters,
    triplet,
)
from deepstyle.learning.compatibility.numpy_train import train
from tests.learning.compatibility.world import CONFIG, world

PLAIN = TrainConfig(members=2, hidden_dim=7, embedding_dim=3, input_dropout=0.0, hidden_dropout=0.0)
RECIPE = replace(CONFIG, average=0.0)


@pytest.mark.parametrize(("loss", "of_torch"), [(info_nce, losses.info_nce), (triplet, losses.triplet)])
def test_losses_gradients_and_a_step_equal_torch(loss, of_torch) -> None:
    rng = np.random.default_rng(0)
    parameters, rows = initial_parameters(5, PLAIN, rng), rng.standard_normal((12, 5)).astype(np.float32)
    negative = rng.random((6, 6)) < 0.6
    network = SiameseBranch(5, PLAIN)
    network.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in parameters.items()})
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.01, weight_decay=0.1)
    adam = AdamW(parameters)
    for _ in range(2):
        vectors = network(torch.from_numpy(rows))
        expected = of_torch(vectors[:, :6], vectors[:, 6:], torch.from_numpy(negative), 0.3)
        optimiser.zero_grad()
        expected.backward()
        optimiser.step()
        done = forward(parameters, rows, PLAIN, rng)
        found, *gradients = loss(done.vectors[:, :6], done.vectors[:, 6:], negative, 0.3)
        adam.step(parameters, backward(parameters, done, np.concatenate(gradients, 1)), 0.01, 0.1)
        assert found == pytest.approx(expected.item(), rel=1e-5)
    for name, value in network.named_parameters():
        np.testing.assert_allclose(parameters[name], value.detach().numpy(), atol=1e-4)


@pytest.mark.parametrize("loss", ["infonce", "triplet"])
def test_it_learns_the_styles(loss: str) -> None:
    best = train(world(), replace(RECIPE, loss=loss, margin=0.8)).best
    assert best.fill_in_blank > 0.7
    assert best.auc > 0.75


def test_what_only_torch_trains_is_refused() -> None:
    with pytest.raises(UsageError, match="torch"):
        train(world(), replace(RECIPE, loss="contrastive"))
