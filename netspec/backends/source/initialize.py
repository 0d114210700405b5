"""Rules of initialization as code: by the class of the module where that tells, else by name."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from netspec.backends.source.arithmetic import show
from netspec.backends.source.calls import class_text
from netspec.backends.source.layout import Brackets, Code, statement
from netspec.graph.ir import Graph, Initializer, Leaf

_CONSTANTS = {0: "zeros_", 1: "ones_"}
_FEW = 2
"""So many tensors are filled one by one, more of them in a loop."""


class _Kind:
    """The modules of one class: which tensors they have, and what fills those."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.owners: dict[str, int] = {}
        self.rules: dict[str, dict[str, Initializer | None]] = {}

    def rule(self, tensor: str) -> Initializer | None:
        """What fills this tensor of most modules; None where no rule does, or torch fills one."""
        found = list(self.rules[tensor].values())
        if None in found:
            return None
        ((most, count),) = Counter(map(_key, filter(None, found))).most_common(1)
        if 2 * count <= len(found):
            return None
        return next(rule for rule in found if rule and _key(rule) == most)


def initialization(graph: Graph) -> list[str]:
    """The last lines of the constructor; none where torch's own initialization stays."""
    kinds = _kinds(graph)
    # A module that holds others, as attention does, holds some of the classes asked for.
    is_nested = any(
        "." in tensor for kind in kinds.values() for tensor in kind.owners if kind.paths
    )
    by_class: dict[tuple[tuple[str, str, bool], ...], list[str]] = {}
    named: dict[str, Initializer] = {}
    calls: dict[tuple[str, str], Initializer] = {}
    for name, kind in kinds.items():
        lines = []
        for tensor, rules in kind.rules.items():
            rule = kind.rule(tensor) if name and not is_nested else None
            if rule is None:
                named |= {key: each for key, each in rules.items() if each is not None}
                continue
            named |= {key: each for key, each in rules.items() if each and each != rule}
            calls[tensor, _key(rule)] = rule
            # A convolution's bias is optional to a type checker, too.
            is_optional = tensor == "bias" and name.startswith("nn.Conv")
            may_lack = is_optional or kind.owners[tensor] < len(kind.paths)
            lines.append((tensor, _key(rule), may_lack))
        if lines:
            by_class.setdefault(tuple(lines), []).append(name)
    kinds_of = {key: weight.kind for key, _, weight in graph.weights()}
    return [*_for_modules(by_class, calls), *_for_names(named, kinds_of)]


def _kinds(graph: Graph) -> Mapping[str, _Kind]:
    kinds: dict[str, _Kind] = {}
    for path, _, leaf in graph.leaves():
        if leaf.call.is_module:  # one that is shared has one path, though it is used twice
            kinds.setdefault(_class_of(leaf), _Kind()).paths.add(path)
    for key, leaf, _ in graph.weights():
        kind = kinds.setdefault(_class_of(leaf), _Kind())
        ends = [name for name in leaf.weights if name and f".{key}".endswith(f".{name}")]
        tensor = max(ends, key=len, default=key)
        kind.owners[tensor] = kind.owners.get(tensor, 0) + 1
        kind.rules.setdefault(tensor, {})[key] = graph.init.get(key)
    return kinds


def _class_of(leaf: Leaf) -> str:
    return class_text(leaf.call.target) if leaf.call.is_module else ""


def _for_modules(
    found: Mapping[tuple[tuple[str, str, bool], ...], Sequence[str]],
    calls: Mapping[tuple[str, str], Initializer],
) -> list[str]:
    lines: list[str] = []
    for rules, classes in found.items():
        word = "elif" if lines else "if"
        if not lines:
            lines.append("        for module in self.modules():")
        asked = f"{word} isinstance(module, {' | '.join(classes)})"
        if len(rules) == 1 and rules[0][2]:
            tensor, key, _ = rules[0]
            lines += statement(f"{asked} and module.{tensor} is not None:", 3)
            lines += statement(_fill(f"module.{tensor}", calls[tensor, key]), 4)
            continue
        lines += statement(f"{asked}:", 3)
        for tensor, key, may_lack in rules:
            place = f"module.{tensor}"
            if may_lack:
                lines += statement(f"if {place} is not None:", 4)
            lines += statement(_fill(place, calls[tensor, key]), 5 if may_lack else 4)
    return lines


def _for_names(rules: Mapping[str, Initializer], kinds: Mapping[str, str]) -> list[str]:
    """Tensors whose rule is not that of their class: each by its key, or many by what their keys
    end in. `kinds` has all keys."""
    groups: dict[str, list[str]] = {}
    for key, rule in rules.items():
        groups.setdefault(_key(rule), []).append(key)
    alone = [key for keys in groups.values() if len(keys) <= _FEW for key in keys]
    lines = []
    for key in alone:
        tensor = f"self.get_{kinds[key]}({show(key)})"
        lines += statement(_fill(tensor, rules[key]), 2)
    many = [keys for keys in groups.values() if len(keys) > _FEW]
    if many:
        lines.append("        for name, tensor in self.state_dict().items():")
    for number, keys in enumerate(many):
        ends = dict.fromkeys(_ending(key, rules, kinds) for key in keys)
        lines += statement(_condition("elif" if number else "if", list(ends)), 3)
        lines += statement(_fill("tensor", rules[keys[0]]), 4)
    return lines


def _condition(word: str, ends: Sequence[str]) -> Code:
    """Is `name` one of these keys, or has it one of these ends, which begin with a dot?"""
    exact = [end for end in ends if not end.startswith(".")]
    shared = [end for end in ends if end.startswith(".")]
    is_exact = f"name in {show(tuple(exact))}" if len(exact) > 1 else ""
    if len(exact) == 1:
        is_exact = f"name == {show(exact[0])}"
    if not shared:
        return f"{word} {is_exact}:"
    opening = f"{word} {is_exact} or " if exact else f"{word} "
    if len(shared) == 1:
        return f"{opening}name.endswith({show(shared[0])}):"
    items = (Brackets("(", tuple(map(show, shared))),)
    return Brackets(f"{opening}name.endswith(", items, "):")


def _ending(key: str, rules: Mapping[str, Initializer], keys: Iterable[str]) -> str:
    """The shortest end of a key that only tensors with the same rule have, else the key."""
    parts = key.split(".")
    for length in range(2, len(parts)):
        end = "." + ".".join(parts[-length:])
        if all(rules.get(other) == rules[key] for other in keys if other.endswith(end)):
            return end
    return key


def _fill(place: str, rule: Initializer) -> Code:
    arguments = dict(rule.arguments)
    name = f"{rule.name}_"
    if rule.name == "constant" and arguments.get("val") in _CONSTANTS:
        name, arguments = _CONSTANTS[int(str(arguments["val"])[:1])], {}
    shown = tuple(f"{key}={show(value)}" for key, value in arguments.items())
    return Brackets(f"nn.init.{name}(", (place, *shown))


def _key(rule: Initializer) -> str:
    return f"{rule.name} {sorted(rule.arguments.items())!r}"
