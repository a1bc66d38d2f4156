"""A map from texts to style vectors, fitted on titles and the vectors of their pictures by ridge regression.

One regression reads the words of a text, the other its sentence vector; the prediction is their sum. Words that the
titles do not have are left to the sentence vector. ``research/text_style.md`` has the trials.
"""

import io
import logging
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from deepstyle.files import read_regular, write_atomic
from deepstyle.search.sentences import DIMENSION

BUCKETS: Final = 2048
"""Words are hashed to so many features."""
RIDGE: Final = 3.0
SENTENCE_WEIGHT, UNKNOWN_WEIGHT = 0.5, 1.5
"""What the sentence's prediction weighs beside that of the words, and what it gains where no word is known."""
COLOUR_GAIN: Final = 2.0
"""The predicted colour counts more than its part of a vector: words name colours, pictures show a whole."""
MAX_BYTES: Final = 64 * 1024 * 1024
_WORD: Final = re.compile(r"\w+")

Vector = NDArray[np.float32]
logger = logging.getLogger(__name__)


class Passages(Protocol):
    """What computes sentence vectors."""

    def query(self, text: str) -> Vector | None:
        """(384,) float32, ``None`` where nothing can be read."""
        ...

    def passages(self, texts: Sequence[str]) -> Vector:
        """(N, 384) float32."""
        ...


@dataclass(frozen=True, eq=False)
class Fitted:
    """The regressions, as of the titles of ``digest``; ``sentence_map`` has no rows without sentence vectors.

    ``word_mean`` (B,) and ``word_map`` (B, D) concern the words, ``seen`` (B,) which of them the titles had;
    ``sentence_mean`` (2, 384) is what centres a sentence vector before and after its norm is 1.
    """

    digest: str
    word_mean: Vector
    word_map: Vector
    seen: NDArray[np.bool_]
    sentence_mean: Vector
    sentence_map: Vector

    @cached_property
    def _mean_picture(self) -> Vector:
        """(D,): what is predicted of the mean of all titles."""
        return np.asarray(self.word_mean @ self.word_map, np.float32)

    def _by_words(self, buckets: Sequence[int]) -> Vector:
        """(D,): ``word_features`` of the words less their mean, mapped; only the rows of these words are read."""
        used, counts = np.unique(buckets, return_counts=True)
        features = _unit(counts.astype(np.float32))
        return np.asarray(features @ self.word_map[used] - self._mean_picture, np.float32)

    def predict(self, text: str, sentence: Vector | None, colour_dim: int) -> Vector | None:
        """The direction (D,) of unit norm in which pictures of ``text`` differ from the mean picture.

        ``None`` where no word is known and there is no ``sentence`` (384,).
        """
        buckets = word_buckets(text)
        known = float(np.mean(self.seen[buckets])) if buckets else 0.0
        vector = self._by_words(buckets) if known else np.float32(0)
        if sentence is not None and len(self.sentence_map):
            centred = _unit(sentence - self.sentence_mean[0]) - self.sentence_mean[1]
            vector = vector + np.float32(SENTENCE_WEIGHT + UNKNOWN_WEIGHT * (1 - known)) * (centred @ self.sentence_map)
        if not np.any(vector):
            return None
        vector = np.array(vector, np.float32)
        vector[len(vector) - colour_dim :] *= COLOUR_GAIN
        return _unit(vector)


def fit(titles: Sequence[str], vectors: Vector, sentences: Passages | None, digest: str = "") -> Fitted:
    """Fit on N ``titles`` and the ``vectors`` (N, D) of their pictures; the same input gives the same result."""
    words = word_features(titles)
    targets = vectors - vectors.mean(axis=0)
    sentence_mean, sentence_map = np.zeros((2, DIMENSION), np.float32), np.zeros((0, vectors.shape[1]), np.float32)
    if sentences is not None:
        distinct = list(dict.fromkeys(titles))
        row_of = {title: row for row, title in enumerate(distinct)}
        found = sentences.passages(distinct)[[row_of[title] for title in titles]]
        sentence_mean[0] = found.mean(axis=0)
        found = _unit(found - sentence_mean[0])
        sentence_mean[1] = found.mean(axis=0)
        sentence_map = ridge(found - sentence_mean[1], targets)
    mean = words.mean(axis=0)
    return Fitted(
        digest, mean, ridge(words - mean, targets), np.asarray(words.any(axis=0)), sentence_mean, sentence_map
    )


def ridge(inputs: Vector, targets: Vector) -> Vector:
    """The (F, D) map that minimises the squared error of ``inputs`` (N, F) @ map plus ``RIDGE`` its squared norm."""
    used = np.flatnonzero(inputs.any(axis=0))  # most words occur in no title
    wide = inputs[:, used].astype(np.float64)
    found = np.zeros((inputs.shape[1], targets.shape[1]), np.float32)
    if len(used) <= len(wide):
        found[used] = np.linalg.solve(wide.T @ wide + RIDGE * np.eye(len(used)), wide.T @ targets)
    else:  # the same by the smaller matrix
        found[used] = wide.T @ np.linalg.solve(wide @ wide.T + RIDGE * np.eye(len(wide)), targets)
    return found


def word_buckets(text: str) -> list[int]:
    """The feature of each word of ``text``."""
    return [zlib.crc32(word.encode()) % BUCKETS for word in _WORD.findall(text.casefold())]


def word_features(texts: Sequence[str]) -> Vector:
    """(N, ``BUCKETS``) float32: how often each text has each word, of unit norm."""
    features = np.zeros((len(texts), BUCKETS), np.float32)
    for row, text in enumerate(texts):
        for bucket in word_buckets(text):
            features[row, bucket] += 1
    return _unit(features)


def write_fitted(path: Path, fitted: Fitted) -> None:
    """Write ``fitted``, atomically."""
    data = io.BytesIO()
    arrays = {field.name: getattr(fitted, field.name) for field in fields(Fitted)}
    np.savez(data, **{**arrays, "digest": np.array(fitted.digest)}, allow_pickle=False)
    write_atomic(path, data.getvalue())


def read_fitted(path: Path, dimension: int) -> Fitted | None:
    """What ``write_fitted`` wrote for vectors of ``dimension``; ``None`` where it is missing or does not fit."""
    try:
        with np.load(io.BytesIO(read_regular(path, MAX_BYTES)), allow_pickle=False) as arrays:
            found = {field.name: arrays[field.name] for field in fields(Fitted)}
    except FileNotFoundError:
        return None
    except Exception as error:  # the readers of NumPy and of ZIP files raise many kinds
        logger.warning("%s cannot be read, it is fitted again: %s", path, error)
        return None
    fitted = Fitted(**{**found, "digest": str(found["digest"])})
    shapes = (fitted.word_map.shape, fitted.word_mean.shape, fitted.seen.shape, fitted.sentence_mean.shape)
    expected = ((BUCKETS, dimension), (BUCKETS,), (BUCKETS,), (2, DIMENSION))
    fits = shapes == expected and fitted.sentence_map.shape in ((0, dimension), (DIMENSION, dimension))
    return fitted if fits else None


def _unit(vectors: Vector) -> Vector:
    """(..., D) of unit norm; zeros stay zeros."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)
