"""Start values of the head from labelled features, in closed form: linear discriminant analysis (Fisher 1936).

What differs between pictures of one garment (its colours, a crop, a mirror, compression, light) is what the
embedding should not see; the head whitens it away and keeps the directions in which garments differ most.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

Matrix = NDArray[np.float64]


def discriminant_head(
    features: NDArray[np.floating], garments: NDArray[np.int64], *, dim: int, shrinkage: float
) -> nn.Linear:
    """Features (N, F) of pictures and their garments' numbers (N,) → a head F → ``dim``, centred by its bias.

    ``shrinkage`` is how much of an average direction's variance is added to every direction before whitening: more of
    it trusts the labels less.
    """
    centred = np.asarray(features, np.float64)
    mean = centred.mean(0)
    centred = centred - mean
    within = within_scatter(centred, garments)
    within += shrinkage * max(float(np.trace(within)) / len(within), 1e-12) * np.eye(len(within))
    variances, directions = np.linalg.eigh(within)
    whiten = directions / np.sqrt(variances)
    spread = centred @ whiten
    _, order = np.linalg.eigh(spread.T @ spread / len(spread))
    projection = (whiten @ order[:, ::-1][:, :dim]).T
    # As long as an average embedding of unit norm, so that learning rates mean the same for every catalogue.
    projection /= np.sqrt(np.mean(np.sum((centred @ projection.T) ** 2, axis=1)))
    head = nn.Linear(projection.shape[1], dim)
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(projection))
        head.bias.copy_(torch.from_numpy(-projection @ mean))
    return head


def within_scatter(features: Matrix, garments: NDArray[np.int64]) -> Matrix:
    """The pooled covariance (F, F) of features (N, F) about their garment's mean; garments of one picture say none."""
    _, numbers, counts = np.unique(garments, return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), features.shape[1]))
    np.add.at(sums, numbers, features)
    several = counts[numbers] > 1
    deviations = (features - (sums / counts[:, None])[numbers])[several]
    freedom = max(1, int(several.sum()) - int((counts > 1).sum()))
    return np.asarray(deviations.T @ deviations / freedom)
