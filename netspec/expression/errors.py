"""What goes wrong in an expression, with the place in its text."""


class ExpressionError(Exception):
    """A fault in an expression; `start` and `end` are offsets in its text.

    A fault that was met outside of any text, as in `whole(3.5)`, has the span (0, 0).
    """

    def __init__(
        self, code: str, message: str, help: str | None = None, start: int = 0, end: int = 0
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.start = start
        self.end = end


ANY_NAME = (
    "name a parameter, a free size, an attribute of an input, or, under `repeat`, "
    "`index` or `count`"
)
"""The help for a name that is like none of the scope."""


class UnknownValue(Exception):
    """An expression touched a value whose own failure has been reported already."""


class Unknown:
    """The type of `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


def clip(text: str) -> str:
    """The text for use in a message, cut to 60 characters."""
    return text if len(text) <= 60 else f"{text[:57]}..."
