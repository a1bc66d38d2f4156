"""``deepstyle encode``: vectors and suggestions for the whole catalogue."""

import dataclasses
import time
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.calibrate import calibration_line, calibration_summary
from deepstyle.cli.options import AsJson, Compat, EncodingPrecision, Model, StoreUrl
from deepstyle.report.compatibility import verdict_in_words
from deepstyle.shop import EncodeResult, Runner, Shop, SuggestReport

SHOWN_FAILURES = 10

ShardSize = Annotated[
    int, typer.Option(help="Pictures that become durable together: the most that a kill loses.", min=1)
]
RayAddress = Annotated[
    str, typer.Option(help="The cluster for --runner ray, such as auto or ray://host:10001; empty: this machine.")
]
AugmentedViews = Annotated[
    bool | None,
    typer.Option(
        "--augmented-views/--no-augmented-views",
        help="Also encode each picture brighter and compressed, or no longer; default: as before.",
    ),
]

Suggest = Annotated[
    bool, typer.Option("--suggest/--no-suggest", help="Also write for every item three that go with it.")
]
Calibrate = Annotated[
    bool, typer.Option("--calibrate/--no-calibrate", help="Also measure what a search result is worth here.")
]
Switch = Annotated[
    bool, typer.Option("--switch/--no-switch", help="Serve this model at the end, or leave that to `model switch`.")
]
DropOld = Annotated[
    bool, typer.Option("--drop-old", help="Delete the vectors of models that neither serve nor served before.")
]
DropFormer = Annotated[
    bool, typer.Option("--drop-former", help="Also those of the model that served before: no rollback then.")
]


def encode(
    store: StoreUrl = "",
    model: Model = "",
    precision: EncodingPrecision = None,
    compat: Compat = "",
    shard_size: ShardSize = 256,
    runner: Annotated[Runner, typer.Option(help="local: this process; ray: a Ray cluster, or this machine.")] = "local",
    ray_address: RayAddress = "",
    augmented_views: AugmentedViews = None,
    suggest: Suggest = True,
    calibrate: Calibrate = True,
    switch: Switch = True,
    drop_old: DropOld = False,
    drop_former: DropFormer = False,
    as_json: AsJson = False,
) -> None:
    """Compute the style vectors of all pictures that have none from this model yet, then the suggestions.

    You can stop it at any moment and run it again. It encodes only new and changed pictures, and reads each of them
    once for vectors and suggestions. While another model's vectors are computed, the old ones keep serving; with
    --no-switch they do until `deepstyle model switch`. A picture that fails is reported and does not stop the job; the
    exit status is then 1.

    Suggestions are left out, with a message, where the compatibility head was trained for another backbone, or where
    another head wrote those in the store. With the extra "words", new titles are read for searches by meaning as well.
    At the end, at most 500 pictures are drawn as photos, to calibrate what is said of results (again if they changed).

    --augmented-views also encodes each picture brighter and compressed, so that overexposed and recompressed photos
    find their product. It takes three times as long and as much space. The store remembers the choice.

    Example: [bold]deepstyle encode --store sqlite:///var/demo.db[/]
    """
    started_s = time.perf_counter()
    with (
        Shop.open(store, model=model, precision=precision, compat=compat) as shop,
        show.progress("pictures") as progress,
    ):
        result = shop.encode(
            shard_size=shard_size,
            augmented_views=augmented_views,
            suggest=suggest,
            calibrate=calibrate,
            drop_old=drop_old,
            drop_former=drop_former,
            switch=switch,
            runner=runner,
            ray_address=ray_address,
            on_progress=show.counting(progress, "encoding"),
            on_suggest=show.counting(progress, "reading for suggestions", hidden=True),
            on_calibrate=show.counting(progress, "calibrating", hidden=True),
        )
        shop.encode_titles(on_progress=show.counting(progress, "reading titles", hidden=True))
    images_per_s = (result.encoded + result.augmented_views) / (time.perf_counter() - started_s)
    if as_json:
        show.as_json(_fields(result, images_per_s))
    else:
        _print(result, images_per_s)
    if result.failures:
        raise typer.Exit(1)


def suggest_fields(report: SuggestReport) -> dict[str, Any]:
    """A report on suggestions as JSON."""
    projected = report.projected
    return {
        **dataclasses.asdict(report.mapping),
        "projected": len(projected.item_ids),
        "failed": list(projected.failed),
        "calibrated": report.test is not None and report.test.orders,
    }


def _fields(result: EncodeResult, images_per_s: float) -> dict[str, Any]:
    fields = dataclasses.asdict(dataclasses.replace(result, calibration=None))
    deleted = fields.pop("deleted")
    return {
        **fields,
        "suggestions": suggest_fields(result.suggestions) if result.suggestions else None,
        "calibration": calibration_summary(result.calibration) if result.calibration else None,
        "images_per_s": round(images_per_s, 1),
        "dropped_old": deleted,
    }


def _print(result: EncodeResult, images_per_s: float) -> None:
    views = f" · [bold]{result.augmented_views:,}[/] augmented views" if result.augmented_views else ""
    again = f" · {result.dropped:,} changed meanwhile (run it again)" if result.dropped else ""
    show.out.print(
        f"[bold]{result.encoded:,}[/] encoded ({images_per_s:.0f} pictures/s) · {result.skipped:,} were current · "
        f"[bold]{len(result.failures):,}[/] failed{views}{again}"
    )
    if result.deleted:
        show.out.print(f"{result.deleted:,} vectors of other models deleted.")
    show.out.print(f"Space {result.space} {_state(result)}.")
    if result.suggestions:
        mapping = result.suggestions.mapping
        show.out.print(f"Suggestions for {mapping.items:,} items ({mapping.computed:,} computed now).")
        show.out.print(verdict_in_words(result.suggestions.test))
    elif result.suggestions_left_out:
        show.out.print(f"[yellow]No suggestions:[/] {escape(result.suggestions_left_out)}")
    if result.calibration:
        show.out.print(calibration_line(result.calibration))
    if result.failures:
        _print_failures(result)


def _state(result: EncodeResult) -> str:
    if result.serving:
        return "serves"
    is_empty = not (result.encoded or result.skipped)
    return "does not serve: it is empty" if is_empty else "is beside the one that serves; see `deepstyle model`"


def _print_failures(result: EncodeResult) -> None:
    table = Table("Item", "Code", "Why", "Remedy", title="Failed")
    for failure in result.failures[:SHOWN_FAILURES]:
        item = f"{failure.item_id}, picture {failure.picture}" if failure.picture else failure.item_id
        cells = (item, failure.code, failure.message, failure.remedy)
        table.add_row(*(escape(cell) for cell in cells))
    show.out.print(table)
    if len(result.failures) > SHOWN_FAILURES:
        show.out.print(f"{len(result.failures) - SHOWN_FAILURES:,} more; --json lists them all.")
