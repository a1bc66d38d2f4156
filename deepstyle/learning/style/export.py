"""Torch to ONNX: the graph that serves; the same weights give the same bytes."""

import logging
import warnings
from collections.abc import Sequence
from typing import Final

import onnx
import torch
from torch import nn

OPSET: Final = 18
INPUT: Final = "pixels"
OUTPUTS: Final = ("features", "embedding")


def export_onnx(network: nn.Module, height_px: int, width_px: int) -> bytes:
    """The ONNX file of a network from pixels (B, 3, H, W) to features and embedding, for any batch size."""
    return export_graph(network, torch.zeros(2, 3, height_px, width_px), INPUT, OUTPUTS)


def export_graph(network: nn.Module, example: torch.Tensor, name: str, outputs: Sequence[str]) -> bytes:
    """The ONNX file of a network with one input, called ``name``, and these outputs, for any batch size."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it reports that torchvision is missing
    with warnings.catch_warnings():  # the exporter uses deprecated parts of itself
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            network.eval(),
            (example,),
            dynamo=True,
            opset_version=OPSET,
            input_names=[name],
            output_names=list(outputs),
            dynamic_shapes=({0: torch.export.Dim("batch", min=1)},),
            verbose=False,
        )
    assert program is not None
    model: onnx.ModelProto = program.model_proto
    _forget_origin(model)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _forget_origin(model: onnx.ModelProto) -> None:
    """Remove what the exporter records of the machine (source paths, stack traces): the bytes are reproducible."""
    model.doc_string = ""
    model.graph.doc_string = ""
    model.ClearField("metadata_props")
    model.graph.ClearField("metadata_props")
    for part in (*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        part.ClearField("metadata_props")
        part.doc_string = ""
    for tensor in model.graph.initializer:
        tensor.ClearField("metadata_props")
