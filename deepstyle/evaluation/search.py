"""How good is the search? Three questions with known answers, asked of the model and of raw pixels alike.

(a) The same garment in another colour: items that share a ``model_id``.
(b) Self-retrieval: does a cropped, mirrored, compressed, brighter or darker picture find its own item?
(c) A shopper's photo: do the ten items found belong to the right semantic category?
"""

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.errors import UsageError
from deepstyle.evaluation.photos import LabelledPhoto
from deepstyle.evaluation.retrieval_metrics import average_precision_at_r, precision_at_k, recall_at_k
from deepstyle.images.distort import DISTORTIONS
from deepstyle.images.pixels import Rgb, decode, resize
from deepstyle.store.base import Store, VectorBatch
from deepstyle.store.url import without_password
from deepstyle.style.augmented_views import search_spaces
from deepstyle.style.encoder import Encoder
from deepstyle.style.search import serving_space

T = TypeVar("T")
Vectors = NDArray[np.float32]
Codes = NDArray[np.int64]
Measure = Callable[[Vectors, NDArray[np.bool_]], NDArray[np.float64]]
OnProgress = Callable[[int, int, str], None]

RETRIEVAL: Final[Mapping[str, Measure]] = {
    **{f"recall@{k}": partial(recall_at_k, k=k) for k in (1, 5, 10)},
    "mAP@R": average_precision_at_r,
}
CATEGORY: Final[Mapping[str, Measure]] = {
    "precision@10": partial(precision_at_k, k=10),
    "hit@10": partial(recall_at_k, k=10),
}
THUMBNAIL_PX: Final = 16
BLOCK_CELLS: Final = 1 << 23
"""Similarities held at once: 32 MiB of them, however many items there are."""


@dataclass(frozen=True, slots=True)
class TaskScore:
    """One task: ``scores[representation][measure]``, each the mean over ``queries``, in [0, 1]."""

    task: str
    queries: int
    scores: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class SearchReport:
    """What ``evaluate_search`` measured among ``items`` vectors of ``space``; ``limit`` 0 means every item asked.

    ``views``: how many more views of each item photos were compared with.
    """

    store: str
    space: str
    architecture: str
    precision: str
    items: int
    limit: int
    seed: int
    tasks: tuple[TaskScore, ...]
    photos_left_out: int = 0
    views: int = 0


