"""From a model's name to its folder. The packaged model is ready; other weights are converted at most once.

Imports no torch: the conversion runs in a process of its own and needs the extra ``train``.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from deepstyle import errors
from deepstyle.errors import DeepstyleError, FileError, ModelError
from deepstyle.files import locked
from deepstyle.settings import Precision
from deepstyle.style.precision import int8_is_fast
from deepstyle.style.pulled import check_weights, locate_published
from deepstyle.style.recipe import is_default, recipe_key
from deepstyle.style.spec import MODEL_FILE, SPEC_FILE, ModelSpec, read_spec
from deepstyle.style.weights import Weights, file_sha256, locate_weights

LITE2_MODEL: Final = Path(__file__).with_name("packaged") / "lite2"
"""The model ``packaged:lite2`` in fp16, on ImageNet weights; see ``deepstyle.learning.style.package``."""
FASHION_MODEL: Final = LITE2_MODEL.with_name("fashion")
"""The model ``packaged:fashion`` in fp16, whose backbone was trained on photos of garments."""
DEFAULT_NAME: Final = "packaged"
"""The name of the default model, whichever that is in this version."""
DEFAULT_MODEL: Final = "packaged:fashion"
"""The model that ``packaged`` names."""
FORMER_DEFAULT: Final = "packaged:lite2"
"""The model that ``packaged`` named before: what it encoded is served by it until `deepstyle encode` has finished."""
INT8_FOLDER: Final = "int8"
"""The folder of the quantised model inside that of the original model."""


def ensure_model(
    name: str, cache_dir: Path, precision: Precision = "auto", *, architecture: str = "", serving: str | None = None
) -> Path:
    """The verified model folder for ``name``: the path of a model folder, or weights as ``locate_weights`` names them.

    ``packaged`` is the default of this version; it, ``packaged:fashion`` and ``packaged:lite2`` ship with the package.
    Other weights are converted once into ``cache_dir/models``; later calls, from any process, find the result by its
    content and only read it.

    ``auto`` chooses the precision of the space that a store is ``serving``, so that queries and catalogue share one
    space on every machine. Without such a space it chooses int8 where the folder has it and the CPU computes it fast
    (``int8_is_fast``), else the precision of the model itself. ``fp32`` of ``packaged:lite2`` is converted as other
    weights are. Raises ``UnknownModelError`` or ``ModelError``, and ``MissingDependencyError`` where a conversion needs
    torch.
    """
    given = Path(name)
    if given.is_dir():
        verify_model(given)
        return _of_precision(given, precision, serving)
    name = DEFAULT_MODEL if name == DEFAULT_NAME else name
    if name == "packaged:fashion":
        verify_model(FASHION_MODEL)
        return _of_precision(FASHION_MODEL, precision, serving)
    weights = locate_published(name, cache_dir) or locate_weights(name, architecture=architecture)
    check_weights(weights, cache_dir)
    converted = _converted(weights, cache_dir)
    if is_default(weights) and precision != "fp32" and not (precision == "auto" and _encoded(converted, serving)):
        verify_model(LITE2_MODEL)
        return _of_precision(LITE2_MODEL, precision, serving)
    _ensure_converted(weights, converted, cache_dir)
    return _of_precision(converted, precision, serving)


def served_model(
    serving: str | None, name: str, cache_dir: Path, precision: Precision = "auto", *, former: str = ""
) -> Path:
    """The verified folder of the model that answers for a store ``serving`` this space; ``ensure_model`` says the rest.

    That is the model ``former`` where the space is its, else ``name``.

    For ``packaged`` this is the former default as long as the store serves the former default's vectors, in whichever
    precision. ``ensure_model`` itself gives the model that the store is to be encoded with.
    """
    if former and serving and (found := model_spaces(former, cache_dir).get(serving)):
        return found
    name = FORMER_DEFAULT if is_superseded(serving, name, cache_dir) else name
    return ensure_model(name, cache_dir, precision, serving=serving)


def is_superseded(serving: str | None, name: str, cache_dir: Path) -> bool:
    """Whether a store ``serving`` this space is still on the former default, and ``name`` is ``packaged``."""
    if serving is None or name != DEFAULT_NAME or Path(name).is_dir():
        return False
    return _encoded(LITE2_MODEL, serving) or _encoded(_converted(locate_weights(FORMER_DEFAULT), cache_dir), serving)


def upgrade_notice(serving: str | None, name: str, cache_dir: Path) -> str:
    """What to do about a store that the former default serves (``is_superseded``), in a sentence; else empty."""
    if not is_superseded(serving, name, cache_dir):
        return ""
    return f"{FORMER_DEFAULT}, the former default, serves; run `deepstyle encode` to move to the new model."


def float_model(name: str, cache_dir: Path) -> Path:
    """The verified folder of the model ``name`` in its own precision, fp16 or fp32, whatever ``auto`` would choose."""
    folder = ensure_model(name, cache_dir)
    return folder.parent if folder.name == INT8_FOLDER else folder


def model_spaces(name: str, cache_dir: Path) -> dict[str, Path]:
    """The verified folders of the model ``name``, its own and the quantised one, by the space of their vectors."""
    folder = float_model(name, cache_dir)
    quantised = folder / INT8_FOLDER
    folders = (folder, quantised) if quantised.is_dir() else (folder,)
    return {verify_model(one).fingerprint: one for one in folders}


def verify_model(folder: Path) -> ModelSpec:
    """The folder's spec; raises ``ModelError`` where the graph is missing or does not match the spec."""
    spec = read_spec(folder)
    if (found := file_sha256(folder / MODEL_FILE)) != spec.onnx_sha256:
        raise ModelError(
            f"{folder / MODEL_FILE} was altered: its SHA-256 is {found}, spec.json says {spec.onnx_sha256}.",
            remedy="Quantise it again: deepstyle quantise."
            if folder.name == INT8_FOLDER
            else "Export the model again, or copy the whole folder again.",
        )
    return spec


