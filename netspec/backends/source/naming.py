"""Names in generated code. The names of a spec are identifiers and no keywords; here they also stay
clear of what the code itself uses."""

import builtins
import keyword
from collections.abc import Collection

_IMPORTED = ("F", "I", "O", "OrderedDict", "Tensor", "l", "nn", "self", "torch")
TAKEN = frozenset((*_IMPORTED, *dir(builtins), *keyword.softkwlist))


def variable(text: str) -> str:
    """A name for a variable or an argument. Only classes begin with a capital."""
    return f"{text}_" if text in TAKEN or text[0].isupper() else text


def class_name(text: str) -> str:
    """`conv_bn` -> `ConvBn`"""
    parts = [part for part in text.replace("-", "_").split("_") if part]
    name = "".join(part[0].upper() + part[1:] for part in parts)
    return name if name[:1].isalpha() else f"Block{name}"


def unused(text: str, taken: Collection[str]) -> str:
    """The name, with a number where it is taken or means something else in Python."""
    name, number = text, 2
    while name in taken or name in TAKEN or keyword.iskeyword(name):
        name, number = f"{text}{number}", number + 1
    return name
