"""The curves of a training for TensorBoard."""

import importlib.util
from pathlib import Path
from typing import Any

from deepstyle.errors import MissingDependencyError
from deepstyle.learning.style.train import OnEpoch
from deepstyle.learning.style.validation import Metrics


def tensorboard_writer(folder: Path) -> OnEpoch:
    """A callback that writes each epoch's metrics to ``folder``; raises ``MissingDependencyError``."""
    if importlib.util.find_spec("tensorboard") is None:
        raise MissingDependencyError("tensorboard is not installed.", remedy="pip install tensorboard")
    from torch.utils.tensorboard import SummaryWriter

    writer: Any = SummaryWriter(str(folder))

    def write(metrics: Metrics, step: int) -> None:
        for name, value in metrics.items():
            writer.add_scalar(name, value, step)
        writer.flush()

    return write
