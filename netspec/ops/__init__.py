"""Ops: one class each, a file per family. `registry` finds them, `base` says what one is.

What the author of an op needs can be imported from here.
"""

from netspec.ops.arguments import (
    AnySize,
    Boolean,
    Integer,
    Integers,
    NonNegative,
    NonNegatives,
    Number,
    Positive,
    Positives,
    Probability,
    spread,
)
from netspec.ops.base import AllInputs, Call, Input, Inputs, Op, OpError, Weight
from netspec.ops.dimensions import find_dimension
from netspec.ops.lowering import by_rank, changed
from netspec.ops.registry import register_op
from netspec.ops.taps import Reads, Taps
from netspec.shape import Dim, Shape, Size

__all__ = [
    "AllInputs",
    "AnySize",
    "Boolean",
    "Call",
    "Dim",
    "Input",
    "Inputs",
    "Integer",
    "Integers",
    "NonNegative",
    "NonNegatives",
    "Number",
    "Op",
    "OpError",
    "Positive",
    "Positives",
    "Probability",
    "Reads",
    "Shape",
    "Size",
    "Taps",
    "Weight",
    "by_rank",
    "changed",
    "find_dimension",
    "register_op",
    "spread",
]
