"""`init`: which rule fills which tensor, and rules that are wrong."""

import pytest

import netspec
from netspec.graph.initialization import LONGEST_GLOB, MOST_RULES
from tests.graph.specs import accept, refuse, spec

CONV = "{op: conv, out_channels: 4, kernel_size: 1}"
NODES = f"a: {CONV}\nb: batch_norm\nc: {CONV}\nf: flatten\ny: {{op: linear, out_features: 3}}"


def init(rules: str, **how: object) -> dict[str, str]:
    graph = accept(spec(NODES, init=rules), **how)
    return {key: f"{rule.name} {dict(rule.arguments)}" for key, rule in graph.init.items()}


def test_without_rules() -> None:
    assert accept(spec(NODES)).init == {}


@pytest.mark.parametrize(
    ("rule", "keys"),
    [
        ("{match: a.weight, fill: 0}", ["a.weight"]),
        ('{match: "*.bias", fill: 0}', ["a.bias", "b.bias", "c.bias", "y.bias"]),
        ('{match: "[ab].weight", fill: 0}', ["a.weight", "b.weight"]),
        ("{op: batch_norm, fill: 0}", ["b.weight", "b.bias"]),
        ('{op: conv, match: "*.weight", fill: 0}', ["a.weight", "c.weight"]),
        ("{match: nothing, fill: 0}", []),
    ],
)
def test_what_a_rule_fits(rule: str, keys: list[str]) -> None:
    assert list(init(f"[{rule}]")) == keys


def test_buffers_are_left_alone() -> None:
    found = init('[{match: "*", fill: 0}, {op: batch_norm, fill: 0}]')
    assert [key for key in found if key.startswith("b.")] == ["b.weight", "b.bias"]


def test_the_first_rule_that_fits_wins() -> None:
    found = init('[{match: a.weight, fill: 1}, {op: conv, fill: 2}, {match: "*.bias", fill: 3}]')
    assert found == {
        "a.weight": "constant {'val': 1}",
        "a.bias": "constant {'val': 2}",
        "b.bias": "constant {'val': 3}",
        "c.weight": "constant {'val': 2}",
        "c.bias": "constant {'val': 2}",
        "y.bias": "constant {'val': 3}",
    }


def test_rules_with_a_condition_and_expressions() -> None:
    text = spec(
        NODES,
        params="{zero: false, std: 0.5}",
        init="[{match: b.weight, when: zero, fill: 0}, {op: batch_norm, "
        "fill: {normal: {std: std * 2}}}]",
    )
    assert accept(text).init["b.weight"].arguments == {"std": 1.0}
    assert accept(text, params={"zero": True}).init["b.weight"].name == "constant"


@pytest.mark.parametrize(
    ("fill", "initializer"),
    [
        ("0", "constant {'val': 0}"),
        ("zeros", "zeros {}"),
        ("{ones: }", "ones {}"),
        ("{normal: {std: 0.01}}", "normal {'std': 0.01}"),
        (
            "{kaiming_normal: {mode: fan_out, nonlinearity: relu}}",
            "kaiming_normal {'mode': 'fan_out', 'nonlinearity': 'relu'}",
        ),
        ("{trunc_normal: {std: 0.02, a: -2, b: 2}}", "trunc_normal {'std': 0.02, 'a': -2, 'b': 2}"),
    ],
)
def test_fill(fill: str, initializer: str) -> None:
    assert init(f"[{{match: a.weight, fill: {fill}}}]") == {"a.weight": initializer}


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("⟦{op: conw, fill: 0}⟧", "unknown-op"),
        ("{op: conv, fill: ⟦true⟧}", "wrong-type"),
        ("{op: conv, fill: ⟦q⟧}", "unknown-name"),
        ("{op: conv, fill: {⟦normel⟧: {std: 1}}}", "unknown-initializer"),
        ("{op: conv, fill: {normal: {⟦sdt⟧: 1}}}", "unknown-argument"),
        ("{op: conv, fill: {normal: {std: ⟦true⟧}}}", "argument-value"),
        ("{op: conv, fill: {normal: ⟦1⟧}}", "wrong-type"),
        ("{op: conv, fill: {kaiming_normal: {mode: ⟦fan⟧}}}", "unknown-name"),
        ("{op: conv, fill: ⟦{normal: {}, zeros: {}}⟧}", "wrong-type"),
        ("{op: conv, fill: ⟦constant⟧}", "missing-argument"),
        ("{op: conv, fill: ⟦{constant: {}}⟧}", "missing-argument"),
        ("{op: conv, when: ⟦1⟧, fill: 0}", "wrong-type"),
        ("{op: conv, fill: 0, ⟦fil⟧: 1}", "unknown-key"),
    ],
)
def test_a_rule_that_is_wrong(rule: str, code: str) -> None:
    refuse(spec(NODES, init=f"[{rule}]"), code)


