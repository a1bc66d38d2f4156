"""Calibrate a store: photograph a sample of its own pictures, search with them, fit and keep what is found."""

import hashlib
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import ImageError, ModelError, StoreError
from deepstyle.images.photo_conditions import photograph
from deepstyle.store.base import Store
from deepstyle.style.calibration.calibration import Calibration, read_calibration, write_calibration
from deepstyle.style.calibration.comparison import compare
from deepstyle.style.calibration.decision import Decision
from deepstyle.style.calibration.fit import Evidence, fit_decision, gather
from deepstyle.style.calibration.garment_types import GarmentTypes, format_types
from deepstyle.style.calibration.sample import SAMPLE_SIZE, Sample, draw_sample, too_few
from deepstyle.style.encoder import Encoder

SEED: Final = 0
Progress = Callable[[int, int], None]
"""Called with how many pictures are done, and how many there are."""
Vectors = NDArray[np.float32]


def calibrate_store(
    store: Store,
    space: str,
    types: GarmentTypes | None,
    open_encoder: Callable[[], Encoder],
    *,
    size: int = SAMPLE_SIZE,
    force: bool = False,
    on_progress: Progress | None = None,
) -> Calibration:
    """Calibrate the model of ``space`` on at most ``size`` pictures of ``store``, and keep the result there.

    Where the same sample was calibrated before, that result is returned, unless ``force``; the encoder is then not
    opened. ``types`` is the model's classifier of semantic categories.
    """
    sample = draw_sample(store, space, size)
    digest = sample.digest(f"{space} {_digest_of(types)}")
    known = _known(store, space)
    if known and known.digest == digest and not force:
        return known
    reason = too_few(sample)
    calibration = Calibration(space, digest, reason)
    if not reason:
        photo, item = _decisions(store, space, sample, types, open_encoder(), on_progress)
        is_semantic = sample.level == "semantic_category"
        kind_of = tuple(sorted(sample.kind_of.items()))
        calibration = Calibration(space, digest, "", is_semantic, kind_of, types, photo, item)
    write_calibration(store, calibration)
    return read_calibration(store, space) or calibration  # with the numbers as the store keeps them


def _known(store: Store, space: str) -> Calibration | None:
    """The calibration that the store keeps; one that cannot be read is made again."""
    try:
        return read_calibration(store, space)
    except StoreError:
        return None


def _digest_of(types: GarmentTypes | None) -> str:
    return hashlib.sha256(format_types(types)).hexdigest() if types else ""


def _decisions(
    store: Store,
    space: str,
    sample: Sample,
    types: GarmentTypes | None,
    encoder: Encoder,
    on_progress: Progress | None,
) -> tuple[Decision, Decision]:
    """The decisions for photos and for items."""
    photo = photo_evidence(store, space, sample, types, encoder, on_progress)
    vectors = store.vectors(space, [item.item_id for item in photo.sample.items]).vectors
    comparison = compare(store, space, photo.sample, vectors, views=False)
    return fit_decision(photo), fit_decision(gather(photo.sample, comparison, vectors, types))


def photo_evidence(
    store: Store,
    space: str,
    sample: Sample,
    types: GarmentTypes | None,
    encoder: Encoder,
    on_progress: Progress | None = None,
) -> Evidence:
    """What searches with synthetic photos of the sample find; pictures that are gone or do not decode are left out."""
    photos = _photograph(store, sample, encoder, on_progress)
    current = set(store.vectors(space, [item.item_id for item in sample.items]).item_ids)
    known = np.array([item.item_id in current for item in sample.items], bool)
    rows = np.flatnonzero(known & np.isfinite(photos).all(axis=1)).tolist()
    used = sample.of(rows)
    return gather(used, compare(store, space, used, photos[rows], views=True), photos[rows], types)


def _photograph(store: Store, sample: Sample, encoder: Encoder, on_progress: Progress | None) -> Vectors:
    """The embeddings (Q, D) of synthetic photos of the sample; NaN where a picture is gone or does not decode."""
    photos = np.full((len(sample.items), encoder.spec.embedding_dim), np.nan, np.float32)

    def embed(item_id: str) -> Vectors | None:
        image = store.image(item_id)
        try:
            rgb = encoder.decode(image.data) if image else None
            rng = np.random.default_rng((SEED, zlib.crc32(item_id.encode())))
            return None if rgb is None else encoder.encode([photograph(rgb, rng)]).embeddings[0]
        except (ImageError, ModelError):
            return None

    with ThreadPoolExecutor(2 * encoder.streams) as pool:
        for row, vector in enumerate(pool.map(embed, [item.item_id for item in sample.items])):
            if vector is not None:
                photos[row] = vector
            if on_progress:
                on_progress(row + 1, len(photos))
    return photos
