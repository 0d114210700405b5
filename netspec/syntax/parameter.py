"""Declarations of parameters, of a spec or of a block."""

from netspec.diagnostics import Collector
from netspec.syntax.fields import kind_of, read
from netspec.syntax.identifiers import check_name
from netspec.syntax.merge import is_param_declaration
from netspec.syntax.schema import ParamDoc, ParamKeys
from netspec.syntax.tree import Mapping, Scalar, Sequence, is_null


def read_params(table: Mapping, collector: Collector) -> dict[str, ParamDoc]:
    """Parameters by name; what is malformed is left out, and in the collector."""
    found = {}
    for name, (key, tree) in table.entries.items():
        if not check_name(name, key.span, "a parameter", collector, reserved=True):
            continue
        if is_null(tree):
            found[name] = ParamDoc(name, key.span, None, None)
        elif not is_param_declaration(tree):
            found[name] = ParamDoc(name, key.span, None, tree)
        else:
            assert isinstance(tree, Mapping)
            keys = read(ParamKeys, dict(tree.items()), tree, f"parameter `{name}`", collector)
            if keys:
                choices = _choices(name, keys.choices, collector)
                if len(choices) < len(keys.choices.items if keys.choices else ()):
                    continue
                if keys.type == "text" and not choices:
                    collector.error(
                        "missing-key",
                        f"the parameter `{name}` is text and needs `choices`",
                        tree.span,
                        help="list its values, `choices: [mean, max]`",
                    )
                    continue
                found[name] = ParamDoc(
                    name, key.span, keys.type, keys.default, keys.min, keys.max, choices, keys.doc
                )
    return found


def _choices(name: str, choices: Sequence | None, collector: Collector) -> tuple[Scalar, ...]:
    found = []
    for item in choices.items if choices else ():
        if isinstance(item, Scalar) and item.value is not None:
            found.append(item)
        else:
            collector.error(
                "wrong-type",
                f"a choice of `{name}` must be a single value, not {kind_of(item)}",
                item.span,
                help="write a number, a boolean or a text",
            )
    return tuple(found)
