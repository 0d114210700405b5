"""The kit passes an honest op and catches each lie, with the op, the case, and both sides."""

from collections.abc import Callable

import pytest
from torch import Tensor, nn

from netspec.ops import (
    Boolean,
    Call,
    Inputs,
    Number,
    Op,
    OpError,
    Positive,
    Shape,
    Size,
    Weight,
    changed,
    register_op,
)
from netspec.testing import Case, check_op
from tests.own_ops import isolate


class Module(nn.Module):
    """A convolution without padding and, in place of a bias, a factor."""

    def __init__(
        self,
        channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        factor: bool = True,
        gain: float = 1.0,
    ) -> None:
        super().__init__()
        if stride > 8:
            raise ValueError(f"`stride` (={stride}) must be at most 8")
        self.conv = nn.Conv1d(channels, out_channels, kernel_size, stride, bias=False)
        self.gain = gain
        self.factor = nn.Parameter(self.conv.weight.new_full((), 2.0)) if factor else None

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv(x) * self.gain
        return y if self.factor is None else y * self.factor


class Shrink(Op):
    """A convolution and a factor: x [N, C, L] -> [N, out_channels, *].

    - out_channels: channels of the output
    - kernel_size: size of the window
    - stride: its step
    - factor: whether there is one
    - gain: another factor

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 3, 8]}
        nodes: {y: {op: shrink, out_channels: 2, kernel_size: 3, shape: [N, 2, 6]}}
        outputs: {y: y}
    """

    name = "shrink"
    family = "convolution"
    traits = frozenset({"linear_map"})

    out_channels: Positive
    kernel_size: Positive
    stride: Positive = 1
    factor: Boolean = True
    gain: Number = 1.0

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        inputs.rank(3)
        batch, channels, length = inputs[0]
        if self.stride > 8:
            raise OpError("argument-value", f"`stride` (={self.stride}) must be at most 8")
        inputs.require(channels, 1, "the input has no channels")
        inputs.require(length, self.kernel_size, "the window is larger than the input")
        return ((batch, self.out_channels, (length - self.kernel_size) // self.stride + 1),)

    def weights(self, inputs: Inputs) -> dict[str, Weight]:
        channels = inputs.fixed(inputs[0][1], "the number of channels")
        conv = Weight((self.out_channels, channels, self.kernel_size))
        return ({"factor": Weight(())} if self.factor else {}) | {"conv.weight": conv}

    def macs(self, inputs: Inputs, outputs: tuple[Shape, ...]) -> Size:
        batch, channels, length = outputs[0]
        return batch * channels * length * self.kernel_size * inputs[0][1]

    def lower(self, inputs: Inputs) -> Call:
        needed = {"channels": inputs[0][1], "out_channels": self.out_channels}
        return Call(
            f"{__name__}.Module",
            needed | {"kernel_size": self.kernel_size} | changed(self, "stride", "factor", "gain"),
        )


CASES = [
    Case({"out_channels": 2, "kernel_size": 3}, [("N", 3, "L")]),
    Case({"out_channels": 2, "kernel_size": 2, "stride": 3}, [(2, 3, 9)]),
    Case({"out_channels": 1, "kernel_size": 1, "factor": False}, [("N", 3, "L")]),
    Case({"out_channels": 1, "kernel_size": 1, "gain": 3}, [("N", 3, "L")]),
    Case({"out_channels": 2, "kernel_size": 3}, [(2, 3, 2)], fails=True),
    Case({"out_channels": 2, "kernel_size": 3, "stride": 9}, [(2, 3, 9)], fails=True),
    Case({"out_channels": 2, "kernel_size": 3}, [(3, 3)], stricter=True, because="no batch"),
]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)
    register_op(Shrink)


def caught(cases: list[Case] = CASES) -> str:
    with pytest.raises(AssertionError) as error:
        check_op(Shrink, cases)
    return str(error.value)


def test_an_honest_op_passes() -> None:
    check_op(Shrink, CASES)


INFER = Shrink.infer


def one_more(self: Op, inputs: Inputs) -> tuple[Shape, ...]:
    ((batch, channels, length),) = INFER(self, inputs)
    return ((batch, channels, length + 1),)


def numbers_alone(self: Op, inputs: Inputs) -> tuple[Shape, ...]:
    ((batch, channels, length),) = INFER(self, inputs)
    return ((batch, channels, length if isinstance(length, int) else length + 1),)


def nothing_required(self: Shrink, inputs: Inputs) -> tuple[Shape, ...]:
    batch, _, length = inputs[0]
    return ((batch, self.out_channels, (length - self.kernel_size) // self.stride + 1),)


def too_much_required(self: Op, inputs: Inputs) -> tuple[Shape, ...]:
    inputs.rank(3)
    inputs.require(inputs[0][2], 4, "at least 4")
    return INFER(self, inputs)


def nothing_at_all(self: Op, inputs: Inputs) -> tuple[Shape, ...]:
    raise OpError("planted", "never")


def crash(self: Op, inputs: Inputs) -> tuple[Shape, ...]:
    return ((1 // 0,),)


WEIGHTS = Shrink.weights


def backwards(self: Op, inputs: Inputs) -> dict[str, Weight]:
    return dict(reversed(WEIGHTS(self, inputs).items()))


def call_without(*lost: str) -> Callable[[Op, Inputs], Call]:
    lower = Shrink.lower

    def planted(self: Op, inputs: Inputs) -> Call:
        call = lower(self, inputs)
        return Call(call.target, {k: v for k, v in call.keywords.items() if k not in lost})

    return planted


LIES: dict[str, tuple[str, object, str]] = {
    "a larger output": (
        "infer",
        one_more,
        "`shrink`, case 0 (out_channels=2, kernel_size=3 on [N, 3, L]):"
        " its rules say the shapes [2, 2, 6], torch gives [2, 2, 5]",
    ),
    "a larger output on free dims": ("infer", numbers_alone, "at L=7, N=2: its rules say the sh"),
    "no requirement": ("infer", nothing_required, "it accepts this, torch refuses it"),
    "a requirement that asks too much": ("infer", too_much_required, "(at least 4)"),
    "a refusal of everything": ("infer", nothing_at_all, "it refuses this (never), torch: gives ["),
    "a rule that crashes": ("infer", crash, "ZeroDivisionError"),
    "no weights": ("weights", lambda self, inputs: {}, "the weights none, torch gives factor []"),
    "another order of weights": ("weights", backwards, "the weights conv.weight [2, 3, 3], factor"),
    "a buffer of another type": (
        "weights",
        lambda self, inputs: {**WEIGHTS(self, inputs), "factor": Weight((), dtype="int64")},
        "factor [] int64",
    ),
    "other costs": ("macs", lambda self, inputs, outputs: 7, "its rules say the MACs 7, torch"),
    "a lost argument": ("lower", call_without("stride"), "stride=3"),
    "a lost argument that changes the weights": ("lower", call_without("factor"), "factor=false"),
    "a lost argument that changes neither": ("lower", call_without("gain"), "`gain` (=3.0) is l"),
    "a module that is not there": (
        "lower",
        lambda self, inputs: Call(f"{__name__}.Nothing"),
        "LookupError: ",
    ),
    "a trait that is not true": ("traits", frozenset({"elementwise"}), "has the trait `elementwi"),
    "a trait that no case shows": ("traits", frozenset({"view"}), "`view`, which no case shows"),
    "an example that is wrong": (
        "__doc__",
        (Shrink.__doc__ or "").replace("[N, 2, 6]", "[N, 2, 7]"),
        "error[shape-mismatch]",
    ),
    "an example that shows nothing": (
        "__doc__",
        (Shrink.__doc__ or "").replace(", shape: [N, 2, 6]", ""),
        "declares no shape",
    ),
    "an example of another op": (
        "__doc__",
        (Shrink.__doc__ or "").replace("op: shrink", "op: conv"),
        "does not use it",
    ),
    "an argument that is not described": (
        "__doc__",
        (Shrink.__doc__ or "").replace("- stride: its step\n", ""),
        "`- stride: …`",
    ),
}


@pytest.mark.parametrize(("rule", "lie", "message"), LIES.values(), ids=LIES)
def test_a_lie_is_caught(
    rule: str, lie: object, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shrink, rule, lie)
    told = caught()
    assert told.startswith("`shrink`")
    assert message in told


def test_a_missing_trait_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Module, "forward", lambda self, x: self.conv(x).exp())
    monkeypatch.setattr(Shrink, "traits", frozenset())
    assert "it lacks the trait `saves_output`: torch keeps the output" in caught()


def test_another_default_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Module.__init__, "__defaults__", (1, True, 5.0))
    assert "`gain` (=1.0) is lost: the module gets 5.0" in caught()
    told = caught([Case({"out_channels": 1, "kernel_size": 1, "gain": 5.0}, [(2, 3, 4)])])
    assert "`gain` is 1.0 by default, and 5.0 in the module" in told


def test_what_torch_refuses_must_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shrink, "infer", lambda self, inputs: (inputs[0],))
    refused = [case for case in CASES if case.fails]
    assert "none of the cases is valid" in caught(refused)


WRONG = {
    "a case that torch does not refuse": (
        Case({"out_channels": 2, "kernel_size": 3}, [(3, 3)], fails=True),
        "torch does not refuse this, it gives [2, 1]",
    ),
    "a case that torch refuses too": (
        Case(
            {"out_channels": 2, "kernel_size": 3}, [(2, 3, 2)], stricter=True, because="it is small"
        ),
        "torch refuses this too",
    ),
    "a case that is not refused": (
        Case({"out_channels": 2, "kernel_size": 3}, [(2, 3, 9)], fails=True),
        "it does not refuse this",
    ),
}


@pytest.mark.parametrize(("case", "message"), WRONG.values(), ids=WRONG)
def test_a_case_that_is_wrong(case: Case, message: str) -> None:
    assert message in caught([*CASES, case])


def test_an_op_that_is_not_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert "decorate it with `@netspec.register_op`" in caught()
