"""The rules of an op against what eager CPU torch does, at numbers and on free dims."""

import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from pydantic import ValidationError

from netspec.backends.torch.calls import import_target, signature
from netspec.backends.torch.judge import Outcome, Refusal, ask_torch, undisturbed
from netspec.backends.torch.once import show_state, state_said, values_at
from netspec.diagnostics import NetspecError
from netspec.ops.base import Call, Inputs, Op, OpError
from netspec.ops.declaration import check_declaration
from netspec.ops.manual import example
from netspec.ops.registry import find_op
from netspec.pipeline import Text, check_spec
from netspec.shape import Shape, Symbol, at, format_shape, least_size
from netspec.testing.case import Case, dims_of, shapes_at
from netspec.testing.traits import check_traits


def check_op(op: type[Op], cases: Iterable[Case]) -> None:
    """Everything that an op promises, held against eager CPU torch.

    - It is registered, and the example in its docstring checks and declares a shape.
    - `infer`, `weights` and `macs` say of each case what torch does: in evaluation and training,
      with numbers and on free dims, at the least size that is valid and at several others.
    - What `lower` says can be constructed and run, and loses no argument.
    - It refuses what torch refuses, and nothing else but where the case says so.
    - Its `traits` are true, and it has `view` and `saves_output` where it must.

    Raises AssertionError with the op, the case, and what both sides say.
    """
    tried = list(cases)
    with undisturbed():
        with _named(f"`{getattr(op, 'name', op)}`"):
            check_registered(op)
            if all(case.refused for case in tried):
                raise AssertionError("none of the cases is valid: add one")
        for number, case in enumerate(tried):
            with _named(f"`{op.name}`, case {number} ({case})"):
                check_case(op, case)
        with _named(f"`{op.name}`"):
            check_example(op)
            check_traits(op, [case for case in tried if not case.refused])


@contextmanager
def _named(title: str) -> Iterator[None]:
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"{title}: {error}") from error
    except Exception as error:  # whatever a rule of the op raises
        raise AssertionError(f"{title}: {type(error).__name__}: {error}") from error


def _expect(what: str, said: object, found: object) -> None:
    if said != found:
        raise AssertionError(f"its rules say {what} {said}, torch gives {found}")


def check_registered(op: type[Op]) -> None:
    """Specs find this op by its name. Raises AssertionError, or what the declaration lacks."""
    check_declaration(op)
    if find_op(op.name) is not op:
        raise AssertionError("it is not registered: decorate it with `@netspec.register_op`")


def check_example(op: type[Op]) -> None:
    """The example in the docstring uses the op and is right. Raises AssertionError."""
    try:
        checked = check_spec(Text(example(op), f"the example of `{op.name}`"))
    except NetspecError as error:
        raise AssertionError(f"the example in its docstring is wrong\n{error}") from None
    if not any(isinstance(leaf.op, op) for _, _, leaf in checked.graph.leaves()):
        raise AssertionError("the example in its docstring does not use it")
    if not checked.graph.checked:
        raise AssertionError("the example in its docstring declares no shape: add a `shape`")


def check_case(op: type[Op], case: Case) -> None:
    """Everything that is promised of one case. Raises AssertionError."""
    if case.refused:
        check_refused(op, case)
        return
    check_numbers(op, case)
    check_keywords(op, case)
    if case.symbolic:
        check_symbols(op, case)


def check_refused(op: type[Op], case: Case) -> None:
    """The op refuses it; so does torch, unless the case says that it does not."""
    answer = answer_of(op, case)
    if refusal(op, case.arguments, case.declared()) is None:
        why = f"torch refuses this: {answer}" if case.fails else case.because
        raise AssertionError(f"it does not refuse this ({why})")
    if case.fails and isinstance(answer, Outcome):
        raise AssertionError(f"torch does not refuse this, it gives {_shapes(answer.shapes)}")
    if case.stricter and isinstance(answer, Refusal):
        raise AssertionError(f"torch refuses this too: {answer}; write `fails=True`")


def answer_of(op: type[Op], case: Case) -> Outcome | Refusal:
    """What torch makes of a case at its nominal sizes."""
    try:
        call = lowered(op, case)
    except Refusal as error:
        return error
    return _answer(call, shapes_at(case.declared(), {}), {})


def lowered(op: type[Op], case: Case) -> Call:
    """The call of a case at numbers, also of one whose arguments are invalid.

    Raises Refusal where an argument is missing that torch needs, too.
    """
    if case.call is not None:
        return case.call
    needed = {name for name, each in op.model_fields.items() if each.is_required()}
    if needed - set(case.arguments):
        raise Refusal(f"missing: {needed - set(case.arguments)}")
    arguments = cast(dict[str, object], values_at(dict(case.arguments), {}))
    made = op.model_construct(None, **arguments)
    call = made.lower(Inputs(*shapes_at(case.declared(), {})))
    import_target(made, call)
    return call


def check_numbers(op: type[Op], case: Case) -> None:
    """At the nominal sizes the four rules say what torch does."""
    arguments = values_at(dict(case.arguments), {})
    numbers = shapes_at(case.declared(), {})
    inputs = Inputs(*numbers)
    refused = refusal(op, arguments, inputs.shapes)
    if refused is not None:
        outcome = answer_of(op, case)
        told = outcome if isinstance(outcome, Refusal) else f"gives {_shapes(outcome.shapes)}"
        raise AssertionError(f"it refuses this ({refused}), torch: {told}")
    made = op.model_validate(arguments)
    outputs = made.infer(inputs)
    if inputs.requirements:
        raise AssertionError("`require` with numbers leaves nothing to require of free dims")
    call = made.lower(inputs)
    import_target(made, call)
    outcome = _answer(call, numbers, {})
    if isinstance(outcome, Refusal):
        raise AssertionError(f"it accepts this, torch refuses it: {outcome}")
    compare_with_torch(outcome, made, inputs, outputs, {})


