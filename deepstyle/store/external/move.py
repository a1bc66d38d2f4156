"""Move the pictures of a store: out of its database, into it, or from one place outside to another.

New pictures go to the new place from the start, each row says whether its bytes are outside, and both places are read
until the move ends. So a move may be killed and run again, or turned back, while the store is read and written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from deepstyle.errors import UsageError
from deepstyle.store.base import Progress, Store
from deepstyle.store.external.objects import is_sound
from deepstyle.store.external.open import DATABASE, place_url
from deepstyle.store.external.pictures import ExternalPictures
from deepstyle.store.external.place import Place
from deepstyle.store.external.rows import PictureRow


@dataclass(frozen=True, slots=True)
class MoveReport:
    """How many pictures were moved, how many were there already, and the hashes of those that cannot be moved.

    ``is_complete`` says whether the move ended: not while a picture is missing or damaged.
    """

    url: str
    moved: int
    there: int
    damaged: tuple[str, ...]
    is_complete: bool


def move_pictures(store: Store, to: str, *, on_progress: Progress | None = None) -> MoveReport:
    """Move all pictures of ``store`` to ``to``: a URL, or ``database``; resumable.

    What was moved out of a place outside stays there until ``prune`` or its owner removes it. ``on_progress`` is called
    after each batch; what it raises ends the move. Raises ``UsageError`` for a place that is none, and ``StoreError``
    where a place cannot be read or written.
    """
    external, total, done = store.external, store.external.rows.count(), 0
    place = _begin(external, place_url(to))
    move = _into_database if place.url == DATABASE else partial(_out, place=place)
    moved, there = 0, 0
    damaged: list[str] = []
    for page in external.rows.pages():
        sent, stayed, lost = move(external, page)
        moved, there, damaged = moved + sent, there + stayed, [*damaged, *lost]
        done += len(page)
        if on_progress:
            on_progress("moving", done, max(total, done))
    if not damaged and place.before:
        external.record(place, replace(place, before=""))
        if place.before != DATABASE:
            external.objects(place.before).unmark(place.owner)
    return MoveReport(place.url, moved, there, tuple(sorted(set(damaged))), not damaged)


def _begin(external: ExternalPictures, to: str) -> Place:
    """Write down where new pictures go from now on, and where the others are still."""
    place = external.place()
    if to == place.url:
        return external.record(place, place) if place.owner else place  # as it may have been damaged
    if place.before and to != place.before:
        raise UsageError(
            f"an earlier move to {place.url} has not ended.",
            remedy=f"End it first: `deepstyle pictures move --to {place.url}`; or turn back, to {place.before}.",
        )
    return external.record(place, Place(to, place.url))


Moved = tuple[int, int, list[str]]


def _into_database(external: ExternalPictures, page: Sequence[PictureRow]) -> Moved:
    outside = [row for row in page if not row.data]
    read = [replace(row, data=external.read(row.sha256) or b"") for row in outside]
    sound = [row for row in read if is_sound(row.sha256, row.data)]
    external.rows.replace(sound)
    damaged = [row.sha256 for row in read if not is_sound(row.sha256, row.data)]
    return len(sound), len(page) - len(outside), damaged


def _out(external: ExternalPictures, page: Sequence[PictureRow], *, place: Place) -> Moved:
    inside = [row for row in page if row.data]
    stayed = {row.key for row in page if not row.data and _is_there(external, place, row.sha256)}
    outside = [row for row in page if not row.data and row.key not in stayed]
    read = [*inside, *(replace(row, data=_before(external, place, row)) for row in outside)]
    sound = [row for row in read if is_sound(row.sha256, row.data)]
    if sound:
        external.send(place, {row.sha256: row.data for row in sound})
    moved = {row.key for row in sound}
    external.rows.replace([replace(row, data=b"") for row in inside if row.key in moved])
    return len(sound), len(stayed), [row.sha256 for row in read if row.key not in moved]


def _is_there(external: ExternalPictures, place: Place, sha256: str) -> bool:
    return is_sound(sha256, external.objects(place.url).get(sha256))


def _before(external: ExternalPictures, place: Place, row: PictureRow) -> bytes:
    """The bytes of a picture that is outside, from where it was before the move."""
    if not place.before or place.before == DATABASE:
        return b""
    return external.read(row.sha256) or b""
