"""The page of the initializers that `init` knows: those of torch, with its defaults."""

from collections.abc import Sequence
from inspect import Parameter, signature

from torch.nn import init

from netspec.graph.initialization import INITIALIZERS
from netspec_reference.markdown import code, table

_INTRODUCTION = """\
# Initializers

What may stand behind `fill` in a rule of `init`: a number, or one of these by its bare name,
`fill: zeros`, or with arguments, `fill: {kaiming_normal: {mode: fan_out, nonlinearity: relu}}`.
Names, arguments and defaults are those of `torch.nn.init`. [The language](../language.md) says
which rule fills which tensor. Tensors that no rule fits keep torch's own initialization.
"""


def initializer_page() -> str:
    """One row for each."""
    heads = ["initializer", "arguments, with defaults", "words"]
    return f"{_INTRODUCTION}\n{table(heads, map(_row, INITIALIZERS))}\n"


def _row(name: str) -> tuple[str, str, str]:
    defaults = signature(getattr(init, f"{name}_")).parameters
    words = [
        f"`{argument}`: {_list(choices)}"
        for argument, choices in INITIALIZERS[name].items()
        if choices
    ]
    arguments = (_argument(defaults[argument]) for argument in INITIALIZERS[name])
    return code(name), ", ".join(arguments), "; ".join(words)


def _argument(argument: Parameter) -> str:
    if argument.default is Parameter.empty:
        return f"{code(argument.name)} (required)"
    return code(f"{argument.name}: {argument.default}")


def _list(choices: Sequence[str]) -> str:
    return ", ".join(map(code, choices))
