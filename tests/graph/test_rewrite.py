"""Nodes written anew: each form of the language, as it is printed."""

from pathlib import Path
from textwrap import dedent

import pytest

import netspec
from netspec.graph import rewrite
from netspec.pipeline import resolve
from tests.graph.same import check_same


def spec(nodes: str, **top: str) -> netspec.Text:
    sections = {"inputs": "{x: [N, 4, 8, 8]}", **top, "nodes": nodes, "outputs": "{y: y}"}
    lines = [f"{key}: {text}" for key, text in sections.items()]
    return netspec.Text("\n".join(["netspec: 1", "name: test", *lines, ""]))


def printed(nodes: str, **top: str) -> str:
    """The nodes of the resolved spec, which is held against the original."""
    text = check_same(spec(nodes, **top))
    section = text.split("\nnodes:\n")[1].split("\n\n")[0]
    return dedent(section).strip()


@pytest.mark.parametrize(
    ("nodes", "wanted"),
    [
        ("{y: act}", "y: {op: leaky_relu, negative_slope: 0.2 / 2}"),
        ("{y: plain}", "y: relu"),
        ("{y: {op: plain}}", "y: {op: relu}"),
        ("{y: {op: plain, from: x, when: k == 3}}", "y: {op: relu, from: x}"),
        ("{y: {op: plain, from: x, when: k != 3}}", "y: {op: relu, from: x, when: false}"),
        ("{y: several}", "y: [relu, sigmoid]"),
        ("{y: [several, plain]}", "y: [[relu, sigmoid], relu]"),
        ("{y: {chain: [{op: several, splice: true}]}}", None),
        ("{y: {op: plain, repeat: k}}", "y: {op: relu, repeat: 3}"),
        ("{y: {op: alias, doc: Mine.}}", "y: {op: relu, doc: Mine.}"),
        ("{y: {op: inner}}", "y:\n  nodes:\n    a: relu\n    b: {op: add, from: [a, x]}"),
    ],
)
def test_node_values(nodes: str, wanted: str | None) -> None:
    everything = {
        "act": "{op: leaky_relu, negative_slope: 0.2 / 2}",
        "plain": "{op: relu, doc: Its own.}" if "doc" in nodes else "{op: relu}",
        "several": "{chain: [plain, sigmoid]}",
        "alias": "plain",
        "inner": "{nodes: {a: plain, b: {op: add, from: [a, x]}}}",
        "k": "3",
    }
    needed = {name for name in everything if name in nodes}
    needed |= {"plain"} if needed & {"several", "alias", "inner"} else set()
    params = ", ".join(f"{name}: {everything[name]}" for name in everything if name in needed)
    found = printed(nodes, params=f"{{{params}}}")
    assert wanted is None or found == wanted


@pytest.mark.parametrize(
    ("nodes", "wanted"),
    [
        ("{y: {op: conv}}", "y: {op: conv, out_channels: 6, bias: false, kernel_size: 1}"),
        ("{y: conv}", "y: {op: conv, out_channels: 6, bias: false, kernel_size: 1}"),
        (
            "{y: {op: conv, bias: true, from: x, when: k > 1, at: a.b}}",
            "y: {op: conv, bias: true, from: x, out_channels: 6, kernel_size: 1, at: a.b}",
        ),
        (
            "{y: {op: conv, repeat: 2, first: {bias: k > 1}}}",
            "y: {op: conv, out_channels: 6, bias: false, kernel_size: 1, repeat: 2, "
            "first: {bias: true}}",
        ),
        ("{y: [conv]}", "y:\n  - {op: conv, out_channels: 6, bias: false, kernel_size: 1}"),
    ],
)
def test_defaults(nodes: str, wanted: str) -> None:
    defaults = "{conv: {out_channels: 2 * k, bias: k > 5, kernel_size: 1}}"
    assert printed(nodes, params="{k: 3}", defaults=defaults) == wanted


def test_defaults_reach_blocks_and_the_nodes_in_their_parameters() -> None:
    text = check_same(
        spec(
            "{y: {op: b}}",
            params="{k: 3}",
            defaults="{conv: {bias: k > 5, kernel_size: k}, b: {width: k}}",
            blocks="{b: {params: {width, c: {op: conv, out_channels: 4}}, "
            "chain: [{op: conv, out_channels: width}, c]}}",
        )
    )
    assert "c: {op: conv, out_channels: 4, bias: false, kernel_size: 3}" in text
    assert "- {op: conv, out_channels: width, bias: false, kernel_size: 3}" in text
    assert "y: {op: b, width: 3}" in text


@pytest.mark.parametrize(
    ("params", "kept"),
    [
        (
            "{acts: [a, c], a: {op: relu}, c: {op: silu}}",
            None,
        ),
        (
            "{a: {op: relu}, c: {op: silu}, acts: [a, c]}",
            "{a: {op: relu}, c: {op: silu}, acts: [a, c]}",
        ),
    ],
)
def test_a_list_of_nodes_stays_a_parameter(params: str, kept: str | None) -> None:
    block = "{b: {params: {acts, act: 'acts[1]'}, nodes: {z: act}}}"
    text = spec("{y: {op: b, acts: acts}}", params=params, blocks=block)
    if kept is None:
        with pytest.raises(netspec.NetspecError):
            resolve(text)
        return
    assert f"params: {kept}" in check_same(text)


