"""`init`: which rule fills which tensor."""

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from fnmatch import translate
from functools import lru_cache
from re import Pattern
from re import compile as compile_pattern

from netspec.diagnostics import Collector, nearest
from netspec.expression import Value, describe
from netspec.graph.evaluate import Failed, evaluate, evaluate_condition, failed
from netspec.graph.evaluate import Scope as Names
from netspec.graph.ir import Initializer, InitRule, Leaf, Scope
from netspec.graph.session import Session
from netspec.ops.base import Weight
from netspec.ops.registry import find_op, op_names
from netspec.syntax.schema import InitDoc, SpecDoc
from netspec.syntax.tree import Mapping, Scalar, Tree

_FAN = ("fan_in", "fan_out")
_NONLINEARITIES = (
    "linear",
    "conv1d",
    "conv2d",
    "conv3d",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "selu",
)
_KAIMING = {"a": (), "mode": _FAN, "nonlinearity": _NONLINEARITIES}

INITIALIZERS: dict[str, dict[str, tuple[str, ...]]] = {
    "constant": {"val": ()},
    "zeros": {},
    "ones": {},
    "eye": {},
    "dirac": {"groups": ()},
    "uniform": {"a": (), "b": ()},
    "normal": {"mean": (), "std": ()},
    "trunc_normal": {"mean": (), "std": (), "a": (), "b": ()},
    "xavier_uniform": {"gain": ()},
    "xavier_normal": {"gain": ()},
    "kaiming_uniform": _KAIMING,
    "kaiming_normal": _KAIMING,
    "orthogonal": {"gain": ()},
    "sparse": {"sparsity": (), "std": ()},
}
"""Initializers of torch.nn.init by name: argument -> its words."""

_ANY = (-1e6, 1e6)
_RANGES = {"std": (0, 1e6), "gain": (0, 1e6), "sparsity": (0, 1), "groups": (1, 1e6)}
"""What torch takes; beyond a million nothing is an initialization."""

_REQUIRED = {"constant": ("val",), "sparse": ("sparsity",)}
_RANKS = {
    "eye": (2, 2),
    "sparse": (2, 2),
    "dirac": (3, 5),
    "orthogonal": (2, 99),
    "xavier_uniform": (2, 99),
    "xavier_normal": (2, 99),
    "kaiming_uniform": (2, 99),
    "kaiming_normal": (2, 99),
}


MOST_RULES = 100
"""Of a spec: each is held against each tensor."""
LONGEST_GLOB = 256
"""Characters, as of an expression."""


def read_rules(session: Session, spec: SpecDoc, names: Names) -> tuple[InitRule, ...]:
    """The rules of a spec whose `when` holds, evaluated over its parameters."""
    if len(spec.init) > MOST_RULES:
        message = f"`init` has {len(spec.init):,} rules, more than {MOST_RULES}"
        help = "fill with one rule what is filled alike: a glob fits many keys"
        session.report("file-too-large", message, spec.init[MOST_RULES].span, help)
        return ()
    rules = []
    for doc in spec.init:
        try:
            if doc.when is not None and not evaluate_condition(doc.when, names):
                continue
            _check_match(doc)
            _check_op(doc)
            rules.append(InitRule(doc.match, doc.op, _initializer(doc.fill, names), doc.span))
        except Failed as error:
            session.report_failed(error)
    return tuple(rules)


def _check_match(doc: InitDoc) -> None:
    if doc.match is None or len(doc.match) <= LONGEST_GLOB:
        return
    message = f"`match` has {len(doc.match):,} characters, more than {LONGEST_GLOB}"
    raise failed("argument-value", message, doc.span, "write a shorter glob")


def _check_op(doc: InitDoc) -> None:
    if doc.op is None or find_op(doc.op):
        return
    close = nearest(doc.op, op_names())
    help = f"did you mean `{close}`?" if close else "`netspec ops` lists the ops"
    raise failed("unknown-op", f"there is no op `{doc.op}`", doc.span, help)


def _initializer(fill: Tree, names: Names) -> Initializer:
    if isinstance(fill, Scalar) and fill.value in INITIALIZERS:
        return _complete(str(fill.value), {}, fill)
    if not isinstance(fill, Mapping):
        value = evaluate(fill, names)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise failed(
                "wrong-type",
                f"`fill` must be a number or an initializer, not {describe(value)}",
                fill.span,
                "write `0` or `{normal: {std: 0.01}}`",
            )
        return Initializer("constant", {"val": value})
    if len(fill) != 1:
        raise failed(
            "wrong-type", "`fill` names one initializer", fill.span, "write `{normal: {std: 0.01}}`"
        )
    ((name, tree),) = fill.items()
    known = INITIALIZERS.get(name)
    if known is None:
        close = nearest(name, INITIALIZERS)
        help = (
            f"did you mean `{close}`?"
            if close
            else f"the initializers are {', '.join(INITIALIZERS)}"
        )
        raise failed(
            "unknown-initializer",
            f"there is no initializer `{name[:80]}`",
            fill.key_span(name),
            help,
        )
    return _complete(name, _arguments(name, known, tree, names), fill)


