"""Scalars by the YAML 1.2 core schema, less what is ambiguous."""

import math
import re

from netspec.syntax.tree import Plain

MAX_INTEGER = 1 << 31
_MAX_DIGITS = 32

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_OCTAL = re.compile(r"[1-7][0-7]*")
_LEADING_ZERO = re.compile(r"([-+]?)0+([0-9][0-9.eE+-]*)")


class ScalarError(Exception):
    """A plain scalar that looks like a number and is none that can be used."""

    def __init__(self, code: str, message: str, help: str) -> None:
        super().__init__(message)
        self.code, self.message, self.help = code, message, help


def resolve(text: str) -> Plain:
    """The value of a plain scalar. Raises ScalarError for a number that is refused."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _NOT_FINITE.fullmatch(text):
        raise ScalarError("number-range", f"`{text}` is not a finite number", "write a number")
    leading = _LEADING_ZERO.fullmatch(text)
    if leading and _FLOAT.fullmatch(text):
        sign, rest = leading.groups()
        help = f"write `{sign}{rest[:_MAX_DIGITS]}`"
        if not sign and _OCTAL.fullmatch(rest):
            help += f", or `0o{rest[:_MAX_DIGITS]}` if octal is meant"
        raise ScalarError(
            "leading-zero",
            f"`{text[:_MAX_DIGITS]}` has a leading zero, which some readers take as octal",
            help,
        )
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        return _float(text)
    return text


def is_number_or_boolean(text: str) -> bool:
    """Would this text, written without quotes, be a number, a boolean or null?"""
    try:
        return not isinstance(resolve(text), str)
    except ScalarError:
        return True


def _integer(text: str) -> int:
    if len(text) <= _MAX_DIGITS:
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        value = int(text[2:] if base != 10 else text, base)
        if abs(value) < MAX_INTEGER:
            return value
    shown = f"`{text}`" if len(text) <= _MAX_DIGITS else f"a number of {len(text):,} digits"
    raise ScalarError(
        "number-range", f"{shown} is beyond 2^31", "write an integer below 2147483648"
    )


def _float(text: str) -> float:
    value = float(text)
    if math.isfinite(value):
        return value
    shown = f"`{text}`" if len(text) <= _MAX_DIGITS else f"a number of {len(text):,} digits"
    raise ScalarError("number-range", f"{shown} is beyond the range of a double", "write a number")
