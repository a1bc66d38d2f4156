"""What training and evaluation on outfits start from: a catalogue in a store, its features, its outfits' splits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.feeds.outfits import VARIANTS
from deepstyle.catalogue.feeds.polyvore import read_items
from deepstyle.catalogue.rows import Record
from deepstyle.catalogue.source import Source
from deepstyle.compatibility.own_outfits import keep_outfits
from deepstyle.demo.source import open_catalogue, store_name
from deepstyle.errors import DataError, UsageError
from deepstyle.evaluation.compatibility import category_numbers
from deepstyle.evaluation.features import cache_features
from deepstyle.settings import Precision, Settings
from deepstyle.store import Store, open_store
from deepstyle.store.ingest import import_catalogue
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model, float_model
from deepstyle.style.spec import ModelSpec

OnStage = Callable[[str, int, int | None], None]
"""Called with the name of a stage, how much of it is done, and how much there is, where that is known."""


@dataclass(frozen=True, slots=True)
class OutfitData:
    """A catalogue with outfits: ``features`` (N, F) and ``categories`` (N,) by row, ``rows`` by item id."""

    name: str
    root: Path
    spec: ModelSpec
    rows: Mapping[str, int]
    features: NDArray[np.floating]
    categories: NDArray[np.int64]


def open_outfit_data(
    data: str,
    *,
    store: str = "",
    model: str = "",
    precision: Precision | None = None,
    on_stage: OnStage = lambda what, done, total: None,
) -> OutfitData:
    """Import what its store lacks of ``data`` (a folder, or ``demo``), and compute the features that are missing.

    The store is the one at the URL ``store``, else ``var/NAME.db``, as for ``deepstyle demo``; what else is not given
    comes from the environment. Raises ``DataError`` where the catalogue has no outfits.
    """
    if store:
        open_store(store).close()  # fails before the demo catalogue is drawn
    source = open_catalogue(data)
    if source.layout != "polyvore":
        raise DataError(f"{data} has no outfits.", remedy="Give a folder in the Polyvore Outfits layout, or demo.")
    name, settings = store_name(data), Settings()
    folder = _model_folder(model or settings.model, settings.cache_dir, precision or settings.precision)
    encoder = Encoder.open(folder, threads=settings.encoder_threads, streams=0)
    with open_store(store or f"sqlite:///var/{name}.db") as opened:
        _import(source, opened, on_stage)
        keep_outfits(opened, source)
        table = cache_features(
            opened,
            encoder,
            settings.cache_dir,
            item_ids={
                record.item.item_id
                for record in read_items(source.path, with_images=False)
                if isinstance(record, Record)
            },
            on_progress=lambda done, total: on_stage("features", done, total),
        )
        categories = {item.item_id: item.semantic_category for item in opened.iter_items()}
    return OutfitData(
        name,
        source.path,
        encoder.spec,
        {item_id: row for row, item_id in enumerate(table.item_ids)},
        np.asarray(table.features, np.float32),
        category_numbers([categories.get(item_id, "") for item_id in table.item_ids]),
    )


def check_variant(variant: str) -> None:
    """Raise ``UsageError`` for a variant that Polyvore Outfits does not have."""
    if variant not in VARIANTS:
        raise UsageError(f"there is no variant {variant!r}.", remedy=f"Variants are {' and '.join(VARIANTS)}.")


def _model_folder(model: str, cache_dir: Path, precision: Precision) -> Path:
    """The model's folder; heads are trained on the features of its own precision unless another is named."""
    return float_model(model, cache_dir) if precision == "auto" else ensure_model(model, cache_dir, precision)


def _import(source: Source, store: Store, on_stage: OnStage) -> None:
    """Import what the store lacks: it may hold another catalogue from a folder of the same name."""
    total = source.total()
    import_catalogue(
        source, store, on_progress=lambda done: on_stage("importing", done.accepted + done.rejected, total)
    )
