"""Find the pictures that a catalogue's row names: files beside it by any usual naming, and what was downloaded.

A reference is taken literally first: a path from the catalogue's folder or its folder ``images``. Only then is it
looked for in an index of all picture files below the folder, without regard to case, accents' coding, ``%20``, what
follows ``?`` or ``#``, a missing suffix and folders that are not there. A name that several files have equally is
reported, never guessed.
"""

import os
import re
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from deepstyle.catalogue.picture_index import Match, PictureIndex
from deepstyle.catalogue.picture_references import (
    MAX_PICTURES,
    is_url,
    is_web,
    parts_of,
    split_cell,
    without_separator,
)
from deepstyle.catalogue.rows import IMAGE_SUFFIXES, Record, RowError, outside
from deepstyle.download.folder import DownloadState, picture_path, state_of

_PLACES: Final = ("", "images")
_MAX_JOINED: Final = 6
"""So many pieces between separators may be one file's name."""


@dataclass(frozen=True, slots=True)
class FoundPictures:
    """The pictures of a row, in its order and each once.

    ``urls`` are those of its URLs that no file beside the catalogue stands for: a download may fetch or renew them.
    ``problems`` say what was not found.
    """

    paths: tuple[Path, ...] = ()
    urls: tuple[str, ...] = ()
    problems: tuple[RowError, ...] = ()

    def attach(self, record: Record) -> Record:
        """``record`` with these pictures; what was not found is a warning, or without any picture its problem."""
        warnings = self.problems if self.paths else ()
        return replace(
            record,
            image_path=self.paths[0] if self.paths else None,
            more_images=self.paths[1:],
            urls=self.urls,
            picture_problem=None if self.paths else next(iter(self.problems), None),
            warnings=(
                *record.warnings,
                *(problem.as_warning(record.file, record.line, record.item.item_id) for problem in warnings),
            ),
        )


