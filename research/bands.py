"""How far can a calibration be trusted? Three catalogues, each calibrated, then asked with photos it never saw.

    python -m research.bands --data DATA                    # valid senders
    python -m research.bands --data DATA --senders valid test   # once, at the end
    python -m research.bands --data DATA --model FOLDER     # another encoder, with its garment_types.json

Catalogues: the shared packshots, the demo catalogue, and the photos of train senders. Stores stay in --cache, so a
second run encodes nothing again.
"""

import argparse
import csv
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bench.measure.machine import describe_machine
from deepstyle import Shop
from deepstyle.evaluation.calibration_report import (
    decision_fields,
    embed,
    measure_photos,
    photo_fields,
    sample_evidence,
)
from deepstyle.evaluation.photos import LabelledPhoto, read_labelled_photos
from deepstyle.learning.style.phone_photos import photos_of
from deepstyle.settings import Settings
from deepstyle.style.encoder import Encoder
from deepstyle.style.search import serving_model

PHOTOS: Final = ("phone-photos", "phone-photos-train")


@dataclass(frozen=True)
class Asked:
    """Photos by split, and their embeddings, once they are known."""

    photos: dict[str, list[LabelledPhoto]]
    vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)


def photos_by(data: Path, senders: str) -> list[LabelledPhoto]:
    """The labelled photos of the senders of a split, of both folders."""
    folders = [data / name for name in PHOTOS]
    wanted = set(photos_of(folders, senders))  # type: ignore[arg-type]
    return [photo for folder in folders for photo in read_labelled_photos(folder) if photo.path in wanted]


def catalogues(data: Path, cache: Path) -> Iterator[tuple[str, str]]:
    """The name and the place of each catalogue; that of the train senders is copied to ``cache``."""
    yield "packshots", str(data / "outfits")
    yield "demo", "drawn"
    folder = cache / "train-senders"
    folder.mkdir(exist_ok=True)
    table = folder / "photos.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["item_id", "image", "category", "semantic_category"])
        for photo in photos_by(data, "train"):
            shutil.copyfile(photo.path, folder / photo.path.name)
            rows.writerow([photo.path.stem, photo.path.name, photo.label, photo.semantic_category])
    yield "train senders", str(table)


def measure(name: str, place: str, asked: Asked, model: str, cache: Path) -> dict[str, Any]:
    """Import, encode and calibrate a catalogue, and ask with the photos of each split in ``asked``, embedded once."""
    url = f"sqlite:///{cache / (name.replace(' ', '-') + '.db')}"
    with Shop.open(url, model=model) as shop:
        if not shop.store.count():
            shop.import_catalogue(place)
        shop.encode(suggest=False, calibrate=False)
        started_s = time.perf_counter()
        calibration = shop.calibrate(force=True)
        calibrated_s = time.perf_counter() - started_s
        assert calibration.photo, calibration.reason
        assert calibration.item, calibration.reason
        encoder = Encoder.open(serving_model(shop.store, model, Settings().cache_dir, "auto"), streams=0)
        evidence = sample_evidence(shop.store, calibration, encoder)
        reports = {}
        for split, photos in asked.photos.items():
            if split not in asked.vectors:
                asked.vectors[split] = embed(encoder, [photo.decode for photo in photos])
            report = measure_photos(shop.store, calibration, evidence, photos, asked.vectors[split])
            reports[f"photos of {split} senders"] = photo_fields(report)
    return {
        "catalogue": name,
        "calibrated_s": round(calibrated_s, 1),
        "knows_types": calibration.types is not None,
        "queries": {
            "synthetic photos": decision_fields(calibration.photo),
            "items": decision_fields(calibration.item),
            **reports,
        },
    }


def row(name: str, fields: dict[str, Any]) -> str:
    """One line of the table: coverage, mean and worst false acceptance, calibration error."""
    coverage, by_kind = fields["coverage"], fields["false_acceptance"]
    worst = max(by_kind, key=lambda kind: by_kind[kind]["share"])
    mean = sum(one["share"] for one in by_kind.values()) / len(by_kind)
    at_worst = by_kind[worst]
    return (
        f"| {name} | {coverage['share']:.1%} ({coverage['low']:.1%} to {coverage['high']:.1%}) | {mean:.1%} | "
        f"{at_worst['share']:.1%} ({at_worst['low']:.1%} to {at_worst['high']:.1%}), {worst} of {at_worst['of']} | "
        f"{fields['calibration_error']:.3f} |"
    )


def main() -> None:
    """Print the tables, and all figures as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="outfits, phone-photos, phone-photos-train")
    parser.add_argument("--cache", type=Path, default=Path("var/research-bands"), help="where the stores are")
    parser.add_argument("--model", default="packaged", help="the encoder")
    parser.add_argument("--senders", nargs="+", choices=("valid", "test"), default=["valid"], help="whose photos ask")
    parser.add_argument("--save", type=Path, help="also write all figures to this JSON file")
    options = parser.parse_args()
    cache = options.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    asked = Asked({split: photos_by(options.data, split) for split in options.senders})
    print(f"{describe_machine()}; photos: { ({split: len(photos) for split, photos in asked.photos.items()}) }\n")
    print("| asked with | coverage | false acceptance, mean | worst category | calibration error |")
    print("|---|---|---|---|---|")
    found = []
    for name, place in catalogues(options.data, cache):
        found.append(measure(name, place, asked, options.model, cache))
        print(f"| **{name}** ({found[-1]['calibrated_s']} s) | | | | |")
        for queries, fields in found[-1]["queries"].items():
            print(row(queries, fields), flush=True)
    for one in found:
        for queries, fields in one["queries"].items():
            bands = fields.get("bands", [])
            shares = ", ".join(f"{band['band']} {band['share']:.1%} of {band['of']:,}" for band in bands)
            print(f"\n{one['catalogue']}, {queries}, right semantic category: {shares}" if bands else "", end="")
    print()
    if options.save:
        options.save.write_text(json.dumps(found, indent=1), "utf-8")


if __name__ == "__main__":
    main()
