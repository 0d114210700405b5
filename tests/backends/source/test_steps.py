"""From a node to its line of `forward`."""

from netspec.backends.source.hints import Hints
from netspec.backends.source.lines import Lines
from netspec.backends.source.model import Source, Step
from netspec.backends.source.steps import function, step, used
from netspec.graph.ir import Leaf
from netspec.graph.sizes import RunTimeSize
from netspec.ops.base import Input
from tests.backends.source.parts import checked, node

TEXT = """dims: {H: 8, W: 6}
inputs: {x: [N, 4, H, W], memory: [N, 4]}
blocks:
  back:
    inputs: [x, m]
    nodes:
      map: {op: reshape, shape: [N, 4, H, W]}
      y: {op: relu, from: m}
    outputs: {a: map, b: y}
nodes:
  conv: {op: conv, from: x, out_channels: 4, kernel_size: 1, at: held.conv}
  twin: {share: conv, from: conv}
  bias: {op: parameter, shape: [4, 1, 1]}
  flat: {op: reshape, from: twin, shape: [N, 4, H * W]}
  blocks: {op: back, from: [flat, memory]}
  moved: {op: add, from: [blocks.a, bias], broadcast: true}
  soft: {op: softmax, dim: 1}
outputs: {y: soft, z: blocks.b}
"""
SPEC = checked(TEXT)
LINES = Lines(SPEC.graph, Hints(SPEC.doc).blocks)


def made(name: str) -> Step:
    return step(SPEC.graph.root, node(SPEC.graph, name), LINES.symbols)


def test_a_module_is_called_at_its_place_another_use_of_it_too() -> None:
    conv, twin = made("conv"), made("twin")
    assert (conv.target, conv.place, conv.reads) == ("", ("held", "conv"), (Source("", 0),))
    assert (twin.target, twin.place, twin.reads) == ("", ("held", "conv"), (Source("conv"),))
    assert conv.family == "convolution"


def test_a_function_has_its_name_and_sizes_of_its_run() -> None:
    flat = made("flat")
    assert (flat.target, flat.place, flat.symbols) == ("torch.reshape", None, ())
    ((_, shape),) = flat.keywords
    assert isinstance(shape, tuple) and shape[1] == 4
    assert isinstance(shape[2], RunTimeSize)


def test_a_bare_parameter_is_no_call() -> None:
    bias = made("bias")
    assert (bias.is_parameter, bias.place, bias.reads) == (True, ("bias",), ())


def test_a_block_gets_the_sizes_that_it_wants_after_its_tensors() -> None:
    blocks = made("blocks")
    assert blocks.outputs == 2 and blocks.reads == (Source("flat"), Source("", 1))
    assert blocks.arguments[:2] == (Input(0), Input(1)) and len(blocks.arguments) > 2
    assert made("moved").reads == (Source("blocks", 0), Source("bias"))


def test_a_function_of_one_tensor() -> None:
    soft = node(SPEC.graph, "soft")
    leaf = used(soft)
    assert isinstance(leaf, Leaf)
    assert function(soft, leaf).reads == (Source(""),)
