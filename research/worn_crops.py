"""Which part of a photo finds a worn garment best: its box, a wider box, or the garment alone on white?

    python -m research.worn_crops --data FOLDER    # holds outfits and street-looks

Packshots are cut out and put onto street photos of the train split, one of each of three categories a photo, in
another light. Each is searched for among the packshots of its category. Boxes and masks are those that the garment was
put in with; "rough mask" is that mask at 24 x 24, grown by one.
"""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.feeds.outfits import read_outfits
from deepstyle.catalogue.feeds.polyvore import PolyvoreSource
from deepstyle.images.pixels import Rgb, decode, resize
from deepstyle.settings import Settings
from deepstyle.style.crops import foreground_mask
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model

PLACES = {"tops": (0.08, 0.28, 0.40, 0.44), "bottoms": (0.46, 0.30, 0.38, 0.40), "shoes": (0.84, 0.36, 0.14, 0.28)}
"""Top, left, height and width of each garment in a photo, in fractions."""
HEIGHT_PX, WIDTH_PX = 780, 560
Box = tuple[int, int, int, int]
Cut = Callable[[Rgb, Box, NDArray[np.bool_]], Rgb]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("DEEPSTYLE_DATA", "data")))
    parser.add_argument("--photos", type=int, default=100, help="composed photos (default: %(default)s)")
    parser.add_argument("--gallery", type=int, default=400, help="packshots of a category (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    random, settings = np.random.default_rng(options.seed), Settings()
    encoder = Encoder.open(ensure_model(settings.model, settings.cache_dir, settings.precision))
    streets = sorted((options.data / "street-looks" / "photos").glob("*.jpg"))
    streets = [path for at, path in enumerate(streets) if at % 5 > 1]
    pictures = {kind: packshots(options.data / "outfits", kind, options.gallery) for kind in PLACES}
    galleries = {kind: encoder.encode(found).embeddings for kind, found in pictures.items()}
    ranks: dict[str, list[int]] = {name: [] for name in CUTS}
    for _ in range(options.photos):
        street = decode(streets[random.integers(len(streets))].read_bytes())
        photo, worn = compose(street, pictures, random)
        for name, cut in CUTS.items():
            vectors = encoder.encode([cut(photo, box, mask) for _, _, box, mask in worn]).embeddings
            for (kind, at, *_), vector in zip(worn, vectors, strict=True):
                similarities = galleries[kind] @ vector
                ranks[name].append(int((similarities > similarities[at]).sum()))
    print(f"{'':24}{'R@1':>7}{'R@5':>7}{'R@10':>7}   {len(ranks['box'])} garments, {options.gallery} packshots each")
    for name, found in ranks.items():
        print(f"{name:24}" + "".join(f"{np.mean(np.array(found) < k):7.3f}" for k in (1, 5, 10)))


def packshots(root: Path, kind: str, count: int) -> list[Rgb]:
    """Pictures of items of the disjoint valid outfits."""
    source = PolyvoreSource(root)
    worn = {item_id for outfit in read_outfits(root, "disjoint", "valid") for item_id in outfit.item_ids}
    found: list[Rgb] = []
    for record in source.records():
        item = getattr(record, "item", None)
        if item is not None and item.semantic_category == kind and item.item_id in worn:
            found.append(decode(source.read_bytes(record)))  # type: ignore[arg-type]
        if len(found) == count:
            break
    return found


def compose(
    street: Rgb, pictures: dict[str, list[Rgb]], random: np.random.Generator
) -> tuple[Rgb, list[tuple[str, int, Box, NDArray[np.bool_]]]]:
    """A photo (H, W, 3) with one garment of each kind, its place in the gallery, its box in pixels and its mask."""
    photo = resize(street, HEIGHT_PX, WIDTH_PX, "stretch").astype(np.float64)
    worn = []
    for kind, (top, left, height, width) in PLACES.items():
        at = int(random.integers(len(pictures[kind])))
        picture = pictures[kind][at]
        mask = foreground_mask(resize(picture, 64, 64, "stretch"))
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        if not len(rows):
            continue
        scale_y, scale_x = picture.shape[0] / 64, picture.shape[1] / 64
        part = picture[
            int(rows[0] * scale_y) : max(int((rows[-1] + 1) * scale_y), 2),
            int(columns[0] * scale_x) : max(int((columns[-1] + 1) * scale_x), 2),
        ]
        box = int(top * HEIGHT_PX), int(left * WIDTH_PX), int(height * HEIGHT_PX), int(width * WIDTH_PX)
        alpha = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        light = random.uniform(0.75, 1.15) * random.uniform(0.93, 1.07, 3)
        put(photo, np.clip(resize(part, box[2], box[3], "stretch") * light, 0, 255), box, alpha)
        worn.append((kind, at, box, alpha))
    return photo.astype(np.uint8), worn


def put(photo: NDArray[np.float64], part: NDArray[np.float64], box: Box, alpha: NDArray[np.bool_]) -> None:
    top, left, height, width = box
    shown = soft(alpha, height, width)[..., None]
    area = photo[top : top + height, left : left + width]
    area[:] = shown * part + (1 - shown) * area


def soft(mask: NDArray[np.bool_], height: int, width: int) -> NDArray[np.float64]:
    """(H, W) in 0..1: the mask at another size."""
    grey = np.where(mask, np.uint8(255), np.uint8(0))[..., None].repeat(3, 2)
    return resize(grey, height, width, "stretch", interpolation="bilinear")[..., 0] / 255.0


def in_box(margin: float) -> Cut:
    def cut(photo: Rgb, box: Box, mask: NDArray[np.bool_]) -> Rgb:
        top, left, height, width = box
        dy, dx = int(margin * height), int(margin * width)
        return photo[max(0, top - dy) : top + height + dy, max(0, left - dx) : left + width + dx]

    return cut


def on_white(rough: bool) -> Cut:
    def cut(photo: Rgb, box: Box, mask: NDArray[np.bool_]) -> Rgb:
        top, left, height, width = box
        part = photo[top : top + height, left : left + width]
        if rough:
            small = np.pad(soft(mask, 24, 24) > 0.5, 1)
            shifted = [small[y : y + 24, x : x + 24] for y in range(3) for x in range(3)]
            mask = np.any(shifted, axis=0)
        return np.where(soft(mask, height, width)[..., None] > 0.5, part, np.uint8(255)).astype(np.uint8)

    return cut


CUTS: dict[str, Cut] = {
    "box": in_box(0),
    "box and 4 %": in_box(0.04),
    "box and 10 %": in_box(0.10),
    "on white": on_white(False),
    "on white, rough mask": on_white(True),
}

if __name__ == "__main__":
    main()
