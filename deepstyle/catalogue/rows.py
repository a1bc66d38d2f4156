"""One row of a catalogue as it was read: a record, or the reason why it cannot be used.

A reader does not trust its input. A row that cannot be used becomes a ``Rejection`` with one of these codes, and the
following rows are still read; only a file that cannot be read further (truncated JSON, no header) raises ``DataError``.

==================  ==================================================================================
code                meaning
==================  ==================================================================================
``bad-row``         not an object, no strict CSV, or not as many cells as the header has columns
``bad-field``       a field contains something other than text, a number or a list of those
``bad-encoding``    text that is not UTF-8, or that contains a NUL
``text-too-long``   a field over its limit in ``TEXT_LIMITS_CHARS``, or too many attributes
``bad-id``          no id, or an id that cannot be part of a file name or URL
``no-product``      a row with a picture of a product that the feed does not have
``duplicate-id``    an id that an earlier row has
``image-missing``   no image file
``image-outside``   an image path that leaves the catalogue's folder
``image-url``       an image that is only given by its URL, and was not downloaded
``image-ambiguous``  an image name that several files have
``download-failed``  an image that could not be downloaded
``image-broken``    an image that does not decode
``image-format``    an image that is not JPEG, PNG, WebP, GIF, AVIF or HEIC
``image-too-large``  an image over 10 MiB or 40 megapixels (JPEG: 200)
==================  ==================================================================================

A row that can be used only in part is accepted with a ``RowWarning``:

==================  ==================================================================================
code                meaning
==================  ==================================================================================
``short-row``       cells are missing at its end, all of optional columns
``bad-price``       a price that cannot be read; it is omitted
``unclear-price``   a price that is read with a doubt: a range, an amount such as "1.299", a sign of several currencies
``bad-url``         a URL that is not http or https; it is omitted
``bad-date``        a date that cannot be read; it is omitted
``guessed-encoding``  the file is not UTF-8 and is read as Windows-1252 (at its first row)
``spoilt-id``       an id that a spreadsheet may have changed: rounded, or without its leading zeros
``no-column``       a cell of a spreadsheet in a column without a name; it is omitted
``profile-broken``  the image's ICC profile cannot be used and is ignored (``profile-too-large``: over 4 MiB)
``image-missing``   one of several images is not there (also ``image-url``, ``image-ambiguous``, ``download-failed``)
``image-surplus``   a further image beyond the twelve that an item may have; it is omitted
``image-…``         a further image that cannot be used, by the code of a rejection; it is omitted
``lost-zeros``      an id without the leading zeros that its layout always has; they are restored
==================  ==================================================================================

A row that is no item of its own is an ``Omission``:

==================  ==================================================================================
code                meaning
==================  ==================================================================================
``merged``          it adds a picture or values to the item of another row
``not-published``   the shop does not sell it: a draft, archived, disabled or hidden
==================  ==================================================================================
"""

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deepstyle.catalogue.characters import visible
from deepstyle.catalogue.item import Item
from deepstyle.files import read_regular

IMAGE_SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".heic", ".heif")
MAX_ITEM_ID_CHARS: Final = 128
MAX_MESSAGE_CHARS: Final = 500

# One byte more than the cap: a file of exactly the cap is distinguished from a larger one.
_MAX_READ_BYTES: Final = 10 * 1024 * 1024 + 1


