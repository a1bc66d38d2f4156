"""Build the model that ships with the package: the default weights and head in fp16, and an int8 model beside it.

python -m deepstyle.learning.style.package --photos PHONE_PHOTOS --photos MORE_PHONE_PHOTOS --packshots FOLDER

The int8 model is calibrated on photos of *train* senders and kept only if it passes its gate on photos of *valid*
senders and on the packshots, which are read for this and nothing else. The same inputs give the same files on the same
versions of torch, onnx and nncf.
"""

import argparse
import dataclasses
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from safetensors.torch import load_file

from deepstyle.errors import ModelError
from deepstyle.images.pixels import Rgb, decode
from deepstyle.learning.style.build import export_model
from deepstyle.learning.style.compress import compress
from deepstyle.learning.style.head import packaged_head
from deepstyle.learning.style.phone_photos import photos_of
from deepstyle.learning.style.quantise import CALIBRATION_IMAGES, FIRST_LAYERS_KEPT, HeldOut, write_int8
from deepstyle.style.model import LITE2_MODEL
from deepstyle.style.recipe import DEMO_HEAD
from deepstyle.style.spec import ModelSpec, write_model
from deepstyle.style.weights import locate_weights

PACKSHOTS: Final = 600
"""How many of the packshots the gate reads here; ``bench/packaged_models.py`` reads all."""


def package(
    folder: Path,
    projection: torch.Tensor,
    calibration: Sequence[Rgb],
    held_out: HeldOut,
    first_layers: Sequence[int] = FIRST_LAYERS_KEPT,
) -> tuple[ModelSpec, ModelSpec | None]:
    """Write ``folder`` in fp16 and ``folder/int8``; return both specs, the second ``None`` where the gate refused.

    ``projection`` (512, 1280) is the head's matrix; the other arguments are those of ``write_int8``.
    """
    graph, spec = export_model(locate_weights("packaged:lite2"), DEMO_HEAD, projection)
    half = compress(graph)
    spec = dataclasses.replace(spec, precision="fp16", onnx_sha256=hashlib.sha256(half).hexdigest())
    shutil.rmtree(folder / "int8", ignore_errors=True)
    write_model(folder, half, spec)
    try:
        return spec, write_int8(folder, calibration, held_out, first_layers=first_layers, on_progress=print)
    except ModelError as error:
        print(error)  # noqa: T201
        return spec, None


def read_pictures(paths: Sequence[Path]) -> list[Rgb]:
    """Decode pictures, no larger than the packaged model needs."""
    side_px = locate_weights("packaged:lite2").preprocessing.longest_px
    return [decode(path.read_bytes(), min_side_px=side_px) for path in paths]


def draw(paths: Sequence[Path], count: int, seed: int) -> list[Path]:
    """``count`` of ``paths``, in their order."""
    rows = np.random.default_rng(seed).permutation(len(paths))[:count]
    return [paths[row] for row in sorted(rows)]


def main() -> None:
    """Read the pictures and write the folder that ships."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, action="append", required=True, help="a folder of phone photos")
    parser.add_argument("--packshots", type=Path, required=True, help="a folder of packshots, for the gate alone")
    parser.add_argument("--head", type=Path, help="a head of demo_head.py; default: that of the packaged model")
    parser.add_argument(
        "--first-layers",
        type=int,
        action="append",
        help="keep this many of the first convolutions in float; may be repeated; default: the fewest that pass",
    )
    parser.add_argument("--seed", type=int, default=0, help="draws the calibration photos and the packshots")
    parser.add_argument("--to", type=Path, default=LITE2_MODEL, help="the model folder to write")
    options = parser.parse_args()
    projection = load_file(options.head)["weight"] if options.head else packaged_head()
    train = draw(photos_of(options.photos, "train"), CALIBRATION_IMAGES, options.seed)
    packshots = draw(sorted(options.packshots.glob("*.jpg")), PACKSHOTS, options.seed)
    held_out = {
        "photos": read_pictures(photos_of(options.photos, "valid")),
        "packshots": read_pictures(packshots),
    }
    first_layers = options.first_layers or FIRST_LAYERS_KEPT
    for spec in package(options.to, projection, read_pictures(train), held_out, first_layers):
        print(spec)  # noqa: T201


if __name__ == "__main__":
    main()
