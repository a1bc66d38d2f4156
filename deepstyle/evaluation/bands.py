"""Where do "near-identical", "very similar" and "related" begin on this catalogue, and what is no match at all?

Distorted pictures of known items are searched for, as a shopper's would be, and each result is graded by what the
catalogue knows: the same picture, the same garment (``model_id``) or fine category, the same semantic category, or
none of these. Over the similarity, the share of results that deserve a word is fitted by a rising step function; a
band begins where that share reaches ``SHARES``. A search whose best result is below the last limit has no match: that
limit is lifted until pictures that show no garment, of a kind not seen before, pass once in ten at most.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.errors import UsageError
from deepstyle.evaluation.no_garment import FAMILIES, draw_no_garment
from deepstyle.evaluation.photos import LabelledPhoto
from deepstyle.images.distort import DISTORTIONS
from deepstyle.images.pixels import Rgb, decode
from deepstyle.store.base import Store
from deepstyle.store.url import without_password
from deepstyle.style.bands import BANDS, Bands
from deepstyle.style.encoder import Encoder
from deepstyle.style.search import search_vector, serving_space

Vectors = NDArray[np.float32]
OnProgress = Callable[[int, int, str], None]

SHARES: Final = {"near_identical": 0.75, "very_similar": 0.9, "related": 0.5}
"""How often a result at a band's lower limit deserves the band's word, or a better one.

Very similar asks for more: a shopper's photo is further from every item than the pictures that judge here."""
PASSING: Final = 0.1
REFERENCES: Final = 4
"""References a family; as many more pictures of it judge them."""
RESULTS: Final = 10
SAME_PICTURE, SAME_KIND, SAME_CATEGORY, OTHER = 3, 2, 1, 0
GRADE_OF_BAND: Final = {"near_identical": SAME_PICTURE, "very_similar": SAME_KIND, "related": SAME_CATEGORY}


