"""Train the packaged garment detector, and print its figures on looks that it was not trained on.

    DEEPSTYLE_DATA=DATA python -m research.garments --out FOLDER

About two hours on one core. ``research/garments.md`` has what was tried.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812 (its usual name)

from bench.garments import Boxes, boxes_of, report
from deepstyle.learning.looks.data import Example, read_examples, sized
from deepstyle.learning.looks.decide import Output, fit_decisions, reading
from deepstyle.learning.looks.network import GarmentNetwork, build_network
from deepstyle.learning.looks.package import write_detector
from deepstyle.learning.looks.train import TrainingConfig, train_detector
from deepstyle.learning.style.backbones.efficientnet_lite import EfficientNetLite
from deepstyle.learning.style.build import load_backbone
from deepstyle.looks.letterbox import letterbox
from deepstyle.looks.parse import SCALE, in_photo, read_garments
from deepstyle.style.weights import locate_weights

SIZE: Final = 384, 256
FIRST: Final = ((288, 192), TrainingConfig()), (SIZE, TrainingConfig(epochs=8, learning_rate=1e-3))
"""The steps on the training looks alone."""
LAST: Final = TrainingConfig(epochs=9, batch=12, learning_rate=1e-3, smallest_scale=0.6, largest_scale=1.6, seed=1)
"""The step on them and on two thirds of the valid looks."""
HELD_OUT: Final = 3
"""Every third of the valid looks is not trained on."""
READINGS: Final = {
    "tops": reading(0.5, 0.2, 0.3),
    "bottoms": reading(2.0, 0.1, 0.3),
    "all-body": reading(2.0, 0.1, 0.3),
    "outerwear": reading(1.5, 0.1, 0.3),
    "shoes": reading(-1.0, 0.3, 0.35),
    "bags": reading(0.5, 1.0, 0.35),
    "hats": reading(1.0, 0.3, 0.35),
}
"""Bonus, least part and least score of each category, chosen on the valid looks. F1 is highest where what is reported
has a probability of at least half of F1 (Lipton, Elkan & Naryanaswamy 2014); what may be large needs a little less."""
FOLDS: Final = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the detector's folder")
    options = parser.parse_args()
    torch.set_num_threads(1)
    folder = Path(os.environ["DEEPSTYLE_DATA"]) / "street-looks"
    train, valid = read_examples(folder, "train"), read_examples(folder, "valid")
    trunk = load_backbone(locate_weights("packaged:lite0"))
    assert isinstance(trunk, EfficientNetLite)
    network = build_network(trunk, *SIZE)
    for size, config in FIRST:
        _train(network, train, size, config)
    outputs = outputs_of(network, valid)
    report_folds(outputs, valid)
    _train(network, train + [one for at, one in enumerate(valid) if at % HELD_OUT], SIZE, LAST)
    # Decisions are fitted to photos that the network had not seen: only the outputs before the last step are such.
    write_detector(
        network.eval(),
        options.out,
        SIZE,
        fit_decisions(outputs, valid, READINGS),
        architecture="tf_efficientnet_lite0 + feature pyramid of 64 channels",
        licence="Apache-2.0",
        seed=0,
    )


def _train(network: GarmentNetwork, examples: Sequence[Example], size: tuple[int, int], config: TrainingConfig) -> None:
    photos, maps = sized(examples, *size)
    train_detector(
        network, photos, maps, config, lambda epoch, loss, _: print(f"epoch {epoch}: {loss:.3f}", flush=True)
    )


@torch.no_grad()
def outputs_of(network: GarmentNetwork, examples: Sequence[Example]) -> list[Output]:
    """What the served detector would compute of each photo."""
    network.eval()
    found = []
    for one in examples:
        framed, place = letterbox(one.rgb, *SIZE)
        pixels, presence = network(torch.from_numpy(framed).permute(2, 0, 1)[None].float())
        logits = F.interpolate(pixels, scale_factor=float(4 // SCALE), mode="bilinear", align_corners=False)
        found.append((in_photo(logits[0].numpy(), place), presence[0].numpy()))
    return found


def report_folds(outputs: Sequence[Output], examples: Sequence[Example]) -> None:
    """Print the figures with decisions fitted to the other photos of ``FOLDS`` parts."""
    fold = np.random.default_rng(0).permutation(len(examples)) % FOLDS
    boxes: dict[str, Boxes] = {}
    for part in range(FOLDS):
        others = np.flatnonzero(fold != part)
        decisions = fit_decisions([outputs[at] for at in others], [examples[at] for at in others], READINGS)
        for at in np.flatnonzero(fold == part):
            boxes[examples[at].look_id] = boxes_of(read_garments(*outputs[at], decisions))
    report("before the last step", examples, lambda one: boxes[one.look_id])


if __name__ == "__main__":
    main()