class PictureFiles:
    """The picture files of one catalogue, and where ``downloads`` is given those that were fetched by URL.

    The folder is walked once, when the first reference is not there literally.
    """

    def __init__(self, folder: Path, downloads: Path | None = None) -> None:
        self._folder, self._downloads = os.path.abspath(folder), downloads  # noqa: PTH100 - strings are faster
        self._root = os.path.realpath(folder)
        self._real_folder = lru_cache(maxsize=4096)(os.path.realpath)
        self._open = ExitStack()
        self._state: DownloadState | None = None

    def find(self, references: Sequence[str], item_id: str) -> list[Path]:
        """The files that ``references`` name; without any, the file that is named like the item.

        Raises ``RowError`` ``image-outside`` for a path with ``..`` or a link that leads out of the folder, and where
        nothing but an absolute path outside is named.
        """
        return list(self.look_up(references, item_id).paths)

    def urls(self, references: Sequence[str]) -> list[str]:
        """The http and https URLs among ``references``, each once."""
        return list(dict.fromkeys(one for cell in references for one in split_cell(cell) if is_web(one)))

    def look_up(self, references: Sequence[str], item_id: str) -> FoundPictures:
        """As ``find``, with what a download may fetch and what was not found."""
        wanted = [one for cell in references for one in split_cell(cell)][:MAX_PICTURES]
        found = [part for one in wanted for part in self._reference(one)]
        if not any(part.paths for part in found) and all(map(is_url, wanted)):
            named = self._named_like(item_id)
            found = [named, *found] if named.paths or not wanted else found
        paths = tuple(dict.fromkeys(path for part in found for path in part.paths))
        urls = tuple(dict.fromkeys(url for part in found for url in part.urls))
        problems = tuple(problem for part in found for problem in part.problems)
        if not paths and problems and problems[0].code == "image-outside":
            raise problems[0]
        return FoundPictures(paths, urls, problems)

    def close(self) -> None:
        """Delete the index."""
        self._open.close()

    @cached_property
    def _index(self) -> PictureIndex:
        index = PictureIndex(self._folder)
        self._open.callback(index.close)
        return index

    def _failure(self, url: str) -> tuple[RowError, ...]:
        """Why ``url`` could not be fetched the last time. The state may come into being between two calls."""
        if self._state is None:
            with suppress(sqlite3.Error):  # it says only why something is missing
                self._state = self._open.enter_context(state_of(self._downloads))
        failure = self._state.failure(url) if self._state else None
        if failure is None:
            return ()
        return (RowError("download-failed", f"{url[:200]}: {failure.message}", failure.remedy),)

    def _reference(self, reference: str) -> Iterator[FoundPictures]:
        """A URL, a file, or several files of which the separators may be part of a name."""
        if is_web(reference):
            yield self._web(reference)
            return
        found = self._file(reference)
        pieces = parts_of(reference)
        if found.paths or len(pieces) < 2 or is_url(reference):
            yield found
            return
        at = 0
        while at < min(len(pieces), MAX_PICTURES):
            taken, found = self._longest(pieces, at)
            at += taken
            if found.paths or found.problems:
                yield found

    def _longest(self, pieces: Sequence[str], at: int) -> tuple[int, FoundPictures]:
        """How many pieces from ``at`` on name a file together, the most first, and that file; else the first alone."""
        for end in range(min(len(pieces), at + _MAX_JOINED), at + 1, -1):
            found = self._file(without_separator("".join(pieces[at:end])))
            if found.paths:
                return end - at, found
        name = without_separator(pieces[at])
        return 1, self._file(name) if name else FoundPictures()

    def _web(self, url: str) -> FoundPictures:
        """What was downloaded from ``url``, else the file of its name."""
        failure: tuple[RowError, ...] = ()
        if self._downloads is not None:
            path, failure = picture_path(self._downloads, url), self._failure(url)
            if path.is_file():
                return FoundPictures((path,), (url,), failure)
        local = self._file(url)
        if local.paths:
            return local
        ambiguous = tuple(problem for problem in local.problems if problem.code == "image-ambiguous")
        missing = RowError(
            "image-url",
            f"The picture is at {url[:200]} and no file here has that name.",
            "Fetch it with --download, or put the file into the catalogue's folder.",
        )
        return FoundPictures((), (url,), failure or ambiguous or (missing,))

    def _file(self, reference: str) -> FoundPictures:
        """The file that a path or a URL names."""
        is_address = is_url(reference)
        name = urlsplit(reference).path if is_address else _as_path(reference)
        if not is_address:
            for one in _spellings(name):
                if (path := self._literal(one)) is not None:
                    return FoundPictures((path,))
        for one in dict.fromkeys(_spellings(name)):
            match = self._index.find(one)
            if match and (
                is_address or match.exact or len(parts_of(one.rpartition("/")[0])) < 2
            ):  # else it may be several paths
                return self._matched(match, reference, name)
        if not is_address and os.path.isabs(reference):  # noqa: PTH117
            return FoundPictures(problems=(outside(reference),))
        missing = f"The picture {name[-200:]!a} is not there."
        return FoundPictures(problems=(RowError("image-missing", missing, "Add it, or correct the name."),))

    def _literal(self, name: str) -> Path | None:
        """The file at ``name`` in the folder or in ``images``. Raises ``RowError`` ``image-outside``."""
        for place in _PLACES:
            path = os.path.join(self._folder, place, name)  # noqa: PTH118
            mode = _mode(path)
            if ".." in name.split("/") or mode:
                real = self._inside(path, is_link=not mode or stat.S_ISLNK(mode))
                if stat.S_ISREG(mode) or os.path.isfile(real):  # noqa: PTH113
                    return Path(real)
        return None

    def _inside(self, path: str, *, is_link: bool = True) -> str:
        """The real path of ``path``, which may be a link. Raises ``RowError`` ``image-outside``."""
        folder, name = os.path.split(path)
        if name in ("", "..") or is_link:
            real = os.path.realpath(path)
        else:
            real = os.path.join(self._real_folder(folder), name)  # noqa: PTH118
        if real != self._root and not real.startswith(self._root.rstrip(os.sep) + os.sep):
            raise outside(path)
        return real

    def _matched(self, match: Match, reference: str, name: str) -> FoundPictures:
        """The only file that fits; a name alone stands for one reference, since ``a/1.jpg`` is not ``b/1.jpg``."""
        first = match.paths[0]
        if len(match.paths) > 1:
            places = ", ".join(match.paths[:3])
            return _ambiguous(f"{len(match.paths):,} files have the name of {name[-200:]!a}: {places[:200]!a}.")
        whole = reference.partition("?")[0]
        if not match.exact and (other := self._index.claim(first, whole)) != whole:
            return _ambiguous(f"The file {first[-200:]!a} may be that of {whole[-200:]!a} or of {other[-200:]!a}.")
        return FoundPictures((Path(self._inside(os.path.join(self._folder, first))),))  # noqa: PTH118

    def _named_like(self, item_id: str) -> FoundPictures:
        """The file that is named like the item; of several, the one in the folder itself or in ``images``."""
        match = self._index.find(item_id)
        if match and len(match.paths) == 1:
            return self._matched(match, item_id, item_id)
        for suffix in IMAGE_SUFFIXES:
            if (path := self._literal(f"{item_id}{suffix}")) is not None:
                return FoundPictures((path,))
        return self._matched(match, item_id, item_id) if match else FoundPictures()


def _mode(path: str) -> int:
    """The mode of what is at ``path``, of a link itself; 0 where nothing is."""
    try:
        return os.lstat(path).st_mode  # one call for each of many pictures
    except (OSError, ValueError):
        return 0


def _ambiguous(message: str) -> FoundPictures:
    problem = RowError("image-ambiguous", message, "Write the path from the catalogue's folder.")
    return FoundPictures(problems=(problem,))


def _as_path(reference: str) -> str:
    """A path with slashes from the catalogue's folder: no drive, no share, no leading slash."""
    return re.sub(r"^[A-Za-z]:(?=[\\/])", "", reference).replace("\\", "/").lstrip("/")


def _spellings(name: str) -> Iterator[str]:
    """``name``, without ``%20`` and the like, and without what follows ``?`` or ``#``."""
    yield name
    yield unquote(name)
    bare = re.split(r"[?#]", name, maxsplit=1)[0]
    yield bare
    yield unquote(bare)
