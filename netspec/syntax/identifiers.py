"""What may be a name: inert in Python, in torch and in expressions."""

import keyword
import re

from netspec.diagnostics import Collector, Span
from netspec.expression import RESERVED

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def check_identifier(text: str) -> str | None:
    """Why `text` is no name; None where it is one."""
    if not text:
        return "a name must not be empty"
    if not _IDENTIFIER.fullmatch(text) or len(text) > 100:
        return "a name is a letter, then letters, digits and `_`"
    if keyword.iskeyword(text):
        return "it is a keyword of Python"
    return None


def check_name(
    text: str, span: Span, what: str, collector: Collector, *, reserved: bool = False
) -> bool:
    """Is it a name that may be declared? What is wrong goes to the collector."""
    reason = check_identifier(text)
    if reason is None and reserved and text in RESERVED:
        reason = "it is reserved in expressions"
    if reason is None:
        return True
    collector.error(
        "invalid-name",
        f"`{text[:80]}` cannot name {what}: {reason}",
        span,
        help="choose another name",
    )
    return False


def reserved_attribute(name: str) -> str | None:
    """Why a module may not have a child of this name; None where it may."""
    if name in MODULE_ATTRIBUTES:
        return f"`{name}` is an attribute of torch.nn.Module"
    return None


MODULE_ATTRIBUTES = frozenset(
    [
        "T_destination",
        "add_module",
        "append",
        "apply",
        "bfloat16",
        "buffers",
        "call_super_init",
        "children",
        "compile",
        "cpu",
        "cuda",
        "double",
        "dump_patches",
        "eval",
        "extend",
        "extra_repr",
        "feature_info",
        "float",
        "forward",
        "get_buffer",
        "get_extra_state",
        "get_parameter",
        "get_submodule",
        "half",
        "insert",
        "ipu",
        "load_state_dict",
        "modules",
        "mtia",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "pop",
        "register_backward_hook",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_full_backward_hook",
        "register_full_backward_pre_hook",
        "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_module",
        "register_parameter",
        "register_state_dict_post_hook",
        "register_state_dict_pre_hook",
        "requires_grad_",
        "set_extra_state",
        "set_submodule",
        "share_memory",
        "state_dict",
        "to",
        "to_empty",
        "train",
        "training",
        "type",
        "xpu",
        "zero_grad",
    ]
)
