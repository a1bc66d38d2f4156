"""Garments found in photos of worn looks: F1 at IoU >= .5 of each category, and the time a photo takes.

    DEEPSTYLE_DATA=DATA python -m bench.garments                  # the valid split
    DEEPSTYLE_DATA=DATA python -m bench.garments --split test     # the test split: every fifth photo

The truth has one box per category and photo, around all its pixels; a garment below .4 % of the photo does not count.
"Boxes of the mean" is the baseline: the mean box of each category of the training photos, where the category is worn.
"""

import argparse
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from bench.measure.machine import describe_machine
from deepstyle.images.pixels import Rgb
from deepstyle.learning.looks.data import Box, Example, overlap, read_examples, true_boxes
from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.detector import GarmentDetector, packaged_detector
from deepstyle.looks.garment import Garments

OVERLAP = 0.5
LARGE = 0.05
Boxes = Mapping[str, Box]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("valid", "test"), default="valid")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print(describe_machine())
    folder = Path(os.environ["DEEPSTYLE_DATA"]) / "street-looks"
    examples, detector = read_examples(folder, options.split), packaged_detector(options.threads)
    mean = mean_boxes(read_examples(folder, "train"))
    print(f"{options.split}: {len(examples)} photos")
    print(f"{'':20}{'F1':>7}{'large':>8}" + "".join(f"{name:>11}" for name in GARMENTS))
    report("packaged detector", examples, lambda one: boxes_of(detector.detect(one.rgb)))
    report("boxes of the mean", examples, lambda one: {name: mean[name] for name in true_boxes(one.classes)})
    report_people(examples, detector)
    times = sorted(timed(detector, one) for one in examples)
    print(f"{1000 * times[len(times) // 2]:.1f} ms a photo beyond decoding (median)")


def boxes_of(garments: Garments) -> Boxes:
    """The best box of each category."""
    found: dict[str, Box] = {}
    for garment in garments.garments:
        box = garment.box
        found.setdefault(garment.semantic_category, (box.x, box.y, box.width, box.height))
    return found


def mean_boxes(examples: Sequence[Example]) -> Boxes:
    """The mean box of each category."""
    boxes = [(name, box) for one in examples for name, (box, _) in true_boxes(one.classes).items()]
    means = {name: np.mean([box for other, box in boxes if other == name], axis=0) for name in GARMENTS}
    return {name: (float(x), float(y), float(wide), float(high)) for name, (x, y, wide, high) in means.items()}


def report(name: str, examples: Sequence[Example], find: Callable[[Example], Boxes]) -> None:
    """Print one row: micro F1, the share of large garments found, and F1 of each category."""
    counts = {category: np.zeros(3, int) for category in GARMENTS}
    large = np.zeros(2, int)
    for one in examples:
        found, truth = find(one), true_boxes(one.classes)
        for category in GARMENTS:
            is_hit = category in found and category in truth and overlap(found[category], truth[category][0]) >= OVERLAP
            counts[category] += (is_hit, category in found and not is_hit, category in truth and not is_hit)
            if category in truth and truth[category][1] >= LARGE:
                large += (is_hit, 1)
    total = f1(np.sum(list(counts.values()), axis=0))
    each = "".join(f"{f1(counts[category]):11.3f}" for category in GARMENTS)
    print(f"{name:20}{total:7.3f}{large[0] / max(1, large[1]):8.3f}{each}")


def report_people(examples: Sequence[Example], detector: GarmentDetector) -> None:
    """Print how often one person is counted in a photo, and two where two photos are put side by side.

    "Trimmed" photos end where the garments end, so that people stand shoulder to shoulder.
    """
    print("people counted right:", end=" ")
    _report_count("one in a photo", detector, [one.rgb for one in examples], 1)
    for name, photos in (("two in a pair", [one.rgb for one in examples]), ("in a trimmed pair", trimmed(examples))):
        _report_count(name, detector, [side_by_side(*pair) for pair in zip(photos[::2], photos[1::2], strict=False)], 2)
    print()


def _report_count(name: str, detector: GarmentDetector, photos: Sequence[Rgb], people: int) -> None:
    right = np.mean([detector.detect(rgb).people == people for rgb in photos])
    print(f"{name} {right:.1%} of {len(photos)}", end="; ")


def trimmed(examples: Sequence[Example]) -> list[Rgb]:
    """The columns of each photo that have garments."""
    columns = [np.flatnonzero(one.classes.any(0)) for one in examples]
    return [one.rgb[:, at[0] : at[-1] + 1] for one, at in zip(examples, columns, strict=True)]


def side_by_side(left: Rgb, right: Rgb) -> Rgb:
    """Two photos (H, W, 3) as one; the lower one goes on in grey."""
    high = max(len(left), len(right))
    both = [np.pad(one, ((0, high - len(one)), (0, 0), (0, 0)), constant_values=128) for one in (left, right)]
    return np.concatenate(both, axis=1)


def f1(counts: np.ndarray[tuple[int, ...], np.dtype[np.int_]]) -> float:
    """From hits, false alarms and misses."""
    hits, alarms, misses = counts.tolist()
    return float(2 * hits / max(1, 2 * hits + alarms + misses))


def timed(detector: GarmentDetector, one: Example) -> float:
    started_s = time.perf_counter()
    detector.detect(one.rgb)
    return time.perf_counter() - started_s


if __name__ == "__main__":
    main()
