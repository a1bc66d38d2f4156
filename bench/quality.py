"""How good a model is: one table with cheap baselines beside it, and the same as JSON.

    DEEPSTYLE_DATA=../shared/data python -m bench.quality                          # packaged, valid senders and looks
    python -m bench.quality --model packaged --model packaged:lite2 --split test   # what is reported, once
    python -m bench.quality --only photos --only packshots --model FOLDER
    python -m bench.quality --only folds --fold-model F0 --fold-model F1 …         # five-fold cross-validation
    python -m bench.quality --only outfits --seeds 3                               # trains heads: minutes

A model is a name or a model folder. Each picture is encoded once per model and cached by content: the first run of a
model encodes about 9,000 pictures. Intervals are 95 %, by bootstrap over senders, looks or garment models. The data
sets are phone-photos, phone-photos-train, street-looks and outfits in --data.

--trained-on names the senders (remainder of their number divided by five) that the models before it saw; it decides
which photos are reported as seen and which models may answer a fold. Default: 0,1,2, and none for packaged:lite2.
"""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from bench.measure.machine import describe_machine
from bench.quality_rows.absent import absent_rows
from bench.quality_rows.columns import CachedEncoder, Column, histogram_column, model_column, raw_features_column
from bench.quality_rows.outfits import outfit_rows
from bench.quality_rows.own_pictures import own_picture_rows
from bench.quality_rows.packshots import other_colour_rows, type_rows
from bench.quality_rows.photos import fold_rows, photo_rows, shared_rows
from bench.quality_rows.proxies import photograph_rows, read_worn, worn_rows
from bench.quality_rows.sets import FOLDS, PHOTO_FOLDERS, read_packshots, read_photos
from bench.quality_rows.speed import speed_rows
from bench.quality_rows.table import Row, print_rows, write_rows
from deepstyle.learning.style.phone_photos import sender_split
from deepstyle.settings import Settings
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import float_model

UNTUNED = "packaged:lite2"
"""Today's default: its backbone was never tuned, and no photo trained it."""
GROUPS = (
    "photos",
    "shared",
    "packshots",
    "colours",
    "worn",
    "photographs",
    "copies",
    "absent",
    "speed",
    "outfits",
    "folds",
)
LONG = ("outfits", "folds")
"""Groups that are measured only where they are asked for."""


def main() -> None:
    options = parse()
    data, cache = options.data, options.cache
    encoders: dict[Path, CachedEncoder] = {}
    columns = [column(name, options, encoders, cache) for name in options.model]
    folds = [column(name, options, encoders, cache, fold=at) for at, name in enumerate(options.fold_model)]
    untuned = cached(float_model(UNTUNED, Settings().cache_dir), encoders, cache)
    compared = [*columns, raw_features_column(untuned), histogram_column()]
    print(describe_machine())
    rows: list[Row] = []
    for group in options.only or [name for name in GROUPS if name not in LONG]:
        found = list(measure(group, compared, columns, folds, options))
        rows += found
    print_rows(rows)
    if options.json:
        facts = {"split": options.split, "limit": options.limit, "models": described(columns), "data": str(data)}
        write_rows(options.json, rows, facts)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = Path(os.environ.get("DEEPSTYLE_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=data, help="the folder of the data sets (default: DEEPSTYLE_DATA)")
    parser.add_argument("--model", action="append", help="packaged, packaged:lite2, or a model folder; may be repeated")
    parser.add_argument("--fold-model", action="append", default=[], help="the model of fold 0, then that of fold 1, …")
    parser.add_argument("--trained-on", default="0,1,2", help="senders, by remainder, that the models were trained on")
    parser.add_argument("--split", default="valid", choices=["valid", "test"], help="tune on valid; use test once")
    parser.add_argument("--only", action="append", choices=GROUPS, help="measure this alone; may be repeated")
    parser.add_argument("--limit", type=int, default=500, help="packshots that are altered and searched; 0: all")
    parser.add_argument("--seeds", type=int, default=3, help="heads trained on the outfits' train split; 0: none")
    parser.add_argument("--cache", type=Path, default=Settings().cache_dir, help="where vectors are cached")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the table here")
    options = parser.parse_args()
    options.model = options.model or ["packaged"]
    if options.fold_model and len(options.fold_model) != FOLDS:
        parser.error(f"--fold-model is given {FOLDS} times or not at all")
    return options


def measure(
    group: str,
    compared: Sequence[Column],
    columns: Sequence[Column],
    folds: Sequence[Column],
    options: argparse.Namespace,
) -> Iterator[Row]:
    """The rows of one group: ``compared`` are the models and the baselines, ``columns`` the models alone."""
    data, split = options.data, options.split
    packshots = read_packshots(data / "outfits")
    if group in ("photos", "absent"):
        photos = [photo for photo in read_photos(data) if sender_split(photo.sender_id) == split]
        rows = photo_rows(compared, packshots, photos, split), absent_rows(columns, packshots, photos, split)
        yield from rows[group == "absent"]
    elif group == "outfits":
        yield from outfit_rows(columns, packshots, split, options.seeds)
    elif group == "shared":
        yield from shared_rows(compared, packshots, read_photos(data, PHOTO_FOLDERS[:1]))
    elif group == "folds":
        yield from fold_rows(compared, folds, packshots, read_photos(data))
    elif group == "packshots":
        yield from type_rows(compared, packshots)
    elif group == "colours":
        yield from other_colour_rows(compared, packshots)
    elif group == "worn":
        yield from worn_rows(compared, packshots, read_worn(data / "street-looks", split))
    elif group == "photographs":
        yield from photograph_rows(compared, packshots, drawn(len(packshots.items), options.limit))
    elif group == "copies":
        photos = [photo for photo in read_photos(data) if sender_split(photo.sender_id) == split]
        yield from own_picture_rows(columns, packshots, drawn(len(packshots.items), options.limit), photos)
    else:
        reference = float_model(UNTUNED, Settings().cache_dir)
        yield from speed_rows(columns, reference, packshots.pictures)


def column(
    name: str, options: argparse.Namespace, encoders: dict[Path, CachedEncoder], cache: Path, fold: int | None = None
) -> Column:
    folder = float_model(name, Settings().cache_dir)
    seen = frozenset(map(int, filter(None, options.trained_on.split(","))))
    if folder == float_model(UNTUNED, Settings().cache_dir):
        seen = frozenset()
    if fold is not None:
        seen = frozenset(range(FOLDS)) - {fold}
    shown = "/".join(Path(name).parts[-2:])
    return model_column(shown, cached(folder, encoders, cache), folder, seen)


def cached(folder: Path, encoders: dict[Path, CachedEncoder], cache: Path) -> CachedEncoder:
    """One encoder per folder, whatever names it goes by."""
    if folder not in encoders:
        encoders[folder] = CachedEncoder(Encoder.open(folder, streams=0), cache)
    return encoders[folder]


def drawn(count: int, limit: int) -> list[int]:
    """At most ``limit`` of ``count`` rows, ascending; the same in every run."""
    if limit == 0 or count <= limit:
        return list(range(count))
    return sorted(np.random.default_rng(0).choice(count, limit, replace=False).tolist())


def described(columns: Sequence[Column]) -> list[Mapping[str, object]]:
    return [
        {"name": one.name, "folder": str(one.folder), "fingerprint": one.encoder.fingerprint if one.encoder else ""}
        for one in columns
    ]


if __name__ == "__main__":
    main()
