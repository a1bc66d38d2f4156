"""Images per second of `deepstyle encode` and of a plain loop: Pillow and torch eager, the same network and weights.

    python -m bench.encode --data FOLDER          # FOLDER/images/*.jpg, such as Polyvore Outfits; default: the demo
    python -m bench.encode --model packaged       # EfficientNet-Lite2 instead of ResNet-50 with random weights
    python -m bench.encode --model FOLDER         # a model folder, such as bench/distil.py writes
    python -m bench.encode --alone                # without the plain loop and torch
    python -m bench.encode --side-px 1600         # the same pictures, as large as a shop's photographs often are

Every round times all contenders one after another on the same pictures, so that other load on the machine affects all
of them. Ours is the whole job: read from the store, decode, resize, encode, write vectors durably.
"""

import argparse
import hashlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from bench.measure.enlarged import enlarged
from bench.measure.machine import describe_machine
from deepstyle.catalogue.item import Item
from deepstyle.images.pixels import read_image
from deepstyle.settings import Settings
from deepstyle.store import Entry, Store, open_store
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import INT8_FOLDER, float_model
from deepstyle.style.spec import MODEL_FILE, ModelSpec, read_spec, write_spec
from deepstyle.telemetry import import_module

Contender = Callable[[], None]


def plain_loop(model: str, spec: ModelSpec, paths: list[Path], batch: int) -> Contender:
    """The obvious loop: open, convert, resize, normalise, ``model(x)``; torch with all cores."""
    import torch

    from deepstyle.learning.style.build import load_backbone
    from deepstyle.learning.style.head import EmbeddingNetwork, untrained_head
    from deepstyle.style.recipe import head_kind
    from deepstyle.style.weights import locate_weights

    # A multiplication takes as long with random weights as with a model folder's own, which are in its graph only.
    weights = locate_weights("none" if Path(model).is_dir() else model, architecture=spec.architecture)
    backbone = load_backbone(weights)
    network = EmbeddingNetwork(backbone, untrained_head(backbone, head_kind(weights))).eval()
    expected = spec.preprocessing
    size = expected.width_px, expected.height_px
    mean, std = np.array(expected.mean, np.float32), np.array(expected.std, np.float32)

    def read(path: Path) -> torch.Tensor:
        picture = Image.open(path).convert("RGB").resize(size, Image.Resampling.BICUBIC)
        return torch.from_numpy((np.asarray(picture, np.float32) / 255 - mean) / std).permute(2, 0, 1)

    @torch.inference_mode()
    def run() -> None:
        for start in range(0, len(paths), batch):
            network(torch.stack([read(path) for path in paths[start : start + batch]]))

    return run


def whole_job(store: Store, folder: Path, images: int) -> Contender:
    """`deepstyle encode` of a store without vectors."""
    encoder = Encoder.open(folder, streams=0)

    def run() -> None:
        report = encode_store(store, encoder)
        assert report.encoded == images, report

    return run


def ungated_int8(fp32: Path, paths: list[Path], folder: Path) -> Path:
    """Every layer of random weights in int8, for speed alone: they hardly separate pictures and pass no gate."""
    import onnx

    nncf = import_module("nncf")

    spec = read_spec(fp32)
    mean, std = np.array(spec.preprocessing.mean, np.float32), np.array(spec.preprocessing.std, np.float32)
    encoder = Encoder.open(fp32)
    prepared = [encoder.prepare(encoder.decode(path.read_bytes())) for path in paths[:16]]
    pixels = [((picture / np.float32(255) - mean) / std).transpose(2, 0, 1)[None] for picture in prepared]
    calibration = nncf.Dataset(pixels, lambda picture: {"pixels": picture})
    graph = nncf.quantize(
        onnx.load(fp32 / MODEL_FILE),
        calibration,
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(pixels),
        advanced_parameters=nncf.AdvancedQuantizationParameters(disable_bias_correction=True),
    ).SerializeToString()
    folder.mkdir()
    (folder / MODEL_FILE).write_bytes(graph)
    write_spec(replace(spec, precision="int8", onnx_sha256=hashlib.sha256(graph).hexdigest()), folder)
    return folder


def import_images(store: Store, paths: list[Path]) -> None:
    store.put([Entry(Item(path.stem), read_image(path.read_bytes())) for path in paths])


def clear(store: Store) -> None:
    for space in store.spaces():
        store.drop_space(space)


