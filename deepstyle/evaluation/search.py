"""How good the search is: three tasks with known answers, for the model alone, as it is served, and for raw pixels.

(a) The same garment in another colour: items that share a ``model_id``.
(b) Self-retrieval: a cropped, mirrored, compressed, brighter or darker picture finds its own item.
(c) A shopper's photo: the ten items found belong to the right semantic category.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import numpy as np

from deepstyle.catalogue.item import Item
from deepstyle.errors import UsageError
from deepstyle.evaluation.photos import LabelledPhoto
from deepstyle.evaluation.reranked import reranker, switched_on
from deepstyle.evaluation.search_scores import (
    CATEGORY,
    RETRIEVAL,
    Codes,
    Rerank,
    TaskScore,
    Vectors,
    by_similarity,
    chance_scores,
    mean_score,
    score,
)
from deepstyle.images.distort import DISTORTIONS
from deepstyle.images.pixels import Rgb, decode, resize
from deepstyle.store.base import Store, VectorBatch
from deepstyle.store.url import without_password
from deepstyle.style.augmented_views import search_spaces
from deepstyle.style.colour_choice import style_alone
from deepstyle.style.crops import combine_crops, query_crops
from deepstyle.style.encoder import Encoder
from deepstyle.style.rerank import BY_SIMILARITY, Reranking
from deepstyle.style.search import serving_space

T = TypeVar("T")
OnProgress = Callable[[int, int, str], None]
"""Called with how many pictures are done, how many there are, and what they are."""

AS_SERVED: Final = "as served"
THUMBNAIL_PX: Final = 16


@dataclass(frozen=True, slots=True)
class SearchReport:
    """The scores among ``items`` vectors of ``space``; ``limit`` 0 means that every item was a query.

    ``views``: how many augmented views of each item photos were compared with. ``switches``: what was switched on
    beside the model where it is measured as served.
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
    switches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Representation:
    """A way to compare pictures: ``vectors`` (N, D) float32 of unit norm, and ``embed`` (H, W, 3) uint8 to (D,).

    ``views``: more vectors (N, D) of the same items; a photo's similarity to an item is that of the closest one.
    ``in_any_colour`` turns vectors (Q, D) into queries that ignore colour, where the vectors have it.
    ``by``: what re-ranks the results.
    """

    name: str
    vectors: Vectors
    embed: Callable[[Rgb], Vectors]
    views: tuple[Vectors, ...] = ()
    in_any_colour: Callable[[Vectors], Vectors] = lambda vectors: vectors
    by: Reranking = BY_SIMILARITY


@dataclass(frozen=True, slots=True)
class EvaluationContext:
    """The input of every task: row i of a representation's vectors is ``items[i]``, of image ``image_sha256s[i]``."""

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

    def stack(self, what: str, function: Callable[[T], Vectors], values: Sequence[T]) -> Vectors:
        """``function`` of all ``values``, computed in threads, stacked; ``what`` names the step for ``on_progress``."""
        results: Iterator[Vectors] = self.pool.map(function, values)
        done = []
        for vectors in results:
            done.append(vectors)
            self.on_progress(len(done), len(values), what)
        return np.stack(done)

    def queries(
        self, what: str, embed: Callable[[Representation, T], Vectors], values: Sequence[T]
    ) -> dict[str, Vectors]:
        """The queries of each representation, by its name; those that embed in the same way share them."""
        found: dict[str, Vectors] = {}
        for one in self.representations:
            same = [
                found[other.name] for other in self.representations if other.name in found and other.embed is one.embed
            ]
            found[one.name] = same[0] if same else self.stack(f"{what} ({one.name})", partial(embed, one), values)
        return found


