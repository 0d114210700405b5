"""One page for each family of ops, from what `netspec ops NAME` prints."""

from collections.abc import Iterator

from netspec import Text, check_spec
from netspec.analysis.words import amount
from netspec.graph.ir import Graph, Leaf
from netspec.ops.base import Op
from netspec.ops.manual import Argument, arguments, example, remarks, summary
from netspec.ops.registry import find_op, is_builtin, op_names
from netspec.shape import format_shape, nominal
from netspec_reference.markdown import code, fenced, listed, plain, table

_INTRODUCTION = """\
Every op that a spec can name, with its arguments. Their names, defaults and meaning are torch's.
What follows from the input is not written: `in_channels`, `in_features`, `num_features`, and
whether a layer is of one, two or three dimensions. Where an argument is an integer or a number, an
expression may stand. `netspec ops NAME` prints the same at the terminal."""


def op_pages() -> dict[str, str]:
    """The pages, and one that lists all ops."""
    families: dict[str, list[type[Op]]] = {}
    for op in ops():
        families.setdefault(op.family, []).append(op)
    pages = {f"reference/ops/{name}.md": _family(name, found) for name, found in families.items()}
    rows = (
        (f"[`{op.name}`](ops/{family}.md#op-{op.name})", plain(summary(op)))
        for family in sorted(families)
        for op in families[family]
    )
    text = f"{_INTRODUCTION}\n\n{table(['op', 'what it computes'], rows)}"
    index = listed("Ops", text, (f"ops/{family}" for family in sorted(families)))
    return {**pages, "reference/ops.md": index}


def ops() -> Iterator[type[Op]]:
    """Our own ops, in alphabetical order."""
    for name in op_names():
        op = find_op(name)
        if op is not None and is_builtin(op):
            yield op


def _family(family: str, found: list[type[Op]]) -> str:
    return "\n\n".join([f"# {family.capitalize()} ops", *map(_section, found)]) + "\n"


def _section(op: type[Op]) -> str:
    parts = [f"(op-{op.name})=\n## `{op.name}`", f"{plain(summary(op))}."]
    if op.model_fields:
        rows = map(_row, arguments(op))
        parts.append(table(["argument", "type", "default", ""], rows))
    graph = check_spec(Text(example(op))).graph
    leaf = next(leaf for _, _, leaf in graph.leaves() if type(leaf.op) is op)
    parts += [plain(remarks(op)), fenced("yaml", example(op)), _facts(op, leaf, graph)]
    return "\n\n".join(part for part in parts if part)


def _row(argument: Argument) -> tuple[str, str, str, str]:
    default = code(argument.default) or "required"
    return code(argument.name), argument.kind, default, plain(argument.text)


def _facts(op: type[Op], leaf: Leaf, graph: Graph) -> str:
    """How many inputs it takes, what it is in torch, and what it owns and costs in the example."""
    facts = [f"Inputs: {_arity(op)}."]
    if leaf.call.target.startswith("torch."):
        facts.append(f"In torch: {code(leaf.call.target)}.")
    weights = [
        f"`{key}` {format_shape(weight.shape)}"
        for key, owner, weight in graph.weights()
        if owner is leaf
    ]
    if weights:
        facts.append(f"Its weights in the example: {', '.join(weights)}.")
    macs = amount(nominal(leaf.macs))
    if macs:
        facts.append(f"Its cost there: {macs} multiply-accumulates.")
    return " ".join(facts)


def _arity(op: type[Op]) -> str:
    least, most = op.arity
    if most is None:
        return f"{least} or more"
    return str(least) if least == most else f"{least} to {most}"
