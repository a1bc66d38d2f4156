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
_OUTPUT: Final = "output."
"""Outputs are exported with this before their names: the exporter gives tensors inside the graph names like these."""


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
            output_names=[f"{_OUTPUT}{output}" for output in outputs],
            dynamic_shapes=({0: torch.export.Dim("batch", min=1)},),
            verbose=False,
        )
    assert program is not None
    model: onnx.ModelProto = program.model_proto
    _forget_origin(model)
    _name_outputs(model.graph)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _name_outputs(graph: onnx.GraphProto) -> None:
    """Give the outputs their names, and a tensor inside the graph that has one of them another."""
    names = {output.name: output.name.removeprefix(_OUTPUT) for output in graph.output}
    names |= {name: f"{name}.inside" for name in names.values()}
    for node in graph.node:
        for tensors in (node.input, node.output):
            renamed = [names.get(tensor, tensor) for tensor in tensors]
            del tensors[:]
            tensors.extend(renamed)
    for value in (*graph.output, *graph.value_info, *graph.initializer):
        value.name = names.get(value.name, value.name)


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
