"""What `netspec summary` can say of a node, column by column: in words, and as data."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from netspec.analysis.measure import Layer
from netspec.analysis.receptive_field import Field
from netspec.analysis.words import amount, byte_words, shape_words
from netspec.diagnostics.excerpt import escape
from netspec.shape import Shape, nominal

WHOLE = "all"
"""In place of a receptive field: every element is computed from the whole image."""


@dataclass(frozen=True, slots=True)
class Column:
    """`words` are for a table, `value` is for programs. A number stands on the right."""

    key: str
    head: str
    words: Callable[[Layer], str]
    value: Callable[[Layer], object]
    is_number: bool = False


NUMBERS: dict[str, Callable[[Layer], int]] = {
    "parameters": lambda layer: layer.row.cost.parameters,
    "trainable": lambda layer: layer.trainable,
    "buffers": lambda layer: layer.row.cost.buffers,
    "macs": lambda layer: layer.row.cost.macs,
    "memory": lambda layer: layer.memory or 0,
}
"""What nodes can be sorted by."""


def _number(key: str, head: str, words: Callable[[int], str]) -> Column:
    number = NUMBERS[key]
    return Column(key, head, lambda layer: words(number(layer)), number, is_number=True)


def _grouped(number: int) -> str:
    return f"{number:,}" if number else ""


def _bytes(number: int) -> str:
    return byte_words(number) if number else ""


def _what(layer: Layer) -> str:
    row = layer.row
    return escape(f"{row.what} (training)" if row.training else row.what)


def _outputs(layer: Layer) -> str:
    return ", ".join(map(shape_words, layer.row.outputs))


def _nominal_outputs(layer: Layer) -> str:
    shapes = layer.row.outputs
    known = (tuple(s if str(s) == "N" else nominal(s) for s in shape) for shape in shapes)
    return ", ".join(map(shape_words, known))


def sizes(shape: Shape) -> list[int | str]:
    """A shape as data: sizes that depend on a free dim are text."""
    return [size if isinstance(size, int) else str(size) for size in shape]


def _field(field: Field | None) -> int | str | None:
    if field is None:
        return None
    return WHOLE if field.is_whole else field.extent


def _fields(layer: Layer) -> list[int | str | None]:
    return [_field(field) for field in layer.fields]


def _strides(layer: Layer) -> list[int | str]:
    """None where a map has one position only, and so no neighbors."""
    spatial = layer.row.outputs[0][2:]
    if all(nominal(size) == 1 for size in spatial):
        return []
    return [_step(step) for step in layer.strides]


def _step(step: Fraction) -> int | str:
    return step.numerator if step.denominator == 1 else str(step)


def _along(values: Sequence[object]) -> str:
    """`7` for 7 and 7, `7×1` for others, nothing where there is nothing to say."""
    words = ["" if value is None else str(value) for value in values]
    if len({*words}) < 2:
        return "".join(words[:1])
    return "×".join(word or "-" for word in words)


_ALL = (
    Column("node", "node", lambda layer: layer.row.name, lambda layer: layer.row.path),
    Column("what", "what", _what, lambda layer: layer.row.what),
    Column("output", "output", _outputs, lambda layer: list(map(sizes, layer.row.outputs))),
    _number("parameters", "parameters", _grouped),
    Column(
        "trainable",
        "trainable",
        lambda layer: f"{layer.trainable:,}" if layer.row.cost.parameters else "",
        NUMBERS["trainable"],
        is_number=True,
    ),
    _number("buffers", "buffers", _grouped),
    _number("macs", "MACs", amount),
    _number("memory", "memory", _bytes),
    Column("field", "field", lambda layer: _along(_fields(layer)), _fields),
    Column("stride", "stride", lambda layer: _along(_strides(layer)), _strides),
)
COLUMNS = {column.key: column for column in _ALL}
SHORTER = {"output": replace(COLUMNS["output"], words=_nominal_outputs)}
"""What may stand in place of a column where it is too wide: shapes at the nominal sizes."""


def usual(layers: Iterable[Layer]) -> list[str]:
    """The columns of a table that nobody has asked for others: what is frozen, fields and strides
    only where there is something to see."""
    found = list(layers)
    is_frozen = any(layer.trainable != layer.row.cost.parameters for layer in found)
    looks_around = any(set(_fields(layer)) - {1, None, WHOLE} for layer in found)
    left = {"buffers"}
    if not is_frozen:
        left.add("trainable")
    if not looks_around:
        left |= {"field", "stride"}
    return [key for key in COLUMNS if key not in left]
