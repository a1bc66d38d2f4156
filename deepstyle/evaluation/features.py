"""The features of a store's pictures, whole or distorted, computed once and cached.

A run that is killed loses at most the current shard. Each row is stored with its picture's SHA-256, so that after a
change of the catalogue only new and changed pictures are computed.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import DataError, ImageError
from deepstyle.images.distort import DISTORTIONS
from deepstyle.store.base import Store
from deepstyle.style.encoder import Encoder
from deepstyle.style.feature_table import FeatureTable, read_features, write_features

WHOLE: Final = "whole"
"""The view that is the unchanged picture; the others are the names of ``DISTORTIONS``."""
SHARD_ROWS: Final = 512
PARTS: Final = "parts"

Row = NDArray[np.float16]
OnProgress = Callable[[int, int], None]


def features_folder(cache_dir: Path, fingerprint: str, catalogue: str, view: str = WHOLE) -> Path:
    """The folder for the features of a ``view`` of a catalogue's pictures; ``catalogue`` is a folder name for it."""
    return cache_dir / "features" / fingerprint / catalogue / re.sub(r"[^a-z0-9]+", "-", view.lower()).strip("-")


def cache_features(
    store: Store,
    encoder: Encoder,
    folder: Path,
    *,
    view: str = WHOLE,
    on_progress: OnProgress = lambda done, total: None,
) -> FeatureTable:
    """Write the features, float16, of all of ``store``'s pictures in this ``view`` to ``folder``, and return them.

    Rows are ordered by item id; a picture that does not decode is left out. Raises ``StoreError``, and ``ModelError``
    where the model's output is not finite.
    """
    wanted = dict(_pictures(store))
    known = _known_rows(folder, encoder.fingerprint)
    missing = [item_id for item_id, sha256 in wanted.items() if sha256 not in known]
    on_progress(len(wanted) - len(missing), len(wanted))
    encode = partial(_encode, store, encoder, view)
    failed: set[str] = set()
    with ThreadPoolExecutor(2 * encoder.streams) as pool:
        for start in range(0, len(missing), SHARD_ROWS):
            shard = missing[start : start + SHARD_ROWS]
            computed = {
                wanted[one]: row for one, row in zip(shard, pool.map(encode, shard), strict=True) if row is not None
            }
            failed.update(one for one in shard if wanted[one] not in computed)
            _write_part(folder, encoder.fingerprint, computed)
            known |= computed
            on_progress(len(wanted) - len(missing) + start + len(shard), len(wanted))
    ids = tuple(item_id for item_id in wanted if item_id not in failed)
    table = _table(encoder, ids, wanted, known)
    if missing or not _is_current(folder, table):
        write_features(table, folder)
    shutil.rmtree(folder / PARTS, ignore_errors=True)
    return read_features(folder, verify=False)


def _pictures(store: Store) -> Iterator[tuple[str, str]]:
    """(item_id, image SHA-256) of each item with a picture, by item id."""
    ids = [item.item_id for item in store.iter_items()]
    for start in range(0, len(ids), 1000):
        chunk = ids[start : start + 1000]
        digests = store.image_sha256s(chunk)
        yield from ((item_id, digests[item_id]) for item_id in chunk if item_id in digests)


def _encode(store: Store, encoder: Encoder, view: str, item_id: str) -> Row | None:
    """The features (F,) of the item's picture; ``None`` where it is gone or does not decode."""
    image = store.image(item_id)
    if image is None:
        return None
    try:
        rgb = encoder.decode(image.data)
        if view != WHOLE:
            rgb = DISTORTIONS[view](rgb, np.random.default_rng(int(image.sha256[:16], 16)))
        features: Row = encoder.encode([rgb]).features[0].astype(np.float16)
        return features
    except ImageError:
        return None


def _known_rows(folder: Path, fingerprint: str) -> dict[str, Row]:
    """Rows by picture, from the table and from the shards of a killed run; rows of another model are ignored."""
    rows: dict[str, Row] = {}
    for place in (folder, *sorted((folder / PARTS).glob("*"))):
        try:
            table = read_features(place)
        except DataError:
            continue
        if table.fingerprint == fingerprint:
            rows |= dict(zip(table.image_sha256s, table.features, strict=True))
    return rows


def _write_part(folder: Path, fingerprint: str, rows: dict[str, Row]) -> None:
    """Save a shard until the whole table is written; its rows are named by pictures, not by items."""
    if rows:
        digests = tuple(rows)
        table = FeatureTable(fingerprint, digests, digests, np.stack(list(rows.values())))
        write_features(table, _part(folder, digests[0]))


def _part(folder: Path, first: str) -> Path:
    return folder / PARTS / first[:16]


def _table(encoder: Encoder, ids: tuple[str, ...], wanted: dict[str, str], known: dict[str, Row]) -> FeatureTable:
    features = np.empty((len(ids), encoder.spec.features_dim), np.float16)
    for row, item_id in enumerate(ids):
        features[row] = known[wanted[item_id]]
    return FeatureTable(encoder.fingerprint, ids, tuple(wanted[item_id] for item_id in ids), features)


def _is_current(folder: Path, table: FeatureTable) -> bool:
    """Whether ``folder`` already holds the rows of ``table``, in its order."""
    try:
        current = read_features(folder, verify=False)
    except DataError:
        return False
    key = current.fingerprint, current.item_ids, current.image_sha256s
    return key == (table.fingerprint, table.item_ids, table.image_sha256s)
