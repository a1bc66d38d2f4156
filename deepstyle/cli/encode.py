"""``deepstyle encode`` and ``deepstyle info``."""

import dataclasses
import os
import platform
import time
from collections.abc import Callable
from typing import Annotated, Any, Literal

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle import __version__
from deepstyle.cli import show
from deepstyle.compatibility.space import COMPAT_SPACE
from deepstyle.errors import DeepstyleError, FileError
from deepstyle.settings import Precision, Settings
from deepstyle.store import Store, open_store
from deepstyle.store.snapshot import INDEX_FROM
from deepstyle.store.url import without_password
from deepstyle.style.augmented_views import keep_augmented_views
from deepstyle.style.encode import STYLE_SPACE, EncodeReport, current_vectors, drop_other_spaces, encode_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model
from deepstyle.style.search import serving_model
from deepstyle.style.spec import read_spec

SHOWN_FAILURES = 10

Runner = Literal["local", "ray"]

StoreUrl = Annotated[str, typer.Option("--store", help="The store's URL (default: DEEPSTYLE_STORE).")]
Model = Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")]
PRECISION_HELP = "auto: as the store was encoded; for a new store int8, if the CPU has instructions for it."
ModelPrecision = Annotated[Precision | None, typer.Option(help=PRECISION_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


def encode(
    store: StoreUrl = "",
    model: Model = "",
    precision: ModelPrecision = None,
    shard_size: Annotated[
        int, typer.Option(help="Images that become durable together: what a kill loses at most.", min=1)
    ] = 256,
    runner: Annotated[Runner, typer.Option(help="local: this process; ray: a Ray cluster, or this machine.")] = "local",
    ray_address: Annotated[
        str, typer.Option(help="The cluster for --runner ray, such as auto or ray://host:10001; empty: this machine.")
    ] = "",
    views: Annotated[
        bool | None,
        typer.Option("--views/--no-views", help="Keep two more views of each picture, or no more; default: as before."),
    ] = None,
    drop_old: Annotated[bool, typer.Option("--drop-old", help="Then delete the vectors of every other model.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compute the style vectors of all images that have none yet from this model.

    It can be stopped at any moment and run again. Only new and changed images are encoded. With another model than
    before, the old vectors keep serving until the new ones are complete. An image that fails is reported and does not
    stop the job; the exit status is then 1.

    --views also encodes each picture brighter and compressed, so that overexposed photos and copies that were saved
    again find their product. It takes three times as long and as much space, and the store remembers it.

    Example: [bold]deepstyle encode --store sqlite:///var/demo.db --model packaged:lite0[/]
    """
    settings = _settings(store, model, precision)
    with open_store(settings.store) as opened:
        if views is not None:
            keep_augmented_views(opened, views)
        started_s = time.perf_counter()
        report = _encode(opened, settings, _Job(shard_size, runner, ray_address))
        rate = (report.encoded + report.augmented_views) / (time.perf_counter() - started_s)
        outfits = opened.meta(COMPAT_SPACE) or ""  # the mapping's own vectors are no style vectors of an old model
        dropped = drop_other_spaces(opened, report.space, keep=[outfits]) if drop_old and report.serving else 0
    if as_json:
        show.as_json({**dataclasses.asdict(report), "images_per_s": round(rate, 1), "dropped_old": dropped})
    else:
        _print_report(report, rate, dropped)
    if report.failures:
        raise typer.Exit(1)


def info(store: StoreUrl = "", model: Model = "", precision: ModelPrecision = None, as_json: AsJson = False) -> None:
    """Tell the version, the machine, what the store holds, and whether the model fits its vectors.

    Example: [bold]deepstyle info --store sqlite:///var/demo.db[/]
    """
    settings = _settings(store, model, precision)
    told: dict[str, Any] = {"version": __version__, "hardware": _hardware()}
    told["store"] = _or_error(lambda: _describe_store(settings.store))
    told["model"] = _or_error(lambda: _describe_model(settings, told["store"].get("style_space")))
    told["fingerprint_match"] = _match(told["store"].get("style_space"), told["model"].get("fingerprint"))
    if as_json:
        show.as_json(told)
        return
    table = Table(show_header=False, box=None)
    for name, value in _flat(told):
        table.add_row(f"[bold]{name}[/]", escape(str(value)))
    show.out.print(table)


def _settings(store: str, model: str, precision: Precision | None) -> Settings:
    told = {"store": store, "model": model, "precision": precision}
    return Settings().model_copy(update={name: value for name, value in told.items() if value})


@dataclasses.dataclass(frozen=True)
class _Job:
    """How ``encode`` spreads its work."""

    shard_size: int
    runner: Runner
    ray_address: str


def _encode(store: Store, settings: Settings, job: _Job) -> EncodeReport:
    folder = serving_model(store, settings.model, settings.cache_dir, settings.precision)
    current, total = current_vectors(store, read_spec(folder).fingerprint)
    started_s = time.perf_counter()
    with show.progress("images") as progress:
        task = progress.add_task("encoding", total=total, completed=current, note="")

        def on_progress(done: int, total: int) -> None:
            rate = (done - current) / (time.perf_counter() - started_s)
            progress.update(task, completed=done, total=total, note=f"{rate:.0f}/s")

        if job.runner == "ray":
            from deepstyle.style.encode_ray import encode_store_by_ray

            return encode_store_by_ray(
                store, folder, shard_size=job.shard_size, address=job.ray_address, on_progress=on_progress
            )
        encoder = Encoder.open(folder, threads=settings.encoder_threads, streams=0)
        return encode_store(store, encoder, shard_size=job.shard_size, on_progress=on_progress)


def _print_report(report: EncodeReport, rate: float, dropped: int) -> None:
    more = f" · [bold]{report.augmented_views:,}[/] more views" if report.augmented_views else ""
    again = f" · {report.dropped:,} changed meanwhile (run it again)" if report.dropped else ""
    show.out.print(
        f"[bold]{report.encoded:,}[/] encoded ({rate:.0f} images/s) · {report.skipped:,} were current · "
        f"[bold]{len(report.failures):,}[/] failed{more}{again}"
    )
    if dropped:
        show.out.print(f"{dropped:,} vectors of other models deleted.")
    show.out.print(f"Space {report.space} {'serves' if report.serving else 'does not serve: it is empty'}.")
    if report.failures:
        table = Table("Item", "Code", "Why", "Remedy", title="Failed")
        for failure in report.failures[:SHOWN_FAILURES]:
            cells = (failure.item_id, failure.code, failure.message, failure.remedy)
            table.add_row(*(escape(cell) for cell in cells))
        show.out.print(table)
        if len(report.failures) > SHOWN_FAILURES:
            show.out.print(f"{len(report.failures) - SHOWN_FAILURES:,} more; --json lists them all.")


def _describe_model(settings: Settings, serving: str | None) -> dict[str, Any]:
    spec = read_spec(ensure_model(settings.model, settings.cache_dir, settings.precision, serving=serving))
    return {"fingerprint": spec.fingerprint, **dataclasses.asdict(spec)}


def _describe_store(url: str) -> dict[str, Any]:
    with open_store(url, read_only=True) as store:
        told: dict[str, Any] = {"url": without_password(url), "items": store.count(), "vectors": store.spaces()}
        told["style_space"] = store.meta(STYLE_SPACE)
        if url.startswith("sqlite:"):
            large = any(count >= INDEX_FROM for count in store.spaces().values())
            told["index"] = "4-bit scan, float32 rescoring" if large else "none: exact search"
        return told


def _or_error(describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``describe`` gives, or why it cannot: ``info`` is for finding out what is wrong."""
    try:
        return describe()
    except (DeepstyleError, OSError) as error:
        problem = FileError.of(error) if isinstance(error, OSError) else error
        return {"error": problem.message, "remedy": problem.remedy}


def _match(serving: str | None, fingerprint: str | None) -> bool | None:
    """Whether the vectors that serve are this model's; ``None`` where one of the two is not there."""
    return None if serving is None or fingerprint is None else serving == fingerprint


def _hardware() -> dict[str, Any]:
    import openvino as ov

    return {
        "cpu": ov.Core().get_property("CPU", "FULL_DEVICE_NAME"),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "openvino": ov.__version__.split("-")[0],
    }


def _flat(told: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Nested facts as ``("store items", 3960)``, without those that are empty."""
    rows: list[tuple[str, Any]] = []
    for name, value in told.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{name} ")
        elif value not in ("", None):
            rows.append((f"{prefix}{name}", value))
    return rows
