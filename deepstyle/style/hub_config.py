"""What the configuration files of a repository say of a model's preprocessing, in the format of each library."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from deepstyle.errors import ModelError
from deepstyle.files import read_json
from deepstyle.images.pixels import Interpolation
from deepstyle.style.published import CONFIG_FILES, Library
from deepstyle.style.spec import MAX_SPEC_BYTES, Preprocessing

_TIMM_CROP: Final = 0.875
"""timm's crop where a configuration names none."""
_PILLOW_METHODS: Final[Mapping[int, Interpolation]] = {2: "bilinear", 3: "bicubic"}
"""Pillow's numbers, which transformers writes."""


def read_preprocessing(library: Library, files: Mapping[str, Path]) -> Preprocessing:
    """The preprocessing that a model's library would do; ``files`` are those of its repository, by name.

    Raises ``ModelError`` where the configuration cannot be read, or asks for what deepstyle does not do.
    """
    path = files[CONFIG_FILES[library][-1]]
    try:
        return _READERS[library](read_json(path, MAX_SPEC_BYTES))
    except (OSError, ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
        raise ModelError(
            f"{path} does not describe a preprocessing that deepstyle knows: {error!r}.",
            remedy="Export the model to ONNX yourself and write its spec.json: see docs/models.md.",
        ) from error


def timm_preprocessing(config: Mapping[str, Any]) -> Preprocessing:
    """That of ``config.json`` of timm: the evaluation transform of ``pretrained_cfg``."""
    fields = config["pretrained_cfg"]
    _, height_px, width_px = (int(side) for side in fields["input_size"])
    mean, std = _triple(fields["mean"]), _triple(fields["std"])
    interpolation, mode = _interpolation(fields.get("interpolation")), fields.get("crop_mode") or "center"
    resize_px = math.floor(min(height_px, width_px) / (fields.get("crop_pct") or _TIMM_CROP))
    if mode == "center" and height_px == width_px:
        return Preprocessing(height_px, width_px, mean, std, "crop", interpolation, resize_px)
    if mode == "squash" and resize_px == min(height_px, width_px):
        return Preprocessing(height_px, width_px, mean, std, "stretch", interpolation)
    raise ValueError(f"crop_mode {mode} of {height_px} by {width_px} pixels, crop_pct {fields.get('crop_pct')}")


def open_clip_preprocessing(config: Mapping[str, Any]) -> Preprocessing:
    """That of ``open_clip_config.json``."""
    fields = {"interpolation": "bicubic", "resize_mode": "shortest", **config["preprocess_cfg"]}
    size = fields.get("size") or config["model_cfg"]["vision_cfg"]["image_size"]
    height_px, width_px = (int(side) for side in (size if isinstance(size, list) else (size, size)))
    mean, std, interpolation = _triple(fields["mean"]), _triple(fields["std"]), _interpolation(fields["interpolation"])
    if fields["resize_mode"] == "squash":
        return Preprocessing(height_px, width_px, mean, std, "stretch", interpolation)
    if fields["resize_mode"] == "shortest" and height_px == width_px:
        return Preprocessing(height_px, width_px, mean, std, "crop", interpolation, resize_px=height_px)
    raise ValueError(f"resize_mode {fields['resize_mode']} to {height_px} by {width_px} pixels")


def transformers_preprocessing(config: Mapping[str, Any]) -> Preprocessing:
    """That of ``preprocessor_config.json``."""
    size, mean, std = config["size"], _triple(config["image_mean"]), _triple(config["image_std"])
    interpolation = _PILLOW_METHODS[config["resample"]]
    if not config.get("do_center_crop"):
        return Preprocessing(int(size["height"]), int(size["width"]), mean, std, "stretch", interpolation)
    crop, resize_px = config["crop_size"], int(size["shortest_edge"] if isinstance(size, dict) else size)
    height_px, width_px = (int(crop["height"]), int(crop["width"])) if isinstance(crop, dict) else (int(crop),) * 2
    return Preprocessing(height_px, width_px, mean, std, "crop", interpolation, resize_px, "down")


_READERS: Final[Mapping[Library, Callable[[Mapping[str, Any]], Preprocessing]]] = {
    "timm": timm_preprocessing,
    "open_clip": open_clip_preprocessing,
    "transformers": transformers_preprocessing,
}


def _triple(values: Any) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def _interpolation(name: Any) -> Interpolation:
    if name in (None, "bicubic"):
        return "bicubic"
    if name == "bilinear":
        return "bilinear"
    raise ValueError(f"interpolation {name}")
