"""Specs included as blocks: their dims, parameters, defaults and rules, and what is proved."""

from pathlib import Path

import pytest

import netspec
from tests.graph.files import check, errors, included
from tests.graph.specs import modules, shapes, spec

CONV = "op: conv, out_channels: 4, kernel_size: 1"

BODY = spec(
    f"a: {{{CONV}, shape: [N, 4, H, W]}}\ny: {{op: down}}",
    params="{channels: 4}",
    dims="{H: {nominal: 32, multiple_of: 2}, W: 32}",
    inputs="{x: [N, channels, H, W]}",
    blocks="down: {nodes: {p: {op: max_pool, kernel_size: 2}}}",
    outputs="{y: {from: y, shape: [N, 4, H / 2, W // 2]}}",
    init="[{match: a.weight, fill: 0}, {op: conv, fill: {normal: {std: 0.1}}}]",
)
FREE = {"dims": "{H: {nominal: 64, multiple_of: 4}, W: 64}", "include": "{r: body.yaml}"}


def test_a_spec_is_a_block(tmp_path: Path) -> None:
    included(tmp_path, body=BODY)
    graph = check(tmp_path, spec("y: {op: r}", include="{r: body.yaml}"))
    assert modules(graph) == ["y.a", "y.y.p"]
    assert shapes(graph) == ["[N, 4, 4, 4]"]
    assert [dim.symbol.name for dim in graph.dims] == ["N"]


def test_its_dims_stand_for_the_sizes_that_are_passed(tmp_path: Path) -> None:
    included(tmp_path, body=BODY)
    graph = check(
        tmp_path,
        spec("p: {op: max_pool, kernel_size: 2}\ny: {op: r}", inputs="{x: [N, 4, H, W]}", **FREE),
    )
    assert shapes(graph) == ["[N, 4, H/4, floor(W/4)]"]


def test_its_blocks_have_its_name_before_theirs(tmp_path: Path) -> None:
    included(tmp_path, body=BODY)
    graph = check(tmp_path, spec("y: {op: r.down}", include="{r: body.yaml}"))
    assert modules(graph) == ["y.p"]
    (error,) = errors(tmp_path, spec("y: {op: r.dawn}", include="{r: body.yaml}"))
    assert (error.code, error.help) == ("unknown-op", "did you mean `r.down`?")


def test_its_parameters_are_arguments(tmp_path: Path) -> None:
    included(tmp_path, body=BODY)
    check(
        tmp_path,
        spec("y: {op: r, channels: 3}", inputs="{x: [N, 3, 8, 8]}", include="{r: body.yaml}"),
    )
    (error,) = errors(tmp_path, spec("y: {op: r, chanels: 3}", include="{r: body.yaml}"))
    assert (error.code, error.help) == ("unknown-argument", "did you mean `channels`?")


def test_its_required_parameters_must_be_given(tmp_path: Path) -> None:
    included(tmp_path, body=BODY.replace("{channels: 4}", "{channels}"))
    check(tmp_path, spec("y: {op: r, channels: 4}", include="{r: body.yaml}"))
    (error,) = errors(tmp_path, spec("y: {op: r}", include="{r: body.yaml}"))
    assert (error.code, error.span.line) == ("missing-argument", 6)


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ("{x: [N, 3, 8, 8]}", "shape-mismatch"),
        ("{x: [N, 4, 8]}", "shape-mismatch"),
        ("{x: [N, 4, 7, 8]}", "not-divisible"),
    ],
)
def test_its_inputs_are_checked(tmp_path: Path, inputs: str, code: str) -> None:
    included(tmp_path, body=BODY)
    (error,) = errors(tmp_path, spec("y: {op: r}", inputs=inputs, include="{r: body.yaml}"))
    assert (error.code, error.span.line, error.span.source.name) == (code, 6, "<text>")


def test_multiple_of_is_proved(tmp_path: Path) -> None:
    included(tmp_path, body=BODY)
    (error,) = errors(
        tmp_path,
        spec("y: {op: r}", include="{r: body.yaml}", dims="{H: 8}", inputs="{x: [N, 4, H, 8]}"),
    )
    assert error.code == "not-divisible"
    assert "at H=" in error.message
    check(
        tmp_path,
        spec(
            "y: {op: r}",
            include="{r: body.yaml}",
            dims="{H: {nominal: 8, multiple_of: 4}}",
            inputs="{x: [N, 4, H, 8]}",
        ),
    )


