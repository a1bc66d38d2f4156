"""What training and evaluation of outfits start from: a catalogue in a store, its features, its outfits' splits."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.cli import show
from deepstyle.cli.demo import store_name
from deepstyle.demo.source import open_catalogue
from deepstyle.errors import DataError
from deepstyle.evaluation.compatibility import category_numbers
from deepstyle.learning.style.features import cache_features, features_folder
from deepstyle.settings import Precision, Settings
from deepstyle.store import Store, open_store
from deepstyle.store.ingest import import_catalogue
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model, float_model
from deepstyle.style.spec import ModelSpec

VARIANT_HELP: Final = "disjoint: no item of train is in valid or test. nondisjoint: outfits are dealt out alone."


@dataclass(frozen=True, slots=True)
class OutfitData:
    """A catalogue with outfits: ``features`` (N, F) and ``categories`` (N,) by row, ``rows`` by item id."""

    name: str
    root: Path
    spec: ModelSpec
    rows: Mapping[str, int]
    features: NDArray[np.floating]
    categories: NDArray[np.int64]


def open_outfit_data(data: str, settings: Settings) -> OutfitData:
    """Import ``data`` (a folder, or ``demo``) where its store does not have it, and compute what features it lacks.

    The store is that of ``settings`` where one is named there, else ``var/NAME.db``, as for ``deepstyle demo``.
    Raises ``DataError`` where the catalogue has no outfits.
    """
    source = open_catalogue(data)
    if source.layout != "polyvore":
        raise DataError(f"{data} has no outfits.", remedy="Give a folder in the Polyvore Outfits layout, or demo.")
    encoder = Encoder.open(
        # Heads learn from float features, whatever the precision that they will serve in.
        float_model(settings.model, settings.cache_dir)
        if settings.precision == "auto"
        else ensure_model(settings.model, settings.cache_dir, settings.precision),
        threads=settings.encoder_threads,
        streams=0,
    )
    name = store_name(data)
    with open_store(settings.store) as store:
        _import(data, store)
        folder = features_folder(settings.cache_dir, encoder.fingerprint, name)
        with show.progress("pictures") as progress:
            task = progress.add_task("features", total=None, note="")
            table = cache_features(
                store,
                encoder,
                folder,
                on_progress=lambda done, total: progress.update(task, completed=done, total=total),
            )
        kinds = {item.item_id: item.semantic_category for item in store.iter_items()}
    return OutfitData(
        name,
        source.path,
        encoder.spec,
        {item_id: row for row, item_id in enumerate(table.item_ids)},
        np.asarray(table.features, np.float32),
        category_numbers([kinds.get(item_id, "") for item_id in table.item_ids]),
    )


def outfit_settings(data: str, store: str, model: str, precision: Precision | None) -> Settings:
    """The settings of the options; the store is the catalogue's own unless one is given."""
    told = {"store": store or f"sqlite:///var/{store_name(data)}.db", "model": model, "precision": precision}
    return Settings().model_copy(update={name: value for name, value in told.items() if value})


def _import(data: str, store: Store) -> None:
    """Import the catalogue, unless it was before: a store that has as many items is taken as it is."""
    source = open_catalogue(data)
    if store.count() and store.count() >= (source.total() or 0):
        return
    with show.progress("items") as progress:
        task = progress.add_task("importing", total=source.total(), note="")
        import_catalogue(
            source, store, on_progress=lambda done: progress.update(task, completed=done.accepted + done.rejected)
        )
