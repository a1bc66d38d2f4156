"""The contract of a place of pictures: objects named by the SHA-256 of their bytes."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from deepstyle.errors import StoreError

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NAME: Final = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")
_OWNER: Final = re.compile(r"[0-9a-f]{32}")
OWNERS: Final = "stores"
"""The folder with one mark for each store whose pictures are here."""


class PlaceError(StoreError):
    """The place of a store's pictures cannot be read or written: nothing is known of the pictures in it."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as a place lists it; ``age_s`` is the time in seconds since it was written, or last written again."""

    sha256: str
    size_bytes: int
    age_s: float


class PictureObjects(Protocol):
    """A folder or a bucket; every call raises ``PlaceError`` where it cannot be read or written."""

    url: str

    def put(self, sha256: str, data: bytes) -> bool:
        """Have the object there, durably, and no older than ``RENEW_S``; return whether it was there already."""
        ...

    def get(self, sha256: str) -> bytes | None:
        """The object's bytes as they are there, unverified; ``None`` where there is none."""
        ...

    def age_s(self, sha256: str) -> float | None:
        """The time in seconds since the object was written; ``None`` where there is none."""
        ...

    def delete(self, sha256: str) -> None:
        """Remove the object, if it is there."""
        ...

    def objects(self) -> Iterator[StoredObject]:
        """All objects, in no order; whatever else is there is left out."""
        ...

    def owners(self) -> set[str]:
        """The marks of the stores whose pictures are here."""
        ...

    def mark(self, owner: str) -> None:
        """Mark the place as one with pictures of the store ``owner``, and create it where it is missing."""
        ...

    def unmark(self, owner: str) -> None:
        """Remove a store's mark, if it is there."""
        ...


RENEW_S: Final = 600.0
"""An object that is named again is written again where it is older: what is being imported is never old."""


def object_name(sha256: str) -> str:
    """The path of an object, ``ab/cd/abcd…``; raises ``StoreError`` for a text that is no SHA-256."""
    if not _SHA256.fullmatch(sha256):
        raise StoreError(f"{sha256!r} is not the SHA-256 of a picture.", remedy="Run `deepstyle check`.")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def sha256_of_name(name: str) -> str | None:
    """The SHA-256 of the object whose path is ``name``, ``None`` for a path of something else."""
    found = _NAME.fullmatch(name)
    return found[3] if found else None


def owner_name(owner: str) -> str:
    """The path of a store's mark; raises ``StoreError`` for a text that is none."""
    if not _OWNER.fullmatch(owner):
        raise StoreError(f"{owner!r} is not the mark of a store.", remedy="Run `deepstyle check`.")
    return f"{OWNERS}/{owner}"


def is_sound(sha256: str, data: bytes | None) -> bool:
    """Whether ``data`` are the bytes that the hash says."""
    return data is not None and hashlib.sha256(data).hexdigest() == sha256
