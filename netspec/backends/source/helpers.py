"""Copies of what ops lower to and torch does not have."""

import ast
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path


def helpers(text: str) -> list[str]:
    """The definitions of our own layers that the text calls, and what these call in turn."""
    found = _definitions()
    wanted: dict[str, None] = {}
    todo = [text]
    while todo:
        calls = (node for node in ast.walk(ast.parse(todo.pop())) if isinstance(node, ast.Call))
        names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
        for name in found:
            if name in names and name not in wanted:
                wanted[name] = None
                todo.append(found[name])
    return [text for name, text in found.items() if name in wanted]


def helper_names() -> Collection[str]:
    """The names that such copies may take."""
    return _definitions().keys()


@cache
def _definitions() -> Mapping[str, str]:
    """The text of each definition, with the statements that are about it."""
    path = Path(__file__).parents[1] / "torch" / "layers.py"
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    return {
        node.name: ast.get_source_segment(text, node) or ""
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
