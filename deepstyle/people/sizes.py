"""The sizes that a person wears, by kind of garment; one encrypted record per person."""

from collections.abc import Mapping
from typing import Final

from deepstyle.errors import ErasedError, UsageError
from deepstyle.people.opened import People
from deepstyle.people.sealed import fields_of, put_sealed

SIZES: Final = "sizes"
MAX_SIZES: Final = 50
MAX_SIZE_CHARS: Final = 40


def put_sizes(people: People, owner: str, sizes: Mapping[str, str], *, expires_s: float | None = None) -> None:
    """Replace the sizes, such as ``{"shoes": "38"}``; none removes them.

    Raises ``UsageError`` for too many or too long ones, ``ErasedError`` for an erased owner.
    """
    if len(sizes) > MAX_SIZES or any(not 0 < len(text) <= MAX_SIZE_CHARS for pair in sizes.items() for text in pair):
        raise UsageError(f"there are at most {MAX_SIZES} sizes, of 1 to {MAX_SIZE_CHARS} characters each.")
    if sizes:
        put_sealed(people, SIZES, owner, owner, {"sizes": dict(sizes)}, expires_s=expires_s)
    else:
        clear_sizes(people, owner)


def sizes_of(people: People, owner: str) -> dict[str, str]:
    """The sizes, ``{}`` where there are none."""
    record = people.store.get(SIZES, owner) if owner else None
    try:
        return dict(fields_of(people, SIZES, record).get("sizes", {})) if record else {}
    except ErasedError:
        return {}


def clear_sizes(people: People, owner: str) -> bool:
    """Remove the sizes; false where there were none."""
    return people.store.remove(SIZES, owner) if owner else False
