"""Short specs, and what a check says about them.

In a spec that is to be refused ⟦ and ⟧ enclose the places of the expected errors.
"""

import re
from textwrap import dedent, indent

import pytest

import netspec
from netspec.diagnostics import Diagnostic, NetspecError
from netspec.graph.ir import Graph, Node, walk

_MARKS = re.compile("[⟦⟧]")


def spec(
    nodes: str, *, inputs: str = "{x: [N, 4, 8, 8]}", outputs: str = "{y: y}", **top: str
) -> str:
    """A spec of these nodes; other top-level keys by name. The output is the node `y`."""
    sections = {**top, "inputs": inputs, "nodes": nodes, "outputs": outputs}
    lines = [_section(key, text) for key, text in sections.items()]
    return "\n".join(["netspec: 1", "name: test", *lines, ""])


def _section(key: str, text: str) -> str:
    text = dedent(text).strip()
    if text[0] in "{[" and "\n" not in text:
        return f"{key}: {text}"
    return f"{key}:\n{indent(text, '  ')}"


def accept(text: str, **how: object) -> Graph:
    """The graph of a spec without errors."""
    return netspec.check_spec(netspec.Text(text), **how).graph  # type: ignore[arg-type]


def refuse(text: str, *codes: str, **how: object) -> tuple[Diagnostic, ...]:
    """The errors of a spec: exactly these codes, at the marked places in the order of the marks."""
    plain, places = _unmarked(text)
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(netspec.Text(plain), **how)  # type: ignore[arg-type]
    errors = [found for found in caught.value.diagnostics if found.severity == "error"]
    errors.sort(key=lambda error: (error.span.line, error.span.column))
    told = [f"{e.code} {e.span.line}:{e.span.column}-{e.span.end_column}" for e in errors]
    wanted = [f"{code} {place}" for code, place in zip(codes, places, strict=True)]
    assert told == wanted, str(caught.value)
    assert all(error.help for error in errors), "an error without help"
    return tuple(errors)


def remarks(text: str, *codes: str, **how: object) -> tuple[Diagnostic, ...]:
    """The warnings and notes of a spec that is accepted, at the marked places."""
    plain, places = _unmarked(text)
    notes = sorted(accept(plain, **how).notes, key=lambda n: (n.span.line, n.span.column))
    told = [f"{n.code} {n.span.line}:{n.span.column}-{n.span.end_column}" for n in notes]
    assert told == [f"{code} {place}" for code, place in zip(codes, places, strict=True)]
    return tuple(notes)


def _unmarked(text: str) -> tuple[str, list[str]]:
    """The text without its marks, and the marked places: `line:column-end`."""
    places: list[str] = []
    start = ""
    line, column = 1, 1
    for letter in text:
        if letter == "⟦":
            start = f"{line}:{column}"
        elif letter == "⟧":
            places.append(f"{start}-{column}")
        elif letter == "\n":
            line, column = line + 1, 1
        else:
            column += 1
    return _MARKS.sub("", text), places


def keys(graph: Graph) -> list[str]:
    """The keys of the `state_dict`."""
    return [key for key, _, _ in graph.weights()]


def modules(graph: Graph) -> list[str]:
    """The paths of the ops, in the order of execution."""
    return [path for path, _, _ in graph.leaves()]


def shapes(graph: Graph, path: str = "y") -> list[str]:
    """The output shapes of the module at a path."""
    return [f"[{', '.join(map(str, shape))}]" for shape in node(graph, path).outputs]


def node(graph: Graph, path: str) -> Node:
    """The node whose module sits at a path."""
    return next(found for here, found in walk(graph.root) if here == path)


def reads(graph: Graph, path: str) -> list[str]:
    """What a top-level node reads, by name."""
    root = graph.root
    return [
        root.nodes[ref.node].name if ref.node >= 0 else root.input_names[ref.output]
        for ref in node(graph, path).inputs
    ]
