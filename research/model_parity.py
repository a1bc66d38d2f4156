"""Does a converted model give the vectors of the library that it comes from?

    python -m research.model_parity                    # every published model
    python -m research.model_parity dinov2-small       # one of them
    python -m research.model_parity --json parity.json

Each model is built by its own library (timm, open_clip, transformers) with random weights, saved as its repository on
the hub has it, and converted as ``--model NAME`` would. Then the library's transform and network, and deepstyle's
encoder, read the same pictures. Random networks give similar vectors for all pictures, so the cosine is also measured
after the mean over the pictures has been taken away, and the pictures' own spread is printed beside it.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import save_file
from torch import nn

from deepstyle.learning.style.convert import convert
from deepstyle.learning.style.originals import build_network, import_library
from deepstyle.style.encoder import Encoder
from deepstyle.style.hub_config import read_preprocessing
from deepstyle.style.published import PUBLISHED, TOKENIZER_FILE, PublishedModel
from deepstyle.style.text import TextEncoder

AT_LEAST = 0.9999
# Height and width: portrait, landscape, square, odd differences (which crops round), tiny and very wide.
SIZES = ((600, 450), (457, 301), (301, 458), (224, 224), (1000, 333), (97, 63), (225, 226), (260, 901), (640, 641))
TEXTS = (
    "red summer dress",
    "A black leather jacket, with zips!",
    "men's white trainers",
    "blau-weiß gestreiftes Hemd",
    "",
    "long " * 90,
)
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Parity:
    """deepstyle against the library on the same pictures and texts; cosines are the least of all of them.

    ``levels``: the largest difference of a pixel after resize and crop, of 255. ``centred``: cosine without the mean
    over the pictures. ``spread``: the mean cosine of different pictures. ``text``: ``None`` without a text tower.
    """

    name: str
    levels: float
    features: float
    embedding: float
    centred: float
    spread: float
    text: float | None
    seconds: float

    @property
    def holds(self) -> bool:
        return min(self.features, self.embedding, self.text if self.text is not None else 1.0) >= AT_LEAST


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="published models (default: all)")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    print("| model | pixels, levels of 255 | features | embedding | centred | other pictures | text | seconds |")
    print("|---|---|---|---|---|---|---|---|")
    found = []
    for name in options.names or PUBLISHED:
        with tempfile.TemporaryDirectory() as folder:
            found.append(measure(PUBLISHED[name], Path(folder)))
        print(row(found[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(parity) for parity in found], indent=2) + "\n")
    return 0 if all(parity.holds for parity in found) else 1


def row(parity: Parity) -> str:
    text = "-" if parity.text is None else f"{parity.text:.6f}"
    cosines = f"{parity.features:.6f} | {parity.embedding:.6f} | {parity.centred:.6f} | {parity.spread:.3f}"
    return f"| {parity.name} | {parity.levels:.1f} | {cosines} | {text} | {parity.seconds:.0f} |"


def measure(model: PublishedModel, folder: Path, change: Callable[[dict[str, Any]], None] | None = None) -> Parity:
    """Build, convert and compare ``model`` in ``folder``; ``change`` edits its network's configuration beforehand."""
    began = time.perf_counter()
    files, network = write_repository(model, folder / "repository", change)
    if change is not None:
        model = _with_dimensions_of(model, network)
    assert read_preprocessing(model.library, files) == model.preprocessing
    convert(model, files, folder / "model", "0" * 64)
    encoder = Encoder.open(folder / "model")
    pictures = make_pictures()
    transform = library_transform(model, files)
    prepared = torch.stack([transform(Image.fromarray(rgb)) for rgb in pictures])
    with torch.inference_mode():
        features, embeddings = library_vectors(model, network, prepared)
    ours = encoder.encode(pictures)
    mean, std = (torch.tensor(values)[:, None, None] for values in (model.preprocessing.mean, model.preprocessing.std))
    levels = (prepared * std + mean).permute(0, 2, 3, 1).numpy() * 255 - np.stack(
        [encoder.prepare(p) for p in pictures]
    )
    theirs = unit(embeddings)
    centre = theirs.mean(axis=0)
    return Parity(
        name=model.name,
        levels=float(np.abs(levels).max()),
        features=least_cosine(ours.features, features),
        embedding=least_cosine(ours.embeddings, theirs),
        centred=least_cosine(ours.embeddings - centre, theirs - centre),
        spread=float((theirs @ theirs.T)[np.triu_indices(len(theirs), 1)].mean()),
        text=text_parity(model, network, folder / "model") if model.text else None,
        seconds=time.perf_counter() - began,
    )


