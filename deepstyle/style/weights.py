"""Find a backbone's weights: in a Python package, the hub's cache, a safetensors file, or nowhere (random weights).

Finding weights never downloads, never unpickles and never falls back to other weights. Only ``pull_weights``
connects to the hub.
"""

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from deepstyle.errors import DataError, ModelError, UnknownModelError
from deepstyle.files import open_regular, parse_json, read_json
from deepstyle.style.architectures import ARCHITECTURES, DEFAULT_ARCHITECTURE, PACKAGED
from deepstyle.style.hub import HUB_PREFIX, cached_file, download
from deepstyle.style.spec import MAX_SPEC_BYTES, Preprocessing

HUB_EXAMPLE: Final = "hf-hub:timm/resnet50.a1_in1k"
"""The original design's backbone."""
HUB_FILES: Final = ("config.json", "model.safetensors")
TRAIN_REMEDY: Final = "Install the extra that brings it: pip install 'deepstyle[train]'."


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of a name and their location; ``sha256`` is the file's digest, ``""`` for random weights.

    ``path`` is ``None`` for ``none``, and for packaged weights whose package is not installed. Their digest is known
    even then, so a model that was converted earlier is still found. ``is_published``: converted from the files that
    the lock file lists, which ``sha256`` stands for.
    """

    name: str
    architecture: str
    sha256: str
    path: Path | None
    preprocessing: Preprocessing
    is_published: bool = False


def locate_weights(name: str, *, architecture: str = "") -> Weights:
    """Find ``packaged[:lite0|:lite1|:lite2]``, ``hf-hub:OWNER/MODEL``, ``PATH.safetensors`` or ``none``.

    ``architecture`` names the backbone of a safetensors file whose metadata does not, and of ``none`` (default:
    ``resnet50``). Raises ``UnknownModelError`` for another name, ``ModelError`` for weights that are missing or belong
    to no known architecture.
    """
    if name == "none":
        return _weights(name, architecture or "resnet50", "", None)
    if name == "packaged" or name.startswith("packaged:"):
        return _locate_packaged(name)
    if name.startswith(HUB_PREFIX):
        return _locate_hub(name)
    if name.endswith(".safetensors"):
        path = Path(name)
        return _weights(name, architecture or _architecture_in(path), file_sha256(path), path)
    raise UnknownModelError(
        f"there are no weights named {name!r}.",
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

    Respects ``HF_HUB_OFFLINE``, ``HF_HOME`` and ``HF_ENDPOINT``. Raises ``UnknownModelError`` for a name without the
    prefix, ``ModelError`` where the download fails.
    """
    if not name.startswith(HUB_PREFIX):
        raise UnknownModelError(
            f"{name!r} does not name a model on the hub.", remedy=f"Name it {HUB_PREFIX}OWNER/MODEL."
        )
    for file in HUB_FILES:
        download(name.removeprefix(HUB_PREFIX), file)
    return locate_weights(name)


def _weights(
    name: str, architecture: str, sha256: str, path: Path | None, preprocessing: Preprocessing | None = None
) -> Weights:
    if architecture not in ARCHITECTURES:
        raise UnknownModelError(
            f"{name}: there is no architecture named {architecture!r}.",
            remedy=f"Use one of {', '.join(ARCHITECTURES)}.",
        )
    return Weights(name, architecture, sha256, path, preprocessing or ARCHITECTURES[architecture].preprocessing)


def _locate_packaged(name: str) -> Weights:
    architecture = DEFAULT_ARCHITECTURE
    if size := name.partition(":")[2]:
        if size not in PACKAGED:
            known = ", ".join(f"packaged:{known}" for known in PACKAGED)
            raise UnknownModelError(f"there are no packaged weights named {size!r}.", remedy=f"Use packaged, {known}.")
        architecture = PACKAGED[size]
    package = ARCHITECTURES[architecture].package
    assert package is not None
    found = importlib.util.find_spec(package.module)
    path = Path(found.origin).parent / package.file if found and found.origin else None
    return _weights(f"packaged:{package.name}", architecture, package.sha256, path)


def _locate_hub(name: str) -> Weights:
    config, weights = (cached_file(name.removeprefix(HUB_PREFIX), file) for file in HUB_FILES)
    if config is None or weights is None:
        raise ModelError(
            f"{name} is not in the hub's cache, and only `deepstyle weights pull` downloads it.",
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


def _architecture_in(path: Path) -> str:
    """The ``architecture`` in the metadata of a safetensors file, read without loading a tensor."""
    try:
        with open_regular(path) as file:
            (size,) = struct.unpack("<Q", file.read(8))
            header = file.read(min(size, 100_000_000)).decode("utf-8")
        architecture = parse_json(header)["__metadata__"]["architecture"]
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", remedy="Check the path.") from error
    except (struct.error, ValueError, KeyError, TypeError):
        raise DataError(
            f"{path} does not name the architecture of its weights.",
            remedy=f"Add --architecture {'|'.join(ARCHITECTURES)}.",
        ) from None
    return str(architecture)
