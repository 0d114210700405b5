"""What the shell offers for an argument when the user presses Tab."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import click
from click.shell_completion import CompletionItem

from netspec import zoo
from netspec.pipeline import outline
from netspec.syntax.schema import ParamDoc, SpecDoc
from netspec.syntax.tree import Scalar

Items: TypeAlias = list[CompletionItem]
_SUFFIXES = (".yaml", ".yml")
_WORD = re.compile(r"[A-Za-z0-9_./=+:@%,-]+")


def specs(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Names of the zoo, and beside them specs and folders; any path where no name fits."""
    names = [name for name in zoo.names() if name.startswith(incomplete)]
    if not names:
        return [CompletionItem(incomplete, type="file")]
    return [*_plain(names, incomplete), *_plain(_nearby(), incomplete)]


def zoo_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    return _plain(zoo.names(), incomplete)


def params(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """`num_classes=` of the specs on the line, and behind it the values where they are few."""
    name, sign, _ = incomplete.partition("=")
    declared = [doc for spec in _outlines(ctx) for doc in spec.params.values()]
    if not sign:
        return _plain((f"{doc.name}=" for doc in declared), incomplete)
    values = (value for doc in declared if doc.name == name for value in _values(doc))
    return _plain((f"{name}={value}" for value in values), incomplete)


def dims(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """`H=` of the specs on the line."""
    return _plain((f"{name}=" for spec in _outlines(ctx) for name in spec.dims), incomplete)


def _plain(values: Iterable[str], incomplete: str) -> Items:
    """Those that a shell takes as they are: it writes them on the line unquoted, and a spec or a
    name of a file might have written a command into them."""
    fitting = (value for value in dict.fromkeys(values) if value.startswith(incomplete))
    return [CompletionItem(value) for value in fitting if _WORD.fullmatch(value)]


def _nearby() -> Iterator[str]:
    """The specs of the current folder, and the folders in it, which may hold some."""
    for path in sorted(Path().iterdir()):
        if path.is_dir() and not path.name.startswith("."):
            yield f"{path.name}/"
        elif path.suffix in _SUFFIXES:
            yield path.name


def _outlines(ctx: click.Context) -> Iterator[SpecDoc]:
    """What the specs on the line declare, as far as they can be read."""
    # Behind an option that still wants its value, click leaves the arguments unparsed.
    given = (*(ctx.params.get("specs") or ()), ctx.params.get("spec"), *ctx.args)
    for spec in filter(None, given):
        with suppress(OSError):
            doc = outline(spec, root=ctx.params.get("root")).doc
            if doc:
                yield doc


def _values(doc: ParamDoc) -> tuple[str, ...]:
    if doc.choices:
        return tuple(choice.text for choice in doc.choices)
    default = doc.default.value if isinstance(doc.default, Scalar) else None
    is_boolean = doc.type == "boolean" or isinstance(default, bool)
    return ("true", "false") if is_boolean else ()
