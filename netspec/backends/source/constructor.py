"""The `__init__` of a class."""

import ast
from collections.abc import Sequence

from netspec.backends.source.arithmetic import show, text_of
from netspec.backends.source.calls import make_code
from netspec.backends.source.layout import Brackets, Code, prefixed, statement
from netspec.backends.source.model import REQUIRED, Argument, Child, Class, Zeros
from netspec.syntax.identifiers import check_identifier

_DICT_METHODS = frozenset(("clear", "items", "keys", "pop", "update", "values"))


def parameters(arguments: Sequence[Argument]) -> tuple[str, ...]:
    """`in_channels: int, stride: int = 1`"""
    return tuple(
        f"{each.name}: {each.annotation}"
        + ("" if each.default is REQUIRED else f" = {show(each.default)}")
        for each in arguments
    )


def constructor(
    made: Class, kept: Sequence[tuple[str, ast.expr]], extra: Sequence[str]
) -> list[str]:
    """The lines of `__init__`; `kept` are attributes for `forward`, `extra` the last lines."""
    head = Brackets("def __init__(", ("self", *parameters(made.arguments)), ")", " -> None:")
    line = made.body.line
    if line is not None:
        code = make_code(line)
        assert isinstance(code, Brackets)
        body = statement(Brackets("super().__init__(", code.items, code.close), 2)
        return [*statement(head, 1), *body, *extra]
    lines = ["        super().__init__()"]
    for name, value in kept:
        lines += statement(f"self.{name} = {text_of(value)}", 2)
    lines += _children(made.body.children)
    return [*statement(head, 1), *lines, *extra]


def _children(children: Sequence[Child]) -> list[str]:
    lines: list[str] = []
    done: set[str] = set()
    open_condition = ""
    for child in children:
        first = child.at[0]
        condition = text_of(child.condition) if child.condition is not None else ""
        if len(child.at) > 1:
            if first not in done:
                done.add(first)
                lines += _container(first, [each for each in children if each.at[0] == first])
            continue
        if condition and condition != open_condition:
            same = _together(children, child)
            lines += [line for each in same for line in _declared(each)]
            lines += statement(f"if {condition}:", 2)
        open_condition = condition
        lines += statement(_set(child), 3 if condition else 2)
    return lines


def _together(children: Sequence[Child], first: Child) -> list[Child]:
    """Those that follow on `first` under its condition."""
    assert first.condition is not None
    wanted = text_of(first.condition)
    found = []
    for child in children[children.index(first) :]:
        if child.condition is None or text_of(child.condition) != wanted or len(child.at) > 1:
            break
        found.append(child)
    return found


def _declared(child: Child) -> list[str]:
    if not is_attribute(child.at):
        return []
    kind = "nn.Parameter" if isinstance(child.make, Zeros) else "nn.Module"
    return statement(f"self.{child.at[0]}: {kind} | None = None", 2)


def _set(child: Child) -> Code:
    if is_attribute(child.at):
        return prefixed(f"self.{child.at[0]} = ", make_code(child.make))
    return _added("self", child.at[-1], child)


def _added(owner: str, name: str, child: Child) -> Code:
    verb = "register_parameter" if isinstance(child.make, Zeros) else "add_module"
    return Brackets(f"{owner}.{verb}(", (show(name), make_code(child.make)))


def is_attribute(at: Sequence[str]) -> bool:
    """Can the child be named `self.NAME`?"""
    return len(at) == 1 and check_identifier(at[0]) is None


def _container(name: str, children: Sequence[Child]) -> list[str]:
    kind = container_kind(name, children)
    if kind == "list":
        made = tuple(make_code(child.make) for child in children)
        return statement(Brackets(f"self.{name} = nn.ModuleList(", (Brackets("[", made, "]"),)), 2)
    if kind == "dict":
        entries = tuple(prefixed(f"{show(c.at[1])}: ", make_code(c.make)) for c in children)
        items = Brackets("{", entries, "}")
        return statement(Brackets(f"self.{name} = nn.ModuleDict(", (items,)), 2)
    lines = statement(Brackets("self.add_module(", (show(name), "nn.Module()")), 2)
    owners: set[tuple[str, ...]] = set()
    for child in children:
        for length in range(2, len(child.at)):
            path = child.at[:length]
            if path not in owners:
                owners.add(path)
                owner = f"self.get_submodule({show('.'.join(path[:-1]))})"
                lines += statement(f"{owner}.add_module({show(path[-1])}, nn.Module())", 2)
        owner = f"self.get_submodule({show('.'.join(child.at[:-1]))})"
        added = _added(owner, child.at[-1], child)
        if child.condition is None:
            lines += statement(added, 2)
        else:
            lines += [*statement(f"if {text_of(child.condition)}:", 2), *statement(added, 3)]
    return lines


def container_kind(name: str, children: Sequence[Child]) -> str:
    """Is it an nn.ModuleList, an nn.ModuleDict, or modules that hold nothing but others?"""
    names = [child.at[1] for child in children]
    plain = all(
        len(child.at) == 2 and child.condition is None and not isinstance(child.make, Zeros)
        for child in children
    )
    if not plain or not is_attribute((name,)):
        return "modules"
    if names == list(map(str, range(len(names)))):
        return "list"
    return "dict" if _DICT_METHODS.isdisjoint(names) else "modules"


def access(at: Sequence[str], children: Sequence[Child], *, is_parameter: bool) -> str:
    """How `forward` names the module or parameter at a place."""
    if is_attribute(at):
        return f"self.{at[0]}"
    siblings = [child for child in children if child.at[0] == at[0]]
    kind = container_kind(at[0], siblings) if len(at) > 1 else ""
    if kind == "list":
        return f"self.{at[0]}[{at[1]}]"
    if kind == "dict":
        return f"self.{at[0]}[{show(at[1])}]"
    verb = "get_parameter" if is_parameter else "get_submodule"
    return f"self.{verb}({show('.'.join(at))})"
