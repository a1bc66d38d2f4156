"""Check the embedded store's file: its pages, the digest of every row, pictures, vectors, references and index files.

SQLite's own check covers the structure: every byte of a page is accounted for, every row has its entry in every index,
so no row can be hidden. The rows' digests cover what it does not: the values.
"""

import contextlib
import hashlib
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import numpy as np

from deepstyle.errors import StoreError
from deepstyle.store.base import CheckReport, Finding, Kind, Progress
from deepstyle.store.check import not_of_unit_norm, sound_look, sound_suggestions
from deepstyle.store.columns_follow import columns_path, verify_columns
from deepstyle.store.database import UNREADABLE, Database
from deepstyle.store.embedded_words import words_fault
from deepstyle.store.index import verify_index
from deepstyle.store.integrity import items_to_import, picture_fault
from deepstyle.store.item_values import ITEM_FIELDS, stored_item
from deepstyle.store.migrations import create_tables
from deepstyle.store.pictures import picture_position
from deepstyle.store.rows import verify_rows
from deepstyle.store.schema import DIGESTED, digest_of_row
from deepstyle.store.space_files import index_path, rows_path

EVERY: Final = 256
ALTERED: Final = "is not what was written"
_ROW: Final = re.compile(r"row (\d+) missing from index (\w+)")


Outside = Callable[[str], bytes | None]
"""Reads a picture that is not in the file; raises ``StoreError`` where it cannot be known whether it is there."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A finding, and the ``keys`` by which its repair finds the rows; a file's has none."""

    finding: Finding
    keys: dict[str, Any] = field(default_factory=dict)


