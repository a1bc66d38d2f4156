"""A learned association is a folder: ``spec.json``, the groups' centroids, the counts. Never pickle.

``counts.json`` also has digests of the pseudonyms that were taken out, so that an erasure that is repeated takes nobody
out twice: counts and digests are one file, which is replaced whole.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from deepstyle.compatibility.association import (
    LEAST_PEOPLE,
    Association,
    People,
    Place,
)
from deepstyle.errors import ModelError
from deepstyle.files import open_regular, read_text, write_atomic, write_together

SPEC_FILE, GROUPS_FILE, COUNTS_FILE = "spec.json", "groups.safetensors", "counts.json"
FOLDER: Final = "associations"
"""Below the folder of rankings."""
TABLE: Final = "associations"
REMEDY: Final = "Run `deepstyle learn compatibility` again."


@dataclass(frozen=True, slots=True)
class AssociationSpec:
    """What an association is, and where it comes from; ``version`` names its folder.

    ``space`` is that of the compatibility vectors, ``weight`` what a lift counts, ``popularity`` what it counts to be
    chosen often. ``from_us`` and ``until_us`` are the times of the purchases in microseconds since 1970, ``baskets``
    and ``people`` how many there were. ``metrics`` are NDCG@10 by ranking, ``gains`` what the association gained over
    each of them, with the interval.
    """

    version: str
    created: str
    space: str
    is_won: bool
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    from_us: int
    until_us: int
    baskets: int
    people: int
    metrics: dict[str, float] = field(default_factory=dict)
    gains: dict[str, dict[str, Any]] = field(default_factory=dict)
    popularity: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    git_commit: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What people have together, the places of the counted items, and digests of who was taken out."""

    people: People
    places: Mapping[str, Place]
    erased: tuple[str, ...] = ()


_SPEC: Final = TypeAdapter(AssociationSpec)
_COUNTS: Final[TypeAdapter[dict[str, Any]]] = TypeAdapter(dict[str, Any])
_PAIRS: Final = TypeAdapter(dict[str, dict[str, Annotated[int, Field(ge=LEAST_PEOPLE)]]])
_PLACES: Final = TypeAdapter(dict[str, tuple[str, str]])
_ERASED: Final = TypeAdapter(tuple[str, ...])


def write_association(
    folder: Path, spec: AssociationSpec, centroids: Mapping[str, NDArray[np.float32]], counted: Counted
) -> None:
    """Write the folder of an association, its spec last: without one, a folder is none."""
    files = {
        COUNTS_FILE: _packed(counted),
        GROUPS_FILE: bytes(save({name: np.ascontiguousarray(one) for name, one in centroids.items()})),
        SPEC_FILE: _json(dataclasses.asdict(spec)),
    }
    write_together(folder, files)


def write_counts(folder: Path, counted: Counted) -> None:
    """Replace what was counted, whole or not at all."""
    write_atomic(folder / COUNTS_FILE, _packed(counted))


def read_spec(folder: Path) -> AssociationSpec:
    """The spec of an association; raises ``ModelError`` naming the file and the field."""
    path = folder / SPEC_FILE
    try:
        return _SPEC.validate_json(read_text(path))
    except ValidationError as error:
        raise _damaged(path, error) from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", remedy=REMEDY) from error


def read_counts(folder: Path) -> Counted:
    """What was counted; raises ``ModelError`` for a file that is missing or damaged."""
    path = folder / COUNTS_FILE
    try:
        fields = _COUNTS.validate_json(read_text(path))
        pairs = _PAIRS.validate_python(fields["people"])
        places = {item: Place(*place) for item, place in _PLACES.validate_python(fields["places"]).items()}
        people = {(one, other): count for one, others in pairs.items() for other, count in others.items()}
        return Counted(people, places, _ERASED.validate_python(tuple(fields["erased"])))
    except ValidationError as error:
        raise _damaged(path, error) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", remedy=REMEDY) from error


def read_association(folder: Path) -> Association:
    """An association with all that suggestions need; raises ``ModelError`` for a file that is missing or damaged."""
    spec, counted, path = read_spec(folder), read_counts(folder), folder / GROUPS_FILE
    try:
        with open_regular(path) as file:
            centroids = {name: one.astype(np.float32) for name, one in load(file.read()).items()}
        if any(one.ndim != 2 or not np.isfinite(one).all() for one in centroids.values()):
            raise ValueError("its groups are none")
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", remedy=REMEDY) from error
    return Association(spec.space, spec.weight, centroids, counted.people, counted.places, spec.popularity)


def _packed(counted: Counted) -> bytes:
    pairs: dict[str, dict[str, int]] = {}
    for (one, other), count in sorted(counted.people.items()):
        pairs.setdefault(one, {})[other] = count
    places = {item: dataclasses.astuple(place) for item, place in sorted(counted.places.items())}
    return _json({"people": pairs, "places": places, "erased": list(counted.erased)})


def _json(fields: Mapping[str, Any]) -> bytes:
    return (json.dumps(fields, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _damaged(path: Path, error: ValidationError) -> ModelError:
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"]))
    return ModelError(f"{path} cannot be read: {where}: {first['msg']}.", remedy=REMEDY)
