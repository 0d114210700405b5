"""The files that are mutated, and the tests that must see it."""

from pathlib import Path

ROOT = Path(__file__).parents[2]

SHAPE = ["tests/shape"]
EXPRESSION = ["tests/expression"]

TARGETS: dict[str, list[str]] = {
    **{f"netspec/shape/{name}.py": SHAPE for name in (
        "classes", "decide", "dim", "divide", "least", "polynomial", "sizes", "text",
        "together",
    )},
    **{f"netspec/expression/{name}.py": EXPRESSION for name in (
        "bounds", "cursor", "errors", "evaluate", "functions", "lexer", "mistakes", "operators",
        "parser", "syntax", "values",
    )},
    "netspec/syntax/tree.py": ["tests/syntax/test_tree.py"],
    "netspec/syntax/merge.py": ["tests/syntax/test_merge.py"],
    "netspec/syntax/files.py": ["tests/syntax/test_files.py"],
    "netspec/graph/elaborate.py": ["tests/graph/test_elaborate.py"],
    "netspec/graph/include.py": ["tests/graph/test_include.py"],
}  # fmt: skip


def is_alone(tests: list[str]) -> bool:
    """Whether these tests import their own layer, and not all of `netspec`."""
    return tests in (SHAPE, EXPRESSION)
