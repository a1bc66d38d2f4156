"""What a shop learns of its catalogue for searches by words: titles by meaning, how a text looks, what attributes are.

Each is opened when a search first needs it.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from deepstyle.search.catalogue_words import CatalogueWords, Said, catalogue_words, read_said
from deepstyle.search.learned import LearnedDirections
from deepstyle.search.lexicon import Lexicon, lexicon
from deepstyle.search.meaning import Meaning
from deepstyle.search.sentences import open_sentences
from deepstyle.search.text_style import TextStyle, open_tower
from deepstyle.settings import Settings
from deepstyle.store.base import Store
from deepstyle.store.remembered import Remembered
from deepstyle.style.spec import ModelSpec

WORDS_TTL_S: Final = 60.0


class TextModels:
    """The text models over one store; safe to call from several threads."""

    def __init__(
        self, store: Store, settings: Settings, synonyms: Callable[[], tuple[tuple[str, ...], ...]] = tuple
    ) -> None:
        """Over ``store``; ``synonyms`` are groups of phrases that change while it is open."""
        self._store, self._settings, self._synonyms = store, settings, synonyms
        self._groups: tuple[tuple[str, ...], ...] = ()
        self._guard = threading.Lock()
        self._words = Remembered(WORDS_TTL_S, self._read_words)
        self._read: tuple[Said, Lexicon, CatalogueWords] | None = None
        self._meaning: Meaning | None = None
        self._has_meaning: bool | None = None
        self._looks: dict[str, TextStyle] = {}
        self._directions: dict[str, LearnedDirections] = {}

    @property
    def lexicon(self) -> Lexicon:
        """The words of shoppers with the shop's own; raises ``DataError`` where its file cannot be used."""
        groups = self._synonyms()
        if groups != self._groups:
            self._groups = groups
            self._words.forget()
        return lexicon(self._settings.synonyms, groups)

    @property
    def words(self) -> CatalogueWords:
        """What the catalogue calls things, at most a minute old; one that was empty is read again."""
        found = self._words.get()
        if not found.counts:
            self._words.forget()
        return found

    def _read_words(self) -> CatalogueWords:
        """The same object where nothing has changed: what is derived from it, and remembered by it, stays."""
        said, words, read = read_said(self._store), self.lexicon, self._read
        if read is None or read[:2] != (said, words):
            self._read = read = said, words, catalogue_words(said, words)
        return read[2]

    @property
    def meaning(self) -> Meaning | None:
        """Titles by meaning; ``None`` without the extra ``words``."""
        with self._guard:
            if self._has_meaning is None:
                self._meaning = Meaning.open(self._settings.cache_dir)
                self._has_meaning = self._meaning is not None
            return self._meaning

    def look(self, space: str, spec: ModelSpec, folder: Callable[[], Path]) -> TextStyle:
        """How texts look in the space of the model of ``spec``, which is in ``folder()``."""
        with self._guard:
            if space not in self._looks:
                self._looks[space] = TextStyle(
                    self._store,
                    space,
                    spec,
                    self._settings.cache_dir,
                    sentences=open_sentences(),
                    tower=lambda: open_tower(folder()),
                )
            return self._looks[space]

    def directions(self, space: str, spec: ModelSpec, words: Lexicon) -> LearnedDirections:
        """What attributes look like in the space of the model of ``spec``."""
        with self._guard:
            if space not in self._directions:
                self._directions[space] = LearnedDirections(self._store, space, spec, words)
            return self._directions[space]

    def close(self) -> None:
        """Stop what runs in the background; what it has computed is kept."""
        with self._guard:
            for opened in (self._meaning, *self._looks.values(), *self._directions.values()):
                if opened is not None:
                    opened.close()
            self._meaning, self._has_meaning, self._looks, self._directions = None, None, {}, {}
