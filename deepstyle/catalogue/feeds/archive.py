"""ZIP archives that are not trusted: every member is checked before one is read."""

import contextlib
import io
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from deepstyle.catalogue.characters import visible
from deepstyle.catalogue.feeds.feed_file import DAMAGED, FeedFile, check_expansion
from deepstyle.catalogue.feeds.limits import MAX_ENTRIES, MAX_EXPANDED_BYTES, MAX_FOLDERS, MAX_NAME_BYTES
from deepstyle.errors import DataError

_ENTRY_MARK: Final = b"PK\1\2"
_ENTRY_BYTES: Final = 46
_CHUNK_BYTES: Final = 1 << 20
_ENCRYPTED, _PATCHED, _UTF_8 = 0x1 | 0x40, 0x20, 0x800
_PART_BYTES: Final = 255
_PORTS: Final = tuple(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³")
_DEVICES: Final = frozenset(("con", "prn", "aux", "nul", "conin$", "conout$", *_PORTS))
_NO_FEED: Final = ("__macosx",)


@contextlib.contextmanager
def open_archive(file: BinaryIO, name: str, max_bytes: int = MAX_EXPANDED_BYTES) -> Iterator[ZipFile]:
    """The archive in ``file``, which can seek, with all of its members checked.

    Raises ``DataError`` where it is damaged, has over 400,000 entries, expands to over ``max_bytes`` or 200 times its
    size, or a member is encrypted, a link, or has a name that no file in the target folder can have.
    """
    _count_entries(file, name)
    try:
        archive = ZipFile(file)
    except (*DAMAGED, ValueError) as error:
        raise DataError(f"{name} is not a ZIP archive, or is damaged: {error}.", remedy="Fetch it again.") from error
    with archive:
        check_members(archive.infolist(), name, max_bytes)
        yield archive


def member_path(member: ZipInfo) -> tuple[str, ...]:
    """The folders and the name of ``member``; empty for a folder, and for what an operating system adds.

    Raises ``ValueError`` where no file in the target folder can have the name.
    """
    name = _decoded(member).replace("\\", "/")
    if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        raise ValueError("its name is too long")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or (parts and ":" in parts[0]):
        raise ValueError("its name leaves the folder")
    if len(parts) > MAX_FOLDERS + 1:
        raise ValueError(f"it lies in over {MAX_FOLDERS} folders")
    for part in parts:
        _check_part(part)
    hidden = any(part.startswith(".") or part.lower() in _NO_FEED for part in parts)
    return () if hidden or name.endswith("/") or not parts else tuple(parts)


def member_file(packed: FeedFile, member: ZipInfo, parts: tuple[str, ...]) -> FeedFile:
    """``member`` of the archive ``packed`` as a file of rows."""
    name = "/".join((packed.name, *parts))
    return FeedFile(name, Path(parts[-1]).suffix.lower(), packed.folder, partial(_open_member, packed, member.filename))


@contextlib.contextmanager
def open_member(archive: ZipFile, member: str | ZipInfo) -> Iterator[BinaryIO]:
    """The bytes of one member. Raises ``BadZipFile`` where its header is not that of the archive's directory."""
    try:
        file = archive.open(member)
    except (UnicodeError, ValueError, RuntimeError) as error:
        raise BadZipFile(str(error)) from error
    with file:
        yield file  # type: ignore[misc]


@contextlib.contextmanager
def _open_member(packed: FeedFile, name: str) -> Iterator[BinaryIO]:
    with (
        packed.open_seekable() as file,
        open_archive(file, packed.name) as archive,
        open_member(archive, name) as member,
    ):
        yield member


def _decoded(member: ZipInfo) -> str:
    """The name; some tools write UTF-8 without saying so, which the library reads as code page 437."""
    if member.flag_bits & _UTF_8 or member.filename.isascii():
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _check_part(part: str) -> None:
    if any(character < " " or character in ":\x7f" or "\ud800" <= character <= "\udfff" for character in part):
        raise ValueError("its name has a character that no file name can have")
    if len(part.encode()) > _PART_BYTES:
        raise ValueError("its name is too long")
    if not part.strip(" ."):
        raise ValueError("its name leaves the folder")
    if part.split(".")[0].strip().lower() in _DEVICES:
        raise ValueError("its name is that of a device")


def check_members(members: list[ZipInfo], name: str, max_bytes: int) -> None:
    """Raise ``DataError`` where one of ``members``, or all together, are refused."""
    if len(members) > MAX_ENTRIES:
        raise _too_many(name)
    seen: set[tuple[str, ...]] = set()
    for member in members:
        try:
            parts = member_path(member)
            _check_kind(member)
            if parts in seen:
                raise ValueError("another file has the same name")
        except ValueError as error:
            raise DataError(
                f"{name}: {visible(member.filename)!r} is refused: {error}.",
                remedy="Pack the feed and its pictures again, as plain files.",
            ) from error
        if parts:
            seen.add(parts)
    expanded = sum(member.file_size for member in members)
    check_expansion(name, expanded, sum(member.compress_size for member in members), max_bytes)
    for member in members:
        check_expansion(f"{name}/{visible(member.filename)}", member.file_size, member.compress_size, max_bytes)


def _check_kind(member: ZipInfo) -> None:
    if member.flag_bits & _ENCRYPTED:
        raise ValueError("it is encrypted")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or member.flag_bits & _PATCHED:
        raise ValueError("it is compressed by another method than deflate")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind and not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise ValueError("it is a link or a device")


def _count_entries(file: BinaryIO, name: str) -> None:
    """Refuse an archive of too many entries before the library has an object for each of them."""
    if file.seek(0, io.SEEK_END) >= MAX_ENTRIES * _ENTRY_BYTES:
        file.seek(0)
        count, rest = 0, b""
        while chunk := file.read(_CHUNK_BYTES):
            count += (rest + chunk).count(_ENTRY_MARK)
            rest = chunk[1 - len(_ENTRY_MARK) :]
            if count > MAX_ENTRIES:
                raise _too_many(name)
    file.seek(0)


def _too_many(name: str) -> DataError:
    return DataError(f"{name} has over {MAX_ENTRIES:,} entries.", remedy="Split it into several archives.")
