"""Every op against eager CPU torch, on the cases of the folder `cases`."""

import inspect
import random
import re
from collections.abc import Iterator, Mapping

import pytest
import torch
from pydantic import ValidationError

from netspec.ops.base import Call, Inputs, Op, OpError
from netspec.ops.convolution import Conv
from netspec.ops.normalization import BatchNorm
from netspec.ops.pooling import MaxPool
from netspec.ops.registry import find_op
from netspec.shape import Shape, Symbol, at, least_size
from tests.ops.reference import (
    Case,
    Outcome,
    Refusal,
    ask_torch,
    dims_of,
    discover,
    lowered,
    shapes_at,
    torch_object,
    values_at,
)

DTYPES = {"float": torch.float32, "int64": torch.int64}


CASES = discover()


def _parameters(*, only_refused: bool = False) -> list[object]:
    return [
        pytest.param(name, case, id=f"{name}-{index}")
        for name, cases in CASES.items()
        for index, case in enumerate(cases)
        if case.refused or not only_refused
    ]


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Threads cost far more than they gain on tensors this small."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def op_class(name: str) -> type[Op]:
    op = find_op(name)
    assert op is not None, f"no op `{name}`"
    return op


def check_case(op: type[Op], case: Case) -> None:
    """Everything that is promised of one case. Raises AssertionError."""
    if case.refused:
        check_refused(op, case)
        return
    check_numbers(op, case, {})
    check_keywords(op, case)
    if case.symbolic:
        check_symbols(op, case)


def check_refused(op: type[Op], case: Case) -> None:
    """We refuse it; so does torch, unless the case says that it does not."""
    message = _refusal(op, case.arguments, case.declared())
    assert message is not None, "torch refuses this, we do not" if case.fails else case.because
    numbers = shapes_at(case.declared(), {})
    if case.fails:
        with pytest.raises(Refusal):
            ask_torch(lowered(op, case), numbers, {})
    else:
        ask_torch(lowered(op, case), numbers, {})


def check_numbers(op: type[Op], case: Case, sizes: Mapping[str, int]) -> None:
    """At these sizes our four rules say what torch does."""
    arguments = values_at(dict(case.arguments), sizes)
    made = op.model_validate(arguments)
    inputs = Inputs(*shapes_at(case.declared(), sizes))
    outputs = made.infer(inputs)
    assert not inputs.requirements, "numbers leave nothing to require"
    call = made.lower(inputs)
    compare_with_torch(ask_torch(call, inputs.shapes, {}), made, inputs, outputs, {})


def compare_with_torch(
    outcome: Outcome, made: Op, inputs: Inputs, outputs: tuple[Shape, ...], sizes: Mapping[str, int]
) -> None:
    assert shapes_at(outputs, sizes) == outcome.shapes
    assert all(size >= 0 for shape in outcome.shapes for size in shape)
    state = {
        name: (weight.shape, DTYPES[weight.dtype]) for name, weight in made.weights(inputs).items()
    }
    assert list(state.items()) == list(outcome.state.items())
    assert at(made.macs(inputs, outputs), sizes) == outcome.macs


def check_keywords(op: type[Op], case: Case) -> None:
    """No argument is lost on its way to torch or said for nothing; our defaults are torch's."""
    made = op.model_validate(values_at(dict(case.arguments), {}))
    call = made.lower(Inputs(*shapes_at(case.declared(), {})))
    for name, default in _signature(call).items():
        given = call.keywords.get(name, default)
        assert name not in call.keywords or given != default, f"`{name}` is said for nothing"
        if name not in op.model_fields:
            continue
        field = op.model_fields[name]
        assert given == getattr(made, name) or field.default != default, f"`{name}` is lost"
        if not field.is_required() and default is not inspect.Parameter.empty:
            assert field.default == default, f"`{name}` has another default than in torch"


def _signature(call: Call) -> dict[str, object]:
    """The parameters of a module's class, with their defaults."""
    if not call.is_module:
        return {}
    parameters = inspect.signature(torch_object(call.target)).parameters  # type: ignore[arg-type]
    return {name: parameter.default for name, parameter in parameters.items()}


