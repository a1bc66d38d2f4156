"""How far to trust the category that the encoder sees in a picture, where a catalogue gives none.

    python -m bench.seen_categories                                # minutes; needs DEEPSTYLE_DATA

On pictures that neither the encoder nor its classifier was fitted on: phone photos of the valid senders, and packshots
of the valid split. For each least confidence it prints the share of pictures of which a category is said, the share of
these that is right, and the mean confidence; ``LEAST_CONFIDENCE`` is chosen by it.
"""

import argparse
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np

from deepstyle.catalogue.feeds.polyvore import read_items
from deepstyle.catalogue.rows import Record, read_file
from deepstyle.evaluation.photos import read_labelled_photos
from deepstyle.images.pixels import Rgb, decode
from deepstyle.learning.style.phone_photos import photos_of
from deepstyle.settings import Settings
from deepstyle.style.calibration.garment_types import GarmentTypes, read_types
from deepstyle.style.encoder import Encoder
from deepstyle.style.item_categories import LEAST_CONFIDENCE
from deepstyle.style.model import ensure_model

CONFIDENCES: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
Labelled = tuple[str, Callable[[], Rgb]]


def phone_photos(data: Path) -> list[Labelled]:
    """The photos of the valid senders."""
    folders = [data / "phone-photos", data / "phone-photos-train"]
    valid = set(photos_of(folders, "valid"))
    photos = (photo for folder in folders for photo in read_labelled_photos(folder))
    return [(photo.semantic_category, photo.decode) for photo in photos if photo.path in valid]


def packshots(data: Path) -> list[Labelled]:
    """The items of the valid outfits."""
    outfits = json.loads((data / "outfits" / "disjoint" / "valid.json").read_text())
    wanted = {item["item_id"] for outfit in outfits for item in outfit["items"]}
    rows = (row for row in read_items(data / "outfits") if isinstance(row, Record) and row.item.item_id in wanted)
    return [(row.item.semantic_category, _reader(row.image_path)) for row in rows if row.image_path]


def _reader(path: Path) -> Callable[[], Rgb]:
    return lambda: decode(read_file(path))


def report(name: str, pictures: Sequence[Labelled], encoder: Encoder, types: GarmentTypes) -> None:
    """Print the shares for each confidence."""
    with ThreadPoolExecutor(2 * encoder.streams) as pool:
        vectors = list(pool.map(lambda one: encoder.encode([one[1]()]).embeddings[0], pictures))
    posterior = types.posterior(np.stack(vectors))
    best, sure = posterior.argmax(axis=1), posterior.max(axis=1)
    seen = np.array(types.names)[best]
    right = seen == np.array([label for label, _ in pictures])
    print(f"{name}: {len(pictures)} pictures\n{'least confidence':>18}{'said':>9}{'right':>9}{'confidence':>12}")
    for least in CONFIDENCES:
        said = (sure >= least) & (seen != "")
        shares = said.mean(), right[said].mean(), sure[said].mean()
        mark = " *" if least == LEAST_CONFIDENCE else ""
        print(f"{least:18}" + "".join(f"{share:9.1%}" for share in shares[:2]) + f"{shares[2]:12.1%}{mark}")


def main() -> None:
    """Measure the packaged model on both sets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=0, help="take so many pictures of each set at most (0: all)")
    parser.add_argument("--model", default="packaged", help="the model")
    options = parser.parse_args()
    data = Path(os.environ.get("DEEPSTYLE_DATA", "../shared/data"))
    folder = ensure_model(options.model, Settings().cache_dir)
    encoder = Encoder.open(folder, streams=0)
    types = read_types(folder, encoder.spec)
    if types is None:
        raise SystemExit(f"{options.model} has no classifier of categories.")
    for name, pictures in (("phone photos", phone_photos(data)), ("packshots", packshots(data))):
        report(name, pictures[:: max(1, len(pictures) // options.most)] if options.most else pictures, encoder, types)


if __name__ == "__main__":
    main()
