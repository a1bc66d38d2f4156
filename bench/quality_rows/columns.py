"""The columns of the table: models and cheap baselines, each a way to turn pictures into unit vectors.

A picture is encoded once per model: vectors are cached by the model's fingerprint and the picture's content.
"""

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from deepstyle.catalogue.rows import read_file
from deepstyle.evaluation.colour_histogram import colour_histogram
from deepstyle.images.pixels import Rgb, decode
from deepstyle.style.colour_choice import IGNORE, reweight
from deepstyle.style.encoder import Encoder
from deepstyle.style.spec import ModelSpec

T = TypeVar("T")
Vectors = NDArray[np.float32]
PARTS = 512
"""Pictures between two writes of the cache: what a killed run may lose."""


@dataclass(frozen=True)
class Picture:
    """Pixels to be computed when their turn comes; ``digest`` names them where that is cheaper than computing them."""

    read: Callable[[], Rgb]
    digest: str = ""

    def keyed(self) -> str:
        """A digest of the file where it is known, else of the pixels."""
        if self.digest:
            return self.digest
        rgb = self.read()
        return hashlib.sha256(str(rgb.shape).encode() + rgb.tobytes()).hexdigest()


def picture_of(path: Path) -> Picture:
    """The picture in a file, named by the file's content."""
    return Picture(partial(read_rgb, path), hashlib.sha256(path.read_bytes()).hexdigest())


def read_rgb(path: Path) -> Rgb:
    return decode(read_file(path))


class CachedEncoder:
    """An encoder that remembers, in a folder of its own, what it has encoded."""

    def __init__(self, encoder: Encoder, cache: Path) -> None:
        self.encoder = encoder
        self.folder = cache / "quality" / encoder.fingerprint
        self._rows: dict[str, dict[str, tuple[Vectors, Vectors]]] = {}

    def encode(self, subject: str, pictures: Sequence[Picture]) -> tuple[Vectors, Vectors]:
        """Embeddings and features of ``pictures``; ``subject`` says what they are and names their file in the cache."""
        known = self._rows.setdefault(subject, dict(self._read(subject)))
        with ThreadPoolExecutor(2 * self.encoder.streams) as pool:
            keys = list(pool.map(Picture.keyed, pictures))
            missing = {key: picture for key, picture in zip(keys, pictures, strict=True) if key not in known}
            done = pool.map(self._encode_one, missing.values())
            for number, (key, rows) in enumerate(zip(missing, progress(subject, done, len(missing)), strict=True), 1):
                known[key] = rows
                if number % PARTS == 0:
                    self._write(subject)
        if missing:
            self._write(subject)
        embeddings, features = zip(*(known[key] for key in keys), strict=True)
        return np.stack(embeddings), np.stack(features)

    def _encode_one(self, picture: Picture) -> tuple[Vectors, Vectors]:
        encoded = self.encoder.encode([picture.read()])
        return encoded.embeddings[0], encoded.features[0]

    def _read(self, subject: str) -> Iterator[tuple[str, tuple[Vectors, Vectors]]]:
        path = self.folder / f"{subject}.npz"
        if path.is_file():
            with np.load(path) as arrays:
                rows = zip(arrays["embeddings"], arrays["features"].astype(np.float32), strict=True)
                yield from zip(arrays["digests"].tolist(), rows, strict=True)

    def _write(self, subject: str) -> None:
        rows = self._rows[subject]
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f"{subject}.part.npz"
        embeddings, features = zip(*rows.values(), strict=True)
        arrays = {"embeddings": np.stack(embeddings), "features": np.stack(features).astype(np.float16)}
        np.savez(unfinished, allow_pickle=False, digests=np.array(list(rows)), **arrays)
        unfinished.replace(self.folder / f"{subject}.npz")


@dataclass(frozen=True)
class Column:
    """One column: ``embed(subject, pictures)`` gives unit vectors (N, D); ``trained_on`` are the senders it saw.

    Senders are named by the remainder of their number divided by five. ``encoder`` and ``folder`` are those of a model.
    """

    name: str
    embed: Callable[[str, Sequence[Picture]], Vectors]
    trained_on: frozenset[int] = frozenset()
    encoder: Encoder | None = None
    folder: Path | None = None
    colourless: Callable[[Vectors], Vectors] | None = None
    """Query vectors that ignore colour, where the model has dimensions for it."""
    features: Callable[[str, Sequence[Picture]], Vectors] | None = None
    """The backbone's features, where it is a model."""


def model_column(name: str, encoder: CachedEncoder, folder: Path, trained_on: frozenset[int]) -> Column:
    def embed(subject: str, pictures: Sequence[Picture]) -> Vectors:
        return encoder.encode(subject, pictures)[0]

    def features(subject: str, pictures: Sequence[Picture]) -> Vectors:
        return encoder.encode(subject, pictures)[1]

    colourless = ignoring_colour(encoder.encoder.spec)
    return Column(name, embed, trained_on, encoder.encoder, folder, colourless, features)


def raw_features_column(encoder: CachedEncoder) -> Column:
    """The pooled features of a backbone that was never tuned, normalised."""

    def embed(subject: str, pictures: Sequence[Picture]) -> Vectors:
        return unit(encoder.encode(subject, pictures)[1])

    return Column("raw Lite2", embed)


def histogram_column(name: str = "histogram") -> Column:
    known: dict[str, Vectors] = {}

    def of_picture(picture: Picture) -> Vectors:
        if not picture.digest:
            return colour_histogram(picture.read())
        if picture.digest not in known:
            known[picture.digest] = colour_histogram(picture.read())
        return known[picture.digest]

    def embed(subject: str, pictures: Sequence[Picture]) -> Vectors:
        with ThreadPoolExecutor(2) as pool:
            return np.stack(list(progress(subject, pool.map(of_picture, pictures), len(pictures))))

    return Column(name, embed)


def ignoring_colour(spec: ModelSpec) -> Callable[[Vectors], Vectors] | None:
    """How queries of this model are re-weighted to ignore colour; ``None`` where it has no colour dimensions."""
    return partial(_ignore_colour, spec) if spec.colour_dim else None


def _ignore_colour(spec: ModelSpec, queries: Vectors) -> Vectors:
    return np.stack([reweight(query, spec, IGNORE) for query in queries])


def unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), np.float32)


def progress(subject: str, values: Iterable[T], total: int) -> Iterable[T]:
    """``values``, with a bar on a terminal while they are taken."""
    console = Console(stderr=True)
    return track(values, subject, total, console=console, transient=True, disable=not sys.stderr.isatty())
