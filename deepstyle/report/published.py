"""Reports that an operator publishes: a folder each, with ``report.json`` in one shape, and figures beside it.

::

    {"title": "How good is the search?", "date": "2026-11-23T15:00:00Z",
     "command": "deepstyle evaluate search --publish search",
     "rows": [{"task": "another colour", "queries": 400, "measure": "recall@10", "deepstyle": 0.59, "chance": 0.01}]}

``rows`` is a table: text, numbers, true, false or null, under the same keys in every row.
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
    """A report as it lies in its folder; ``date`` is ISO 8601 in UTC, ``files`` its files' names."""

    name: str
    title: str
    date: str
    command: str
    rows: tuple[Row, ...]
    files: tuple[str, ...] = ()


def describe(title: str, rows: Sequence[Row], arguments: Sequence[str]) -> dict[str, Any]:
    """What ``report.json`` says: ``arguments`` are the command line's, after the program's name."""
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    return {
        "title": title,
        "date": now.isoformat().replace("+00:00", "Z"),
        "command": command_line(arguments),
        "rows": [dict(row) for row in rows],
    }


def command_line(arguments: Sequence[str]) -> str:
    """The command as it was typed, but for what a visitor need not know: the store, and folders of this machine."""
    return shlex.join(["deepstyle", *map(_shown, arguments)])


def _shown(argument: str) -> str:
    name, equals, value = argument.partition("=") if argument.startswith("--") else ("", "", argument)
    if "://" in value or "@" in value:
        value = "STORE"
    elif "/" in value:
        value = Path(value).name
    return name + equals + value


def publish(
    folder: Path, name: str, told: Mapping[str, Any], files: Mapping[str, bytes] = MappingProxyType({})
) -> Path:
    """Write the report ``name`` below ``folder``, ``report.json`` last: until then the one before is told.

    Raises ``UsageError`` for a name that is not of letters, digits, ``-`` and ``_``.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot name a report.", remedy="Use letters, digits, - and _.")
    report = (json.dumps(told, indent=2, allow_nan=False) + "\n").encode()
    write_together(folder / name, {**files, REPORT_FILE: report})
    return folder / name


def list_published(folder: Path) -> list[Published]:
    """The readable reports below ``folder``, newest first; what is no report is passed over."""
    found = [read_published(entry) for entry in _folders(folder)]
    return sorted((one for one in found if one), key=lambda one: (one.date, one.name), reverse=True)


def published_file(folder: Path, name: str, file: str) -> Path | None:
    """The file of a report, ``None`` where there is none: both names are looked for among those that are there."""
    report = next((entry for entry in _folders(folder) if entry.name == name), None)
    return next((entry for entry in _files(report) if entry.name == file), None) if report else None


def read_published(folder: Path) -> Published | None:
    """The report in ``folder``, ``None`` where its ``report.json`` is missing or is none."""
    files = {entry.name: entry for entry in _files(folder)}
    if REPORT_FILE not in files:
        return None
    try:
        told = json.loads(files[REPORT_FILE].read_bytes())
        return Published(
            folder.name,
            _text(told["title"]),
            _text(told["date"]),
            _text(told["command"]),
            tuple(_row(row) for row in told["rows"]),
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


def _row(told: Any) -> Row:
    if not isinstance(told, dict) or not all(isinstance(cell, Cell) for cell in told.values()):
        raise DataError("a row is no table row.")
    return told


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise DataError("a text is no text.")
    return told
