"""The closed list of ops. A spec can name what is registered here and nothing else."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

from netspec.ops.base import Op

OpClass = TypeVar("OpClass", bound=type[Op])

_OPS: dict[str, type[Op]] = {}


def register_op(op: OpClass) -> OpClass:
    """Class decorator that makes an op known under its `name`.

    Raises ValueError where the name is taken, citing both classes.
    """
    known = _OPS.get(op.name)
    if known is not None and known is not op:
        raise ValueError(f"op `{op.name}` is both {_place(known)} and {_place(op)}")
    _OPS[op.name] = op
    return op


def find_op(name: str) -> type[Op] | None:
    """The op of this name, or None."""
    _load_builtin()
    return _OPS.get(name)


def op_names() -> Iterator[str]:
    """All names, in alphabetical order."""
    _load_builtin()
    return iter(sorted(_OPS))


@cache
def _load_builtin() -> None:
    """Import every file of this folder once: that a file exists is all it takes to add its ops."""
    import netspec.ops as package

    for module in iter_modules(package.__path__):
        import_module(f"netspec.ops.{module.name}")


def _place(op: type[Op]) -> str:
    return f"{op.__module__}.{op.__qualname__}"
