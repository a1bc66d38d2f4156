"""The course of a training: the loss and the measures on the validation items, by epoch."""

from collections.abc import Mapping, Sequence
from typing import Final

from deepstyle.report.tsne_map import new_figure, save_figure

MEASURES: Final = ("recall@1", "recall@10", "itself@1", "category mAP@R")


def render_curves(history: Sequence[Mapping[str, float]], best_epoch: int) -> bytes:
    """Two plots as PNG of a checkpoint's history; a dotted line marks the epoch that is exported."""
    figure = new_figure(11, 4)
    left, right = figure.subplots(1, 2)
    epochs = [epoch["epoch"] for epoch in history]
    left.plot(epochs, [epoch["loss"] for epoch in history], color="C0", marker="o", markersize=3)
    left.set_title("training loss", loc="left")
    for number, name in enumerate(MEASURES):
        known = [(epoch["epoch"], epoch[name]) for epoch in history if name in epoch]
        if known:
            right.plot(*zip(*known, strict=True), color=f"C{number}", label=name, marker="o", markersize=3)
    right.set_title("on validation items", loc="left")
    right.set_ylim(0, 1)
    right.legend(frameon=False, loc="lower right")
    for axes in (left, right):
        axes.axvline(best_epoch, color="0.5", linestyle=":", linewidth=1)
        axes.set_xlabel("epoch")
        axes.spines[["top", "right"]].set_visible(False)
    return save_figure(figure)
