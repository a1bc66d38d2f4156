"""``deepstyle evaluate compat``: the Polyvore protocol, beside what needs no style to answer."""

import dataclasses
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.evaluate import PUBLISH_HELP, deliver
from deepstyle.cli.stages import stages
from deepstyle.cli.train_compat import VARIANT_HELP
from deepstyle.report.published import Row, describe
from deepstyle.settings import Precision

if TYPE_CHECKING:
    from deepstyle.evaluation.compatibility import CompatScores


def evaluate_compat(
    data: Annotated[
        str, typer.Argument(metavar="DATA", help="A folder in the Polyvore Outfits layout, or demo.")
    ] = "demo",
    compat: Annotated[
        list[str] | None,
        typer.Option(help="A compatibility head's folder, or packaged; repeated: also the mean of all heads."),
    ] = None,
    scores: Annotated[
        Path | None,
        typer.Option(metavar="SCORES.json", help="Also evaluate any model, from its scores in a file.", dir_okay=False),
    ] = None,
    variant: Annotated[str, typer.Option(help=VARIANT_HELP)] = "nondisjoint",
    split: Annotated[str, typer.Option(help="valid or test. Tune on valid; use test once.")] = "test",
    store: Annotated[str, typer.Option("--store", help="The store's URL (default: var/NAME.db).")] = "",
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")] = "",
    precision: Annotated[Precision | None, typer.Option(help="auto: the model's own, fp16 or fp32.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    save: Annotated[Path | None, typer.Option(metavar="REPORT.json", help="Also write the report to a file.")] = None,
    publish: Annotated[str, typer.Option(metavar="NAME", help=PUBLISH_HELP)] = "",
) -> None:
    """Measure a compatibility head on DATA's questions, beside models that know nothing of style.

    Compatibility AUC; fill in the blank, where a tie is wrong; and the share of blanks whose item is among the first
    10, 30 or 50 of its category (R@k). Baselines: the picture's corners only (the backdrop follows seasons), popularity
    (wrong answers are drawn by occurrence), and the cosine of the backbone's features. A disjoint split that leaks is
    reported both as shipped and purged.

    --scores takes {"compatibility": [score, …], "fill_in_blank": [[score, score, score, score], …]} in the order of
    the question files.

    Example: [bold]deepstyle evaluate compat polyvore_outfits --compat models/compat --variant disjoint[/]
    """
    from deepstyle.evaluation.outfit_data import open_outfit_data
    from deepstyle.evaluation.outfits import evaluate_outfits

    heads = compat if compat is not None else [] if scores else ["packaged"]
    with stages() as on_stage:
        outfit_data = open_outfit_data(data, store=store, model=model, precision=precision, on_stage=on_stage)
        report = evaluate_outfits(outfit_data, heads, variant=variant, split=split, answers=scores, on_stage=on_stage)
    if report.purged_is_empty:
        show.err.print("Every question has an item of the training outfits: no purged question is left.")
    title = f"What goes together? {outfit_data.name}, {variant}, {split}"
    shape = describe(title, report_rows(report.scores), sys.argv[1:])
    fields: dict[str, Any] = {"data": outfit_data.name, "variant": variant, "split": split}
    fields |= {name: [dataclasses.asdict(row) for row in rows] for name, rows in report.scores.items()}
    deliver({**shape, **fields}, shape, as_json=as_json, save=save, publish=publish)
    if not as_json:
        for name, rows in report.scores.items():
            _print(f"{outfit_data.name} · {variant} · {split} · {name}", rows)


def report_rows(scores: "Mapping[str, Sequence[CompatScores]]") -> list[Row]:
    """One row per model, with shares in 0..1."""
    return [
        {
            "questions": name,
            "model": row.model,
            "outfits": row.outfits,
            "blanks": row.blanks,
            "AUC": round(row.auc, 4),
            "fill in the blank": round(row.fill_in_blank, 4),
            **{f"R@{depth}": round(row.recalls[depth], 4) if row.recalls else None for depth in _depths()},
        }
        for name, rows in scores.items()
        for row in rows
    ]


def _print(title: str, rows: "Sequence[CompatScores]") -> None:
    table = Table("Model", title=escape(title))
    for name in ("AUC", "Fill in the blank", *(f"R@{depth}" for depth in _depths())):
        table.add_column(name, justify="right")
    for row in rows:
        recalls = [f"{row.recalls[depth]:.1%}" if row.recalls else "" for depth in _depths()]
        table.add_row(escape(row.model), f"{row.auc:.3f}", f"{row.fill_in_blank:.1%}", *recalls)
    table.add_row("chance", "0.500", "25.0%", style="dim")
    show.out.print(table)
    show.out.print(f"{rows[0].outfits:,} outfits, {rows[0].blanks:,} blanks; a tie is wrong.")


def _depths() -> tuple[int, ...]:
    from deepstyle.evaluation.compatibility import DEPTHS

    return DEPTHS
