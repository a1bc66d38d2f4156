"""Remove objects that no row names: what deleted and replaced pictures, and killed imports, left behind."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from deepstyle.errors import StoreError, UsageError
from deepstyle.store.base import Progress, Store
from deepstyle.store.external.objects import RENEW_S, PictureObjects, StoredObject

_AT_ONCE: Final = 256
MIN_AGE_S: Final = 6 * RENEW_S


@dataclass(frozen=True, slots=True)
class PruneReport:
    """Number and bytes of what was removed, and how many objects stay: named by a row, or named by none and too new."""

    removed: int
    removed_bytes: int
    named: int
    recent: int


def prune_pictures(
    store: Store, *, min_age_s: float, dry_run: bool = False, on_progress: Progress | None = None
) -> PruneReport:
    """Remove the objects in the place of the store's pictures that no row names and that are ``min_age_s`` old.

    Safe beside an import: an import writes an object that is old and named by no row again, which makes it new, and
    looks at it once more after its rows are written; what a row names after its removal is put back.
    Raises ``StoreError`` where the pictures are moving, or another store has its pictures there, too.
    """
    if min_age_s < MIN_AGE_S:
        raise UsageError(f"an age under {MIN_AGE_S:.0f} s is not safe beside an import.", remedy="Give a longer one.")
    place = store.external.place()
    if place.before:
        raise StoreError(f"the pictures are moving to {place.url}.", remedy="End the move first.")
    if not place.urls:
        return PruneReport(0, 0, 0, 0)
    objects = store.external.objects(place.url)
    _require_alone(objects, place.owner)
    named = set(map(bytes.fromhex, store.external.rows.hashes()))
    counts = {"named": 0, "recent": 0}

    def unnamed() -> Iterator[StoredObject]:
        for one in objects.objects():
            kind = "named" if bytes.fromhex(one.sha256) in named else "recent" if one.age_s < min_age_s else ""
            if kind:
                counts[kind] += 1
            else:
                yield one

    removed = removed_bytes = 0
    rest = unnamed()
    while batch := list(islice(rest, _AT_ONCE)):
        gone = batch if dry_run else _remove(objects, batch, min_age_s, store.external.rows.hashes)
        removed, removed_bytes = removed + len(gone), removed_bytes + sum(one.size_bytes for one in gone)
        if on_progress:
            seen = removed + sum(counts.values())
            on_progress("objects", seen, seen)
    return PruneReport(removed, removed_bytes, **counts)


def _remove(
    objects: PictureObjects, batch: Sequence[StoredObject], min_age_s: float, hashes: Callable[[], Iterator[str]]
) -> list[StoredObject]:
    """Remove those of ``batch`` that are still old; those that a row names by now are put back."""
    removed: dict[str, bytes] = {}
    for one in batch:
        age_s, data = objects.age_s(one.sha256), objects.get(one.sha256)
        if age_s is not None and age_s >= min_age_s and data is not None:
            objects.delete(one.sha256)
            removed[one.sha256] = data
    for sha256 in removed.keys() & set(hashes()):
        objects.put(sha256, removed.pop(sha256))
    return [one for one in batch if one.sha256 in removed]


def _require_alone(objects: PictureObjects, owner: str) -> None:
    others = objects.owners() - {owner}
    if others:
        raise StoreError(
            f"{len(others)} other store(s) have their pictures in {objects.url}, too.",
            remedy="Move this store's pictures to a place of its own; nothing was removed.",
        )
