"""Sizes and shapes, decided for all free sizes at once."""

from netspec.shape.classes import MAX_CLASSES
from netspec.shape.decide import Differ, Equal, Unproved, Verdict, compare, divisible
from netspec.shape.dim import Dim, Shape, Size, symbol
from netspec.shape.divide import exact_divide, substitute
from netspec.shape.least import least_size
from netspec.shape.polynomial import Symbol
from netspec.shape.sizes import (
    at,
    ceil_div,
    format_shape,
    is_shape_symbolic,
    nominal,
    product,
    symbols,
)
from netspec.shape.together import raise_together

__all__ = [
    "MAX_CLASSES",
    "Differ",
    "Dim",
    "Equal",
    "Shape",
    "Size",
    "Symbol",
    "Unproved",
    "Verdict",
    "at",
    "ceil_div",
    "compare",
    "divisible",
    "exact_divide",
    "format_shape",
    "is_shape_symbolic",
    "least_size",
    "nominal",
    "product",
    "raise_together",
    "substitute",
    "symbol",
    "symbols",
]
