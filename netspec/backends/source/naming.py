"""Names in generated code. The names of a spec are identifiers and no keywords; here they also stay
clear of what the code itself uses."""

import builtins
import keyword
import re
from collections.abc import Collection

_IMPORTED = ("F", "I", "O", "OrderedDict", "Tensor", "l", "nn", "self", "torch")
LOOP_VARIABLES = ("i", "layer", "module", "name", "tensor")
"""What constructors count with, which no argument or function may be named."""
TAKEN = frozenset((*_IMPORTED, *dir(builtins), *keyword.softkwlist))


def variable(text: str) -> str:
    """A name for a variable or an argument: `AuxLogits` -> `aux_logits`. A place in a chain is a
    number, and a label may hold a hyphen."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text.replace("-", "_")).lower()
    name = name if name[0].isalpha() else f"layer{name}"
    return f"{name}_" if name in TAKEN or keyword.iskeyword(name) else name


def class_name(text: str) -> str:
    """`conv_bn` -> `ConvBn`, `squeezenet1_0` -> `Squeezenet1_0`"""
    name = ""
    for part in filter(None, re.split("[-_]", text)):
        is_number = name[-1:].isdigit() and part[0].isdigit()
        name += f"_{part}" if is_number else part[0].upper() + part[1:]
    return name if name[:1].isalpha() else f"Block{name}"


def unused(text: str, taken: Collection[str]) -> str:
    """The name, with a number where it is taken or means something else in Python."""
    name, number = text, 2
    while name in taken or name in TAKEN or keyword.iskeyword(name):
        name, number = f"{text}{number}", number + 1
    return name
