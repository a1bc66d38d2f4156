"""Fashion IQ (Wu et al. 2021, "Fashion IQ", CVPR): a picture and what to change about it find another picture.

::

    captions/cap.<dress|shirt|toptee>.val.json          [{"candidate": id, "target": id, "captions": [text, text]}, …]
    image_splits/split.<dress|shirt|toptee>.val.json    [id, …]
    images/<id>.jpg                                     or .png

The gallery is the whole split of the category, the candidate included. (Galleries of only the pictures that occur in
captions are easier, and their figures cannot be compared.) The published test split has no targets: figures are those
of val. Some pictures' addresses are dead; ``allow_missing`` measures on what is left.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from deepstyle.errors import DataError
from deepstyle.evaluation.benchmarks.task import MEAN, Benchmark, Published, Task, first_of, picture_file

CATEGORIES: Final = ("dress", "shirt", "toptee")
METRICS: Final = ("recall@10", "recall@50")
_SOURCE: Final = "Baldrati et al. 2023 (SEARLE), ICCV, table of Fashion IQ's val split, CLIP ViT-B/32"


def _published(system: str, **figures: Sequence[float]) -> Published:
    """Percentages of each metric in the order of ``CATEGORIES``, then their mean."""
    return Published(
        system,
        _SOURCE,
        {
            (task, metric.replace("_", "@")): round(share / 100, 4)
            for metric, shares in figures.items()
            for task, share in zip((*CATEGORIES, MEAN), shares, strict=True)
        },
    )


PUBLISHED: Final = (
    _published("CLIP, image only", recall_10=(4.46, 6.92, 6.32, 5.90)),
    _published("CLIP, image + text", recall_10=(13.83, 13.44, 17.08, 14.78), recall_50=(30.88, 26.25, 31.67, 29.60)),
    _published("SEARLE", recall_10=(18.54, 24.44, 25.70, 22.89), recall_50=(39.51, 41.61, 46.46, 42.53)),
)


def read_fashion_iq(folder: Path, *, allow_missing: bool = False) -> Benchmark:
    """The val split in ``folder``; raises ``DataError`` naming the file and the entry, and for missing pictures."""
    images = first_of(folder, "images", "image_data")
    found: dict[str, Path] = {}
    missing: set[str] = set()
    tasks = []
    for category in CATEGORIES:
        split = _strings(folder / "image_splits" / f"split.{category}.val.json")
        for name in split:
            path = _find(images, name)
            found |= {name: path} if path else {}
            missing |= set() if path else {name}
        tasks.append(_task(folder, category, [name for name in split if name in found], found, missing))
    if missing and not allow_missing:
        raise DataError(
            f"{len(missing):,} pictures are missing, {min(missing)} first.",
            remedy="Fetch the whole data set, or measure on what is left: --allow-missing.",
        )
    left = f"{len(missing):,} pictures were missing: these figures are of an easier set than the published ones."
    return Benchmark("Fashion IQ", [task for task in tasks if task], PUBLISHED, (left,) if missing else ())


def _task(
    folder: Path, category: str, split: Sequence[str], found: Mapping[str, Path], missing: set[str]
) -> Task | None:
    """The task of a category; ``None`` where no question is left."""
    table = folder / "captions" / f"cap.{category}.val.json"
    entries = [_entry(table, number, entry) for number, entry in enumerate(_read(table), 1)]
    known = set(split)
    unknown = next((entry for entry in entries if not {*entry[:2]} <= known | missing), None)
    if unknown:
        raise DataError(f"{table} asks for {unknown[:2]}, which are not in the split.", remedy="Use matching files.")
    asked = [entry for entry in entries if {*entry[:2]} <= known]
    if not asked:
        return None
    return Task(
        category,
        [picture_file(found[candidate]) for candidate, _, _ in asked],
        [picture_file(found[name]) for name in split],
        [frozenset({target}) for _, target, _ in asked],
        split,
        METRICS,
        texts=[text for _, _, text in asked],
    )


def _entry(table: Path, number: int, entry: Any) -> tuple[str, str, str]:
    """Candidate, target, and both captions as one text."""
    try:
        captions = [caption.strip(" .,?") for caption in entry["captions"]]
        return str(entry["candidate"]), str(entry["target"]), " and ".join(captions)
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{table}, entry {number}: no candidate, target or captions.", remedy="Use the files of the val split."
        ) from error


def _find(images: Path, name: str) -> Path | None:
    return next((path for suffix in (".jpg", ".png", ".jpeg") if (path := images / f"{name}{suffix}").is_file()), None)


def _strings(path: Path) -> list[str]:
    return [str(name) for name in _read(path)]


def _read(path: Path) -> list[Any]:
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}.", remedy="Use the files as they are published.") from error
    if not isinstance(values, list):
        raise DataError(f"{path} is no list.", remedy="Use the files as they are published.")
    return values
