"""The picture files of a folder by folded name, in a temporary database on disk: memory does not grow with them."""

import os
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from deepstyle.catalogue.rows import IMAGE_SUFFIXES

MAX_FILES: Final = 2_000_000
"""A folder with more files is not searched."""
_MAX_SAME_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Match:
    """Files that a name fits equally well, relative to the folder; ``exact`` where all of the path given fits."""

    paths: tuple[str, ...]
    exact: bool


class _TooManyFilesError(Exception):
    """The folder has more than ``MAX_FILES``."""


class PictureIndex:
    """The files with a picture's suffix below a folder, without hidden folders and links to folders."""

    def __init__(self, folder: str) -> None:
        """Walk ``folder`` once."""
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("CREATE TABLE file (name TEXT, stem TEXT, path TEXT)")
        self._db.execute("BEGIN")
        try:
            self._db.executemany("INSERT INTO file VALUES (?, ?, ?)", _rows(folder))
        except _TooManyFilesError:
            self._db.execute("DELETE FROM file")
        self._db.execute("CREATE INDEX by_name ON file (name)")
        self._db.execute("CREATE INDEX by_stem ON file (stem)")
        self._db.execute("CREATE TABLE claim (path TEXT PRIMARY KEY, reference TEXT) WITHOUT ROWID")
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Delete the database."""
        self._db.close()

    def find(self, path: str) -> Match | None:
        """The files whose name is that of ``path``, or that with a suffix; of several those that most folders fit."""
        *folders, name = _folded_parts(path)
        if not _is_text(name):
            return None
        for column in ("name", "stem"):
            query = f"SELECT path FROM file WHERE {column} = ? ORDER BY path LIMIT ?"  # noqa: S608 - a constant
            found = [row[0] for row in self._db.execute(query, (name, _MAX_SAME_NAME))]
            if found:
                return _best(found, folders)
        return None

    def claim(self, path: str, reference: str) -> str:
        """The first reference that a file was found for by its name alone: ``reference``, or an earlier one."""
        self._db.execute("INSERT OR IGNORE INTO claim VALUES (?, ?)", (path, reference))
        return str(self._db.execute("SELECT reference FROM claim WHERE path = ?", (path,)).fetchone()[0])


def fold(name: str) -> str:
    """A name without regard to case and to how its accents are coded."""
    return unicodedata.normalize("NFC", name).casefold()


def _best(paths: Sequence[str], folders: Sequence[str]) -> Match:
    """Those of ``paths`` whose folders agree longest with ``folders``, from the file upwards.

    Of files that differ in their suffix only, the first in the order of ``IMAGE_SUFFIXES`` is left.
    """
    agreement = {path: _agreement(_folded_parts(path)[:-1], folders) for path in paths}
    longest = max(agreement.values())
    best = sorted((path for path in paths if agreement[path] == longest), key=_suffix_rank)
    if len({os.path.splitext(path)[0] for path in best}) == 1:  # noqa: PTH122 - as fast as it gets
        best = best[:1]
    return Match(tuple(best), longest == len(folders))


def _agreement(found: Sequence[str], wanted: Sequence[str]) -> int:
    """How many folders are the same, counted from the file upwards."""
    same = 0
    for one, other in zip(reversed(found), reversed(wanted), strict=False):
        if one != other:
            break
        same += 1
    return same


def _suffix_rank(path: str) -> tuple[int, str]:
    suffix = PurePosixPath(path).suffix.lower()
    return IMAGE_SUFFIXES.index(suffix), path


def _folded_parts(path: str) -> list[str]:
    return [fold(part) for part in path.split("/") if part not in ("", ".")] or [""]


def _rows(folder: str) -> Iterator[tuple[str, str, str]]:
    """Name, stem and path of each picture file. Raises ``_TooManyFilesError``."""
    count = 0
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        below = os.path.relpath(root, folder)
        prefix = "" if below == "." else below.replace(os.sep, "/") + "/"
        count += len(files)
        if count > MAX_FILES:
            raise _TooManyFilesError
        for file in files:
            stem, suffix = os.path.splitext(file)  # noqa: PTH122 - a Path for each of 300,000 files takes seconds
            if suffix.lower() in IMAGE_SUFFIXES and not file.startswith(".") and _is_text(prefix + file):
                yield fold(file), fold(stem), prefix + file


def _is_text(name: str) -> bool:
    """Whether a file's name is valid Unicode."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)
