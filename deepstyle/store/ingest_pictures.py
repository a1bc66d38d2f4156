"""What an import stores of a record's further pictures: one that is already stored is not decoded again."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from deepstyle.catalogue.picture import NORMALISATION, normalise_picture, profile_problem
from deepstyle.catalogue.rows import RowError, read_file
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import ImageSource
from deepstyle.store.pictures import MAX_PICTURES

Stored = Callable[[int], ItemImage | None]
"""The item's stored picture at a position."""


def is_made_from(source: ImageSource, digest: str) -> bool:
    """Whether the stored picture of ``source`` is what the file with this SHA-256 is normalised to today."""
    return source.normalisation >= NORMALISATION and digest in (source.sha256, source.source_sha256)


def further_pictures(
    paths: Sequence[Path], first_sha256: str, sources: Sequence[ImageSource], stored: Stored
) -> tuple[tuple[ItemImage, ...] | None, list[RowError]]:
    """The further pictures to write, ``None`` where they are as stored, and what is wrong with those left out.

    ``first_sha256`` is the digest of the first picture's file, ``sources`` are those of all stored pictures. A file
    with the bytes of an earlier one is left out; its digest says so.
    """
    errors: list[RowError] = []
    chosen = list(_chosen(paths[: MAX_PICTURES - 1], {first_sha256}, sources, errors))
    if len(paths) >= MAX_PICTURES:
        errors.append(_surplus(len(paths) + 1))
    if chosen == list(range(1, len(sources))):
        return None, errors
    images = (stored(one) if isinstance(one, int) else one for one in chosen)
    return tuple(image for image in images if image is not None), errors


def _chosen(
    paths: Sequence[Path], seen: set[str], sources: Sequence[ImageSource], errors: list[RowError]
) -> Iterator[int | ItemImage]:
    """Each usable picture, as the position where it is stored or as it is to be stored."""
    for number, path in enumerate(paths, start=2):
        try:
            data = read_file(path)
            digest = hashlib.sha256(data).hexdigest()
            if digest not in seen:
                seen.add(digest)
                known = (at for at, source in enumerate(sources) if is_made_from(source, digest))
                position = next(known, None)
                if position is not None:
                    yield position
                else:
                    yield normalise_picture(data)
                    errors += [_of_picture(number, path, problem) for problem in [profile_problem(data)] if problem]
        except OSError as error:
            missing = RowError("image-missing", f"It cannot be read: {error.strerror}.", "Add the image file.")
            errors.append(_of_picture(number, path, missing))
        except RowError as error:
            errors.append(_of_picture(number, path, error))


def _of_picture(number: int, path: Path, error: RowError) -> RowError:
    """The error with the number of the picture in its row, from 1, and its file."""
    return RowError(error.code, f"Picture {number} ({path.name}) is left out: {error.message}", error.remedy)


def _surplus(count: int) -> RowError:
    return RowError(
        "image-surplus",
        f"The row has {count} pictures; those after the first {MAX_PICTURES} are left out.",
        f"Put the {MAX_PICTURES} most telling pictures first.",
    )
