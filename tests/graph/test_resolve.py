"""The resolved spec builds the same network, and says so in plain words."""

from pathlib import Path

import pytest

import netspec
from netspec.diagnostics import NetspecError
from netspec.pipeline import resolve
from netspec.zoo import names as zoo_names
from tests.graph.same import check_same, facts

HERE = Path(__file__).parents[1]
FILES = [*(HERE / "specs").rglob("*.yaml"), *(HERE.parent / "examples").glob("*.yaml")]
ON_DISK = [*(name for name in zoo_names() if "/" not in name), *sorted(map(str, FILES))]
FAMILIES = [name for name in zoo_names() if "/" in name]


@pytest.mark.parametrize(
    "name", [*ON_DISK, *(pytest.param(name, marks=pytest.mark.slow) for name in FAMILIES)]
)
def test_specs_on_disk(name: str) -> None:
    path = Path(name)
    text = check_same(name, root=path.parent if path.is_file() else None)
    assert not any(
        line.startswith(("extends:", "params:", "defaults:")) for line in text.split("\n")
    )


@pytest.mark.parametrize(
    "params",
    [
        {"in_channels": 3, "out_channels": 192},
        {"out_channels": 128, "stride": 2},
        {"in_channels": 8, "out_channels": 8, "stride": 3},
    ],
)
def test_parameters_of_the_caller(params: dict[str, object]) -> None:
    text = check_same("residual_block", params)
    assert f"[N, {params.get('in_channels', 64)}, H, W]" in text


EVERYTHING = """\
netspec: 1
name: everything
params:
  width: {type: integer, default: 8, min: 1}
  depths: [1, 2, 0]
  scale: 1.5
  wide: width * scale
  mode: {default: bilinear, choices: [nearest, bilinear]}
  same_mode: mode
  head: true
  act: {op: leaky_relu, negative_slope: 0.1 * scale}
  other: act
  norm: {chain: [{op: conv, out_channels: width, kernel_size: 1, bias: not head}, act]}
  inner: {nodes: {a: silu, b: {op: mul, from: [a, x]}}, inputs: [x]}
dims: {H: {nominal: 8 * width, multiple_of: width}, W: 64}
inputs: {image: {shape: [N, 3, H, W], dtype: float32}, other_image: [N, 3, H, W]}
defaults:
  conv: {bias: head and width > 100, padding: same, dilation: "max(depths) - 1", kernel_size: 3}
  cell: {act: act, width: width}
  upsample: {mode: same_mode, size: [H, W]}
blocks:
  cell:
    doc: A block with a parameter of every kind.
    params: {width, act: {op: relu}, extra: {default: {op: conv, out_channels: 4}, type: node}}
    inputs: [x, y]
    nodes:
      conv: {op: conv, out_channels: width}
      act: [act, {op: conv, out_channels: width, repeat: 2, when: index < 1}]
      merged: {op: concat, from: [act, y]}
      tail: {op: extra}
    outputs: {main: tail, aside: act}
  lone:
    params: {width}
    chain: [{op: conv, out_channels: width, kernel_size: 1}, relu]
nodes:
  stem: {op: conv, out_channels: wide, first: {stride: 2 // 2}, repeat: "depths[0] + 1"}
  stem_act: act
  again: {op: other, from: stem_act, at: again.again}
  act_again: {op: other, doc: The same once more.}
  cell: {op: cell, from: [twice, other_image]}
  picked: {op: norm, from: cell.main, repeat: "depths[1]", shape: [N, width, _, _]}
  flat: {op: inner, from: picked}
  aside: {op: lone, from: cell.aside, width: width, when: head}
  absent: {op: relu, when: not head}
  many:
    chain:
      - {op: conv, out_channels: "width * (index + depths[index])", repeat: 2, kernel_size: 1}
      - {op: norm, splice: true}
      - {op: conv, out_channels: image.channels * width // 2, kernel_size: 1}
  small: {op: avg_pool, kernel_size: 2}
  large: {op: upsample, shape: [N, image.channels * width // 2, H, W]}
  twice: {share: act_again, from: again}
  sub:
    from: [large, flat]
    inputs: [x, skip]
    nodes:
      a: {op: conv, out_channels: x.channels * 2 - skip.channels, kernel_size: 1}
      b: {op: add, from: [a, c]}
      c: {op: conv, from: skip, out_channels: x.channels * 2 - skip.channels, kernel_size: 1}
    output: b
  nothing: {op: relu, repeat: "depths[2]"}
  pooled: {op: adaptive_avg_pool, output_size: 1}
  fc: [flatten, {op: linear, out_features: "[10, 20][depths[2]]"}]
outputs:
  logits: {from: fc, shape: [N, 10], when: head}
  extra: {from: aside, training: true}
  gone: {from: absent, when: width > 100}
init:
  - {match: "*.bias", fill: scale - 1.5}
  - {op: conv, when: head, fill: {kaiming_normal: {mode: fan_out, a: scale}}}
  - {op: linear, when: not head, fill: {normal: {std: 0.01}}}
  - {op: linear, fill: ones}
"""


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"width": 12, "depths": [2, 1, 0]},
        {"mode": "nearest", "act": {"op": "silu"}},
        {"act": {"chain": [{"op": "conv", "out_channels": 8, "kernel_size": 1}, "relu"]}},
    ],
)
def test_every_form(params: dict[str, object]) -> None:
    check_same(netspec.Text(EVERYTHING), params)


