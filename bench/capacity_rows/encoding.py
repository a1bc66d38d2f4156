"""What encoding a million pictures takes and costs, on processors that were measured and ones that were not."""

from collections.abc import Iterator
from typing import Final

from bench.capacity_rows.model import Inputs

GFLOP_PER_PICTURE: Final = 2.2
"""The packaged model's convolutions: 1.1 billion multiplications and additions."""
GPU_UTILISATION: Final = 0.2
# Name, peak tera-operations a second in fp16, cores beside it, price units an hour: all assumed, none looked up or run.
GPUS: Final = (("NVIDIA T4", 65.0, 8, 0.75), ("NVIDIA L4", 121.0, 8, 0.85), ("NVIDIA H100", 989.0, 26, 4.0))


def encoding_table(inputs: Inputs) -> Iterator[str]:
    """A line for this CPU, one for a machine of the assumed size, and one for each of ``GPUS``."""
    own, assumed = inputs["encode"], inputs["assumed"]
    yield "\n### A million pictures\n"
    yield "| processor | pictures/s | hours | cost | |"
    yield "|---|---:|---:|---:|---|"
    cores, rate = own["cores"], own["cores"] * 1000 / own["core_ms"]
    yield _row(
        f"{cores} cores of this CPU", rate, cores * assumed["core_hour"], "measured: core time by bench/encode.py"
    )
    yield _row("16 such cores", 16 * rate / cores, 16 * assumed["core_hour"], "computed: by core")
    for name, tera, beside, hourly in GPUS:
        network = tera * 1000 * GPU_UTILISATION / GFLOP_PER_PICTURE
        decode = beside * 1000 / own["decode_core_ms"]
        limit = "its cores, which decode" if decode < network else "the GPU"
        yield _row(f"{name}, {beside} cores", min(network, decode), hourly, f"computed: limited by {limit}")


def _row(name: str, rate: float, hourly: float, note: str) -> str:
    hours = 1e6 / rate / 3600
    return f"| {name} | {rate:,.0f} | {hours:.2f} | {hours * hourly:.2f} | {note} |"
