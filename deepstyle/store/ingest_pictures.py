"""What an import stores of a record's pictures: one that is already stored is not decoded again."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.picture import NORMALISATION, normalise_picture
from deepstyle.catalogue.rows import Record, Rejection, RowError, RowWarning, read_file, read_picture
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Entry, ImageSource, Store
from deepstyle.store.pictures import MAX_PICTURES

Normalise: TypeAlias = Callable[[bytes], ItemImage]
"""Decodes a picture and returns it as it is stored; see ``normalise_picture``."""
Further: TypeAlias = tuple[ItemImage | int, ...] | None
"""Further pictures to store, one that is stored by its position; ``None`` where all are as stored."""
NO_PICTURE: Final = ImageSource("", normalisation=-1)
"""The source of a picture that is not stored."""


@dataclass(frozen=True, slots=True)
class Job:
    """A row, and the sources of all stored pictures of its item, ``NO_PICTURE`` first where the first is missing."""

    row: Record | Rejection
    stored: tuple[ImageSource, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """What to store of a record's pictures, and what was ignored in them.

    ``image`` is ``None`` where the first picture is as stored. ``more`` are the further ones.
    """

    image: ItemImage | None
    more: Further
    warnings: tuple[RowWarning, ...]


def prepare_pictures(job: Job) -> Prepared | Rejection:
    """Read and decode the pictures of a row, in any thread or process; a row without a usable one is rejected."""
    row, stored = job.row, job.stored or (NO_PICTURE,)
    if isinstance(row, Rejection):
        return row
    item_id, errors = row.item.item_id, list[RowError]()
    try:
        data = read_picture(row)
        digest = hashlib.sha256(data).hexdigest()
        image = None if is_made_from(stored[0], digest) else _normalised(data, errors)
    except RowError as error:
        return error.at(row.file, row.line, item_id, (item_id,) if row.id_is_certain else ())
    more = _further_pictures(row.more_images, digest, stored, errors)
    return Prepared(image, more, tuple(error.as_warning(row.file, row.line, item_id) for error in errors))


def with_pictures(
    item: Item, photos: Sequence[bytes], stored: Sequence[ImageSource], store: Store, normalise: Normalise
) -> Entry:
    """The entry of ``item`` where ``photos``, at least one, become all its pictures; each is stored once.

    ``stored`` are the sources of those that it has, as ``stored_sources`` returns them. Raises what ``normalise`` does.
    """
    first, *others = photos
    digest = hashlib.sha256(first).hexdigest()
    image = None if is_made_from(stored[0], digest) else normalise(first)
    seen = {digest}
    more = [one for data in others for one in _choice(data, seen, stored, normalise)]
    return Entry(item, image, stored_images(item.item_id, _unless_stored(more, stored), store))


def normalised(data: bytes) -> ItemImage:
    """The picture as it is stored, whatever its ICC profile; raises ``RowError``."""
    return normalise_picture(data)[0]


def stored_images(item_id: str, more: Further, store: Store) -> tuple[ItemImage, ...] | None:
    """Further pictures as images, those read from the store that are there, at whatever position."""
    if more is None:
        return None
    found = (store.image(item_id, one) if isinstance(one, int) else one for one in more)
    return tuple(image for image in found if image is not None)


def is_made_from(source: ImageSource, digest: str) -> bool:
    """Whether the stored picture of ``source`` is what the file with this SHA-256 is normalised to today."""
    return source.normalisation >= NORMALISATION and digest in (source.sha256, source.source_sha256)


def _normalised(data: bytes, errors: list[RowError]) -> ItemImage:
    image, problem = normalise_picture(data)
    errors += [problem] if problem else []
    return image


def _further_pictures(
    paths: Sequence[Path], first_sha256: str, stored: Sequence[ImageSource], errors: list[RowError]
) -> Further:
    """The further pictures, each once; a file with the bytes of an earlier one is left out, as its digest says."""
    chosen = list(_chosen(paths[: MAX_PICTURES - 1], {first_sha256}, stored, errors))
    if len(paths) >= MAX_PICTURES:
        errors.append(_surplus(len(paths) + 1))
    return _unless_stored(chosen, stored)


def _unless_stored(further: Sequence[int | ItemImage], stored: Sequence[ImageSource]) -> Further:
    return None if list(further) == list(range(1, len(stored))) else tuple(further)


def _chosen(
    paths: Sequence[Path], seen: set[str], stored: Sequence[ImageSource], errors: list[RowError]
) -> Iterator[int | ItemImage]:
    """Each usable picture, as the position where it is stored or as it is to be stored."""
    for number, path in enumerate(paths, start=2):
        of_picture: list[RowError] = []
        try:
            yield from _choice(read_file(path), seen, stored, partial(_normalised, errors=of_picture))
        except OSError as error:
            of_picture.append(RowError("image-missing", f"It cannot be read: {error.strerror}.", "Add the image file."))
        except RowError as error:
            of_picture.append(error)
        errors += [_of_picture(number, path, error) for error in of_picture]


def _choice(
    data: bytes, seen: set[str], stored: Sequence[ImageSource], normalise: Normalise
) -> Iterator[int | ItemImage]:
    """A further picture as it is to be stored; nothing where it was ``seen``, to which it is added."""
    digest = hashlib.sha256(data).hexdigest()
    if digest in seen:
        return
    seen.add(digest)
    known = next((at for at, source in enumerate(stored) if is_made_from(source, digest)), None)
    yield normalise(data) if known is None else known


def _of_picture(number: int, path: Path, error: RowError) -> RowError:
    """The error with the number of the picture in its row, from 1, and its file."""
    return RowError(error.code, f"Picture {number} ({path.name}) is left out: {error.message}", error.remedy)


def _surplus(count: int) -> RowError:
    return RowError(
        "image-surplus",
        f"The row has {count} pictures; those after the first {MAX_PICTURES} are left out.",
        f"Put the {MAX_PICTURES} most telling pictures first.",
    )
