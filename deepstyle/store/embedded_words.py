"""The word index of the embedded store: an FTS5 table over the items' own columns, kept up to date by triggers.

SQLite holds no second copy of the texts. The index is derived: ``repair`` and a migration build it anew.
"""

import math
import sqlite3
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.variants import GroupBy
from deepstyle.store.base import ItemFilter
from deepstyle.store.columns import Columns
from deepstyle.store.words import WORD_FIELDS, Term, WordHit, usable

_NAMES: Final = ", ".join(WORD_FIELDS)
_SHARP: Final = "replace({row}.{name}, 'ß', 'ss')"
"""SQLite's tokenizer folds case and accents, but not this letter."""


def _texts(row: str) -> str:
    return ", ".join(_SHARP.format(row=row, name=name) for name in WORD_FIELDS)


_CHANGED: Final = " OR ".join(f"old.{name} IS NOT new.{name}" for name in WORD_FIELDS)
_ADD: Final = f"INSERT INTO words (rowid, {_NAMES}) VALUES (new.item_key, {_texts('new')});"  # noqa: S608
_TAKE: Final = f"INSERT INTO words (words, rowid, {_NAMES}) VALUES ('delete', old.item_key, {_texts('old')});"  # noqa: S608
_COLUMNS: Final = ", ".join(f"{_SHARP.format(row='items', name=name)} AS {name}" for name in WORD_FIELDS)
CREATE_WORDS: Final = (
    f"CREATE VIEW indexed_words AS SELECT item_key, {_COLUMNS} FROM items",  # noqa: S608
    f"""CREATE VIRTUAL TABLE words USING fts5({_NAMES}, content = 'indexed_words', content_rowid = 'item_key',
    tokenize = 'unicode61 remove_diacritics 2')""",
    f"CREATE TRIGGER words_of_new AFTER INSERT ON items BEGIN {_ADD} END",
    f"CREATE TRIGGER words_of_changed AFTER UPDATE ON items WHEN {_CHANGED} BEGIN {_TAKE} {_ADD} END",
    f"CREATE TRIGGER words_of_deleted AFTER DELETE ON items BEGIN {_TAKE} END",
    "CREATE VIRTUAL TABLE word_counts USING fts5vocab(words, row)",
    "INSERT INTO words (words) VALUES ('rebuild')",
)
REMEMBERED_MATCHES: Final = 8
"""A search asks for the same words under several conditions, one after the other."""
NO_ITEM: Final = 0
"""The key that no item has."""
_DROP_WORDS: Final = (
    "DROP TRIGGER IF EXISTS words_of_new",
    "DROP TRIGGER IF EXISTS words_of_changed",
    "DROP TRIGGER IF EXISTS words_of_deleted",
    "DROP TABLE IF EXISTS word_counts",
    "DROP TABLE IF EXISTS words",
    "DROP VIEW IF EXISTS indexed_words",
)
_MATCH: Final = f"""
SELECT rowid, bm25(words, {", ".join(map(str, WORD_FIELDS.values()))}) FROM words WHERE words MATCH ?
"""  # noqa: S608 - constants only


def create_words(connection: sqlite3.Connection) -> None:
    """Create the index over what is there."""
    for statement in CREATE_WORDS:
        connection.execute(statement)


def show_no_words(connection: sqlite3.Connection) -> None:
    """Let a file that has no index and may only be read be searched: it is found to have no words."""
    connection.execute(f"CREATE VIRTUAL TABLE temp.words USING fts5({_NAMES})")
    connection.execute("CREATE TEMP TABLE word_counts (term, doc)")


def rebuild_words(connection: sqlite3.Connection) -> None:
    """Create the index anew, whatever its state."""
    for statement in _DROP_WORDS:
        connection.execute(statement)
    create_words(connection)


def words_fault(connection: sqlite3.Connection) -> str:
    """What is wrong with the index, compared with the items; empty where nothing is.

    SQLite takes the comparison for a write: it waits for other writers, and nothing is compared in a file that is read
    only.
    """
    try:
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        is_corrupt = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT
        return str(error) if is_corrupt else ""
    return ""


Matched = tuple[NDArray[np.int64], NDArray[np.float64]]


class Matches:
    """The matches of the last few expressions; safe to use from several threads."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], Matched] = {}

    def read(self, connection: sqlite3.Connection, revision: int, expression: str) -> Matched:
        """The keys (M,) of items, best first, ties by key, and SQLite's rank of each: lower for a better one.

        ``revision`` is one that ``connection`` sees, or an earlier one.
        """
        if (found := self._known.get((revision, expression))) is None:
            rows = np.array(connection.execute(_MATCH, (expression,)).fetchall(), np.float64).reshape(-1, 2)
            keys, badness = rows[:, 0].astype(np.int64), rows[:, 1]
            order = np.lexsort((keys, badness))
            found = keys[order], badness[order]
            if len(self._known) >= REMEMBERED_MATCHES:
                self._known = {}
            self._known[revision, expression] = found
        return found


def search_words(
    columns: Columns,
    matches: Callable[[str], Matched],
    terms: Sequence[Term],
    *,
    k: int,
    all_terms: bool,
    where: ItemFilter,
    exclude: Sequence[str],
    group_by: GroupBy,
) -> list[WordHit]:
    """The ``k`` best items that match ``where``: those with all terms first; see ``Store``.

    ``matches`` reads those of an expression (``Matches.read``).
    """
    wanted = [_expression(forms) for forms in usable(terms)]
    if not wanted:
        return []
    allowed, groups = columns.mask(where), columns.groups(group_by)
    out = {int(groups.codes[key]) for item_id in exclude if (key := columns.key(item_id)) is not None}
    found: dict[int, WordHit] = {}
    joins = (" AND ", " OR ") if len(wanted) > 1 and not all_terms else (" AND ",)
    for bonus, join in zip((1.0, 0.0), joins, strict=False):
        keys, badness = matches(join.join(wanted))
        kept = np.flatnonzero(allowed[np.where(keys < len(allowed), keys, NO_ITEM)])
        for place, code in zip(kept.tolist(), groups.codes[keys[kept]].tolist(), strict=True):
            if code not in out and code not in found:
                found[code] = WordHit(columns.item_ids[keys[place]], bonus + _score(badness[place]))
            if len(found) >= k:
                return list(found.values())
    return list(found.values())


def read_word_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Each indexed word, and how many items have it."""
    return dict(connection.execute("SELECT term, doc FROM word_counts"))


def _score(badness: float) -> float:
    """In [0, 1), higher for a better match."""
    return 1 - math.exp(-max(0.0, -badness) / 20)


def _expression(forms: Sequence[Sequence[str]]) -> str:
    """A term in the language of FTS5; tokens are letters and digits alone, so that quotes are all they need."""
    phrases = " OR ".join(f'"{" ".join(form)}"' for form in forms)
    return f"({phrases})"
