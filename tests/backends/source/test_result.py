"""What `forward` returns."""

import pytest

from netspec.backends.source.result import result_type, returns


@pytest.mark.parametrize(
    ("training", "network", "block"),
    [
        ((False,), "Tensor", "Tensor"),
        ((False, False), "dict[str, Tensor]", "tuple[Tensor, Tensor]"),
        ((False, True), "Tensor | dict[str, Tensor]", "tuple[Tensor, Tensor | None]"),
        (
            (False, False, True),
            "dict[str, Tensor]",
            "tuple[Tensor, Tensor, Tensor | None]",
        ),
    ],
)
def test_types(training: tuple[bool, ...], network: str, block: str) -> None:
    assert (result_type(training, True), result_type(training, False)) == (network, block)


def test_one_tensor_is_returned_as_it_is() -> None:
    assert returns(["x"], [False], ["y"]) == ["        return x"]


def test_a_network_returns_what_is_computed_in_its_mode() -> None:
    assert returns(["x", "aux"], [False, True], ["y", "aux"]) == [
        "        if self.training:",
        '            return {"y": x, "aux": aux}',
        "        return x",
    ]


def test_a_block_returns_all_in_the_order_of_its_outputs() -> None:
    (line,) = returns(["x", "aux"], [False, True], None)
    assert line == "        return x, aux if self.training else None"
