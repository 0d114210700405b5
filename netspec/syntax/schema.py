"""The documents: a file as written, and the declarations of a whole spec."""

from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field

from netspec.diagnostics import Span
from netspec.syntax.fields import (
    Boolean,
    Document,
    Expr,
    List,
    Map,
    Name,
    Named,
    Reference,
    Text,
    fault,
    kind_of,
)
from netspec.syntax.lines import Lines
from netspec.syntax.node_document import BodyDoc, NodeDoc
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree

LANGUAGE_VERSION = 1

ParamType = Literal["integer", "number", "boolean", "list", "text", "node"]
PARAM_TYPES: tuple[str, ...] = get_args(ParamType)


def _version(tree: object) -> int:
    assert isinstance(tree, Scalar | Mapping | Sequence)
    if isinstance(tree, Scalar) and tree.value == LANGUAGE_VERSION and tree.value is not True:
        return LANGUAGE_VERSION
    raise fault(
        "language-version",
        f"must be {LANGUAGE_VERSION}, not {kind_of(tree)}",
        tree,
        f"write `netspec: {LANGUAGE_VERSION}`",
    )


def _type(tree: object) -> str:
    assert isinstance(tree, Scalar | Mapping | Sequence)
    if isinstance(tree, Scalar):
        for name in PARAM_TYPES:
            if tree.value == name:
                return name
    raise fault(
        "wrong-type",
        f"must be a type, not {kind_of(tree)}",
        tree,
        "the types are integer, number, boolean, list, text and node",
    )


def _dtype(tree: object) -> str:
    assert isinstance(tree, Scalar | Mapping | Sequence)
    if isinstance(tree, Scalar) and tree.value in DTYPES:
        return str(tree.value)
    raise fault(
        "wrong-type",
        f"must be a floating-point dtype, not {kind_of(tree)}",
        tree,
        f"the dtypes are {', '.join(DTYPES)}",
    )


def _known_name(tree: object) -> str:
    assert isinstance(tree, Scalar | Mapping | Sequence)
    if isinstance(tree, Scalar) and isinstance(tree.value, str):
        return tree.value
    raise fault(
        "wrong-type",
        f"must be the path or name of a spec, not {kind_of(tree)}",
        tree,
        "write `base.yaml`, or a name of the zoo",
    )


DTYPES = ("float32", "float64", "float16", "bfloat16")


class FileDoc(Document):
    """One file as written: its top-level keys, each of the right kind."""

    netspec: Annotated[int, BeforeValidator(_version)]
    name: Name | None = None
    doc: Text = ""
    source: Text = ""
    extends: Annotated[str, BeforeValidator(_known_name)] | None = None
    include: Map | None = None
    params: Map | None = None
    dims: Map | None = None
    inputs: Map | None = None
    defaults: Map | None = None
    blocks: Map | None = None
    nodes: Map | None = None
    outputs: Map | None = None
    init: List | None = None


class BlockKeys(Document):
    """A block as written."""

    params: Map | None = None
    inputs: Expr | None = None
    doc: Text = ""
    nodes: Map | None = None
    chain: List | None = None
    output: Expr | None = None
    outputs: Map | None = None


class ParamKeys(Document):
    """A parameter in its long form."""

    type: Annotated[ParamType, BeforeValidator(_type)] | None = None
    default: Expr | None = None
    min: Expr | None = None
    max: Expr | None = None
    choices: List | None = None
    doc: Text = ""


class DimKeys(Document):
    """A free size in its long form."""

    nominal: Expr
    min: Expr | None = None
    multiple_of: Expr | None = None
    doc: Text = ""


class InputKeys(Document):
    """An input in its long form."""

    shape: List
    dtype: Annotated[str, BeforeValidator(_dtype)] = "float32"


class OutputKeys(Document):
    """An output in its long form."""

    from_: Reference = Field(alias="from")
    shape: List | None = None
    training: Boolean = False
    when: Expr | None = None


class InitKeys(Document):
    """One rule of initialization."""

    match: Text | None = None
    op: Text | None = None
    when: Expr | None = None
    fill: Expr


@dataclass(frozen=True, slots=True)
class ParamDoc:
    """A parameter. Without a default the caller must give it."""

    name: str
    span: Span
    type: ParamType | None
    default: Tree | None
    min: Tree | None = None
    max: Tree | None = None
    choices: tuple[Scalar, ...] = ()
    doc: str = ""


@dataclass(frozen=True, slots=True)
class DimDoc:
    """A free size: numbers are expressions over the parameters."""

    name: str
    span: Span
    nominal: Tree
    min: Tree | None = None
    multiple_of: Tree | None = None
    doc: str = ""


@dataclass(frozen=True, slots=True)
class InputDoc:
    """An input of the network."""

    name: str
    span: Span
    shape: Sequence
    dtype: str


@dataclass(frozen=True, slots=True)
class OutputDoc:
    """An output of the network."""

    name: str
    span: Span
    source: Named
    shape: Sequence | None
    training: bool
    when: Tree | None


@dataclass(frozen=True, slots=True)
class InitDoc:
    """A rule of initialization."""

    span: Span
    match: str | None
    op: str | None
    when: Tree | None
    fill: Tree


@dataclass(frozen=True, slots=True, eq=False)
class BlockDoc:
    """A block: a pure function of its params and inputs. One of `body` and `chain` is there."""

    name: str
    span: Span
    params: dict[str, ParamDoc]
    inputs: tuple[Named, ...]
    body: BodyDoc | None
    chain: tuple[NodeDoc, ...]
    doc: str


@dataclass(frozen=True, slots=True, eq=False)
class SpecDoc:
    """A whole spec after `extends`, with the specs that it includes."""

    name: str
    doc: str
    source: str
    span: Span
    params: dict[str, ParamDoc]
    dims: dict[str, DimDoc]
    inputs: dict[str, InputDoc]
    defaults: dict[str, Mapping]
    blocks: dict[str, BlockDoc]
    body: BodyDoc
    outputs: dict[str, OutputDoc]
    init: tuple[InitDoc, ...]
    include: dict[str, "SpecDoc"] = field(default_factory=dict)
    include_spans: dict[str, Span] = field(default_factory=dict)
    default_spans: dict[str, Span] = field(default_factory=dict)
    replaced: dict[str, tuple[Tree, ...]] = field(default_factory=dict)
    """By parameter, the defaults of the specs that this one extends, which are others now."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A block between reading and declaring: maps that `extends` may still change."""

    span: Span
    written: Mapping
    lines: Lines | None


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """A spec between reading and declaring: the maps that `extends` merges."""

    doc: FileDoc
    span: Span
    params: Mapping
    dims: Mapping
    inputs: Mapping
    defaults: Mapping
    outputs: Mapping
    blocks: dict[str, tuple[Scalar, Block]]
    lines: Lines
    init: tuple[Tree, ...]
    include: dict[str, tuple[Scalar, Scalar]]
    replaced: dict[str, tuple[Tree, ...]] = field(default_factory=dict)
