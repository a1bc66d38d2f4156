"""The exported graph says what torch says, at any batch size, and the same as it said when it was first shipped."""

import numpy as np
import onnx
import pytest
import torch

from deepstyle.learning.style.build import load_backbone
from deepstyle.learning.style.export import export_onnx
from deepstyle.learning.style.head import (
    CLOTHING_WEIGHT,
    EMBEDDING_DIM,
    EmbeddingNetwork,
    clothing_projection,
    generalised_mean,
    packaged_head,
    untrained_head,
)
from deepstyle.style import runtime as ov
from deepstyle.style.recipe import head_kind, start_kind
from deepstyle.style.weights import locate_weights

FIRST_VALUES = {
    "packaged:lite0": [0.0087587, -0.0852748, 0.062603, 0.1819579, 0.0094873],
    "packaged:lite1": [-0.00395, 0.0023577, -0.0460591, -0.1589276, -0.086597],
    "packaged:lite2": [-0.0027512, 0.0197731, -0.0240658, 0.1142047, -0.0918142],
    "none": [0.0159188, -0.0215854, -0.0079064, -0.0017992, 0.0003689],
}
"""The first values of the unit embedding of ``picture()``; they change only with ``recipe.VERSION`` or the size."""


def picture(fed):
    """(H, W, 3) uint8: gradients, a disc and stripes, from integers alone."""
    high, wide = fed.height_px, fed.width_px
    y, x = np.mgrid[:high, :wide]
    rgb = np.stack([x * 255 // wide, y * 255 // high, (x // 8 % 2) * 200], axis=-1)
    rgb[(x - wide // 2) ** 2 + (y - high // 2) ** 2 < (wide // 4) ** 2] = (200, 30, 60)
    return rgb.astype(np.uint8)


def pixels_of(rgb, fed):
    scaled = (rgb / 255 - np.array(fed.mean)) / np.array(fed.std)
    return scaled.transpose(2, 0, 1)[None].astype(np.float32)


@pytest.fixture(scope="module", params=FIRST_VALUES)
def exported(request):
    """One shipped configuration: its weights, the torch network and the compiled graph for batches of two."""
    weights = locate_weights(request.param)
    backbone = load_backbone(weights)
    network = EmbeddingNetwork(backbone, untrained_head(backbone, head_kind(weights))).eval()
    fed = weights.preprocessing
    graph = export_onnx(network, fed.height_px, fed.width_px)
    model = ov.Core().read_model(graph)
    model.reshape([2, 3, fed.height_px, fed.width_px])
    return weights, network, graph, ov.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})


def test_openvino_says_what_torch_says(exported):
    weights, network, _, compiled = exported
    fed = weights.preprocessing
    noise = np.random.default_rng(0).standard_normal((1, 3, fed.height_px, fed.width_px)).astype(np.float32)
    pixels = np.concatenate([pixels_of(picture(fed), fed), noise])
    with torch.no_grad():
        features, embedding = (out.numpy() for out in network(torch.from_numpy(pixels)))
    found = compiled(pixels)
    assert np.abs(found["features"] - features).max() <= 1e-4 * max(1, np.abs(features).max())
    unit = embedding / np.linalg.norm(embedding, axis=1, keepdims=True)
    found_unit = found["embedding"] / np.linalg.norm(found["embedding"], axis=1, keepdims=True)
    assert np.abs(found_unit - unit).max() <= 1e-4


def test_first_values_are_those_that_were_shipped(exported):
    weights, _, _, compiled = exported
    pixels = pixels_of(picture(weights.preprocessing), weights.preprocessing)
    embedding = compiled(np.concatenate([pixels, pixels]))["embedding"]
    unit = embedding / np.linalg.norm(embedding, axis=1, keepdims=True)
    assert unit[0, :5] == pytest.approx(FIRST_VALUES[weights.name], abs=2e-4), unit[0, :5].tolist()
    assert np.array_equal(embedding[0], embedding[1])


def test_the_graph_tells_nothing_of_the_machine_it_was_made_on(exported):
    model = onnx.load_from_string(exported[2])
    assert b"/deepstyle/" not in exported[2]
    assert not any(node.metadata_props or node.doc_string for node in model.graph.node)
    assert [i.name for i in model.graph.input] == ["pixels"]
    assert [o.name for o in model.graph.output] == ["features", "embedding"]


def test_the_default_has_the_head_that_comes_with_the_project_and_training_does_not_start_from_it():
    kinds = {name: head_kind(locate_weights(name)) for name in FIRST_VALUES}
    assert kinds == {
        "packaged:lite0": "clothing-512",
        "packaged:lite1": "clothing-512",
        "packaged:lite2": "demo-512",
        "none": "random-512",
    }
    assert start_kind(locate_weights("packaged:lite2")) == "clothing-512"
    assert packaged_head().shape == (EMBEDDING_DIM, 1280)


def test_generalised_mean_equals_its_formula():
    maps = np.random.default_rng(0).random((2, 5, 3, 4)).astype(np.float32)
    expected = [[np.mean(channel.astype(float) ** 3) ** (1 / 3) for channel in item] for item in maps]
    assert generalised_mean(torch.from_numpy(maps)).numpy() == pytest.approx(np.array(expected), rel=1e-5)
    assert torch.isfinite(generalised_mean(torch.zeros(1, 2, 3, 3))).all()


def test_the_projection_keeps_differences_between_clothes_and_lengths_on_average():
    rng = torch.Generator().manual_seed(0)
    classifier = torch.randn(1000, 1280, generator=rng)
    projection = clothing_projection(classifier).numpy()
    assert projection.shape == (EMBEDDING_DIM, 1280)
    gram = projection @ projection.T
    assert np.abs(gram - np.diag(np.diag(gram))).max() < 1e-9
    # The difference of two clothing classes (a jersey and a sandal) becomes exactly CLOTHING_WEIGHT times as long.
    difference = (classifier[610] - classifier[774]).double().numpy()
    expected = CLOTHING_WEIGHT * np.linalg.norm(difference)
    assert np.linalg.norm(projection @ difference) == pytest.approx(expected, rel=1e-6)
    others = torch.randn(200, 1280, generator=rng, dtype=torch.float64).numpy()
    ratio = np.linalg.norm(others @ projection.T, axis=1) / np.linalg.norm(others, axis=1)
    assert 0.9 < ratio.mean() < 1.2
