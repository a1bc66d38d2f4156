"""The pictures of one store that are outside its database."""

import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

from deepstyle.errors import StoreError
from deepstyle.store.external.objects import PictureObjects, PlaceError, is_sound
from deepstyle.store.external.open import DATABASE, open_objects
from deepstyle.store.external.place import PLACE, SETTING, Place, read_place, wanted_url
from deepstyle.store.external.rows import PictureRows

_AT_ONCE: Final = 8
"""So many objects of one batch are sent at a time."""


class Facts(Protocol):
    """What is read and written of the store itself."""

    def count(self) -> int:
        """Number of items."""
        ...

    def meta(self, key: str) -> str | None:
        """A stored fact."""
        ...

    def publish(
        self, facts: Mapping[str, str], mapping: Mapping[str, Sequence[str]], *, given: Mapping[str, str | None]
    ) -> bool:
        """Write facts where those ``given`` are as given."""
        ...


class ExternalPictures:
    """Reads and writes the pictures of ``rows`` that are outside; safe for threads, opens nothing before it must."""

    def __init__(self, rows: PictureRows, facts: Facts) -> None:
        self.rows = rows
        self._facts = facts
        self._opened: dict[str, PictureObjects] = {}
        self._guard = threading.Lock()

    def place(self) -> Place:
        """Where the pictures are."""
        return read_place(self._facts.meta(PLACE))

    def require_setting(self) -> None:
        """Raise ``StoreError`` where ``DEEPSTYLE_PICTURES`` names another place than the store does."""
        place, wanted = self.place(), wanted_url()
        if wanted and wanted != place.url and not self._is_new(place):
            raise StoreError(
                f"the store's pictures are in {_named(place.url)}, and {SETTING} says {_named(wanted)}.",
                remedy=f"Unset {SETTING}, or move them: `deepstyle pictures move --to {wanted}`.",
            )

    def for_writing(self) -> Place:
        """Where new pictures go; the first write of a store records the place that is set."""
        self.require_setting()
        place, wanted = self.place(), wanted_url()
        if wanted and wanted != place.url:
            self.record(place, Place(wanted))
            place = self.place()
        if place.url != DATABASE:
            self._require_own(place, place.url)
        return place

    def _is_new(self, place: Place) -> bool:
        return place == Place() and self._facts.meta(PLACE) is None and not self._facts.count()

    def record(self, old: Place, new: Place) -> Place:
        """Mark the places of ``new`` and write them down in the store; raises ``StoreError`` where it is not ``old``.

        Returns what was written.
        """
        stored = self._facts.meta(PLACE)
        owner = old.owner or secrets.token_hex(16)
        written = Place(new.url, new.before, owner)
        for url in written.urls:
            if url not in old.urls:
                self.objects(url).mark(owner)
        if read_place(stored) != old or not self._facts.publish({PLACE: written.to_json()}, {}, given={PLACE: stored}):
            raise StoreError("another process moves the store's pictures.", remedy="Run the command again.")
        return written

    def objects(self, url: str) -> PictureObjects:
        """The place ``url``, opened once."""
        with self._guard:
            if url not in self._opened:
                self._opened[url] = open_objects(url)
            return self._opened[url]

    def _require_own(self, place: Place, url: str) -> None:
        """Raise ``PlaceError`` where ``url`` has no mark of the store: another folder may be mounted there, or none."""
        if place.owner not in self.objects(url).owners():
            raise PlaceError(
                f"{url} has no mark of this store, whose pictures should be there.",
                remedy="Check that the right folder is mounted, or the bucket's name and endpoint.",
            )

    def read(self, sha256: str) -> bytes | None:
        """The picture's bytes from outside: sound ones, else what is there in their place, else ``None``.

        Raises ``PlaceError`` where the place cannot be read, so that nothing is known of the picture.
        """
        place, found = self.place(), None
        for url in place.urls:
            data = self.objects(url).get(sha256)
            if is_sound(sha256, data):
                return data
            if data is None:
                self._require_own(place, url)
            found = found or data
        return found

    def send(self, place: Place, pictures: Mapping[str, bytes]) -> set[str]:
        """Have ``pictures``, by hash, in ``place.url``; return the hashes of those that were there already."""
        for sha256, data in pictures.items():
            if not is_sound(sha256, data):
                raise StoreError(f"the picture {sha256} is not what its hash says.", remedy="Import it again.")
        objects = self.objects(place.url)
        with ThreadPoolExecutor(min(_AT_ONCE, max(1, len(pictures)))) as threads:
            there = list(threads.map(lambda one: objects.put(*one), pictures.items()))
        return {sha256 for sha256, is_there in zip(pictures, there, strict=True) if is_there}

    def hashes(self) -> Iterator[str]:
        """The SHA-256 of each picture that is outside, of several rows several times."""
        return self.rows.hashes(outside_alone=True)


def _named(url: str) -> str:
    return "its database" if url == DATABASE else url
