"""Generated source compared with the network that netspec builds."""

import random
from types import CodeType

import torch
from torch import Tensor, nn

from netspec import Checked, pipeline
from netspec.shape import at

Outputs = Tensor | dict[str, Tensor]


def load(source: str) -> nn.Module:
    """The network of a file of generated source: its last class, constructed."""
    names: dict[str, object] = {"__name__": "exported"}
    code: CodeType = compile(source, "exported.py", "exec")
    exec(code, names)
    found = [each for each in names.values() if isinstance(each, type)]
    network = [each for each in found if each.__module__ == "exported"][-1]
    made = network()
    assert isinstance(made, nn.Module)
    return made


def inputs(checked: Checked, most: int = 64) -> list[Tensor]:
    """A batch of two for each input; free sizes are at most `most`, where they may be."""
    graph = checked.graph
    sizes = {
        dim.symbol.name: max(dim.min_in_training, _down(min(most, dim.symbol.nominal), dim.symbol))
        for dim in graph.dims
        if dim.symbol.name != "N"
    }
    shapes = [[at(size, {**sizes, "N": 2}) for size in shape] for shape in graph.root.inputs]
    dtypes = [getattr(torch, dtype) for dtype in graph.dtypes]
    return [torch.rand(shape).to(dtype) for shape, dtype in zip(shapes, dtypes, strict=True)]


def _down(size: int, symbol: object) -> int:
    multiple = int(getattr(symbol, "multiple_of", 1))
    return max(multiple, size // multiple * multiple)


def run(model: nn.Module, tensors: list[Tensor], training: bool) -> Outputs:
    """The outputs in one mode, with the same random numbers each time."""
    model.train(training)
    torch.manual_seed(3)
    with torch.no_grad():
        outputs: Outputs = model(*(tensor.clone() for tensor in tensors))
    return outputs


def named(outputs: Outputs) -> dict[str, bytes]:
    """The bits of each output; NaN is equal to itself."""
    found = outputs if isinstance(outputs, dict) else {"": outputs}
    return {name: bytes(tensor.double().numpy().tobytes()) for name, tensor in found.items()}


def check_same(checked: Checked, source: str, most: int = 64) -> None:
    """The same keys, and bit for bit the same outputs and running statistics in both modes."""
    mine, reference = load(source), pipeline.build(checked, seed=random.Random(0).randint(0, 99))
    state = reference.state_dict()
    assert list(mine.state_dict()) == list(state)
    mine.load_state_dict(state, strict=True)
    assert [t.dtype for t in mine.state_dict().values()] == [t.dtype for t in state.values()]
    tensors = inputs(checked, most)
    for training in (False, True):
        expected = run(reference, tensors, training)
        assert named(run(mine, tensors, training)) == named(expected)
    assert named(mine.state_dict()) == named(reference.state_dict())
