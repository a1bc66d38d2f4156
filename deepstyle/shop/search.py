"""What ``Shop`` answers a search with, and how it reads a photo to search with."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.rows import read_file
from deepstyle.errors import ImageError
from deepstyle.style.bands import Bands
from deepstyle.style.crops import combine_crops, query_crops
from deepstyle.style.encoder import Encoded, Encoder
from deepstyle.style.search import Crop, Match, read_photo

Photo = bytes | Path
"""A picture to ask with: its bytes, or the path of its file."""


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What a search found, best first: closest first, unless something re-ranked it (``deepstyle.style.rerank``).

    ``good_match`` says whether the closest item answers the query, ``bands`` what each similarity means in a word; both
    are ``None`` where the model was never calibrated, and where the query ignores or replaces the colour.
    """

    matches: tuple[Match, ...]
    good_match: bool | None
    bands: Bands | None = None


def answer_of(
    matches: Sequence[Match], k: int, bands: Bands | None, query: NDArray[np.float32] | None = None
) -> SearchAnswer:
    """The first ``k`` matches; ``query`` (D,) is a photo's. The closest of all matches says whether one is good."""
    closest = max((match.similarity for match in matches), default=None)
    return SearchAnswer(tuple(matches[:k]), bands.is_good_match(closest, query) if bands else None, bands)


def embed_photo(encoder: Encoder, photo: Photo, crop: Crop | None, *, several: bool) -> Encoded:
    """A photo's embedding and features, one row each, of ``several`` crops or of the whole; raises ``ImageError``."""
    try:
        data = photo if isinstance(photo, bytes) else read_file(photo)
        rgb = read_photo(encoder, data, crop, several=several)
        return combine_crops(encoder.encode(query_crops(rgb, several=several)))
    except ImageError as error:
        if isinstance(photo, bytes):
            raise
        raise type(error)(f"{photo}: {error.message}", remedy=error.remedy) from error
