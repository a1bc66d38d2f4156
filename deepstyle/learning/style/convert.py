"""Convert a published model to a model folder: its image tower, and its text tower where it has one.

``ensure_model`` runs ``python -m deepstyle.learning.style.convert NAME FOLDER CACHE_DIR``.
"""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch

from deepstyle.errors import ModelError
from deepstyle.learning.style.export import export_graph, export_onnx
from deepstyle.learning.style.originals import Towers, load_original
from deepstyle.learning.style.reported import reported
from deepstyle.style.lock import read_lock
from deepstyle.style.published import TOKENIZER_FILE, PublishedModel
from deepstyle.style.pulled import find_model, locate_published, pulled_files
from deepstyle.style.spec import ModelSpec, write_model
from deepstyle.style.text import TextSpec, load_tokenizer, write_text_tower

HEAD: Final = "published"
"""The head of a published model is its own."""


def convert(model: PublishedModel, files: Mapping[str, Path], folder: Path, weights_sha256: str) -> ModelSpec:
    """Write ``model.onnx`` and ``spec.json``, and the folder ``text`` of a model that reads text, into ``folder``.

    ``files``: the files of the model's repository by name. Raises ``ModelError`` where they are not those of ``model``.
    """
    towers = load_original(model, files)
    height_px, width_px = model.preprocessing.height_px, model.preprocessing.width_px
    graph = export_onnx(towers.image, height_px, width_px)
    spec = ModelSpec(
        architecture=model.architecture,
        weights=model.name,
        weights_sha256=weights_sha256,
        head=HEAD,
        precision="fp32",
        features_dim=model.features_dim,
        embedding_dim=model.embedding_dim,
        preprocessing=model.preprocessing,
        onnx_sha256=hashlib.sha256(graph).hexdigest(),
    )
    write_model(folder, graph, spec)
    if model.text is not None:
        _write_text(model, towers, files[TOKENIZER_FILE], folder)
    return spec


def convert_pulled(name: str, folder: Path, cache_dir: Path) -> ModelSpec:
    """Convert what was pulled under ``name`` into ``folder``; raises ``ModelError`` where it has changed."""
    weights = locate_published(name, cache_dir)
    pulled = read_lock(cache_dir).get(name)
    model = find_model(name, pulled, cache_dir) if pulled else None
    if weights is None or pulled is None or model is None:
        raise ModelError(f"{name} was never pulled.", remedy=f"Run: deepstyle weights pull {name}")
    return convert(model, pulled_files(name, pulled, cache_dir), folder, weights.sha256)


def _write_text(model: PublishedModel, towers: Towers, tokenizer_file: Path, folder: Path) -> None:
    tower, text = towers.text, model.text
    assert tower is not None
    assert text is not None
    tokenizer = tokenizer_file.read_bytes()
    pad_id = load_tokenizer(tokenizer, tokenizer_file).token_to_id(text.pad_token)
    if pad_id is None:
        raise ModelError(f"{tokenizer_file} has no token {text.pad_token!r}.", remedy="Report it.")
    example = torch.ones(2, text.context_length, dtype=torch.int64)
    graph = export_graph(tower, example, "tokens", ("embedding",))
    spec = TextSpec(
        context_length=text.context_length,
        pad_id=pad_id,
        embedding_dim=model.embedding_dim,
        cleaning=text.cleaning,
        onnx_sha256=hashlib.sha256(graph).hexdigest(),
        tokenizer_sha256=hashlib.sha256(tokenizer).hexdigest(),
    )
    write_text_tower(folder, graph, tokenizer, spec)


def _main() -> int:
    name, folder, cache_dir = sys.argv[1:]
    return reported(lambda: convert_pulled(name, Path(folder), Path(cache_dir)))


if __name__ == "__main__":
    sys.exit(_main())
