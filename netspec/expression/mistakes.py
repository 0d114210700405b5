"""The messages for texts that are no expression."""

import keyword

from netspec.diagnostics import nearest
from netspec.expression.errors import ExpressionError, clip
from netspec.expression.functions import FUNCTIONS
from netspec.expression.lexer import EVERYTHING, Token
from netspec.expression.values import ATTRIBUTES

KEYWORDS = frozenset(keyword.kwlist) | {"null"}

_REFUSED = KEYWORDS - {"and", "or", "not", "if", "else"}
_HELP = {
    "True": "write `true`",
    "False": "write `false`",
    "None": "leave the argument out; an expression has no null",
    "null": "leave the argument out; an expression has no null",
    "is": "compare with `==`",
    "in": "compare with `==`, and join the comparisons with `or`",
    "not": "compare with `==`, and join the comparisons with `or`",
    ",": "write a list as `[a, b]`",
    ".": "take an attribute of an input only, as in `x.channels`",
    "(": "call one of the functions only, by its name",
}
_YAML_QUOTES = (
    "inside { } and [ ], where YAML ends a value at a comma or a bracket, put quotes round the "
    'whole expression: "depths[0]"'
)


def mistake(token: Token, message: str, help: str) -> ExpressionError:
    return ExpressionError("expression-syntax", message, help, token.start, token.end)


def unexpected(token: Token, wanted: str) -> ExpressionError:
    """The error for a token where `wanted` should stand."""
    found = f"`{clip(token.text)}`"
    if token.kind == "end":
        return mistake(token, f"the expression ends where {wanted} should follow", f"add {wanted}")
    if token.kind == "name" and token.text in _REFUSED:
        message = f"{found} is not in the expression language"
        return mistake(token, message, _HELP.get(token.text, EVERYTHING))
    message = f"{found} stands where {wanted} should"
    if token.kind == "operator" and token.text in (")", "]"):
        return mistake(token, message, f"check the brackets; {_YAML_QUOTES}")
    return mistake(token, message, _HELP.get(token.text, f"write {wanted} before it"))


def never_closed(opening: Token) -> ExpressionError:
    message = f"`{opening.text}` is never closed"
    return mistake(opening, message, f"close it; {_YAML_QUOTES}")


def no_function(name: Token) -> ExpressionError:
    close = nearest(name.text, FUNCTIONS)
    message = f"`{clip(name.text)}` is not a function of the language"
    return mistake(name, message, f"write `{close}(…)`" if close else EVERYTHING)


def no_name(name: Token) -> ExpressionError:
    message = f"`{clip(name.text)}` is not a name: names start with a letter"
    return mistake(name, message, "rename it, without the underscore in front")


def no_attribute(name: Token, attribute: Token) -> ExpressionError:
    close = nearest(attribute.text, ATTRIBUTES)
    help = f"write `.{close}`" if close else "write .channels, .height, .width, .rank or .shape[i]"
    shown = f"`.{clip(attribute.text)}`"
    message = f"{shown} is not an attribute of an input, nor of anything else"
    return ExpressionError("expression-syntax", message, help, name.end, attribute.end)
