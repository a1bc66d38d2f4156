"""The style space as a map: t-SNE (van der Maaten & Hinton 2008) of a sample, coloured by semantic category."""

import io
from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import MissingDependencyError, UsageError
from deepstyle.store.base import Store

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SAMPLES: Final = 2000
CATEGORIES: Final = 10
PERPLEXITY: Final = 30
REMEDY: Final = "Install the extra for figures: pip install 'deepstyle[report]'."


def draw_sample(
    store: Store, space: str, *, samples: int = SAMPLES, seed: int = 0
) -> tuple[NDArray[np.float32], list[str]]:
    """Draw at most ``samples`` vectors (N, D) of the ten most frequent semantic categories; also return the categories.

    Raises ``UsageError`` where there are too few vectors for a map.
    """
    batch = store.vectors(space)
    items = store.get(batch.item_ids)
    names = [items[item_id].semantic_category if item_id in items else "" for item_id in batch.item_ids]
    top = {name for name, _ in Counter(name for name in names if name).most_common(CATEGORIES)}
    rows = np.array([row for row, name in enumerate(names) if name in top], np.int64)
    if len(rows) <= 3 * PERPLEXITY:
        raise UsageError(f"{len(rows)} items with a category and a vector are too few for a map.")
    drawn = np.sort(np.random.default_rng(seed).permutation(rows)[:samples])
    return batch.vectors[drawn], [names[row] for row in drawn]


def embed_in_plane(vectors: NDArray[np.float32], *, seed: int = 0, jobs: int = -1) -> NDArray[np.float64]:
    """t-SNE by cosine distance from the first two principal components, on ``jobs`` cores: (N, D) → (N, 2)."""
    try:
        from openTSNE import TSNE  # type: ignore[import-untyped]
    except ImportError:
        raise MissingDependencyError("openTSNE is not installed.", remedy=REMEDY) from None
    tsne = TSNE(perplexity=PERPLEXITY, metric="cosine", initialization="pca", random_state=seed, n_jobs=jobs)
    return np.asarray(tsne.fit(vectors), np.float64)


def render_map(places: NDArray[np.float64], categories: list[str]) -> bytes:
    """The map as PNG: places (N, 2), one colour per category, the largest category first in the legend."""
    figure = new_figure(11, 9)
    axes = figure.subplots()
    for number, (name, count) in enumerate(Counter(categories).most_common()):
        rows = [row for row, category in enumerate(categories) if category == name]
        axes.scatter(places[rows, 0], places[rows, 1], s=9, color=f"C{number}", label=f"{name} ({count})", linewidths=0)
    axes.set_axis_off()
    axes.set_title(f"{len(categories):,} items, t-SNE of their style embeddings", loc="left")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, markerscale=3)
    return save_figure(figure)


def new_figure(width_inch: float, height_inch: float) -> "Figure":
    """An empty figure that opens no window."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingDependencyError("matplotlib is not installed.", remedy=REMEDY) from None
    return Figure((width_inch, height_inch), layout="constrained")


def save_figure(figure: "Figure") -> bytes:
    """The figure as PNG."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()
