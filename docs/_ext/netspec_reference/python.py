"""The page of the Python names: what `import netspec` gives, and what authors of ops need."""

import re
from contextlib import suppress
from typing import Annotated, get_origin

from pydantic import ConfigDict, TypeAdapter, ValidationError

import netspec
from netspec import ops, testing
from netspec.shape import symbol

_GROUPS = {
    "Programs": """\
All of this is in `netspec`. Importing it does not import torch; `compile_spec` does.""",
    "Compiled networks": """\
`compile_spec` returns an `nn.Module` like any other. Beside what torch gives it, it has this.""",
    "Ops of your own": """\
What the class of an op is made of is in `netspec.ops`, what tests it in `netspec.testing`.""",
}
_NETWORK = ["netspec.backends.torch.module.Network", "netspec.backends.torch.module.FeatureInfo"]
_OURS = "extra_repr, is_module, memo, model_config, notes"  # members that are nobody else's concern
_MADE_BY_US = {"Checked", "Diagnostic", "Inputs", "Network", "NetspecError", "Op"}


def python_page() -> str:
    """Directives that read the docstrings of every public name."""
    groups = [_programs(), _NETWORK, _authors()]
    parts = ["# Python"]
    for (title, text), names in zip(_GROUPS.items(), groups, strict=True):
        parts += [f"## {title}", text, *map(_entry, names)]
    parts += ["### Types of arguments", _types()]
    return "\n\n".join(parts) + "\n"


def _types() -> str:
    """What each type of argument accepts, by what it says of a value that it refuses."""
    kinds = {name: getattr(ops, name) for name in ops.__all__}
    rows = [
        f"| `{name}` | {_accepted(kind)} |"
        for name, kind in kinds.items()
        if get_origin(kind) is Annotated
    ]
    return "\n".join(["| type of an argument | a spec may write |", "|---|---|", *rows])


def _accepted(kind: object) -> str:
    adapter: TypeAdapter[object] = TypeAdapter(
        kind, config=ConfigDict(arbitrary_types_allowed=True)
    )
    words = ""
    for refused in ("?", -0.5):
        try:
            adapter.validate_python(refused)
        except ValidationError as error:
            words = error.errors()[0]["msg"].removeprefix("must be ").partition(", not ")[0]
    for more, value in (
        (", or a list with one for each spatial dimension", (1,)),
        (", or a size that depends on a free dim", symbol("H")),
    ):
        with suppress(ValidationError):
            adapter.validate_python(value)
            words += more
    return words


def _programs() -> list[str]:
    """The two functions that most programs need come first, then functions, then classes."""

    def order(name: str) -> tuple[bool, bool, str]:
        return name not in ("check_spec", "compile_spec"), name[0].isupper(), name

    return [f"netspec.{name}" for name in sorted(netspec.__all__, key=order)]


def _authors() -> list[str]:
    """Rules first, the kit for tests last; the types of arguments have a table of their own."""
    classes = ["Op", "Inputs", "Call", "Input", "AllInputs", "Weight", "Taps", "OpError"]
    functions = [name for name in ops.__all__ if name.islower() and name not in netspec.__all__]
    return [
        *(f"netspec.ops.{name}" for name in (*classes, *functions)),
        *(f"netspec.testing.{name}" for name in sorted(testing.__all__)),
    ]


def _entry(name: str) -> str:
    last = name.rpartition(".")[2]
    kind = "autofunction" if last.islower() else "autoclass"
    options = f"   :exclude-members: {_OURS}\n" if kind == "autoclass" else ""
    if last == "Diagnostic":
        options = "   :undoc-members:\n"  # its fields say it all
    return f"### `{last}`\n\n```{{eval-rst}}\n.. {kind}:: {name}\n{options}```"


def signature(
    app: object, what: str, name: str, value: object, options: object, arguments: str, result: str
) -> tuple[str, None] | None:
    """Sphinx's hook: no signature for a class that users are handed and never construct."""
    if what == "class" and name.rpartition(".")[2] in _MADE_BY_US:
        return "", None
    return None


def docstring(
    app: object, what: str, name: str, value: object, options: object, lines: list[str]
) -> None:
    """Sphinx's hook: docstrings have single backticks for code, as Markdown does."""
    text = re.sub(r"(?<!`)`([^`]+)`(?!`)", _literal, "\n".join(lines))
    lines[:] = text.split("\n")


def _literal(found: re.Match[str]) -> str:
    return f"``{' '.join(found[1].split())}``\\ "
