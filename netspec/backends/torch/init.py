"""Initial values: the rules of a spec by the functions of torch.nn.init."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn import init

from netspec.graph.ir import Initializer

FILLS: Mapping[str, Callable[..., Tensor]] = {
    "constant": init.constant_,
    "dirac": init.dirac_,
    "eye": init.eye_,
    "kaiming_normal": init.kaiming_normal_,
    "kaiming_uniform": init.kaiming_uniform_,
    "normal": init.normal_,
    "ones": init.ones_,
    "orthogonal": init.orthogonal_,
    "sparse": init.sparse_,
    "trunc_normal": init.trunc_normal_,
    "uniform": init.uniform_,
    "xavier_normal": init.xavier_normal_,
    "xavier_uniform": init.xavier_uniform_,
    "zeros": init.zeros_,
}


def apply_init(module: nn.Module, rules: Mapping[str, Initializer]) -> None:
    """Fills the tensors of a module that have a rule, in the order of the rules.

    The keys are those of `state_dict`. On the meta device there is nothing to fill.

    Raises:
        KeyError: there is no such tensor or initializer.
        ValueError, TypeError: from torch.nn.init; a note says for which tensor.
    """
    tensors = dict(module.named_parameters()) | dict(module.named_buffers())
    for key, rule in rules.items():
        if tensors[key].is_meta:
            continue
        try:
            with torch.no_grad():
                FILLS[rule.name](tensors[key], **rule.arguments)
        except Exception as error:
            error.add_note(f"while `{key}` was filled with `{rule.name}`")
            raise
