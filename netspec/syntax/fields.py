"""Fields of the documents: from a located tree to a value, with the place kept in each refusal."""

import re
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from netspec.diagnostics import Collector, Span, nearest
from netspec.syntax.identifiers import check_identifier, reserved_attribute
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree, is_null

_REFERENCE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)?")
_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_LONGEST = 200


class Document(BaseModel):
    """Base of the documents: frozen, no unknown keys, located trees as they are."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a spec, with its place."""

    text: str
    span: Span

    def __str__(self) -> str:
        return self.text


def fault(code: str, message: str, tree: Tree, help: str = "") -> PydanticCustomError:
    """What a field validator raises: `read` turns it into a diagnostic at the tree's place."""
    return PydanticCustomError(
        code, "{message}", {"message": message, "span": tree.span, "help": help}
    )


def report_refusal(error: PydanticCustomError, prefix: str, collector: Collector) -> None:
    """Collect what a field refused outside of a document."""
    context = error.context or {}
    help = context.get("help") or None
    collector.error(error.type, f"{prefix}{context['message']}", context["span"], help=help)


M = TypeVar("M", bound=Document)


@cache
def keys_of(model: type[Document]) -> tuple[str, ...]:
    """The keys that a document may have."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def read(
    model: type[M], parts: AnyMapping[str, Tree], whole: Mapping, what: str, collector: Collector
) -> M | None:
    """Validate `parts` (keys of `whole`) as a document; None where anything was wrong."""
    names = keys_of(model)
    known = {key: tree for key, tree in parts.items() if key in names}
    misspelt = [key for key in parts if key not in known]
    for key in misspelt:
        unknown_key(key, names, whole, what, collector)
    try:
        document = model.model_validate(known)
    except ValidationError as error:
        for entry in error.errors(include_url=False, include_input=False):
            key, context = str(entry["loc"][0]), entry.get("ctx", {})
            if entry["type"] != "missing":
                message = f"`{key}`: {context['message']}"
                help = context["help"] or None
                collector.error(entry["type"], message, context["span"], help=help)
            elif not misspelt:  # else it is likely there, under the wrong name
                value = "1" if key == "netspec" else "…"
                message, help = f"{what} needs `{key}`", f"write `{key}: {value}`"
                collector.error("missing-key", message, whole.span, help=help)
        return None
    return None if misspelt else document


def unknown_key(
    key: str, keys: Iterable[str], whole: Mapping, what: str, collector: Collector
) -> None:
    """Report a key that `what` does not have, with the nearest one."""
    known = list(keys)
    close = nearest(key, known)
    help = f"did you mean `{close}`?" if close else f"the keys are {', '.join(sorted(known))}"
    collector.error(
        "unknown-key", f"{what} has no key `{key[:80]}`", whole.key_span(key), help=help
    )


def kind_of(tree: Tree) -> str:
    """What a tree is, for a message."""
    if isinstance(tree, Mapping):
        return "a mapping"
    if isinstance(tree, Sequence):
        return "a list"
    if tree.value is None:
        return "nothing"
    return f"`{tree.text[:60]}`" if not tree.quoted else f'"{tree.text[:60]}"'


def _text(tree: object) -> str:
    if isinstance(tree, Scalar):
        if isinstance(tree.value, str):
            return tree.value
        help = "write it, or delete the key" if is_null(tree) else "put it in quotes"
        raise fault("wrong-type", f"must be text, not {kind_of(tree)}", tree, help)
    assert isinstance(tree, Mapping | Sequence)
    raise fault("wrong-type", f"must be text, not {kind_of(tree)}", tree, "write text")


def _boolean(tree: object) -> bool:
    assert isinstance(tree, Scalar | Mapping | Sequence)
    if isinstance(tree, Scalar) and isinstance(tree.value, bool):
        return tree.value
    raise fault(
        "wrong-type", f"must be true or false, not {kind_of(tree)}", tree, "write `true` or `false`"
    )


def _mapping(tree: object) -> Mapping:
    assert isinstance(tree, Scalar | Mapping | Sequence)
    if not isinstance(tree, Mapping):
        raise fault(
            "wrong-type",
            f"must be a mapping, not {kind_of(tree)}",
            tree,
            "write `name: value` pairs",
        )
    return tree


def _sequence(tree: object) -> Sequence:
    assert isinstance(tree, Scalar | Mapping | Sequence)
    if not isinstance(tree, Sequence):
        raise fault("wrong-type", f"must be a list, not {kind_of(tree)}", tree, "write `[…]`")
    return tree


def named(tree: Tree) -> Named:
    """A name that the spec declares."""
    text = _text(tree)
    reason = check_identifier(text)
    if reason:
        raise fault(
            "invalid-name", f"`{text[:80]}` is no name: {reason}", tree, "choose another name"
        )
    return Named(text, tree.span)


def reference(tree: Tree) -> Named:
    """A name that is referred to: `conv1`, `split.1`, `split.left`."""
    if isinstance(tree, Mapping | Sequence) or not isinstance(tree.value, str):
        raise fault(
            "wrong-type",
            f"must be the name of a node, not {kind_of(tree)}",
            tree,
            "write the name of a node or an input",
        )
    if not _REFERENCE.fullmatch(tree.value) or len(tree.value) > _LONGEST:
        raise fault(
            "invalid-name",
            f"`{tree.value[:80]}` is no name of a node",
            tree,
            "write `node`, `node.1` or `node.output`",
        )
    return Named(tree.value, tree.span)


def _names(tree: object) -> tuple[Named, ...]:
    return tuple(named(item) for item in _sequence(tree).items)


def _references(tree: object) -> tuple[Named, ...]:
    assert isinstance(tree, Scalar | Mapping | Sequence)
    if isinstance(tree, Sequence):
        if not tree.items:
            raise fault("wrong-type", "must name at least one node", tree, "write its name")
        return tuple(reference(item) for item in tree.items)
    return (reference(tree),)


def _segments(tree: object) -> tuple[str, ...]:
    text = _text(tree) if not isinstance(tree, Scalar) or isinstance(tree.value, str) else tree.text
    segments = tuple(text[: _LONGEST + 1].split("."))
    assert isinstance(tree, Scalar)
    for segment in segments:
        if not _SEGMENT.fullmatch(segment) or len(text) > _LONGEST:
            raise fault(
                "invalid-name",
                f"`{text[:80]}` is no place in a module tree",
                tree,
                "write parts of letters, digits, `_` and `-`, no `_` or `-` in front, dots between",
            )
        reason = reserved_attribute(segment)
        if reason:
            raise fault(
                "invalid-name",
                f"`{text[:80]}` cannot be used: {reason}",
                tree,
                "choose another name",
            )
    return segments


def _label(tree: object) -> tuple[str, ...]:
    segments = _segments(tree)
    assert isinstance(tree, Scalar)
    if not segments[-1][-1].isdigit():
        raise fault(
            "invalid-name",
            f"must end with the number of the first copy, not `{tree.text}`",
            tree,
            f"write `{tree.text}1`",
        )
    return segments


def _given(tree: object) -> Tree:
    assert isinstance(tree, Scalar | Mapping | Sequence)
    if is_null(tree):
        raise fault("wrong-type", "must have a value", tree, "write one, or delete the key")
    return tree


Text = Annotated[str, BeforeValidator(_text)]
Boolean = Annotated[bool, BeforeValidator(_boolean)]
Map = Annotated[Mapping, BeforeValidator(_mapping)]
List = Annotated[Sequence, BeforeValidator(_sequence)]
Name = Annotated[Named, BeforeValidator(named)]
Names = Annotated[tuple[Named, ...], BeforeValidator(_names)]
Reference = Annotated[Named, BeforeValidator(reference)]
References = Annotated[tuple[Named, ...], BeforeValidator(_references)]
Segments = Annotated[tuple[str, ...], BeforeValidator(_segments)]
Label = Annotated[tuple[str, ...], BeforeValidator(_label)]
Expr = Annotated[Tree, BeforeValidator(_given)]
"""An expression or literal value, evaluated where it is used."""
