"""A network as an ONNX model."""

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

import torch

from netspec.backends.torch.exported import export_program, silence
from netspec.backends.torch.module import Network
from netspec.backends.torch.refusal import refused, untranslatable
from netspec.backends.torch.resize import refuse_resized
from netspec.graph.ir import Graph
from netspec.shape import Shape

if TYPE_CHECKING:
    import onnx

_PACKAGES = ("onnx", "onnxscript")
_LARGEST = 2**31 - 1
"""Bytes of a protobuf message, which an ONNX file is."""


class MissingExtra(Exception):
    """The packages that write ONNX are not installed."""


def as_onnx(network: Network, graph: Graph) -> bytes:
    """The content of an `.onnx` file that computes what the network of `graph` does in evaluation.

    Inputs, outputs and free sizes have the names of the spec; an output that is named like an input
    gets `_out` behind its name, as ONNX has one scope for all.

    Raises MissingExtra, and NetspecError where torch cannot trace or translate an op or the weights
    are too large for one file.
    """
    if not all(map(find_spec, _PACKAGES)):
        raise MissingExtra("ONNX files need an extra: pip install 'torch-netspec[onnx]'")
    _refuse_large(network, graph)
    refuse_resized(graph)
    program = export_program(network, graph)
    try:
        with silence():
            translated = torch.onnx.export(program, dynamo=True)
    except Exception as error:  # whatever torch raises
        with silence():
            raise untranslatable(error, graph) from error
    assert translated is not None
    model = translated.model_proto
    inputs = dict(zip(graph.root.input_names, graph.root.inputs, strict=True))
    _name_values(model, inputs, _evaluated(graph))
    _forget_places(model)
    _check(model)
    content: bytes = model.SerializeToString()
    return content


def _refuse_large(network: Network, graph: Graph) -> None:
    state = network.state_dict().values()
    size = sum(tensor.numel() * tensor.element_size() for tensor in state)
    if size >= _LARGEST:
        message = f"has {size / 1e9:.1f} GB of weights, and an ONNX file holds 2.1 GB"
        raise refused(message, graph, "write a `.pt2` file")


def _evaluated(graph: Graph) -> dict[str, Shape]:
    """The outputs that are returned in evaluation."""
    root = graph.root
    outputs = zip(root.output_names, root.outputs, root.training, strict=True)
    return {name: root.shape(ref) for name, ref, only_training in outputs if not only_training}


def _name_values(
    model: "onnx.ModelProto", inputs: Mapping[str, Shape], outputs: Mapping[str, Shape]
) -> None:
    """Give inputs, outputs and free sizes the spec's names in place of torch's.

    The shapes in between follow from them, and what torch says of those is left out. An output that
    is an input, or one of the outputs before it, is handed on by a node.
    """
    import onnx  # an extra

    graph = model.graph
    public = [*inputs, *(f"{name}_out" if name in inputs else name for name in outputs)]
    names = {}
    for value, name in zip(graph.input, public, strict=False):
        names[value.name] = name
    for value, name in zip(graph.output, public[len(inputs) :], strict=True):
        if value.name in names:
            graph.node.append(onnx.helper.make_node("Identity", [value.name], [name]))
            names[name] = name
        else:
            names[value.name] = name
    inner = [name for node in graph.node for name in node.output]
    for name in (*inner, *(each.name for each in graph.initializer)):
        names.setdefault(name, _free_name(name, public))
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names[name] for name in node.output]
    for tensor in graph.initializer:
        tensor.name = names[tensor.name]
    values = (*graph.input, *graph.output)
    for value, name, shape in zip(
        values, public, (*inputs.values(), *outputs.values()), strict=True
    ):
        value.name = name
        for dim, size in zip(value.type.tensor_type.shape.dim, shape, strict=True):
            if isinstance(size, int):
                dim.dim_value = size
            else:
                dim.dim_param = str(size)
    del graph.value_info[:]


def _free_name(name: str, taken: Iterable[str]) -> str:
    """Torch numbers its names, `add_3`, and ends none in an underscore."""
    return f"{name}_" if name in taken else name


def _forget_places(model: "onnx.ModelProto") -> None:
    """Leave out which lines of which files on this machine made each node."""
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""


def _check(model: "onnx.ModelProto") -> None:
    import onnx  # an extra

    onnx.checker.check_model(model, full_check=True)
