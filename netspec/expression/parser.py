"""Tokens to a tree, by operator precedence (Pratt), with Python's precedences."""

from netspec.expression.cursor import CLOSING, Cursor
from netspec.expression.errors import clip
from netspec.expression.functions import FUNCTIONS
from netspec.expression.lexer import Token
from netspec.expression.mistakes import (
    KEYWORDS,
    mistake,
    no_attribute,
    no_function,
    no_name,
)
from netspec.expression.syntax import (
    Attribute,
    Binary,
    Call,
    Compare,
    Constant,
    If,
    Index,
    Link,
    ListOf,
    Logic,
    Name,
    Node,
    Slice,
    Unary,
)
from netspec.expression.values import ATTRIBUTES

IF, OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGN, POWER = range(1, 10)

_INFIX = {
    "if": IF,
    "or": OR,
    "and": AND,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), COMPARISON),
    **dict.fromkeys(("+", "-"), SUM),
    **dict.fromkeys(("*", "/", "//", "%"), PRODUCT),
    "**": POWER,
}


class Parser(Cursor):
    """Parses one expression and collects the names that it refers to."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.references: list[Name | Attribute] = []

    def parse(self) -> Node:
        """
        whole: expression END

        Raises ExpressionError: `expression-syntax`, or `expression-limit` for too deep a nesting.
        """
        if self.ended():
            raise mistake(self.token, "the expression is empty", "write a value")
        node = self.expression(IF)
        if not self.ended():
            raise self.unexpected("an operator or the end")
        return node

    def infix_power(self) -> int:
        """How tightly the present token binds as an infix operator; 0 if it is none."""
        return 0 if self.token.kind == "text" else _INFIX.get(self.token.text, 0)

    def nested(self, token: Token, minimum: int) -> Node:
        """An expression one level deeper, which `token` opens."""
        self.descend(token)
        node = self.expression(minimum)
        self.depth -= 1
        return node

    def expression(self, minimum: int) -> Node:
        """
        expression: prefix infix*, with the infixes that bind at least as tightly as `minimum`

        From loose to tight: if-else, or, and, not, comparisons, + -, * / // %, signs, **.
        """
        start = self.token.start
        node = self.prefix(minimum)
        while power := self.infix_power():
            if power < minimum:
                break
            node = self.infix(start, node, power)
        return node

    def infix(self, start: int, left: Node, power: int) -> Node:
        """
        infix: "if" expression "else" expression
             | ("or" expression)+ | ("and" expression)+ | (COMPARISON expression)+
             | ("+" | "-" | "*" | "/" | "//" | "%") expression
             | "**" expression
        """
        if power == IF:
            return self.if_else(start, left)
        if power in (OR, AND):
            return self.logic(start, left, power)
        if power == COMPARISON:
            return self.comparison(start, left)
        token = self.advance()
        right = self.nested(token, SIGN) if power == POWER else self.expression(power + 1)
        return Binary(start, self.end, token.text, left, right)

    def if_else(self, start: int, value: Node) -> Node:
        token = self.advance()
        condition = self.expression(OR)
        if self.ended() and not self.open:
            raise mistake(token, "an `if` without `else`", "write `a if c else b`")
        if not self.at("else"):
            raise self.unexpected("`else`")
        otherwise = self.nested(self.advance(), IF)
        return If(start, self.end, value, condition, otherwise)

    def logic(self, start: int, first: Node, power: int) -> Node:
        operator = self.token.text
        operands = [first]
        while self.at(operator):
            self.advance()
            operands.append(self.expression(power + 1))
        return Logic(start, self.end, operator, tuple(operands))

    def comparison(self, start: int, first: Node) -> Node:
        links = []
        left = start
        while self.infix_power() == COMPARISON:
            operator = self.advance().text
            right = self.token.start
            operand = self.expression(COMPARISON + 1)
            links.append(Link(left, self.end, operator, operand))
            left = right
        return Compare(start, self.end, first, tuple(links))

    def prefix(self, minimum: int) -> Node:
        """prefix: ("+" | "-") expression | "not" expression | operand trailer*"""
        token = self.token
        if not self.at("+", "-", "not"):
            return self.trailers(token.start, self.operand())
        if token.text == "not" and minimum > NOT:
            message = "`not` binds less tightly than the operator before it"
            raise mistake(token, message, "put it in parentheses, as in `(not c)`")
        self.advance()
        operand = self.nested(token, NOT if token.text == "not" else SIGN)
        return Unary(token.start, self.end, token.text, operand)

    def operand(self) -> Node:
        """operand: NUMBER | text | name | "(" expression ")" | "[" items"""
        token = self.token
        if token.kind == "number":
            self.advance()
            return Constant(token.start, token.end, token.value)
        if token.kind == "text":
            return self.text()
        if token.kind == "name" and token.text not in KEYWORDS:
            return self.name()
        if self.at("("):
            return self.parentheses()
        if self.at("["):
            items = self.items()
            return ListOf(token.start, self.end, items)
        raise self.unexpected("a value")

    def text(self) -> Node:
        """text: TEXT, beside "==" or "!=" only"""
        before = self.tokens[self.position - 1].text if self.position else ""
        token = self.advance()
        if before not in ("==", "!=") and not self.at("==", "!="):
            message = f"the text {clip(token.text)} stands alone"
            help = "write quoted text beside `==` or `!=` only, and names without quotes"
            raise mistake(token, message, help)
        return Constant(token.start, token.end, token.value)

    def name(self) -> Node:
        """name: "true" | "false" | NAME | NAME "." ATTRIBUTE | FUNCTION "(" items"""
        token = self.advance()
        if self.at("("):
            return self.call(token)
        if token.text in ("true", "false"):
            return Constant(token.start, token.end, token.text == "true")
        if token.text in FUNCTIONS:
            message = f"the function `{token.text}` stands without arguments"
            raise mistake(token, message, f"write `{token.text}(…)`")
        if token.text.startswith("_"):
            raise no_name(token)
        node = self.attribute(token) if self.at(".") else Name(token.start, token.end, token.text)
        self.references.append(node)
        return node

    def attribute(self, name: Token) -> Attribute:
        self.advance()
        attribute = self.token
        if attribute.kind != "name" or attribute.text not in ATTRIBUTES:
            raise no_attribute(name, attribute)
        self.advance()
        return Attribute(name.start, self.end, name.text, attribute.text)

    def call(self, name: Token) -> Node:
        if name.text not in FUNCTIONS:
            raise no_function(name)
        arguments = self.items()
        return Call(name.start, self.end, name.text, arguments)

    def items(self) -> tuple[Node, ...]:
        """items: [expression ("," expression)* [","]] close"""
        opening = self.enter()
        items = []
        while not self.at(CLOSING[opening.text]):
            items.append(self.nested(opening, IF))
            if not self.at(","):
                break
            self.advance()
        self.close()
        return tuple(items)

    def parentheses(self) -> Node:
        opening = self.enter()
        if self.at(")"):
            message = "nothing stands between the parentheses"
            raise mistake(opening, message, "write an empty list as `[]`")
        node = self.nested(opening, IF)
        self.close()
        return node

    def trailers(self, start: int, node: Node) -> Node:
        """
        trailer: "[" expression "]"
               | "[" [expression] ":" [expression] [":" [expression]] "]"
        """
        depth = self.depth
        while self.at("["):
            self.descend(self.token)
            node = self.item(start, node)
        self.depth = depth
        return node

    def item(self, start: int, sequence: Node) -> Node:
        opening = self.enter()
        if self.at("]"):
            raise mistake(opening, "an index is missing", "write `a[0]`")
        bounds = [self.bound()]
        while self.at(":") and len(bounds) < 3:
            self.advance()
            bounds.append(self.bound())
        self.close()
        if len(bounds) == 1 and bounds[0] is not None:
            return Index(start, self.end, sequence, bounds[0])
        first, last, step = [*bounds, None][:3]
        return Slice(start, self.end, sequence, (first, last, step))

    def bound(self) -> Node | None:
        return None if self.at(":", "]") else self.expression(IF)
