"""Outputs of a spec, training-only and conditional ones, and specs as functions."""

from pathlib import Path

from tests.graph.files import check, errors, included
from tests.graph.specs import accept, keys, node, refuse, spec

CONV = "op: conv, out_channels: 4, kernel_size: 1"


def test_outputs_in_the_order_written() -> None:
    graph = accept(spec("a: relu\ny: tanh", outputs="{y: y, b: a, z: {from: y}}"))
    assert graph.root.output_names == ("y", "b", "z")
    assert [ref.node for ref in graph.root.outputs] == [1, 0, 1]


def test_an_output_of_an_op_with_several() -> None:
    graph = accept(spec("a: {op: chunk, chunks: 2}", outputs="{left: a.0, right: a.1}"))
    assert [ref.output for ref in graph.root.outputs] == [0, 1]
    refuse(spec("a: {op: chunk, chunks: 2}", outputs="{left: ⟦a⟧}"), "several-outputs")
    refuse(spec("a: {op: chunk, chunks: 2}", outputs="{left: ⟦a.2⟧}"), "unknown-output")


def test_an_output_that_nothing_computes() -> None:
    refuse(spec("a: relu", outputs="{a: a, b: ⟦b⟧}"), "unknown-node")


# --- training ---------------------------------------------------------------------------------


def test_a_training_output() -> None:
    graph = accept(
        spec(
            f"a: {{{CONV}}}\naux: {{op: linear, out_features: 3}}\ny: {{op: relu, from: a}}",
            outputs="{y: y, aux: {from: aux, training: true, shape: [N, 4, 8, 3]}}",
        )
    )
    assert graph.root.training == (False, True)
    assert [n.name for n in graph.root.nodes if n.training] == ["aux"]
    assert "aux.weight" in keys(graph)


def test_all_outputs_may_be_for_training() -> None:
    graph = accept(spec("y: relu", outputs="{y: {from: y, training: true}}"))
    assert graph.root.training == (True,)


HEADS = spec(
    "a: relu\nb: {op: tanh, from: a}",
    inputs="{x: [N, 4, 8, 8]}",
    outputs="{main: a, aux: {from: b, training: true}}",
)


def test_a_training_output_of_an_include(tmp_path: Path) -> None:
    included(tmp_path, heads=HEADS)
    graph = check(
        tmp_path,
        spec(
            "h: {op: h}\ny: {op: relu, from: h.main}\nz: {op: relu, from: h.aux}",
            include="{h: heads.yaml}",
            outputs="{y: y, z: {from: z, training: true}}",
        ),
    )
    assert {n.name: n.training for n in graph.root.nodes} == {"h": False, "y": False, "z": True}


def test_an_output_keeps_its_name_when_the_others_are_absent(tmp_path: Path) -> None:
    body = HEADS.replace("training: true", "when: heads")
    included(tmp_path, heads=body.replace("inputs:", "params: {heads: true}\ninputs:"))
    for heads in ("true", "false"):
        check(
            tmp_path,
            spec(
                f"h: {{op: h, heads: {heads}}}\ny: {{op: relu, from: h.main}}",
                include="{h: heads.yaml}",
            ),
        )


def test_a_bare_name_means_the_only_output_that_is_always_there(tmp_path: Path) -> None:
    included(tmp_path, heads=HEADS)
    graph = check(tmp_path, spec("h: {op: h}\ny: relu", include="{h: heads.yaml}"))
    assert node(graph, "y").inputs[0].output == 0


def test_a_training_output_that_is_read_in_evaluation(tmp_path: Path) -> None:
    included(tmp_path, heads=HEADS)
    (error,) = errors(
        tmp_path, spec("h: {op: h}\ny: {op: relu, from: h.aux}", include="{h: heads.yaml}")
    )
    assert (error.code, error.span.line) == ("training-only", 7)
    (error,) = errors(
        tmp_path, spec("h: {op: h}", outputs="{y: h.main, z: h.aux}", include="{h: heads.yaml}")
    )
    assert error.code == "training-only"
    assert error.span.line == 7


# --- outputs with a condition -----------------------------------------------------------------


def test_an_output_with_a_condition() -> None:
    text = spec(
        f"a: {{{CONV}}}\naux: {{{CONV}}}\ny: {{op: relu, from: a}}",
        params="{heads: true}",
        outputs="{y: y, aux: {from: aux, when: heads}}",
    )
    assert accept(text).root.output_names == ("y", "aux")
    graph = accept(text, params={"heads": False})
    assert graph.root.output_names == ("y",)
    assert keys(graph) == ["a.weight", "a.bias"]


def test_the_shape_of_an_absent_output_is_not_checked() -> None:
    text = spec("y: relu", params="{b: false}", outputs="{y: y, z: {from: y, shape: [7], when: b}}")
    assert accept(text).root.output_names == ("y",)


def test_a_condition_of_an_output_is_true_or_false() -> None:
    refuse(spec("y: relu", outputs="{y: y, z: {from: y, when: ⟦1⟧}}"), "wrong-type")
    refuse(spec("y: relu", outputs="{y: y, z: {from: y, when: ⟦q⟧}}"), "unknown-name")


def test_no_output_is_left() -> None:
    refuse(spec("y: relu", outputs="{y: {from: y, when: ⟦1 > 2⟧}}"), "missing-key")