def find_images(data: str, count: int, side_px: int, scratch: Path) -> list[Path]:
    """``count`` pictures of ``data``; with ``side_px``, copies of them whose longer side has that many pixels."""
    folder = Path(data)
    if data == "demo":
        from deepstyle.demo.write import render_demo

        folder = scratch / "demo"
        render_demo(folder, items=count, outfits=1)
    paths = sorted((folder / "images").glob("*.jpg"))[:count]
    if not paths:
        raise SystemExit(f"{folder}/images has no .jpg")
    return enlarged(paths, side_px, scratch / "enlarged") if side_px else paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="demo", help="a folder with images/*.jpg, or demo")
    parser.add_argument("--model", default="none", help="none (ResNet-50, random weights), packaged, packaged:lite0, …")
    parser.add_argument("--images", type=int, default=128, help="pictures a round")
    parser.add_argument("--side-px", type=int, default=0, help="enlarge them to this longer side; 0: as they are")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--alone", action="store_true", help="deepstyle alone")
    parser.add_argument("--quick", action="store_true", help="2 rounds of 32 pictures")
    options = parser.parse_args()
    images, rounds = (32, 2) if options.quick else (options.images, options.rounds)

    machine = describe_machine()
    with tempfile.TemporaryDirectory() as scratch:
        paths = find_images(options.data, images, options.side_px, Path(scratch))
        original = float_model(options.model, Settings().cache_dir)
        spec = read_spec(original)
        store = open_store(f"sqlite:///{scratch}/bench.db")
        import_images(store, paths)
        contenders: dict[str, Contender] = {}
        if not options.alone:
            contenders["Pillow + torch eager, one by one"] = plain_loop(options.model, spec, paths, 1)
            contenders["Pillow + torch eager, batches of 32"] = plain_loop(options.model, spec, paths, 32)
        contenders[f"deepstyle encode, {spec.precision}"] = whole_job(store, original, len(paths))
        if (original / INT8_FOLDER).is_dir():
            contenders["deepstyle encode, int8"] = whole_job(store, original / INT8_FOLDER, len(paths))
        elif options.model == "none":
            folder = ungated_int8(original, paths, Path(scratch) / "int8")
            contenders["deepstyle encode, int8 (no gate)"] = whole_job(store, folder, len(paths))
        else:
            print(f"no int8 model in {original}; `deepstyle quantise` writes one")
        rates, core_ms = measure(contenders, store, len(paths), rounds)
        store.close()
    size = f"{options.side_px} px" if options.side_px else "as they are"
    print(f"{machine}\n{spec.architecture}, {len(paths)} pictures a round ({size}), {rounds} rounds, interleaved\n")
    print_table(rates, core_ms)


Rounds = dict[str, list[float]]


def measure(contenders: dict[str, Contender], store: Store, images: int, rounds: int) -> tuple[Rounds, Rounds]:
    """Images a second and core milliseconds an image, of each contender by round; round 0 warms up, uncounted."""
    rates: Rounds = {name: [] for name in contenders}
    core_ms: Rounds = {name: [] for name in contenders}
    for counted in range(-1, rounds):
        for name, run in contenders.items():
            clear(store)
            started_s, core_s = time.perf_counter(), time.process_time()
            run()
            used_s = time.process_time() - core_s
            rate = images / (time.perf_counter() - started_s)
            print(f"round {counted + 1}/{rounds}  {name}: {rate:.1f}/s", file=sys.stderr, flush=True)
            if counted >= 0:
                rates[name].append(rate)
                core_ms[name].append(1000 * used_s / images)
    return rates, core_ms


def print_table(rates: Rounds, core_ms: Rounds) -> None:
    medians = {name: statistics.median(values) for name, values in rates.items()}
    plain = max((name for name in rates if name.startswith("Pillow")), key=lambda name: medians[name], default="")
    plain = plain or next(iter(rates))
    columns = "".join(f"{name:>9}" for name in ("images/s", "lowest", "highest", "core ms"))
    print(f"{'':38}{columns}{'ratio':>8}   (median of each round's ratio to: {plain})")
    for name, values in rates.items():
        ratio = statistics.median(ours / theirs for ours, theirs in zip(values, rates[plain], strict=True))
        print(
            f"{name:38}{medians[name]:9.1f}{min(values):9.1f}{max(values):9.1f}"
            f"{statistics.median(core_ms[name]):9.1f}{ratio:7.2f}x"
        )


if __name__ == "__main__":
    main()
