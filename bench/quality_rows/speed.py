"""Encode speed beside the previous default: pictures a second in a batch, and the latency of one picture."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.quality_rows.columns import Column, Picture
from bench.quality_rows.table import Row, plain
from deepstyle.images.pixels import Rgb
from deepstyle.style.encoder import Encoder

BATCH, ROUNDS, SINGLE = 64, 7, 20


def speed_rows(columns: Sequence[Column], reference: Path, pictures: Sequence[Picture]) -> Iterator[Row]:
    """The median over rounds of each model's speed as a multiple of the reference's in the same round."""
    images = [picture.read() for picture in pictures[:BATCH]]
    folders = {column.name: column.folder for column in columns if column.folder}
    for measure, streams, count in (("batch", 0, BATCH), ("one picture", 1, SINGLE)):
        ours = {name: timed(folder, streams, images[:count]) for name, folder in folders.items()}
        theirs = timed(reference, streams, images[:count])
        ratios: dict[str, list[float]] = {name: [] for name in ours}
        for number in range(-1, ROUNDS):
            reference_s = theirs()
            for name, run in ours.items():
                ratio = reference_s / run()
                if number >= 0:
                    ratios[name].append(ratio)
        scores = {name: plain(statistics.median(values)) for name, values in ratios.items()}
        note = f"multiples of {reference.name}'s speed, median of {ROUNDS} interleaved rounds of {count} pictures"
        yield Row("encode speed", measure, 0, scores, now="1.00", wanted=">= 1.00", note=note, share=False)


def timed(folder: Path, streams: int, images: Sequence[Rgb]) -> Callable[[], float]:
    """Seconds for all of ``images``: side by side where ``streams`` is 0, else one after the other."""
    encoder = Encoder.open(folder, streams=streams)

    def run() -> float:
        started_s = time.perf_counter()
        if streams == 0:
            encoder.encode(images)
        else:
            for rgb in images:
                encoder.encode([rgb])
        return time.perf_counter() - started_s

    return run
