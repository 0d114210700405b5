"""Values: literals, words, expressions and where they fail, conditions, counts, shapes, nodes."""

import pytest

from netspec.diagnostics import Span
from netspec.diagnostics.span import Source
from netspec.graph.evaluate import FileContext, Scope, node_value
from netspec.syntax.tree import Mapping, Scalar
from tests.graph.specs import accept, modules, node, refuse, shapes, spec

_NOWHERE = Span(Source("test"))


def _text(text: str) -> Scalar:
    return Scalar(text, _NOWHERE, text)


def conv(arguments: str) -> str:
    return f"y: {{op: conv, out_channels: 4, kernel_size: 1, {arguments}}}"


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("8", 8),
        ("8.0", 8),
        ("2 * a", 8),
        ("a + 2 ** 2", 8),
        ("a * 2 // 1", 8),
        ("8 / 2 * 2", 8),
        ("a if a > 3 else 1", 4),
        ("x.channels", 4),
        ("x.height + x.width - x.rank", 12),
        ('"x.shape[1] * 2"', 8),
        ('"widths[0]"', 8),
        ('"widths[-1]"', 24),
        ('"sum(widths[:2])"', 24),
        ('"max(widths) - min(a, 3)"', 21),
        ('"len(widths)"', 3),
        ('"make_divisible(22, 8)"', 24),
        ('"floor(7 / 2) + ceil(7 / 2) + round(2.5)"', 9),
        ('"abs(-3)"', 3),
        ("8 if not on and (a == 4 or on) else 1", 8),
    ],
)
def test_expression(text: str, channels: int) -> None:
    graph = accept(
        spec(
            f"u: {{op: relu, repeat: len(widths) * 0 + (1 if on else 0) + a * 0}}\n"
            f"y: {{op: conv, out_channels: {text}, kernel_size: 1}}",
            params="{a: 4, widths: [8, 16, 24], on: false}",
        )
    )
    assert shapes(graph) == [f"[N, {channels}, 8, 8]"]


def test_words_are_literal() -> None:
    graph = accept(
        spec("y: {op: conv, out_channels: 4, kernel_size: 3, padding: same, padding_mode: reflect}")
    )
    assert shapes(graph) == ["[N, 4, 8, 8]"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ("groups: ⟦q⟧", "unknown-name", "`q`"),
        ("groups: 1 + ⟦q⟧", "unknown-name", "`q`"),
        ('groups: "1 + ⟦q⟧"', "unknown-name", "`q`"),
        ('groups: ⟦"2"⟧', "quoted-value", "text, not a number"),
        ('bias: ⟦"false"⟧', "quoted-value", "text, not a number or boolean"),
        ("bias: ⟦yes⟧", "unknown-name", "`yes`"),
        ("groups: ⟦~⟧", "wrong-type", "`groups` has no value"),
        ("groups: ⟦{a: 1}⟧", "wrong-type", "not a mapping"),
        ("groups: 1 +⟦ ⟧", "expression-syntax", "ends where"),
        ("groups: ⟦1 / 0⟧", "expression-value", "0"),
        ("groups: ⟦3 / 2⟧", "argument-value", "not 1.5"),
        ("padding: ⟦sane⟧", "unknown-name", "`sane`"),
        ("padding_mode: ⟦mirror⟧", "unknown-name", "`mirror`"),
        ("groups: ⟦9 ** 9 ** 9⟧", "expression-limit", ""),
    ],
)
def test_a_value_that_fails(arguments: str, code: str, message: str) -> None:
    (error,) = refuse(spec(conv(arguments)), code)
    assert message in error.message


def test_a_word_that_is_nearly_right() -> None:
    (error,) = refuse(spec(conv("padding: ⟦sane⟧")), "unknown-name")
    assert error.help == "did you mean `same`?"


def test_several_values_that_fail_are_all_reported() -> None:
    refuse(spec(conv("groups: ⟦p⟧, stride: ⟦q⟧")), "unknown-name", "unknown-name")


@pytest.mark.parametrize(
    ("when", "code"),
    [("⟦1⟧", "wrong-type"), ("⟦x.channels⟧", "wrong-type"), ("⟦q⟧ == 1", "unknown-name")],
)
def test_a_condition_is_true_or_false(when: str, code: str) -> None:
    refuse(spec(f"y: {{op: relu, when: {when}}}"), code)


def test_a_condition_may_not_depend_on_a_free_dim() -> None:
    refuse(
        spec("y: {op: relu, when: ⟦H > 4⟧}", dims="{H: 8}", inputs="{x: [N, 4, H, 8]}"), "free-dim"
    )


