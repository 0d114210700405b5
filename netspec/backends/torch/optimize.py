"""Networks that only run, and run fast."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NoReturn

import torch
from torch import Tensor, nn

from netspec.backends.torch.build import build_empty
from netspec.backends.torch.calls import PARAMETER, construct, resolve
from netspec.backends.torch.fused import ChannelAffine, Convolution
from netspec.backends.torch.max_pool import MaxPool
from netspec.backends.torch.module import Network
from netspec.backends.torch.plan import Plans
from netspec.backends.torch.recipes import cook
from netspec.backends.torch.schedule import bound
from netspec.graph.inplace import is_inplace
from netspec.graph.ir import Graph, Leaf, Node, Share
from netspec.passes.flat import leaf_of
from netspec.passes.inference import Report, optimize
from netspec.passes.recipe import Made, originals, recipe_of


class OptimizedNetwork(Network):
    """A network that `optimize_for_inference` made: it computes what the original computes in
    evaluation, without gradients, where the original stood and in its precision.

    `report` tells what was done. It pickles and copies. It refuses, with RuntimeError, to train, to
    move, and to give or take a `state_dict`: its weights are no longer those of the spec. Nor does
    it take other modules: its plan calls those that it has, without looking for them.
    """

    report: Report

    def _compute(self, inputs: Sequence[Tensor]) -> Tensor | dict[str, Tensor]:
        with torch.no_grad():
            return super()._compute(inputs)

    def train(self, mode: bool = True) -> "OptimizedNetwork":
        """Evaluation mode is the only one. Raises RuntimeError for the other."""
        if mode:
            self._refuse("train", "train the network that it was made of, and optimize that anew")
        return self

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> NoReturn:
        self._refuse("move or change its dtype", "do so before you optimize")

    def state_dict(self, *args: object, **kwargs: object) -> NoReturn:
        """Raises RuntimeError."""
        self._refuse("tell its weights", "save those of the network that it was made of")

    def load_state_dict(
        self, state_dict: Mapping[str, object], strict: bool = True, assign: bool = False
    ) -> NoReturn:
        """Raises RuntimeError."""
        self._refuse("load weights", "load them before you optimize")

    def __setattr__(self, name: str, value: Tensor | nn.Module) -> None:
        if isinstance(value, nn.Module) and hasattr(self, "report"):
            self._refuse("take other modules", "write the network that you want as a spec")
        super().__setattr__(name, value)

    def _refuse(self, what: str, cure: str) -> NoReturn:
        raise RuntimeError(f"`{self._name}` was optimized for inference and cannot {what}: {cure}")


def optimize_for_inference(model: Network, *, consume: bool = False) -> OptimizedNetwork:
    """A network that computes in evaluation what this one does, with its present weights, faster.

    The original stays as it is, and shares no memory with the result; or, to `consume` it, loses
    its weights as soon as nothing needs them, so that there are never two of each. Raises
    ValueError where the weights cannot be read off the modules that the spec says: on the meta
    device, with a module that was replaced, parametrized or hooked, or in a copy, which does not
    know its spec.
    """
    if isinstance(model, OptimizedNetwork):
        raise ValueError(f"`{model._name}` was optimized before")
    if model._graph is None:
        raise ValueError(f"`{model._name}` is a copy: optimize the network that was compiled")
    graph, report = optimize(model._graph)
    _check(model, model._graph)
    network, nodes = build_empty(graph, OptimizedNetwork), graph.root.nodes
    like = next(filter(Tensor.is_floating_point, model.state_dict().values()), torch.empty(0))
    last_use = {path: index for index, node in enumerate(nodes) for path in _sources(node)}
    for index, node in enumerate(nodes):
        if isinstance(node.body, Leaf):
            _fill(network, node, model, like)
        for path in _sources(node) if consume else ():
            if last_use[path] == index:
                model.get_submodule(path)._parameters.clear()
    for module in network.modules():
        module.training = False
    network.requires_grad_(False)
    plan = bound(network._plans.evaluation, network)
    network._plans = Plans(plan, plan)
    network._feature_info = model.feature_info
    network.report = report
    return network


def _sources(node: Node) -> Iterator[str]:
    """The modules of the original whose weights a node takes."""
    return (each.path for each in originals(recipe_of(node)) if each.call.is_module)


def _fill(network: Network, node: Node, model: Network, like: Tensor) -> None:
    """Give the module of a node its numbers, of the dtype of `like` and where that is."""
    leaf, path = leaf_of(node), ".".join(node.at)
    if leaf.call.target == PARAMETER:
        parent, _, name = path.rpartition(".")
        parameter = model.get_parameter(path).detach().clone()
        network.get_submodule(parent)._parameters[name] = nn.Parameter(parameter)
        return
    if not leaf.call.is_module:
        return
    module = network.get_submodule(path)
    if isinstance(module, MaxPool):  # there is no more to it than its arguments
        return
    if not isinstance(leaf.op, Made):
        works_anew = is_inplace(leaf) and not leaf.weights  # the original need not work in place
        kept = construct(leaf.call) if works_anew else copy.deepcopy(model.get_submodule(path))
        network.set_submodule(path, kept)
        return
    weight, bias = (tensor.to(like) for tensor in cook(leaf.op.recipe, model))
    if isinstance(module, Convolution | ChannelAffine):
        module.fill(weight, bias)
    else:
        module.load_state_dict({"weight": weight, "bias": bias}, assign=True)


def _check(model: Network, graph: Graph) -> None:
    """Are the modules those of the spec? Raises ValueError."""
    state = model.state_dict()
    if any(tensor.is_meta for tensor in state.values()):
        raise ValueError(f"`{model._name}` is on the meta device, which has no numbers to fold")
    modules = dict(model.named_modules())
    for path, module in modules.items():
        if module._forward_hooks or module._forward_pre_hooks:
            raise ValueError(f"`{path}` has a forward hook, which would be lost: remove it first")
    for path, node, leaf in graph.leaves():
        if isinstance(node.body, Share) or not leaf.call.is_module:
            continue
        if type(modules.get(path)) is not resolve(leaf.call.target):
            found = type(modules.get(path)).__qualname__
            raise ValueError(f"`{path}` is {found}, not the {leaf.call.target} of the spec")
    for key, _, weight in graph.weights():
        shape = tuple(state[key].shape)
        if shape != weight.shape:
            raise ValueError(f"`{key}` is {shape}, not the {weight.shape} of the spec")
