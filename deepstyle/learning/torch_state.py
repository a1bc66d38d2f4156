"""What PyTorch trains, as the arrays of a checkpoint, and back; PyTorch's random state goes with it."""

from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor, nn

from deepstyle.learning.checkpoint import Arrays, Checkpoint

RANDOM_GROUP: Final = "random"

Tensors = dict[str, Tensor]


def saved_arrays(groups: Mapping[str, Tensors]) -> dict[str, Arrays]:
    """The arrays of a checkpoint: the tensors of each group, and the random state."""
    everything = {**groups, RANDOM_GROUP: {"torch": torch.get_rng_state()}}
    return {
        group: {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}
        for group, tensors in everything.items()
    }


def restored_tensors(checkpoint: Checkpoint) -> dict[str, Tensors]:
    """What ``saved_arrays`` was given; restores the random state."""
    groups = {
        group: {name: torch.from_numpy(array) for name, array in arrays.items()}
        for group, arrays in checkpoint.arrays.items()
    }
    if RANDOM_GROUP in groups:
        torch.set_rng_state(groups.pop(RANDOM_GROUP)["torch"])
    return groups


def restore_parameters(parameters: Mapping[str, nn.Parameter], tensors: Tensors) -> None:
    """Copy ``tensors`` into the ``parameters`` of the same names."""
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(tensors[name])


def optimiser_tensors(optimiser: torch.optim.Optimizer, names: list[str]) -> Tensors:
    """The moments and step counts of each parameter, by ``NAME/KEY``; ``names`` in the optimiser's order."""
    state = optimiser.state_dict()["state"]
    return {f"{names[index]}/{key}": tensor for index, values in state.items() for key, tensor in values.items()}


def restore_optimiser(optimiser: torch.optim.Optimizer, names: list[str], tensors: Tensors) -> None:
    """Restore what ``optimiser_tensors`` returned; learning rates are a function of the step and are not saved."""
    numbers = {name: index for index, name in enumerate(names)}
    state: dict[int, dict[str, Tensor]] = {}
    for path, tensor in tensors.items():
        name, _, key = path.rpartition("/")
        state.setdefault(numbers[name], {})[key] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
