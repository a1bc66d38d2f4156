"""Initial weights of the head from labelled features, in closed form, after linear discriminant analysis (Fisher 1936).

The embedding should ignore what differs between pictures of one garment (its colours, a crop, compression, light):
these directions are whitened. Directions that differ between categories are stretched. Unlike in Fisher's analysis, the
projection stays close to the untrained head where the labels carry no information, and nothing is centred: the mean of
studio pictures is wrong for photos.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

Matrix = NDArray[np.float64]
Codes = NDArray[np.int64]

LEAST_PICTURES = 3
"""Categories of fewer pictures are ignored: their mean is not reliable."""


def discriminant_head(
    features: NDArray[np.floating],
    garments: Codes,
    categories: Codes,
    start: nn.Linear,
    *,
    shrinkage: float,
    category_gain: float,
) -> nn.Linear:
    """Features (N, F) of pictures, with the numbers (N,) of their garments and categories (-1 unknown) → a head.

    ``start`` (F → D, no bias) is the head to stay close to. ``shrinkage`` is the share of the mean variance that is
    added to every direction before whitening: the larger, the less the garment labels matter. ``category_gain`` is the
    scale of the directions in which the categories' mean embeddings differ.
    """
    pictures = np.asarray(features, np.float64)
    projection = start.weight.detach().double().numpy() @ whitening(within_scatter(pictures, garments), shrinkage)
    embeddings = pictures @ projection.T
    # Unit norm on average, so that a learning rate has the same effect in every catalogue.
    projection /= np.sqrt(np.mean(np.sum(embeddings**2, axis=1)))
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    apart = category_directions(embeddings, categories)
    projection += (category_gain - 1) * apart.T @ (apart @ projection)
    head = nn.Linear(projection.shape[1], projection.shape[0], bias=False)
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(projection))
    return head


def whitening(within: Matrix, shrinkage: float) -> Matrix:
    """The symmetric matrix (F, F) that makes ``within``, with ``shrinkage`` of its mean variance added, isotropic."""
    added = shrinkage * max(float(np.trace(within)) / len(within), 1e-12)
    variances, directions = np.linalg.eigh(within + added * np.eye(len(within)))
    return np.asarray((directions / np.sqrt(variances)) @ directions.T)


def category_directions(embeddings: Matrix, categories: Codes) -> Matrix:
    """Orthonormal rows (K, D) that span the differences of the categories' means, each category weighted equally."""
    names, counts = np.unique(categories[categories >= 0], return_counts=True)
    known = names[counts >= LEAST_PICTURES]
    if len(known) < 2:
        return np.empty((0, embeddings.shape[1]))
    means = np.stack([embeddings[categories == name].mean(0) for name in known])
    _, lengths, directions = np.linalg.svd(means - means.mean(0), full_matrices=False)
    return np.asarray(directions[lengths > 1e-9])


def within_scatter(features: Matrix, garments: Codes) -> Matrix:
    """The pooled covariance (F, F) of features (N, F) about their garment's mean; single pictures do not count."""
    _, numbers, counts = np.unique(garments, return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), features.shape[1]))
    np.add.at(sums, numbers, features)
    several = counts[numbers] > 1
    deviations = (features - (sums / counts[:, None])[numbers])[several]
    freedom = max(1, int(several.sum()) - int((counts > 1).sum()))
    return np.asarray(deviations.T @ deviations / freedom)
