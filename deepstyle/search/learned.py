"""The directions of one store and model, learned in the background and again when the catalogue may have changed."""

from typing import Final

from deepstyle.search.background import Background
from deepstyle.search.directions import Directions, learn_directions
from deepstyle.search.lexicon import Lexicon
from deepstyle.store.base import Store
from deepstyle.style.spec import ModelSpec

LEARN_EVERY_S: Final = 600.0
FIRST_WAIT_S: Final = 10.0
"""How long the first composed query waits; it takes about a second for 10,000 items."""


class LearnedDirections:
    """Safe to use from several threads."""

    def __init__(self, store: Store, space: str, spec: ModelSpec, lexicon: Lexicon) -> None:
        self._store, self._space, self._spec, self._lexicon = store, space, spec, lexicon
        self._current: Directions | None = None
        self._background = Background("deepstyle-directions", LEARN_EVERY_S)

    def current(self) -> Directions | None:
        """What is learned by now, ``None`` before that; the first call waits for it a while."""
        self._background.run(self._learn, wait_s=0 if self._current else FIRST_WAIT_S)
        return self._current

    def close(self) -> None:
        """Wait for the background."""
        self._background.close()

    def _learn(self) -> None:
        self._current = learn_directions(self._store, self._space, self._spec, self._lexicon)
