"""The three training sets in their layouts, with a few tiny pictures."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.images.pictures import photo, save

LABELS = ("null", "shoes", "dress", "skin")


def write_phone_photos(folder: Path, senders: int = 10) -> Path:
    (folder / "images").mkdir(parents=True)
    rows = ["image,label,sender_id,kids"]
    for sender in range(senders):
        for label in ("T-Shirt", "Hat", "Not sure"):
            name = f"{sender}-{label}.jpg"
            (folder / "images" / name).write_bytes(save(photo(60, 80, seed=sender), "JPEG", quality=90))
            rows.append(f"{name},{label},{sender},False")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    return folder


def write_street_looks(folder: Path, looks: int = 10) -> Path:
    """Each look wears a dress of 30 x 40 pixels above shoes of 30 x 26 pixels."""
    for name in ("photos", "labels"):
        (folder / name).mkdir(parents=True)
    values = np.zeros((120, 80), np.uint8)
    values[10:50, 25:55] = 2
    values[80:106, 25:55] = 1
    for number in range(looks):
        (folder / "photos" / f"{number:04}.jpg").write_bytes(save(photo(80, 120, seed=number), "JPEG", quality=90))
        Image.fromarray(values).save(folder / "labels" / f"{number:04}.png")
    rows = [f"{value},{name}" for value, name in enumerate(LABELS)]
    (folder / "label_names.csv").write_text("value,name\n" + "\n".join(rows) + "\n")
    return folder
