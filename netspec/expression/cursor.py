"""A place in the tokens of one expression, and how deep it lies."""

from netspec.expression.errors import ExpressionError
from netspec.expression.lexer import Token, tokenize
from netspec.expression.mistakes import never_closed, unexpected

MAX_DEPTH = 16
CLOSING = {"(": ")", "[": "]"}


class Cursor:
    """Stands on one token; counts the levels of nesting and keeps the brackets that are open."""

    def __init__(self, text: str) -> None:
        self.tokens = tokenize(text)
        self.position = 0
        self.token = self.tokens[0]
        self.depth = 0
        self.open: list[Token] = []

    @property
    def end(self) -> int:
        """Where the token before the present one ends."""
        return self.tokens[self.position - 1].end

    def advance(self) -> Token:
        token = self.token
        self.position += 1
        self.token = self.tokens[self.position]
        return token

    def ended(self) -> bool:
        return self.token.kind == "end"

    def at(self, *texts: str) -> bool:
        """Whether the present token is one of these operators or words."""
        return self.token.text in texts and self.token.kind in ("operator", "name")

    def descend(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            message = f"the expression is nested deeper than {MAX_DEPTH}"
            help = "give a part of it a name under `params`"
            raise ExpressionError("expression-limit", message, help, token.start, token.end)

    def enter(self) -> Token:
        self.open.append(self.token)
        return self.advance()

    def close(self) -> None:
        """close: the bracket that closes the last open one"""
        closing = CLOSING[self.open[-1].text]
        if not self.at(closing):
            raise self.unexpected(f"`{closing}`")
        self.open.pop()
        self.advance()

    def unexpected(self, wanted: str) -> ExpressionError:
        """The error for the present token; where the text ends, the open bracket is at fault."""
        if self.ended() and self.open:
            return never_closed(self.open[-1])
        return unexpected(self.token, wanted)
