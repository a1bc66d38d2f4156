"""How soon the encoder alone answers one picture: p50 and p95 from prepared pixels, and from JPEG bytes.

    python bench/latency.py --data FOLDER --model packaged      # FOLDER/images/*.jpg; default: the demo

No HTTP and no search: `/search_image` is compared with the last column. fp32 and, where it is, int8, interleaved.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from encode import find_images
from machine import describe_machine

from deepstyle.settings import Settings
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="demo", help="a folder with images/*.jpg, or demo")
    parser.add_argument(
        "--model", default="packaged", help="none (ResNet-50, random weights), packaged, packaged:lite0"
    )
    parser.add_argument("--images", type=int, default=300)
    parser.add_argument("--quick", action="store_true", help="30 pictures")
    told = parser.parse_args()

    machine = describe_machine()
    fp32 = ensure_model(told.model, Settings().cache_dir, "fp32")
    encoders, opened_s = {}, {}
    for precision, folder in {"fp32": fp32, "int8": fp32 / "int8"}.items():
        if folder.is_dir():
            started_s = time.perf_counter()
            encoders[precision] = Encoder.open(folder)
            opened_s[precision] = time.perf_counter() - started_s
    with tempfile.TemporaryDirectory() as scratch:
        pictures = [
            path.read_bytes() for path in find_images(told.data, 30 if told.quick else told.images, Path(scratch))
        ]
    times_ms: dict[str, list[tuple[float, float]]] = {precision: [] for precision in encoders}
    for data in [pictures[0]] * 3 + pictures:
        for precision, encoder in encoders.items():
            times_ms[precision].append(time_one(encoder, data))
    print(f"{machine}\n{told.model}, one picture at a time, {len(pictures)} pictures\n")
    print(f"{'':6}{'open':>8}{'prepared: p50':>16}{'p95':>8}{'JPEG bytes: p50':>18}{'p95':>8}   (ms)")
    for precision, told_ms in times_ms.items():
        (p50, whole_p50), (p95, whole_p95) = np.percentile(np.array(told_ms[3:]), [50, 95], axis=0)
        print(f"{precision:6}{opened_s[precision] * 1e3:8.0f}{p50:16.1f}{p95:8.1f}{whole_p50:18.1f}{whole_p95:8.1f}")


def time_one(encoder: Encoder, data: bytes) -> tuple[float, float]:
    """Milliseconds from prepared pixels, and from JPEG bytes."""
    pixels = encoder.prepare(encoder.decode(data))[None]
    return milliseconds(lambda: encoder.encode_prepared(pixels)), milliseconds(
        lambda: encoder.encode([encoder.decode(data)])
    )


def milliseconds(call: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    call()
    return (time.perf_counter() - started_s) * 1e3


if __name__ == "__main__":
    main()
