"""Published models that ``weights pull NAME`` downloads and ``--model NAME`` serves: what is known of each, as data.

A new model is an entry here: nothing else names one. The conversion checks the preprocessing against the one that the
library's configuration in the repository describes, and refuses a model where the two differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from deepstyle.style.spec import Preprocessing

Library = Literal["timm", "open_clip", "transformers"]
Cleaning = Literal["none", "lower", "canonical"]

CONFIG_FILES: Final[Mapping[Library, tuple[str, ...]]] = {
    "timm": ("config.json",),
    "open_clip": ("open_clip_config.json",),
    "transformers": ("config.json", "preprocessor_config.json"),
}
"""What describes a model's network and preprocessing in its repository."""
TOKENIZER_FILE: Final = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class TextTower:
    """How a model reads text.

    A text is cleaned (``lower``: in lower case; ``canonical``: without ASCII punctuation too), split into tokens by
    ``tokenizer.json``, cut to ``context_length`` tokens and filled up with ``pad_token``.
    """

    context_length: int
    pad_token: str
    cleaning: Cleaning = "none"


@dataclass(frozen=True, slots=True)
class PublishedModel:
    """A model on the hub.

    ``weights_files`` are names of its safetensors file, the first that the repository has is taken. ``features_dim``
    is the width of the pooled image features, ``embedding_dim`` that of the vector that is searched with.
    ``licence`` is an SPDX identifier where there is one.
    """

    name: str
    repository: str
    library: Library
    architecture: str
    weights_files: tuple[str, ...]
    preprocessing: Preprocessing
    features_dim: int
    embedding_dim: int
    licence: str
    licence_url: str
    text: TextTower | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """The files to download besides the weights."""
        return (*CONFIG_FILES[self.library], *((TOKENIZER_FILE,) if self.text else ()))


_IMAGENET_MEAN: Final = (0.485, 0.456, 0.406)
_IMAGENET_STD: Final = (0.229, 0.224, 0.225)
_CLIP_MEAN: Final = (0.48145466, 0.4578275, 0.40821073)
_CLIP_STD: Final = (0.26862954, 0.26130258, 0.27577711)
_HALF: Final = (0.5, 0.5, 0.5)
_IMAGENET: Final = Preprocessing(224, 224, _IMAGENET_MEAN, _IMAGENET_STD, fit="crop", resize_px=224)
_CLIP: Final = Preprocessing(224, 224, _CLIP_MEAN, _CLIP_STD, fit="crop", resize_px=224)
_SIGLIP: Final = Preprocessing(224, 224, _HALF, _HALF, fit="stretch")
_DINOV3: Final = Preprocessing(256, 256, _IMAGENET_MEAN, _IMAGENET_STD, fit="crop", resize_px=256)
_DINOV2: Final = replace(_IMAGENET, resize_px=256, crop_rounding="down")

_APACHE: Final = "https://www.apache.org/licenses/LICENSE-2.0"
_MIT: Final = "https://opensource.org/license/mit"
_DINOV3_LICENCE: Final = "https://ai.meta.com/resources/models-and-libraries/dinov3-license/"


def _timm(
    name: str, tagged: str, preprocessing: Preprocessing, dim: int, licence: str = "Apache-2.0"
) -> PublishedModel:
    """A model of timm, whose embedding is its pooled features."""
    url = _APACHE if licence == "Apache-2.0" else _DINOV3_LICENCE
    architecture = tagged.partition(".")[0]
    files = ("model.safetensors",)
    return PublishedModel(name, f"timm/{tagged}", "timm", architecture, files, preprocessing, dim, dim, licence, url)


def _lite(number: int, side_px: int, resize_px: int, bilinear: bool = False) -> PublishedModel:
    preprocessing = Preprocessing(side_px, side_px, _HALF, _HALF, fit="crop", resize_px=resize_px)
    if bilinear:
        preprocessing = replace(preprocessing, interpolation="bilinear")
    tagged = f"tf_efficientnet_lite{number}.in1k"
    return _timm(f"efficientnet-lite{number}", tagged, preprocessing, 1280)


def _dinov2(name: str, dim: int) -> PublishedModel:
    """The original's own port: with its interpolation of positions, and 224 instead of 518 pixels a side."""
    files = ("model.safetensors",)
    repository = f"facebook/{name}"
    return PublishedModel(name, repository, "transformers", "dinov2", files, _DINOV2, dim, dim, "Apache-2.0", _APACHE)


_OPEN_CLIP_WEIGHTS: Final = ("open_clip_model.safetensors",)

PUBLISHED: Final[Mapping[str, PublishedModel]] = {
    model.name: model
    for model in (
        _timm("resnet50", "resnet50.a1_in1k", replace(_IMAGENET, resize_px=235), 2048),
        _timm("efficientnet-b0", "efficientnet_b0.ra_in1k", replace(_IMAGENET, resize_px=256), 1280),
        _lite(0, 224, 256),
        _lite(1, 240, 272),
        _lite(2, 260, 292),
        _lite(3, 300, 331, bilinear=True),
        _lite(4, 380, 413, bilinear=True),
        _dinov2("dinov2-small", 384),
        _dinov2("dinov2-base", 768),
        _timm("dinov3-small", "vit_small_patch16_dinov3.lvd1689m", _DINOV3, 384, "DINOv3 License"),
        _timm("dinov3-base", "vit_base_patch16_dinov3.lvd1689m", _DINOV3, 768, "DINOv3 License"),
        PublishedModel(
            name="marqo-fashionsiglip",
            repository="Marqo/marqo-fashionSigLIP",
            library="open_clip",
            architecture="ViT-B-16-SigLIP",
            weights_files=(*_OPEN_CLIP_WEIGHTS, "model.safetensors"),
            preprocessing=_SIGLIP,
            features_dim=768,
            embedding_dim=768,
            licence="Apache-2.0",
            licence_url=_APACHE,
            text=TextTower(64, "</s>", "canonical"),
        ),
        PublishedModel(
            name="fashion-clip",
            repository="patrickjohncyh/fashion-clip",
            library="transformers",
            architecture="clip",
            weights_files=("model.safetensors",),
            preprocessing=replace(_CLIP, crop_rounding="down"),
            features_dim=768,
            embedding_dim=512,
            licence="MIT",
            licence_url=_MIT,
            text=TextTower(77, "<|endoftext|>"),
        ),
        PublishedModel(
            name="siglip2-base",
            repository="timm/ViT-B-16-SigLIP2",
            library="open_clip",
            architecture="ViT-B-16-SigLIP2",
            weights_files=_OPEN_CLIP_WEIGHTS,
            preprocessing=_SIGLIP,
            features_dim=768,
            embedding_dim=768,
            licence="Apache-2.0",
            licence_url=_APACHE,
            text=TextTower(64, "<pad>", "canonical"),
        ),
        PublishedModel(
            name="openclip-vit-b-32",
            repository="laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
            library="open_clip",
            architecture="ViT-B-32",
            weights_files=_OPEN_CLIP_WEIGHTS,
            preprocessing=_CLIP,
            features_dim=768,
            embedding_dim=512,
            licence="MIT",
            licence_url=_MIT,
            text=TextTower(77, "!", "lower"),
        ),
    )
}
"""Every published model by the name that ``--model`` takes."""
