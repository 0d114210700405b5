"""What a pass is proved with: the network before and after it, on random weights and images."""

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn

import netspec
from netspec import Text
from netspec.backends.torch.optimize import OptimizedNetwork
from netspec.passes import inference
from netspec.passes.inference import Pass, PassReport
from netspec.shape import nominal

TOLERANCE = 1e-5
"""Of the largest output."""


class Proof:
    """A spec before and after some passes."""

    def __init__(self, spec: str, passes: Sequence[Pass]) -> None:
        text = Text(f"netspec: 1\nname: net\n{spec}")
        graph = netspec.check_spec(text).graph
        self.model = netspec.compile_spec(text, seed=0).eval()
        randomize(self.model)
        generator = torch.Generator().manual_seed(2)
        shapes = [tuple(map(nominal, shape)) for shape in graph.root.inputs]
        self.inputs = [torch.randn(shape, generator=generator) for shape in shapes]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(inference, "PASSES", tuple(passes))
            self.optimized: OptimizedNetwork = netspec.optimize_for_inference(self.model)

    @property
    def last(self) -> PassReport:
        """What the last of the passes did."""
        return self.optimized.report.passes[-1]

    @property
    def kinds(self) -> list[str]:
        """The modules that are left."""
        leaves = [each for each in self.optimized.modules() if not list(each.children())]
        return [type(each).__name__ for each in leaves]

    def difference(self) -> float:
        """The largest difference of outputs, as a share of the largest output."""
        before = [tensor.clone() for tensor in self.inputs]
        with torch.no_grad():
            expected = tensors(self.model(*[tensor.clone() for tensor in self.inputs]))
            found = tensors(self.optimized(*self.inputs))
        untouched = zip(before, self.inputs, strict=True)
        assert all(torch.equal(*pair) for pair in untouched), "an input was overwritten"
        assert [each.shape for each in found] == [each.shape for each in expected]
        scale = max(float(each.abs().max()) for each in expected)
        pairs = zip(found, expected, strict=True)
        return max(float((a - b).abs().max()) for a, b in pairs) / scale

    def holds(self) -> bool:
        return self.difference() < TOLERANCE


def tensors(result: Tensor | dict[str, Tensor]) -> list[Tensor]:
    return [result] if isinstance(result, Tensor) else list(result.values())


def randomize(model: nn.Module) -> None:
    """Weights and statistics that no fold could leave out unseen."""
    generator = torch.Generator().manual_seed(1)
    for tensor in model.state_dict().values():
        if tensor.is_floating_point():
            low = 0.5 if tensor.ndim <= 1 else -0.5
            tensor.uniform_(low, 1.5 if low > 0 else 0.5, generator=generator)
