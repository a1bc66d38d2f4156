"""The catalogue's own outfits, kept in the store: what a head is tested on before its scores count as probabilities."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Final

from deepstyle.catalogue.feeds.outfits import SPLITS, VARIANTS, outfits_file, scan_outfits
from deepstyle.catalogue.feeds.split import SplitSource
from deepstyle.catalogue.item import Outfit
from deepstyle.catalogue.source import Source
from deepstyle.errors import DataError, StoreError
from deepstyle.files import parse_json
from deepstyle.store.base import Store

OUTFITS_META: Final = "own_outfits"
"""The store's meta key for the outfits."""
MAX_OUTFITS: Final = 2000
"""So many outfits are kept: enough for an AUC within .02."""
RULES_FILE: Final = "demo.json"
"""A catalogue with this file is the drawn one, whose rules are known (``deepstyle.demo.rules``)."""


_ALL_SPLITS: Final = tuple(product(reversed(SPLITS), VARIANTS))


@dataclass(frozen=True, slots=True)
class OwnOutfits:
    """Outfits as tuples of item ids; ``rules`` names the catalogue's known rules (``demo``), else it is empty."""

    outfits: tuple[tuple[str, ...], ...] = ()
    rules: str = ""


def keep_outfits(store: Store, source: Source) -> int:
    """Keep the outfits of a catalogue in the Polyvore Outfits layout, those of test first; return how many.

    Entries that cannot be used are left out. A catalogue without outfits changes nothing.
    """
    sets = dict.fromkeys(tuple(sorted(outfit.item_ids)) for outfit in catalogue_outfits(source))
    kept = tuple(islice((ids for ids in sets if len(ids) > 1), MAX_OUTFITS))
    if kept:
        rules = "demo" if (source.path / RULES_FILE).is_file() else ""
        store.set_meta(OUTFITS_META, json.dumps({"outfits": kept, "rules": rules}))
    return len(kept)


def catalogue_outfits(source: Source) -> Iterator[Outfit]:
    """The usable outfits of a catalogue, those of test first; none where its layout has no outfits."""
    if source.layout == "polyvore":
        splits = [(source.split, source.variant)] if isinstance(source, SplitSource) else _ALL_SPLITS
        yield from _scanned(source.path, splits)


def own_outfits(store: Store) -> OwnOutfits:
    """The outfits that the store keeps; raises ``StoreError`` where they cannot be read."""
    text = store.meta(OUTFITS_META)
    if not text:
        return OwnOutfits()
    try:
        fields = parse_json(text)
        outfits = tuple(tuple(str(item_id) for item_id in outfit) for outfit in fields["outfits"])
        return OwnOutfits(outfits, str(fields["rules"]))
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"the store's own outfits cannot be read: {error!r}.", remedy="Import the catalogue again."
        ) from error


def _scanned(root: Path, splits: Sequence[tuple[str, str]]) -> Iterator[Outfit]:
    """The usable outfits of ``splits`` (split, variant)."""
    for split, variant in splits:
        if outfits_file(root, variant, split) is None:
            continue
        try:
            yield from (outfit for outfit in scan_outfits(root, variant, split) if isinstance(outfit, Outfit))
        except DataError:
            continue
