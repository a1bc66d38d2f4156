"""What a shopper clicks in a list of results: a position-based model with noise (Craswell et al. 2008)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

SHOWN: Final = 24
"""Results of a page."""
POSITION_POWER: Final = 0.7
"""A place is looked at with the probability rank^-power."""
CLICK, MISTAKE = 0.8, 0.06
"""Of what is looked at, so much is clicked where it is liked, and where it is not."""


def examination(count: int) -> NDArray[np.float64]:
    """The probability (count,) that each place of a list is looked at."""
    return np.arange(1, count + 1, dtype=np.float64) ** -POSITION_POWER


def clicked(likes: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int64]:
    """The places, from 0, that a shopper clicks, of a list in the order it is shown; ``likes`` is by place."""
    seen = likes[:SHOWN]
    probability = examination(len(seen)) * np.where(seen, CLICK, MISTAKE)
    return np.flatnonzero(rng.random(len(seen)) < probability)