def compare_with_torch(
    outcome: Outcome, made: Op, inputs: Inputs, outputs: tuple[Shape, ...], sizes: Mapping[str, int]
) -> None:
    """Shapes, weights and multiply-accumulates are those of torch. Raises AssertionError."""
    _expect("the shapes", _shapes(shapes_at(outputs, sizes)), _shapes(outcome.shapes))
    said = state_said(made.weights(inputs))
    if list(said.items()) != list(outcome.state.items()):
        _expect("the weights", show_state(said), show_state(outcome.state))
    _expect("the MACs", at(made.macs(inputs, outputs), sizes), outcome.macs)


def _shapes(shapes: tuple[tuple[int, ...], ...]) -> str:
    return ", ".join(map(format_shape, shapes)) or "nothing"


def check_keywords(op: type[Op], case: Case) -> None:
    """No argument is lost on its way to torch, and the defaults are those of the module."""
    made = op.model_validate(values_at(dict(case.arguments), {}))
    call = made.lower(Inputs(*shapes_at(case.declared(), {})))
    parameters = signature(call)
    for name, wanted in made:
        if name not in parameters:
            continue
        field, parameter = op.model_fields[name], parameters[name]
        default = parameter.default
        given = call.keywords.get(name, default)
        has_default = default is not parameter.empty
        if given != wanted and has_default and not isinstance(given, tuple):
            raise AssertionError(f"`{name}` (={wanted}) is lost: the module gets {given}")
        if has_default and not field.is_required() and field.default != default:
            raise AssertionError(
                f"`{name}` is {field.default} by default, and {default} in the module"
            )


def check_symbols(op: type[Op], case: Case) -> None:
    """On free dims the rules say, for each size, what they and torch say on the number.

    That includes which sizes are refused: those, and only those, that violate a requirement.
    """
    shapes = case.freed()
    inputs = Inputs(*shapes)
    made = op.model_validate(dict(case.arguments))
    outputs = made.infer(inputs)
    call = made.lower(inputs)
    for sizes in _grid(dims_of(shapes), inputs):
        with _named(f"at {', '.join(f'{name}={size}' for name, size in sizes.items())}"):
            _check_at(op, case, made, inputs, outputs, call, sizes)


def _check_at(
    op: type[Op],
    case: Case,
    made: Op,
    inputs: Inputs,
    outputs: tuple[Shape, ...],
    call: Call,
    sizes: Mapping[str, int],
) -> None:
    numbers = shapes_at(inputs.shapes, sizes)
    violated = [each.message for each in inputs.requirements if each.size.at(sizes) < 0]
    refused = refusal(op, values_at(dict(case.arguments), sizes), numbers)
    if bool(violated) != (refused is not None):
        free = f"asks {violated}" if violated else "asks nothing"
        raise AssertionError(f"on free dims it {free}, and on numbers: {refused or 'fine'}")
    outcome = _answer(call, numbers, sizes)
    if isinstance(outcome, Refusal):
        if not violated:
            raise AssertionError(f"it accepts this, torch refuses it: {outcome}")
    elif not violated:
        compare_with_torch(outcome, made, inputs, outputs, sizes)
    elif not _empties(outcome, numbers):
        told = _shapes(outcome.shapes)
        raise AssertionError(f"it refuses this ({violated[0]}), torch gives {told}")


def _answer(
    call: Call, shapes: tuple[tuple[int, ...], ...], sizes: Mapping[str, int]
) -> Outcome | Refusal:
    try:
        return ask_torch(call, shapes, sizes)
    except Refusal as refused:
        return refused


def _empties(outcome: Outcome, inputs: tuple[tuple[int, ...], ...]) -> bool:
    """Torch makes a tensor without elements of tensors with some: an op may refuse that."""
    return all(all(shape) for shape in inputs) and not all(all(shape) for shape in outcome.shapes)


def _grid(dims: tuple[Symbol, ...], inputs: Inputs) -> Iterator[dict[str, int]]:
    """Sizes to try: each dim alone from the least on and about its nominal size, then several."""
    requirements = [each.size for each in inputs.requirements]
    yield {dim.name: dim.nominal for dim in dims}
    for dim in dims:
        step = dim.multiple_of
        tried = {step, 2 * step, 3 * step, 4 * step, dim.nominal + step, dim.nominal + 2 * step}
        least = least_size([each for each in requirements if dim in each.symbols], dim)
        if least is not None:
            tried |= {max(least - step, step), least, least + step}
        yield from ({dim.name: size} for size in sorted(tried))
    source = random.Random(0)
    for _ in range(3 if len(dims) > 1 else 0):
        yield {dim.name: dim.multiple_of * source.randint(1, 9) for dim in dims}


def refusal(op: type[Op], arguments: object, shapes: tuple[Shape, ...]) -> str | None:
    """Why the op refuses this; None if it does not."""
    try:
        op.model_validate(arguments).infer(Inputs(*shapes))
    except (OpError, ValidationError) as error:
        return str(error) or type(error).__name__
    return None
