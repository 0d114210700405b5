"""Ops that compute nothing: a tensor passed on, and a tensor of the network's own."""

from collections.abc import Mapping
from typing import ClassVar

from netspec.ops.arguments import NonNegative
from netspec.ops.base import Call, Inputs, Op, Weight
from netspec.ops.registry import register_op
from netspec.ops.same_shape import SameShape
from netspec.shape import Shape

__all__ = ["Identity", "Parameter"]


@register_op
class Identity(SameShape):
    """Passes its input on: x [N, *] -> x [N, *].

    Source: torch.nn.Identity.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 8, 16]}
        nodes:
          y: {op: identity, shape: [N, 8, 16]}
        outputs: {y: y}
    """

    name = "identity"
    module = "torch.nn.Identity"
    traits = frozenset({"elementwise", "eval_identity", "view"})


@register_op
class Parameter(Op):
    """A learned tensor without input, such as a class token: -> [*shape].

    It is registered under the node's own name and starts as zeros; a rule under `init` fills it
    otherwise. To join it to a batch, `expand` it.

    - shape: sizes of the tensor, all of them numbers

    Source: torch.nn.Parameter.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 16, 8]}
        nodes:
          class_token: {op: parameter, shape: [1, 1, 8]}
          tokens: {op: expand, shape: [N, _, _]}
          y: {op: concat, from: [tokens, x], shape: [N, 17, 8]}
        outputs: {y: y}
    """

    name = "parameter"
    arity = (0, 0)
    # The output is the weight itself, so nothing may overwrite it.
    traits: ClassVar[frozenset[str]] = frozenset({"saves_output"})

    shape: tuple[NonNegative, ...]

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        return (self.shape,)

    def weights(self, inputs: Inputs) -> Mapping[str, Weight]:
        return {"": Weight(self.shape)}

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.nn.Parameter", {"shape": self.shape}, arguments=())
