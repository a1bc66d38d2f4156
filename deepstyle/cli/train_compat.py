"""``deepstyle train compat``: learn what goes together from outfits."""

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from deepstyle.catalogue.feeds.outfits import VARIANTS, read_outfits
from deepstyle.cli import show
from deepstyle.cli.outfit_data import VARIANT_HELP, OutfitData, open_outfit_data, outfit_settings
from deepstyle.compatibility.head import Head
from deepstyle.errors import UsageError
from deepstyle.evaluation.questions import load_outfits, load_questions
from deepstyle.learning.compatibility.config import TrainConfig, load_config
from deepstyle.settings import Precision


def train_compat(
    data: Annotated[
        str, typer.Argument(metavar="DATA", help="A folder in the Polyvore Outfits layout, or demo.")
    ] = "demo",
    out: Annotated[Path, typer.Option(help="The head's folder; a killed run goes on there.", file_okay=False)] = Path(
        "models/compat"
    ),
    config: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="How to train; see docs/compatibility.md.", dir_okay=False)
    ] = None,
    variant: Annotated[str, typer.Option(help=VARIANT_HELP)] = "nondisjoint",
    seed: Annotated[int | None, typer.Option(help="Another seed trains other networks.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over all pairs.", min=1)] = None,
    threads: Annotated[int, typer.Option(help="Cores to train on; 0 for all.", min=0)] = 0,
    store: Annotated[str, typer.Option("--store", help="The store's URL (default: var/NAME.db).")] = "",
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")] = "",
    precision: Annotated[Precision | None, typer.Option(help="auto: the model's own, fp16 or fp32.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the head's spec as JSON.")] = False,
) -> None:
    """Train the head that tells what goes together, on the outfits of DATA.

    It imports the catalogue and computes the backbone's features where that was not done before, trains a Siamese
    network on the pairs of the training outfits, keeps the epoch that answers the validation questions best, and
    calibrates its scores. It can be stopped at any moment and run again.

    Example: [bold]deepstyle train compat polyvore_outfits --variant disjoint --out models/compat[/]
    """
    told = _config(config, seed, epochs)
    if variant not in VARIANTS:
        raise UsageError(f"there is no variant {variant!r}.", remedy=f"Variants are {' and '.join(VARIANTS)}.")
    out.mkdir(parents=True, exist_ok=True)  # here, where no time is lost yet
    opened = open_outfit_data(data, outfit_settings(data, store, model, precision))
    head = _train(opened, variant, told, out, threads)
    if as_json:
        show.as_json({"fingerprint": head.fingerprint, **dataclasses.asdict(head.spec)})
        return
    metrics = head.spec.metrics
    show.out.print(
        f"Epoch {head.spec.training['best_epoch']} of {told.epochs} is the best: on valid, compatibility AUC "
        f"[bold]{metrics['valid_auc']:.3f}[/], fill in the blank [bold]{metrics['valid_fill_in_blank']:.1%}[/]."
    )
    show.out.print(
        f"The head is in {escape(str(out))}. Next: deepstyle map --compat {escape(str(out))}", soft_wrap=True
    )


def _config(path: Path | None, seed: int | None, epochs: int | None) -> TrainConfig:
    given: dict[str, Any] = {"seed": seed, "epochs": epochs}
    config = load_config(path) if path else TrainConfig()
    return dataclasses.replace(config, **{name: value for name, value in given.items() if value is not None})


def _train(opened: OutfitData, variant: str, config: TrainConfig, out: Path, threads: int) -> Head:
    import torch

    from deepstyle.learning.compatibility.export import export_head
    from deepstyle.learning.compatibility.train import CHECKPOINT_FILE, Epoch, TrainingData, train

    if threads:
        torch.set_num_threads(threads)
    data = TrainingData(
        opened.features,
        opened.categories,
        load_outfits(opened.root, variant, "train", opened.rows),
        load_questions(opened.root, variant, "valid", opened.rows),
    )
    with show.progress("batches") as progress:
        task = progress.add_task("training", total=None, note="")

        def on_epoch(epoch: Epoch) -> None:
            progress.update(task, note=f"AUC {epoch.auc:.3f} · blanks {epoch.fill_in_blank:.1%}")

        trained = train(
            data,
            config,
            folder=out,
            on_epoch=on_epoch,
            on_step=lambda done, total: progress.update(task, completed=done, total=total),
        )
    head = export_head(
        out,
        trained,
        data,
        config,
        backbone=opened.spec.features_fingerprint,
        name=f"{opened.name}/{variant}",
        outfits=[outfit.item_ids for outfit in read_outfits(opened.root, variant, "train")],
    )
    (out / CHECKPOINT_FILE).unlink()
    return head
