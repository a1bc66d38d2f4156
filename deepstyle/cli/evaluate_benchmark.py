"""``deepstyle evaluate benchmark``: the published metric of a published data set, beside the published figures."""

import dataclasses
import importlib
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.evaluate import PUBLISH_HELP, deliver
from deepstyle.cli.stages import stages
from deepstyle.errors import UsageError
from deepstyle.report.published import Row, describe
from deepstyle.settings import Settings
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model

if TYPE_CHECKING:
    from deepstyle.evaluation.benchmarks.run import BenchmarkScore, EmbedTexts
    from deepstyle.evaluation.benchmarks.task import Benchmark, Published

POLYVORE_OUTFITS: Final = "polyvore-outfits"
NO_TEXT: Final = "The model has no text tower: the query is the picture alone."
NAMES: Final = ("lookbench", "in-shop", "street2shop", "fashion-iq", POLYVORE_OUTFITS)


def evaluate_benchmark(
    name: Annotated[str, typer.Argument(metavar="NAME", help=f"{', '.join(NAMES[:-1])} or {NAMES[-1]}.")],
    data: Annotated[Path, typer.Option(metavar="FOLDER", help="The data set, unpacked as published.", file_okay=False)],
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, ...")] = "",
    compat: Annotated[str, typer.Option(help="polyvore-outfits: a head's folder, or packaged.")] = "packaged",
    store: Annotated[str, typer.Option(help="polyvore-outfits: the store's URL (default: var/NAME.db).")] = "",
    boxes: Annotated[bool, typer.Option("--boxes", help="in-shop: cut the garment out by its bounding box.")] = False,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="street2shop, fashion-iq: leave missing pictures out.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    save: Annotated[Path | None, typer.Option(metavar="REPORT.json", help="Also write the report to a file.")] = None,
    publish: Annotated[str, typer.Option(metavar="NAME", help=PUBLISH_HELP)] = "",
) -> None:
    """Measure a model on a published data set, with the metric and split of its paper, beside published figures.

    The data sets are not part of deepstyle: fetch them from their authors, read their terms, and pass the folder.
    Ties count as wrong.

    Example: [bold]deepstyle evaluate benchmark polyvore-outfits --data polyvore_outfits[/]
    """
    if name not in NAMES:
        raise UsageError(f"there is no benchmark {name!r}.", remedy=f"Benchmarks are {', '.join(NAMES)}.")
    if name == POLYVORE_OUTFITS:
        title, scores, published, notes = _run_outfits(data, store, model, compat)
    else:
        title, scores, published, notes = _run(_readers(boxes, allow_missing)[name](data), model)
    sources = {one.system: one.source for one in published}
    shape = describe(title, report_rows(scores), sys.argv[1:])
    fields: dict[str, Any] = {"scores": [dataclasses.asdict(one) for one in scores], "sources": sources, "notes": notes}
    deliver({**shape, **fields}, shape, as_json=as_json, save=save, publish=publish)
    if not as_json:
        _print(title, scores, sources, notes)


Result = tuple[str, "Sequence[BenchmarkScore]", "Sequence[Published]", Sequence[str]]
"""Title, scores, published figures and notes."""


def _readers(boxes: bool, allow_missing: bool) -> "dict[str, Callable[[Path], Benchmark]]":
    from deepstyle.evaluation.benchmarks.fashion_iq import read_fashion_iq
    from deepstyle.evaluation.benchmarks.in_shop import read_in_shop
    from deepstyle.evaluation.benchmarks.look_bench import read_look_bench
    from deepstyle.evaluation.benchmarks.street2shop import read_street2shop

    return {
        "lookbench": read_look_bench,
        "in-shop": partial(read_in_shop, boxes=boxes),
        "street2shop": partial(read_street2shop, allow_missing=allow_missing),
        "fashion-iq": partial(read_fashion_iq, allow_missing=allow_missing),
    }


def _run(benchmark: "Benchmark", model: str) -> Result:
    from deepstyle.evaluation.benchmarks.run import run_benchmark

    settings = Settings()
    folder = ensure_model(model or settings.model, settings.cache_dir, settings.precision)
    encoder, embed_texts, notes = Encoder.open(folder, streams=0), None, list(benchmark.notes)
    if any(task.texts for task in benchmark.tasks):
        embed_texts = _text_tower(folder)
        notes.append("The query is the picture and the text." if embed_texts else NO_TEXT)
    with show.progress("pictures") as progress:
        task = progress.add_task("encoding", total=None, note="")
        scores = run_benchmark(
            benchmark,
            lambda rgb: encoder.encode([rgb]).embeddings[0],
            streams=encoder.streams,
            embed_texts=embed_texts,
            on_progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    return benchmark.title, scores, benchmark.published, notes


def _text_tower(folder: Path) -> "EmbedTexts | None":
    """The text tower of the model in ``folder``, where it has one."""
    if not (folder / "text").is_dir():
        return None
    tower: Any = importlib.import_module("deepstyle.style.text").TextEncoder.open(folder)
    embed: EmbedTexts = tower.encode
    return embed


def _run_outfits(data: Path, store: str, model: str, head: str) -> Result:
    from deepstyle.evaluation.benchmarks.polyvore_outfits import PUBLISHED, polyvore_outfits_scores
    from deepstyle.evaluation.outfit_data import open_outfit_data

    with stages() as on_stage:
        outfit_data = open_outfit_data(str(data), store=store, model=model, on_stage=on_stage)
        scores = polyvore_outfits_scores(outfit_data, head, on_stage=on_stage)
    return "Polyvore Outfits", scores, PUBLISHED, ("Baselines and purged questions: deepstyle evaluate compat.",)


def report_rows(scores: "Sequence[BenchmarkScore]") -> list[Row]:
    """One row per task and metric, with shares in 0..1; every row names every system."""
    systems = list(dict.fromkeys(name for one in scores for name in one.published))
    return [
        {
            "task": one.task,
            "measure": one.metric,
            "queries": one.queries,
            "gallery": one.gallery,
            **{name: None if share is None else round(share, 4) for name, share in _shares(one, systems).items()},
        }
        for one in scores
    ]


def _shares(score: "BenchmarkScore", systems: Sequence[str]) -> dict[str, float | None]:
    """Ours, chance, and what each of ``systems`` has published."""
    return {
        "deepstyle": score.score,
        "chance": score.chance,
        **{name: score.published.get(name) for name in systems},
    }


def _print(title: str, scores: "Sequence[BenchmarkScore]", sources: dict[str, str], notes: Sequence[str]) -> None:
    systems = [name for name in sources if any(name in one.published for one in scores)]
    table = Table("Task", "Measure", "Queries", "Gallery", title=escape(title))
    for name in ("deepstyle", "chance", *systems):
        table.add_column(escape(name), justify="right", style="bold" if name == "deepstyle" else "")
    for one in scores:
        cells = ["" if share is None else f"{share:.1%}" for share in _shares(one, systems).values()]
        table.add_row(escape(one.task), escape(one.metric), f"{one.queries:,}", f"{one.gallery:,}", *cells)
    show.out.print(table)
    for name in systems:
        show.out.print(f"{escape(name)}: {escape(sources[name])}", soft_wrap=True)
    for note in notes:
        show.out.print(escape(note), soft_wrap=True)
