"""`extends` on everything but nodes: what merges by name, what is replaced, what may go."""

from functools import partial
from pathlib import Path

import pytest

import netspec
from netspec.graph.ir import Graph
from netspec.syntax.tree import plain
from tests.graph.specs import node, shapes
from tests.syntax import family

PARENT = """\
netspec: 1
name: parent
doc: The parent.
source: a paper
params:
  {k: 4, act: {op: relu}, mode: {default: max, choices: [max, avg]}, w: {default: 8, min: 4},
   need: }
dims: {H: {nominal: 8, multiple_of: 2, doc: height}, W: 8}
inputs: {x: {shape: [N, k, H, W], dtype: float64}, z: [N, need]}
defaults: {conv: {bias: false, kernel_size: 3, padding: 1}, two: {k: 2}}
include: {small: ./small.yaml}
blocks:
  two:
    params: {k, stride: 1}
    inputs: [x]
    doc: two layers
    nodes:
      a: {op: conv, out_channels: k, stride: stride}
      b: relu
    outputs: {left: a, right: b}
  row: {params: {p: 1}, chain: [relu, silu]}
nodes:
  first: {op: conv, out_channels: w}
  pair: two
  sum: {op: add, from: [pair.left, pair.right]}
  rest: row
  end: {op: act, when: mode == "max"}
  small: small
  tail: {op: linear, from: z, out_features: k}
outputs: {y: {from: small, shape: [N, 2, H, W]}, t: tail}
init: [{match: "*.weight", fill: 1}]
"""
SMALL = "netspec: 1\ninputs: {x: [N, 2, _, _]}\nnodes: {a: relu}\noutputs: {y: a}\n".replace(
    "[N, 2, _, _]", "[N, 2, H, W]"
).replace("netspec: 1\n", "netspec: 1\ndims: {H: 8, W: 8}\n")


def merged(folder: Path, child: str) -> Graph:
    (folder / "small.yaml").write_text(SMALL)
    child = child if child.startswith("params") else f"params: {{need: 3}}\n{child}"
    return family.merged(folder, child, PARENT)


def weights(graph: Graph) -> dict[str, tuple[int, ...]]:
    return {key: weight.shape for key, _, weight in graph.weights()}


def test_name_doc_and_source_are_not_inherited(tmp_path: Path) -> None:
    graph = merged(tmp_path, "")
    assert (graph.name, graph.doc, graph.source) == ("child", "", "")


def test_all_else_is_inherited(tmp_path: Path) -> None:
    graph = merged(tmp_path, "")
    assert weights(graph) == {
        "first.weight": (8, 4, 3, 3),
        "pair.a.weight": (2, 8, 3, 3),
        "tail.weight": (4, 3),
        "tail.bias": (4,),
    }
    assert graph.dtypes == ("float64", "float32")


def test_parameters_merge(tmp_path: Path) -> None:
    assert weights(merged(tmp_path, "params: {need: 3, w: 16}"))["first.weight"][0] == 16
    assert weights(merged(tmp_path, "params: {need: 3, k: 2 * 3, w: k}"))["tail.weight"] == (6, 3)
    graph = merged(tmp_path, "params: {need: 3, act: {op: silu}}")
    assert type(node(graph, "end").body.op).__name__ == "SiLU"
    graph = merged(tmp_path, "params: {need: 3, new: 2}\nnodes: {first: {groups: new}}")
    assert weights(graph)["first.weight"] == (8, 2, 3, 3)


def test_a_plain_value_over_a_long_form_changes_that_field_only(tmp_path: Path) -> None:
    check = partial(family.check_error, tmp_path, parent=PARENT, small=SMALL)
    check("params: {need: 3, w: ⟦3⟧}", "parameter-range", "`w` must be at least 4, not 3")
    check("params: {need: 3, mode: ⟦sum⟧}", "expression-syntax", "`sum`")
    check("params: {need: 3}\ndims: {H: ⟦7⟧}", "invalid-dim", "multiple")


def test_a_long_form_over_a_plain_value_keeps_the_value(tmp_path: Path) -> None:
    parent = PARENT.replace("{k: 4,", "{k: ⟦4⟧,")
    check = partial(family.check_error, tmp_path, parent=parent, small=SMALL)
    check("params: {need: 3, k: {min: 5}}", "parameter-range", "at least 5, not 4")


def test_long_forms_merge_key_by_key(tmp_path: Path) -> None:
    child = "params: {need: 3, w: {min: 2, default: 3}, mode: {choices: [max, avg, sum]}}"
    assert weights(merged(tmp_path, child))["first.weight"][0] == 3
    child = "params: {need: 3, w: {min: ~, default: 1}}"
    assert weights(merged(tmp_path, child))["first.weight"][0] == 1


