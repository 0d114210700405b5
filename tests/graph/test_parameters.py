"""Parameters: required, derived, bounded, with choices and types; of a spec and of a block."""

import pytest

from tests.graph.specs import accept, node, refuse, shapes, spec

CONV = "{op: conv, out_channels: k, kernel_size: 1}"
BLOCK = "{nodes: {c: " + CONV + "}"


def with_param(declaration: str, given: str = "") -> str:
    """A spec that gives `k` to a block with this declaration of `k`."""
    return spec(
        f"y: {{op: b{given}}}", blocks=f"b: {{params: {{k: {declaration}}}, nodes: {{c: {CONV}}}}}"
    )


def test_a_required_parameter_of_a_block() -> None:
    (error,) = refuse(
        spec("y: {op: ⟦b⟧}", blocks="b: {params: {k}, nodes: {c: " + CONV + "}}"),
        "missing-argument",
    )
    assert error.message == "`b` needs `k`, which has no default"
    assert error.help == "write `k: …`"


def test_every_missing_parameter_is_reported_at_once() -> None:
    (error,) = refuse(
        spec(
            "y: {op: ⟦b⟧}",
            blocks="b: {params: {k, m}, nodes: {c: {op: conv, out_channels: k, kernel_size: m}}}",
        ),
        "missing-argument",
    )
    assert "`k`" in error.message and "`m`" in error.message


def test_a_required_parameter_of_the_spec() -> None:
    (error,) = refuse(spec("y: " + CONV, params="{⟦k⟧}"), "missing-argument")
    assert error.help and "--set k=…" in error.help and "params={'k': …}" in error.help
    assert shapes(accept(spec("y: " + CONV, params="{k}"), params={"k": 5})) == ["[N, 5, 8, 8]"]


def test_a_missing_parameter_has_no_echoes() -> None:
    text = spec(
        "a: " + CONV + "\nb: {op: relu, shape: [N, k, 8, 8]}\ny: {op: linear, out_features: k}",
        params="{⟦k⟧}",
    )
    refuse(text, "missing-argument")


def test_a_default_may_be_an_expression_over_earlier_parameters() -> None:
    graph = accept(spec("y: " + CONV, params="{a: 3, b: a * 2, k: b + a}"))
    assert graph.params == {"a": 3, "b": 6, "k": 9}


def test_given_values_reach_derived_defaults() -> None:
    text = spec("y: " + CONV, params="{a: 3, k: a * 2}")
    assert shapes(accept(text, params={"a": 5})) == ["[N, 10, 8, 8]"]


def test_a_default_that_reads_a_later_parameter() -> None:
    (error,) = refuse(spec("y: " + CONV, params="{k: ⟦a⟧ + 1, a: 2}"), "unknown-name")
    assert "not declared before it" in error.message


def test_defaults_in_a_circle() -> None:
    refuse(
        spec("y: {op: conv, out_channels: a, kernel_size: b}", params="{a: ⟦b⟧, b: a}"),
        "unknown-name",
    )


def test_a_default_of_a_block_sees_its_inputs() -> None:
    assert shapes(accept(with_param("x.channels * 2"))) == ["[N, 8, 8, 8]"]


def test_a_default_of_a_block_sees_no_parameter_of_the_spec() -> None:
    refuse(
        spec(
            "y: {op: b, m: a}",
            params="{a: 1}",
            blocks="b: {params: {m, k: ⟦a⟧}, nodes: {c: {op: conv, out_channels: k, "
            "kernel_size: m}}}",
        ),
        "unknown-name",
    )


@pytest.mark.parametrize(
    ("declaration", "given", "message"),
    [
        ("{default: 4, min: 2}", "1", "at least 2, not 1"),
        ("{default: 4, max: 8}", "9", "at most 8, not 9"),
        ("{default: 4, min: 2, max: 8}", "0", "at least 2, not 0"),
        ("{min: 2}", "1", "at least 2, not 1"),
        ("{default: 4, choices: [4, 8]}", "5", "one of 4, 8, not 5"),
    ],
)
def test_bounds_and_choices(declaration: str, given: str, message: str) -> None:
    (error,) = refuse(with_param(declaration, f", k: ⟦{given}⟧"), "parameter-range")
    assert message in error.message
    assert error.message.startswith("the parameter `k`")


@pytest.mark.parametrize("given", ["2", "8", "2 * 3"])
def test_bounds_are_inclusive(given: str) -> None:
    accept(with_param("{default: 4, min: 2, max: 8}", f", k: {given}"))


def test_bounds_hold_for_the_default_too() -> None:
    refuse(spec("y: " + CONV, params="{k: {default: ⟦1⟧, min: 2}}"), "parameter-range")


def test_bounds_may_read_earlier_parameters() -> None:
    text = spec("y: " + CONV, params="{a: 4, k: {default: 8, min: a}}")
    accept(text)
    accept(text, params={"k": 4})
    with pytest.raises(Exception, match="at least 4, not 3"):
        accept(text, params={"k": 3})


