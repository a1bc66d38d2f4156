"""Tiny data sets in the layouts in which the real ones are published, with their traps."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepstyle.images.pixels import Rgb, resize
from tests.images.pictures import photo, save


def embed(rgb: Rgb) -> NDArray[np.float32]:
    """A thumbnail as a unit vector: pictures that look alike are close."""
    small = resize(rgb, 6, 6, "stretch").reshape(-1).astype(np.float32) - 128
    return small / np.linalg.norm(small)


def jpeg(path: Path, seed: int, *, quality: int = 95) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(save(photo(60, 80, seed), "JPEG", quality=quality))


def in_shop(root: Path) -> Path:
    """Three garments with a query and two gallery pictures each, and one of the training split without pictures."""
    rows, boxes = [], []
    for garment in range(3):
        for number, status in enumerate(("query", "gallery", "gallery")):
            name = f"img/WOMEN/Dresses/id_{garment:08}/0{number}_front.jpg"
            jpeg(root / "Img" / name, garment, quality=95 - 20 * number)
            rows.append(f"{name}    id_{garment:08}    {status}")
            boxes.append(f"{name} 3 1 010 005 {80 if number else 50:03} 070")
    rows.append("img/MEN/Denim/id_00000099/01_front.jpg id_00000099 train")
    write_in_shop(root, rows)
    head = f"{len(boxes)}\nimage_name clothes_type pose_type x_1 y_1 x_2 y_2\n"
    (root / "Anno").mkdir()
    (root / "Anno" / "list_bbox_inshop.txt").write_text(head + "\n".join(boxes), "utf-8")
    return root


def write_in_shop(root: Path, rows: Sequence[str], *, count: int | None = None) -> None:
    (root / "Eval").mkdir(exist_ok=True)
    head = f"{len(rows) if count is None else count}\nimage_name item_id evaluation_status\n"
    (root / "Eval" / "list_eval_partition.txt").write_text(head + "\n".join(rows) + "\n", "utf-8")


def street2shop(root: Path) -> Path:
    """Dresses: two street photos, one with two boxes and one paired with two products; hats: one, with a far box."""
    meta = root / "meta" / "json"
    meta.mkdir(parents=True)
    box = {"left": 0, "top": 0, "width": 60, "height": 80}
    far = {"left": -5, "top": 10, "width": 600, "height": 70}
    dresses = [
        {"photo": 1, "product": 11, "bbox": box},
        {"photo": 1, "product": 12, "bbox": box},
        {"photo": 2, "product": 13, "bbox": box},
        {"photo": 2, "product": 11, "bbox": {**box, "width": 20}},
    ]
    shop = [(3, 11), (4, 11), (5, 12), (6, 13), (7, 14)]
    (meta / "test_pairs_dresses.json").write_text(json.dumps(dresses))
    (meta / "retrieval_dresses.json").write_text(json.dumps([{"photo": a, "product": b} for a, b in shop]))
    (meta / "train_pairs_dresses.json").write_text(json.dumps([{"photo": 90, "product": 91, "bbox": box}]))
    (meta / "test_pairs_hats.json").write_text(json.dumps([{"photo": 8, "product": 21, "bbox": far}]))
    (meta / "retrieval_hats.json").write_text(json.dumps([{"photo": 9, "product": 21}]))
    seeds = {1: 0, 2: 1, 3: 5, 4: 0, 5: 6, 6: 1, 7: 7, 8: 2, 9: 2}
    for number, seed in seeds.items():
        jpeg(root / "images" / f"{number:09}.{'jpeg' if number == 4 else 'jpg'}", seed)
    return root


def fashion_iq(root: Path) -> Path:
    """Per category four pictures in the split; a question's target looks like its candidate, except in one."""
    for at, category in enumerate(("dress", "shirt", "toptee")):
        names = [f"B{at}{number}" for number in range(4)]
        for number, name in enumerate(names):
            jpeg(
                root / "images" / f"{name}.{'png' if number == 3 else 'jpg'}",
                (0, 0, 1, 2)[number],
                quality=95 - 10 * number,
            )
        (root / "captions").mkdir(exist_ok=True)
        (root / "image_splits").mkdir(exist_ok=True)
        asked = [
            {"candidate": names[0], "target": names[1], "captions": ["is red.", "has no sleeves "]},
            {"candidate": names[0], "target": names[3], "captions": ["is longer", "is blue"]},
        ]
        (root / "captions" / f"cap.{category}.val.json").write_text(json.dumps(asked))
        (root / "image_splits" / f"split.{category}.val.json").write_text(json.dumps(names))
    return root
