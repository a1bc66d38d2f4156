"""Everything that is stored of a person, as a ZIP of JSON that machines and people can read."""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import IO, Any, Final

from deepstyle.people.base import Record, Table, all_records
from deepstyle.people.holders import HOLDERS, Holder
from deepstyle.people.merchandising.changes import AUDIT, by_account
from deepstyle.people.merge import owners_of
from deepstyle.people.opened import People
from deepstyle.people.sealed import fields_of
from deepstyle.people.tables import TABLES

FORMAT: Final = "deepstyle person 1"
MANIFEST: Final = "manifest.json"
_SCHEMA: Final = {
    "key": "the record's key in its table",
    "created": "when it was first written, UTC",
    "expires": "when it is deleted, UTC; null where it has no such time",
    "fields": "what is stored, decrypted; what secures the account, such as the password's hash, is left out",
}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of the ZIP: what is in it, why that is stored and for how long, and the SHA-256 of its bytes."""

    name: str
    purpose: str
    kept: str
    records: int
    sha256: str
    schema: Mapping[str, str] = field(default_factory=dict, hash=False)


def export_person(people: People, person_id: str, to: IO[bytes], *, holders: Sequence[Holder] = HOLDERS) -> None:
    """Write a ZIP of all that is stored of a person and of the pseudonyms that she signed in with.

    One file of JSON lines for each table and place that has something, and ``manifest.json``. ``to`` need not be
    seekable. Raises ``ErasedError`` for a person whose key is gone.
    """
    owners = owners_of(people, person_id)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        files = [
            written
            for name, purpose, kept, schema, rows in _contents(people, owners, holders)
            if (written := _write(archive, ExportedFile(f"{name}.jsonl", purpose, kept, 0, "", schema), rows))
        ]
        archive.writestr(MANIFEST, json.dumps(_manifest(person_id, files), indent=2, ensure_ascii=False))


Content = tuple[str, str, str, Mapping[str, str], Iterator[Mapping[str, Any]]]


def _contents(people: People, owners: Sequence[str], holders: Sequence[Holder]) -> Iterator[Content]:
    for table in TABLES.values():
        rows = _changes_by(people, owners) if table.name == AUDIT else _records(people, table, owners)
        yield table.name, table.purpose, table.kept, _SCHEMA, rows
    for holder in holders:
        yield (
            holder.name,
            holder.purpose,
            holder.kept(people.settings),
            holder.schema,
            iter(holder.export(people, owners)),
        )


def _records(people: People, table: Table, owners: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    for owner in owners:
        after = ""
        while page := people.store.owned(table.name, owner, after=after):
            for record in page:
                yield _exported(people, table, record)
            after = page[-1].key


def _changes_by(people: People, owners: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """What somebody of the staff changed: the log belongs to nobody, and names her account."""
    names = {by_account(owner) for owner in owners}
    for record in all_records(people.store, AUDIT):
        if record.fields["who"] in names:
            yield _exported(people, TABLES[AUDIT], record)


def _exported(people: People, table: Table, record: Record) -> Mapping[str, Any]:
    fields = fields_of(people, table.name, record)
    return {
        "key": record.key,
        "created": _time(record.created_s),
        "expires": None if record.expires_s is None else _time(record.expires_s),
        "fields": {name: value for name, value in fields.items() if name not in table.secret},
    }


def _write(archive: zipfile.ZipFile, file: ExportedFile, rows: Iterator[Mapping[str, Any]]) -> ExportedFile | None:
    """Write rows as JSON lines; nothing where there are none."""
    first = next(rows, None)
    if first is None:
        return None
    digest, count = hashlib.sha256(), 0
    with archive.open(file.name, "w") as to:
        for row in chain([first], rows):
            line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
            to.write(line)
            digest.update(line)
            count += 1
    return ExportedFile(file.name, file.purpose, file.kept, count, digest.hexdigest(), file.schema)


def _manifest(person_id: str, files: Sequence[ExportedFile]) -> Mapping[str, Any]:
    return {
        "format": FORMAT,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "person_id": person_id,
        "files": [asdict(file) for file in files],
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
