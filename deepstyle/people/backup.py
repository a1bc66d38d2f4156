"""Back up and restore the store of people: one file of JSON lines, as of one moment, verified by its digest.

Every store writes and reads the same file, so people also move from SQLite to MongoDB by it. The personal fields in it
are encrypted; their keys are in no backup. Sessions and one-time links are left out. Whoever was erased since the
backup is left out when it is restored, before the first record can be read.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final

from deepstyle.errors import DataError, UsageError
from deepstyle.files import atomic_file, open_regular
from deepstyle.people.base import MAX_RECORD_BYTES, Record
from deepstyle.people.opened import People
from deepstyle.people.tables import FACTS, TABLES
from deepstyle.people.tombstones import TOMBSTONES, apply_tombstones, erased_digests, without_erased

FORMAT: Final = "deepstyle people 1"
MAX_LINE_BYTES: Final = 8 * MAX_RECORD_BYTES
Rows = Iterator[tuple[str, Record]]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup: when it was written, how many records it has, and the SHA-256 of their lines."""

    created_s: float
    records: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup brought back, and how many of its records belonged to people who were erased since."""

    records: int
    left_out: int


def back_up(people: People, path: Path) -> Backup:
    """Write a backup that only this user may read; ``path`` has the old content or all of the new, never a part."""
    created_s = time.time()
    with atomic_file(path, is_private=True) as file:
        _write_line(file, {"format": FORMAT, "created_s": created_s, "vault": people.vault.fingerprint})
        digest, count = hashlib.sha256(), 0
        for table, record in people.store.snapshot():
            if TABLES[table].is_backed_up:
                digest.update(_write_line(file, {"table": table, **asdict(record)}))
                count += 1
        _write_line(file, {"records": count, "sha256": digest.hexdigest()})
    return Backup(created_s, count, digest.hexdigest())


def restore(people: People, path: Path, *, is_replaced: bool = False) -> Restored:
    """Replace the store by a backup, without anybody who was erased since, in one step.

    ``is_replaced`` allows that records which the store has now are lost. Raises ``DataError`` where the file is no
    whole backup of this store, ``UsageError`` where the store has people.
    """
    backup = verified(people, path)
    if not is_replaced and people.store.count("people"):
        raise UsageError(
            "the store has people, whom a restored backup would replace.", remedy="Repeat with --replace, or move it."
        )
    digests = erased_digests(people)
    left = sum(1 for _ in without_erased(people.vault, digests, _rows(path)))
    stored = people.store.replace(_merged(people, path, digests))
    apply_tombstones(people)  # of whoever was erased while the backup was read
    people.store.purge()
    return Restored(stored, backup.records - left)


def verified(people: People, path: Path) -> Backup:
    """Read a backup whole; raises ``DataError`` where it is damaged, unfinished or another store's."""
    with open_regular(path) as file:
        head = _parsed(path, file.readline(MAX_LINE_BYTES))
        if head.get("format") != FORMAT:
            raise DataError(f"{path} is no backup of people.", remedy="Give a file of `deepstyle people backup`.")
        if head.get("vault") != people.vault.fingerprint:
            raise DataError(
                f"{path} is encrypted by other keys.", remedy="Set DEEPSTYLE_PEOPLE_KEYS to the keys of its store."
            )
        digest, count = hashlib.sha256(), 0
        while line := file.readline(MAX_LINE_BYTES):
            found = _parsed(path, line)
            if "sha256" in found:
                if (found["sha256"], found.get("records")) == (digest.hexdigest(), count) and not file.read(1):
                    return Backup(float(head.get("created_s", 0)), count, digest.hexdigest())
                break
            _row(path, found)
            digest.update(line)
            count += 1
    raise DataError(f"{path} is damaged or unfinished.", remedy="Restore another backup.")


def _merged(people: People, path: Path, digests: set[str]) -> Rows:
    """The backup's records without those of the erased, and the present tombstones and facts."""
    own = [(table, record) for table, record in people.store.snapshot() if table in (TOMBSTONES, FACTS)]
    there = {(table, record.key) for table, record in own}
    yield from own
    for table, record in without_erased(people.vault, digests, _rows(path)):
        if (table, record.key) not in there and table in TABLES:
            yield table, record


def _rows(path: Path) -> Rows:
    with open_regular(path) as file:
        file.readline(MAX_LINE_BYTES)
        while "sha256" not in (found := _parsed(path, file.readline(MAX_LINE_BYTES))):
            yield _row(path, found)


def _row(path: Path, found: dict[str, Any]) -> tuple[str, Record]:
    try:
        table = str(found.pop("table"))
        return table, Record(**found)
    except (KeyError, TypeError) as error:
        raise DataError(f"{path} has a line that is no record.", remedy="Restore another backup.") from error


def _parsed(path: Path, line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} has a line that is no JSON.", remedy="Restore another backup.") from error
    if not isinstance(found, dict):
        raise DataError(f"{path} has a line that is no record.", remedy="Restore another backup.")
    return found


def _write_line(file: IO[bytes], value: dict[str, Any]) -> bytes:
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    file.write(line)
    return line
