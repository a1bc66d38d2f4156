"""What every backbone has in common."""

from abc import ABC, abstractmethod

from torch import Tensor, nn


class Backbone(nn.Module, ABC):
    """A network in two parts, trunk and last stage, with its ImageNet classifier.

    ``features_dim`` is its width F; ``classifier_name`` is the attribute that holds the classifier in timm.
    ``middle_stage`` is the number of the first stage that sees texture and parts rather than edges.
    """

    features_dim: int
    classifier_name: str = "classifier"
    middle_stage: int = 0

    @abstractmethod
    def forward_stages(self, x: Tensor) -> list[Tensor]:
        """(B, 3, H, W) float32, normalised → the maps (B, C, h, w) of each stage below the last, in order."""

    @abstractmethod
    def forward_last_stage(self, x: Tensor) -> Tensor:
        """What ``forward_trunk`` returns → (B, F, H/32, W/32), not negative."""

    @abstractmethod
    def stages(self) -> list[list[nn.Module]]:
        """The parts in the order in which fine-tuning unfreezes them: the last stage first."""

    def forward_trunk(self, x: Tensor) -> Tensor:
        """(B, 3, H, W) float32, normalised → (B, C, h, w): everything below the last stage."""
        return self.forward_stages(x)[-1]

    @property
    def classifier_weight(self) -> Tensor:
        """(1000, F) float32: the matrix of the ImageNet classifier."""
        return self._classifier.weight

    def forward_features(self, x: Tensor) -> Tensor:
        """(B, 3, H, W) float32, normalised → (B, F, H/32, W/32), not negative."""
        return self.forward_last_stage(self.forward_trunk(x))

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, H, W) float32, normalised → (B, 1000) ImageNet logits."""
        logits: Tensor = self._classifier(self.forward_features(x).mean((2, 3)))
        return logits

    @property
    def _classifier(self) -> nn.Linear:
        classifier: nn.Linear = getattr(self, self.classifier_name)
        return classifier