@dataclass(frozen=True, slots=True)
class Representation:
    """A way to compare pictures: ``vectors`` (N, D) float32 of unit norm, and ``embed`` (H, W, 3) uint8 to (D,).

    ``views``: more vectors (N, D) of the same items; a photo is compared with the most similar of an item's.
    """

    name: str
    vectors: Vectors
    embed: Callable[[Rgb], Vectors]
    views: tuple[Vectors, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationContext:
    """What every task works on: row i of a representation's vectors is ``items[i]``, of image ``image_sha256s[i]``."""

    store: Store
    items: tuple[Item, ...]
    image_sha256s: tuple[str, ...]
    representations: tuple[Representation, ...]
    limit: int
    seed: int
    pool: ThreadPoolExecutor
    on_progress: OnProgress

    def draw(self, rows: Codes) -> Codes:
        """At most ``limit`` of ``rows``, ascending; the same for the same seed."""
        if self.limit == 0 or len(rows) <= self.limit:
            return rows
        return np.sort(np.random.default_rng(self.seed).choice(rows, self.limit, replace=False))

    def work(self, what: str, function: Callable[[T], Vectors], things: Sequence[T]) -> Vectors:
        """``function`` of all ``things``, side by side in threads, stacked."""
        made: Iterator[Vectors] = self.pool.map(function, things)
        done = []
        for vectors in made:
            done.append(vectors)
            self.on_progress(len(done), len(things), what)
        return np.stack(done)


def evaluate_search(
    store: Store,
    encoder: Encoder,
    *,
    photos: Sequence[LabelledPhoto] = (),
    limit: int = 1000,
    seed: int = 0,
    on_progress: OnProgress = lambda done, total, what: None,
) -> SearchReport:
    """Measure (a), (b) and, with ``photos``, (c), asking at most ``limit`` items (0: all), drawn with ``seed``.

    Photos of a category that no item has are left out. Raises ``UsageError`` where the store has no vectors of this
    model, and ``FingerprintMismatchError``.
    """
    space = serving_space(store, encoder.spec)
    batch = store.vectors(space)
    found = store.get(batch.item_ids)
    if not found:
        raise UsageError(
            f"{without_password(store.url)} has no vectors of the model {space}.", remedy="Run `deepstyle encode`."
        )
    items = tuple(found[item_id] for item_id in batch.item_ids)
    known = {item.semantic_category for item in items}
    usable = [photo for photo in photos if photo.semantic_category in known]
    with ThreadPoolExecutor(2 * encoder.streams) as pool:
        views = tuple(_aligned(store, one, batch) for one in search_spaces(store, space)[1:])
        model = Representation("deepstyle", batch.vectors, lambda rgb: encoder.encode([rgb]).embeddings[0], views)
        context = EvaluationContext(store, items, batch.image_sha256s, (model,), limit, seed, pool, on_progress)
        context = dataclasses.replace(context, representations=(model, raw_pixels(context)))
        tasks = [another_colour(context), *itself(context), photo_category(context, usable)]
    return SearchReport(
        store=without_password(store.url),
        space=space,
        architecture=encoder.spec.architecture,
        precision=encoder.spec.precision,
        items=len(items),
        limit=limit,
        seed=seed,
        tasks=tuple(task for task in tasks if task.queries),
        photos_left_out=len(photos) - len(usable),
        views=len(model.views),
    )


# -- the tasks ---------------------------------------------------------------------------------------------------------


def another_colour(context: EvaluationContext) -> TaskScore:
    """(a): each item whose garment comes in other colours asks for them; the item itself is taken out."""
    codes = _codes([item.model_id for item in context.items])
    colours = np.bincount(codes + 1)[codes + 1]
    asked = context.draw(np.flatnonzero((codes >= 0) & (colours > 1)))
    scores = {
        one.name: _score(RETRIEVAL, one.vectors[asked], one.vectors, codes[asked], codes, without=asked)
        for one in context.representations
    }
    scores["chance"] = _chance(RETRIEVAL, colours[asked] - 1, len(codes) - 1)
    return TaskScore("another colour", len(asked), scores)


def itself(context: EvaluationContext) -> list[TaskScore]:
    """(b): a task a distortion, then their mean. An item with the very same image is as right as the item itself."""
    codes = _codes(context.image_sha256s)
    asked = context.draw(np.arange(len(codes)))
    chance = _chance(RETRIEVAL, np.bincount(codes)[codes[asked]], len(codes))
    tasks = [TaskScore(f"itself, {name}", len(asked), {"chance": chance}) for name in DISTORTIONS]
    for one in context.representations:
        embed = partial(_embed_distorted, context, one)
        queries = context.work(f"distorted pictures ({one.name})", embed, asked.tolist())
        for at, task in enumerate(tasks):
            scores = _score(RETRIEVAL, queries[:, at], one.vectors, codes[asked], codes, views=one.views)
            tasks[at] = dataclasses.replace(task, scores={one.name: scores, **task.scores})
    return [*tasks, _mean("itself, mean of these", tasks)]


def _embed_distorted(context: EvaluationContext, one: Representation, row: int) -> Vectors:
    """Every distortion of the item in ``row``: (len(DISTORTIONS), D)."""
    rgb, rng = _picture(context, row), np.random.default_rng((context.seed, row))
    return np.stack([one.embed(distort(rgb, rng)) for distort in DISTORTIONS.values()])


def photo_category(context: EvaluationContext, photos: Sequence[LabelledPhoto]) -> TaskScore:
    """(c): every photo asks for items of its semantic category, which some item has to have."""
    names = [item.semantic_category for item in context.items]
    codes = _codes(names)
    code_of = dict(zip(names, codes.tolist(), strict=True))
    asked = np.array([code_of[photo.semantic_category] for photo in photos], np.int64)
    scores: dict[str, Mapping[str, float]] = {}
    for one in context.representations if photos else ():
        embed = partial(_embed_photo, one)
        queries = context.work(f"photos ({one.name})", embed, photos)
        scores[one.name] = _score(CATEGORY, queries, one.vectors, asked, codes, views=one.views)
    scores["chance"] = _chance(CATEGORY, np.bincount(codes + 1)[asked + 1], len(codes))
    return TaskScore("photo's category", len(photos), scores)


def _embed_photo(one: Representation, photo: LabelledPhoto) -> Vectors:
    return one.embed(photo.decode())


def raw_pixels(context: EvaluationContext) -> Representation:
    """The baseline that any model must beat: a 16 x 16 RGB thumbnail less the catalogue's mean one, by cosine."""

    def thumbnail(rgb: Rgb) -> Vectors:
        return resize(rgb, THUMBNAIL_PX, THUMBNAIL_PX, "stretch").reshape(-1).astype(np.float32)

    def of_item(row: int) -> Vectors:
        return thumbnail(_picture(context, row))

    thumbnails = context.work("thumbnails (raw pixels)", of_item, range(len(context.items)))
    mean = thumbnails.mean(axis=0)
    return Representation("raw pixels", _unit(thumbnails - mean), lambda rgb: _unit(thumbnail(rgb) - mean))


# -- scoring -----------------------------------------------------------------------------------------------------------


def _score(
    measures: Mapping[str, Measure],
    queries: Vectors,
    vectors: Vectors,
    query_codes: Codes,
    codes: Codes,
    *,
    without: Codes | None = None,
    views: Sequence[Vectors] = (),
) -> dict[str, float]:
    """The mean of each measure over ``queries`` (Q, D): right are the items whose code is the query's.

    ``without`` (Q,) names the row that a query must not find: the query itself. ``views`` are more vectors of the same
    items.
    """
    sums = dict.fromkeys(measures, 0.0)
    step = max(1, BLOCK_CELLS // len(vectors))
    for start in range(0, len(queries), step):
        rows = slice(start, start + step)
        similarities = queries[rows] @ vectors.T
        for view in views:
            np.maximum(similarities, queries[rows] @ view.T, out=similarities)
        relevant = query_codes[rows, None] == codes
        if without is not None:
            taken_out = np.arange(len(similarities)), without[rows]
            similarities[taken_out], relevant[taken_out] = -np.inf, False
        for name, measure in measures.items():
            sums[name] += float(measure(similarities, relevant).sum())
    return {name: total / max(1, len(queries)) for name, total in sums.items()}


def _chance(measures: Mapping[str, Measure], right: Codes, items: int) -> dict[str, float]:
    """What a random ranking of ``items`` scores where ``right`` (Q,) of them are right; MAP@R has no short formula."""
    told = {}
    for name in measures:
        kind, _, k = name.partition("@")
        if kind == "precision":
            told[name] = float(np.mean(right / items)) if len(right) else 0.0
        elif k != "R":
            told[name] = float(np.mean([_chance_of_hit(int(n), items, int(k)) for n in right])) if len(right) else 0.0
    return told


def _chance_of_hit(right: int, items: int, k: int) -> float:
    """The probability that ``k`` of ``items`` drawn without replacement hold one of the ``right``: hypergeometric."""
    return 1 - math.comb(items - right, k) / math.comb(items, min(k, items)) if k <= items else 1.0


def _mean(task: str, tasks: Sequence[TaskScore]) -> TaskScore:
    first = tasks[0]
    scores = {
        name: {measure: sum(one.scores[name][measure] for one in tasks) / len(tasks) for measure in measures}
        for name, measures in first.scores.items()
    }
    return TaskScore(task, first.queries, scores)


def _aligned(store: Store, space: str, batch: VectorBatch) -> Vectors:
    """The vectors of ``space`` for the items of ``batch``, row by row; ``batch``'s own where an item has none."""
    rows = {item_id: row for row, item_id in enumerate(batch.item_ids)}
    found, aligned = store.vectors(space), batch.vectors.copy()
    for item_id, vector in zip(found.item_ids, found.vectors, strict=True):
        if item_id in rows:
            aligned[rows[item_id]] = vector
    return aligned


def _picture(context: EvaluationContext, row: int) -> Rgb:
    """The item's picture; blank where it was deleted meanwhile, which then counts as not found."""
    image = context.store.image(context.items[row].item_id)
    return decode(image.data) if image else np.full((THUMBNAIL_PX, THUMBNAIL_PX, 3), 255, np.uint8)


def _codes(names: Sequence[str]) -> Codes:
    """Equal names as equal numbers, from 0; -1 for the empty name: (N,) int64."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) if name else -1 for name in names], np.int64)


def _unit(vectors: Vectors) -> Vectors:
    """Rows of unit norm; a row of zeros stays one."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)
