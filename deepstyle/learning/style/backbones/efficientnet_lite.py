"""EfficientNet-Lite 0, 1 and 2 (Tan & Le 2019, without squeeze-excitation, ReLU6 for swish), with timm's key names.

The weights were trained in TensorFlow, so the convolutions pad as its ``SAME`` does and the batch norms have
epsilon 1e-3.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, cast

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from deepstyle.learning.style.backbones.backbone import Backbone

STAGES: Final = (
    # kernel, stride, expansion, channels, blocks
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
SCALES: Final = {
    # width, depth
    "tf_efficientnet_lite0": (1.0, 1.0),
    "tf_efficientnet_lite1": (1.0, 1.1),
    "tf_efficientnet_lite2": (1.1, 1.2),
}
STEM_CHANNELS: Final = 32
FEATURES_DIM: Final = 1280


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros before and after one axis, as TensorFlow's ``SAME`` pads: an odd one goes after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class SameConv2d(nn.Conv2d):
    """A convolution without bias whose padding follows TensorFlow's ``SAME``."""

    def __init__(self, channels: int, out: int, kernel: int, *, stride: int = 1, groups: int = 1) -> None:
        super().__init__(channels, out, kernel, stride, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, out, ceil(H / stride), ceil(W / stride))."""
        top, bottom = same_padding(x.shape[2], self.kernel_size[0], self.stride[0])
        left, right = same_padding(x.shape[3], self.kernel_size[1], self.stride[1])
        if (top, left) == (bottom, right):
            return F.conv2d(x, self.weight, None, self.stride, (top, left), 1, self.groups)
        return F.conv2d(F.pad(x, (left, right, top, bottom)), self.weight, None, self.stride, 0, 1, self.groups)


def batch_norm(channels: int) -> nn.BatchNorm2d:
    """A batch norm with TensorFlow's constants."""
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class DepthwiseSeparable(nn.Module):
    """The first stage's block: depthwise, then a linear 1x1."""

    def __init__(self, channels: int, out: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.conv_dw = SameConv2d(channels, channels, kernel, stride=stride, groups=channels)
        self.bn1 = batch_norm(channels)
        self.conv_pw = SameConv2d(channels, out, 1)
        self.bn2 = batch_norm(out)
        self.has_skip = stride == 1 and channels == out

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, H, W) → (B, out, H', W')."""
        y = F.relu6(self.bn1(self.conv_dw(x)))
        y = cast(Tensor, self.bn2(self.conv_pw(y)))
        return x + y if self.has_skip else y


class InvertedResidual(nn.Module):
    """MobileNetV2's block (Sandler et al. 2018): expand, depthwise, project linearly."""

    def __init__(self, channels: int, out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = channels * expansion
        self.conv_pw = SameConv2d(channels, wide, 1)
        self.bn1 = batch_norm(wide)
        self.conv_dw = SameConv2d(wide, wide, kernel, stride=stride, groups=wide)
        self.bn2 = batch_norm(wide)
        self.conv_pwl = SameConv2d(wide, out, 1)
        self.bn3 = batch_norm(out)
        self.has_skip = stride == 1 and channels == out

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, H, W) → (B, out, H', W')."""
        y = F.relu6(self.bn1(self.conv_pw(x)))
        y = F.relu6(self.bn2(self.conv_dw(y)))
        y = cast(Tensor, self.bn3(self.conv_pwl(y)))
        return x + y if self.has_skip else y


class EfficientNetLite(Backbone):
    """EfficientNet-Lite with ``width`` times the channels and ``depth`` times the blocks of Lite0."""

    features_dim = FEATURES_DIM
    middle_stage = 2

    def __init__(self, width: float, depth: float) -> None:
        super().__init__()
        self.conv_stem = SameConv2d(3, STEM_CHANNELS, 3, stride=2)
        self.bn1 = batch_norm(STEM_CHANNELS)
        self.blocks = nn.Sequential(*(nn.Sequential(*stage) for stage in _stages(width, depth)))
        self.conv_head = SameConv2d(_scaled(STAGES[-1][3], width), FEATURES_DIM, 1)
        self.bn2 = batch_norm(FEATURES_DIM)
        self.classifier = nn.Linear(FEATURES_DIM, 1000)

    def forward_stages(self, x: Tensor) -> list[Tensor]:
        """(B, 3, H, W) float32, normalised → the maps (B, C, h, w) of each stage below the last, in order."""
        x = F.relu6(self.bn1(self.conv_stem(x)))
        maps: list[Tensor] = []
        for number in range(len(self.blocks) - 1):
            x = self.blocks[number](x)
            maps.append(x)
        return maps

    def forward_last_stage(self, x: Tensor) -> Tensor:
        """What ``forward_trunk`` returns → (B, 1280, H/32, W/32), in [0, 6]."""
        return F.relu6(self.bn2(self.conv_head(self.blocks[-1](x))))

    def stages(self) -> list[list[nn.Module]]:
        """The parts in the order in which fine-tuning unfreezes them: the last stage first."""
        last: list[nn.Module] = [self.blocks[-1], self.conv_head, self.bn2]
        between: list[list[nn.Module]] = [[self.blocks[number]] for number in reversed(range(len(self.blocks) - 1))]
        return [last, *between, [self.conv_stem, self.bn1]]


def _scaled(channels: int, width: float) -> int:
    """Channels times ``width``, to the nearest multiple of 8 that loses less than a tenth."""
    rounded = max(8, int(channels * width + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels * width else rounded


def _stages(width: float, depth: float) -> Iterator[list[nn.Module]]:
    """The blocks by stage; Lite never repeats the first and the last stage more often."""
    channels = STEM_CHANNELS
    for number, (kernel, stride, expansion, out, blocks) in enumerate(STAGES):
        is_scaled = 0 < number < len(STAGES) - 1
        out = _scaled(out, width)
        stage: list[nn.Module] = []
        for block in range(-(-round(blocks * depth * 100) // 100) if is_scaled else blocks):
            step = stride if block == 0 else 1
            stage.append(
                DepthwiseSeparable(channels, out, kernel, step)
                if expansion == 1
                else InvertedResidual(channels, out, kernel, step, expansion)
            )
            channels = out
        yield stage


BUILDERS: Final[Mapping[str, Callable[[], Backbone]]] = {
    name: partial(EfficientNetLite, width, depth) for name, (width, depth) in SCALES.items()
}
