"""Two iterations of t-SNE instead of 750, for tests that look at files, messages and pages, not at how a map looks."""

import importlib.util

import numpy as np
import pytest
from numpy.typing import NDArray


def shorten_tsne(patch: pytest.MonkeyPatch) -> None:
    """Shorten all further fits; nothing is to be shortened where openTSNE is not installed."""
    if importlib.util.find_spec("openTSNE") is None:
        return
    from openTSNE import TSNE

    whole = TSNE.fit

    def fit(self: TSNE, vectors: NDArray[np.float32]) -> object:
        self.early_exaggeration_iter = self.n_iter = 1
        return whole(self, vectors)

    patch.setattr(TSNE, "fit", fit)
