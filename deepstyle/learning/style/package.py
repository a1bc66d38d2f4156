"""Build a model that ships with the package, in fp16 and in int8 beside it.

python -m deepstyle.learning.style.package --trained RUN --photos PHONE_PHOTOS --photos MORE --packshots FOLDER

RUN is a training of ``configs/packaged.toml`` (``deepstyle train style``), or the file of one that
``research/packaged_encoder.py`` saved. Without ``--trained`` it builds ``packaged:lite2``, which was not trained.

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
from deepstyle.learning.commit import git_commit
from deepstyle.learning.config import read_config
from deepstyle.learning.style.backbones import Backbone
from deepstyle.learning.style.build import export_model
from deepstyle.learning.style.compress import compress
from deepstyle.learning.style.config import StyleConfig
from deepstyle.learning.style.export import export_onnx
from deepstyle.learning.style.head import packaged_head, statistics
from deepstyle.learning.style.phone_photos import photos_of
from deepstyle.learning.style.quantise import CALIBRATION_IMAGES, FIRST_LAYERS_KEPT, HeldOut, write_int8
from deepstyle.learning.style.run import read_run, trained_network
from deepstyle.learning.torch_state import restored_tensors
from deepstyle.style.colour import COLOUR_DIM
from deepstyle.style.model import FASHION_MODEL, LITE2_MODEL
from deepstyle.style.recipe import DEMO_HEAD
from deepstyle.style.spec import ModelSpec, write_model
from deepstyle.style.weights import locate_weights

COLOUR_WEIGHT: Final = 0.15
"""The colour's share of a vector; see ``research/colour.md``."""
FEATURES_COLOURS: Final = 3
"""How often the features for outfits repeat the colour; see ``research/outfit_features.md``."""
PACKSHOTS: Final = 600
"""How many of the packshots the gate reads here; ``bench/packaged_models.py`` reads all."""


def package(
    folder: Path,
    graph: bytes,
    spec: ModelSpec,
    calibration: Sequence[Rgb],
    held_out: HeldOut,
    first_layers: Sequence[int] = FIRST_LAYERS_KEPT,
) -> tuple[ModelSpec, ModelSpec | None]:
    """Write ``folder`` in fp16 and ``folder/int8``; return both specs, the second ``None`` where the gate refused.

    ``graph`` and ``spec`` are those of the float model; the other arguments are those of ``write_int8``.
    """
    half = compress(graph)
    spec = dataclasses.replace(spec, precision="fp16", onnx_sha256=hashlib.sha256(half).hexdigest())
    shutil.rmtree(folder / "int8", ignore_errors=True)
    write_model(folder, half, spec)
    try:
        return spec, write_int8(folder, calibration, held_out, first_layers=first_layers, on_progress=print)
    except ModelError as error:
        print(error)  # noqa: T201
        return spec, None


def untrained_model(projection: torch.Tensor) -> tuple[bytes, ModelSpec]:
    """The graph and the spec of ``packaged:lite2``, whose head has the matrix ``projection`` (512, 1280)."""
    return export_model(locate_weights("packaged:lite2"), DEMO_HEAD, projection)


def trained_model(trained: Path, config: StyleConfig, colour_weight: float) -> tuple[bytes, ModelSpec]:
    """The graph and the spec of a training: of a run's folder, or of a safetensors file of its parameters.

    The features are named by the trained parameters, so that a compatibility head fits every precision of the model.
    """
    weights = locate_weights(config.model.weights, architecture=config.model.architecture)
    network = trained_network(trained_parameters(trained), config, weights)
    network.features = "middle"
    features_colours = FEATURES_COLOURS if colour_weight else 0
    size = weights.preprocessing
    graph = export_onnx(network, size.height_px, size.width_px)
    style_dim = network.head.out_features
    spec = ModelSpec(
        architecture=weights.architecture,
        weights="packaged:fashion",
        weights_sha256=hashlib.sha256(graph).hexdigest(),
        head=f"fashion-{style_dim}",
        precision="fp32",
        features_dim=middle_dim(network.backbone) + features_colours * COLOUR_DIM,
        embedding_dim=style_dim + (COLOUR_DIM if colour_weight else 0),
        preprocessing=size,
        onnx_sha256="",
        git_commit=git_commit(),
        colour_dim=COLOUR_DIM if colour_weight else 0,
        colour_weight=colour_weight,
        features_colours=features_colours,
    )
    return graph, spec


def middle_dim(backbone: Backbone) -> int:
    """How many features the stages in the middle give."""
    with torch.no_grad():
        return statistics(backbone.forward_stages(torch.zeros(1, 3, 64, 64))[backbone.middle_stage :]).shape[1]


def trained_parameters(trained: Path) -> dict[str, torch.Tensor]:
    """The trained parameters in float32, without those of the losses."""
    if trained.is_dir():
        checkpoint, _ = read_run(trained)
        tensors = dict(restored_tensors(checkpoint)["best"])
    else:
        tensors = load_file(trained)
    return {name: tensor.float() for name, tensor in tensors.items() if not name.startswith("losses.")}


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
    parser.add_argument("--trained", type=Path, help="a training's folder, or a safetensors file of its parameters")
    parser.add_argument("--config", type=Path, help="the training's configuration: configs/packaged.toml")
    parser.add_argument("--colour-weight", type=float, default=COLOUR_WEIGHT, help="the colour's share of a vector")
    parser.add_argument("--head", type=Path, help="packaged:lite2: a head of demo_head.py; default: its own")
    parser.add_argument(
        "--first-layers",
        type=int,
        action="append",
        help="keep this many of the first convolutions in float; may be repeated; default: the fewest that pass",
    )
    parser.add_argument("--seed", type=int, default=0, help="draws the calibration photos and the packshots")
    parser.add_argument("--to", type=Path, help="the model folder to write; default: the one that ships")
    options = parser.parse_args()
    if options.trained:
        config = read_config(options.config, StyleConfig)
        graph, spec = trained_model(options.trained, config, options.colour_weight)
    else:
        graph, spec = untrained_model(load_file(options.head)["weight"] if options.head else packaged_head())
    folder = options.to or (FASHION_MODEL if options.trained else LITE2_MODEL)
    train = draw(photos_of(options.photos, "train"), CALIBRATION_IMAGES, options.seed)
    packshots = draw(sorted(options.packshots.glob("*.jpg")), PACKSHOTS, options.seed)
    held_out = {
        "photos": read_pictures(photos_of(options.photos, "valid")),
        "packshots": read_pictures(packshots),
    }
    first_layers = options.first_layers or FIRST_LAYERS_KEPT
    for written in package(folder, graph, spec, read_pictures(train), held_out, first_layers):
        print(written)  # noqa: T201


if __name__ == "__main__":
    main()
