"""Arguments: written, from `first`, from `defaults`; which are unknown, missing or wrong."""

import pytest

from netspec.diagnostics import NetspecError
from tests.graph.specs import accept, node, refuse, shapes, spec


def test_unknown_argument_of_an_op() -> None:
    (error,) = refuse(
        spec("y: {op: conv, out_channels: 4, kernel_size: 1, ⟦strides⟧: 2}"), "unknown-argument"
    )
    assert error.message == "`conv` has no argument `strides`"
    assert error.help == "did you mean `stride`?"


def test_unknown_argument_of_a_block() -> None:
    (error,) = refuse(
        spec(
            "y: {op: b, ⟦kk⟧: 2}", blocks="b: {params: {k: 1}, nodes: {a: {op: relu, repeat: k}}}"
        ),
        "unknown-argument",
    )
    assert error.help == "did you mean `k`?"


@pytest.mark.parametrize(
    ("given", "help"),
    [
        ("act", "did you mean `activation`?"),
        ("form", "did you mean the key `from`, or one of `k`, `activation`?"),
        ("quiet", "the arguments are `k`, `activation`"),
    ],
)
def test_parameters_of_the_block_are_meant_before_keys_of_a_node(given: str, help: str) -> None:
    chain = "[{op: relu, repeat: k}, {op: activation}]"
    block = f"{{params: {{k: 1, activation: {{op: relu}}}}, chain: {chain}}}"
    (error,) = refuse(spec(f"y: {{op: b, ⟦{given}⟧: 2}}", blocks=f"b: {block}"), "unknown-argument")
    assert error.help == help


def test_an_op_whose_key_lost_its_space() -> None:
    (error,) = refuse(spec("y: [⟦op:relu⟧]"), "unknown-op")
    assert error.help == "write a space after the colon, `op: relu`"


def test_an_op_without_arguments() -> None:
    (error,) = refuse(spec("y: {op: sigmoid, ⟦qq⟧: 2}"), "unknown-argument")
    assert error.help == "it takes no arguments"


@pytest.mark.parametrize("given", ["in_channels: 4", "device: 1"])
def test_what_shapes_imply_is_no_argument(given: str) -> None:
    key, value = given.split(": ")
    refuse(
        spec(f"y: {{op: conv, out_channels: 4, kernel_size: 1, ⟦{key}⟧: {value}}}"),
        "unknown-argument",
    )


def test_missing_argument() -> None:
    (error,) = refuse(spec("y: {op: ⟦conv⟧, out_channels: 4}"), "missing-argument")
    assert error.message == "`conv` needs `kernel_size`"
    assert error.help == "write `kernel_size: …`"


def test_missing_argument_in_the_short_form() -> None:
    refuse(spec("y: ⟦softmax⟧"), "missing-argument")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("out_channels", "0"),
        ("kernel_size", "[3, 3, 3]"),
        ("stride", "0"),
        ("padding", "-1"),
        ("bias", "1"),
        ("bias", "[true]"),
    ],
)
def test_a_wrong_value(key: str, value: str) -> None:
    given = {"out_channels": "4", "kernel_size": "1"} | {key: f"⟦{value}⟧"}
    text = ", ".join(f"{k}: {v}" for k, v in given.items())
    (error,) = refuse(spec(f"y: {{op: conv, {text}}}"), "argument-value")
    assert f"`{key}`" in error.message


def test_a_fraction_where_a_whole_number_is_wanted() -> None:
    (error,) = refuse(spec("y: {op: conv, out_channels: ⟦7/2⟧, kernel_size: 1}"), "argument-value")
    assert error.help and "//" in error.help


def test_an_argument_that_depends_on_a_free_dim() -> None:
    (error,) = refuse(
        spec(
            "y: {op: conv, out_channels: ⟦H⟧, kernel_size: 1}",
            dims="{H: 8}",
            inputs="{x: [N, 4, H, 8]}",
        ),
        "free-dim",
    )
    assert "`H`" in error.message


def test_first_is_for_the_first_copy() -> None:
    graph = accept(
        spec("y: {op: max_pool, kernel_size: 1, stride: 1, repeat: 3, first: {stride: 2}}")
    )
    assert [shapes(graph, f"y.{i}") for i in range(3)] == [["[N, 4, 4, 4]"]] * 3


def test_first_is_checked_like_other_arguments() -> None:
    refuse(
        spec("y: {op: max_pool, kernel_size: 1, stride: 1, repeat: 3, first: {⟦strid⟧: 2}}"),
        "unknown-argument",
    )


