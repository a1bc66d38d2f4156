"""What a similarity means in words: near-identical, very similar, related, unlike; and whether anything matches.

The limits are measured: ``deepstyle calibrate bands`` searches a catalogue for items whose matches are known. A store
keeps the limits that were measured on it; otherwise those of the demo catalogue apply to the packaged model.
"""

import base64
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import StoreError
from deepstyle.files import parse_json
from deepstyle.store.base import Store
from deepstyle.style.spec import ModelSpec

Band = Literal["near_identical", "very_similar", "related", "unlike"]
BANDS: Final[tuple[Band, ...]] = get_args(Band)
BANDS_META: Final = "style_bands"
"""The store's meta key for the limits that were measured on it."""

_NO_REFERENCES: Final = np.zeros((0, 1), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """The lower limits of the upper three bands, as similarities in [-1, 1], and reference vectors of non-garments.

    ``model`` identifies the model of these similarities; ``measured_on`` is ``store`` or ``packaged``. ``references``
    (M, D) float32 of unit norm are vectors of pictures without a garment: a query that is closer to one of them than to
    every item has no match, however close that item is.
    """

    model: str
    measured_on: Literal["store", "packaged"]
    near_identical: float
    very_similar: float
    related: float
    references: NDArray[np.float32]

    def band(self, similarity: float) -> Band:
        """The band of one result."""
        limits = (self.near_identical, self.very_similar, self.related)
        return next((name for name, limit in zip(BANDS, limits, strict=False) if similarity >= limit), "unlike")

    def is_good_match(self, best: float | None, query: NDArray[np.float32] | None = None) -> bool:
        """Whether the similarity of the ``best`` result (``None``: no result) is a match for the query (D,).

        Leave out ``query`` where it is an item of the catalogue, which is a garment.
        """
        if best is None or best < self.related:
            return False
        if query is None or not len(self.references):
            return True
        return best >= float((self.references @ query).max())


def bands_of(store: Store, spec: ModelSpec) -> Bands | None:
    """The bands of ``spec`` on ``store``; ``None`` for a model that was never calibrated.

    Raises ``StoreError`` where the store's bands cannot be read.
    """
    text = store.meta(BANDS_META)
    if text:
        measured = _parse(text, "store")
        if measured.model == spec.fingerprint:
            return measured
    packaged = packaged_bands()
    return packaged if packaged.model == packaged_name(spec) else None


def write_bands(store: Store, bands: Bands) -> None:
    """Write the bands that were measured on ``store``, atomically; running servers use them from their next request."""
    store.set_meta(BANDS_META, format_bands(bands))


def packaged_name(spec: ModelSpec) -> str:
    """What identifies a model to the packaged limits, in all its precisions: its backbone, its input and its head."""
    return f"{spec.features_fingerprint} {spec.head}"


@lru_cache(maxsize=1)
def packaged_bands() -> Bands:
    """The limits that ship with the package, for the packaged model."""
    return _parse((files("deepstyle.style") / "packaged" / "bands.json").read_text("utf-8"), "packaged")


def format_bands(bands: Bands) -> str:
    """The bands as JSON; the references as base64 of float16, which changes a similarity by less than 0.001."""
    fields = {
        "model": bands.model,
        "near_identical": bands.near_identical,
        "very_similar": bands.very_similar,
        "related": bands.related,
        "dim": bands.references.shape[1],
        "references": base64.b64encode(bands.references.astype("<f2").tobytes()).decode(),
    }
    return json.dumps(fields, indent=1) + "\n"


@lru_cache(maxsize=4)
def _parse(text: str, measured_on: Literal["store", "packaged"]) -> Bands:
    try:
        fields = parse_json(text)
        flat = np.frombuffer(base64.b64decode(fields["references"]), "<f2").astype(np.float32)
        limits = {name: float(fields[name]) for name in BANDS[:3]}
        references = flat.reshape(-1, fields["dim"]) if len(flat) else _NO_REFERENCES
        return Bands(model=str(fields["model"]), measured_on=measured_on, references=references, **limits)
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise StoreError(
            f"the limits of the similarity bands cannot be read: {error}.", remedy="Run `deepstyle calibrate bands`."
        ) from error
