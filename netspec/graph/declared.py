"""`shape:` held against what was computed."""

from dataclasses import replace

from netspec.diagnostics import Span
from netspec.graph.evaluate import UNDERSCORE, Failed, Scope, evaluate_shape, failed
from netspec.graph.origin import origin
from netspec.graph.session import Built, Session
from netspec.limits import Limits
from netspec.ops.base import multiples_to_declare
from netspec.shape import Differ, Equal, Shape, Size, Unproved, Verdict, compare, format_shape
from netspec.syntax.tree import Sequence, Tree

Declared = tuple[Size | str, ...]
Known = tuple[Shape | None, ...]


def check_declared(
    session: Session,
    tree: Tree,
    scope: Scope,
    outputs: Known | None,
    tainted: bool,
    what: str,
    built: Built | None = None,
) -> tuple[Known | None, bool, int]:
    """The outputs after the check, whether they are still tainted, and how many shapes were held.

    A declared shape ends a taint: from there on the spec's own word counts, unless the session
    trusts what is computed.
    """
    try:
        shapes = _declared(tree, scope, outputs)
        for shape, span in shapes:
            check_rank(shape, span, session.limits)
    except Failed as error:
        session.report_failed(error)
        return outputs, tainted, 0
    if outputs is None:
        known = tuple(_as_shape(shape, None) for shape, _ in shapes)
        return (known, False, 0) if all(known) else (None, True, 0)
    result: list[Shape | None] = []
    held = 0
    for output, ((declared, span), computed) in enumerate(zip(shapes, outputs, strict=True)):
        made = (built, output) if built else None
        if computed is not None and _holds(session, declared, computed, what, span, tainted, made):
            held += 1
            result.append(computed)
        else:
            declares = _as_shape(declared, computed)
            result.append(computed if session.trust == "computed" and not tainted else declares)
    still = any(shape is None for shape in result)
    return tuple(result), still, held


def check_rank(shape: Declared, span: Span, limits: Limits) -> None:
    """Hold a written shape against the limit. Raises Failed."""
    if len(shape) > limits.rank:
        raise failed(
            "too-large",
            f"a shape of rank {len(shape):,} has more than {limits.rank} dimensions",
            span,
            "write fewer sizes, or raise `Limits.rank` in Python",
        )


def _declared(tree: Tree, scope: Scope, outputs: Known | None) -> list[tuple[Declared, Span]]:
    """One shape, or a list of shapes where there are several outputs. Raises Failed."""
    count = len(outputs) if outputs else None
    several = isinstance(tree, Sequence) and any(isinstance(i, Sequence) for i in tree.items)
    if not several:
        if count is not None and count != 1:
            raise failed(
                "wrong-shape-count",
                f"there are {count} outputs, and one shape is declared",
                tree.span,
                "declare a list of shapes: `[[N, 64], [N, 10]]`",
            )
        return [(_shape(tree, scope, outputs[0] if outputs else None), tree.span)]
    assert isinstance(tree, Sequence)
    if count is not None and count != len(tree.items):
        raise failed(
            "wrong-shape-count",
            f"{len(tree.items)} shapes are declared for {count} output"
            + ("s" if count != 1 else ""),
            tree.span,
            "declare one shape for each output",
        )
    known = outputs or (None,) * len(tree.items)
    pairs = zip(tree.items, known, strict=True)
    return [(_shape(item, scope, shape), item.span) for item, shape in pairs]


def _shape(tree: Tree, scope: Scope, computed: Shape | None) -> Declared:
    """A written shape. Where a size is no whole number for every size, the help is what is
    computed. Raises Failed."""
    try:
        return evaluate_shape(tree, scope)
    except Failed as error:
        found = error.diagnostic
        if found is None or found.code != "not-whole" or computed is None:
            raise
        help = f"declare {format_shape(computed)}, or `multiple_of` for the dim"
        raise Failed(replace(found, help=help)) from None


def _as_shape(declared: Declared, computed: Shape | None) -> Shape | None:
    """The declared shape with what is not said taken from the computed one; None where unknown."""
    if computed is not None and len(computed) == len(declared):
        filled = tuple(c if d == UNDERSCORE else d for d, c in zip(declared, computed, strict=True))
    else:
        filled = declared
    if any(isinstance(size, str) for size in filled):
        return None
    return tuple(size for size in filled if not isinstance(size, str))


def _holds(
    session: Session,
    declared: Declared,
    computed: Shape,
    what: str,
    span: Span,
    tainted: bool,
    made: tuple[Built, int] | None,
) -> bool:
    says = f"`{what}` declares {_written(declared)} but computes {format_shape(computed)}"
    if len(declared) != len(computed):
        if not tainted:
            session.contradicted = True
            session.report(
                "shape-mismatch",
                says,
                span,
                f"declare {format_shape(computed)}",
                [f"rank {len(declared)} is declared, the tensor has rank {len(computed)}"],
            )
        return False
    notes: list[str] = []
    code, help = "shape-mismatch", f"declare {format_shape(computed)}"
    verdicts: list[Verdict] = []
    for index, (wanted, size) in enumerate(zip(declared, computed, strict=True)):
        if isinstance(wanted, str):
            continue
        verdict = compare(wanted, size)
        if isinstance(verdict, Equal):
            continue
        origin_text = origin(made[0], what, index, made[1]) if made else ""
        notes.append(_note(index, wanted, size, verdict, origin_text))
        verdicts.append(verdict)
        if isinstance(verdict, Unproved):
            code, help = "cannot-prove", "declare `multiple_of` for the dim, fix it, or write `_`"
    multiples = multiples_to_declare(*verdicts)
    if multiples and code == "shape-mismatch":
        help += f", or {multiples} under `dims`"
    if notes and not tainted:
        session.contradicted = True
        session.report(code, says, span, help, notes)
    return not notes


def _note(index: int, wanted: Size, size: Size, verdict: Differ | Unproved, origin: str) -> str:
    if isinstance(verdict, Unproved):
        return f"dimension {index}: cannot prove {wanted} = {size} ({verdict.classes:,} cases)"
    note = f"dimension {index}: {size}{origin}"
    if verdict.sizes:
        at = ", ".join(f"{name}={value}" for name, value in verdict.sizes)
        return f"{note}; at {at}: {verdict.left} and {verdict.right}"
    return note if origin else f"{note}, not {wanted}"


def _written(declared: Declared) -> str:
    return "[" + ", ".join(str(size) for size in declared) + "]"
