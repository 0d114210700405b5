"""Calls and constructions as code."""

import ast
from collections.abc import Callable, Mapping, Sequence

from netspec.backends.source.arithmetic import show, text_of
from netspec.backends.source.layout import Brackets, Choice, Code, Loop, flat, prefixed
from netspec.backends.source.model import Construct, Make, Run, Sequential, Zeros
from netspec.graph.sizes import Given, Polynomial, Quotient, RunTimeSize, SizeOf
from netspec.ops.base import AllInputs, Input

LAYERS = "netspec.backends.torch.layers."
_SIGNS: Mapping[str, str] = {
    "torch.add": "+",
    "torch.mul": "*",
    "torch.matmul": "@",
    LAYERS + "add_all": "+",
    LAYERS + "mul_all": "*",
}
_BY_POSITION = frozenset(
    (
        "in_channels",
        "out_channels",
        "in_features",
        "out_features",
        "num_features",
        "num_groups",
        "num_channels",
        "normalized_shape",
        "kernel_size",
        "output_size",
        "embed_dim",
        "num_heads",
        "p",
    )
)
"""Arguments of torch that everybody knows by their place, as long as they come first."""


def value_text(value: object) -> str:
    """A value, or an expression, as source."""
    if isinstance(value, ast.expr):
        return text_of(value)
    if isinstance(value, tuple):
        items = ", ".join(map(value_text, value))
        return f"({items},)" if len(value) == 1 else f"({items})"
    return show(value)


def class_text(target: str) -> str:
    """`nn.Conv2d`, or a class of this file."""
    if target.startswith("torch.nn."):
        return target.removeprefix("torch.")
    return target.removeprefix(LAYERS)


def make_code(make: Construct) -> Code:
    """A module, constructed."""
    if isinstance(make, Zeros):
        sizes = ", ".join(map(value_text, make.shape)) or "()"
        return Brackets("nn.Parameter(", (f"torch.zeros({sizes})",))
    if isinstance(make, Sequential):
        return _sequential(make)
    return Brackets(f"{class_text(make.target)}(", tuple(_arguments(make)))


def _arguments(make: Make) -> list[Code]:
    """Those that are not the default; by position as long as that is what everybody does."""
    is_torch = make.target.startswith("torch.")
    found: list[Code] = []
    leading = True
    for key, value in make.arguments:
        if not isinstance(value, ast.expr) and key in make.defaults:
            default = make.defaults[key]
            if type(default) is type(value) and default == value:
                leading = False
                continue
        by_position = key in _BY_POSITION if is_torch else key not in make.defaults
        leading = leading and by_position
        text = value_text(value)
        found.append(text if leading else f"{key}={text}")
    return found


def _sequential(line: Sequential) -> Code:
    if line.names is not None:
        return _named(line, line.names)
    items: list[Code] = []
    for run in line.runs:
        if run.condition is not None:
            items.append(Choice(make_code(run.make), text_of(run.condition), run.is_spliced))
        elif run.count == 1:
            made = make_code(run.make)
            items.append(prefixed("*", made) if run.is_spliced else made)
        else:
            items.append(_loop("*(", run))
    return Brackets("nn.Sequential(", tuple(items))


def _loop(opening: str, run: Run, key: str = "") -> Loop:
    """`*(Layer(64 + 32 * i) for i in range(6))`, with a key for each where they have names."""
    steps = dict(run.steps)
    make = run.make
    if steps:
        assert isinstance(make, Make)
        arguments = tuple(
            (name, _Text(_series(value, steps[name])) if name in steps else value)
            for name, value in make.arguments
        )
        make = Make(make.target, arguments, make.defaults)
    made = make_code(make)
    variable = "i" if steps or key else "_"
    loop = f"for {variable} in range({value_text(run.count)})"
    if run.is_spliced:
        return Loop(opening, "layer", f"{loop} for layer in {flat(made)}")
    return Loop(opening, Brackets("(", (key, made)) if key else made, loop)


