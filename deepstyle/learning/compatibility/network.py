"""The Siamese network in PyTorch, for training; ``compatibility.head.Head`` computes the same in NumPy."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from deepstyle.learning.compatibility.config import TrainConfig

_BLOCK: Final = 4096


class SiameseBranch(nn.Module):
    """The branch that embeds both items of a pair: an ensemble of ``members`` small networks of the same shape."""

    def __init__(self, features_dim: int, config: TrainConfig) -> None:
        super().__init__()
        members, width, dimension = config.members, config.hidden_dim, config.embedding_dim
        self.input_dropout, self.hidden_dropout = config.input_dropout, config.hidden_dropout
        self.hidden = nn.Parameter(_uniform(members, width, features_dim))
        self.hidden_bias = nn.Parameter(torch.zeros(members, width))
        self.out = nn.Parameter(_uniform(members, dimension, width))
        self.out_bias = nn.Parameter(torch.zeros(members, dimension))

    def forward(self, inputs: Tensor) -> Tensor:
        """Standardised features (B, F) → (M, B, D), each of unit norm."""
        repeated = inputs.expand(len(self.hidden), *inputs.shape)
        if self.training:
            # Each member drops other features, so that their errors differ.
            repeated = dropout(repeated, self.input_dropout)
        hidden = torch.baddbmm(self.hidden_bias[:, None], repeated, self.hidden.mT).relu()
        if self.training:
            hidden = dropout(hidden, self.hidden_dropout)
        return functional.normalize(torch.baddbmm(self.out_bias[:, None], hidden, self.out.mT), dim=-1)

    def embed(self, inputs: Tensor) -> Tensor:
        """(N, F) → (N, M·D) of unit norm: the members' vectors side by side, without dropout."""
        self.eval()
        with torch.no_grad():
            blocks = (inputs[start : start + _BLOCK] for start in range(0, len(inputs), _BLOCK))
            parts: list[Tensor] = [self(block).transpose(0, 1).flatten(1) for block in blocks]
        self.train()
        joined: Tensor = torch.cat(parts) / len(self.hidden) ** 0.5
        return joined


def dropout(values: Tensor, share: float) -> Tensor:
    """Dropout (Srivastava et al. 2014) of about ``share``, in steps of 1/256, from PyTorch's seeded generator.

    One draw of 64 bits decides eight values: on a CPU, PyTorch's own dropout took a third of the training time.
    """
    threshold = min(round(share * 256), 255)
    if not threshold:
        return values
    draws = torch.empty(-(-values.numel() // 8), dtype=torch.int64).random_(-(2**63), None)
    mask = draws.view(torch.uint8)[: values.numel()].view(values.shape) >= threshold
    return values * mask * (256 / (256 - threshold))


def _uniform(members: int, rows: int, columns: int) -> Tensor:
    """The initial weights of ``nn.Linear``: uniform within ±1/√columns."""
    weights: Tensor = (2 * torch.rand(members, rows, columns) - 1) / columns**0.5
    return weights
