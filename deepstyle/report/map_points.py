"""The style space as points in a plane: computed once, stored, and drawn by the website."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import MissingDependencyError, StoreError, UsageError
from deepstyle.files import parse_json
from deepstyle.report.tsne_map import PERPLEXITY, embed_in_plane
from deepstyle.store.base import Store

MAP_META: Final = "style_map"
"""The store's meta key that holds the points."""
POINTS: Final = 5000
MAX_POINTS: Final = 20_000

Method = Literal["t-SNE", "PCA"]


@dataclass(frozen=True, slots=True, eq=False)
class MapPoints:
    """Items of ``space`` in a plane: row i of ``places`` (N, 2) float64, within [-1, 1], is ``item_ids[i]``."""

    space: str
    method: Method
    item_ids: tuple[str, ...]
    places: NDArray[np.float64]


def compute_points(
    store: Store, space: str, *, points: int = POINTS, seed: int = 0, method: Method | None = None, jobs: int = -1
) -> MapPoints:
    """Place at most ``points`` items that have a vector in ``space``.

    Without ``method``: t-SNE where openTSNE is installed and there are enough items, else PCA, by NumPy alone.
    Raises ``UsageError`` where there is nothing to place, ``MissingDependencyError`` for t-SNE without openTSNE.
    """
    batch = store.vectors(space)
    if len(batch.item_ids) < 2:
        raise UsageError("a map needs two items with a vector.", remedy="Run `deepstyle encode`.")
    drawn = np.sort(np.random.default_rng(seed).permutation(len(batch.item_ids))[:points])
    vectors = batch.vectors[drawn]
    used, places = _place(vectors, seed, method, jobs)
    return MapPoints(space, used, tuple(batch.item_ids[row] for row in drawn), _fitted(places))


def _place(
    vectors: NDArray[np.float32], seed: int, method: Method | None, jobs: int
) -> tuple[Method, NDArray[np.float64]]:
    if method == "t-SNE" or (method is None and len(vectors) > 3 * PERPLEXITY):
        try:
            return "t-SNE", embed_in_plane(vectors, seed=seed, jobs=jobs)
        except MissingDependencyError:
            if method:
                raise
    return "PCA", principal_plane(vectors)


def principal_plane(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """The first two principal components: (N, D) → (N, 2); the sign is such that the farthest point is positive."""
    centred = np.asarray(vectors, np.float64) - np.mean(vectors, axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    places = centred @ axes[:, :-3:-1]
    farthest = np.abs(places).argmax(axis=0)
    signs = np.where(np.take_along_axis(places, farthest[None], 0)[0] < 0, -1.0, 1.0)
    padded = np.zeros((len(places), 2))
    padded[:, : places.shape[1]] = places * signs
    return padded


def _fitted(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centred and scaled into [-1, 1] as a whole: the two axes keep their proportion."""
    centre = (places.max(axis=0) + places.min(axis=0)) / 2
    half = float(np.abs(places - centre).max())
    return np.asarray((places - centre) / (half or 1.0), np.float64)


def ensure_points(store: Store, space: str) -> MapPoints | None:
    """The stored points of ``space``, computed where they are missing or lack items; ``None`` for too few items."""
    stored = read_points(store, space)
    if stored and len(stored.item_ids) >= min(POINTS, store.spaces().get(space, 0)):
        return stored
    try:
        points = compute_points(store, space)
    except UsageError:
        return None
    write_points(store, points)
    return points


def write_points(store: Store, points: MapPoints) -> None:
    """Write the points to the store, atomically; running servers use them from their next request on."""
    fields = {
        "space": points.space,
        "method": points.method,
        "item_ids": points.item_ids,
        "x": np.round(points.places[:, 0], 4).tolist(),
        "y": np.round(points.places[:, 1], 4).tolist(),
    }
    store.set_meta(MAP_META, json.dumps(fields, separators=(",", ":")))


def read_points(store: Store, space: str) -> MapPoints | None:
    """The stored points of ``space``; ``None`` where there are none. Raises ``StoreError`` where they are damaged."""
    text = store.meta(MAP_META)
    points = _parse(text) if text else None
    return points if points and points.space == space else None


@lru_cache(maxsize=2)
def _parse(text: str) -> MapPoints:
    try:
        fields = parse_json(text)
        ids: Sequence[str] = fields["item_ids"]
        places = np.array([fields["x"], fields["y"]], np.float64).T.reshape(len(ids), 2)
        return MapPoints(str(fields["space"]), "t-SNE" if fields["method"] == "t-SNE" else "PCA", tuple(ids), places)
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise StoreError(f"the map in the store cannot be read: {error}.", remedy="Run `deepstyle points`.") from error