@pytest.mark.parametrize(
    ("repeat", "code"),
    [
        ("⟦-1⟧", "invalid-repeat"),
        ("⟦1.5⟧", "not-whole"),
        ("⟦3 / 2⟧", "not-whole"),
        ("⟦true⟧", "expression-type"),
        ("⟦H⟧", "free-dim"),
        ("⟦[1, 2]⟧", "expression-type"),
    ],
)
def test_a_count_is_a_whole_number_of_at_least_0(repeat: str, code: str) -> None:
    refuse(
        spec(f"y: {{op: relu, repeat: {repeat}}}", dims="{H: 8}", inputs="{x: [N, 4, H, 8]}"), code
    )


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ("⟦4⟧", "wrong-type"),
        ("[N, ⟦-4⟧, 8, 8]", "invalid-size"),
        ("[N, ⟦a / 3⟧, 8, 8]", "not-whole"),
        ("[N, ⟦q⟧, 8, 8]", "unknown-name"),
        ("[N, 4, ⟦H / 3⟧, 8]", "not-whole"),
    ],
)
def test_a_shape_is_a_list_of_sizes(shape: str, code: str) -> None:
    refuse(
        spec(
            f"y: {{op: relu, shape: {shape}}}",
            params="{a: 4}",
            dims="{H: 8}",
            inputs="{x: [N, a, H, 8]}",
        ),
        code,
    )


@pytest.mark.parametrize("key", ["from: x", "when: true", "repeat: 2", "at: a", "splice: true"])
def test_a_node_as_a_value_takes_no_keys_of_its_place(key: str) -> None:
    name, value = key.split(": ")
    refuse(
        spec("y: act", params=f"{{act: {{op: relu, ⟦{name}⟧: {value}}}}}"),
        "misplaced-key",
    )


def test_a_node_as_a_value_is_seen_with_the_names_where_it_is_written() -> None:
    graph = accept(
        spec(
            "y: {op: b, k: 3, act: {op: leaky_relu, negative_slope: k}}",
            params="{k: 0.5}",
            blocks="b: {params: {k, act}, nodes: {c: {op: conv, out_channels: k, "
            "kernel_size: 1}, d: act}}",
        )
    )
    assert modules(graph) == ["y.c", "y.d"]
    assert "0.5" in repr(node(graph, "y.d").body)


def test_equal_nodes_as_values_are_one_object() -> None:
    tree = Mapping({"op": (_text("op"), _text("act"))}, _NOWHERE)
    file = FileContext(None, {}, {})  # type: ignore[arg-type]
    value = node_value(tree, Scope(file, {"act": 1, "unread": 1}), "y")
    assert node_value(tree, Scope(file, {"act": 1, "unread": 2}), "y") is value
    for other in (True, 1.0, 2):
        assert node_value(tree, Scope(file, {"act": other}), "y") is not value


def test_nodes_that_hold_nodes_are_compared_at_once() -> None:
    """Each holds the two before it: compared part by part, this would not end."""
    params = ["a0: {op: relu}", "a1: {chain: [{op: a0}]}"]
    for index in range(2, 80):
        held = f"{{op: a{index - 1}, when: false}}, {{op: a{index - 2}, when: false}}"
        params.append(f"a{index}: {{chain: [{held}, relu]}}")
    block = f"b: {{params: {{{', '.join(params)}}}, nodes: {{l: {{op: a79}}}}}}"
    first, second = accept(spec("a: b\ny: b", blocks=block)).root.nodes
    assert first.body is second.body


def test_true_is_not_1_inside_a_node_as_value() -> None:
    blocks = """
    b: {params: {act}, nodes: {l: {op: act}}}
    c: {params: {t}, nodes: {l: {op: b, act: {op: leaky_relu, negative_slope: ⟦t⟧}}}}
    """
    refuse(spec("a: {op: c, t: 1}\ny: {op: c, t: true}", blocks=blocks), "argument-value")


@pytest.mark.parametrize(
    ("item", "code"), [("⟦RE⟧", "unknown-name"), ("⟦{op: relu}⟧", "wrong-type")]
)
def test_a_list_holds_neither_text_nor_nodes(item: str, code: str) -> None:
    nodes = 'y: {op: conv, out_channels: "rows[0][0]", kernel_size: 1}'
    (error,) = refuse(spec(nodes, params=f"{{rows: [[4, {item}]]}}"), code)
    assert error.message.partition("a list holds ")[1]
    assert error.help is not None
    assert error.help.startswith("write `true` or `false` in its place")


@pytest.mark.parametrize(("item", "help"), [("widht", "write `width`"), ("index", "use it in")])
def test_a_slip_in_a_list_is_told_as_everywhere(item: str, help: str) -> None:
    nodes = 'y: {op: conv, out_channels: "rows[0]", kernel_size: width}'
    (error,) = refuse(spec(nodes, params=f"{{width: 1, rows: [⟦{item}⟧]}}"), "unknown-name")
    assert error.help is not None
    assert error.help.startswith(help)


def test_an_attribute_of_what_is_no_input_here() -> None:
    text = spec("y: {op: conv, out_channels: 6 * ⟦x⟧.channels, kernel_size: 1}")
    text = text.replace("{x: [N", "{image: [N")
    (error,) = refuse(text, "unknown-name")
    assert error.help == "write `image.channels`; `x` is the input of a block"
