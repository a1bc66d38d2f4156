"""Train the packaged garment detector, and print its figures on the valid looks.

    DEEPSTYLE_DATA=DATA python -m research.garments --out FOLDER

About half an hour on one core. ``research/garments.md`` has what was tried.
"""

import argparse
import os
from pathlib import Path

import torch

from deepstyle.learning.looks.data import read_examples, sized
from deepstyle.learning.looks.network import build_network
from deepstyle.learning.looks.package import write_detector
from deepstyle.learning.looks.train import TrainingConfig, train_detector
from deepstyle.learning.style.backbones.efficientnet_lite import EfficientNetLite
from deepstyle.learning.style.build import load_backbone
from deepstyle.looks.categories import GARMENTS
from deepstyle.style.weights import locate_weights

STEPS = (((288, 192), TrainingConfig()), ((384, 256), TrainingConfig(epochs=8, learning_rate=1e-3)))
LEAST_SCORE = 0.4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the detector's folder")
    options = parser.parse_args()
    torch.set_num_threads(1)
    folder = Path(os.environ["DEEPSTYLE_DATA"]) / "street-looks"
    examples = read_examples(folder, "train")
    trunk = load_backbone(locate_weights("packaged:lite0"))
    assert isinstance(trunk, EfficientNetLite)
    network = build_network(trunk, *STEPS[-1][0])
    for size, config in STEPS:
        photos, maps = sized(examples, *size)
        train_detector(network, photos, maps, config, lambda epoch, loss, _: print(f"epoch {epoch}: {loss:.3f}"))
    write_detector(
        network.eval(),
        options.out,
        STEPS[-1][0],
        dict.fromkeys(GARMENTS, LEAST_SCORE),
        architecture="tf_efficientnet_lite0 + feature pyramid of 64 channels",
        licence="Apache-2.0",
        seed=0,
    )


if __name__ == "__main__":
    main()