@dataclass(frozen=True, slots=True)
class Graded:
    """Results of searches: ``similarities`` (R,), and ``grades`` (R,) from ``OTHER`` to ``SAME_PICTURE``."""

    similarities: NDArray[np.float64]
    grades: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Pictures without a garment by family: ``vectors`` (F, N, D); ``best`` (F, N), of their best results."""

    vectors: Vectors
    best: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BandPrecision:
    """Of the ``results`` in a band, the ``share`` that deserves its word or a better one; ``None`` of no results."""

    band: str
    limit: float | None
    results: int
    share: float | None


@dataclass(frozen=True, slots=True)
class BandReport:
    """How the bands do: on distorted items, on photos (graded by semantic category only), and on what is no garment.

    ``false_acceptance`` by family of drawn pictures; ``unseen_acceptance`` the same with that family's references left
    out; ``false_refusal`` the share of photos refused, ``None`` without photos; ``strangers_accepted`` likewise of the
    pictures given as no garments.
    """

    queries: int
    bands: tuple[BandPrecision, ...]
    photo_bands: tuple[BandPrecision, ...]
    false_acceptance: dict[str, float]
    unseen_acceptance: dict[str, float]
    photos: int = 0
    false_refusal: float | None = None
    strangers: int = 0
    strangers_accepted: float | None = None


class Calibrator:
    """One store and one model; every picture that asks is drawn with ``seed``."""

    def __init__(self, store: Store, encoder: Encoder, *, limit: int, seed: int, on_progress: OnProgress) -> None:
        self.store, self.encoder, self.space = store, encoder, serving_space(store, encoder.spec)
        self.limit, self.seed, self.on_progress = limit, seed, on_progress
        if not store.spaces().get(self.space):
            raise UsageError(
                f"{without_password(store.url)} has no vectors of the model {self.space}.",
                remedy="Run `deepstyle encode`.",
            )

    def embed(self, what: str, pictures: Sequence[Callable[[], Rgb]]) -> Vectors:
        """The embeddings (N, D) of pictures that are made when their turn comes."""
        done: list[Vectors] = []
        with ThreadPoolExecutor(2 * self.encoder.streams) as pool:
            for vector in pool.map(lambda make: self.encoder.encode([make()]).embeddings[0], pictures):
                done.append(vector)
                self.on_progress(len(done), len(pictures), what)
        return np.stack(done)

    def ask_items(self) -> Graded:
        """Search for every distortion of at most ``limit`` items."""
        ids = self.store.vectors(self.space).item_ids
        rng = np.random.default_rng(self.seed)
        drawn = sorted(rng.choice(len(ids), min(self.limit, len(ids)), replace=False).tolist())
        items = self.store.get([ids[row] for row in drawn])
        asked = [item for item in items.values() for _ in DISTORTIONS]
        pictures = [self._distorted(at, item, name) for at, item in enumerate(items.values()) for name in DISTORTIONS]
        return self.grade(asked, self.embed("distorted items", pictures))

    def grade(self, asked: Sequence[Item], vectors: Vectors) -> Graded:
        """What the ten results of each query say of it."""
        similarities, grades = [], []
        pictures = self.store.image_sha256s([item.item_id for item in asked])
        for item, vector in zip(asked, vectors, strict=True):
            found = search_vector(self.store, self.space, vector, k=RESULTS)
            shown = self.store.image_sha256s([match.item.item_id for match in found])
            for match in found:
                same = shown.get(match.item.item_id) == pictures.get(item.item_id, "")
                similarities.append(match.similarity)
                grades.append(SAME_PICTURE if same else grade(item, match.item))
        return Graded(np.array(similarities), np.array(grades, np.int64))

    def best(self, vectors: Vectors) -> NDArray[np.float64]:
        """The similarity of each query's best result: (N,)."""
        return np.array([search_vector(self.store, self.space, one, k=1)[0].similarity for one in vectors])

    def draw(self) -> Drawn:
        """References and judges of every family."""
        numbers = range(2 * REFERENCES)
        pictures = [_drawing(family, number) for family in FAMILIES for number in numbers]
        vectors = self.embed("no garments", pictures)
        shape = (len(FAMILIES), len(numbers))
        return Drawn(vectors.reshape(*shape, -1), self.best(vectors).reshape(shape))

    def _distorted(self, at: int, item: Item, name: str) -> Callable[[], Rgb]:
        def make() -> Rgb:
            image = self.store.image(item.item_id)
            rgb = decode(image.data) if image else np.full((16, 16, 3), 255, np.uint8)
            return np.ascontiguousarray(DISTORTIONS[name](rgb, np.random.default_rng((self.seed, at))))

        return make


def grade(asked: Item, found: Item) -> int:
    """How much ``found`` has of ``asked``; an unknown category is like no other."""
    if asked.model_id and asked.model_id == found.model_id:
        return SAME_KIND
    if asked.category and asked.category.casefold() == found.category.casefold():
        return SAME_KIND
    alike = asked.semantic_category and asked.semantic_category == found.semantic_category
    return SAME_CATEGORY if alike else OTHER


def fit_bands(model: str, graded: Graded, drawn: Drawn) -> Bands:
    """The limits that these results ask for; they never cross."""
    limits = {name: _limit(graded, GRADE_OF_BAND[name], share) for name, share in SHARES.items()}
    related = max(limits["related"], _no_match_limit(drawn))
    very_similar = max(limits["very_similar"], related)
    return Bands(
        model=model,
        measured_on="store",
        near_identical=round(max(limits["near_identical"], very_similar), 4),
        very_similar=round(very_similar, 4),
        related=round(related, 4),
        references=drawn.vectors[:, :REFERENCES].reshape(-1, drawn.vectors.shape[-1]),
    )


