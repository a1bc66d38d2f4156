"""The packaged model: sizes, fp16 against fp32, and the int8 gate on photos of held-out senders and on packshots.

DEEPSTYLE_DATA=../shared/data python -m bench.packaged_models            # minutes; needs the extra train, for fp32
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepstyle.images.distort import crop
from deepstyle.learning.style.phone_photos import photos_of
from deepstyle.learning.style.quantise import measure_gate
from deepstyle.settings import Settings
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import INT8_FOLDER, LITE2_MODEL, ensure_model
from deepstyle.style.precision import int8_is_fast
from deepstyle.style.spec import MODEL_FILE

BATCH = 128
Vectors = NDArray[np.float32]


def embed(encoders: Sequence[Encoder], paths: Sequence[Path]) -> list[tuple[Vectors, Vectors]]:
    """For each encoder the embeddings of the pictures and of a crop of each; a batch is decoded at a time."""
    parts: list[list[tuple[Vectors, Vectors]]] = [[] for _ in encoders]
    for number, batch in enumerate(batches(paths)):
        images = [encoders[0].decode(path.read_bytes()) for path in batch]
        rng = np.random.default_rng(number)
        crops = [crop(rgb, rng) for rgb in images]
        for part, encoder in zip(parts, encoders, strict=True):
            part.append((encoder.encode(images).embeddings, encoder.encode(crops).embeddings))
    return [(np.concatenate([whole for whole, _ in part]), np.concatenate([cut for _, cut in part])) for part in parts]


def batches(paths: Sequence[Path]) -> Iterator[Sequence[Path]]:
    """``BATCH`` paths at a time."""
    for start in range(0, len(paths), BATCH):
        yield paths[start : start + BATCH]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = Path(os.environ.get("DEEPSTYLE_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=data, help="phone-photos*, outfits (default: DEEPSTYLE_DATA)")
    parser.add_argument("--model", type=Path, default=LITE2_MODEL, help="the model folder")
    parser.add_argument("--every", type=int, default=1, help="read only every n-th packshot")
    options = parser.parse_args()
    folders = {
        "fp32": ensure_model("packaged:lite2", Settings().cache_dir, "fp32"),
        "fp16": options.model,
        "int8": options.model / INT8_FOLDER,
    }
    folders = {name: folder for name, folder in folders.items() if (folder / MODEL_FILE).is_file()}
    for name, folder in folders.items():
        print(f"{name}: {(folder / MODEL_FILE).stat().st_size / 1e6:.1f} MB")
    print(f"int8 is {'the default' if int8_is_fast() else 'not the default'} on this CPU, for a new store")
    photos = [options.data / name for name in ("phone-photos", "phone-photos-train")]
    sets = {
        "photos of valid senders": photos_of(photos, "valid"),
        "packshots": sorted((options.data / "outfits" / "images").glob("*.jpg"))[:: options.every],
    }
    encoders = [Encoder.open(folder, streams=0) for folder in folders.values()]
    for title, paths in sets.items():
        embeddings = dict(zip(folders, embed(encoders, paths), strict=True))
        cosines = (embeddings["fp32"][0] * embeddings["fp16"][0]).sum(1)
        print(f"{title} ({len(paths)}): cosine of fp16 and fp32, least {cosines.min():.6f}, mean {cosines.mean():.6f}")
        for name in [name for name in ("fp16", "int8") if name in embeddings]:
            gate = measure_gate(embeddings["fp32"], embeddings[name])
            print(f"  {name}: {gate}: {'passed' if gate.passed else 'REFUSED'}")


if __name__ == "__main__":
    main()
