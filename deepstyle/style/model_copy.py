"""Copy a model folder, with colour dimensions if wanted."""

import dataclasses
import shutil
from pathlib import Path

from deepstyle.errors import UsageError
from deepstyle.style.colour import COLOUR_DIM
from deepstyle.style.model import INT8_FOLDER
from deepstyle.style.spec import ModelSpec, read_spec, write_spec


def copy_model(source: Path, target: Path, colour_weight: float = 0.0) -> ModelSpec:
    """Copy the model in ``source`` to ``target``, without its int8 model; ``colour_weight`` > 0 appends the colour.

    Raises ``UsageError`` where the model has colour dimensions already.
    """
    spec = read_spec(source)
    if colour_weight and spec.colour_dim:
        raise UsageError(f"{source} has colour dimensions already.", remedy="Leave --colour-weight out.")
    unfinished = target.with_name(f".{target.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(source, unfinished, ignore=shutil.ignore_patterns(INT8_FOLDER))
    if colour_weight:
        dim = spec.embedding_dim + COLOUR_DIM
        spec = dataclasses.replace(spec, embedding_dim=dim, colour_dim=COLOUR_DIM, colour_weight=colour_weight)
        write_spec(spec, unfinished)
    unfinished.rename(target)
    return spec
