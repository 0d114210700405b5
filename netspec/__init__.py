"""Neural networks as YAML, checked for every size and compiled to ordinary torch modules."""

from netspec.diagnostics import Diagnostic, NetspecError
from netspec.limits import Limits
from netspec.ops.registry import register_op
from netspec.pipeline import (
    Checked,
    Text,
    check_spec,
    compile_spec,
    optimize_for_inference,
    repeated_blocks,
    to_source,
)

__version__ = "0.1.0"

__all__ = [
    "Checked",
    "Diagnostic",
    "Limits",
    "NetspecError",
    "Text",
    "check_spec",
    "compile_spec",
    "optimize_for_inference",
    "register_op",
    "repeated_blocks",
    "to_source",
]
