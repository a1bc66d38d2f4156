"""What ``Shop`` answers a search with, and how it reads a photo to search with."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.rows import read_file
from deepstyle.errors import ImageError
from deepstyle.style.bands import Bands
from deepstyle.style.encoder import Encoded, Encoder
from deepstyle.style.search import Crop, Match, read_photo

Photo = bytes | Path
"""A picture to ask with: its bytes, or the path of its file."""


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What a search found, closest first.

    ``good_match`` says whether the closest item answers the query, ``bands`` what each similarity means in a word; both
    are ``None`` where the model was never calibrated, and where the query ignores or replaces the colour.
    """

    matches: tuple[Match, ...]
    good_match: bool | None
    bands: Bands | None = None


def answer_of(matches: Sequence[Match], bands: Bands | None, query: NDArray[np.float32] | None = None) -> SearchAnswer:
    """The answer of these ``matches``; ``query`` (D,) is a photo's."""
    best = matches[0].similarity if matches else None
    return SearchAnswer(tuple(matches), bands.is_good_match(best, query) if bands else None, bands)


def embed_photo(encoder: Encoder, photo: Photo, crop: Crop | None) -> Encoded:
    """A photo's embedding and features, one row each; raises ``ImageError``, naming the file where there is one."""
    try:
        data = photo if isinstance(photo, bytes) else read_file(photo)
        return encoder.encode([read_photo(encoder, data, crop)])
    except ImageError as error:
        if isinstance(photo, bytes):
            raise
        raise type(error)(f"{photo}: {error.message}", remedy=error.remedy) from error
