"""The network in training: the part above the cached features, or the whole network, with the rest frozen."""

from collections.abc import Iterator

from torch import Tensor, nn

from deepstyle.learning.style.backbones import Backbone
from deepstyle.learning.style.config import ModelPart, Part
from deepstyle.learning.style.head import generalised_mean


class LearningNetwork(nn.Module):
    """From the input of ``part`` to the embedding; the same layers as the exported ``EmbeddingNetwork``.

    Batch norms retain their ImageNet statistics: batches that are balanced by category would bias them.
    """

    def __init__(self, backbone: Backbone, head: nn.Linear, part: Part, trunk_shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.backbone, self.head = backbone.eval(), head
        self.part, self.trunk_shape = part, trunk_shape

    def forward(self, inputs: Tensor) -> Tensor:
        """Features (B, F), the last stage's flattened input (B, F), or pixels (B, 3, H, W) → (B, D), not normalised."""
        if self.part == "head":
            pooled = inputs
        elif self.part == "last-stage":
            pooled = generalised_mean(self.backbone.forward_last_stage(inputs.view(-1, *self.trunk_shape)))
        else:
            pooled = generalised_mean(self.backbone.forward_features(inputs))
        embedding: Tensor = self.head(pooled)
        return embedding

    def learning(self, model: ModelPart) -> Iterator[tuple[str, nn.Parameter, int]]:
        """Each parameter that is trained, with its name and the epoch from which it is."""
        names = {id(parameter): name for name, parameter in self.named_parameters()}
        starts = {"head": (), "last-stage": (0,), "whole": model.unfreeze_epochs}[self.part]
        for parameter in self.head.parameters():
            yield names[id(parameter)], parameter, 0
        for modules, epoch in zip(self.backbone.stages(), starts, strict=False):
            for module in modules:
                for parameter in module.parameters():
                    yield names[id(parameter)], parameter, epoch
