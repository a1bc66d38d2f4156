"""Where a catalogue lives: one protocol (``base``), chosen by URL."""

from deepstyle.store.base import (
    Entry,
    Facets,
    Hit,
    ImageSource,
    ItemFilter,
    Page,
    PutReport,
    Store,
    VectorBatch,
)
from deepstyle.store.open import open_store

__all__ = [
    "Entry",
    "Facets",
    "Hit",
    "ImageSource",
    "ItemFilter",
    "Page",
    "PutReport",
    "Store",
    "VectorBatch",
    "open_store",
]
