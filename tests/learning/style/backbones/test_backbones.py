"""The backbones: timm's key names, TensorFlow's padding, and what they say about a picture."""

import importlib.util

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.errors import UnknownModelError
from deepstyle.learning.style.backbones import create_backbone, init_random
from deepstyle.learning.style.backbones.efficientnet_lite import SameConv2d, same_padding
from deepstyle.learning.style.head import EmbeddingNetwork
from deepstyle.learning.style.originals import import_library
from deepstyle.style.architectures import ARCHITECTURES
from deepstyle.style.weights import locate_weights

# Parameters of timm's models, counted with their ImageNet classifiers.
PARAMETERS = {
    "resnet50": 25_557_032,
    "tf_efficientnet_lite0": 4_652_008,
    "tf_efficientnet_lite1": 5_416_680,
    "tf_efficientnet_lite2": 6_092_072,
}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_has_as_many_parameters_as_the_published_model(architecture):
    assert sum(p.numel() for p in create_backbone(architecture).parameters()) == PARAMETERS[architecture]


def test_unknown_architecture_is_named_with_those_that_are_known():
    with pytest.raises(UnknownModelError, match=r"'vgg16'.*resnet50"):
        create_backbone("vgg16")


@pytest.mark.parametrize(
    ("architecture", "keys"),
    [
        ("resnet50", ["conv1.weight", "layer1.0.downsample.1.running_var", "layer4.2.conv3.weight", "fc.bias"]),
        (
            "tf_efficientnet_lite2",
            ["conv_stem.weight", "blocks.0.0.conv_pw.weight", "blocks.6.0.conv_pwl.weight", "classifier.weight"],
        ),
    ],
)
def test_keys_are_timms(architecture, keys):
    assert set(keys) <= create_backbone(architecture).state_dict().keys()


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_parity_with_timm(architecture):
    if not importlib.util.find_spec("timm") or not importlib.util.find_spec("torchvision"):
        pytest.skip("pip install 'deepstyle[models]': no timm or torchvision")
    timm = import_library("timm")
    theirs, ours = timm.create_model(architecture, pretrained=False).eval(), create_backbone(architecture)
    ours.load_state_dict(theirs.state_dict())
    size = ARCHITECTURES[architecture].preprocessing
    pixels = torch.randn(2, 3, size.height_px, size.width_px)
    with torch.no_grad():
        assert torch.equal(ours(pixels), theirs(pixels))


@given(size=st.integers(1, 300), kernel=st.sampled_from([1, 3, 5]), stride=st.sampled_from([1, 2]))
def test_same_padding_gives_the_rounded_up_size_and_puts_the_odd_zero_last(size, kernel, stride):
    before, after = same_padding(size, kernel, stride)
    assert (size + before + after - kernel) // stride + 1 == -(-size // stride)
    assert after - before in (0, 1)


@pytest.mark.parametrize("size", [6, 7])
@pytest.mark.parametrize("kernel", [3, 5])
def test_same_convolution_equals_a_naive_loop(size, kernel):
    conv = SameConv2d(1, 1, kernel, stride=2)
    pixels = torch.randn(1, 1, size, size)
    with torch.no_grad():
        found = conv(pixels)[0, 0].numpy()
    image, weight = pixels[0, 0].numpy(), conv.weight.detach()[0, 0].numpy()
    out = -(-size // 2)
    start = -(max((out - 1) * 2 + kernel - size, 0) // 2)
    for row in range(out):
        for column in range(out):
            total = 0.0
            for i in range(kernel):
                for j in range(kernel):
                    y, x = start + row * 2 + i, start + column * 2 + j
                    if 0 <= y < size and 0 <= x < size:
                        total += float(image[y, x] * weight[i, j])
            assert found[row, column] == pytest.approx(total, abs=1e-5)


def test_random_weights_depend_on_the_seed_alone():
    first, second, other = (create_backbone("tf_efficientnet_lite0") for _ in range(3))
    torch.manual_seed(1)
    init_random(first, 0)
    torch.manual_seed(2)
    init_random(second, 0)
    init_random(other, 1)
    assert torch.equal(first.conv_head.weight, second.conv_head.weight)
    assert not torch.equal(first.conv_head.weight, other.conv_head.weight)


@pytest.mark.parametrize("architecture", ["resnet50", "tf_efficientnet_lite1"])
def test_features_have_the_promised_shape(architecture):
    backbone = create_backbone(architecture)
    with torch.no_grad():
        maps = backbone.forward_features(torch.zeros(2, 3, 64, 64))
    assert maps.shape == (2, backbone.features_dim, 2, 2)
    assert backbone.classifier_weight.shape == (1000, backbone.features_dim)
    assert np.isfinite(maps.numpy()).all()


@pytest.mark.parametrize("architecture", ["resnet50", "tf_efficientnet_lite0"])
def test_features_of_the_middle_are_means_and_standard_deviations(architecture):
    backbone = create_backbone(architecture)
    init_random(backbone, 0)
    pixels = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    network = EmbeddingNetwork(backbone.eval(), torch.nn.Linear(backbone.features_dim, 4), "middle")
    with torch.no_grad():
        features, _ = network(pixels)
        stages = [maps.numpy() for maps in backbone.forward_stages(pixels)]
        assert torch.equal(backbone.forward_trunk(pixels), backbone.forward_stages(pixels)[-1])
    expected = [part for maps in stages[backbone.middle_stage :] for part in (maps.mean((2, 3)), maps.std((2, 3)))]
    np.testing.assert_allclose(features, np.concatenate(expected, 1), rtol=1e-4, atol=1e-5)


def test_packaged_preprocessing_is_that_of_the_weights_and_the_default_looks_at_3_to_4():
    fed = locate_weights("packaged:lite0").preprocessing
    assert (fed.height_px, fed.width_px) == (224, 224)
    assert fed.mean == (127 / 255,) * 3
    assert fed.std == (128 / 255,) * 3
    default = locate_weights("packaged").preprocessing
    assert (default.height_px, default.width_px) == (352, 264)