@pytest.mark.parametrize("where", ["sub/parent.yaml", "parent.yaml"])
@pytest.mark.parametrize("home", ["child.yaml", "deep/child.yaml"])
def test_included_paths_hold_from_the_folder_of_the_resolved_file(
    where: str, home: str, tmp_path: Path
) -> None:
    for name in (where, home):
        (tmp_path / name).parent.mkdir(exist_ok=True)
    parent, child = tmp_path / where, tmp_path / home
    (parent.parent / "part.yaml").write_text(
        "netspec: 1\nparams: {width: 4}\ninputs: {x: [N, 3, H, H]}\ndims: {H: 8}\n"
        "blocks: {inner: "
        "{params: {width}, chain: [{op: conv, out_channels: width, kernel_size: 1}]}}\n"
        "nodes: {y: {op: inner, width: width}}\noutputs: {y: y}\n"
    )
    parent.write_text(
        "netspec: 1\ninclude: {part: ./part.yaml, block: residual_block}\nparams: {k: 2}\n"
        "defaults: {part.inner: {width: 3 * k}}\n"
        "inputs: {x: [N, 3, 8, 8]}\nnodes:\n  a: {op: part, width: 2 * k}\n  b: {op: part.inner}\n"
        "  c: {op: block, in_channels: 3 * k, out_channels: 6}\noutputs: {y: c}\n"
    )
    back = "../" * home.count("/")
    child.write_text(f"netspec: 1\nname: child\nextends: {back}{where}\nparams: {{k: 3}}\n")
    before = netspec.check_spec(child, root=tmp_path)
    text = resolve(child, root=tmp_path)
    assert "block: residual_block}" in text
    printed = child.with_name("resolved.yaml")
    printed.write_text(text)
    assert facts(netspec.check_spec(printed, root=tmp_path).graph) == facts(before.graph)
    assert resolve(printed, root=tmp_path) == text


def test_an_include_of_the_zoo_is_named_by_the_zoo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zoo" / "family").mkdir(parents=True)
    (tmp_path / "zoo" / "family" / "part.yaml").write_text(
        "netspec: 1\ninputs: {x: [N, 3, 8, 8]}\nnodes: {y: relu}\noutputs: {y: y}\n"
    )
    (tmp_path / "zoo" / "family" / "whole.yaml").write_text(
        "netspec: 1\ninclude: {part: ./part.yaml}\ninputs: {x: [N, 3, 8, 8]}\n"
        "nodes: {y: {op: part}}\noutputs: {y: y}\n"
    )
    monkeypatch.setattr(netspec.zoo, "zoo_root", lambda: tmp_path / "zoo")
    child = netspec.Text("netspec: 1\nextends: family/whole\n")
    for spec in (child, "family/whole", tmp_path / "zoo" / "family" / "whole.yaml"):
        assert "include: {part: family/part}" in check_same(spec)


def test_sizes_of_the_caller_become_nominal() -> None:
    spec = netspec.Text(
        "netspec: 1\nparams: {h: 32}\ndims: {H: h, W: {nominal: 64, multiple_of: 32}}\n"
        "inputs: {x: [N, 3, H, W]}\nnodes: {y: relu}\noutputs: {y: y}\n"
    )
    assert "dims: {H: 32, W: {nominal: 64, multiple_of: 32}}" in resolve(spec)
    assert "dims: {H: 7, W: {nominal: 96, multiple_of: 32}}" in resolve(
        spec, dims={"H": 7, "W": 96}
    )


@pytest.mark.parametrize(
    ("dims", "code", "part"),
    [
        ({"H": 0}, "invalid-dim", "positive integer"),
        ({"H": {"nominal": 3}}, "wrong-type", "not a mapping"),
        ({"Hh": 3}, "unknown-dim", "`Hh`"),
        ({"N": 3}, "unknown-dim", "`N`"),
    ],
)
def test_sizes_that_cannot_be_nominal(dims: dict[str, object], code: str, part: str) -> None:
    spec = netspec.Text(
        "netspec: 1\ndims: {H: 32}\ninputs: {x: [N, 3, H, H]}\nnodes: {y: relu}\noutputs: {y: y}\n"
    )
    with pytest.raises(NetspecError) as caught:
        resolve(spec, dims=dims)
    (error,) = caught.value.diagnostics
    assert error.code == code
    assert part in error.message


def test_a_size_that_must_be_fixed_is_no_nominal_size() -> None:
    """Flattened to a linear layer, an image must be of a fixed size."""
    spec = netspec.Text(
        "netspec: 1\ndims: {H: 8}\ninputs: {x: [N, 3, H, H]}\n"
        "nodes: {a: flatten, y: {op: linear, out_features: 2}}\noutputs: {y: y}\n"
    )
    netspec.check_spec(spec, dims={"H": 16})
    with pytest.raises(NetspecError) as caught:
        resolve(spec, dims={"H": 16})
    assert [str(found.span) for found in caught.value.diagnostics] == ["<resolved>:8:11"]


def test_all_mistakes_are_reported_and_nothing_is_resolved() -> None:
    spec = netspec.Text(
        "netspec: 1\ninputs: {x: [N, 3, 8, 8]}\nnodes: {a: rely, y: {op: conv}}\noutputs: {y: z}\n"
    )
    with pytest.raises(NetspecError) as resolving:
        resolve(spec)
    with pytest.raises(NetspecError) as checking:
        netspec.check_spec(spec)
    codes = [[found.code for found in e.value.diagnostics] for e in (resolving, checking)]
    assert codes[0] == codes[1] != []


def test_a_dict_resolves_as_its_text_does() -> None:
    spec = {
        "netspec": 1,
        "params": {"k": "2 * 3"},
        "inputs": {"x": ["N", 3, 8, 8]},
        "nodes": {"y": {"op": "conv", "out_channels": "k", "kernel_size": "max(1, x.width // k)"}},
        "outputs": {"y": "y"},
    }
    text = check_same(spec)
    assert 'y: {op: conv, out_channels: 6, kernel_size: "max(1, x.width // 6)"}' in text
