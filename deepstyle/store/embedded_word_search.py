"""How the embedded store searches by words."""

import math
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.variants import GroupBy
from deepstyle.store.base import ItemFilter
from deepstyle.store.columns import Columns
from deepstyle.store.database import Database
from deepstyle.store.embedded_words import read_word_counts
from deepstyle.store.remembered import Remembered
from deepstyle.store.snapshot import Snapshots
from deepstyle.store.words import WORD_FIELDS, Term, WordHit, usable

WORDS_TTL_S: Final = 60.0
EVERYTHING: Final = ItemFilter()
REMEMBERED_BYTES: Final = 1 << 24
"""A search asks for the same words under several conditions, and many searches for the same words."""
ENTRY_BYTES: Final = 1024
"""What remembered matches take at least."""
MOST_RANKED: Final = 5_000
"""Of more matches the newest items are ranked, and the others only where these are too few: bm25 takes 2 µs each."""
NO_ITEM: Final = 0
"""The key that no item has."""
_MATCH: Final = f"""
SELECT rowid, bm25(words, {", ".join(map(str, WORD_FIELDS.values()))}) FROM words WHERE words MATCH ?
ORDER BY rowid DESC LIMIT ?
"""  # noqa: S608 - constants only


Matched = tuple[NDArray[np.int64], NDArray[np.float64]]


class Matches:
    """The matches of the last expressions, of one revision; safe to use from several threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._revision, self._bytes = -1, 0
        self._known: dict[tuple[str, int], Matched] = {}

    def read(self, connection: sqlite3.Connection, revision: int, expression: str, most: int) -> Matched:
        """The keys (M,) of items, best first, ties by key, and SQLite's rank of each: lower for a better one.

        They are those of the ``most`` newest items, -1 for all. ``revision`` is one that ``connection`` sees, or an
        earlier one.
        """
        if (found := self._recalled(revision, key := (expression, most))) is None:
            rows = np.array(connection.execute(_MATCH, key).fetchall(), np.float64).reshape(-1, 2)
            keys, badness = rows[:, 0].astype(np.int64), rows[:, 1]
            order = np.lexsort((keys, badness))
            found = keys[order], badness[order]
            self._remember(revision, key, found)
        return found

    def _recalled(self, revision: int, key: tuple[str, int]) -> Matched | None:
        with self._guard:
            found = self._known.pop(key, None) if revision == self._revision else None
            if found is not None:
                self._known[key] = found  # the one that was used last is the last
            return found

    def _remember(self, revision: int, key: tuple[str, int], found: Matched) -> None:
        with self._guard:
            if revision != self._revision:
                self._revision, self._bytes, self._known = revision, 0, {}
            if key in self._known:  # another thread read it meanwhile
                return
            self._known[key] = found
            self._bytes += _bytes_of(found)
            while self._bytes > REMEMBERED_BYTES and len(self._known) > 1:
                self._bytes -= _bytes_of(self._known.pop(next(iter(self._known))))


def _bytes_of(found: Matched) -> int:
    return sum(array.nbytes for array in found) + ENTRY_BYTES


def search_words(
    columns: Columns,
    matches: Callable[[str, int], Matched],
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
    out = groups.of_items(exclude)
    found: dict[int, tuple[int, float]] = {}
    joins = (" AND ", " OR ") if len(wanted) > 1 and not all_terms else (" AND ",)
    for bonus, join in zip((1.0, 0.0), joins, strict=False):
        for keys, badness in _in_steps(matches, join.join(wanted)):
            kept = np.flatnonzero(allowed[np.where(keys < len(allowed), keys, NO_ITEM)])
            codes = groups.of_rows(columns.rows_of(keys[kept])).tolist()
            for place, code in zip(kept.tolist(), codes, strict=True):
                if code not in out and code not in found:
                    found[code] = int(keys[place]), bonus + _score(badness[place])
                if len(found) >= k:
                    return _hits(columns, [*found.values()])
    return _hits(columns, [*found.values()])


def _hits(columns: Columns, found: Sequence[tuple[int, float]]) -> list[WordHit]:
    """Keys of items with their scores as hits; all ids are looked up together."""
    item_ids = columns.ids_of([key for key, _ in found])
    return [WordHit(item_id, score) for item_id, (_, score) in zip(item_ids, found, strict=True)]


def _in_steps(matches: Callable[[str, int], Matched], expression: str) -> Iterator[Matched]:
    """The matches of the newest items, then where there are more, all of them."""
    newest = matches(expression, MOST_RANKED)
    yield newest
    if len(newest[0]) >= MOST_RANKED:
        yield matches(expression, -1)


def _score(badness: float) -> float:
    """In [0, 1), higher for a better match."""
    return 1 - math.exp(-max(0.0, -badness) / 20)


def _expression(forms: Sequence[Sequence[str]]) -> str:
    """A term in the language of FTS5; tokens are letters and digits alone, so that quotes are all they need."""
    phrases = " OR ".join(f'"{" ".join(form)}"' for form in forms)
    return f"({phrases})"


class EmbeddedWords:
    """The part of the store that searches by words."""

    _database: Database
    _snapshots: Snapshots
    _matches: Matches
    _word_counts: Remembered[Mapping[str, int]]
    _counted: tuple[object, Mapping[str, int]] | None

    def search_words(
        self,
        terms: Sequence[Term],
        *,
        k: int = 10,
        all_terms: bool = False,
        where: ItemFilter = EVERYTHING,
        exclude: Sequence[str] = (),
        group_by: GroupBy = "none",
    ) -> list[WordHit]:
        """The ``k`` best of the items that match ``where`` and have a term, as whole words; those with all first."""
        snapshot = self._snapshots.current()
        with self._database.reading() as connection:
            matches = partial(self._matches.read, connection, snapshot.revision)
            return search_words(
                snapshot.columns,
                matches,
                terms,
                k=k,
                all_terms=all_terms,
                where=where,
                exclude=exclude,
                group_by=group_by,
            )

    def word_counts(self) -> Mapping[str, int]:
        """Each word of the items, and how many have it; read once a minute at most."""
        return self._word_counts.get()

    def _read_word_counts(self) -> Mapping[str, int]:
        """The same counts for as long as nothing is written: SQLite reads its whole index for them."""
        state = (self._database.revision(), self._database.frozen)
        if self._counted is None or self._counted[0] != state:
            with self._database.reading() as connection:
                self._counted = state, read_word_counts(connection)
        return self._counted[1]
