"""The closed list of ops. A spec can name what is registered here and nothing else.

It holds our own ops, those that the program registers, and those that installed packages offer.
The latter two are custom ops: none can take a name that another op has, and the names of a spec's
own blocks and parameters come before theirs, so that no package changes what a spec means.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

from netspec.ops.base import Op
from netspec.ops.declaration import check_declaration
from netspec.ops.installed import load, offers, show

OpClass = TypeVar("OpClass", bound=type[Op])

_OPS: dict[str, type[Op]] = {}


def register_op(op: OpClass) -> OpClass:
    """Class decorator that makes an op known under its `name`.

    A class that is defined anew, in a notebook or by a reload, takes the place of the old one.

    Raises:
        TypeError: it is no subclass of `Op`, or lacks a rule, or an argument has no type of ours.
        ValueError: the name is taken, by a class that is cited; or the name, the docstring, or
            another part of the declaration is not as it must be. The message says the cure.
    """
    if not is_builtin(op):
        check_declaration(op)
        _load_builtin()
    known = _OPS.get(op.name)
    if known is not None and known is not op and _place(known) != _place(op):
        raise ValueError(
            f"op `{op.name}` is both {_place(known)} and {_place(op)}: rename one of them"
        )
    _OPS[op.name] = op
    return op


def is_builtin(op: type[Op]) -> bool:
    """Is it one of ours?"""
    return getattr(op, "__module__", "").startswith(f"{__package__}.")


def find_builtin(name: str) -> type[Op] | None:
    """Our own op of this name, or None."""
    _load_builtin()
    op = _OPS.get(name)
    return op if op is not None and is_builtin(op) else None


def find_op(name: str) -> type[Op] | None:
    """The op of this name, or None. One that an installed package offers is imported first."""
    builtin = find_builtin(name)
    if builtin is not None or op_fault(name) is not None:
        return builtin
    return _OPS.get(name)


def op_fault(name: str) -> str | None:
    """Why an op that an installed package offers cannot be had; None where that is not so."""
    entries = offers().get(name, ())
    if not entries:
        return None
    if find_builtin(name):
        places = " and ".join(["netspec", *map(show, entries)])
        return f"`{name}` is offered by {places}; that of netspec is used"
    if len(entries) > 1:
        return f"`{name}` is offered by {' and '.join(map(show, entries))}; uninstall all but one"
    error = load(entries[0])
    if error is not None:
        return f"`{name}` is offered by {show(entries[0])}, which cannot be loaded: {error}"
    if name not in _OPS:
        return f"`{name}` is offered by {show(entries[0])}, which registers no op of that name"
    return None


def op_names() -> Iterator[str]:
    """All names, in alphabetical order, also of ops that installed packages offer."""
    _load_builtin()
    return iter(sorted({*_OPS, *offers()}))


@cache
def _load_builtin() -> None:
    """Import every file of this folder once: that a file exists is all it takes to add its ops."""
    import netspec.ops as package

    for module in iter_modules(package.__path__):
        import_module(f"netspec.ops.{module.name}")


def _place(op: type[Op]) -> str:
    return f"{op.__module__}.{op.__qualname__}"