@dataclass(frozen=True, slots=True)
class RowWarning:
    """What could not be used of an accepted row; the fields are those of ``Rejection``."""

    file: str
    line: int
    item_id: str
    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Record:
    """One usable row, with the ``file`` and ``line`` it comes from.

    The picture is the file ``image_path`` or, in a source that carries pictures itself, ``image_bytes``; both are
    ``None`` where the catalogue has none. ``more_images`` are the files of its further pictures, in the catalogue's
    order. ``id_is_certain`` is False where a damaged row may refer to another id. ``urls`` are those of its pictures
    that a download may fetch or renew; ``picture_problem`` says why it has no picture, where more is known. ``margin``
    is that of the item, in percent of its price, which is stored apart from it.
    """

    item: Item
    image_path: Path | None
    file: str
    line: int
    image_bytes: bytes | None = None
    warnings: tuple[RowWarning, ...] = ()
    id_is_certain: bool = True
    more_images: tuple[Path, ...] = ()
    urls: tuple[str, ...] = ()
    picture_problem: "RowError | None" = None
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row that cannot be used; ``line`` is 0 where a line means nothing, ``item_id`` ``""`` where unknown.

    ``may_name`` contains every id that the row may refer to, so that a prune does not delete those items; empty: any.
    """

    file: str
    line: int
    item_id: str
    code: str
    message: str
    remedy: str
    may_name: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Omission:
    """One row that is no item of its own, and why; it is neither accepted nor rejected."""

    file: str
    line: int
    code: str


class RowError(Exception):
    """Why one row cannot be used; a reader turns it into a ``Rejection``."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy

    def at(self, file: str, line: int, item_id: str, may_name: tuple[str, ...] = ()) -> Rejection:
        """The rejection of the row on ``line`` of ``file``."""
        message = visible(self.message, MAX_MESSAGE_CHARS)
        return Rejection(visible(file), line, visible(item_id), self.code, message, self.remedy, may_name)

    def as_warning(self, file: str, line: int, item_id: str) -> RowWarning:
        """The same as a warning about an accepted row."""
        return RowWarning(
            visible(file), line, item_id, self.code, visible(self.message, MAX_MESSAGE_CHARS), self.remedy
        )


def check_item_id(item_id: object) -> str:
    """Return ``item_id`` where it is safe as a file name and in a URL, else raise ``RowError`` ``bad-id``.

    Allowed are 1 to 128 printable characters without slash or backslash, not ``.`` or ``..``, no outer white space.
    """
    if not isinstance(item_id, str) or not item_id.strip():
        raise RowError("bad-id", "The item has no id.", "Give each item an id of its own.")
    shown = ascii(item_id if len(item_id) <= 40 else item_id[:40] + "…")
    unsafe = item_id in (".", "..") or item_id != item_id.strip() or any(map(_is_unsafe, item_id))
    if unsafe or len(item_id) > MAX_ITEM_ID_CHARS:
        raise RowError(
            "bad-id",
            f"The id {shown} cannot be part of a file name or a URL.",
            f"Use at most {MAX_ITEM_ID_CHARS} printable characters without '/' and '\\'.",
        )
    return item_id


def _is_unsafe(character: str) -> bool:
    return character in "/\\" or (character != " " and unicodedata.category(character)[0] in "CZ")


def find_image(root: Path, candidates: list[Path]) -> Path | None:
    """The first of ``candidates`` that is a file, ``None`` where none is.

    Raises ``RowError`` ``image-outside`` where it lies outside ``root``, be it by ``..`` or by a symbolic link.
    """
    for path in candidates:
        real = os.path.realpath(path)
        if not Path(real).is_relative_to(os.path.realpath(root)):
            raise outside(path.name)
        # os.path.isfile, unlike Path.is_file, returns False for a name that is too long instead of raising.
        if os.path.isfile(real):  # noqa: PTH113
            return Path(real)
    return None


def outside(path: str) -> RowError:
    """The error for an image whose path or link leads out of the catalogue's folder."""
    return RowError(
        "image-outside",
        f"The image {Path(path).name!a} is outside the catalogue's folder.",
        "Copy the image into the catalogue's folder; links and paths that lead outside it are refused.",
    )


def read_picture(record: Record) -> bytes:
    """The record's picture, at most one byte over the cap. Raises ``RowError``: its problem, or ``image-missing``."""
    if record.image_bytes is not None:
        return record.image_bytes
    if record.picture_problem is not None:
        raise record.picture_problem
    try:
        if record.image_path is None:
            raise FileNotFoundError(2, "the catalogue names no file that exists")
        return read_file(record.image_path)
    except OSError as error:
        raise RowError(
            "image-missing",
            f"Item {record.item.item_id} has no image: {error.strerror}.",
            "Add the image, or remove the item from the catalogue.",
        ) from error


def read_file(path: Path) -> bytes:
    """The picture file ``path``, at most one byte over the cap; an endless file, a pipe or a folder is refused."""
    return read_regular(path, _MAX_READ_BYTES)
