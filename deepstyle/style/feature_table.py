"""Features of a catalogue's pictures, computed once and stored, so that heads train on them in minutes.

A table is a folder of two files. ``table.json`` records the model, the pictures and the name of the array file, which
is its digest. A writer adds the new array, then replaces ``table.json`` by one rename: a reader sees the old table or
the new one.
"""

import contextlib
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import DataError
from deepstyle.files import open_regular, read_json, write_atomic

TABLE_FILE: Final = "table.json"
MAX_TABLE_BYTES: Final = 1024 * 1024 * 1024
REMEDY: Final = "Delete the folder and compute the features again."

Features = NDArray[np.float16] | NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Row i of ``features`` (N, F), float16 or float32, belongs to the picture ``image_sha256s[i]`` of ``item_ids[i]``.

    ``fingerprint`` identifies the model. An item occurs once. Raises ``ValueError`` where lengths differ.
    """

    fingerprint: str
    item_ids: tuple[str, ...]
    image_sha256s: tuple[str, ...]
    features: Features

    def __post_init__(self) -> None:
        lengths = len(self.item_ids), len(self.image_sha256s), len(self.features)
        if self.features.ndim != 2 or len(set(lengths)) != 1:
            raise ValueError(f"ids, digests and rows differ: {lengths}, features {self.features.shape}")
        if len(set(self.item_ids)) != len(self.item_ids):
            raise ValueError("an item occurs twice")
        if self.features.dtype not in (np.float16, np.float32):
            raise ValueError(f"features are {self.features.dtype}, not float16 or float32")


def write_features(table: FeatureTable, folder: Path) -> None:
    """Write ``table`` into ``folder`` atomically; the previous array is removed afterwards."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(table.features), allow_pickle=False)
    data = buffer.getvalue()
    name = f"{hashlib.sha256(data).hexdigest()}.npy"
    fields = {
        "fingerprint": table.fingerprint,
        "array": name,
        "item_ids": table.item_ids,
        "image_sha256s": table.image_sha256s,
    }
    write_atomic(folder / name, data)
    write_atomic(folder / TABLE_FILE, json.dumps(fields).encode())
    for stale in folder.glob("*.npy"):
        if stale.name != name:
            with contextlib.suppress(FileNotFoundError):
                stale.unlink()


def read_features(folder: Path, *, verify: bool = True) -> FeatureTable:
    """The table in ``folder``, with its array memory-mapped; ``verify`` reads all of it to compare the digest.

    Raises ``DataError`` where the table is missing, truncated or altered.
    """
    path = folder / TABLE_FILE
    try:
        fields: dict[str, Any] = read_json(path, MAX_TABLE_BYTES)
        array = folder / Path(fields["array"]).name
        with open_regular(array):  # refuses a pipe, which would block
            features = np.lib.format.open_memmap(array, mode="r")  # never an archive, never a pickle
        if verify and _sha256(array) != array.stem:
            raise ValueError(f"{array.name} does not match its digest")
        return FeatureTable(fields["fingerprint"], tuple(fields["item_ids"]), tuple(fields["image_sha256s"]), features)
    except FileNotFoundError as error:
        raise DataError(f"{folder} holds no features: {Path(error.filename).name} is missing.", remedy=REMEDY) from None
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise DataError(f"{path} cannot be read: {error}.", remedy=REMEDY) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
