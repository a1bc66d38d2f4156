"""What the tests of the command line share."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray


@pytest.fixture(autouse=True, scope="module")
def short_tsne() -> Iterator[None]:
    """Two iterations of t-SNE instead of 750: these tests look at files and messages, not at how a map looks."""
    try:
        from openTSNE import TSNE
    except ImportError:
        yield
        return
    whole = TSNE.fit

    def fit(self: TSNE, vectors: NDArray[np.float32]) -> object:
        self.early_exaggeration_iter = self.n_iter = 1
        return whole(self, vectors)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TSNE, "fit", fit)
        yield