def write_repository(
    model: PublishedModel, folder: Path, change: Callable[[dict[str, Any]], None] | None = None
) -> tuple[dict[str, Path], nn.Module]:
    """The files of the model's repository with random weights, and the network, which its library built."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_config(model, folder, change)
    files = {file: folder / file for file in model.files}
    network = build_network(model, files).eval()
    randomise(network, seed=0)
    files["model.safetensors"] = folder / "model.safetensors"
    if model.library == "transformers":
        network.save_pretrained(folder)
    else:
        save_file(
            {key: tensor.contiguous() for key, tensor in network.state_dict().items()}, files["model.safetensors"]
        )
    return files, network


def write_config(model: PublishedModel, folder: Path, change: Callable[[dict[str, Any]], None] | None) -> None:
    """The configuration files as the library itself writes them, from its own registry of models."""
    library: Any = import_library(model.library)
    if model.library == "timm":
        pretrained = library.get_pretrained_cfg(model.repository.removeprefix("timm/"))
        network = library.create_model(model.architecture, pretrained=False)
        network.pretrained_cfg = network.default_cfg = pretrained.to_dict()
        library.models._hub.save_config_for_hf(network, str(folder / "config.json"))
    elif model.library == "open_clip":
        fields = {"model_cfg": library.get_model_config(model.architecture), "preprocess_cfg": open_clip_cfg(model)}
        if change:
            change(fields["model_cfg"])
        (folder / "open_clip_config.json").write_text(json.dumps(fields))
    else:
        write_transformers_config(model, folder, library, change)
    if model.text:
        write_tokenizer(model, folder)


def open_clip_cfg(model: PublishedModel) -> dict[str, Any]:
    """The preprocessing that open_clip's registry has for this architecture's weights."""
    library: Any = import_library("open_clip")
    tag = "laion2b_s34b_b79k" if model.architecture == "ViT-B-32" else "webli"
    known = library.get_pretrained_cfg(model.architecture, tag)
    names = ("mean", "std", "interpolation", "resize_mode")
    return {
        "size": library.get_model_config(model.architecture)["vision_cfg"]["image_size"],
        **{n: known[n] for n in names},
    }


def write_transformers_config(
    model: PublishedModel, folder: Path, library: Any, change: Callable[[dict[str, Any]], None] | None
) -> None:
    """CLIP ViT-B/32 is the default of its class, as is its processor; DINOv2's are those of its paper."""
    if model.architecture == "clip":
        fields: dict[str, Any] = library.CLIPConfig().to_dict()
        processor: Any = library.CLIPImageProcessorPil()
    else:
        heads = model.embedding_dim // 64
        sizes = {"hidden_size": model.embedding_dim, "num_attention_heads": heads, "image_size": 518, "patch_size": 14}
        fields = library.Dinov2Config(**sizes).to_dict()
        processor = library.BitImageProcessorPil(
            size={"shortest_edge": 256},
            crop_size={"height": 224, "width": 224},
            image_mean=list(model.preprocessing.mean),
            image_std=list(model.preprocessing.std),
        )
    if change:
        change(fields)
    (folder / "config.json").write_text(json.dumps(fields))
    processor.save_pretrained(folder)


def write_tokenizer(model: PublishedModel, folder: Path) -> None:
    """CLIP's own vocabulary, which open_clip carries; no package carries SigLIP's, so a small one stands for it."""
    import tokenizers
    from tokenizers import models, pre_tokenizers, processors

    assert model.text is not None
    if model.text.context_length == 77:
        tokenizer = clip_tokenizer()
    else:
        words = [model.text.pad_token, "<unk>", "<eos>", "▁", *(f"{chr(letter)}" for letter in range(97, 123))]
        pieces = list(dict.fromkeys([*words, "▁dress", "▁red", "▁black", "▁white", "▁long", "▁shirt", "ing"]))
        tokenizer = tokenizers.Tokenizer(
            models.Unigram([(piece, -float(n)) for n, piece in enumerate(pieces)], unk_id=1)
        )
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        tokenizer.post_processor = processors.TemplateProcessing(single="$A <eos>", special_tokens=[("<eos>", 2)])
    (folder / TOKENIZER_FILE).write_text(tokenizer.to_str())


def clip_tokenizer() -> Any:
    """CLIP's tokenizer as transformers builds it, from the merges that open_clip carries."""
    simple = import_library("open_clip").tokenizer.SimpleTokenizer()
    transformers: Any = import_library("transformers")
    merges = [pair for pair, _ in sorted(simple.bpe_ranks.items(), key=lambda entry: entry[1])]
    hub_names = {"<start_of_text>": "<|startoftext|>", "<end_of_text>": "<|endoftext|>"}
    vocabulary = {hub_names.get(token, token): number for token, number in simple.encoder.items()}
    return transformers.CLIPTokenizer(vocab=vocabulary, merges=merges).backend_tokenizer


def randomise(network: nn.Module, seed: int) -> None:
    """Weights of a scale at which every layer counts: many libraries start some layers at zero."""
    generator = torch.Generator().manual_seed(seed)
    parameters = {name for name, _ in network.named_parameters()}
    with torch.no_grad():
        for (
            name,
            tensor,
        ) in network.state_dict().items():  # without the buffers that a file does not have, such as masks
            if not tensor.is_floating_point() or not tensor.numel() or "rope" in name:
                continue
            noise = torch.randn(tensor.shape, generator=generator)
            if name.endswith("running_var"):
                tensor.copy_(1 + 0.2 * noise.abs())
            elif tensor.ndim > 1:
                tensor.copy_(noise / tensor[0].numel() ** 0.5)
            elif name.endswith("weight") or "gamma" in name or "lambda" in name:
                tensor.copy_(1 + 0.2 * noise)
            elif name in parameters or name.endswith("running_mean"):
                tensor.copy_(0.1 * noise)


