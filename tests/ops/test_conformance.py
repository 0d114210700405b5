"""Every op against eager CPU torch, on the cases of the folder `cases`."""

import re
from collections.abc import Iterator

import pytest

from netspec.backends.torch.calls import signature
from netspec.backends.torch.judge import undisturbed
from netspec.backends.torch.once import values_at
from netspec.ops.base import Inputs, Op, OpError
from netspec.ops.convolution import Conv
from netspec.ops.normalization import BatchNorm
from netspec.ops.pooling import MaxPool
from netspec.shape import Shape
from netspec.testing.case import Case, shapes_at
from netspec.testing.check import check_case, refusal
from tests.ops.reference import discover, op_class

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
    with undisturbed():
        yield


@pytest.mark.parametrize(("name", "case"), _parameters())
def test_case(name: str, case: Case) -> None:
    check_case(op_class(name), case)


def said_for_nothing(op: type[Op], case: Case) -> list[str]:
    """Keywords of the call that have the module's default value."""
    made = op.model_validate(values_at(dict(case.arguments), {}))
    call = made.lower(Inputs(*shapes_at(case.declared(), {})))
    defaults = {name: each.default for name, each in signature(call).items()}
    return [name for name, value in call.keywords.items() if defaults.get(name, ...) == value]


@pytest.mark.parametrize("name", [*CASES])
def test_no_keyword_is_said_for_nothing(name: str) -> None:
    valid = [case for case in CASES[name] if not case.refused]
    assert [found for case in valid if (found := said_for_nothing(op_class(name), case))] == []


@pytest.mark.parametrize(("name", "case"), _parameters(only_refused=True))
def test_message_shows_no_python(name: str, case: Case) -> None:
    message = refusal(op_class(name), case.arguments, case.declared())
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
        except (AssertionError, OpError):
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
