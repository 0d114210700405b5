"""A single value from a command line: the same gate as for a spec."""

from netspec.diagnostics import Collector, NetspecError
from netspec.syntax.reader import read_text
from netspec.syntax.tree import Tree


def read_value(text: str, name: str) -> Tree:
    """The value that `text` spells in YAML: `192`, `[3, 4]`, `{op: silu}`.

    `name` stands for the file in messages. Raises NetspecError.
    """
    collector = Collector()
    tree = read_text(text, name, collector) if text.strip() else read_text("~", name, collector)
    if tree is None or collector.errors:
        raise NetspecError(collector)
    return tree