@pytest.mark.parametrize("size", [15, 16, 17])
def test_min_is_proved(tmp_path: Path, size: int) -> None:
    included(tmp_path, body=BODY.replace("W: 32", "W: {nominal: 32, min: 16}"))
    text = spec("y: {op: r}", inputs=f"{{x: [N, 4, 8, {size}]}}", include="{r: body.yaml}")
    if size >= 16:
        check(tmp_path, text)
    else:
        (error,) = errors(tmp_path, text)
        assert error.code == "invalid-size"
        assert "`W` (=15) of `test` must be at least 16" in error.message


def test_min_of_an_include_is_a_least_size_outside(tmp_path: Path) -> None:
    included(tmp_path, body=BODY.replace("W: 32", "W: {nominal: 32, min: 16}"))
    graph = check(
        tmp_path,
        spec(
            "p: {op: max_pool, kernel_size: 2}\ny: {op: r}",
            inputs="{x: [N, 4, H, W]}",
            **FREE,
        ),
    )
    assert {dim.symbol.name: dim.min for dim in graph.dims}["W"] == 32


def test_a_dim_that_stands_alone_in_no_input(tmp_path: Path) -> None:
    included(tmp_path, body=spec("y: relu", dims="{H: 8}", inputs="{x: [N, 2 * H]}"))
    (error,) = errors(tmp_path, spec("y: {op: r}", inputs="{x: [N, 4]}", include="{r: body.yaml}"))
    assert error.code == "unbound-dim"
    assert "`H`" in error.message


def test_one_dim_in_two_places(tmp_path: Path) -> None:
    included(tmp_path, body=spec("y: relu", dims="{S: 8}", inputs="{x: [N, 4, S, S]}"))
    check(tmp_path, spec("y: {op: r}", include="{r: body.yaml}"))
    (error,) = errors(
        tmp_path, spec("y: {op: r}", inputs="{x: [N, 4, 8, 9]}", include="{r: body.yaml}")
    )
    assert error.code == "shape-mismatch"
    assert "[N, 4, 8, 8]" in error.message


def test_its_init_is_relative_to_the_instance(tmp_path: Path) -> None:
    included(tmp_path, body=BODY)
    graph = check(tmp_path, spec("y: [{op: r}, {op: r}]", include="{r: body.yaml}"))
    assert {key: rule.name for key, rule in graph.init.items()} == {
        "y.0.a.weight": "constant",
        "y.0.a.bias": "normal",
        "y.1.a.weight": "constant",
        "y.1.a.bias": "normal",
    }


def test_rules_of_an_including_spec_come_first(tmp_path: Path) -> None:
    included(tmp_path, body=BODY)
    graph = check(
        tmp_path,
        spec(
            f"a: {{{CONV}}}\ny: {{op: r}}",
            include="{r: body.yaml}",
            init="[{op: conv, fill: 7}]",
        ),
    )
    assert graph.init["a.weight"].arguments == {"val": 7}
    assert graph.init["y.a.weight"].arguments == {"val": 7}


def test_it_keeps_its_own_defaults(tmp_path: Path) -> None:
    included(
        tmp_path,
        body=spec("y: {op: conv, out_channels: 4}", defaults="{conv: {kernel_size: 3}}"),
    )
    graph = check(
        tmp_path,
        spec(
            "a: {op: conv, out_channels: 4}\ny: {op: r}",
            inputs="{x: [N, 4, 12, 12]}",
            include="{r: body.yaml}",
            defaults="{conv: {kernel_size: 5}}",
        ),
    )
    assert shapes(graph, "y.y") == ["[N, 4, 6, 6]"]


def test_an_error_in_an_include_leads_to_the_caller(tmp_path: Path) -> None:
    included(tmp_path, body=BODY.replace("H / 2", "H / 2 + 1"))
    (error,) = errors(tmp_path, spec("y: {op: r}", include="{r: body.yaml}"))
    assert error.code == "shape-mismatch"
    assert error.span.source.name.endswith("body.yaml")
    assert [frame.span.source.name for frame in error.frames] == ["<text>"]


def test_what_is_wrong_in_an_include_whatever_is_passed(tmp_path: Path) -> None:
    included(
        tmp_path,
        body=spec(
            "y: relu",
            params="{unused: 1}",
            blocks="b: {nodes: {c: b}}",
            defaults="{conv: {strid: 1}}",
        ),
    )
    found = errors(tmp_path, spec("y: {op: r}", include="{r: body.yaml}"))
    assert {error.code for error in found} >= {"block-recursion"}
    included(
        tmp_path,
        body=spec("y: relu", defaults="{conv: {strid: 1}}"),
    )
    (error,) = errors(tmp_path, spec("y: {op: r}", include="{r: body.yaml}"))
    assert (error.code, error.span.line) == ("unknown-argument", 3)
    included(tmp_path, body=spec("y: relu", params="{unused: 1}"))
    (error,) = errors(tmp_path, spec("y: {op: r}", include="{r: body.yaml}"))
    assert (error.code, error.span.line) == ("unused", 3)