class _Text:
    """An argument that is source already."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _series(value: object, step: object) -> str:
    start = value_text(value)
    if isinstance(step, int) and step < 0:
        return f"{start} - {'' if step == -1 else f'{-step} * '}i"
    factor = value_text(step)
    if is_operation(factor):
        factor = f"({factor})"
    return f"{start} + {'' if step == 1 else f'{factor} * '}i"


def _named(line: Sequential, names: Sequence[str]) -> Code:
    """Members with names of their own, which nn.Sequential takes as an OrderedDict."""
    items: list[Code] = []
    place = 0
    for run in line.runs:
        count = run.count if isinstance(run.count, int) else 1
        own = names[place : place + count]
        place += count
        if count > 1:
            prefix = own[0].rstrip("0123456789")
            number = own[0][len(prefix) :]
            if list(own) == [f"{prefix}{int(number) + i}" for i in range(count)]:
                start = f"i + {number}" if number != "0" else "i"
                key = f'f"{prefix}{{{start}}}"'
                if len(line.runs) == 1:
                    return Brackets("nn.Sequential(", (_loop("OrderedDict(", run, key),))
                items.append(_loop("*(", run, key))
                continue
        items += [Brackets("(", (f'"{name}"', make_code(run.make))) for name in own]
    return Brackets(
        "nn.Sequential(", (Brackets("OrderedDict(", (Brackets("[", tuple(items), "]"),)),)
    )


def size_text(size: RunTimeSize, reads: Sequence[str]) -> str:
    """A size that is worked out at run time, from variables."""
    match size:
        case SizeOf(position, dimension):
            return f"{reads[position]}.shape[{dimension}]"
        case Given(position):
            return reads[position]
        case Quotient(inner, divisor):
            text = size_text(inner, reads)
            whole = isinstance(inner, Polynomial)
            return f"({text}) // {divisor}" if whole else f"{text} // {divisor}"
        case Polynomial(terms):
            return _sum(terms, reads)
    raise TypeError(f"{size!r} is no size")


def _sum(terms: Sequence[tuple[int, tuple[RunTimeSize, ...]]], reads: Sequence[str]) -> str:
    text = ""
    for factor, sizes in sorted(terms, key=lambda term: (not term[1], term[0] < 0)):
        is_alone = factor == 1 and len(sizes) == 1 and not isinstance(sizes[0], Polynomial)
        parts = [(size_text if is_alone else _factor)(size, reads) for size in sizes]
        if abs(factor) != 1 or not parts:
            parts.append(str(abs(factor)))
        sign = "-" if factor < 0 else "+"
        product = " * ".join(parts)
        text += f" {sign} {product}" if text else product if factor > 0 else f"-{product}"
    return text or "0"


def _factor(size: RunTimeSize, reads: Sequence[str]) -> str:
    text = size_text(size, reads)
    return text if isinstance(size, SizeOf | Given) else f"({text})"


def call_code(
    target: str,
    arguments: Sequence[object],
    keywords: Sequence[tuple[str, object]],
    reads: Sequence[Code],
    show_value: Callable[[str, object], str],
) -> Code:
    """A call of a function; `reads` are its tensors, then the sizes that it is passed."""
    names = list(map(flat, reads))

    def shown(key: str, value: object) -> Code:
        if isinstance(value, Input):
            return reads[value.index]
        if isinstance(value, AllInputs):
            return Brackets("[", tuple(reads), "]")
        if isinstance(value, RunTimeSize):
            return size_text(value, names)
        if isinstance(value, tuple):
            items = [flat(shown(key, item)) for item in value]
            return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
        return show_value(key, value)

    placed = [shown(str(index), value) for index, value in enumerate(arguments)]
    named = [prefixed(f"{key}=", shown(key, value)) for key, value in keywords]
    if target in _SIGNS and not named:
        operands = reads if arguments and isinstance(arguments[0], AllInputs) else placed
        return f" {_SIGNS[target]} ".join(_operand(each) for each in operands)
    if target == LAYERS + "add_all":
        onto, *others = (_operand(each) for each in reads)
        return onto + "".join(f".add_({other})" for other in others)
    if target.startswith("torch.Tensor."):
        first, *rest = placed
        method = target.removeprefix("torch.Tensor.")
        return Brackets(f"{_operand(first)}.{method}(", (*rest, *named))
    if target.startswith("torch.nn.functional."):
        return Brackets(f"F.{target.removeprefix('torch.nn.functional.')}(", (*placed, *named))
    return Brackets(f"{target}(", (*placed, *named))


def _operand(operand: Code) -> str:
    text = flat(operand)
    return f"({text})" if is_operation(text) else text


def is_operation(text: str) -> bool:
    """Does the code end in an operator's operand, so that it wants parentheses?"""
    depth = 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if not depth and letter == " ":
            return True
    return False
