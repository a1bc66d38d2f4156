"""Train a ResNet-50 without downloaded weights: the packaged model teaches it; then quantise it and run the int8 gate.

    python -m bench.distil FOLDER --data PATH            # about an hour on two cores
    python -m bench.encode --model FOLDER --data PATH    # afterwards: how fast it encodes, in int8 as well

PATH is a catalogue, such as Polyvore Outfits. The student starts from random weights and learns to embed each distorted
picture as the packaged model embeds the whole one (cosine, and the teacher's similarities within a batch: Tian et al.
2020, CRD, with the soft targets of Hinton et al. 2015). A quarter of the garments is held out: int8 is calibrated and
judged on their pictures. FOLDER is then a model folder like any other.
"""

import argparse
import hashlib
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from bench.measure.machine import describe_machine
from deepstyle.demo.source import open_catalogue
from deepstyle.files import write_atomic
from deepstyle.images.pixels import Rgb, decode, resize
from deepstyle.learning.style.augment import augment
from deepstyle.learning.style.backbones import create_backbone, init_random
from deepstyle.learning.style.config import Data
from deepstyle.learning.style.dataset import split_of
from deepstyle.learning.style.export import export_onnx
from deepstyle.learning.style.head import EMBEDDING_DIM, EmbeddingNetwork
from deepstyle.learning.style.quantise import quantise_model
from deepstyle.settings import Settings
from deepstyle.store import open_store
from deepstyle.store.ingest import import_catalogue
from deepstyle.style.architectures import ARCHITECTURES
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import float_model
from deepstyle.style.spec import MODEL_FILE, ModelSpec, write_spec

STUDENT = "resnet50"
SIZES_PX = ((0.8, 112), (0.92, 160), (1.0, 224))
"""Up to which share of the steps pictures have which size: what a network learns of small ones it keeps."""
BATCH = 48
TEMPERATURE = 0.07
LEARNING_RATE = 1.2e-3
WARMUP_STEPS = 80
EMA_DECAY = 0.98


@dataclass(frozen=True)
class Lessons:
    """``pictures`` with the teacher's ``embeddings`` (N, 512) of them, and pictures that only the gate sees."""

    pictures: list[Rgb]
    embeddings: Tensor
    held_out: list[Rgb]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the model is written")
    parser.add_argument("--data", default="demo", help="a catalogue, or demo")
    parser.add_argument("--steps", type=int, default=600, help=f"of {BATCH} pictures each")
    parser.add_argument("--quick", action="store_true", help="3 steps: does it run?")
    options = parser.parse_args()
    print(describe_machine())
    options.folder.mkdir(parents=True, exist_ok=True)
    lessons = read_lessons(options.data, options.folder / "catalogue.db")
    print(f"{len(lessons.pictures):,} pictures to learn from, {len(lessons.held_out):,} for the gate", flush=True)
    network = learn(lessons, 3 if options.quick else options.steps)
    write_model(network, options.folder)
    spec = quantise_model(options.folder, lessons.held_out, on_progress=lambda stage: print(stage, flush=True))
    print("\n".join(f"{name} {value:g}" for name, value in spec.metrics.items()))


def read_lessons(data: str, store_file: Path) -> Lessons:
    """Import the catalogue, split it by garment, and ask the teacher."""
    pictures: list[NDArray[np.uint8]] = []
    held_out: list[NDArray[np.uint8]] = []
    with open_store(f"sqlite:///{store_file.resolve()}") as store:
        import_catalogue(open_catalogue(data), store)
        for item in store.iter_items():
            if (image := store.image(item.item_id)) is None:
                continue
            chosen = held_out if split_of(item, Data(), 0) == "test" else pictures
            chosen.append(decode(image.data))
    teacher = Encoder.open(float_model("packaged", Settings().cache_dir), streams=0)
    return Lessons(pictures, torch.from_numpy(teacher.encode(pictures).embeddings), held_out)


