"""The tree of an expression. Nodes have their offsets, without the parentheses round them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Constant(Node):
    value: int | float | bool | str


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """`input.attribute`"""

    name: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Unary(Node):
    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Link(Node):
    """One comparison of a chain; its offsets take in the operand to its left."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`first link link …`, true if every link is"""

    first: Node
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`operand and operand and …`, or the same with `or`"""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    value: Node
    condition: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Index(Node):
    sequence: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Slice(Node):
    sequence: Node
    bounds: tuple[Node | None, Node | None, Node | None]


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]
