"""Reports that an operator publishes: one folder each, with a ``report.json`` of one shape and the figures beside it.

::

    {"title": "How good is the search?", "date": "2026-11-23T15:00:00Z",
     "command": "deepstyle evaluate search --publish search",
     "rows": [{"task": "another colour", "queries": 400, "measure": "recall@10", "deepstyle": 0.59, "chance": 0.01}]}

``rows`` is a table: every row has the same keys, with text, numbers, true, false or null as values.
"""

import datetime
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from deepstyle.errors import DataError, UsageError
from deepstyle.files import write_together

REPORT_FILE: Final = "report.json"
MEDIA_TYPES: Final = MappingProxyType({".json": "application/json", ".png": "image/png", ".html": "text/html"})
MAX_FILE_BYTES: Final = 32 * 1024 * 1024
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.(json|png|html)")

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Published:
    """A published report; ``date`` is ISO 8601 in UTC, ``files`` are the names of the files in its folder."""

    name: str
    title: str
    date: str
    command: str
    rows: tuple[Row, ...]
    files: tuple[str, ...] = ()


def describe(title: str, rows: Sequence[Row], arguments: Sequence[str]) -> dict[str, Any]:
    """The content of ``report.json``; ``arguments`` are the command line's, without the program's name."""
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    return {
        "title": title,
        "date": now.isoformat().replace("+00:00", "Z"),
        "command": command_line(arguments),
        "rows": [dict(row) for row in rows],
    }


def command_line(arguments: Sequence[str]) -> str:
    """The command as it was typed, without what visitors need not know: the store and the folders of this machine."""
    return shlex.join(["deepstyle", *map(_shown, arguments)])


def _shown(argument: str) -> str:
    name, equals, value = argument.partition("=") if argument.startswith("--") else ("", "", argument)
    if "://" in value or "@" in value:
        value = "STORE"
    elif "/" in value:
        value = Path(value).name
    return name + equals + value


def publish(
    folder: Path, name: str, content: Mapping[str, Any], files: Mapping[str, bytes] = MappingProxyType({})
) -> Path:
    """Write the report ``name`` below ``folder``, ``report.json`` last: until then the previous report is shown.

    Raises ``UsageError`` for a name with other characters than letters, digits, ``-`` and ``_``.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot name a report.", remedy="Use letters, digits, - and _.")
    report = (json.dumps(content, indent=2, allow_nan=False) + "\n").encode()
    write_together(folder / name, {**files, REPORT_FILE: report})
    return folder / name


def list_published(folder: Path) -> list[Published]:
    """The readable reports below ``folder``, newest first; other files and folders are skipped."""
    found = [read_published(entry) for entry in _folders(folder)]
    return sorted((one for one in found if one), key=lambda one: (one.date, one.name), reverse=True)


def published_file(folder: Path, name: str, file: str) -> Path | None:
    """The path of a report's file, ``None`` where there is none; both names are compared with those in the folder."""
    report = next((entry for entry in _folders(folder) if entry.name == name), None)
    return next((entry for entry in _files(report) if entry.name == file), None) if report else None


def read_published(folder: Path) -> Published | None:
    """The report in ``folder``, ``None`` where ``report.json`` is missing or invalid."""
    files = {entry.name: entry for entry in _files(folder)}
    if REPORT_FILE not in files:
        return None
    try:
        content = json.loads(files[REPORT_FILE].read_bytes())
        return Published(
            folder.name,
            _text(content["title"]),
            _text(content["date"]),
            _text(content["command"]),
            tuple(_row(row) for row in content["rows"]),
            tuple(files),
        )
    except (OSError, ValueError, KeyError, TypeError, DataError, RecursionError):
        return None


def _folders(folder: Path) -> list[Path]:
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    return [entry for entry in entries if _NAME.fullmatch(entry.name) and entry.is_dir() and not entry.is_symlink()]


def _files(folder: Path) -> list[Path]:
    return [
        entry
        for entry in sorted(folder.iterdir())
        if _FILE.fullmatch(entry.name)
        and not entry.is_symlink()
        and entry.is_file()
        and entry.stat().st_size <= MAX_FILE_BYTES
    ]


def _row(row: Any) -> Row:
    if not isinstance(row, dict) or not all(isinstance(cell, Cell) for cell in row.values()):
        raise DataError("expected an object of texts, numbers, true, false or null.")
    return row


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise DataError("expected a string.")
    return value
