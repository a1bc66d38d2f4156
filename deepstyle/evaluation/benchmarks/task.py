"""What a reader returns: pictures to encode, which are right, and the figures that were published."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from deepstyle.catalogue.rows import read_file
from deepstyle.errors import DataError, ImageError
from deepstyle.images.pixels import WHOLE, Box, Rgb, decode

MEAN: Final = "mean"
"""The task's name in the rows of the mean over tasks, and in the published ones."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to decode when its turn comes; those with the same ``key`` are encoded once."""

    key: str
    read: Callable[[], Rgb] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Task:
    """Queries and the gallery that they search, on one part of a benchmark.

    ``wanted[i]`` are the labels that are right for query i, ``labels[j]`` is the label of gallery picture j; pictures
    of the same ``products[j]`` are one result, as similar as the closest of them. ``metrics`` are names such as
    ``recall@20`` and ``ndcg@5``. ``texts[i]`` is what the user asks to change, where the benchmark has text.
    """

    name: str
    queries: Sequence[Picture]
    gallery: Sequence[Picture]
    wanted: Sequence[frozenset[str]]
    labels: Sequence[str]
    metrics: Sequence[str]
    products: Sequence[str] = ()
    texts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """Figures of one system, as shares: ``figures[task, metric]``; ``source`` is the paper and the table."""

    system: str
    source: str
    figures: Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A data set as its reader found it; ``notes`` say what a reader of the figures has to know."""

    title: str
    tasks: Sequence[Task]
    published: Sequence[Published]
    notes: Sequence[str] = ()


def picture_file(path: Path, box: Box = WHOLE) -> Picture:
    """The part of a picture file inside ``box``."""
    return Picture(f"{path} {box}" if box != WHOLE else str(path), partial(_read, path, box))


def picture_bytes(key: str, data: bytes) -> Picture:
    """A picture that a table contains; errors name its ``key``."""
    return Picture(key, partial(_decode, key, data, WHOLE))


def require_files(paths: Sequence[Path], what: str) -> None:
    """Raise ``DataError`` where any of ``paths`` is missing, with their number and the first of them."""
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise DataError(
            f"{len(missing):,} of {len(paths):,} {what} are missing, {missing[0]} first.",
            remedy="Fetch the whole data set: figures on a part of it cannot be compared with published ones.",
        )


def first_of(folder: Path, *names: str) -> Path:
    """The first of the files or folders ``names`` in ``folder`` that exists; raises ``DataError`` naming them all."""
    found = next((folder / name for name in names if (folder / name).exists()), None)
    if found is None:
        raise DataError(f"{folder} has no {' and no '.join(names)}.", remedy="Unpack the data set as it is published.")
    return found


def _read(path: Path, box: Box) -> Rgb:
    return _decode(str(path), read_file(path), box)


def _decode(name: str, data: bytes, box: Box) -> Rgb:
    try:
        return decode(data, box=box)
    except ImageError as error:
        raise type(error)(f"{name}: {error.message}", remedy=error.remedy) from error
