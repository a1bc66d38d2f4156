"""``deepstyle evaluate compat``: the Polyvore protocol, beside what needs no style to answer."""

import dataclasses
import sys
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.feeds.outfits import SPLITS, VARIANTS
from deepstyle.catalogue.feeds.polyvore import read_items
from deepstyle.catalogue.rows import Record, read_picture
from deepstyle.cli import show
from deepstyle.cli.evaluate import PUBLISH_HELP, deliver
from deepstyle.cli.outfit_data import VARIANT_HELP, OutfitData, open_outfit_data, outfit_settings
from deepstyle.compatibility.head import Head, head_folder
from deepstyle.compatibility.scoring import PairScores, cosine_pairs
from deepstyle.errors import UsageError
from deepstyle.evaluation.baselines import background, distance_pairs, popularity_pairs
from deepstyle.evaluation.compatibility import (
    DEPTHS,
    Answers,
    CompatScores,
    evaluate_answers,
    evaluate_pairs,
    read_answers,
)
from deepstyle.evaluation.questions import Questions, load_outfits, load_questions
from deepstyle.images.pixels import decode
from deepstyle.report.published import Row, describe
from deepstyle.settings import Precision


def evaluate_compat(
    data: Annotated[
        str, typer.Argument(metavar="DATA", help="A folder in the Polyvore Outfits layout, or demo.")
    ] = "demo",
    compat: Annotated[
        list[str] | None,
        typer.Option(help="A compatibility head's folder, or packaged; may be repeated: then their mean is told, too."),
    ] = None,
    scores: Annotated[
        Path | None,
        typer.Option(metavar="SCORES.json", help="Judge the scores of any model, from a file.", dir_okay=False),
    ] = None,
    variant: Annotated[str, typer.Option(help=VARIANT_HELP)] = "nondisjoint",
    split: Annotated[str, typer.Option(help="valid or test. Tune on valid; ask test once.")] = "test",
    store: Annotated[str, typer.Option("--store", help="The store's URL (default: var/NAME.db).")] = "",
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")] = "",
    precision: Annotated[Precision | None, typer.Option(help="auto: the model's own, fp16 or fp32.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    save: Annotated[Path | None, typer.Option(metavar="REPORT.json", help="Write the report there, too.")] = None,
    publish: Annotated[str, typer.Option(metavar="NAME", help=PUBLISH_HELP)] = "",
) -> None:
    """Measure a compatibility head on DATA's questions, beside models that know nothing of style.

    Compatibility AUC; fill in the blank, where a tie is wrong; and the share of blanks whose item is among the first
    10, 30 or 50 of its category (R@k). Baselines: the backdrop in the corners only (it follows seasons), popularity
    (wrong answers are drawn by occurrence), and the cosine of the backbone's features. A disjoint split that leaks is
    reported as it was shipped and purged.

    --scores takes {"compatibility": [score, …], "fill_in_blank": [[score, score, score, score], …]} in the order of
    the question files.

    Example: [bold]deepstyle evaluate compat polyvore_outfits --compat models/compat --variant disjoint[/]
    """
    _check(variant, split)
    opened = open_outfit_data(data, outfit_settings(data, store, model, precision))
    questions = load_questions(opened.root, variant, split, opened.rows)
    models = _models(opened, variant, compat if compat is not None else [] if scores else ["packaged"])
    answers = read_answers(scores, questions) if scores else None
    name = scores.name if scores else ""
    told = {"as shipped": _judge(opened, models, questions, answers, name)}
    seen = np.unique(np.concatenate(load_outfits(opened.root, variant, "train", opened.rows)))
    kept = questions.unseen(seen)
    if variant == "disjoint" and not all(mask.all() for mask in kept):
        purged = questions.only(*kept)
        if purged.answerable:
            told["purged"] = _judge(opened, models, purged, answers and answers.only(*kept), name)
        else:
            show.err.print("Every question has an item of the training outfits: purged, there is nothing to ask.")
    report: dict[str, Any] = {"data": opened.name, "variant": variant, "split": split}
    report |= {name: [dataclasses.asdict(row) for row in rows] for name, rows in told.items()}
    shape = describe(f"What goes together? {opened.name}, {variant}, {split}", report_rows(told), sys.argv[1:])
    deliver({**shape, **report}, shape, as_json=as_json, save=save, publish=publish)
    if as_json:
        return
    for name, rows in told.items():
        _print(f"{opened.name} · {variant} · {split} · {name}", rows)


def report_rows(told: dict[str, list[CompatScores]]) -> list[Row]:
    """A row a model; figures as fractions."""
    return [
        {
            "questions": name,
            "model": row.model,
            "outfits": row.outfits,
            "blanks": row.blanks,
            "AUC": round(row.auc, 4),
            "fill in the blank": round(row.fill_in_blank, 4),
            **{f"R@{depth}": round(row.recalls[depth], 4) if row.recalls else None for depth in DEPTHS},
        }
        for name, rows in told.items()
        for row in rows
    ]


def _check(variant: str, split: str) -> None:
    if variant not in VARIANTS:
        raise UsageError(f"there is no variant {variant!r}.", remedy=f"Variants are {' and '.join(VARIANTS)}.")
    if split not in SPLITS[1:]:
        raise UsageError(f"{split!r} has no questions.", remedy="Use --split valid or --split test.")


def _models(opened: OutfitData, variant: str, heads: list[str]) -> dict[str, PairScores]:
    """The heads and the baselines, by the name that the table tells."""
    models: dict[str, PairScores] = {}
    for name in heads:
        head = Head.open(head_folder(name))
        head.check_backbone(opened.spec.features_fingerprint)
        models[f"head {name}"] = cosine_pairs(head.project(opened.features))
    outfits = [outfit for split in SPLITS for outfit in load_outfits(opened.root, variant, split, opened.rows)]
    models["raw feature cosine"] = cosine_pairs(opened.features)
    models["background only"] = distance_pairs(_backgrounds(opened))
    models["popularity"] = popularity_pairs(outfits, len(opened.rows))
    return models


def _backgrounds(opened: OutfitData) -> NDArray[np.float32]:
    """What each item's picture shows in its corners: (N, 24); zero where there is no picture."""
    told = np.zeros((len(opened.rows), 24), np.float32)
    with show.progress("pictures") as progress:
        for record in progress.track(read_items(opened.root), description="corners", total=len(opened.rows)):
            if isinstance(record, Record) and record.item.item_id in opened.rows:
                told[opened.rows[record.item.item_id]] = background(decode(read_picture(record), min_side_px=64))
    return told


def _judge(
    opened: OutfitData, models: dict[str, PairScores], questions: Questions, answers: Answers | None, name: str
) -> list[CompatScores]:
    rows = [evaluate_pairs(name, pairs, questions, opened.categories) for name, pairs in models.items()]
    heads = [row for row in rows if row.model.startswith("head ")]
    if len(heads) > 1:
        rows.insert(len(heads), _mean(heads))
    if answers:
        rows.insert(0, evaluate_answers(name, answers, questions))
    return rows


def _mean(rows: list[CompatScores]) -> CompatScores:
    recalls = {depth: float(np.mean([row.recalls[depth] for row in rows])) for depth in DEPTHS}
    auc, blanks = (float(np.mean(told)) for told in ([r.auc for r in rows], [r.fill_in_blank for r in rows]))
    return CompatScores(f"mean of {len(rows)} heads", rows[0].outfits, rows[0].blanks, auc, blanks, recalls)


def _print(title: str, rows: list[CompatScores]) -> None:
    table = Table("Model", title=escape(title))
    for name in ("AUC", "Fill in the blank", *(f"R@{depth}" for depth in DEPTHS)):
        table.add_column(name, justify="right")
    for row in rows:
        recalls = [f"{row.recalls[depth]:.1%}" if row.recalls else "" for depth in DEPTHS]
        table.add_row(escape(row.model), f"{row.auc:.3f}", f"{row.fill_in_blank:.1%}", *recalls)
    table.add_row("chance", "0.500", "25.0%", style="dim")
    show.out.print(table)
    show.out.print(f"{rows[0].outfits:,} outfits, {rows[0].blanks:,} blanks; a tie is wrong.")