def test_a_required_parameter_may_get_bounds_and_a_default(tmp_path: Path) -> None:
    assert weights(merged(tmp_path, "params: {need: {min: 2, default: 5}}"))["tail.weight"][1] == 5
    (tmp_path / "small.yaml").write_text(SMALL)
    path = family.write(tmp_path, "params: {need: {min: 2}}", PARENT)
    assert netspec.check_spec(path, params={"need": 2}).parameters
    (error,) = family.refused(tmp_path, "params: {need: {min: 2}}", PARENT)
    assert error.code == "missing-argument"


def test_dims_inputs_and_outputs_merge(tmp_path: Path) -> None:
    graph = merged(tmp_path, "dims: {H: 32}")
    assert [(dim.symbol.name, dim.symbol.nominal) for dim in graph.dims] == [
        ("N", 1),
        ("H", 32),
        ("W", 8),
    ]
    graph = merged(tmp_path, "inputs: {x: [N, 5, H, W]}")
    assert weights(graph)["first.weight"][1] == 5
    assert graph.dtypes == ("float64", "float32")
    graph = merged(tmp_path, "inputs: {z: {dtype: float16}}")
    assert graph.dtypes == ("float64", "float16")
    graph = merged(tmp_path, "dims: {H: ~}\ninputs: {x: [N, k, 6, W]}\noutputs: {y: {shape: ~}}")
    assert shapes(graph, "first") == ["[N, 8, 6, W]"]


def test_outputs_merge(tmp_path: Path) -> None:
    graph = merged(tmp_path, "outputs: {m: rest}")
    assert graph.root.output_names == ("y", "t", "m")
    graph = merged(tmp_path, "outputs: {t: {training: true}}")
    assert graph.root.training == (False, True)
    nodes = "nodes: {small: {op: conv, out_channels: 6}}"
    child = f"params: {{need: 3}}\n{nodes}\noutputs: {{y: small}}"
    # The shape that the parent declares still holds.
    parent = PARENT.replace("[N, 2, H, W]", "⟦[N, 2, H, W]⟧")
    message = "declares [N, 2, H, W]"
    family.check_error(tmp_path, child, "shape-mismatch", message, parent=parent, small=SMALL)


def test_defaults_merge(tmp_path: Path) -> None:
    graph = merged(tmp_path, "defaults: {conv: {bias: true}}")
    assert weights(graph)["first.bias"] == (8,)
    assert weights(graph)["first.weight"] == (8, 4, 3, 3)
    graph = merged(tmp_path, "defaults: {conv: {bias: ~, kernel_size: 1, padding: ~}}")
    assert weights(graph)["first.weight"] == (8, 4, 1, 1)
    assert "first.bias" in weights(graph)
    graph = merged(tmp_path, "defaults: {linear: {bias: false}}")
    assert "tail.bias" not in weights(graph)
    graph = merged(tmp_path, "defaults: {two: ~}\nnodes: {pair: {k: 2}}")
    assert weights(graph) == weights(merged(tmp_path, ""))


def test_blocks_merge(tmp_path: Path) -> None:
    graph = merged(tmp_path, "blocks: {two: {nodes: {b: silu, a: {groups: 2}}}}")
    assert weights(graph)["pair.a.weight"] == (2, 4, 3, 3)
    assert type(node(graph, "pair.b").body.op).__name__ == "SiLU"
    graph = merged(tmp_path, "blocks: {two: {params: {g: 2}, nodes: {a: {groups: g}}}}")
    assert weights(graph)["pair.a.weight"] == (2, 4, 3, 3)
    graph = merged(tmp_path, "blocks: {two: {params: {stride: {max: 2}}}}")
    assert weights(graph) == weights(merged(tmp_path, ""))
    graph = merged(tmp_path, "blocks: {row: {chain: [mish]}}")
    assert [path for path, _, _ in graph.leaves() if path.startswith("rest")] == ["rest.0"]
    graph = merged(tmp_path, "blocks: {mine: {chain: [mish]}}\nnodes: {rest: mine}")
    assert type(node(graph, "rest.0").body.op).__name__ == "Mish"
    child = "blocks: {mine: {chain: [mish]}, row: {chain: [silu]}}\nnodes: {end: mine}"
    assert type(node(merged(tmp_path, child), "rest.0").body.op).__name__ == "SiLU"
    child = "blocks: {two: {outputs: {right: c}, nodes: {c: {op: silu, after: b}}}}"
    assert weights(merged(tmp_path, child)) == weights(merged(tmp_path, ""))
    graph = merged(tmp_path, "blocks: {row: ~}\nnodes: {rest: relu}")
    assert type(node(graph, "rest").body.op).__name__ == "ReLU"


