"""``deepstyle train style`` and ``deepstyle export``: a style embedding of one's own."""

import dataclasses
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.stages import stages
from deepstyle.errors import MissingDependencyError
from deepstyle.settings import Settings

if TYPE_CHECKING:  # torch takes seconds to import, and most commands do without
    from deepstyle.learning.style.config import StyleConfig
    from deepstyle.learning.style.run import StyleRun
    from deepstyle.learning.style.train import TrainReport

RESTART_HELP: Final = "Delete the checkpoint of a training begun there, and train from the start."
app = typer.Typer(help="Train on a catalogue of your own.", no_args_is_help=True)
REMEDY: Final = "Install what trains: pip install 'deepstyle[train]'."


@app.command("style")
def style(
    to: Annotated[Path, typer.Option("--to", metavar="RUN", help="The run's folder; a training begun there resumes.")],
    data: Annotated[str, typer.Option(metavar="DIR", help="A catalogue's folder or table, or demo.")] = "",
    store: Annotated[str, typer.Option("--store", help="Train on the items of this store instead of --data.")] = "",
    config: Annotated[Path | None, typer.Option(metavar="FILE.toml", help="What to train; see configs/.")] = None,
    restart: Annotated[bool, typer.Option("--restart", help=RESTART_HELP)] = False,
    tensorboard: Annotated[Path | None, typer.Option(metavar="DIR", help="Write curves for TensorBoard there.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Train the style embedding, so that distance means style in this catalogue.

    Without --config only the 512-D head is trained, on cached features: minutes on two cores. It can be stopped at any
    moment; the same command resumes. Every torchrun process runs this same command. Then: deepstyle export RUN --to
    MODEL.

    Example: [bold]deepstyle train style --data demo --to runs/demo[/]
    """
    require_training()
    from deepstyle.learning.config import read_config
    from deepstyle.learning.style.config import StyleConfig

    chosen = read_config(config, StyleConfig)
    run = _train(chosen, to, data=data, store=store, restart=restart, tensorboard=tensorboard)
    if run.rejected_rows:
        where = f"deepstyle data check {escape(data)}"
        show.err.print(f"{run.rejected_rows:,} rows of the catalogue were rejected, see: {where}", soft_wrap=True)
    if run.rank == 0:
        _print(run.report, to, as_json)


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a training.", file_okay=False)],
    to: Annotated[Path, typer.Option("--to", metavar="MODEL", help="The model folder to write.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the model's spec as JSON.")] = False,
) -> None:
    """Write the best epoch of a training as a model folder: ONNX and spec.json, ready for encode and serve.

    Example: [bold]deepstyle export runs/demo --to models/demo[/]
    """
    require_training()
    from deepstyle.learning.style.run import export_run

    spec = export_run(run, to)
    if as_json:
        show.as_json({"fingerprint": spec.fingerprint, **dataclasses.asdict(spec)})
    else:
        facts = f"{to}: {spec.architecture}, {spec.head}"
        show.out.print(f"{escape(facts)}, fingerprint [bold]{spec.fingerprint}[/]")
        show.out.print(f"Next: deepstyle encode --model {escape(str(to))}", soft_wrap=True)


def require_training() -> None:
    """Raise ``MissingDependencyError`` where the extra ``train`` is not installed."""
    for module in ("torch", "pytorch_metric_learning", "safetensors", "onnxscript"):
        if importlib.util.find_spec(module) is None:
            raise MissingDependencyError(f"{module} is not installed.", remedy=REMEDY)


def _train(
    config: "StyleConfig", to: Path, *, data: str, store: str, restart: bool, tensorboard: Path | None
) -> "StyleRun":
    """Train with a progress bar that shows the loss and the last validation."""
    from deepstyle.learning.style.run import train_style
    from deepstyle.learning.style.tensorboard import tensorboard_writer

    write = tensorboard_writer(tensorboard) if tensorboard else lambda metrics, step: None
    last: dict[str, float] = {}
    with stages() as on_stage:

        def on_step(step: int, steps: int, loss: float) -> None:
            metrics = " ".join(f"{name} {value:.3f}" for name, value in last.items() if "@" in name)
            on_stage("training", step, steps, f"loss {loss:.3f} {metrics}")

        def on_epoch(metrics: dict[str, float], step: int) -> None:
            last.update(metrics)
            write(metrics, step)

        return train_style(
            config,
            to,
            Settings().cache_dir,
            data=data,
            store=store,
            restart=restart,
            on_stage=on_stage,
            on_step=on_step,
            on_epoch=on_epoch,
        )


def _print(report: "TrainReport", run: Path, as_json: bool) -> None:
    if as_json:
        show.as_json({"run": str(run), **dataclasses.asdict(report)})
        return
    columns = ("loss", "recall@1", "recall@10", "itself@1", "category mAP@R")
    names = [name for name in columns if any(name in epoch for epoch in report.history)]
    table = Table("Epoch", *names)
    for epoch in report.history:
        is_best = epoch["epoch"] == report.best_epoch
        table.add_row(
            f"{epoch['epoch']:.0f}", *(f"{epoch[name]:.3f}" for name in names), style="bold" if is_best else ""
        )
    show.out.print(table)
    end = "stopped early" if report.stopped_early else "done"
    show.out.print(f"{end} after {report.steps:,} steps; the best epoch is {report.best_epoch}.")
    show.out.print(f"Next: deepstyle export {escape(str(run))} --to MODEL", soft_wrap=True)