def make_pictures() -> list[NDArray[np.uint8]]:
    """Pictures (H, W, 3) of many shapes: smooth colours, hard edges and noise, each different."""
    rng = np.random.default_rng(0)
    pictures = []
    for number, (height, width) in enumerate(SIZES):
        coarse = Image.fromarray(rng.integers(0, 256, (5, 4, 3)).astype(np.uint8))
        picture = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC)).astype(int)
        top, left = height // (2 + number % 3), width // (2 + number % 4)
        picture[top : top + height // 3, left : left + width // 3] = rng.integers(0, 256, 3)
        picture += rng.integers(-25, 26, picture.shape)
        pictures.append(np.clip(picture, 0, 255).astype(np.uint8))
    return pictures


def library_transform(model: PublishedModel, files: dict[str, Path]) -> Callable[[Image.Image], torch.Tensor]:
    """From a picture to the network's input, as the model's library does it by default."""
    library: Any = import_library(model.library)
    if model.library == "timm":
        config = json.loads(files["config.json"].read_text())["pretrained_cfg"]
        data = library.data.resolve_data_config({}, pretrained_cfg=config)
        transform: Callable[[Image.Image], torch.Tensor] = library.data.create_transform(**data, is_training=False)
        return transform
    if model.library == "open_clip":
        from open_clip.transform import PreprocessCfg, image_transform_v2

        fields = json.loads(files["open_clip_config.json"].read_text())["preprocess_cfg"]
        return image_transform_v2(PreprocessCfg(**fields), is_train=False)
    processor = library.AutoImageProcessor.from_pretrained(files["config.json"].parent, backend="pil")
    return lambda picture: processor(picture, return_tensors="pt")["pixel_values"][0]


def library_vectors(model: PublishedModel, network: Any, pixels: torch.Tensor) -> tuple[Vectors, Vectors]:
    """Pooled features (N, F) and embeddings (N, D) by the calls that the library documents."""
    if model.library == "timm":
        features = network(pixels)
        return features.numpy(), features.numpy()
    if model.library == "open_clip":
        return open_clip_features(network, pixels).numpy(), network.encode_image(pixels).numpy()
    if model.architecture == "clip":
        embeddings = network.get_image_features(pixel_values=pixels)
        pooled = network.vision_model(pixel_values=pixels).pooler_output
        return pooled.numpy(), getattr(embeddings, "pooler_output", embeddings).numpy()
    pooled = network(pixel_values=pixels).pooler_output
    return pooled.numpy(), pooled.numpy()


def open_clip_features(network: Any, pixels: torch.Tensor) -> torch.Tensor:
    """What the image tower gives before its projection."""
    visual = network.visual
    if hasattr(visual, "trunk"):
        pooled: torch.Tensor = visual.trunk(pixels)
        return pooled
    caught: list[torch.Tensor] = []
    handle = visual.ln_post.register_forward_hook(lambda module, arguments, output: caught.append(output))
    network.encode_image(pixels)
    handle.remove()
    return caught[0][:, 0] if caught[0].ndim == 3 else caught[0]


def text_parity(model: PublishedModel, network: Any, folder: Path) -> float:
    """The least cosine of texts, each split into tokens by the library's own tokenizer where there is one here."""
    encoder = TextEncoder.open(folder)
    tokens = torch.from_numpy(encoder.tokens(TEXTS))
    if model.library == "open_clip" and model.text is not None and model.text.context_length == 77:
        theirs = import_library("open_clip").get_tokenizer("ViT-B-32")(list(TEXTS))
        assert torch.equal(theirs, tokens), "the tokens differ from those of open_clip"
    with torch.inference_mode():
        if model.library == "open_clip":
            embeddings = network.encode_text(tokens)
        else:
            found = network.get_text_features(input_ids=tokens)
            embeddings = getattr(found, "pooler_output", found)
    return least_cosine(encoder.encode(TEXTS), embeddings.numpy())


def least_cosine(a: Vectors, b: Vectors) -> float:
    return float((unit(a) * unit(b)).sum(axis=1).min())


def unit(vectors: Vectors) -> Vectors:
    scaled: Vectors = vectors.astype(np.float64) / np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    return scaled


def _with_dimensions_of(model: PublishedModel, network: nn.Module) -> PublishedModel:
    """The entry of a smaller network of the same architecture."""
    with torch.inference_mode():
        pixels = torch.zeros(1, 3, model.preprocessing.height_px, model.preprocessing.width_px)
        features, embeddings = library_vectors(model, network, pixels)
    return replace(model, features_dim=features.shape[1], embedding_dim=embeddings.shape[1])


if __name__ == "__main__":
    sys.exit(main())
