"""Specs that cost exactly so much of what is limited, and floods of mistakes."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

from yaml import NodeEvent, parse

from netspec.limits import Limits
from netspec.pipeline import Spec, Text
from tests.bad_inputs import GOOD

BYTES = 4
"""Of a number in a weight."""
LARGEST = 2**30
"""Numbers of a tensor that is at the limit of one."""


@dataclass(frozen=True)
class Cost:
    """`make(amount, folder)` is a spec of that cost; more than the limit is refused with `code`."""

    make: Callable[[int, Path], Spec]
    code: str
    step: int = 1


def many(text: str, count: int) -> str:
    """`text` with each number below `count` in place of its #."""
    return "".join(text.replace("#", str(number)) for number in range(count))


def of_bytes(amount: int, folder: Path) -> Spec:
    path = folder / "long.yaml"
    path.write_text(f"{GOOD}#{'x' * (amount - len(GOOD) - 1)}")
    return path


def of_values(amount: int, folder: Path) -> Spec:
    text = GOOD.replace("kernel_size: 3", "kernel_size: k")
    text += "params: {k: {default: 3, choices: [3, NUMBERS]}}\n"
    others = sum(isinstance(event, NodeEvent) for event in parse(text)) - 1
    return Text(text.replace("NUMBERS", "1," * (amount - others)))


def of_lists(amount: int, folder: Path) -> Spec:
    inner = amount - 2  # beside the spec and its `nodes`
    return Text(GOOD.replace("relu", "[" * inner + "relu" + "]" * inner))


def of_blocks(amount: int, folder: Path) -> Spec:
    blocks = "".join(f"  b{i}: {{chain: [b{i - 1}]}}\n" for i in range(1, amount))
    text = GOOD.replace("relu", f"b{amount - 1}")
    return Text(f"{text}blocks:\n  b0: {{chain: [relu]}}\n{blocks}")


def of_files(amount: int, folder: Path) -> Spec:
    (folder / "other.yaml").write_text(GOOD)
    (folder / "first.yaml").write_text(
        GOOD + f"include: {{{', '.join(f'i{i}: ./other.yaml' for i in range(amount - 1))}}}\n"
    )
    return folder / "first.yaml"


def of_levels(amount: int, folder: Path) -> Spec:
    (folder / "l0.yaml").write_text(GOOD)
    for level in range(1, amount + 1):
        (folder / f"l{level}.yaml").write_text(f"netspec: 1\nextends: l{level - 1}.yaml\n")
    return folder / f"l{amount}.yaml"


def of_nodes(amount: int, folder: Path) -> Spec:
    return Text(GOOD.replace("relu", f"{{op: relu, repeat: {amount - 3}}}"))  # and conv, norm, act


def of_dimensions(amount: int, folder: Path) -> Spec:
    shape = f"[N, {', '.join('1' * (amount - 1))}]"
    return Text(f"netspec: 1\ninputs: {{x: {shape}}}\nnodes: {{y: relu}}\noutputs: {{y: y}}\n")


def of_tensor(amount: int, folder: Path) -> Spec:
    return weights(amount // BYTES)


def of_weights(amount: int, folder: Path) -> Spec:
    whole, rest = divmod(amount // BYTES, LARGEST)
    return weights(*[LARGEST] * whole, *[rest] * bool(rest))


def weights(*counts: int) -> Spec:
    nodes = "".join(f"  w{i}: {{op: parameter, shape: [{n}]}}\n" for i, n in enumerate(counts))
    ends = ", ".join(f"w{i}: w{i}" for i in range(len(counts)))
    return Text(
        "netspec: 1\ninputs: {x: [N]}\n"
        f"nodes:\n  y: {{op: relu, from: x}}\n{nodes}outputs: {{y: y, {ends}}}\n"
    )


COSTS: dict[str, list[Cost]] = {
    "file_bytes": [Cost(of_bytes, "file-too-large")],
    "values": [Cost(of_values, "file-too-large")],
    "nesting": [Cost(of_lists, "nesting-too-deep"), Cost(of_blocks, "nesting-too-deep")],
    "files": [Cost(of_files, "too-many-files")],
    "levels": [Cost(of_levels, "too-many-files")],
    "nodes": [Cost(of_nodes, "too-many-nodes")],
    "rank": [Cost(of_dimensions, "too-large")],
    "weight_bytes": [Cost(of_weights, "too-large", BYTES)],
    "tensor_bytes": [Cost(of_tensor, "too-large", BYTES)],
}
"""By the field of `Limits`."""


def limit(field: str) -> int:
    value = getattr(Limits(), field)
    assert isinstance(value, int)
    return value


NAMES = [field.name for field in fields(Limits)]


FLOODS = {
    "keys": GOOD + many("k#: 1\n", 49_000),
    "arguments": GOOD.replace("relu", f"{{op: relu, {many('k#: 1, ', 49_000)}}}"),
    "nodes": GOOD.replace("  act", many("  n#: rel#\n", 45_000) + "  act"),
    "inputs": GOOD.replace("{image: ", f"{{{many('i#: [N], ', 24_000)}image: "),
    "names": GOOD + f"blocks: {{{many('_#: {chain: [relu]}, ', 19_000)}}}\n",
    "references": GOOD.replace("relu", f"{{op: add, from: [{'no, ' * 95_000}]}}"),
    "shapes": GOOD.replace("batch_norm", f"{{op: batch_norm, shape: [{'9, ' * 95_000}]}}"),
    "rank": GOOD.replace("[N, 3, 32, 32]", f"[{'9, ' * 95_000}]"),
    "places": GOOD.replace("relu", f"{{op: relu, at: {'a.' * 400_000}a}}"),
    "parameters": GOOD + f"params: {{{many('p#: p#, ', 49_000)}}}\n",
    "inputs of a block": GOOD
    + f"blocks: {{b: {{inputs: [{many('i#, ', 90_000)}], chain: [relu]}}}}\nx: 1\n",
    "rules": GOOD + f"init: [{many('{match: a#*b*c, fill: 0}, ', 19_000)}]\n",
    "doubles": GOOD + "name: x\n" * 45_000,
}
"""Specs within the limits, of as many mistakes as fit."""
