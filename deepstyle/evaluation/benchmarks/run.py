"""Run a benchmark with a model: encode every picture once, rank, and print ours beside what was published."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.evaluation.benchmarks.task import MEAN, Benchmark, Picture, Task
from deepstyle.evaluation.retrieval_metrics import ndcg_at_k, recall_at_k
from deepstyle.evaluation.search_scores import BLOCK_CELLS, Codes, Metric, Vectors, hit_probability
from deepstyle.images.pixels import Rgb

Embed = Callable[[Rgb], Vectors]
"""(H, W, 3) uint8 to a unit vector (D,)."""
EmbedTexts = Callable[[Sequence[str]], Vectors]
"""Texts to unit vectors (N, D) in the space of the pictures."""
OnProgress = Callable[[int, int], None]

METRICS: Final[Mapping[str, Callable[..., NDArray[np.float64]]]] = {"recall": recall_at_k, "ndcg": ndcg_at_k}


@dataclass(frozen=True, slots=True)
class BenchmarkScore:
    """One metric on one task, as a share: ours, that of a random ranking (``None``: unknown), and those published."""

    task: str
    metric: str
    queries: int
    gallery: int
    score: float
    chance: float | None
    published: Mapping[str, float]


def run_benchmark(
    benchmark: Benchmark,
    embed: Embed,
    *,
    streams: int = 1,
    embed_texts: EmbedTexts | None = None,
    on_progress: OnProgress = lambda done, total: None,
) -> list[BenchmarkScore]:
    """The scores of every task and metric, in the benchmark's order, then the mean over tasks where there are several.

    Where tasks have texts, ``embed_texts`` adds each query's text to its picture: the sum of both unit vectors, the
    untrained baseline of Baldrati et al. 2022 ("Effective conditioned and composed image retrieval", §4.4). Without
    it, the picture is the query.
    """
    pictures = {one.key: one for task in benchmark.tasks for one in (*task.queries, *task.gallery)}
    vectors: dict[str, Vectors] = {}
    with ThreadPoolExecutor(2 * streams) as pool:
        embedded = pool.map(partial(_embed, embed), pictures.values())
        for key, vector in zip(pictures, embedded, strict=True):
            vectors[key] = vector
            on_progress(len(vectors), len(pictures))
    scores = [one for task in benchmark.tasks for one in _score_task(benchmark, task, vectors, embed_texts)]
    return [*scores, *_means(benchmark, scores)]


def _embed(embed: Embed, picture: Picture) -> Vectors:
    return embed(picture.read())


def _score_task(
    benchmark: Benchmark, task: Task, vectors: Mapping[str, Vectors], embed_texts: EmbedTexts | None
) -> Iterator[BenchmarkScore]:
    queries = np.stack([vectors[one.key] for one in task.queries])
    if task.texts and embed_texts:
        queries = queries + embed_texts(task.texts)
    gallery = np.stack([vectors[one.key] for one in task.gallery])
    metrics = {name: _metric(name) for name in task.metrics}
    sums, right = _ranked(task, queries, gallery, metrics)
    for name, total in sums.items():
        published = {
            one.system: one.figures[task.name, name] for one in benchmark.published if (task.name, name) in one.figures
        }
        results = len(set(task.products)) if task.products else len(task.gallery)
        yield BenchmarkScore(
            task.name,
            name,
            len(task.queries),
            len(task.gallery),
            total / len(task.queries),
            _chance(name, right, results),
            published,
        )


def _ranked(
    task: Task, queries: Vectors, gallery: Vectors, metrics: Mapping[str, Metric]
) -> tuple[dict[str, float], Codes]:
    """The sum of each metric over all queries, and how many results are right for each query (Q,)."""
    products = list(task.products) or [str(row) for row in range(len(gallery))]
    first, result = np.unique(products, return_index=True, return_inverse=True)[1:]
    numbers = {label: number for number, label in enumerate(dict.fromkeys(task.labels))}
    codes = np.array([numbers[task.labels[row]] for row in first], np.int64)
    wanted = [np.array([numbers[one] for one in labels if one in numbers], np.int64) for labels in task.wanted]
    order = np.argsort(result, kind="stable")
    starts = np.searchsorted(result[order], np.arange(len(first)))
    sums, counts = dict.fromkeys(metrics, 0.0), []
    step = max(1, BLOCK_CELLS // len(gallery))
    for start in range(0, len(queries), step):
        similarities = queries[start : start + step] @ gallery[order].T
        similarities = np.maximum.reduceat(similarities, starts, axis=1)
        relevant = np.stack([np.isin(codes, one) for one in wanted[start : start + step]])
        counts.append(relevant.sum(axis=1))
        for name, metric in metrics.items():
            sums[name] += float(metric(similarities, relevant).sum())
    return sums, np.concatenate(counts)


def _metric(name: str) -> Metric:
    kind, _, k = name.rpartition(" ")[2].partition("@")
    return partial(METRICS[kind], k=int(k))


def _chance(name: str, right: Codes, results: int) -> float | None:
    kind, _, k = name.rpartition(" ")[2].partition("@")
    if kind != "recall":
        return None
    return float(np.mean([hit_probability(int(count), results, int(k)) for count in right]))


def _means(benchmark: Benchmark, scores: Sequence[BenchmarkScore]) -> list[BenchmarkScore]:
    """The unweighted mean of each metric over the tasks, beside the published means."""
    if len(benchmark.tasks) < 2:
        return []
    means = []
    for metric in dict.fromkeys(one.metric for one in scores):
        own = [one for one in scores if one.metric == metric]
        published = {
            one.system: one.figures[MEAN, metric] for one in benchmark.published if (MEAN, metric) in one.figures
        }
        score, chances = (
            float(np.mean([one.score for one in own])),
            [one.chance for one in own if one.chance is not None],
        )
        chance = float(np.mean(chances)) if chances else None
        queries, gallery = (sum(getattr(one, name) for one in own) for name in ("queries", "gallery"))
        means.append(BenchmarkScore(MEAN, metric, queries, gallery, score, chance, published))
    return means
