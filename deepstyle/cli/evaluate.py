"""``deepstyle evaluate``: how good the search and the compatibility head are."""

import dataclasses
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.evaluation.photos import read_labelled_photos
from deepstyle.evaluation.search import SearchReport, evaluate_search
from deepstyle.files import write_atomic
from deepstyle.report.published import Row, describe
from deepstyle.report.published import publish as publish_report
from deepstyle.settings import Precision, Settings
from deepstyle.store.open import open_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.rerank import Reranking
from deepstyle.style.search import serving_model

PUBLISH_HELP: Final = "Publish it on the website under this name (DEEPSTYLE_REPORTS_DIR)."
app = typer.Typer(help="Measure how good the search and the compatibility head are.", no_args_is_help=True)


@app.command("search")
def search(
    store: Annotated[str, typer.Option(help="The store's URL (default: DEEPSTYLE_STORE).")] = "",
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, ...")] = "",
    precision: Annotated[Precision | None, typer.Option(help="auto: as the store was encoded.")] = None,
    photos: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder of photos with labels.csv (image,label).", file_okay=False),
    ] = None,
    limit: Annotated[int, typer.Option(help="Queries per task at most; 0: all items.", min=0)] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the choice of queries and of their distortions.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    save: Annotated[Path | None, typer.Option(metavar="REPORT.json", help="Also write the report to a file.")] = None,
    publish: Annotated[str, typer.Option(metavar="NAME", help=PUBLISH_HELP)] = "",
) -> None:
    """Measure the search on tasks with known answers: the model alone, as served, raw pixels and chance.

    Another colour: items of one garment (the same model_id) find each other. Itself: a distorted picture finds its
    own item. With --photos: the ten items found are of the photo's semantic category. Ties count as wrong. As served:
    with what the settings switch on (DEEPSTYLE_CATEGORY_VOTE, DEEPSTYLE_QUERY_EXPANSION, DEEPSTYLE_SEVERAL_CROPS).

    Example: [bold]deepstyle evaluate search --photos phone-photos --limit 0 --save report.json[/]
    """
    settings = Settings()
    labelled = read_labelled_photos(photos) if photos else []
    with open_store(store or settings.store, read_only=True) as opened, show.progress("pictures") as progress:
        folder = serving_model(opened, model or settings.model, settings.cache_dir, precision or settings.precision)
        encoder = Encoder.open(folder, streams=0)
        task = progress.add_task("evaluating", total=None, note="")
        report = evaluate_search(
            opened,
            encoder,
            photos=labelled,
            limit=limit,
            seed=seed,
            by=Reranking(category_vote=settings.category_vote, query_expansion=settings.query_expansion),
            several_crops=settings.several_crops,
            on_progress=lambda done, total, what: progress.update(task, completed=done, total=total, note=what),
        )
    shape = describe("How good is the search?", report_rows(report), sys.argv[1:])
    deliver({**shape, **dataclasses.asdict(report)}, shape, as_json=as_json, save=save, publish=publish)
    if not as_json:
        _print(report)


def deliver(
    report: Mapping[str, Any], shape: Mapping[str, Any], *, as_json: bool, save: Path | None, publish: str
) -> None:
    """Save, publish and print a report as the options say; what is published is the common ``shape`` alone."""
    if save:
        write_atomic(save, (json.dumps(report, indent=2) + "\n").encode())
    if publish:
        folder = publish_report(Settings().reports_dir, publish, shape)
        show.err.print(f"Published in {escape(str(folder))}", soft_wrap=True)
    if as_json:
        show.as_json(report)


def report_rows(report: SearchReport) -> list[Row]:
    """One row per task and metric, one column per representation."""
    return [
        {
            "task": task.task,
            "queries": task.queries,
            "measure": measure,
            **{name: _rounded(scores.get(measure)) for name, scores in task.scores.items()},
        }
        for task in report.tasks
        for measure in next(iter(task.scores.values()))
    ]


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)


def _print(report: SearchReport) -> None:
    served = f"as served: with {', '.join(report.switches)} · " if report.switches else ""
    show.out.print(
        f"{report.items:,} items in {escape(report.store)} · {report.architecture} {report.precision} "
        f"({report.space}{f', {report.views} more views' if report.views else ''}) · "
        f"{served}seed {report.seed}"
    )
    table = Table("Task", "Queries", "Measure")
    names = list(dict.fromkeys(name for task in report.tasks for name in task.scores if name != "chance"))
    for name in (*names, "chance"):
        table.add_column(name, justify="right", style="bold" if name == names[0] else "")
    for task in report.tasks:
        for at, measure in enumerate(task.scores[names[0]]):
            scores = [task.scores[name].get(measure) for name in (*names, "chance")]
            cells = ["" if score is None else f"{score:.3f}" for score in scores]
            first = (escape(task.task), f"{task.queries:,}") if at == 0 else ("", "")
            table.add_row(*first, measure, *cells, end_section=at == len(task.scores[names[0]]) - 1)
    show.out.print(table)
    if report.photos_left_out:
        show.out.print(f"{report.photos_left_out:,} photos were left out: no item has their semantic category.")