def test_every_wrong_rule_is_told() -> None:
    refuse(
        spec(NODES, init="[⟦{op: conw, fill: 0}⟧, {op: conv, fill: {⟦normel⟧: }}]"),
        "unknown-op",
        "unknown-initializer",
    )


@pytest.mark.parametrize("fill", ["eye", "xavier_normal", "orthogonal", "dirac"])
def test_an_initializer_for_another_rank(fill: str) -> None:
    (error,) = refuse(spec(NODES, init=f"[⟦{{match: a.bias, fill: {fill}}}⟧]"), "init-mismatch")
    assert "`a.bias` of rank 1" in error.message


def test_a_rule_for_a_bare_parameter() -> None:
    graph = accept(
        spec(
            "p: {op: parameter, shape: [1, 4, 8, 8]}\ny: {op: add, from: [x, p], broadcast: true}",
            init="[{match: p, fill: {normal: {std: 0.02}}}]",
        )
    )
    assert graph.init["p"].name == "normal"


def test_shared_weights_are_filled_once() -> None:
    graph = accept(spec(f"a: {CONV}\ny: {{share: a}}", init="[{op: conv, fill: 0}]"))
    assert list(graph.init) == ["a.weight", "a.bias"]


def test_globs_see_paths_through_blocks_and_chains() -> None:
    graph = accept(
        spec(
            "y: [{op: b, repeat: 2}]",
            blocks=f"b: {{nodes: {{c: {CONV}}}}}",
            init='[{match: "y.1.*", fill: 0}]',
        )
    )
    assert list(graph.init) == ["y.1.c.weight", "y.1.c.bias"]


def test_a_rule_that_fills_nothing_is_warned_of() -> None:
    checked = netspec.check_spec(
        netspec.Text(
            "netspec: 1\ninputs: {x: [N, 3, 8, 8]}\n"
            "nodes: {c: {op: conv, out_channels: 4, kernel_size: 1}}\noutputs: {y: c}\n"
            'init:\n  - {match: "*.bias", fill: 0}\n  - {match: "d.*", fill: 0}\n'
        )
    )
    (found,) = checked.warnings
    assert (found.code, found.span.line, found.severity) == ("unused", 7, "warning")


@pytest.mark.parametrize(
    "fill",
    ["{normal: {std: -1}}", "{sparse: {sparsity: 3}}", "{kaiming_normal: {a: 1e300}}"],
)
def test_what_torch_would_refuse_is_refused(fill: str) -> None:
    text = (
        "netspec: 1\ninputs: {x: [N, 3]}\nnodes: {c: {op: linear, out_features: 4}}\n"
        f"outputs: {{y: c}}\ninit:\n  - {{op: linear, match: '*.weight', fill: {fill}}}\n"
    )
    with pytest.raises(netspec.NetspecError) as error:
        netspec.check_spec(netspec.Text(text))
    assert [found.code for found in error.value.diagnostics] == ["argument-value"]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (["{match: 'a.*', fill: 0}"] * MOST_RULES, None),
        (["{match: 'a.*', fill: 0}"] * (MOST_RULES + 1), "file-too-large"),
        ([f"{{match: '{'*' * LONGEST_GLOB}', fill: 0}}"], None),
        ([f"{{match: '{'*' * (LONGEST_GLOB + 1)}', fill: 0}}"], "argument-value"),
    ],
)
def test_rules_are_few_and_globs_short(rules: list[str], code: str | None) -> None:
    """Each rule is held against each tensor, and a glob is compiled."""
    text = netspec.Text(spec(NODES, init=f"[{', '.join(rules)}]"))
    if code is None:
        assert netspec.check_spec(text).graph
        return
    with pytest.raises(netspec.NetspecError) as caught:
        netspec.check_spec(text)
    (error,) = [each for each in caught.value.diagnostics if each.severity == "error"]
    assert (error.code, bool(error.help)) == (code, True)