def evaluate_search(
    store: Store,
    encoder: Encoder,
    *,
    photos: Sequence[LabelledPhoto] = (),
    limit: int = 1000,
    seed: int = 0,
    by: Reranking = BY_SIMILARITY,
    several_crops: bool = False,
    on_progress: OnProgress = lambda done, total, what: None,
) -> SearchReport:
    """Measure (a), (b) and, with ``photos``, (c), with at most ``limit`` queries (0: all items), drawn with ``seed``.

    Where ``by`` or ``several_crops`` switches something on, the model is measured alone and as it is served with them.
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
        plain = partial(_embed, encoder, False)
        in_any_colour = partial(style_alone, spec=encoder.spec)
        model = Representation("deepstyle", batch.vectors, plain, views, in_any_colour)
        context = EvaluationContext(store, items, batch.image_sha256s, (model,), limit, seed, pool, on_progress)
        embed = partial(_embed, encoder, True) if several_crops else model.embed
        served = dataclasses.replace(model, name=AS_SERVED, embed=embed, by=by)
        switches = [*switched_on(by), *(["several_crops"] if several_crops else [])]
        shown = (model, served) if switches else (model,)
        context = dataclasses.replace(context, representations=(*shown, raw_pixels(context)))
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
        switches=tuple(switches),
    )


# -- the tasks ---------------------------------------------------------------------------------------------------------


def another_colour(context: EvaluationContext) -> TaskScore:
    """(a): the queries are the items whose garment has other colours; the item itself is removed from its results.

    Who looks for another colour does not ask for the same one, so the queries ignore colour (``colour=ignore``).
    """
    model_ids = [item.model_id for item in context.items]
    chosen = context.draw(in_other_colours(model_ids))
    queried = [context.items[row] for row in chosen.tolist()]
    scores: dict[str, Mapping[str, float]] = {}
    for one in context.representations:
        queries = one.in_any_colour(one.vectors[chosen])
        order = reranker(context.items, one.vectors, queries, one.by, queried)
        scores[one.name] = score_other_colours(queries, one.vectors, model_ids, chosen, rerank=order)
    codes = name_codes(model_ids)
    colours = np.bincount(codes + 1)[codes + 1]
    scores["chance"] = chance_scores(RETRIEVAL, colours[chosen] - 1, len(codes) - 1)
    return TaskScore("another colour", len(chosen), scores)


def in_other_colours(model_ids: Sequence[str]) -> Codes:
    """The rows of the items whose model another item has too, ascending."""
    codes = name_codes(model_ids)
    return np.flatnonzero((codes >= 0) & (np.bincount(codes + 1)[codes + 1] > 1))


def score_other_colours(
    queries: Vectors, vectors: Vectors, model_ids: Sequence[str], chosen: Codes, *, rerank: Rerank = by_similarity
) -> Mapping[str, float]:
    """The scores of ``queries`` (Q, D), those of the items in rows ``chosen`` (Q,), among ``vectors`` (N, D)."""
    codes = name_codes(model_ids)
    return score(RETRIEVAL, queries, vectors, codes[chosen], codes, without=chosen, rerank=rerank)


def itself(context: EvaluationContext) -> list[TaskScore]:
    """(b): one task per distortion, then their mean. An item with an identical image is as right as the item itself."""
    codes = name_codes(context.image_sha256s)
    chosen = context.draw(np.arange(len(codes)))
    chance = chance_scores(RETRIEVAL, np.bincount(codes)[codes[chosen]], len(codes))
    tasks = [TaskScore(f"itself, {name}", len(chosen), {}) for name in DISTORTIONS]
    embedded = context.queries("distorted pictures", partial(_embed_distorted, context), chosen.tolist())
    for one in context.representations:
        for at, task in enumerate(tasks):
            queries = embedded[one.name][:, at]
            order = reranker(context.items, one.vectors, queries, one.by)
            scores = score(RETRIEVAL, queries, one.vectors, codes[chosen], codes, views=one.views, rerank=order)
            tasks[at] = dataclasses.replace(task, scores={**task.scores, one.name: scores})
    tasks = [dataclasses.replace(task, scores={**task.scores, "chance": chance}) for task in tasks]
    return [*tasks, mean_score("itself, mean of these", tasks)]


def _embed_distorted(context: EvaluationContext, one: Representation, row: int) -> Vectors:
    """Every distortion of the item in ``row``: (len(DISTORTIONS), D)."""
    rgb, rng = _picture(context, row), np.random.default_rng((context.seed, row))
    return np.stack([one.embed(distort(rgb, rng)) for distort in DISTORTIONS.values()])


def photo_category(context: EvaluationContext, photos: Sequence[LabelledPhoto]) -> TaskScore:
    """(c): a result is right if it is of the photo's semantic category, which at least one item must have."""
    names = [item.semantic_category for item in context.items]
    codes = name_codes(names)
    code_of = dict(zip(names, codes.tolist(), strict=True))
    chosen = np.array([code_of[photo.semantic_category] for photo in photos], np.int64)
    scores: dict[str, Mapping[str, float]] = {}
    embedded = context.queries("photos", _embed_photo, photos) if photos else {}
    for one in context.representations if photos else ():
        queries = embedded[one.name]
        order = reranker(context.items, one.vectors, queries, one.by)
        scores[one.name] = score(CATEGORY, queries, one.vectors, chosen, codes, views=one.views, rerank=order)
    scores["chance"] = chance_scores(CATEGORY, np.bincount(codes + 1)[chosen + 1], len(codes))
    return TaskScore("photo's category", len(photos), scores)


def _embed(encoder: Encoder, several_crops: bool, rgb: Rgb) -> Vectors:
    encoded = combine_crops(encoder.encode(query_crops(rgb, several=several_crops)))
    return np.asarray(encoded.embeddings[0])


def _embed_photo(one: Representation, photo: LabelledPhoto) -> Vectors:
    return one.embed(photo.decode())


def raw_pixels(context: EvaluationContext) -> Representation:
    """The baseline that any model must beat: a 16 x 16 RGB thumbnail minus the catalogue's mean, by cosine."""

    def thumbnail(rgb: Rgb) -> Vectors:
        return resize(rgb, THUMBNAIL_PX, THUMBNAIL_PX, "stretch").reshape(-1).astype(np.float32)

    def of_item(row: int) -> Vectors:
        return thumbnail(_picture(context, row))

    thumbnails = context.stack("thumbnails (raw pixels)", of_item, range(len(context.items)))
    mean = thumbnails.mean(axis=0)
    return Representation("raw pixels", _unit(thumbnails - mean), lambda rgb: _unit(thumbnail(rgb) - mean))


def _aligned(store: Store, space: str, batch: VectorBatch) -> Vectors:
    """The vectors of ``space`` for the items of ``batch``, row by row; ``batch``'s own where an item has none."""
    rows = {item_id: row for row, item_id in enumerate(batch.item_ids)}
    found, aligned = store.vectors(space), batch.vectors.copy()
    for item_id, vector in zip(found.item_ids, found.vectors, strict=True):
        if item_id in rows:
            aligned[rows[item_id]] = vector
    return aligned


def _picture(context: EvaluationContext, row: int) -> Rgb:
    """The item's picture; blank where it has been deleted since, which then counts as not found."""
    image = context.store.image(context.items[row].item_id)
    return decode(image.data) if image else np.full((THUMBNAIL_PX, THUMBNAIL_PX, 3), 255, np.uint8)


def name_codes(names: Sequence[str]) -> Codes:
    """Equal names as equal numbers, from 0; -1 for the empty name: (N,) int64."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) if name else -1 for name in names], np.int64)


def _unit(vectors: Vectors) -> Vectors:
    """Rows of unit norm; a row of zeros stays one."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)
