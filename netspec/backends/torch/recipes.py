"""The numbers of an optimized network, by its recipes, from the modules of the spec."""

import copy
from math import prod
from typing import cast

import torch
from torch import Tensor, nn

from netspec.backends.torch.once import run
from netspec.ops.base import Call
from netspec.passes.hosts import TRANSPOSED
from netspec.passes.recipe import Affine, Folded, Joined, Mean, Original, Recipe, Unbiased

Numbers = tuple[Tensor, Tensor]
"""Weight and bias."""


def cook(recipe: Recipe, model: nn.Module) -> Numbers:
    """Weight and bias, in double precision. Sums and products of folded weights lose nothing so."""
    with torch.no_grad():
        return _cook(recipe, model)


def _cook(recipe: Recipe, model: nn.Module) -> Numbers:
    match recipe:
        case Original():
            return _original(recipe, model)
        case Affine():
            return _affine(recipe, model)
        case Folded():
            return _folded(recipe, _cook(recipe.host, model), _cook(recipe.affine, model))
        case Joined():
            weights, biases = zip(*(_cook(part, model) for part in recipe.parts), strict=True)
            return torch.cat(weights), torch.cat(biases)
        case Unbiased():
            weight, bias = _cook(recipe.of, model)
            return weight, torch.zeros_like(bias)
        case Mean():
            return _mean(recipe, *_cook(recipe.bias_of, model))


def _original(recipe: Original, model: nn.Module) -> Numbers:
    """Those of a module as they are; a bias that is not there is 0."""
    module = model.get_submodule(recipe.path)
    weight = module.get_parameter("weight").double()
    if module._parameters["bias"] is not None:
        return weight, module.get_parameter("bias").double()
    transposed = recipe.call.target in TRANSPOSED
    outputs = weight.shape[1] * _groups(recipe.call) if transposed else weight.shape[0]
    return weight, weight.new_zeros(outputs)


def _affine(recipe: Affine, model: nn.Module) -> Numbers:
    """Factor and shift, told by what the map makes of 1 and of 0, whatever it consists of."""
    call, path = recipe.of.call, recipe.of.path
    module = copy.deepcopy(model.get_submodule(path)).double().eval() if call.is_module else None
    state = {} if module is None else module.state_dict()
    device = next((tensor.device for tensor in state.values()), None)
    shape = (1, recipe.channels, *(1,) * (recipe.of.rank - 2))
    zero = torch.zeros(shape, dtype=torch.float64, device=device)
    (shift,), (shifted,) = (run(call, module, [tensor]) for tensor in (zero, zero + 1))
    return (shifted - shift).flatten(), shift.flatten()


def _folded(recipe: Folded, host: Numbers, affine: Numbers) -> Numbers:
    (weight, bias), (factor, shift) = host, affine
    groups = _groups(recipe.call)
    if recipe.is_before:
        return _fold_before(weight, bias, factor, shift, groups)
    fold = _fold_after_transposed if recipe.call.target in TRANSPOSED else _fold_after
    return fold(weight, factor, groups), bias * factor + shift


def _fold_after(weight: Tensor, factor: Tensor, groups: int) -> Tensor:
    """weight [outputs, inputs / groups, *kernel] times the factor of each output."""
    return weight * factor.view(-1, *(1,) * (weight.ndim - 1))


def _fold_after_transposed(weight: Tensor, factor: Tensor, groups: int) -> Tensor:
    """weight [inputs, outputs / groups, *kernel] times the factor of each output."""
    inputs, outputs, *kernel = weight.shape
    cut = weight.view(groups, inputs // groups, outputs, prod(kernel))
    return (cut * factor.view(groups, 1, outputs, 1)).view(weight.shape)


def _fold_before(
    weight: Tensor, bias: Tensor, factor: Tensor, shift: Tensor, groups: int
) -> Numbers:
    """weight [outputs, inputs / groups, *kernel] times the factor of each input, and the bias with
    what the shift of the inputs adds to it."""
    outputs, inputs, *kernel = weight.shape
    cut = weight.view(groups, outputs // groups, inputs, prod(kernel))
    added = (cut * shift.view(groups, 1, inputs, 1)).sum((2, 3)).flatten()
    return (cut * factor.view(groups, 1, inputs, 1)).view(weight.shape), bias + added


def _mean(recipe: Mean, weight: Tensor, bias: Tensor) -> Numbers:
    """The weight of a mean over windows of each channel, with the bias of another convolution."""
    return weight.new_full((recipe.channels, 1, recipe.taps), 1 / recipe.divisor), bias


def _groups(call: Call) -> int:
    return cast(int, call.keywords.get("groups", 1))
