"""What a spec lets its caller choose, in words: parameters and free sizes."""

from collections.abc import Iterable, Iterator

from netspec.diagnostics.excerpt import escape
from netspec.syntax.schema import DimDoc, ParamDoc, SpecDoc
from netspec.syntax.tree import Scalar, Tree
from netspec.syntax.write import flow

Row = tuple[str, str, str]


def parameters(spec: SpecDoc) -> list[Row]:
    """Of each parameter its name, its default and what it may be."""
    return [
        _row(doc.name, _text(doc.default) if doc.default else "required", _bounds(doc), doc.doc)
        for doc in spec.params.values()
    ]


def sizes(spec: SpecDoc) -> list[Row]:
    """Of each free size its name, its nominal value and what it may be."""
    return [
        _row(doc.name, _text(doc.nominal), _size_bounds(doc), doc.doc) for doc in spec.dims.values()
    ]


def _row(name: str, value: str, bounds: Iterable[str], doc: str) -> Row:
    """`at least 0; 0 = no head`"""
    what = "; ".join(filter(None, (", ".join(bounds), " ".join(doc.split()))))
    return name, escape(value), escape(what)


def _bounds(doc: ParamDoc) -> Iterator[str]:
    if doc.type and not doc.choices:
        yield doc.type
    if doc.choices:
        yield "one of " + ", ".join(choice.text for choice in doc.choices)
    if doc.min:
        yield f"at least {_text(doc.min)}"
    if doc.max:
        yield f"at most {_text(doc.max)}"


def _size_bounds(doc: DimDoc) -> Iterator[str]:
    if doc.min:
        yield f"at least {_text(doc.min)}"
    if doc.multiple_of:
        yield f"a multiple of {_text(doc.multiple_of)}"


def _text(tree: Tree) -> str:
    """As written, but on one line, and an expression without quotes."""
    return tree.text if isinstance(tree, Scalar) else flow(tree)