def test_an_include_of_an_include(tmp_path: Path) -> None:
    included(
        tmp_path,
        inner=BODY,
        body=spec(
            "y: {op: i}",
            include="{i: inner.yaml}",
            dims="{H: {nominal: 8, multiple_of: 2}}",
            inputs="{x: [N, 4, H, 8]}",
        ),
    )
    graph = check(tmp_path, spec("y: {op: r}", include="{r: body.yaml}"))
    assert modules(graph) == ["y.y.a", "y.y.y.p"]


def test_an_include_may_lie_unused(tmp_path: Path) -> None:
    included(tmp_path, body=BODY)
    check(tmp_path, spec("y: relu", include="{r: body.yaml}"))


def test_a_required_parameter_that_the_defaults_of_an_include_read(tmp_path: Path) -> None:
    included(
        tmp_path,
        body=spec(
            "y: b",
            params="{k}",
            defaults="{conv: {kernel_size: k}}",
            blocks="b: {nodes: {c: {op: conv, out_channels: 4}}}",
        ),
    )
    check(tmp_path, spec("y: {op: r, k: 3}", include="{r: body.yaml}"))
    (error,) = errors(tmp_path, spec("y: {op: r.b}", include="{r: body.yaml}"))
    assert error.code == "unknown-name"


INNER = """
netspec: 1
params: {k: 8}
inputs: {image: [N, 3, 8, 8]}
defaults: {conv: {out_channels: k}}
blocks: {b: {nodes: {c: {op: conv, kernel_size: 1}}}}
nodes: {b: {op: b}}
outputs: {y: b}
"""


def test_each_instance_has_its_own_parameters(tmp_path: Path) -> None:
    """Also where an instance is gone when the next is made: nothing is known by an address."""
    (tmp_path / "inner.yaml").write_text(INNER)
    nodes = "".join(f"  n{k}: {{op: inner, k: {k}, from: x}}\n" for k in range(1, 40))
    names = ", ".join(f"n{k}" for k in range(1, 40))
    text = (
        "netspec: 1\ninclude: {inner: inner.yaml}\ninputs: {x: [N, 3, 8, 8]}\n"
        f"nodes:\n{nodes}  all: {{op: concat, from: [{names}]}}\noutputs: {{y: all}}\n"
    )
    graph = netspec.check_spec(netspec.Text(text), root=tmp_path).graph
    found = {node.name: node.outputs[0][1] for node in graph.root.nodes}
    assert {name: found[name] for name in found if name != "all"} == {
        f"n{k}": k for k in range(1, 40)
    }


def test_the_batch_of_a_block_is_that_of_the_file_that_calls_it(tmp_path: Path) -> None:
    block = "blocks: {b: {nodes: {r: {op: reshape, shape: [N, _]}}}}\n"
    body = "inputs: {x: [N, 3, 8, 8]}\nnodes: {a: relu}\noutputs: {y: a}\n"
    (tmp_path / "c.yaml").write_text("netspec: 1\n" + block + body)
    (tmp_path / "b.yaml").write_text(
        "netspec: 1\ninclude: {c: c.yaml}\ninputs: {x: [N, 3, 8, 8]}\n"
        "nodes: {r: {op: c.b}}\noutputs: {y: r}\n"
    )
    text = (
        "netspec: 1\ninclude: {b: b.yaml, c: c.yaml}\ninputs: {x: [N, 12, 8, 8]}\n"
        "nodes:\n  first: {op: c.b, from: x}\n"
        "  four: {op: reshape, from: x, shape: [4*N, 3, 8, 8]}\n"
        "  second: {op: b, from: four}\noutputs: {y: first, z: second}\n"
    )
    root = netspec.check_spec(netspec.Text(text), root=tmp_path).graph.root
    shapes = {node.name: [str(size) for size in node.outputs[0]] for node in root.nodes}
    assert shapes["first"] == ["N", "768"]
    assert shapes["second"] == ["4*N", "192"]


def test_a_size_of_its_input_that_is_not_whole(tmp_path: Path) -> None:
    included(tmp_path, body=spec("y: relu", dims="{H: 9}", inputs="{x: [N, 4, H, H / 3]}"))
    check(tmp_path, spec("y: {op: r}", inputs="{x: [N, 4, 9, 3]}", include="{r: body.yaml}"))
    (error,) = errors(tmp_path, spec("y: {op: r}", include="{r: body.yaml}"))
    assert error.code == "not-whole"
    assert error.span.source.name.endswith("body.yaml")


