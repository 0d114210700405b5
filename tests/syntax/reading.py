"""What the reader makes of a text, and what it refuses.

In a text that is to be refused ⟦ and ⟧ enclose the place of the expected error.
"""

from netspec.diagnostics import Collector, Diagnostic
from netspec.limits import DEFAULT_LIMITS, Limits
from netspec.syntax.reader import read_text
from netspec.syntax.tree import Tree, plain


def tree_of(text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> Tree:
    """The tree of a text without errors."""
    collector = Collector()
    tree = read_text(text, "spec.yaml", collector, limits)
    assert tree is not None, list(collector)
    assert not list(collector)
    return tree


def values(text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> object:
    """The plain values of a text without errors."""
    return plain(tree_of(text, limits))


def errors_of(text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> list[Diagnostic]:
    """What is wrong with a text."""
    collector = Collector()
    read_text(text, "spec.yaml", collector, limits)
    assert all(found.help for found in collector), "an error without help"
    return list(collector)


def check_error(
    text: str | bytes,
    line: int,
    column: int,
    code: str,
    message: str,
    help: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> None:
    """The text has one error, at this place; `message` and `help` are parts of what is said."""
    found = errors_of(text, limits)
    told = [f"{error.span} {error.code}" for error in found]
    assert told == [f"spec.yaml:{line}:{column} {code}"]
    assert message in found[0].message
    assert help in (found[0].help or "")
