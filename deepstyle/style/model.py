"""From a model's name to its folder, building it at most once. Imports no torch: the build is another process."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final, Literal

from deepstyle import errors
from deepstyle.errors import DeepstyleError, FileError, ModelError
from deepstyle.files import locked
from deepstyle.style.recipe import recipe_key
from deepstyle.style.spec import MODEL_FILE, ModelSpec, read_spec
from deepstyle.style.weights import Weights, file_sha256, locate_weights

Precision = Literal["auto", "fp32", "int8"]
INT8_FOLDER: Final = "int8"
"""The quantised model's folder inside that of the fp32 model it was made from."""


def ensure_model(
    name: str, cache_dir: Path, precision: Precision = "auto", *, architecture: str = "", serving: str | None = None
) -> Path:
    """The verified model folder for ``name``: a model folder's path, or weights as ``locate_weights`` names them.

    Weights are converted once into ``cache_dir/models``; later calls, from any process, find the result by content, and
    need nothing but to read it.
    ``precision``: ``int8`` is the folder ``int8`` inside the model's, which ``deepstyle quantise`` writes once its
    recall gate passes; ``auto`` takes it where it is, unless the space that a store is ``serving`` is fp32's: what was
    quantised for one store must not stop another. Raises ``UnknownModelError`` or ``ModelError``.
    """
    given = Path(name)
    if given.is_dir():
        folder = given
        verify_model(folder)
    else:
        folder = _ensure_built(locate_weights(name, architecture=architecture), cache_dir)
    quantised = folder / INT8_FOLDER
    keeps_fp32 = not quantised.is_dir() or read_spec(folder).fingerprint == serving
    if precision == "fp32" or (precision == "auto" and keeps_fp32):
        return folder
    if not quantised.is_dir():
        raise ModelError(
            f"{folder} has no int8 model.", remedy=f"Make one: deepstyle quantise --model {name} --images FOLDER"
        )
    verify_model(quantised)
    return quantised


def verify_model(folder: Path) -> ModelSpec:
    """The folder's spec; raises ``ModelError`` where the graph is missing or not the spec's."""
    spec = read_spec(folder)
    if (found := file_sha256(folder / MODEL_FILE)) != spec.onnx_sha256:
        raise ModelError(
            f"{folder / MODEL_FILE} is altered: its SHA-256 is {found}, not {spec.onnx_sha256}.",
            remedy="Quantise it again: deepstyle quantise."
            if folder.name == INT8_FOLDER
            else "Export the model again, or fetch the folder whole.",
        )
    return spec


def _ensure_built(weights: Weights, cache_dir: Path) -> Path:
    """The cached folder of ``weights``, built where it is missing and rebuilt where it does not verify."""
    folder = cache_dir / "models" / f"{weights.architecture}-{recipe_key(weights)}"
    if verifies(folder):  # without the lock, which a cache that may only be read has no place for
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder.with_suffix(".lock")):
            if not verifies(folder):  # another process was faster
                _build(weights, folder)
    except OSError as error:
        problem = FileError.of(error)
        raise FileError(
            f"{weights.name} has to be converted once, into the cache {cache_dir}, and {problem.message}",
            remedy=f"{problem.remedy} DEEPSTYLE_CACHE_DIR names the cache.".strip(),
        ) from error
    return folder


def verifies(folder: Path) -> bool:
    """Whether ``folder`` is a whole model folder."""
    try:
        verify_model(folder)
    except ModelError:
        return False
    return True


def _build(weights: Weights, folder: Path) -> None:
    """Build beside ``folder``, then move into its place; what a killed build left is cleared first."""
    unfinished = folder.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    command = [
        sys.executable,
        "-m",
        "deepstyle.learning.style.build",
        weights.name,
        str(unfinished),
        weights.architecture,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own module)
    if done.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise _build_error(weights, done)
    verify_model(unfinished)
    shutil.rmtree(folder, ignore_errors=True)  # with its int8 folder, which was made from other bytes
    unfinished.rename(folder)


def _build_error(weights: Weights, done: subprocess.CompletedProcess[str]) -> DeepstyleError:
    """The error that the build process reported, or what it died of."""
    try:
        told = json.loads(done.stdout)
        kind: type[DeepstyleError] = getattr(errors, told["kind"])
        return kind(told["message"], remedy=told["remedy"])
    except (ValueError, KeyError, AttributeError):
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
    if "ModuleNotFoundError" in last:
        return errors.MissingDependencyError(
            f"{weights.name} has to be converted once, and {last.removeprefix('ModuleNotFoundError: ')}.",
            remedy="Install what converts: pip install 'deepstyle[train]'.",
        )
    return ModelError(f"{weights.name} could not be converted: {last}", remedy="Check memory and disk.")