def check_symbols(op: type[Op], case: Case) -> None:
    """On free dims our rules say, for each size, what they and torch say on the number.

    That includes which sizes are refused: those, and only those, that violate a requirement.
    """
    shapes = case.freed()
    inputs = Inputs(*shapes)
    made = op.model_validate(dict(case.arguments))
    outputs = made.infer(inputs)
    call = made.lower(inputs)
    for sizes in _grid(dims_of(shapes), inputs):
        numbers = shapes_at(shapes, sizes)
        violated = [each.message for each in inputs.requirements if each.size.at(sizes) < 0]
        refused = _refusal(op, values_at(dict(case.arguments), sizes), numbers)
        assert bool(violated) == (refused is not None), f"{sizes}: {violated}, {refused}"
        outcome = _answer(call, numbers, sizes)
        if isinstance(outcome, Refusal):
            assert violated, f"{sizes}: {outcome}"
        elif violated:
            assert _empties(outcome, numbers), f"{sizes}: torch gives {outcome.shapes}"
        else:
            compare_with_torch(outcome, made, inputs, outputs, sizes)


def _answer(
    call: Call, shapes: tuple[tuple[int, ...], ...], sizes: Mapping[str, int]
) -> Outcome | Refusal:
    try:
        return ask_torch(call, shapes, sizes)
    except Refusal as refusal:
        return refusal


def _empties(outcome: Outcome, inputs: tuple[tuple[int, ...], ...]) -> bool:
    """Torch makes a tensor without elements of tensors with some: we may refuse that."""
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


def _refusal(
    op: type[Op], arguments: object, shapes: tuple[Shape, ...] | tuple[tuple[int, ...], ...]
) -> str | None:
    """Why we refuse this; None if we do not."""
    try:
        op.model_validate(arguments).infer(Inputs(*shapes))
    except (OpError, ValidationError) as error:
        return str(error) or type(error).__name__
    return None


@pytest.mark.parametrize(("name", "case"), _parameters())
def test_case(name: str, case: Case) -> None:
    check_case(op_class(name), case)


@pytest.mark.parametrize(("name", "case"), _parameters(only_refused=True))
def test_message_shows_no_python(name: str, case: Case) -> None:
    message = _refusal(op_class(name), case.arguments, case.declared())
    assert message is not None
    assert not re.search(r"Dim\(|Traceback|object at 0x", message)


def _faulty_infer(op: type[Op], change: int) -> object:
    infer = op.infer

    def planted(self: Op, inputs: Inputs) -> tuple[Shape, ...]:
        *outputs, last = infer(self, inputs)
        return (*outputs, (*last[:-1], last[-1] + change))

    return planted


class TestPlantedFaults:
    """The checks above see what they are for: each fault, planted, is caught by a case."""

    def assert_caught(self, op: type[Op]) -> None:
        assert any(self.is_caught(op, case) for case in CASES[op.name])

    def is_caught(self, op: type[Op], case: Case) -> bool:
        try:
            check_case(op, case)
        except (AssertionError, OpError, pytest.fail.Exception):
            return True
        return False

    def test_nothing_is_caught_without_a_fault(self) -> None:
        assert not any(self.is_caught(Conv, case) for case in CASES["conv"])

    def test_wrong_output_size(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Conv, "infer", _faulty_infer(Conv, 1))
        self.assert_caught(Conv)

    def test_wrong_weight(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Conv, "weights", lambda self, inputs: {})
        self.assert_caught(Conv)

    def test_wrong_order_of_weights(self, monkeypatch: pytest.MonkeyPatch) -> None:
        weights = BatchNorm.weights
        backwards = lambda self, inputs: dict(reversed(weights(self, inputs).items()))  # noqa: E731
        monkeypatch.setattr(BatchNorm, "weights", backwards)
        self.assert_caught(BatchNorm)

    def test_wrong_macs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Conv, "macs", lambda self, inputs, outputs: 1)
        self.assert_caught(Conv)

    def test_lost_argument(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("netspec.ops.normalization.changed", lambda op, *arguments: {})
        self.assert_caught(BatchNorm)

    def test_lost_requirement(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Inputs, "require", lambda self, *arguments, **keywords: None)
        self.assert_caught(MaxPool)

    def test_requirement_that_asks_too_much(self, monkeypatch: pytest.MonkeyPatch) -> None:
        require = Inputs.require

        def planted(self: Inputs, size: int, at_least: int, *rest: str, **options: str) -> None:
            require(self, size, at_least + 1, *rest, **options)

        monkeypatch.setattr(Inputs, "require", planted)
        self.assert_caught(MaxPool)

    def test_refusal_of_what_torch_accepts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def planted(self: Op, inputs: Inputs) -> tuple[Shape, ...]:
            raise OpError("planted", "never")

        monkeypatch.setattr(Conv, "infer", planted)
        self.assert_caught(Conv)

    def test_acceptance_of_what_torch_refuses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(BatchNorm, "infer", lambda self, inputs: (inputs[0],))
        refused = [case for case in CASES["batch_norm"] if case.fails]
        assert any(self.is_caught(BatchNorm, case) for case in refused)
