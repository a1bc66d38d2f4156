"""``deepstyle train style`` and ``deepstyle export``: a style embedding of one's own."""

import dataclasses
import hashlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from deepstyle.cli import show
from deepstyle.errors import MissingDependencyError, UsageError
from deepstyle.settings import Settings
from deepstyle.store import open_store

if TYPE_CHECKING:  # torch takes seconds to import, and most commands do without
    from deepstyle.learning.style.train import Training, TrainReport

REMEDY = "Install what trains: pip install 'deepstyle[train]'."


def style(
    to: Annotated[Path, typer.Option("--to", metavar="RUN", help="The run's folder; a run begun there goes on.")],
    data: Annotated[str, typer.Option(metavar="DIR", help="A catalogue's folder or table, or demo.")] = "",
    store: Annotated[str, typer.Option("--store", help="Train on what this store holds, in place of --data.")] = "",
    config: Annotated[Path | None, typer.Option(metavar="FILE.toml", help="What to train; see configs/.")] = None,
    tensorboard: Annotated[Path | None, typer.Option(metavar="DIR", help="Write curves for TensorBoard there.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Train the style embedding, so that distance means style in this catalogue.

    Without --config only the 512-D head is trained, on cached features: minutes on two cores. It can be stopped at any
    moment and run again. Every torchrun process runs this same command. Then: deepstyle export RUN --to MODEL.

    Example: [bold]deepstyle train style --data demo --to runs/demo[/]
    """
    _require_training()
    from deepstyle.learning.style.config import StyleConfig, read_config
    from deepstyle.learning.style.distributed import join_group, leave_group, rank_zero_first
    from deepstyle.learning.style.run import open_training, prepare

    told = read_config(config) if config else StyleConfig()
    settings = Settings()
    if bool(data) == bool(store):
        raise UsageError("what to train on is not clear.", remedy="Give either --data DIR or --store URL.")
    to.mkdir(parents=True, exist_ok=True)  # here, where no time is lost yet
    group = join_group()
    try:
        with rank_zero_first(group):
            url = store or _import(data, settings)
        with open_store(url, read_only=True) as opened, show.progress("steps") as progress:
            task = progress.add_task("preparing", total=None, note="")
            with rank_zero_first(group):
                prepared = prepare(
                    opened,
                    told,
                    settings.cache_dir,
                    lambda what, done, total: progress.update(task, description=what, completed=done, total=total),
                )
            report = _train(open_training(prepared, told, to, group), progress, tensorboard)
    finally:
        leave_group()
    if group.rank == 0:
        _print_report(report, to, as_json)


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a training.", file_okay=False)],
    to: Annotated[Path, typer.Option("--to", metavar="MODEL", help="The model folder to write.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the model's spec as JSON.")] = False,
) -> None:
    """Write the best epoch of a training as a model folder: ONNX and spec.json, ready for encode and serve.

    Example: [bold]deepstyle export runs/demo --to models/demo[/]
    """
    _require_training()
    from deepstyle.learning.style.run import export_run

    spec = export_run(run, to)
    if as_json:
        show.as_json({"fingerprint": spec.fingerprint, **dataclasses.asdict(spec)})
    else:
        facts = f"{to}: {spec.architecture}, {spec.head}"
        show.out.print(f"{escape(facts)}, fingerprint [bold]{spec.fingerprint}[/]")
        show.out.print(f"Next: deepstyle encode --model {escape(str(to))}", soft_wrap=True)


def _require_training() -> None:
    for module in ("torch", "pytorch_metric_learning", "safetensors", "onnxscript"):
        if importlib.util.find_spec(module) is None:
            raise MissingDependencyError(f"{module} is not installed.", remedy=REMEDY)


def _import(data: str, settings: Settings) -> str:
    """Import the catalogue into a store of the trainer's own and return its URL; what is there is not read again."""
    from deepstyle.demo.source import open_catalogue
    from deepstyle.store.ingest import import_catalogue

    source = open_catalogue(data)
    root = source.path.resolve()
    path = settings.cache_dir / "train" / f"{root.stem}-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{path.resolve()}"
    with open_store(url) as store, show.progress("items") as progress:
        task = progress.add_task("reading the catalogue", total=source.total(), note="")
        report = import_catalogue(
            source, store, on_progress=lambda done: progress.update(task, completed=done.accepted + done.rejected)
        )
    if report.rejected:
        show.err.print(
            f"{report.rejected:,} rows were left out, see: deepstyle data check {escape(str(data))}", soft_wrap=True
        )
    return url


def _train(training: "Training", progress: Progress, tensorboard: Path | None) -> "TrainReport":
    """Run with a progress bar that tells the loss and the last validation."""
    task = progress.add_task("training", total=training.steps, note="")
    last: dict[str, float] = {}
    write = _tensorboard(tensorboard)

    def on_step(step: int, steps: int, loss: float) -> None:
        told = " ".join(f"{name} {value:.3f}" for name, value in last.items() if "@" in name)
        progress.update(task, completed=step, total=steps, note=f"loss {loss:.3f} {told}")

    def on_epoch(measured: dict[str, float], step: int) -> None:
        last.update(measured)
        write(measured, step)

    return training.run(on_step, on_epoch)


def _tensorboard(folder: Path | None) -> Callable[[dict[str, float], int], None]:
    if folder is None:
        return lambda measured, step: None
    if importlib.util.find_spec("tensorboard") is None:
        raise MissingDependencyError("tensorboard is not installed.", remedy="pip install tensorboard")
    from torch.utils.tensorboard import SummaryWriter

    writer: Any = SummaryWriter(str(folder))

    def write(measured: dict[str, float], step: int) -> None:
        for name, value in measured.items():
            writer.add_scalar(name, value, step)
        writer.flush()

    return write


def _print_report(report: "TrainReport", run: Path, as_json: bool) -> None:
    if as_json:
        show.as_json({"run": str(run), **dataclasses.asdict(report)})
        return
    names = [name for name in ("loss", "recall@1", "recall@10", "itself@1", "category mAP@R") if _is_told(report, name)]
    table = Table("Epoch", *names)
    for told in report.history:
        style_ = "bold" if told["epoch"] == report.best_epoch else ""
        table.add_row(f"{told['epoch']:.0f}", *(f"{told[name]:.3f}" for name in names), style=style_)
    show.out.print(table)
    why = "stopped early" if report.stopped_early else "done"
    show.out.print(f"{why} after {report.steps:,} steps; the best epoch is {report.best_epoch}.")
    show.out.print(f"Next: deepstyle export {escape(str(run))} --to MODEL", soft_wrap=True)


def _is_told(report: "TrainReport", name: str) -> bool:
    return any(name in told for told in report.history)
