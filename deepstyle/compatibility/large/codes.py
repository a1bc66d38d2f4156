"""A 4-bit index of each group's rows, which proposes the likely best of them (research/search_index.md)."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import turbovec  # type: ignore[import-untyped]

from deepstyle.compatibility.large.layout import Layout, Matrix
from deepstyle.compatibility.scoring import Rows
from deepstyle.store.index_build import quantised

CODED_FROM: Final = 2048
"""A group with fewer rows is compared whole."""
PROPOSALS: Final = 8


@dataclass(frozen=True)
class Codes:
    """The indexes in ``folder``, each read when it is first used."""

    folder: Path
    _read: dict[int, "turbovec.TurboQuantIndex"] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def has(self, group: int) -> bool:
        """Whether there is an index of this group."""
        return group in self._read or code_path(self.folder, group).exists()

    def propose(self, group: int, queries: Matrix) -> Rows:
        """The places (A, ``PROPOSALS``) within a group of what suits each query (A, E) best."""
        with self._lock:
            index = self._read.get(group)
            if index is None:
                index = self._read[group] = turbovec.TurboQuantIndex.load(str(code_path(self.folder, group)))
        return np.asarray(index.search(queries, PROPOSALS)[1], np.int64)


def write_codes(folder: Path, layout: Layout) -> None:
    """Write the index of each group that is large enough; E must be a multiple of 8, or there are none."""
    for group in range(len(layout.groups)):
        rows = layout.span(group)
        if len(rows) >= CODED_FROM and layout.base.shape[1] % 8 == 0:
            values = np.array(layout.base[rows.start : rows.stop])
            quantised(values).write(str(code_path(folder, group)))


def code_path(folder: Path, group: int) -> Path:
    """The file of a group's index."""
    return folder / f"codes-{group}.index"
