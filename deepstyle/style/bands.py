"""What a similarity means in a word: near-identical, very similar, related, unlike; and whether anything matches.

The limits are measured, not chosen: ``style.calibrate`` asks a catalogue questions whose answers are known. A store
keeps what was measured on it; without that, what was measured on the demo catalogue holds for the packaged model.
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
"""The store's meta key that holds the limits measured on this store."""

_NO_REFERENCES: Final = np.zeros((0, 1), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """Lower limits of the upper three bands, as similarities in [-1, 1], and references of what is no garment.

    ``model`` names whose similarities these are; ``measured_on`` is ``store`` or ``packaged``. ``references`` (M, D)
    float32 of unit norm are vectors of pictures that show no garment: a query nearer to one of them than to every item
    has no match, however near that item is.
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
        """Whether the ``best`` result's similarity (``None``: there is none) answers the query (D,).

        An item as ``query`` needs no vector: it is a garment.
        """
        if best is None or best < self.related:
            return False
        if query is None or not len(self.references):
            return True
        return best >= float((self.references @ query).max())


def bands_of(store: Store, spec: ModelSpec) -> Bands | None:
    """The bands that hold for ``spec`` on ``store``; ``None`` for a model that was never calibrated.

    Raises ``StoreError`` where what the store keeps cannot be read.
    """
    told = store.meta(BANDS_META)
    if told:
        kept = _parse(told, "store")
        if kept.model == spec.fingerprint:
            return kept
    packaged = packaged_bands()
    return packaged if packaged.model == packaged_name(spec) else None


def write_bands(store: Store, bands: Bands) -> None:
    """Keep what was measured on ``store``; atomic, and seen by servers that run with their next request."""
    store.set_meta(BANDS_META, format_bands(bands))


def packaged_name(spec: ModelSpec) -> str:
    """What the packaged limits know a model by: its bytes differ with the version of what exported it."""
    return f"{spec.features_fingerprint} {spec.head}"


@lru_cache(maxsize=1)
def packaged_bands() -> Bands:
    """The limits that come with the package, for the packaged model."""
    return _parse((files("deepstyle.style") / "packaged" / "bands.json").read_text("utf-8"), "packaged")


def format_bands(bands: Bands) -> str:
    """The bands as JSON; the references as base64 of float16, which moves a similarity by less than 0.001."""
    told = {
        "model": bands.model,
        "near_identical": bands.near_identical,
        "very_similar": bands.very_similar,
        "related": bands.related,
        "dim": bands.references.shape[1],
        "references": base64.b64encode(bands.references.astype("<f2").tobytes()).decode(),
    }
    return json.dumps(told, indent=1) + "\n"


@lru_cache(maxsize=4)
def _parse(text: str, measured_on: Literal["store", "packaged"]) -> Bands:
    try:
        told = parse_json(text)
        flat = np.frombuffer(base64.b64decode(told["references"]), "<f2").astype(np.float32)
        limits = {name: float(told[name]) for name in BANDS[:3]}
        references = flat.reshape(-1, told["dim"]) if len(flat) else _NO_REFERENCES
        return Bands(model=str(told["model"]), measured_on=measured_on, references=references, **limits)
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise StoreError(
            f"the limits of the similarity bands cannot be read: {error}.", remedy="Run `deepstyle calibrate bands`."
        ) from error
