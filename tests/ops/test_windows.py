"""The arithmetic of windows, on random arguments, against eager CPU torch."""

import random
from collections.abc import Iterator

import pytest
import torch
from pydantic import ValidationError

from netspec.backends.torch.judge import Refusal, ask_torch
from netspec.ops.base import Inputs, Op, OpError
from netspec.ops.convolution import Conv, ConvTranspose
from netspec.ops.pooling import AvgPool, MaxPool
from netspec.ops.windows import Window, windows
from netspec.shape import symbol

OPS: list[type[Op]] = [Conv, ConvTranspose, MaxPool, AvgPool]


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Threads cost far more than they gain on tensors this small."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def draw(op: type[Op], source: random.Random) -> tuple[dict[str, object], tuple[int, ...]]:
    """Arguments of which about half fit, and a small input."""
    rank = source.randint(1, 3)

    def each(least: int, most: int) -> int | tuple[int, ...]:
        if source.random() < 0.5:
            return source.randint(least, most)
        return tuple(source.randint(least, most) for _ in range(rank))

    choices: dict[str, object] = {
        "out_channels": source.choice([2, 3, 4]),
        "kernel_size": each(1, 4),
        "stride": each(1, 4),
        "padding": source.choice([each(0, 2), each(0, 3), "same", "valid"]),
        "output_padding": each(0, 2),
        "dilation": each(1, 3),
        "groups": source.choice([1, 1, 2]),
        "padding_mode": source.choice(["zeros", "reflect", "replicate", "circular"]),
        "ceil_mode": source.random() < 0.5,
        "count_include_pad": source.random() < 0.5,
    }
    required = {name for name, each in op.model_fields.items() if each.is_required()}
    arguments = {
        name: value
        for name, value in choices.items()
        if name in op.model_fields and (name in required or source.random() < 0.6)
    }
    sizes = (source.randint(1, 7) for _ in range(rank))
    return arguments, (source.choice([1, 2]), source.choice([2, 4]), *sizes)


def disagreements(op: type[Op], count: int) -> list[str]:
    """Where we and torch differ: in the shape, or in whether there is one."""
    source = random.Random(op.name)
    found = []
    for _ in range(count):
        arguments, shape = draw(op, source)
        try:
            made = op.model_validate(arguments)
            ours = str(made.infer(Inputs(shape))[0])
        except (OpError, ValidationError):
            made = op.model_construct(None, **arguments)
            ours = "refused"
        try:
            theirs = str(ask_torch(made.lower(Inputs(shape)), [shape]).shapes[0])
        except Refusal:
            theirs = "refused"
        # Torch may empty a tensor by a transposed convolution; we never do.
        if ours != theirs and not (ours == "refused" and " 0" in theirs):
            found.append(f"{arguments} on {shape}: {ours}, in torch {theirs}")
    return found


@pytest.mark.parametrize("op", OPS)
def test_random_arguments(op: type[Op]) -> None:
    assert disagreements(op, 400) == []


@pytest.mark.slow
@pytest.mark.parametrize("op", OPS)
def test_many_random_arguments(op: type[Op]) -> None:
    assert disagreements(op, 20_000) == []


@pytest.mark.parametrize("op", OPS)
def test_about_half_of_the_arguments_fit(op: type[Op]) -> None:
    source = random.Random(0)
    fit = 0
    for _ in range(200):
        arguments, shape = draw(op, source)
        try:
            op.model_validate(arguments).infer(Inputs(shape))
            fit += 1
        except (OpError, ValidationError):
            pass
    assert 30 < fit < 190


def test_a_wrong_formula_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def planted(self: Window, *, ceil_mode: bool = False) -> int:
        room = self.padding - self.extent
        return room + self.stride - 1 if ceil_mode else room

    monkeypatch.setattr(Window, "room", planted)
    assert disagreements(MaxPool, 400)


@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize("kernel", [1, 2, 3, 7])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_closed_form_is_that_of_the_number(ceil_mode: bool, kernel: int, stride: int) -> None:
    window = Window(kernel, stride, 2 * (kernel // 2), 1)
    symbolic = window.output(symbol("H", 16), ceil_mode=ceil_mode)
    for size in range(1, 40):
        number = window.output(size, ceil_mode=ceil_mode)
        assert symbolic.at({"H": size}) == number  # type: ignore[union-attr]


def test_same_keeps_the_size() -> None:
    for window in windows(2, (3, 4), 1, "same", (2, 3)):
        assert window.output(10) == 10


def test_transposed_is_the_inverse() -> None:
    window = Window(kernel=3, stride=2, padding=2, dilation=1)
    assert window.output(window.transposed_output(9, 0)) == 9


def test_a_list_of_another_length() -> None:
    with pytest.raises(OpError, match=r"`kernel_size` \(=\[3, 3\]\) must be one number"):
        list(windows(3, (3, 3), 1, 0))


def test_description() -> None:
    assert str(Window(3, 1, 0, 1)) == "`kernel_size` (=3)"
    assert str(Window(3, 1, 0, 2)) == "`kernel_size` (=3, dilated to 5)"
