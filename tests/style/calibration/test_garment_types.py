"""The classifier beside a model: its file, and the model it belongs to."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepstyle.errors import ModelError
from deepstyle.style.calibration.garment_types import FILE, GarmentTypes, format_types, model_name, read_types
from deepstyle.style.model import INT8_FOLDER, LITE2_MODEL
from deepstyle.style.spec import read_spec


def classifier(model: str, dimension: int = 16) -> GarmentTypes:
    weights = np.random.default_rng(0).standard_normal((3, dimension)).astype(np.float32)
    return GarmentTypes(model, ("", "shoes", "tops"), weights, np.array([0.5, 0, -0.25], np.float32))


def test_the_posterior_is_a_softmax() -> None:
    types = classifier("m")
    picture = np.random.default_rng(1).standard_normal(16).astype(np.float32)
    scores = [
        np.exp(float(weights @ picture + bias)) for weights, bias in zip(types.weights, types.biases, strict=True)
    ]
    np.testing.assert_allclose(types.posterior(picture[None])[0], np.array(scores) / sum(scores), rtol=1e-5)


def test_it_belongs_to_its_model_and_to_its_variants(tiny_model: Path, tmp_path: Path) -> None:
    spec = read_spec(tiny_model)
    folder = tmp_path / "model" / INT8_FOLDER
    folder.mkdir(parents=True)
    assert read_types(folder, spec) is None
    (folder.parent / FILE).write_bytes(format_types(classifier(model_name(spec))))
    found = read_types(folder, spec)
    assert found is not None
    np.testing.assert_allclose(found.weights, classifier("m").weights, atol=1e-2)
    assert read_types(folder, replace(spec, head="another")) is None
    (folder.parent / FILE).write_text('{"model": "m", "names": ["a"], "weights": "", "biases": []}')
    with pytest.raises(ModelError, match="cannot be read"):
        read_types(folder, spec)


def test_the_packaged_model_has_one_for_every_semantic_category() -> None:
    from deepstyle.catalogue.item import SEMANTIC_CATEGORIES

    types = read_types(LITE2_MODEL / INT8_FOLDER, read_spec(LITE2_MODEL / INT8_FOLDER))
    assert types is not None
    assert set(types.names) == {"", *SEMANTIC_CATEGORIES}
