"""The lock file of pulled weights: the SHA-256 of every file at its first pull, which later pulls must match.

It is ``weights.lock.json`` in the cache folder (``DEEPSTYLE_CACHE_DIR``), for people to read, copy and compare.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from deepstyle.errors import ModelError
from deepstyle.files import locked, read_text, write_atomic
from deepstyle.style.spec import first_problem

LOCK_FILE: Final = "weights.lock.json"


@dataclass(frozen=True, slots=True)
class Pulled:
    """What was pulled under a name: the repository, its commit, and the SHA-256 of each file by its name there.

    ``model`` describes a model that is not in the table of published models, as the hub's configuration did.
    """

    repository: str
    revision: str
    files: Mapping[str, str]
    model: dict[str, Any] | None = None


_LOCK: Final = TypeAdapter(dict[str, Pulled])


def lock_path(cache_dir: Path) -> Path:
    """The lock file of a cache folder."""
    return cache_dir / LOCK_FILE


def read_lock(cache_dir: Path) -> dict[str, Pulled]:
    """All that was pulled, by name; empty without a lock file. Raises ``ModelError`` where it cannot be read."""
    path = lock_path(cache_dir)
    try:
        return _LOCK.validate_json(read_text(path))
    except (FileNotFoundError, NotADirectoryError):  # what is to be written there later says that it cannot
        return {}
    except ValidationError as error:
        raise ModelError(f"{path} cannot be read: {first_problem(error)}.", remedy=_remedy(path)) from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", remedy=_remedy(path)) from error


def record(cache_dir: Path, name: str, pulled: Pulled) -> None:
    """Add what was pulled under ``name``, or raise ``ModelError`` where it is not what was pulled before."""
    path = lock_path(cache_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.with_suffix(".guard")):
        entries = read_lock(cache_dir)
        if name in entries:
            enforce(cache_dir, name, pulled.files, entries[name])
            return
        entries[name] = pulled
        fields = {name: _fields(entry) for name, entry in sorted(entries.items())}
        write_atomic(path, (json.dumps(fields, indent=2) + "\n").encode())


def enforce(cache_dir: Path, name: str, found: Mapping[str, str], expected: Pulled) -> None:
    """Raise ``ModelError`` naming the first file whose SHA-256 is not the one of the first pull."""
    for file in sorted(expected.files.keys() | found.keys()):
        was, now = expected.files.get(file, "missing"), found.get(file, "missing")
        if was != now:
            path = lock_path(cache_dir)
            raise ModelError(
                f"{name}: {file} of {expected.repository} has changed: its SHA-256 is {now}, {path} says {was}.",
                remedy=f'Find out why before you trust it. To accept it, remove "{name}" from {path} and pull again.',
            )


def _fields(entry: Pulled) -> dict[str, Any]:
    return {name: value for name, value in dataclasses.asdict(entry).items() if value is not None}


def _remedy(path: Path) -> str:
    return f"Restore {path}, or delete it and pull the weights again."
