"""Text as a style vector: what a picture of it would look like to the model that serves.

Where that model has a text tower, the tower answers; else a map fitted on the catalogue's own titles and pictures
(``text_map``), in seconds.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import ModelError
from deepstyle.search.background import Background
from deepstyle.search.sample import draw_sample
from deepstyle.search.sentences import readable_text
from deepstyle.search.text_map import Fitted, Passages, fit, read_fitted, write_fitted
from deepstyle.store.base import Store
from deepstyle.style.spec import ModelSpec
from deepstyle.style.text import TEXT_FOLDER, TextEncoder

SOURCE: Final = "text_style"
FOLDER: Final = "text-style"
MOST_TITLES: Final = 3000
LEAST_TITLES: Final = 20
"""A smaller catalogue has too few to learn from."""
LOOK_EVERY_S: Final = 600.0
FIRST_WAIT_S: Final = 2.0

Vector = NDArray[np.float32]
logger = logging.getLogger(__name__)


class Tower(Protocol):
    """A model's own text tower."""

    def encode(self, texts: Sequence[str]) -> Vector:
        """(N, D) float32 of unit norm, in the space of the pictures."""
        ...


class TextStyle:
    """Texts to style vectors of one store and model; safe to call from several threads."""

    def __init__(
        self,
        store: Store,
        space: str,
        spec: ModelSpec,
        cache_dir: Path,
        *,
        sentences: Passages | None = None,
        tower: Callable[[], Tower | None] = lambda: None,
    ) -> None:
        """``space`` holds the vectors of the model of ``spec``; ``tower`` opens its text tower, once."""
        self._store, self._space, self._spec = store, space, spec
        self._sentences, self._open_tower = sentences, tower
        name = hashlib.sha256(f"{store.url}\n{space}\n{sentences is None}".encode()).hexdigest()[:24]
        self._path = cache_dir / FOLDER / f"{name}.npz"
        self._tower: Tower | None = None
        self._fitted: Fitted | None = None
        self._background = Background("deepstyle-text-style", LOOK_EVERY_S)

    def vector(self, text: str) -> Vector | None:
        """(D,) float32 of unit norm to search the space with; ``None`` where nothing is known of ``text``.

        The first call fits in the background, and again later where the titles have changed; until then, what was
        fitted before answers.
        """
        readable = readable_text(text)
        self._background.run(self.update, wait_s=0 if self._tower or self._fitted else FIRST_WAIT_S)
        if not readable:
            return None
        if self._tower is not None:
            return np.asarray(self._tower.encode([readable])[0], np.float32)
        if self._fitted is None:
            return None
        sentence = self._sentences.query(readable) if self._sentences else None
        return self._fitted.predict(readable, sentence, self._spec.colour_dim)

    def close(self) -> None:
        """Wait for the background."""
        self._background.close()

    def update(self) -> bool:
        """Fit now where the titles, or their pictures, are not those of the last fit; return whether it did."""
        self._tower = self._tower or self._open_tower()
        if self._tower is not None:
            return False
        if self._fitted is None and (kept := read_fitted(self._path, self._spec.embedding_dim)):
            self._fitted = kept
        titles, vectors, digest = self._sample()
        if len(titles) < LEAST_TITLES or (self._fitted and self._fitted.digest == digest):
            return False
        self._fitted = fit(titles, vectors, self._sentences, digest)
        try:
            write_fitted(self._path, self._fitted)
        except OSError as error:  # it is fitted again by the next process
            logger.warning("%s could not be written: %s", self._path, error)
        return True

    def _sample(self) -> tuple[list[str], Vector, str]:
        """At most ``MOST_TITLES`` titles with the vectors (N, D) of their pictures, and a digest of both."""
        sample = draw_sample(self._store, self._space, MOST_TITLES)
        titled = [(row, text) for row, item in enumerate(sample.items) if (text := readable_text(item.title))]
        titles, rows = [text for _, text in titled], [row for row, _ in titled]
        images = [sample.image_sha256s[row] for row in rows]
        digest = hashlib.sha256(repr((titles, images)).encode()).hexdigest()
        return titles, sample.vectors[rows], digest


def open_tower(folder: Path) -> Tower | None:
    """The text tower of the model in ``folder``; ``None`` where it has none, or none that opens, which is logged."""
    if not (folder / TEXT_FOLDER).is_dir():
        return None
    try:
        return TextEncoder.open(folder)
    except ModelError as error:
        logger.warning("the text tower of %s cannot be used: %s", folder, error.message)
        return None
