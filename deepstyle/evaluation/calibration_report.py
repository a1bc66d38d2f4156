"""How good a store's calibration is: on categories left out, on photos of garments, and on pictures without one."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.errors import UsageError
from deepstyle.evaluation.photos import LabelledPhoto
from deepstyle.images.pixels import Rgb
from deepstyle.store.base import ItemFilter, Store
from deepstyle.style.calibration.calibrate import Progress, photo_evidence
from deepstyle.style.calibration.calibration import Calibration
from deepstyle.style.calibration.comparison import compare
from deepstyle.style.calibration.conformal import clopper_pearson
from deepstyle.style.calibration.decision import BANDS, Decision, Measured, band_of
from deepstyle.style.calibration.fit import Evidence, calibration_error, gather, measure_match, pairs_of
from deepstyle.style.calibration.sample import draw_sample
from deepstyle.style.encoder import Encoder
from deepstyle.style.search import search_vector

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BandShare:
    """Of the results said to be in the band ``code``, the share that has the query's type."""

    code: str
    share: Measured


@dataclass(frozen=True, slots=True)
class PhotoReport:
    """Labelled photos, which calibrated nothing: types are semantic categories, as labels name no finer ones.

    ``coverage``: how many are accepted where their category is sold and another is left out; ``false_acceptance`` by
    category: how many are where it is left out. The calibration never sees the category that is left out.
    """

    photos: int
    coverage: Measured
    false_acceptance: Mapping[str, Measured]
    accepted_as_served: Measured
    calibration_error: float
    bands: tuple[BandShare, ...]


def sample_evidence(store: Store, calibration: Calibration, encoder: Encoder) -> Evidence:
    """What the calibration was fitted to, searched for again."""
    sample = draw_sample(store, calibration.model)
    return photo_evidence(store, calibration.model, sample, calibration.types, encoder)


def measure_photos(
    store: Store,
    calibration: Calibration,
    evidence: Evidence,
    photos: Sequence[LabelledPhoto],
    embeddings: Vectors,
) -> PhotoReport:
    """Search with ``photos``, whose ``embeddings`` are (N, D), and report what the calibration says of the results.

    ``evidence`` is what ``sample_evidence`` returned. Raises ``UsageError`` where the store has no calibration, or no
    photo shows what the catalogue sells.
    """
    rows = [row for row, photo in enumerate(photos) if photo.semantic_category in evidence.sample.kind_of]
    if calibration.photo is None or not rows:
        raise UsageError("no photo shows a category that the catalogue sells.", remedy="Give other photos.")
    items = tuple(Item("", semantic_category=photos[row].semantic_category) for row in rows)
    sample = replace(evidence.sample, items=items, image_sha256s=("",) * len(items))
    vectors = embeddings[rows]
    comparison = compare(store, calibration.model, sample, vectors, views=True)
    asked = gather(sample, comparison, vectors, calibration.types)
    coverage, false_acceptance = measure_match(evidence, asked)
    served = calibration.photo.is_match(asked.features(np.zeros_like(asked.comparison.best, bool)))
    error, bands = _measure_probabilities(calibration.photo, asked)
    return PhotoReport(len(rows), coverage, false_acceptance, Measured(int(served.sum()), len(served)), error, bands)


def measure_negatives(
    store: Store, calibration: Calibration, encoder: Encoder, pictures: Sequence[Callable[[], Rgb]]
) -> Measured:
    """How many of the ``pictures``, which show no garment, are accepted."""
    answers = (
        calibration.judge(
            "photo", vector, search_vector(store, calibration.model, vector, group_by="none"), ItemFilter()
        )[1]
        for vector in embed(encoder, pictures)
    )
    return Measured(sum(bool(answer) for answer in answers), len(pictures))


def embed(encoder: Encoder, pictures: Sequence[Callable[[], Rgb]], on_progress: Progress | None = None) -> Vectors:
    """The embeddings (N, D) of pictures, each of which is loaded when its turn comes."""
    done: list[Vectors] = []
    with ThreadPoolExecutor(2 * encoder.streams) as pool:
        for vector in pool.map(lambda load: encoder.encode([load()]).embeddings[0], pictures):
            done.append(vector)
            if on_progress:
                on_progress(len(done), len(pictures))
    return np.stack(done)


def share_fields(measured: Measured) -> dict[str, Any]:
    """A measured share as JSON, with its 95 % interval (Clopper and Pearson)."""
    low, high = clopper_pearson(measured.hits, measured.of) if measured.of else (0.0, 1.0)
    return {
        "hits": measured.hits,
        "of": measured.of,
        "share": round(measured.share, 4),
        "low": round(low, 4),
        "high": round(high, 4),
    }


def decision_fields(decision: Decision) -> dict[str, Any]:
    """What was measured of a decision on categories left out, as JSON."""
    return {
        "decides": decision.decides,
        "coverage": share_fields(decision.coverage),
        "false_acceptance": {name: share_fields(one) for name, one in decision.false_acceptance.items()},
        "calibration_error": decision.calibration_error,
    }


def photo_fields(report: PhotoReport) -> dict[str, Any]:
    """A photo report as JSON."""
    return {
        "photos": report.photos,
        "coverage": share_fields(report.coverage),
        "false_acceptance": {name: share_fields(one) for name, one in report.false_acceptance.items()},
        "accepted_as_served": share_fields(report.accepted_as_served),
        "calibration_error": round(report.calibration_error, 4),
        "bands": [{"band": one.code, **share_fields(one.share)} for one in report.bands],
    }


def _measure_probabilities(decision: Decision, asked: Evidence) -> tuple[float, tuple[BandShare, ...]]:
    pairs = pairs_of(asked)
    probabilities = decision.probability(pairs.features)
    codes = np.array([band_of(float(probability)).code for probability in probabilities])
    shares = [(band.code, pairs.same[codes == band.code]) for band in BANDS]
    bands = tuple(BandShare(code, Measured(int(same.sum()), len(same))) for code, same in shares)
    return calibration_error(probabilities, pairs.same), bands
