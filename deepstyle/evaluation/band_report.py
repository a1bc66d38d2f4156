"""How good a store's bands are: on distorted items, on photos of garments, and on pictures without a garment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.errors import UsageError
from deepstyle.evaluation.bands import (
    GRADE_OF_BAND,
    OTHER,
    REFERENCES,
    RESULTS,
    SAME_CATEGORY,
    Drawn,
    Graded,
    Vectors,
    fit_bands,
    rejected_by_reference,
)
from deepstyle.evaluation.calibrator import Calibrator, OnProgress
from deepstyle.evaluation.no_garment import FAMILIES
from deepstyle.evaluation.photos import LabelledPhoto
from deepstyle.images.pixels import Rgb
from deepstyle.store.base import Store
from deepstyle.style.bands import BANDS, Bands, bands_of, write_bands
from deepstyle.style.encoder import Encoder


@dataclass(frozen=True, slots=True)
class BandPrecision:
    """Of the ``results`` in a band, the ``share`` that deserves it or a better one; ``None`` without results."""

    band: str
    limit: float | None
    results: int
    share: float | None


@dataclass(frozen=True, slots=True)
class BandReport:
    """The bands on distorted items, on photos (graded by semantic category only), and on pictures without a garment.

    ``false_acceptance``: the share of drawn pictures that are accepted, by family; ``unseen_acceptance``: the same with
    that family's references left out; ``false_refusal``: the share of photos refused, ``None`` without photos;
    ``negatives_accepted``: the share of the caller's pictures without a garment that are accepted.
    """

    queries: int
    bands: tuple[BandPrecision, ...]
    photo_bands: tuple[BandPrecision, ...]
    false_acceptance: dict[str, float]
    unseen_acceptance: dict[str, float]
    photos: int = 0
    false_refusal: float | None = None
    negatives: int = 0
    negatives_accepted: float | None = None


def calibrate_bands(
    store: Store,
    encoder: Encoder,
    *,
    limit: int = 300,
    seed: int = 0,
    photos: Sequence[LabelledPhoto] = (),
    negatives: Sequence[Callable[[], Rgb]] = (),
    check: bool = False,
    on_progress: OnProgress = lambda done, total, what: None,
) -> tuple[Bands, BandReport]:
    """Fit the bands with distorted pictures of at most ``limit`` items, write them to ``store``, and measure them.

    ``check`` measures the bands that serve now, and writes nothing. Raises ``UsageError`` where the store has no
    vectors of the model, or no bands to check.
    """
    calibrator = Calibrator(store, encoder, limit=limit, seed=seed, on_progress=on_progress)
    graded, drawn = calibrator.search_items(), calibrator.search_drawn()
    bands = bands_of(store, encoder.spec) if check else fit_bands(encoder.fingerprint, graded, drawn)
    if bands is None:
        raise UsageError("this model has no limits yet.", remedy="Run the command without --check.")
    report = measure_bands(bands, calibrator, graded, drawn, photos=photos, negatives=negatives)
    if not check:
        write_bands(store, bands)
    return bands, report


def measure_bands(
    bands: Bands,
    calibrator: Calibrator,
    graded: Graded,
    drawn: Drawn,
    *,
    photos: Sequence[LabelledPhoto] = (),
    negatives: Sequence[Callable[[], Rgb]] = (),
) -> BandReport:
    """Measure ``bands`` on these results, on ``photos`` of garments and on ``negatives``, which show none."""
    accepted = drawn.best >= bands.related
    seen, unseen = (accepted & ~rejected_by_reference(drawn, unseen=flag) for flag in (False, True))
    photo_bands: tuple[BandPrecision, ...] = ()
    false_refusal = negatives_accepted = None
    if photos:
        vectors = calibrator.embed("photos", [photo.decode for photo in photos])
        queries = [Item("", semantic_category=photo.semantic_category) for photo in photos]
        photo_bands = _precisions(bands, calibrator.grade(queries, vectors), SAME_CATEGORY)
        false_refusal = 1 - _accepted_share(bands, calibrator, vectors)
    if negatives:
        negatives_accepted = _accepted_share(bands, calibrator, calibrator.embed("negatives", negatives))
    return BandReport(
        queries=len(graded.grades) // RESULTS,
        bands=_precisions(bands, graded, None),
        photo_bands=photo_bands,
        false_acceptance=_by_family(seen[:, REFERENCES:]),
        unseen_acceptance=_by_family(unseen),
        photos=len(photos),
        false_refusal=false_refusal,
        negatives=len(negatives),
        negatives_accepted=negatives_accepted,
    )


def _precisions(bands: Bands, graded: Graded, wanted: int | None) -> tuple[BandPrecision, ...]:
    """The precision of each band. A result is right if it has the grade ``wanted``, or without it the band's own."""
    limits = (bands.near_identical, bands.very_similar, bands.related, -1.0)
    precisions, above = [], np.inf
    for name, limit in zip(BANDS, limits, strict=True):
        grades = graded.grades[(graded.similarities >= limit) & (graded.similarities < above)]
        least = GRADE_OF_BAND.get(name, OTHER) if wanted is None else wanted
        right = grades == OTHER if name == "unlike" and wanted is None else grades >= least
        share = float(right.mean()) if len(grades) else None
        precisions.append(BandPrecision(name, None if name == "unlike" else limit, len(grades), share))
        above = limit
    return tuple(precisions)


def _accepted_share(bands: Bands, calibrator: Calibrator, vectors: Vectors) -> float:
    best = calibrator.best(vectors)
    return float(np.mean([bands.is_good_match(one, vector) for one, vector in zip(best, vectors, strict=True)]))


def _by_family(accepted: NDArray[np.bool_]) -> dict[str, float]:
    return {family: float(row.mean()) for family, row in zip(FAMILIES, accepted, strict=True)}
