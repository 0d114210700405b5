"""A good spec, and the same with two mistakes."""

GOOD = """\
netspec: 1
name: small
params: {width: 4}
dims: {H: 8}
inputs: {x: [N, 3, H, 8]}
nodes:
  conv: {op: conv, out_channels: width, kernel_size: 3, padding: 1, shape: [N, width, H, 8]}
  act: relu
outputs: {y: act}
"""
BAD = GOOD.replace("shape: [N, width, H, 8]", "shape: [N, width, H, 9]").replace("relu", "rellu")