def _complete(name: str, arguments: AnyMapping[str, Value], fill: Tree) -> Initializer:
    for key in _REQUIRED.get(name, ()):
        if key not in arguments:
            raise failed(
                "missing-argument",
                f"`{name}` needs `{key}`",
                fill.span,
                f"write `{{{name}: {{{key}: …}}}}`",
            )
    return Initializer(name, arguments)


def _arguments(
    name: str, known: AnyMapping[str, tuple[str, ...]], tree: Tree, names: Names
) -> dict[str, Value]:
    if isinstance(tree, Scalar) and tree.value is None:
        return {}
    if not isinstance(tree, Mapping):
        raise failed(
            "wrong-type",
            f"the arguments of `{name}` must be a mapping",
            tree.span,
            f"write `{{{name}: {{…}}}}`",
        )
    values: dict[str, Value] = {}
    for key, item in tree.items():
        if key not in known:
            close = nearest(key, known)
            help = (
                f"did you mean `{close}`?"
                if close
                else f"the arguments are {', '.join(known) or 'none'}"
            )
            raise failed(
                "unknown-argument",
                f"`{name}` has no argument `{key[:80]}`",
                tree.key_span(key),
                help,
            )
        value = evaluate(item, names, known[key])
        if known[key]:
            if value not in known[key]:
                raise failed(
                    "argument-value",
                    f"`{key}` must be one of {', '.join(known[key])}, not {describe(value)}",
                    item.span,
                    "write one of them",
                )
        elif isinstance(value, bool) or not isinstance(value, int | float):
            raise failed(
                "argument-value",
                f"`{key}` must be a number, not {describe(value)}",
                item.span,
                "write a number",
            )
        elif not _RANGES.get(key, _ANY)[0] <= value <= _RANGES.get(key, _ANY)[1]:
            low, high = _RANGES.get(key, _ANY)
            raise failed(
                "argument-value",
                f"`{key}` must be from {low:g} to {high:g}, not {describe(value)}",
                item.span,
                "write a number in that range",
            )
        values[key] = value
    return values


def assign(root: Scope, collector: Collector) -> dict[str, Initializer]:
    """For each key of the `state_dict` the initializer of the first rule that fits.

    The rules of an including spec come before those of the specs that it includes. A rule that the
    file itself writes and that fills nothing is warned of; one that it inherits may lie idle.
    """
    found: dict[str, Initializer] = {}
    idle = {id(rule): rule for rule in root.init if rule.span.source is root.span.source}
    for key, leaf, weight, scopes in _owned(root, "", ()):
        if weight.kind != "parameter":  # a buffer is a statistic, and torch's start is its meaning
            continue
        rule = next(
            (r for prefix, rules in scopes for r in rules if _fits(r, key[len(prefix) :], leaf)),
            None,
        )
        if rule is None:
            continue
        idle.pop(id(rule), None)
        least, most = _RANKS.get(rule.initializer.name, (0, 99))
        if not least <= len(weight.shape) <= most:
            collector.error(
                "init-mismatch",
                f"`{rule.initializer.name}` cannot fill `{key}` of rank {len(weight.shape)}",
                rule.span,
                help="narrow the rule with `match`, or put one for this tensor before it",
            )
        found[key] = rule.initializer
    for rule in idle.values():
        collector.warning(
            "unused",
            "this rule of `init` fills no tensor",
            rule.span,
            help="mend `match`, a glob over whole keys, or delete the rule",
        )
    return found


Rules = tuple[tuple[str, tuple[InitRule, ...]], ...]


def _owned(scope: Scope, prefix: str, outer: Rules) -> Iterator[tuple[str, Leaf, Weight, Rules]]:
    rules = (*outer, (prefix, scope.init)) if scope.init else outer
    for index in scope.modules:
        node = scope.nodes[index]
        path = prefix + ".".join(node.at)
        if isinstance(node.body, Scope):
            yield from _owned(node.body, path + ".", rules)
        elif isinstance(node.body, Leaf) and rules:
            for name, weight in node.body.weights.items():
                yield f"{path}.{name}" if name else path, node.body, weight, rules


def _fits(rule: InitRule, key: str, leaf: Leaf) -> bool:
    if rule.op is not None and rule.op != leaf.op.name:
        return False
    return rule.match is None or _pattern(rule.match).match(key) is not None


@lru_cache(maxsize=256)
def _pattern(glob: str) -> Pattern[str]:
    return compile_pattern(translate(glob))
