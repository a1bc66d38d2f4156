"""``deepstyle map``: what goes with each item, computed once and written to the store."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.markup import escape

from deepstyle.cli import show
from deepstyle.compatibility.head import Head, head_folder
from deepstyle.compatibility.mapping import MappingReport, update_mapping
from deepstyle.compatibility.space import FeaturesOf, ProjectReport, project_store, space_name
from deepstyle.errors import FingerprintMismatchError
from deepstyle.images.item_image import ItemImage
from deepstyle.settings import Precision, Settings
from deepstyle.store import Store, open_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.feature_table import read_features
from deepstyle.style.search import serving_model


def map_(
    store: Annotated[str, typer.Option("--store", help="The store's URL (default: DEEPSTYLE_STORE).")] = "",
    compat: Annotated[str, typer.Option(help="A compatibility head's folder, or packaged.")] = "",
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")] = "",
    precision: Annotated[Precision | None, typer.Option(help="auto: as the store was encoded.")] = None,
    features: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Take features from this table where it has them.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Compute every item's suggestions again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Write for every item three that go with it, of different categories: rec_feature2.

    Only new and changed pictures are read, and only suggestions that they change are computed. It can be stopped at
    any moment and run again. A server that runs answers from the new mapping at once.

    Example: [bold]deepstyle map --store sqlite:///var/demo.db --compat models/compat[/]
    """
    given = {"store": store, "compat": compat, "model": model, "precision": precision}
    settings = Settings().model_copy(update={name: value for name, value in given.items() if value})
    with open_store(settings.store) as opened:
        folder = serving_model(opened, settings.model, settings.cache_dir, settings.precision)
        encoder = Encoder.open(folder, threads=settings.encoder_threads, streams=0)
        projected, report = map_store(opened, settings.compat, encoder, features=features, full=full)
        seed = next((item.item_id for item in opened.iter_items() if opened.compatible(item.item_id)), "")
        suggested = list(opened.compatible(seed)) if seed else []
    told = {**dataclasses.asdict(report), "projected": len(projected.item_ids), "failed": list(projected.failed)}
    if as_json:
        show.as_json({**told, "seed_item_id": seed, "suggested_items": suggested})
    else:
        show.out.print(
            escape(
                f"Loaded outfit mapping for {report.items} items. Seed Item ID: {seed} Suggested Items: {suggested}"
            ),
            soft_wrap=True,
        )
        show.out.print(
            f"{len(projected.item_ids):,} pictures read, {len(projected.failed):,} failed · suggestions computed for "
            f"{report.computed:,} · {report.suggested:,} different items are suggested."
        )
    if projected.failed:
        raise typer.Exit(1)


def map_store(
    store: Store, compat: str, encoder: Encoder, *, features: Path | None = None, full: bool = False
) -> tuple[ProjectReport, MappingReport]:
    """Project what has no compatibility vector yet, then bring the mapping up to date."""
    head = Head.open(head_folder(compat))
    head.check_backbone(encoder.spec.features_fingerprint)
    space = space_name(head, encoder.spec.precision)
    features_of = _features_of(encoder, features)
    with show.progress("pictures") as progress:
        task = progress.add_task("projecting", total=None, note="")
        on_progress: Callable[[int, int], None] = lambda done, total: progress.update(  # noqa: E731
            task, completed=done, total=total
        )
        projected = project_store(store, space, head, features_of, workers=2 * encoder.streams, on_progress=on_progress)
    return projected, update_mapping(store, space, full=full)


def _features_of(encoder: Encoder, folder: Path | None) -> FeaturesOf:
    """From the table where it has the picture, else from the model."""
    known: dict[str, NDArray[np.floating]] = {}
    if folder is not None:
        table = read_features(folder)
        if table.fingerprint != encoder.fingerprint:
            raise FingerprintMismatchError(
                f"{folder} holds features of the model {table.fingerprint}, not of {encoder.fingerprint}.",
                remedy="Give the features of this model, or none.",
            )
        known = dict(zip(table.image_sha256s, table.features, strict=True))

    def features_of(image: ItemImage) -> NDArray[np.floating]:
        row = known.get(image.sha256)
        return encoder.encode([encoder.decode(image.data)]).features[0] if row is None else row

    return features_of
