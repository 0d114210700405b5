"""Traits of an op, proved on torch: a pass that relies on one must not be misled."""

from collections.abc import Callable, Iterable, Sequence

from netspec.backends.torch.behavior import (
    Tried,
    is_channel_affine,
    is_elementwise,
    is_identity,
    is_linear,
    refuses_overwriting,
    shares_memory,
)
from netspec.backends.torch.calls import import_target
from netspec.backends.torch.once import values_at
from netspec.ops.base import Inputs, Op
from netspec.testing.case import Case, shapes_at

PROMISES: dict[str, Callable[[Tried], bool]] = {
    "elementwise": is_elementwise,
    "eval_identity": is_identity,
    "linear_map": is_linear,
    "channel_affine": is_channel_affine,
}
"""What must hold in every case; an op that has it need not say so."""

WARNINGS: dict[str, Callable[[Tried], bool]] = {
    "saves_output": refuses_overwriting,
    "view": shares_memory,
}
"""What guards tensors that are needed elsewhere from being overwritten: a missing one is as wrong
as one too many. It holds where one case shows it."""

WHY = {
    "saves_output": "torch keeps the output for the backward pass",
    "view": "the output shares the memory of the input",
}


def check_traits(op: type[Op], cases: Sequence[Case]) -> None:
    """All traits, on valid cases. Raises AssertionError."""
    for trait in (*PROMISES, *WARNINGS):
        check_trait(op, trait, cases)


def check_trait(op: type[Op], trait: str, cases: Sequence[Case]) -> None:
    """One trait, on valid cases. Raises AssertionError."""
    if trait in PROMISES and trait in op.traits:
        for case, it in tried(op, cases):
            if not PROMISES[trait](it):
                raise AssertionError(f"it has the trait `{trait}`, which is not true of {case}")
    if trait in WARNINGS:
        shown = [case for case, it in tried(op, cases) if WARNINGS[trait](it)]
        if shown and trait not in op.traits:
            raise AssertionError(f"it lacks the trait `{trait}`: {WHY[trait]} on {shown[0]}")
        if not shown and trait in op.traits:
            raise AssertionError(f"it has the trait `{trait}`, which no case shows")


def tried(op: type[Op], cases: Iterable[Case]) -> list[tuple[Case, Tried]]:
    """The cases on inputs with elements, one for each rank and set of arguments."""
    found: dict[str, Case] = {}
    for case in cases:
        shapes = shapes_at(case.declared(), {})
        if not any(0 in shape for shape in shapes):
            found.setdefault(f"{case.arguments} {list(map(len, shapes))}", case)
    return [(case, _tried(op, case)) for case in found.values()]


def _tried(op: type[Op], case: Case) -> Tried:
    arguments = values_at(dict(case.arguments), {})
    shapes = shapes_at(case.declared(), {})
    made = op.model_validate(arguments)
    call = made.lower(Inputs(*shapes))
    import_target(made, call)
    return Tried(call, shapes, bool(case.arguments.get("inplace")))
