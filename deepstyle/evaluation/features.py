"""The features of a store's pictures, whole or distorted, computed once and cached by their content.

A table's folder is named by the model, the view and a digest of the items and their pictures: whatever a catalogue's
folder is called, two catalogues never share a table. Each row is stored with its picture's SHA-256, so that only
pictures are computed that no table of this model and view has. A run that is killed loses at most the current shard.
"""

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Mapping
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
MAX_BYTES: Final = 16 * 2**30
"""What the tables may take together; the least recently used go first."""
MAX_AGE_S: Final = 30 * 24 * 3600
"""How long a table may be unused."""
IN_USE_S: Final = 24 * 3600
"""A table that was used this recently stays: a running training may read it."""

Row = NDArray[np.float16]
OnProgress = Callable[[int, int], None]


def features_folder(cache_dir: Path, fingerprint: str, pictures: Mapping[str, str], view: str = WHOLE) -> Path:
    """The folder for the features of a ``view`` of ``pictures``, SHA-256 by item id, in the order of the rows."""
    content = hashlib.sha256(json.dumps([fingerprint, view, list(pictures.items())]).encode()).hexdigest()
    name = re.sub(r"[^a-z0-9]+", "-", view.lower()).strip("-")
    return cache_dir / "features" / fingerprint / name / content[:32]


def cache_features(
    store: Store,
    encoder: Encoder,
    cache_dir: Path,
    *,
    item_ids: Collection[str] | None = None,
    view: str = WHOLE,
    on_progress: OnProgress = lambda done, total: None,
) -> FeatureTable:
    """The features, float16, of ``store``'s pictures in this ``view``; what ``cache_dir`` lacks is computed.

    The pictures are those of ``item_ids`` (``None``: all). Rows are ordered by item id; a picture that does not decode
    is left out. Tables that were unused for ``MAX_AGE_S`` are deleted, and the least recently used ones where all take
    more than ``MAX_BYTES``. Raises ``StoreError``, and ``ModelError`` where the model's output is not finite.
    """
    wanted = {one: sha256 for one, sha256 in _pictures(store) if item_ids is None or one in item_ids}
    folder = features_folder(cache_dir, encoder.fingerprint, wanted, view)
    _mark_used(folder)
    _prune(cache_dir / "features")
    known = _known_rows(folder, encoder.fingerprint, set(wanted.values()))
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


def _known_rows(folder: Path, fingerprint: str, wanted: set[str]) -> dict[str, Row]:
    """Rows of the ``wanted`` pictures: from the table, from the shards of a killed run, then from the other tables.

    Tables that are damaged or of another model are ignored.
    """
    rows: dict[str, Row] = {}
    others = sorted(path for path in folder.parent.glob("*") if path != folder)
    tables = [found for path in (folder, *others) for found in (path, *sorted((path / PARTS).glob("*")))]
    for place in tables:
        if len(rows) == len(wanted):
            break
        try:
            table = read_features(place)
        except DataError:
            continue
        if table.fingerprint == fingerprint:
            pairs = zip(table.image_sha256s, table.features, strict=True)
            rows |= {sha256: row for sha256, row in pairs if sha256 in wanted and sha256 not in rows}
    return rows


def _mark_used(folder: Path) -> None:
    """Note when the table in ``folder`` was last used: its modification time."""
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)


def _prune(root: Path) -> None:
    """Delete the tables below ``root`` that are beyond the limits, least recently used first."""
    used_at_s = {path: path.stat().st_mtime for path in root.glob("*/*/*") if path.is_dir()}
    now_s, total_bytes = time.time(), 0
    for path in sorted(used_at_s, key=used_at_s.__getitem__, reverse=True):
        total_bytes += sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        age_s = now_s - used_at_s[path]
        if age_s > MAX_AGE_S or (age_s > IN_USE_S and total_bytes > MAX_BYTES):
            shutil.rmtree(path, ignore_errors=True)


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
