"""The calibration of one store for one model: what it says about results, and how the store keeps it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import StoreError
from deepstyle.files import parse_json
from deepstyle.store.base import ItemFilter, Store
from deepstyle.style.calibration.decision import Decision, match_features, same_type_features, sold_share
from deepstyle.style.calibration.garment_types import GarmentTypes
from deepstyle.style.search import Match

CALIBRATION_META: Final = "match_calibration"
"""What the store's meta key of a calibration begins with. Earlier versions had one, of the model that served, under it.

(``style_bands``, of still earlier ones, is ignored.)"""

QueryKind = Literal["photo", "item"]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was measured on a store for the model with the fingerprint ``model``.

    ``digest`` identifies the sample; ``kind_of`` assigns the categories that the catalogue sells to those that were
    left out in turn. Without ``photo`` and ``item`` there is no calibration, and ``reason`` says why.
    """

    model: str
    digest: str
    reason: str = ""
    is_semantic: bool = False
    kind_of: tuple[tuple[str, str], ...] = ()
    types: GarmentTypes | None = None
    photo: Decision | None = None
    item: Decision | None = None

    @property
    def calibrated(self) -> bool:
        """Whether there is anything to say."""
        return self.photo is not None and self.item is not None

    def decision(self, query: QueryKind) -> Decision | None:
        """The decision for a photo, or for an item of the catalogue."""
        return self.photo if query == "photo" else self.item

    def prior(self, embedding: NDArray[np.float32]) -> dict[str, float] | None:
        """The probability of each semantic category that the model sees in a photo's ``embedding`` (D,).

        ``None`` where the model comes without a classifier of them.
        """
        if self.types is None:
            return None
        return dict(zip(self.types.names, self.types.posterior(embedding[None])[0].tolist(), strict=True))

    def judge(
        self,
        query: QueryKind,
        embedding: NDArray[np.float32],
        matches: Sequence[Match],
        where: ItemFilter,
        shown: slice = slice(None),
    ) -> tuple[tuple[Match, ...], bool | None]:
        """The matches ``shown`` of ``embedding`` (D,) with their probabilities, and whether one of all is good.

        Both are unknown, ``None``, without a calibration; the second also where the decision would refuse too much.
        """
        decision = self.decision(query)
        if decision is None:
            return tuple(matches[shown]), None
        if not matches:
            return (), False if decision.decides else None
        posterior = self.types.posterior(embedding[None])[0] if self.types and self.is_semantic else None
        best = max(match.similarity for match in matches)
        features = match_features(np.array([best]), np.array([self._sold(posterior, where)]))
        judged = self._with_probabilities(decision, posterior, matches[shown])
        return judged, bool(decision.is_match(features)[0]) if decision.decides else None

    def _sold(self, posterior: NDArray[np.float64] | None, where: ItemFilter) -> float:
        """The probability that the query shows something that is sold and within the filter."""
        if posterior is None or self.types is None:
            return 0.5
        wanted = {value.casefold() for value in where.semantic_categories}
        kind_of = {value: kind for value, kind in self.kind_of if not wanted or value in wanted}
        visible = np.ones(len(set(kind_of.values())), bool)
        return float(sold_share(posterior, self.types, kind_of, visible)) if kind_of else 0.0

    def _with_probabilities(
        self, decision: Decision, posterior: NDArray[np.float64] | None, matches: Sequence[Match]
    ) -> tuple[Match, ...]:
        shares: dict[str, float] = {}
        if self.types and posterior is not None:
            shares = dict(zip(self.types.names, posterior.tolist(), strict=True))
        shown = [shares.get(match.item.semantic_category, 0.5) for match in matches]
        similarities = np.array([match.similarity for match in matches])
        probabilities = decision.probability(same_type_features(similarities, np.array(shown)))
        return tuple(
            match.judged(round(probability, 4))
            for match, probability in zip(matches, probabilities.tolist(), strict=True)
        )


def calibration_fact(model: str) -> str:
    """The store's meta key for the calibration of the model with this fingerprint."""
    return f"{CALIBRATION_META}:{model}"


def read_calibration(store: Store, model: str) -> Calibration | None:
    """The calibration of the model with the fingerprint ``model``; ``None`` where it was never calibrated here.

    Raises ``StoreError`` where what the store keeps cannot be read.
    """
    text = store.meta(calibration_fact(model)) or store.meta(CALIBRATION_META)
    found = _parse(text) if text else None
    return found if found and found.model == model else None


def write_calibration(store: Store, calibration: Calibration) -> None:
    """Keep ``calibration`` in ``store``, atomically; running servers use it from their next request."""
    store.set_meta(calibration_fact(calibration.model), json.dumps(_fields(calibration)))


def _fields(calibration: Calibration) -> dict[str, Any]:
    types, photo, item = calibration.types, calibration.photo, calibration.item
    return {
        "model": calibration.model,
        "digest": calibration.digest,
        "reason": calibration.reason,
        "is_semantic": calibration.is_semantic,
        "kind_of": dict(calibration.kind_of),
        "types": types.to_json() if types else None,
        "photo": photo.to_json() if photo else None,
        "item": item.to_json() if item else None,
    }


@lru_cache(maxsize=4)
def _parse(text: str) -> Calibration:
    try:
        fields = parse_json(text)
        return Calibration(
            model=str(fields["model"]),
            digest=str(fields["digest"]),
            reason=str(fields["reason"]),
            is_semantic=bool(fields["is_semantic"]),
            kind_of=tuple((str(value), str(kind)) for value, kind in fields["kind_of"].items()),
            types=GarmentTypes.of_json(fields["types"]) if fields["types"] else None,
            photo=Decision.of_json(fields["photo"]) if fields["photo"] else None,
            item=Decision.of_json(fields["item"]) if fields["item"] else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            f"the calibration of this store cannot be read: {error}.", remedy="Run `deepstyle calibrate bands`."
        ) from error