def test_include_merges(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(SMALL.replace("relu", "silu"))
    graph = merged(tmp_path, "include: {small: ./other.yaml}")
    assert type(node(graph, "small.a").body.op).__name__ == "SiLU"
    graph = merged(tmp_path, "include: {o: ./other.yaml}\nnodes: {small: o}")
    assert type(node(graph, "small.a").body.op).__name__ == "SiLU"
    graph = merged(tmp_path, "include: {small: ~}\nnodes: {small: relu}")
    assert type(node(graph, "small").body.op).__name__ == "ReLU"


def test_rules_of_the_child_come_first(tmp_path: Path) -> None:
    graph = merged(tmp_path, 'init: [{match: "first.*", fill: 0}]')
    assert [rule.match for rule in graph.root.init] == ["first.*", "*.weight"]
    assert graph.init["first.weight"].arguments != graph.init["tail.weight"].arguments


ERRORS = [
    ("params: {⟦k⟧: ~}", "parameter-removed", "`k` cannot be removed", "another default"),
    ("dims: {⟦HH⟧: ~}", "unknown-key", "no dim `HH` to remove", "`H`"),
    ("inputs: {⟦xx⟧: ~}", "unknown-key", "no input `xx` to remove", "`x`"),
    ("outputs: {⟦q⟧: ~}", "unknown-key", "no output `q` to remove", "delete the line"),
    ("defaults: {⟦con⟧: ~}", "unknown-key", "no default `con` to remove", "`conv`"),
    ("defaults: {conv: {⟦bia⟧: ~}}", "unknown-key", "no `bia` to remove", "`bias`"),
    ("blocks: {⟦tow⟧: ~}", "unknown-key", "no block `tow` to remove", "`two`"),
    ("include: {⟦smal⟧: ~}", "unknown-key", "no include `smal` to remove", "`small`"),
    ("blocks: {two: {⟦chain⟧: [relu]}}", "misplaced-key", "written as `nodes`", "new name"),
    ("blocks: {row: {⟦nodes⟧: {a: relu}}}", "misplaced-key", "written as `chain`", "new name"),
    ("blocks: {two: {params: {⟦k⟧: ~}}}", "parameter-removed", "`k` cannot be removed", ""),
    ("blocks: {two: {nodes: {⟦c⟧: ~}}}", "unknown-node", "block `two` has no node `c`", ""),
    ("blocks: {two: {outputs: {⟦lft⟧: ~}}}", "unknown-key", "no `lft` to remove", "`left`"),
    ("blocks: {two: {output: a, ⟦outputs⟧: {left: b}}}", "node-form", "both `output` and", "keep"),
    ("blocks: {two: {⟦inpts⟧: ~}}", "unknown-key", "no `inpts` to remove", "`inputs`"),
    ("blocks: {two: {params: ⟦[k]⟧}}", "wrong-type", "`params`: must be a mapping", "name: value"),
    ("blocks: {two: {nodes: ⟦[relu]⟧}}", "wrong-type", "`nodes`: must be a mapping", ""),
    ("blocks: {two: ⟦relu⟧}", "wrong-type", "block `two` must be a mapping", "chain"),
    ("params: {w: {⟦mni⟧: ~}}", "unknown-key", "the parent has no `mni` to remove", "`min`"),
    ("params: {w: {⟦mni⟧: 3}}", "unknown-key", "parameter `w` has no key `mni`", "`min`"),
    ("inputs: {x: ⟦3⟧}", "wrong-type", "`shape`: must be a list, not `3`", "[…]"),
    ("init: ⟦{match: a, fill: 0}⟧", "wrong-type", "`init`: must be a list", "[…]"),
]


@pytest.mark.parametrize(("child", "code", "message", "help"), ERRORS)
def test_errors(tmp_path: Path, child: str, code: str, message: str, help: str) -> None:
    if "params: {" not in child.partition("\n")[0][:9]:
        child = "params: {need: 3}\n" + child
    else:
        child = child.replace("params: {", "params: {need: 3, ", 1)
    family.check_error(tmp_path, child, code, message, help, parent=PARENT, small=SMALL)


ALONE = [
    ("dims: {⟦H⟧: }", "wrong-type", "`H` has no value"),
    ("dims: {H: ⟦~⟧}", "wrong-type", "`H` has no value"),
    ("blocks: {b: ⟦~⟧}", "wrong-type", "`b` has no value"),
    ("defaults: {conv: ⟦~⟧}", "wrong-type", "`conv` has no value"),
    ("include: {r: ⟦~⟧}", "wrong-type", "`r` has no value"),
]


@pytest.mark.parametrize(("extra", "code", "message"), ALONE)
def test_nothing_is_removed_from_a_spec_without_a_parent(
    tmp_path: Path, extra: str, code: str, message: str
) -> None:
    parent = family.LINE + extra + "\n"
    family.check_error(tmp_path, "", code, message, "`~` removes something only", parent=parent)


def test_a_removed_node_that_an_inherited_output_names(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(
        "netspec: 1\ninputs: {x: [N, 3, 8, 8]}\nnodes: {a: relu, b: relu}\noutputs: {y: b}\n"
    )
    child = "netspec: 1\nextends: parent.yaml\nnodes:\n  b: ~\n"
    with pytest.raises(netspec.NetspecError) as error:
        netspec.check_spec(netspec.Text(child), root=tmp_path)
    (found,) = error.value.diagnostics
    assert (found.code, found.span.line) == ("unknown-node", 4)
    assert found.help is not None
    assert "outputs: {y: NODE}" in found.help
    again = child + "outputs: {y: a}\n"
    assert netspec.check_spec(netspec.Text(again), root=tmp_path)


def test_an_output_may_be_an_input_itself(tmp_path: Path) -> None:
    parent = "netspec: 1\ninputs: {x: [N, 3]}\nnodes: {a: relu}\noutputs: {y: a}\n"
    (tmp_path / "parent.yaml").write_text(parent)
    child = "netspec: 1\nextends: parent.yaml\nnodes: {a: tanh}\noutputs: {z: x}\n"
    checked = netspec.check_spec(netspec.Text(child), root=tmp_path)
    assert list(checked.graph.root.output_names) == ["y", "z"]


@pytest.mark.parametrize(
    ("keys", "names", "them"),
    [
        ([], "`inputs`, `nodes` and `outputs`", "them"),
        (["inputs"], "`nodes` and `outputs`", "them"),
        (["inputs", "nodes"], "`outputs`", "it"),
        (["nodes", "outputs"], "`inputs`", "it"),
    ],
)
def test_what_a_spec_needs_that_extends_no_other(keys: list[str], names: str, them: str) -> None:
    text = {
        "inputs": "inputs: {x: [N, 3]}",
        "nodes": "nodes: {a: relu}",
        "outputs": "outputs: {y: a}",
    }
    with pytest.raises(netspec.NetspecError) as error:
        netspec.check_spec(netspec.Text("\n".join(["netspec: 1", *(text[key] for key in keys)])))
    (found,) = error.value.diagnostics
    assert found.message == f"a spec that extends no other needs {names}"
    assert found.help == f"write {names}, or `extends:` a spec that has {them}"


@pytest.mark.parametrize("value", ["[1]", "3", "{a: b}"])
def test_an_include_is_a_path_or_a_name(value: str) -> None:
    text = "netspec: 1\ninputs: {x: [N, 3]}\nnodes: {a: relu}\noutputs: {y: a}\n"
    with pytest.raises(netspec.NetspecError) as error:
        netspec.check_spec(netspec.Text(f"{text}include: {{r: {value}}}\n"))
    (found,) = error.value.diagnostics
    assert found.code == "wrong-type"
    assert found.message.startswith("`r` must be the path or name of a spec, not ")


def test_the_defaults_that_are_others_now_are_kept(tmp_path: Path) -> None:
    head = "netspec: 1\nextends: "
    (tmp_path / "base.yaml").write_text(
        "netspec: 1\nparams: {k: 1, j: {default: 2, min: 1}, n: , act: {op: relu}}\n"
        "inputs: {x: [N, k, j, n]}\nnodes: {a: act}\noutputs: {y: a}\n"
    )
    (tmp_path / "middle.yaml").write_text(head + "base.yaml\nparams: {k: 3, act: {op: silu}}\n")
    child = head + "middle.yaml\nparams: {k: 5, j: 4, n: 6, new: 7}\nnodes: {a: {op: relu}}\n"
    child += "inputs: {x: [N, k, j, n, new]}\n"
    replaced = netspec.check_spec(netspec.Text(child), root=tmp_path).doc.replaced
    assert {name: [plain(tree) for tree in trees] for name, trees in replaced.items()} == {
        "k": [1, 3],
        "j": [2],
        "act": [{"op": "relu"}],
    }