def test_what_only_some_inputs_make_wrong(tmp_path: Path) -> None:
    body = spec(
        "y: {op: conv, out_channels: 6, kernel_size: 1, groups: c}",
        params="{c}",
        inputs="{x: [N, c, 8, 8]}",
    )
    included(tmp_path, body=body)
    for c in (2, 3):
        passed = f"{{x: [N, {c}, 8, 8]}}"
        check(tmp_path, spec(f"y: {{op: r, c: {c}}}", inputs=passed, include="{r: body.yaml}"))
    (error,) = errors(tmp_path, spec("y: {op: r, c: 4}", include="{r: body.yaml}"))
    assert error.code == "not-divisible"
    (frame,) = error.frames
    assert (frame.text, frame.span.line) == ("called by `y`", 6)


def test_what_is_passed_in_doubt_is_no_second_error(tmp_path: Path) -> None:
    included(tmp_path, body=BODY)
    text = spec(
        "y: {op: r}",
        dims="{H: {nominal: 7, multiple_of: 2}}",
        inputs="{x: [N, 5, H, H]}",
        include="{r: body.yaml}",
    )
    assert [error.code for error in errors(tmp_path, text)] == ["invalid-dim"]


def test_a_counter_example_is_told(tmp_path: Path) -> None:
    included(tmp_path, body=spec("y: relu", dims="{H: 8}", inputs="{x: [N, 4, H, 2 * H]}"))
    text = spec(
        "y: {op: r}", dims="{A: 8, B: 16}", inputs="{x: [N, 4, A, B]}", include="{r: body.yaml}"
    )
    (error,) = errors(tmp_path, text)
    assert error.code == "shape-mismatch"
    assert error.message == (
        "input `x` of `test` is [N, 4, A, 2*A], and is passed [N, 4, A, B]; at A=8, B=17: 16 and 17"
    )


def test_a_wrong_rank_is_told(tmp_path: Path) -> None:
    included(tmp_path, body=BODY)
    text = spec("y: {op: r}", inputs="{x: [N, 4, 8]}", include="{r: body.yaml}")
    (error,) = errors(tmp_path, text)
    assert error.message == "input `x` of `test` is of rank 4, and is passed [N, 4, 8]"


@pytest.mark.parametrize("size", ["{nominal: 8, multiple_of: 1}", "8"])
def test_every_size_is_a_multiple_of_one(tmp_path: Path, size: str) -> None:
    included(tmp_path, body=spec("y: relu", dims=f"{{H: {size}}}", inputs="{x: [N, H]}"))
    text = spec("y: {op: r}", dims="{A: 7}", inputs="{x: [N, A]}", include="{r: body.yaml}")
    check(tmp_path, text)


def test_a_free_size_that_is_too_small_at_its_nominal_value(tmp_path: Path) -> None:
    included(tmp_path, body=spec("y: relu", dims="{H: {nominal: 9, min: 5}}", inputs="{x: [N, H]}"))
    (error,) = errors(
        tmp_path,
        spec("y: {op: r}", dims="{A: 4}", inputs="{x: [N, A]}", include="{r: body.yaml}"),
    )
    assert error.message == "`H` (=A) of `test` must be at least 5"
    graph = check(
        tmp_path,
        spec("y: {op: r}", dims="{A: 5}", inputs="{x: [N, A]}", include="{r: body.yaml}"),
    )
    assert {dim.symbol.name: dim.min for dim in graph.dims}["A"] == 5


def test_a_mismatch_of_fixed_sizes_needs_no_example(tmp_path: Path) -> None:
    included(tmp_path, body=spec("y: relu", dims="{S: 8}", inputs="{x: [N, 4, S, S]}"))
    text = spec("y: {op: r}", inputs="{x: [N, 4, 8, 9]}", include="{r: body.yaml}")
    (error,) = errors(tmp_path, text)
    assert error.message == ("input `x` of `test` is [N, 4, 8, 8], and is passed [N, 4, 8, 9]")
    dims = "{S: {nominal: 8, multiple_of: 4}}"
    included(tmp_path, body=spec("y: relu", dims=dims, inputs="{x: [N, 4, S, S]}"))
    (error,) = errors(tmp_path, text.replace("8, 9", "7, 7"))
    assert error.message == "`S` (=7) of `test` must be a multiple of 4"
