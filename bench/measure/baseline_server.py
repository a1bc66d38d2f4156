"""The obvious server, which `bench/serving.py` compares with: async def, Pillow, torch eager, NumPy, the same network.

Settings come from the environment as for `deepstyle serve`; it reads the same store once, at the start.
"""

import io
import os
from pathlib import Path

import numpy as np
import torch
from fastapi import FastAPI, UploadFile
from PIL import Image

from deepstyle.learning.style.build import load_backbone
from deepstyle.learning.style.head import EmbeddingNetwork, untrained_head
from deepstyle.settings import Settings
from deepstyle.store import open_store
from deepstyle.style.recipe import head_kind
from deepstyle.style.spec import read_spec
from deepstyle.style.weights import locate_weights


def create_app() -> FastAPI:
    settings = Settings()
    spec = read_spec(Path(os.environ["BENCH_MODEL_FOLDER"]))
    weights = locate_weights(spec.weights)
    backbone = load_backbone(weights)
    network = EmbeddingNetwork(backbone, untrained_head(backbone, head_kind(weights))).eval()
    expected = spec.preprocessing
    size = expected.width_px, expected.height_px
    mean, std = np.array(expected.mean, np.float32), np.array(expected.std, np.float32)
    with open_store(settings.store, read_only=True) as store:
        space = max(store.spaces(), key=lambda name: store.spaces()[name])
        stored = store.vectors(space)
        items = store.get(stored.item_ids)
    app = FastAPI()

    @app.post("/search_image")
    async def search_image(image: UploadFile) -> dict[str, object]:
        picture = Image.open(io.BytesIO(await image.read())).convert("RGB").resize(size, Image.Resampling.BICUBIC)
        pixels = torch.from_numpy((np.asarray(picture, np.float32) / 255 - mean) / std).permute(2, 0, 1)[None]
        with torch.no_grad():
            embedding = network(pixels)[1][0].numpy()
        similarities = stored.vectors @ (embedding / np.linalg.norm(embedding))
        best = np.argsort(-similarities)[:10]
        found = [
            {
                "rank": rank,
                "similarity": float(similarities[row]),
                "item": {"item_id": stored.item_ids[row], "description": items[stored.item_ids[row]].description},
            }
            for rank, row in enumerate(best, start=1)
        ]
        return {"results": found}

    @app.get("/readyz")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app
