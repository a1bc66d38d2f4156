"""A learned ranking is a folder: ``spec.json``, the factors of items, the trees, the counts. Never pickle."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import Field, TypeAdapter, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from deepstyle.errors import ModelError
from deepstyle.files import read_json, read_text, write_together
from deepstyle.people.ranking.features import FEATURES
from deepstyle.people.ranking.personal import ItemFactors
from deepstyle.people.ranking.popularity import Popularity
from deepstyle.people.ranking.trees import REMEDY, Trees, read_trees

SPEC_FILE, FACTORS_FILE, TREES_FILE, COUNTS_FILE = "spec.json", "factors.safetensors", "trees.txt", "counts.json"
StageName = Literal["session", "personal", "learned"]
"""What orders: a session's taste; with the factors of items; the trees, which see both."""


@dataclass(frozen=True, slots=True)
class RankingSpec:
    """What a ranking is, and where it comes from; ``version`` names its folder.

    ``serves`` is the stage that won, "" where none did. ``personal_weight`` and ``popularity_weight`` are
    those of ``order.Weights``. ``from_us`` and ``until_us`` are the times of the log in microseconds since 1970, ``lists`` and
    ``people`` its size, ``data_sha256`` a digest of it. ``metrics`` are NDCG@10 by ranking, ``gains`` what each stage
    gained over the best ranking without people, with the interval.
    """

    version: str
    created: str
    serves: Literal["", "session", "personal", "learned"]
    personal_weight: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    popularity_weight: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    from_us: int
    until_us: int
    lists: int
    people: int
    data_sha256: str
    features: tuple[str, ...] = tuple(FEATURES)
    propensity_power: float = 0.0
    propensity_clicks: int = 0
    metrics: dict[str, float] = field(default_factory=dict)
    gains: dict[str, dict[str, Any]] = field(default_factory=dict)
    git_commit: str = ""


@dataclass(frozen=True, eq=False)
class LearnedRanking:
    """A ranking as it serves; what its stage does not use is ``None``."""

    spec: RankingSpec
    popularity: Popularity
    factors: ItemFactors | None = None
    trees: Trees | None = None


_SPEC: Final = TypeAdapter(RankingSpec)


def write_ranking(folder: Path, ranking: LearnedRanking, trees: str) -> None:
    """Write the folder of a ranking, its spec last: without one, a folder is none. ``trees`` are LightGBM's text."""
    popularity = ranking.popularity
    files = {COUNTS_FILE: _json(dataclasses.asdict(popularity))}
    if ranking.factors is not None:
        files[FACTORS_FILE] = _packed(ranking.factors)
    if trees:
        files[TREES_FILE] = trees.encode()
    write_together(folder, {**files, SPEC_FILE: _json(dataclasses.asdict(ranking.spec))})


def read_spec(folder: Path) -> RankingSpec:
    """The spec of a ranking; raises ``ModelError`` naming the file and the field."""
    path = folder / SPEC_FILE
    try:
        spec = _SPEC.validate_json(read_text(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field_name = ".".join(map(str, first["loc"]))
        raise ModelError(f"{path} cannot be read: {field_name}: {first['msg']}.", remedy=REMEDY) from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", remedy=REMEDY) from error
    if spec.features != tuple(FEATURES):
        raise ModelError(f"{path} has the features of another version.", remedy=REMEDY)
    return spec


def read_ranking(folder: Path) -> LearnedRanking:
    """A ranking with all that its stage needs; raises ``ModelError`` for a file that is missing or damaged."""
    spec = read_spec(folder)
    try:
        counts = read_json(folder / COUNTS_FILE)
        popularity = Popularity(float(counts["rate"]), counts["items"], counts["queries"])
        factors = _unpacked(folder / FACTORS_FILE) if (folder / FACTORS_FILE).exists() else None
        trees = read_trees(read_text(folder / TREES_FILE)) if spec.serves == "learned" else None
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ModelError(f"the ranking in {folder} cannot be read: {error}.", remedy=REMEDY) from error
    return LearnedRanking(spec, popularity, factors, trees)


def _json(fields: Mapping[str, Any]) -> bytes:
    return (json.dumps(fields, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _packed(factors: ItemFactors) -> bytes:
    constants = {name: repr(getattr(factors, name)) for name in ("confidence", "regularisation")}
    arrays = {"factors": factors.factors, "people": factors.people}
    return bytes(save(arrays, metadata={**constants, "item_ids": json.dumps(factors.item_ids)}))


def _unpacked(path: Path) -> ItemFactors:
    with safe_open(path, "np") as file:
        metadata = file.metadata() or {}
        factors, people = file.get_tensor("factors"), file.get_tensor("people")
    item_ids = tuple(map(str, json.loads(metadata["item_ids"])))
    if factors.ndim != 2 or len(factors) != len(item_ids) or people.shape != (len(item_ids),):
        raise ValueError(f"{path.name} does not fit together")
    if not np.isfinite(factors).all():
        raise ValueError(f"{path.name} has values that are no numbers")
    numbers = {name: float(metadata[name]) for name in ("confidence", "regularisation")}
    return ItemFactors(item_ids, factors.astype(np.float32), people.astype(np.int32), **numbers)
