"""From a graph to its network."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from fractions import Fraction
from threading import RLock
from typing import cast

import torch
from torch import nn

from netspec.analysis.stride import output_strides
from netspec.backends.torch.calls import PARAMETER, bind, construct
from netspec.backends.torch.init import apply_init
from netspec.backends.torch.inputs import InputCheck
from netspec.backends.torch.module import (
    Block,
    Chain,
    Container,
    FeatureInfo,
    Function,
    N,
    Network,
    new_network,
)
from netspec.backends.torch.planner import Planner
from netspec.graph.ir import Graph, Leaf, Scope, Share
from netspec.ops.base import AllInputs, Call, Input
from netspec.shape import Dim, nominal

_DTYPES = {"float64": torch.float64, "float16": torch.float16, "bfloat16": torch.bfloat16}


def build(
    graph: Graph,
    *,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
    seed: int | None = None,
) -> Network:
    """The network of a graph, in training mode, as torch's own modules are when they are new.

    Its module tree and `state_dict` mirror the spec. On the meta device nothing is allocated, and
    `to_empty` works afterwards. `dtype` is that of the floating-point tensors, which are filled in
    torch's default dtype and then cast; where None, it is that of the inputs. With a `seed` the
    weights are the same each time, and torch's random generators stay as they were.

    Raises:
        LookupError, TypeError: an op names a torch object that is not there or of the wrong kind.
        ValueError: a size that is wanted at run time cannot be read off the inputs.
    """
    with torch.device(device) if device is not None else nullcontext(), _seeded(seed, device):
        is_meta = _default_device().type == "meta"
        network = _Builder(graph, is_meta).network(Network)
        if not is_meta:
            apply_init(network, graph.init)
    network._feature_info = _feature_info(graph)
    network._graph = graph
    dtype = dtype or _dtype_of_inputs(graph)
    return network if dtype is None else network.to(dtype)


def build_empty(graph: Graph, kind: type[N]) -> N:
    """A network of this kind on the meta device, whose modules are there to be replaced."""
    with torch.device("meta"):
        return _Builder(graph, is_meta=True).network(kind)


def _feature_info(graph: Graph) -> dict[str, FeatureInfo]:
    root = graph.root
    shapes = [root.shape(ref) for ref in root.outputs]
    are_maps = any(len(shape) > 2 for shape in shapes)
    strides = output_strides(root) if are_maps else ((),) * len(shapes)
    return {
        name: FeatureInfo(nominal(shape[1]), tuple(map(_plain, steps)))
        for name, shape, steps in zip(root.output_names, shapes, strides, strict=True)
        if len(shape) > 1
    }


def _plain(steps: Fraction) -> int | Fraction:
    return steps.numerator if steps.denominator == 1 else steps


def _dtype_of_inputs(graph: Graph) -> torch.dtype | None:
    """None, for torch's default, where the inputs are ordinary floats or of several types."""
    return _DTYPES.get(graph.dtypes[0]) if len(set(graph.dtypes)) == 1 else None


_DRAWING = RLock()
"""Modules draw from the one generator that all threads share: one network at a time does."""


@contextmanager
def _seeded(seed: int | None, device: torch.device | str | None) -> Iterator[None]:
    if seed is None:
        yield
        return
    used = _default_device() if device is None else torch.device(device)
    others = [] if used.type in ("cpu", "meta") else [used]
    with _DRAWING, torch.random.fork_rng(others, device_type=used.type if others else "cuda"):
        torch.manual_seed(seed)
        yield


def _default_device() -> torch.device:
    """That of new tensors: `torch.get_default_device` of torch 2.6 sees no `with torch.device`."""
    return torch.empty(0).device


class _Builder:
    """Makes the modules of one network, anew for each instance of a block."""

    def __init__(self, graph: Graph, is_meta: bool) -> None:
        self._graph = graph
        self._is_meta = is_meta
        self._planner = Planner()

    def network(self, kind: type[N]) -> N:
        root = self._graph.root
        planned = self._planner.plan(root)
        if planned.symbols:
            names = ", ".join(f"`{each.name}`" for each in planned.symbols)
            raise ValueError(f"no input tells the size {names}, which is wanted at run time")
        check = InputCheck(self._graph)
        network = new_network(
            self._graph.name, planned.plans, root.input_names, root.output_names, check, kind
        )
        self._fill(network, root, "")
        return network

    def _scope(self, scope: Scope, path: str) -> nn.Module:
        planned = self._planner.plan(scope)
        if planned.is_sequential:
            return self._chain(scope, path)
        block = Block(scope.title, planned.plans)
        self._fill(block, scope, path)
        return block

    def _fill(self, module: nn.Module, scope: Scope, path: str) -> None:
        for node in map(scope.nodes.__getitem__, scope.modules):
            place = ".".join((path, *node.at)) if path else ".".join(node.at)
            if isinstance(node.body, Scope):
                child = self._scope(node.body, place)
                _owner(module, node.at).add_module(node.at[-1], child)
            elif not isinstance(node.body, Leaf):
                continue
            elif node.body.call.target == PARAMETER:
                shape = cast(tuple[int, ...], node.body.call.keywords["shape"])
                parameter = nn.Parameter(torch.zeros(shape))
                _owner(module, node.at).register_parameter(node.at[-1], parameter)
            elif node.body.call.is_module:
                _owner(module, node.at).add_module(node.at[-1], self._module(node.body, place))

    def _chain(self, scope: Scope, path: str) -> Chain:
        chain = Chain()
        for node in scope.nodes:
            place, body = f"{path}.{node.at[0]}", node.body
            assert not isinstance(body, Share)
            if isinstance(body, Scope):
                chain.add_module(node.at[0], self._scope(body, place))
            elif body.call.is_module:
                chain.add_module(node.at[0], self._module(body, place))
            else:
                chain.add_module(node.at[0], _function(body))
        chain._places = {node.at[0]: node.span.brief for node in scope.nodes}
        return chain

    def _module(self, leaf: Leaf, path: str) -> nn.Module:
        """The module of an op; no time is lost on values that `apply_init` replaces."""
        parameters = [name for name, each in leaf.weights.items() if each.kind == "parameter"]
        rules = self._graph.init
        is_filled = bool(parameters) and all(f"{path}.{name}" in rules for name in parameters)
        return construct(leaf.call, is_blank=is_filled or self._is_meta)


def _function(leaf: Leaf) -> Function:
    function = bind(leaf.call, leaf.inputs).function
    assert function is not None
    return Function(_title(leaf.call), function)


def _title(call: Call) -> str:
    """The call without its tensors: `torch.mean, dim=(2, 3)`."""
    constants = [_show(each) for each in call.arguments if not isinstance(each, Input | AllInputs)]
    keywords = [f"{key}={_show(value)}" for key, value in call.keywords.items()]
    return ", ".join([call.target, *constants, *keywords])


def _show(value: object) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_show, value))})"
    return str(value) if isinstance(value, Dim) else repr(value)


def _owner(module: nn.Module, at: tuple[str, ...]) -> nn.Module:
    """The module that a node at this place belongs to; containers on the way are made as needed."""
    for name in at[:-1]:
        child = module._modules.get(name)
        if child is None:
            child = Container()
            module.add_module(name, child)
        module = child
    return module
