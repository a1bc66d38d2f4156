"""The word index of the embedded store: an FTS5 table over the items' own columns, kept up to date by triggers.

SQLite holds no second copy of the texts. The index is derived: ``repair`` and a migration build it anew.
"""

import sqlite3
from typing import Final

from deepstyle.store.words import WORD_FIELDS

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
_DROP_WORDS: Final = (
    "DROP TRIGGER IF EXISTS words_of_new",
    "DROP TRIGGER IF EXISTS words_of_changed",
    "DROP TRIGGER IF EXISTS words_of_deleted",
    "DROP TABLE IF EXISTS word_counts",
    "DROP TABLE IF EXISTS words",
    "DROP VIEW IF EXISTS indexed_words",
)


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


def read_word_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Each indexed word, and how many items have it."""
    return dict(connection.execute("SELECT term, doc FROM word_counts"))