def rising_share(deserving: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The non-decreasing sequence nearest to ``deserving`` (R,), in least squares: pool adjacent violators.

    Ayer et al. 1955; each block is a mean, and two blocks that fall are pooled until none falls.
    """
    means: list[float] = []
    sizes: list[int] = []
    for value in deserving.astype(float).tolist():
        means.append(value)
        sizes.append(1)
        while len(means) > 1 and means[-2] >= means[-1]:
            size = sizes[-2] + sizes[-1]
            means[-2:] = [(means[-2] * sizes[-2] + means[-1] * sizes[-1]) / size]
            sizes[-2:] = [size]
    return np.repeat(means, sizes)


def _limit(graded: Graded, wanted: int, share: float) -> float:
    """The lowest similarity at which the fitted share of results of grade ``wanted`` or better reaches ``share``."""
    order = np.argsort(graded.similarities, kind="stable")
    reached = np.flatnonzero(rising_share(graded.grades[order] >= wanted) >= share)
    return float(graded.similarities[order[reached[0]]]) if len(reached) else 1.0


def _no_match_limit(drawn: Drawn) -> float:
    """The similarity that one in ten of the pictures passes which no reference of *another* family holds back."""
    best = np.where(_held_back(drawn, unseen=True), -1.0, drawn.best)
    return float(np.quantile(best, 1 - PASSING, method="higher"))


def _held_back(drawn: Drawn, *, unseen: bool) -> NDArray[np.bool_]:
    """Which pictures (F, N) a reference is nearer to than every item is; a family's own do not count if ``unseen``."""
    held = np.zeros(drawn.best.shape, bool)
    for family in range(len(drawn.best)):
        others = np.arange(len(drawn.best)) != family if unseen else np.ones(len(drawn.best), bool)
        references = drawn.vectors[others, :REFERENCES].reshape(-1, drawn.vectors.shape[-1])
        held[family] = (drawn.vectors[family] @ references.T).max(axis=1) > drawn.best[family]
    return held


def measure_bands(
    bands: Bands,
    calibrator: Calibrator,
    graded: Graded,
    drawn: Drawn,
    *,
    photos: Sequence[LabelledPhoto] = (),
    strangers: Sequence[Callable[[], Rgb]] = (),
) -> BandReport:
    """How ``bands`` do on these results, on ``photos`` of garments and on ``strangers``, which show none."""
    accepted = drawn.best >= bands.related
    seen, unseen = (accepted & ~_held_back(drawn, unseen=flag) for flag in (False, True))
    photo_bands: tuple[BandPrecision, ...] = ()
    false_refusal = strangers_accepted = None
    if photos:
        vectors = calibrator.embed("photos", [_photo(one) for one in photos])
        asked = [Item("", semantic_category=photo.semantic_category) for photo in photos]
        photo_bands = _precisions(bands, calibrator.grade(asked, vectors), SAME_CATEGORY)
        false_refusal = 1 - _accepted(bands, calibrator, vectors)
    if strangers:
        strangers_accepted = _accepted(bands, calibrator, calibrator.embed("strangers", strangers))
    return BandReport(
        queries=len(graded.grades) // RESULTS,
        bands=_precisions(bands, graded, None),
        photo_bands=photo_bands,
        false_acceptance=_by_family(seen[:, REFERENCES:]),
        unseen_acceptance=_by_family(unseen),
        photos=len(photos),
        false_refusal=false_refusal,
        strangers=len(strangers),
        strangers_accepted=strangers_accepted,
    )


def _precisions(bands: Bands, graded: Graded, wanted: int | None) -> tuple[BandPrecision, ...]:
    """Each band's precision; ``wanted`` grades all alike, else each by its own word ("unlike": by being nothing)."""
    limits = (bands.near_identical, bands.very_similar, bands.related, -1.0)
    told, above = [], np.inf
    for name, limit in zip(BANDS, limits, strict=True):
        grades = graded.grades[(graded.similarities >= limit) & (graded.similarities < above)]
        least = GRADE_OF_BAND.get(name, OTHER) if wanted is None else wanted
        right = grades == OTHER if name == "unlike" and wanted is None else grades >= least
        share = float(right.mean()) if len(grades) else None
        told.append(BandPrecision(name, None if name == "unlike" else limit, len(grades), share))
        above = limit
    return tuple(told)


def _accepted(bands: Bands, calibrator: Calibrator, vectors: Vectors) -> float:
    best = calibrator.best(vectors)
    return float(np.mean([bands.is_good_match(one, vector) for one, vector in zip(best, vectors, strict=True)]))


def _by_family(accepted: NDArray[np.bool_]) -> dict[str, float]:
    return {family: float(row.mean()) for family, row in zip(FAMILIES, accepted, strict=True)}


def _drawing(family: str, number: int) -> Callable[[], Rgb]:
    return lambda: draw_no_garment(family, number)


def _photo(photo: LabelledPhoto) -> Callable[[], Rgb]:
    return photo.decode