def test_a_list_too_long_for_an_expression_stays_a_parameter() -> None:
    widths = [1000 + number for number in range(80)]
    text = check_same(
        spec(
            '{y: {op: conv, out_channels: "widths[index]", kernel_size: 1, repeat: 3}}',
            params=f"{{first: 1000, widths: {['first', *widths[1:]]}}}".replace("'", ""),
        )
    )
    assert "  widths:\n    - 1000\n    - 1001\n" in text
    assert "first" not in text


def test_words_of_a_block_are_no_names() -> None:
    block = (
        "{b: {params: {mode: {choices: [nearest, bilinear]}}, "
        "chain: [{op: upsample, scale_factor: 2, mode: mode}]}}"
    )
    params = "{bilinear: {default: nearest, choices: [nearest, bilinear]}, m: bilinear, k: 3}"
    nodes = "{a: {op: b, mode: m}, c: {op: b, mode: bilinear, repeat: k}, y: relu}"
    found = printed(nodes.replace("}, y", ", doc: bilinear}, y"), params=params, blocks=block)
    assert "a: {op: b, mode: nearest}" in found
    assert "c: {op: b, mode: bilinear, repeat: 3, doc: bilinear}" in found


def test_what_an_absent_node_says_is_not_evaluated() -> None:
    found = printed("{a: {op: conv, out_channels: 8 // k, when: k > 0}, y: relu}", params="{k: 0}")
    assert found == "a: {op: conv, out_channels: 8 // 0, when: false}\ny: relu"


PARENT = """\
netspec: 1
name: parent
params: {width: 8, classes: 10}
dims: {H: 32}
inputs: {image: [N, 3, H, H], mask: [N, 3, H, H]}
blocks:
  pair:
    params: {width}
    nodes:
      first: {op: conv, out_channels: width, kernel_size: 1}
      second: relu
      third: sigmoid
nodes:
  stem: {op: conv, out_channels: width, kernel_size: 1}
  stem_act: relu
  pair: {op: pair, width: width}
  fixed: {op: relu, from: stem}
  sum: {op: add, from: [pair, fixed]}
  parts: {op: chunk, chunks: 2}
  left: {op: relu, from: parts.0}
  masked: {op: conv, from: mask, out_channels: width // 2, kernel_size: 1}
  joined: {op: concat, from: [left, masked, parts.1]}
  pool: {op: adaptive_avg_pool, output_size: 1}
  flat: flatten
  fc: {op: linear, out_features: classes}
outputs: {logits: {from: fc, shape: [N, classes]}}
"""

CHANGES = {
    "nothing": "",
    "a name": "name: child\ndoc: Says more.\nsource: nobody",
    "parameters": "params: {width: 4, classes: {max: 20}}",
    "removed first line": """
nodes:
  stem: ~
  fixed: ~
  pair: {width: 3}
  sum: {from: [pair, image]}
  parts: {chunks: 3}
""",
    "added before the first": """
nodes: {more: {op: conv, out_channels: 5, kernel_size: 1, before: stem}}
""",
    "added after": "nodes: {a: {op: silu, after: stem}, b: {op: gelu, after: stem}}",
    "added aside": """
nodes:
  a: {op: silu, from: stem, after: stem}
  sum: {from: [pair, fixed, a]}
""",
    "added short": """
nodes:
  a: {chain: [silu, relu], after: flat}
  pool: {op: mean, dim: [2, 3], keepdim: true}
""",
    "removed in the middle": "nodes: {stem_act: ~, pool: {shape: [N, _, 1, 1]}}",
    "removed after a choice": "nodes: {left: ~, joined: {from: [parts.0, masked, parts.1]}}",
    "replaced by a string": "nodes: {left: silu, stem_act: [silu, relu]}",
    "last line of a block": "blocks: {pair: {nodes: {third: ~}}}",
    "only line that used a parameter of a block": """
blocks: {pair: {nodes: {first: ~}}}
defaults: {pair: {width: 3}}
nodes: {pair: {first: {width: 5}, repeat: 2}}
""",
    "line added to a block": """
blocks:
  pair:
    nodes:
      a: {op: silu, after: third}
      b: {op: silu, from: a, after: a}
    output: b
""",
    "aside at the end of a block": """
blocks:
  pair:
    nodes:
      a: {op: add, from: [second, second], after: second}
      c: {op: silu, from: second, after: third}
      third: {op: add, from: [a, c]}
""",
    "parameters without use": """
nodes:
  pair: {width: 8}
  stem: {out_channels: 8}
  masked: {out_channels: 4}
""",
    "init": "init: [{match: 'fc.*', fill: 0}]",
    "defaults": """
defaults: {conv: {bias: false}, pair: {width: width}}
nodes: {pair: {width: ~}}
""",
}


@pytest.mark.parametrize("change", CHANGES)
def test_variants(change: str, tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(PARENT)
    child = tmp_path / "child.yaml"
    child.write_text(f"netspec: 1\nextends: parent.yaml\n{CHANGES[change]}\n")
    check_same(child)


def test_a_variant_keeps_the_order_of_the_parent(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(PARENT)
    child = tmp_path / "child.yaml"
    change = CHANGES["removed first line"]
    child.write_text(f"netspec: 1\nname: child\nextends: parent.yaml\n{change}\n")
    assert "  stem_act: relu\n  pair: {op: pair, width: 3}\n  sum: {op: add" in resolve(child)


def test_the_comparison_sees_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(PARENT)
    child = tmp_path / "child.yaml"
    child.write_text(f"netspec: 1\nextends: parent.yaml\n{CHANGES['added aside']}\n")
    monkeypatch.setattr(rewrite, "_reads_nothing", lambda meant: True)
    with pytest.raises(AssertionError):
        check_same(child)
