"""Specs that the tests of pictures draw."""

from dataclasses import fields, is_dataclass, replace

from netspec import Text, check_spec
from netspec.backends.picture.scene import Scene
from netspec.backends.picture.stage import stage
from netspec.graph.ir import Graph

RESIDUAL = """\
netspec: 1
name: small
doc: A stem, a stack of residual blocks and a head.
params: {num_classes: 10}
dims: {H: 32, W: 32}
inputs: {image: [N, 3, H, W]}
blocks:
  residual:
    params: {width, stride: 1}
    nodes:
      conv1: {op: conv, out_channels: width, kernel_size: 3, stride: stride, padding: 1}
      relu1: relu
      conv2: {op: conv, out_channels: width, kernel_size: 3, padding: 1}
      skip:
        chain:
          - {op: conv, out_channels: width, kernel_size: 1, stride: stride, bias: false}
          - batch_norm
        from: x
        when: stride != 1 or x.channels != width
      sum: {op: add, from: [conv2, skip]}
      relu2: relu
nodes:
  stem:
    - {op: conv, out_channels: 16, kernel_size: 3, padding: 1}
    - relu
    - {op: max_pool, kernel_size: 2}
  stage: {op: residual, width: 32, repeat: 3, first: {stride: 2}}
  pool: {op: adaptive_avg_pool, output_size: 1}
  flatten: flatten
  fc: {op: linear, out_features: num_classes}
outputs: {logits: fc}
"""

BRANCHES = """\
netspec: 1
name: branches
inputs: {x: [N, 8, 16, 16]}
nodes:
  features:
    - {op: conv, out_channels: 8, kernel_size: 3, padding: 1, repeat: 4}
    - relu
  a: {op: conv, out_channels: 4, kernel_size: 1, from: features}
  b: {op: conv, out_channels: 12, kernel_size: 3, padding: 1, from: features}
  c: {op: max_pool, kernel_size: 3, stride: 1, padding: 1, from: features}
  joined: {op: concat, from: [a, b, c]}
  aux: {op: conv, out_channels: 2, kernel_size: 1, from: b}
outputs: {y: joined, side: {from: aux, training: true}}
"""

NAUGHTY = '</script><script>alert(1)</script><!-- ]]> "\'&amp; \x07 `"]; click n1 "javascript:1"'


def graph(text: str = RESIDUAL) -> Graph:
    return check_spec(Text(text, "small.yaml")).graph


def scene(text: str = RESIDUAL) -> Scene:
    return stage(graph(text))


def naughty_scene() -> Scene:
    """A scene in which every text that a spec can bring along is naughty."""

    def spoil(value: object) -> object:
        if is_dataclass(value) and not isinstance(value, type):
            kept = ("at", "form", "hue", "kind", "change")
            values = {
                one.name: spoil(getattr(value, one.name))
                for one in fields(value)
                if one.name not in kept
            }
            return replace(value, **values)
        if isinstance(value, dict):
            return {f"{name}{NAUGHTY}": spoil(found) for name, found in value.items()}
        if isinstance(value, tuple):
            return tuple(map(spoil, value))
        return f"{value}{NAUGHTY}" if isinstance(value, str) and value else value

    found = spoil(scene())
    assert isinstance(found, Scene)
    return found
