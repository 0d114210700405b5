"""Blocks looked at on their own: recursion, names, what hides an op, and defaults."""

from pathlib import Path

import pytest

from tests.graph.files import included
from tests.graph.specs import accept, refuse, remarks, spec


def test_a_block_that_calls_itself() -> None:
    (error,) = refuse(spec("y: relu", blocks="b: {nodes: {c: {op: ⟦b⟧}}}"), "block-recursion")
    assert error.message == "block `b` calls itself: `b` → `b`"


@pytest.mark.parametrize("form", ["{chain: [relu, {op: %s}]}", "{nodes: {e: {op: %s}}}", "[%s]"])
def test_a_block_that_calls_itself_deep_inside(form: str) -> None:
    refuse(spec("y: b", blocks="b: {nodes: {c: " + form % "⟦b⟧" + "}}"), "block-recursion")


def test_two_blocks_that_call_each_other() -> None:
    (error,) = refuse(
        spec("y: a", blocks="a: {nodes: {c: {op: ⟦b⟧}}}\nb: {chain: [a]}"), "block-recursion"
    )
    assert error.message == "block `a` calls itself: `a` → `b` → `a`"


def test_recursion_through_a_node_value_ends_at_the_nesting_limit() -> None:
    from netspec.diagnostics import NetspecError

    text = spec(
        "y: {op: b, f: {op: relu}}",
        blocks="""
        b: {params: {f}, nodes: {c: {op: c, f: {op: b, f: f}}}}
        c: {params: {f}, nodes: {d: f, e: f}}
        """,
    )
    with pytest.raises(NetspecError) as caught:
        accept(text)
    assert {error.code for error in caught.value.diagnostics} <= {
        "nesting-too-deep",
        "block-recursion",
    }


def test_an_input_and_a_parameter_of_one_name() -> None:
    refuse(
        spec(
            "y: b", blocks="b: {params: {x: 1}, inputs: [⟦x⟧], nodes: {c: {op: relu, repeat: x}}}"
        ),
        "duplicate-name",
    )


@pytest.mark.parametrize(
    ("top", "message"),
    [
        ({"params": "{x: 1}", "inputs": "{⟦x⟧: [N, x]}"}, "`x` is an input and a parameter"),
        ({"dims": "{x: 1}", "inputs": "{⟦x⟧: [N, x]}"}, "`x` is an input and a dim"),
        (
            {"params": "{a: 1}", "dims": "{⟦a⟧: 1}", "inputs": "{x: [N, a]}"},
            "`a` is a dim and a parameter",
        ),
    ],
)
def test_names_of_a_spec_that_clash(top: dict[str, str], message: str) -> None:
    (error,) = refuse(spec("y: relu", **top), "duplicate-name")
    assert error.message == message


def test_a_block_that_hides_an_op() -> None:
    (note,) = remarks(
        spec("y: conv", blocks="⟦conv⟧: {nodes: {c: relu}}"),
        "hides-op",
    )
    assert note.severity == "note"


def test_an_include_that_hides_an_op(tmp_path: Path) -> None:
    included(tmp_path, other=spec("y: sigmoid").replace("name: test", "name: other"))
    text = spec("y: relu", include="{⟦relu⟧: other.yaml}")
    (note,) = remarks(text, "hides-op", root=tmp_path)
    assert note.message == "the included spec `relu` hides the op of that name"


def test_a_block_and_an_include_of_one_name(tmp_path: Path) -> None:
    included(tmp_path, other=spec("y: sigmoid").replace("name: test", "name: other"))
    text = spec("y: b", include="{b: other.yaml}", blocks="⟦b⟧: {nodes: {c: relu}}")
    (error,) = refuse(text, "duplicate-name", root=tmp_path)
    assert error.message == "`b` is a block and an included spec"


@pytest.mark.parametrize(
    ("top", "message"),
    [
        ({"params": "{⟦relu⟧: {op: silu}}"}, "`relu` is an op and a parameter that holds a node"),
        (
            {"params": "{a: {op: silu}, ⟦relu⟧: a}"},
            "`relu` is an op and a parameter that holds a node",
        ),
        (
            {"params": "{⟦b⟧: {op: silu}}", "blocks": "b: {nodes: {c: relu}}"},
            "`b` is a block and a parameter that holds a node",
        ),
        (
            {"blocks": "b: {params: {⟦relu⟧: {type: node}}, nodes: {c: relu}}"},
            "`relu` is an op and a parameter that holds a node",
        ),
    ],
)
def test_a_parameter_that_holds_a_node_and_is_named_like_what_can_be_called(
    top: dict[str, str], message: str
) -> None:
    (error,) = refuse(spec("y: relu", **top), "duplicate-name")
    assert error.message == message


def test_a_number_may_be_named_like_an_op() -> None:
    accept(spec("y: {op: dropout, p: dropout}", params="{dropout: 0.1}"))


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("inputs: [⟦H⟧], nodes: {c: relu}", "`H` is an input and a dim"),
        (
            "params: {⟦H⟧: 1}, nodes: {c: {op: relu, repeat: H}}",
            "`H` is a dim and a parameter of block `b`",
        ),
    ],
)
def test_names_of_a_block_that_clash_with_a_dim(block: str, message: str) -> None:
    text = spec("y: b", inputs="{x: [N, H]}", dims="{H: 8}", blocks=f"b: {{{block}}}")
    (error,) = refuse(text, "duplicate-name")
    assert error.message == message


def test_names_that_are_alike() -> None:
    (warning,) = remarks(spec("a: relu\n⟦A⟧: relu\ny: relu"), "names-alike")
    assert warning.severity == "warning"


def test_a_block_that_nothing_calls_is_checked_for_names_only() -> None:
    accept(
        spec(
            "y: relu",
            blocks="b: {params: {k}, nodes: {c: {op: conv, out_channels: k, kernel_size: 1}}}",
        )
    )
    refuse(spec("y: relu", blocks="b: {nodes: {⟦a⟧: relu, c: {op: relu, from: x}}}"), "unused")
    refuse(spec("y: relu", blocks="b: {nodes: {a: {op: relu, from: ⟦c⟧}, c: relu}}"), "cycle")


def test_defaults_of_what_is_no_op() -> None:
    refuse(spec("y: relu", defaults="{⟦conw⟧: {bias: false}}"), "unknown-op")


def test_defaults_with_an_unknown_argument_are_told_once() -> None:
    refuse(
        spec(
            "a: {op: conv, out_channels: 4}\ny: {op: conv, out_channels: 4}",
            defaults="{conv: {kernel_size: 1, ⟦strid⟧: 2}}",
        ),
        "unknown-argument",
    )
