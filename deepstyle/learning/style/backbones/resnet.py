"""ResNet-50 (He et al. 2016, with the stride in the 3x3: "v1.5"), with timm's key names."""

from collections.abc import Callable, Mapping
from typing import Final

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from deepstyle.learning.style.backbones.backbone import Backbone


class Bottleneck(nn.Module):
    """1x1 reduce, 3x3, 1x1 to four times the width, and the skip."""

    expansion = 4

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__()
        out = width * self.expansion
        self.conv1 = nn.Conv2d(channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out)
        self.downsample: nn.Sequential | None = None
        if stride != 1 or channels != out:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels, out, 1, stride, bias=False),
                nn.BatchNorm2d(out),
            )

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, H, W) → (B, 4 * width, H', W')."""
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(Backbone):
    """A bottleneck ResNet with this many blocks per stage."""

    features_dim = 2048
    classifier_name = "fc"

    def __init__(self, blocks: tuple[int, int, int, int]) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.layer1 = _layer(64, 64, blocks[0], stride=1)
        self.layer2 = _layer(256, 128, blocks[1], stride=2)
        self.layer3 = _layer(512, 256, blocks[2], stride=2)
        self.layer4 = _layer(1024, 512, blocks[3], stride=2)
        self.fc = nn.Linear(self.features_dim, 1000)

    def forward_stages(self, x: Tensor) -> list[Tensor]:
        """(B, 3, H, W) float32, normalised → the maps (B, C, h, w) of each stage below the last, in order."""
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, padding=1)
        maps: list[Tensor] = []
        for layer in (self.layer1, self.layer2, self.layer3):
            x = layer(x)
            maps.append(x)
        return maps

    def forward_last_stage(self, x: Tensor) -> Tensor:
        """What ``forward_trunk`` returns → (B, 2048, H/32, W/32), not negative."""
        last: Tensor = self.layer4(x)
        return last

    def stages(self) -> list[list[nn.Module]]:
        """The parts in the order in which fine-tuning unfreezes them: the last stage first."""
        return [[self.layer4], [self.layer3], [self.layer2], [self.layer1], [self.conv1, self.bn1]]


def _layer(channels: int, width: int, blocks: int, *, stride: int) -> nn.Sequential:
    """One stage: the first block changes width and stride."""
    first = Bottleneck(channels, width, stride)
    rest = (Bottleneck(width * Bottleneck.expansion, width, 1) for _ in range(blocks - 1))
    return nn.Sequential(first, *rest)


BUILDERS: Final[Mapping[str, Callable[[], Backbone]]] = {"resnet50": lambda: ResNet((3, 4, 6, 3))}