@dataclass
class Content:
    """What the steps of one check read: each learns from those before it."""

    connection: sqlite3.Connection
    database: Database
    report: Progress
    outside: Outside
    item_ids: dict[int, str] = field(default_factory=dict)
    sha256s: dict[int, str] = field(default_factory=dict)
    pictured: set[tuple[int, int]] = field(default_factory=set)
    """The key and position of every picture that an item should have."""
    altered: set[int] = field(default_factory=set)
    spaces: dict[int, tuple[str, int]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def rows(self, table: str, key: str) -> Iterator[tuple[Any, bool, list[Any]]]:
        """Each row's ``key``, whether it is what was written, and its digested values; read from the table itself."""
        columns = DIGESTED[table]
        total = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - constants only
        found = self.connection.execute(f"SELECT {key}, digest, {columns} FROM {table} NOT INDEXED")  # noqa: S608
        for done, (value, digest, *values) in enumerate(found):
            if done % EVERY == 0:
                self.report(table, done, total)
            yield value, digest == digest_of_row(table, values), values


def damage(kind: Kind, item_id: str, message: str, **keys: Any) -> Damage:
    """A ``Damage`` with its ``Finding``."""
    return Damage(Finding(kind, item_id, message), keys)


def read_damage(
    database: Database, connection: sqlite3.Connection, report: Progress, outside: Outside
) -> tuple[Content, list[Damage]]:
    """All damage in the file that ``connection`` reads, and in its index files."""
    content = Content(connection, database, report, outside)
    text_factory, connection.text_factory = connection.text_factory, _lenient
    found: list[Damage] = []
    try:
        for step in STEPS:
            try:
                found.extend(step(content))
            except (sqlite3.DatabaseError, *UNREADABLE) as error:
                found.append(damage("file", "", f"cannot be read to its end ({step.__name__.strip('_')}): {error}"))
    finally:
        connection.text_factory = text_factory
    return content, found


def report_of(content: Content, found: list[Damage], *, repaired: bool) -> CheckReport:
    """What was read and found."""
    findings = tuple(one.finding for one in found)
    names = ("images", "vectors", "mappings", "facts", "stale_suggestions", "looks", "stale_looks")
    counts = {name: content.counts[name] for name in names}
    again = items_to_import(findings)
    return CheckReport(items=len(content.item_ids), **counts, findings=findings, import_again=again, repaired=repaired)


def _lenient(text: bytes) -> str:
    return text.decode(errors="backslashreplace")


def _pages(content: Content) -> Iterator[Damage]:
    """What SQLite says of its pages and indexes, naming the item where a row is named."""
    content.report("pages", 0, 1)
    for (message,) in content.connection.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield damage("file", _item_of_row(content.connection, message), message)
    for table, row, parent, _ in content.connection.execute("PRAGMA foreign_key_check"):
        yield damage("file", "", f"row {row} of {table} has no {parent}")


def _item_of_row(connection: sqlite3.Connection, message: str) -> str:
    named = _ROW.match(message)
    if named is None:
        return ""
    row, index = named.groups()
    table = connection.execute("SELECT tbl_name FROM sqlite_schema WHERE name = ?", (index,)).fetchone()
    queries = {
        ("items",): "SELECT item_id FROM items NOT INDEXED WHERE item_key = ?",
        ("pictures",): "SELECT item_id FROM pictures JOIN items USING (item_key) WHERE picture_key = ?",
        ("vectors",): "SELECT item_id FROM vectors JOIN items USING (item_key) WHERE vector_key = ?",
    }
    found = connection.execute(queries[table], (int(row),)).fetchone() if table in queries else None
    return str(found[0]) if found else ""


def _tables(content: Content) -> Iterator[Damage]:
    """The tables' definitions, and their last assigned keys."""
    query = "SELECT type, name, tbl_name, sql FROM sqlite_schema"
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        create_tables(fresh)
        expected = set(fresh.execute(query))
    for kind, name, *_ in set(content.connection.execute(query)) ^ expected:
        yield damage("file", "", f"the definition of {kind} {name} {ALTERED}")
    for table, key in (("items", "item_key"), ("spaces", "space_key"), ("vectors", "vector_key")):
        query = f"SELECT max({key}) > (SELECT seq FROM sqlite_sequence WHERE name = ?) FROM {table}"  # noqa: S608
        if content.connection.execute(query, (table,)).fetchone()[0]:
            yield damage("file", "", f"the last key of {table} {ALTERED}")


def _revision(content: Content) -> Iterator[Damage]:
    rows = list(content.rows("revision", "rowid"))
    newest = "SELECT max(revision) FROM (SELECT revision FROM items UNION ALL SELECT revision FROM vectors)"
    last = content.connection.execute(newest).fetchone()[0] or 0
    if len(rows) != 1 or not rows[0][1] or rows[0][2][0] < last:
        yield damage("file", "", f"the revision {ALTERED}", revision=last)


def _spaces(content: Content) -> Iterator[Damage]:
    for key, sound, (space, dimension) in content.rows("spaces", "space_key"):
        content.spaces[key] = (str(space), dimension if sound else 0)
        if not sound:
            yield damage("space", "", f"the space {space} {ALTERED}", space_key=key)


def _items(content: Content) -> Iterator[Damage]:
    places = [DIGESTED["items"].split(", ").index(name) for name in ("item_id", "sha256")]
    item_id, sha256 = places
    for key, sound, values in content.rows("items", "item_key"):
        content.item_ids[key] = str(values[item_id])
        if not sound or not _is_item(values[item_id : item_id + len(ITEM_FIELDS)]):
            content.altered.add(key)
        elif values[sha256] is not None:
            content.sha256s[key] = values[sha256]
    indexed = _indexed_ids(content.connection) if content.altered else {}
    for key in content.altered:
        stored = content.item_ids[key]
        content.item_ids[key] = indexed.get(key, stored)
        yield damage("item", content.item_ids[key], f"the row of item {stored!r} {ALTERED}", item_key=key)


def _is_item(values: list[Any]) -> bool:
    """Whether an item can be read: one that was damaged before its row had a digest cannot."""
    try:
        stored_item(values)
    except StoreError:
        return False
    return True


def _indexed_ids(connection: sqlite3.Connection) -> dict[int, str]:
    """The items' ids as the index repeats them: where it is the id that was altered, the item's true name."""
    return dict(connection.execute("SELECT item_key, item_id FROM items INDEXED BY sqlite_autoindex_items_1"))


def _pictures(content: Content) -> Iterator[Damage]:
    for done, (key, sha256) in enumerate(content.sha256s.items()):
        if done % EVERY == 0:
            content.report("pictures", done, len(content.sha256s))
        content.pictured.add((key, 0))
        if fault := _picture_fault(content, f"image_bytes WHERE item_key = {key:d}", sha256):
            yield damage("picture", content.item_ids[key], fault, item_key=key)
        content.counts["images"] += 1
    query = "SELECT item_key FROM image_bytes EXCEPT SELECT item_key FROM items WHERE sha256 IS NOT NULL"
    for (key,) in content.connection.execute(query):
        yield damage("picture", content.item_ids.get(key, ""), "the picture belongs to no item", item_key=key)


def _more_pictures(content: Content) -> Iterator[Damage]:
    places = set()
    for key, sound, (item_key, position, sha256, *_) in content.rows("pictures", "picture_key"):
        fault = f"the row {ALTERED}" if not sound else ""
        fault = fault or _picture_fault(content, f"pictures WHERE picture_key = {key:d}", sha256)
        content.counts["images"] += 1
        places.add((item_key, position))
        if fault:
            yield _lost_picture(content, item_key, position, fault)
    for item_key, position in sorted(places):
        if position > 1 and (item_key, position - 1) not in places:
            yield _lost_picture(content, item_key, position, "the picture before it is not there")
    content.pictured |= places


def _lost_picture(content: Content, item_key: int, position: int, fault: str) -> Damage:
    item_id = content.item_ids.get(item_key, "")
    return damage("picture", item_id, f"picture {position}: {fault}", item_key=item_key, position=position)


def _picture_fault(content: Content, where: str, sha256: str) -> str:
    """What is wrong with the picture in the row ``where``, ``""`` where nothing is."""
    try:
        row = content.connection.execute(f"SELECT data FROM {where}").fetchone()  # noqa: S608 - names and keys only
    except sqlite3.DatabaseError as error:
        return f"the picture cannot be read: {error}"
    data = content.outside(sha256) if row == (b"",) else row and row[0]
    if data is None:
        return "the picture is not there"
    if not isinstance(data, bytes) or hashlib.sha256(data).hexdigest() != sha256:
        return f"the picture {ALTERED}"
    return picture_fault(data)


def _vectors(content: Content) -> Iterator[Damage]:
    for vector_key, sound, values in content.rows("vectors", "vector_key"):
        space_key, item_key, _, vector = values
        space, dimension = content.spaces.get(space_key, ("", 0))
        content.counts["vectors"] += 1
        fault = "" if sound else ALTERED
        pictured = (item_key, picture_position(space)) in content.pictured or item_key in content.altered
        if not fault and not pictured:
            fault = "belongs to no item with a picture"
        if not fault and (len(vector) != 4 * dimension or not_of_unit_norm(np.frombuffer(vector, "<f4")[None]).size):
            fault = f"is not of unit norm and {dimension} dimensions"
        if fault:
            item_id = content.item_ids.get(item_key, "")
            keys = {"vector_key": vector_key, "item_key": item_key}
            yield damage("vector", item_id, f"the vector in the space {space!r} {fault}", **keys)


def _mappings(content: Content) -> Iterator[Damage]:
    known = set(content.item_ids.values())
    for _, sound, (item_key, item_ids) in content.rows("compatible", "item_key"):
        content.counts["mappings"] += 1
        item_id = content.item_ids.get(item_key, "")
        try:
            suggested = sound_suggestions(item_id, item_ids)
        except StoreError:
            sound = False
        if not sound or not item_id:
            fault = "belongs to no item" if sound else ALTERED
            yield damage("mapping", item_id, f"the mapping {fault}", item_key=item_key)
            continue
        content.counts["stale_suggestions"] += len(set(suggested) - known)


def _facts(content: Content) -> Iterator[Damage]:
    for key, sound, _ in content.rows("meta", "key"):
        content.counts["facts"] += 1
        if not sound:
            yield damage("fact", "", f"the fact {key!r} {ALTERED}", key=key)


def _looks(content: Content) -> Iterator[Damage]:
    known, indexed = set(content.item_ids.values()), defaultdict(set)
    for look_key, item_id in content.connection.execute("SELECT look_key, item_id FROM look_items"):
        indexed[look_key].add(item_id)
    for key, sound, values in content.rows("looks", "look_key"):
        content.counts["looks"] += 1
        try:
            item_ids = set(sound_look(*values).item_ids)
        except StoreError:
            sound = False
        if not sound:
            yield damage("look", "", f"the look {values[0]!r} {ALTERED}", look_key=key)
            continue
        content.counts["stale_looks"] += not item_ids <= known
        if indexed[key] != item_ids:
            yield damage("look", "", f"the index of the look {values[0]!r} {ALTERED}", look_key=key, items=item_ids)


def _index_files(content: Content) -> Iterator[Damage]:
    database = content.database
    files = [("columns", columns_path(database.path), partial(verify_columns, database))]
    for space, _ in content.spaces.values():
        rows, index = rows_path(database.path, space), index_path(database.path, space)
        files.append((f"rows of the space {space}", rows, partial(verify_rows, rows)))
        files.append((f"index of the space {space}", index, partial(verify_index, index)))
    for what, path, verify in files:
        try:
            verify()
        except FileNotFoundError:
            continue
        except (OSError, StoreError) as error:
            message = f"{path.name}, the {what}, cannot be used and will be written again: {error}"
            yield damage("index", "", message, path=path)


def _words(content: Content) -> Iterator[Damage]:
    """The word index: it has every item once. Whether it has their words is compared where it may be repaired."""
    items, indexed = (
        content.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - constants only
        for table in ("items", "words_docsize")
    )
    fault = f"it has {indexed:,} of {items:,} items" if items != indexed else words_fault(content.connection)
    if fault:
        yield damage("index", "", f"the word index cannot be used: {fault}")


STEPS: Final[tuple[Callable[[Content], Iterator[Damage]], ...]] = (
    _pages,
    _tables,
    _revision,
    _spaces,
    _items,
    _pictures,
    _more_pictures,
    _vectors,
    _mappings,
    _facts,
    _looks,
    _index_files,
    _words,
)
