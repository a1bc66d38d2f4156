"""LookBench (Gao et al. 2026, arXiv 2601.14706): recent shop and street photos, real and generated.

::

    v20251201/<subset>/query.parquet      or <subset>/query.parquet
    v20251201/<subset>/gallery.parquet
    v20251201/noise/gallery.parquet       distractors that every subset's gallery is joined with

A row has ``image`` ({bytes, path}), ``category`` and ``main_attribute``. *Coarse* recall wants the query's category,
*fine* recall its category and its main attribute; nDCG@5 is that of the fine labels. A distractor is never right.

The table of fine recall in the benchmark's README repeats that of nDCG@5, so only coarse recall and nDCG@5 are quoted.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from deepstyle.errors import DataError
from deepstyle.evaluation.benchmarks.parquet import ParquetTable
from deepstyle.evaluation.benchmarks.task import Benchmark, Picture, Published, Task, first_of, require_files

SUBSETS: Final = ("real_studio_flat", "aigen_studio", "real_streetlook", "aigen_streetlook")
LABELS: Final = ("category", "main_attribute")
COARSE, FINE, NDCG = "coarse recall@1", "fine recall@1", "ndcg@5"
DISTRACTOR: Final = ""
_SOURCE: Final = "github.com/SerendipityOneInc/look-bench, README: tables of coarse Recall@1 and of nDCG@5"


def _published(system: str, coarse: Sequence[float], ndcg: Sequence[float]) -> Published:
    """Percentages in the order of ``SUBSETS``."""
    figures = {
        (subset, metric): round(share / 100, 4)
        for metric, shares in ((COARSE, coarse), (NDCG, ndcg))
        for subset, share in zip(SUBSETS, shares, strict=True)
    }
    return Published(system, _SOURCE, figures)


PUBLISHED: Final = (
    _published("GR-Lite", (92.68, 90.16, 76.76, 88.75), (51.70, 52.08, 43.84, 62.47)),
    _published("Marqo-FashionSigLIP", (88.63, 93.78, 73.39, 90.00), (51.86, 58.53, 42.43, 66.27)),
    _published("CLIP-B/16", (67.26, 32.12, 33.54, 35.62), (34.75, 13.75, 16.80, 17.86)),
)


def read_look_bench(folder: Path) -> Benchmark:
    """The subsets in ``folder``; raises ``DataError`` for a missing file or column, ``MissingDependencyError``."""
    newest = sorted(path for path in folder.glob("v*") if path.is_dir())
    root = newest[-1] if newest else folder
    found = [subset for subset in SUBSETS if (root / subset).is_dir()]
    if not found:
        raise DataError(f"{root} has no {' and no '.join(SUBSETS)}.", remedy="Fetch the data set as it is published.")
    noise_file = first_of(root, "noise/gallery.parquet")
    require_files([root / subset / f"{split}.parquet" for subset in found for split in ("query", "gallery")], "tables")
    noise = ParquetTable(noise_file)
    tasks = [task for subset in found for task in _tasks(root / subset, noise)]
    missing = [subset for subset in SUBSETS if subset not in found]
    return Benchmark("LookBench", tasks, PUBLISHED, (f"not found: {', '.join(missing)}",) if missing else ())


def _tasks(folder: Path, noise: ParquetTable) -> Iterator[Task]:
    """The subset's two tasks: the labels that are right are the category, then the category and main attribute."""
    queries, gallery = ParquetTable(folder / "query.parquet"), ParquetTable(folder / "gallery.parquet")
    asked, searched = queries.texts(LABELS), gallery.texts(LABELS)
    pictures: list[Picture] = [*gallery.pictures(), *noise.pictures()]
    for depth, metrics in ((1, (COARSE,)), (2, (FINE, NDCG))):
        labels = [_label(row[:depth]) for row in searched] + [DISTRACTOR] * len(noise)
        wanted = [frozenset({_label(row[:depth])}) - {DISTRACTOR} for row in asked]
        yield Task(folder.name, queries.pictures(), pictures, wanted, labels, metrics)


def _label(values: Sequence[str]) -> str:
    """Values as one label, ignoring case; of a row without category, that of a distractor."""
    folded = [value.strip().casefold() for value in values]
    return "|".join(folded) if folded[0] else DISTRACTOR
