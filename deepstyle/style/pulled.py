"""Published models on this machine: pull one, find what was pulled, and check it against the lock file."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from deepstyle.errors import ModelError, UnknownModelError
from deepstyle.files import read_json
from deepstyle.style.architectures import ARCHITECTURES
from deepstyle.style.hub import HUB_PREFIX, cached_file, download, download_first, revision_of
from deepstyle.style.hub_config import read_preprocessing, timm_preprocessing
from deepstyle.style.lock import Pulled, enforce, lock_path, read_lock, record
from deepstyle.style.published import PUBLISHED, PublishedModel
from deepstyle.style.spec import MAX_SPEC_BYTES
from deepstyle.style.weights import Weights, file_sha256

CONVERSION_VERSION: Final = 1
"""Increase it whenever the same files would be converted to another graph."""
UNKNOWN_LICENCE: Final = "not known to deepstyle"
_MODEL: Final = TypeAdapter(PublishedModel)


def describe(name: str) -> PublishedModel | None:
    """The model that ``weights pull`` would download: from the table, or a timm model ``hf-hub:OWNER/MODEL``.

    For the latter it downloads ``config.json``, which describes it. ``None`` for a backbone that deepstyle has itself
    (``ARCHITECTURES``). Raises ``UnknownModelError`` for another name, ``ModelError`` where the download fails.
    """
    if name in PUBLISHED:
        return PUBLISHED[name]
    if not name.startswith(HUB_PREFIX):
        known = ", ".join(PUBLISHED)
        raise UnknownModelError(
            f"there is no published model named {name!r}.", remedy=f"Use {known} or {HUB_PREFIX}OWNER/MODEL."
        )
    return _timm_model(name, download(name.removeprefix(HUB_PREFIX), "config.json"))


def pull_model(model: PublishedModel, cache_dir: Path) -> Pulled:
    """Download what is missing of ``model`` into the hub's cache; record its hashes, or hold them to the first pull's.

    Raises ``ModelError`` where a download fails, a file has changed since the first pull, or the repository describes
    another preprocessing than the table.
    """
    paths = {file: download(model.repository, file) for file in model.files}
    if (described := read_preprocessing(model.library, paths)) != model.preprocessing:
        raise ModelError(
            f"{model.name}: {model.repository} asks for another preprocessing than deepstyle knows: "
            f"{_difference(model, described.fields())}.",
            remedy="Report it. The model is not converted, because its vectors would be wrong.",
        )
    weights = download_first(model.repository, model.weights_files)
    paths[weights.name] = weights
    is_known = model.name in PUBLISHED
    pulled = Pulled(
        model.repository,
        revision_of(weights),
        {file: file_sha256(path) for file, path in sorted(paths.items())},
        None if is_known else json.loads(_MODEL.dump_json(model)),
    )
    record(cache_dir, model.name, pulled)
    return pulled


def locate_published(name: str, cache_dir: Path) -> Weights | None:
    """What ``name`` was pulled as; ``None`` for a name that is not a published model's.

    Only the lock file is read: a model that was converted serves without the hub's client and cache. Raises
    ``ModelError`` for a published model that was never pulled.
    """
    pulled = read_lock(cache_dir).get(name)
    if pulled is None and name in PUBLISHED:
        raise ModelError(
            f"{name} was never pulled into {cache_dir}, and only `deepstyle weights pull` downloads it.",
            remedy=f"Run: deepstyle weights pull {name}",
        )
    model = find_model(name, pulled, cache_dir) if pulled else None
    if pulled is None or model is None:
        return None
    fields = [CONVERSION_VERSION, dataclasses.asdict(model), sorted(pulled.files.items())]
    digest = hashlib.sha256(json.dumps(fields).encode()).hexdigest()
    return Weights(name, model.architecture, digest, None, model.preprocessing, is_published=True)


def find_model(name: str, pulled: Pulled, cache_dir: Path) -> PublishedModel | None:
    """The description of what was pulled; ``None`` for a backbone that deepstyle has itself."""
    if name in PUBLISHED or pulled.model is None:
        return PUBLISHED.get(name)
    try:
        return _MODEL.validate_python(pulled.model)
    except ValidationError as error:
        path = lock_path(cache_dir)
        raise ModelError(
            f'{path}: "{name}" is not a description of a model.', remedy=f"Remove it from {path} and pull again."
        ) from error


def pulled_files(name: str, pulled: Pulled, cache_dir: Path) -> dict[str, Path]:
    """The files of a pulled model by name, from the hub's cache; raises ``ModelError`` where one is gone or altered."""
    paths: dict[str, Path] = {}
    for file in pulled.files:
        path = cached_file(pulled.repository, file)
        if path is None:
            raise ModelError(
                f"{name}: {file} is no longer in the hub's cache.", remedy=f"Run: deepstyle weights pull {name}"
            )
        paths[file] = path
    enforce(cache_dir, name, {file: file_sha256(path) for file, path in paths.items()}, pulled)
    return paths


def lock_weights(weights: Weights, cache_dir: Path) -> None:
    """Record the hash of weights on the hub at their first pull, or hold them to it; raises ``ModelError``."""
    assert weights.path is not None
    repository = weights.name.removeprefix(HUB_PREFIX)
    pulled = Pulled(repository, revision_of(weights.path), {weights.path.name: weights.sha256})
    record(cache_dir, weights.name, pulled)


def check_weights(weights: Weights, cache_dir: Path) -> None:
    """Raise ``ModelError`` where weights on the hub are not those of their first pull."""
    pulled = read_lock(cache_dir).get(weights.name)
    if pulled is not None and weights.path is not None:
        enforce(cache_dir, weights.name, {weights.path.name: weights.sha256}, pulled)


def _timm_model(name: str, config: Path) -> PublishedModel | None:
    try:
        fields: dict[str, Any] = read_json(config, MAX_SPEC_BYTES)
        architecture, features_dim = str(fields["architecture"]), int(fields["num_features"])
        preprocessing = timm_preprocessing(fields)
    except (OSError, ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
        raise ModelError(
            f"{config} does not describe a model of timm that deepstyle can convert: {error!r}.",
            remedy="Export the model to ONNX yourself and write its spec.json: see docs/models.md.",
        ) from error
    if architecture in ARCHITECTURES:
        return None
    repository = name.removeprefix(HUB_PREFIX)
    return PublishedModel(
        name=name,
        repository=repository,
        library="timm",
        architecture=architecture,
        weights_files=("model.safetensors",),
        preprocessing=preprocessing,
        features_dim=features_dim,
        embedding_dim=features_dim,
        licence=UNKNOWN_LICENCE,
        licence_url=f"https://huggingface.co/{repository}",
    )


def _difference(model: PublishedModel, described: Mapping[str, Any]) -> str:
    known = model.preprocessing.fields()
    names = sorted(name for name in known.keys() | described.keys() if known.get(name) != described.get(name))
    return ", ".join(f"{name} {described.get(name)}, not {known.get(name)}" for name in names)
