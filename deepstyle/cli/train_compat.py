"""``deepstyle train compat``: learn what goes together from outfits."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from rich.markup import escape

from deepstyle.cli import show
from deepstyle.cli.stages import stages
from deepstyle.cli.train_style import RESTART_HELP, require_training
from deepstyle.settings import Precision

if TYPE_CHECKING:
    from deepstyle.compatibility.head import Head
    from deepstyle.evaluation.outfit_data import OutfitData
    from deepstyle.learning.compatibility.config import TrainConfig

VARIANT_HELP: Final = "disjoint: no item of train is in valid or test. nondisjoint: only outfits are separate."


@dataclass(frozen=True, slots=True)
class Job:
    """How to train, beside the recipe: arguments of ``train_head``."""

    engine: Literal["torch", "numpy"]
    ensemble: int
    threads: int
    restart: bool


def train_compat(
    data: Annotated[
        str, typer.Argument(metavar="DATA", help="A folder in the Polyvore Outfits layout, or demo.")
    ] = "demo",
    out: Annotated[
        Path, typer.Option(help="The head's folder, where a killed training resumes.", file_okay=False)
    ] = Path("models/compat"),
    config: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="How to train; see docs/compatibility.md.", dir_okay=False)
    ] = None,
    variant: Annotated[str, typer.Option(help=VARIANT_HELP)] = "nondisjoint",
    seed: Annotated[int | None, typer.Option(help="Seed of the initial weights, the batches and the dropout.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over all pairs.", min=1)] = None,
    ensemble: Annotated[
        int, typer.Option(help="So many heads of successive seeds, averaged in one.", min=1, max=16)
    ] = 1,
    engine: Annotated[
        Literal["torch", "numpy"], typer.Option(help="numpy: without torch; infonce and triplet only.")
    ] = "torch",
    threads: Annotated[int, typer.Option(help="CPU threads; 0: one per core.", min=0)] = 0,
    restart: Annotated[bool, typer.Option("--restart", help=RESTART_HELP)] = False,
    store: Annotated[str, typer.Option("--store", help="The store's URL (default: var/NAME.db).")] = "",
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")] = "",
    precision: Annotated[Precision | None, typer.Option(help="auto: the model's own, fp16 or fp32.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the head's spec as JSON.")] = False,
) -> None:
    """Train the head that scores what goes together, on the outfits of DATA.

    Imports the catalogue and computes the backbone's features unless that is done already, trains a Siamese network on
    the pairs of the training outfits, selects the epoch that answers the validation questions best, and calibrates its
    scores. It can be stopped at any moment; the same command resumes.

    Example: [bold]deepstyle train compat polyvore_outfits --variant disjoint --out models/compat[/]
    """
    if engine == "torch":
        require_training()
    from deepstyle.evaluation.outfit_data import check_variant, open_outfit_data
    from deepstyle.learning.compatibility.config import TrainConfig
    from deepstyle.learning.config import read_config

    chosen = read_config(config, TrainConfig, seed=seed, epochs=epochs)
    check_variant(variant)
    out.mkdir(parents=True, exist_ok=True)  # before anything that takes time
    with stages() as on_stage:
        outfit_data = open_outfit_data(data, store=store, model=model, precision=precision, on_stage=on_stage)
    job = Job(engine, ensemble, threads, restart)
    head = _train(outfit_data, variant, chosen, out, job)
    if as_json:
        show.as_json({"fingerprint": head.fingerprint, **dataclasses.asdict(head.spec)})
    else:
        _print(head, chosen.epochs, out)


def _train(outfit_data: "OutfitData", variant: str, config: "TrainConfig", out: Path, job: Job) -> "Head":
    from deepstyle.learning.compatibility.run import train_head

    with show.progress("batches") as progress:
        task = progress.add_task("training", total=None, note="")
        return train_head(
            outfit_data,
            variant,
            config,
            out,
            **dataclasses.asdict(job),
            on_epoch=lambda epoch: progress.update(
                task, note=f"AUC {epoch.auc:.3f} · blanks {epoch.fill_in_blank:.1%}"
            ),
            on_step=lambda done, total: progress.update(task, completed=done, total=total),
        )


def _print(head: "Head", epochs: int, out: Path) -> None:
    metrics = head.spec.metrics
    show.out.print(
        f"Epoch {head.spec.training['best_epoch']} of {epochs} is the best: on valid, compatibility AUC "
        f"[bold]{metrics['valid_auc']:.3f}[/], fill in the blank [bold]{metrics['valid_fill_in_blank']:.1%}[/]."
    )
    show.out.print(
        f"The head is in {escape(str(out))}. Next: deepstyle suggest --compat {escape(str(out))}", soft_wrap=True
    )