def learn(lessons: Lessons, steps: int) -> EmbeddingNetwork:
    """The average of the student's weights over its last steps."""
    torch.manual_seed(0)
    backbone = create_backbone(STUDENT)
    init_random(backbone, 0)
    student = EmbeddingNetwork(backbone, nn.Linear(backbone.features_dim, EMBEDDING_DIM, bias=False))
    student = student.to(memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    average = torch.optim.swa_utils.AveragedModel(
        student, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(EMA_DECAY), use_buffers=True
    )
    optimiser = torch.optim.AdamW(student.parameters(), lr=LEARNING_RATE, weight_decay=0.02)
    centre, started_s, smooth_loss = lessons.embeddings.mean(0), time.perf_counter(), 0.0
    for step, (pixels, targets) in enumerate(batches(lessons, steps)):
        for group in optimiser.param_groups:
            cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
            group["lr"] = LEARNING_RATE * min(1, (step + 1) / WARMUP_STEPS) * cosine
        loss = distance(F.normalize(student(pixels)[1]), targets, centre)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(student.parameters(), 2.0)
        optimiser.step()
        average.update_parameters(student)
        smooth_loss = loss.item() if step == 0 else 0.95 * smooth_loss + 0.05 * loss.item()
        if (step + 1) % 25 == 0:
            minutes = (time.perf_counter() - started_s) / 60
            print(f"step {step + 1}/{steps}  loss {smooth_loss:.3f}  {minutes:.1f} min", flush=True)
    learned: EmbeddingNetwork = average.module.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return learned.eval()


def distance(student: Tensor, teacher: Tensor, centre: Tensor) -> Tensor:
    """How far the student's embeddings (B, D) are from the teacher's, one by one and in what they resemble."""
    mine, theirs = F.normalize(student - centre), F.normalize(teacher - centre)
    wanted = F.softmax(theirs @ theirs.T / TEMPERATURE, dim=1)
    alike = F.kl_div(F.log_softmax(mine @ theirs.T / TEMPERATURE, dim=1), wanted, reduction="batchmean")
    return 5 * (1 - (student * teacher).sum(1)).mean() + alike


def batches(lessons: Lessons, steps: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Distorted pictures (B, 3, H, W), normalised, with the teacher's embeddings; the next is prepared meanwhile."""
    preprocessing = ARCHITECTURES[STUDENT].preprocessing
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (preprocessing.mean, preprocessing.std))

    def picture(row: int, step: int, side_px: int) -> Tensor:
        rgb = augment(lessons.pictures[row], np.random.default_rng((step, row)))
        return torch.from_numpy(resize(rgb, side_px, side_px, preprocessing.fit).copy()).permute(2, 0, 1)

    def batch(step: int) -> tuple[Tensor, NDArray[np.int64]]:
        side_px = next(px for share, px in SIZES_PX if step < share * steps)
        rows = np.random.default_rng(step).choice(len(lessons.pictures), BATCH, replace=False)
        pixels = torch.stack([picture(int(row), step, side_px) for row in rows])
        return ((pixels / 255 - mean) / std).to(memory_format=torch.channels_last), rows

    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(batch, 0)
        for step in range(steps):
            pixels, rows = coming.result()
            if step + 1 < steps:
                coming = pool.submit(batch, step + 1)
            yield pixels, lessons.embeddings[rows]


def write_model(network: EmbeddingNetwork, folder: Path) -> None:
    preprocessing = ARCHITECTURES[STUDENT].preprocessing
    graph = export_onnx(network, preprocessing.height_px, preprocessing.width_px)
    digest = hashlib.sha256(graph).hexdigest()
    write_atomic(folder / MODEL_FILE, graph)
    spec = ModelSpec(
        architecture=STUDENT,
        weights="distilled from packaged",
        weights_sha256=digest,
        head="distilled",
        precision="fp32",
        features_dim=network.backbone.features_dim,
        embedding_dim=EMBEDDING_DIM,
        preprocessing=preprocessing,
        onnx_sha256=digest,
    )
    write_spec(spec, folder)


if __name__ == "__main__":
    main()