def test_first_goes_to_copy_0_even_if_that_is_absent() -> None:
    graph = accept(
        spec(
            "y: {op: max_pool, kernel_size: 1, stride: 1, repeat: 3, first: {stride: 2}, "
            "when: index > 0}"
        )
    )
    assert shapes(graph) == ["[N, 4, 8, 8]"]


def test_defaults_of_an_op() -> None:
    graph = accept(
        spec(
            "a: {op: conv, out_channels: 4}\ny: {op: conv, out_channels: 4, kernel_size: 1}",
            params="{k: 3}",
            defaults="{conv: {kernel_size: k, bias: false}}",
        )
    )
    assert (shapes(graph, "a"), shapes(graph)) == (["[N, 4, 6, 6]"], ["[N, 4, 6, 6]"])
    assert [key for key, _, _ in graph.weights()] == ["a.weight", "y.weight"]


def test_defaults_reach_into_blocks_and_do_not_see_their_parameters() -> None:
    text = spec(
        "y: {op: b, k: 1}",
        params="{k: 3}",
        defaults="{conv: {kernel_size: k}}",
        blocks="b: {params: {k}, nodes: {a: {op: conv, out_channels: k}}}",
    )
    assert shapes(accept(text)) == ["[N, 1, 6, 6]"]


def test_defaults_of_a_block() -> None:
    text = spec(
        "a: b\ny: {op: b, k: 2}",
        defaults="{b: {k: 3}}",
        blocks="b: {params: {k}, nodes: {a: {op: conv, out_channels: k, kernel_size: 1}}}",
    )
    assert (shapes(accept(text), "a"), shapes(accept(text))) == (["[N, 3, 8, 8]"], ["[N, 2, 8, 8]"])


def test_a_wrong_default_is_reported_once_where_it_is_written() -> None:
    refuse(
        spec(
            "a: {op: conv, out_channels: 4, kernel_size: 1}\n"
            "y: {op: conv, out_channels: 4, kernel_size: 1}",
            defaults="{conv: {groups: ⟦0⟧}}",
        ),
        "argument-value",
    )


def test_unknown_names_in_defaults() -> None:
    refuse(
        spec("y: relu", defaults="{conv: {⟦strid⟧: 2}, relu: {}, ⟦conw⟧: {bias: false}}"),
        "unknown-argument",
        "unknown-op",
    )


def test_defaults_may_lie_unused_but_must_be_evaluable_where_used() -> None:
    accept(spec("y: relu", defaults="{conv: {kernel_size: 3}}"))
    refuse(
        spec("y: {op: conv, out_channels: 4}", defaults="{conv: {kernel_size: ⟦q⟧}}"),
        "unknown-name",
    )


def test_an_argument_is_evaluated_once_for_each_copy() -> None:
    graph = accept(
        spec("y: {op: conv, out_channels: 4 + 4 * index + count, kernel_size: 1, repeat: 3}")
    )
    assert [shapes(graph, f"y.{i}")[0] for i in range(3)] == [
        "[N, 7, 8, 8]",
        "[N, 11, 8, 8]",
        "[N, 15, 8, 8]",
    ]


def test_shape_is_the_argument_of_the_ops_that_take_one() -> None:
    graph = accept(
        spec(
            "a: {op: reshape, shape: [N, 4, 64]}\nb: {op: reshape, shape: [N, _, 32]}\n"
            "y: {op: flatten}",
        )
    )
    assert shapes(graph, "b") == ["[N, 8, 32]"]


def test_a_list_as_argument() -> None:
    graph = accept(spec('y: {op: max_pool, kernel_size: [2, "1 + 3"]}'))
    assert shapes(graph) == ["[N, 4, 4, 2]"]


def test_torch_keeps_its_defaults() -> None:
    graph = accept(spec("y: {op: conv, out_channels: 4, kernel_size: 3}"))
    assert [key for key, _, _ in graph.weights()] == ["y.weight", "y.bias"]
    assert node(graph, "y").title.startswith("conv")


@pytest.mark.parametrize(
    ("padding", "help"),
    [
        ("3 / 2", "round it with `//`"),
        ("-1", "write an integer of at least 0"),
        ("smae", "`same`?"),
    ],
)
def test_words_are_no_help_for_a_wrong_number(padding: str, help: str) -> None:
    with pytest.raises(NetspecError) as caught:
        accept(spec(f"y: {{op: conv, out_channels: 4, kernel_size: 3, padding: {padding}}}"))
    (error,) = caught.value.diagnostics
    assert error.help is not None
    assert help in error.help
    assert "the words are" not in error.help