def verifies(folder: Path) -> bool:
    """Whether ``folder`` is a complete model folder."""
    try:
        verify_model(folder)
    except ModelError:
        return False
    return True


def _of_precision(folder: Path, precision: Precision, serving: str | None) -> Path:
    """``folder`` itself or the int8 model inside it, as ``ensure_model`` describes."""
    spec, quantised = read_spec(folder), folder / INT8_FOLDER
    if precision == "auto":
        chooses_int8 = quantised.is_dir() and spec.fingerprint != serving
        precision = "int8" if chooses_int8 and (int8_is_fast() or _is_space(quantised, serving)) else spec.precision
    if precision == spec.precision:
        return folder
    if precision == "int8" and quantised.is_dir():
        verify_model(quantised)
        return quantised
    remedy = f"Make one: deepstyle quantise --model {folder} --images FOLDER" if precision == "int8" else ""
    raise ModelError(f"{folder} has no {precision} model.", remedy=remedy or f"Use auto or {spec.precision}.")


def _encoded(folder: Path, serving: str | None) -> bool:
    """Whether ``serving`` holds vectors of the model in ``folder``, or of its int8 model."""
    return serving is not None and (_is_space(folder, serving) or _is_space(folder / INT8_FOLDER, serving))


def _is_space(folder: Path, space: str | None) -> bool:
    """Whether ``space`` holds vectors of the model in ``folder``, which may be missing."""
    return (folder / SPEC_FILE).is_file() and read_spec(folder).fingerprint == space


def _converted(weights: Weights, cache_dir: Path) -> Path:
    """Where the model converted from ``weights`` is, or will be."""
    return cache_dir / "models" / f"{weights.architecture}-{recipe_key(weights)}"


def _ensure_converted(weights: Weights, folder: Path, cache_dir: Path) -> None:
    """Convert ``weights`` into ``folder``, unless a model that verifies is there."""
    if verifies(folder):  # without the lock: the cache may be read-only
        return
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder.with_suffix(".lock")):
            if not verifies(folder):  # another process may have been faster
                _build(weights, folder)
    except OSError as error:
        problem = FileError.of(error)
        raise FileError(
            f"{weights.name} has to be converted once, into the cache {cache_dir}, and {problem.message}",
            remedy=f"{problem.remedy} DEEPSTYLE_CACHE_DIR names the cache.".strip(),
        ) from error


def _build(weights: Weights, folder: Path) -> None:
    """Convert into a folder beside ``folder``, then rename it; what a killed conversion left is removed first."""
    unfinished = folder.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    command = [sys.executable, "-m", *_conversion(weights, unfinished)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own module)
    if finished.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise _build_error(weights, finished)
    verify_model(unfinished)
    shutil.rmtree(folder, ignore_errors=True)  # with its int8 folder, which belongs to another graph
    unfinished.rename(folder)


def _conversion(weights: Weights, folder: Path) -> tuple[str, ...]:
    """The module that converts ``weights`` into ``folder``, which is in ``CACHE/models``, and its arguments."""
    if weights.is_published:
        return "deepstyle.learning.style.convert", weights.name, str(folder), str(folder.parent.parent)
    return "deepstyle.learning.style.build", weights.name, str(folder), weights.architecture


def _build_error(weights: Weights, finished: subprocess.CompletedProcess[str]) -> DeepstyleError:
    """The error that the conversion reported, or what ended it."""
    try:
        report = json.loads(finished.stdout)
        kind: type[DeepstyleError] = getattr(errors, report["kind"])
        return kind(report["message"], remedy=report["remedy"])
    except (ValueError, KeyError, AttributeError):
        last = (finished.stderr.strip().splitlines() or [f"exit status {finished.returncode}"])[-1]
    if "ModuleNotFoundError" in last:
        extra = "models" if weights.is_published else "train"
        return errors.MissingDependencyError(
            f"{weights.name} has to be converted once, and {last.removeprefix('ModuleNotFoundError: ')}.",
            remedy=f"Install what converts models: pip install 'deepstyle[{extra}]'. "
            "Or use the packaged model, which needs no conversion: --model packaged.",
        )
    return ModelError(f"{weights.name} could not be converted: {last}", remedy="Check memory and disk space.")