@pytest.mark.parametrize(
    ("declaration", "given", "message"),
    [
        ("1", "true", "must be an integer, not"),
        ("1", "[true]", "must be an integer, not"),
        ("{type: integer}", "[1]", "must be an integer, not"),
        ("1", "1.5", "must be an integer, not 1.5"),
        ("{type: integer}", "2.5", "must be an integer, not 2.5"),
        ("{type: integer}", "true", "must be an integer, not"),
        ("{type: boolean}", "1", "must be true or false, not 1"),
        ("{type: list}", "1", "must be a list, not 1"),
        ("{type: node}", "1", "must be a node"),
        ("1", "{op: relu}", "must be an integer, not"),
        ("[1]", "2", "must be a list, not 2"),
        ("true", "0", "must be true or false, not 0"),
    ],
)
def test_types(declaration: str, given: str, message: str) -> None:
    (error,) = refuse(with_param(declaration, f", k: ⟦{given}⟧"), "parameter-type")
    assert message in error.message


@pytest.mark.parametrize(
    ("declaration", "given"),
    [
        ("1", "4.0"),
        ("{type: integer}", "8 / 2"),
        ("{type: number}", "4"),
        ("{type: number, default: 1.5}", "4"),
        ("", "4"),
    ],
)
def test_types_that_fit(declaration: str, given: str) -> None:
    accept(with_param(declaration, f", k: {given}"))


def test_text_choices_are_literal_and_compared() -> None:
    text = spec(
        'a: {op: relu, when: kind == "b"}\ny: {op: sigmoid, when: kind != "b"}',
        params="{kind: {default: a, choices: [a, b]}}",
    )
    assert [n.name for n in accept(text).root.nodes] == ["y"]
    assert [n.name for n in accept(text, params={"kind": "b"}).root.nodes] == ["a"]


def test_text_that_is_no_choice() -> None:
    (error,) = refuse(
        spec(
            "y: {op: b, kind: ⟦c⟧}",
            blocks="""
            b:
              params: {kind: {default: first, choices: [first, second]}}
              nodes: {c: {op: relu, when: 'kind == "first"'}, d: sigmoid}
            """,
        ),
        "unknown-name",
    )
    assert error.help == "the words are first, second"


def test_a_node_as_parameter() -> None:
    text = spec("y: act", params="{act: {op: relu}}")
    assert node(accept(text), "y").title == "relu"
    assert node(accept(text, params={"act": {"op": "silu"}}), "y").title == "silu"


@pytest.mark.parametrize(
    "value", ["{op: relu}", "{chain: [relu, sigmoid]}", "{nodes: {a: {op: relu}}}"]
)
def test_all_forms_of_a_node_as_parameter(value: str) -> None:
    accept(spec("y: act", params=f"{{act: {value}}}"))


def test_a_node_parameter_takes_no_arguments() -> None:
    (error,) = refuse(
        spec("y: {op: act, ⟦inplace⟧: true}", params="{act: {op: relu}}"), "unknown-argument"
    )
    assert "it takes no `inplace`" in error.message


def test_an_op_that_is_a_parameter_without_a_node() -> None:
    refuse(spec("y: {op: ⟦act⟧}", params="{act: 1}"), "unknown-op")


def test_a_mapping_that_is_no_node() -> None:
    refuse(with_param("1", ", k: ⟦{default: 1}⟧"), "wrong-type")


def test_unknown_parameter_given_to_the_spec() -> None:
    from netspec.diagnostics import NetspecError

    with pytest.raises(NetspecError) as caught:
        accept(spec("y: " + CONV, params="{k: 1}"), params={"kk": 1})
    (error,) = caught.value.diagnostics
    assert (error.code, error.help) == ("unknown-parameter", "did you mean `k`?")


@pytest.mark.parametrize("value", [1.5, True, "relu", [True], {"op": "relu"}])
def test_given_values_are_checked_like_written_ones(value: object) -> None:
    from netspec.diagnostics import NetspecError

    with pytest.raises(NetspecError) as caught:
        accept(spec("y: " + CONV, params="{k: 1}"), params={"k": value})
    (error,) = caught.value.diagnostics
    assert error.code in ("parameter-type", "unknown-name")


@pytest.mark.parametrize("name", ["relu", "b"])
def test_the_bare_name_of_an_op_where_any_value_may_stand(name: str) -> None:
    blocks = "{b: {nodes: {a: relu}}, wrap: {params: {act}, nodes: {a: {op: act}}}}"
    (error,) = refuse(spec(f"y: {{op: wrap, act: ⟦{name}⟧}}", blocks=blocks), "unknown-name")
    assert error.help == f"write `{{op: {name}}}`"


def test_the_bare_name_of_an_op_where_a_number_is_wanted() -> None:
    blocks = "{wrap: {params: {p: 0.5}, nodes: {a: {op: dropout, p: p}}}}"
    (error,) = refuse(spec("y: {op: wrap, p: ⟦relu⟧}", blocks=blocks), "unknown-name")
    assert error.help is not None
    assert "{op:" not in error.help
