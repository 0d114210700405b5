"""`netspec params`: what --set and --dim may say."""

from pathlib import Path

from netspec import check_spec, zoo

SPEC = """\
netspec: 1
params:
  width: {type: integer, min: 4, max: 64, doc: channels of the convolution}
  mode: {choices: [mean, max], default: mean}
  twice: 2 * width
dims: {H: {nominal: 32, min: 8, multiple_of: 4}}
inputs: {x: [N, 3, H, 8]}
nodes:
  conv: {op: conv, out_channels: twice, kernel_size: 1}
  act: {op: relu, when: mode == "max"}
outputs: {y: act}
"""


def test_the_table(netspec, folder: Path) -> None:
    (folder / "spec.yaml").write_text(SPEC)
    result = netspec("params", "spec.yaml")
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines() == [
        "parameter   default     what it may be",
        "width       required    integer, at least 4, at most 64; channels of the convolution",
        "mode        mean        one of mean, max",
        "twice       2 * width",
        "",
        "free size   nominal   what it may be",
        "H           32        at least 8, a multiple of 4",
    ]


def test_what_is_inherited_is_listed(netspec, folder: Path) -> None:
    (folder / "child.yaml").write_text("netspec: 1\nextends: good.yaml\nparams: {width: 6}\n")
    assert "\nwidth       6\n" in netspec("params", "child.yaml").out


def test_every_parameter_of_the_zoo(netspec) -> None:
    for name in zoo.names():
        lines = netspec("params", name).out.splitlines()
        assert max(map(len, lines)) <= 100
        listed = {line.split()[0] for line in lines if line and not line.startswith(" ")}
        assert check_spec(name).doc.params.keys() <= listed


def test_a_spec_without_any(netspec, folder: Path) -> None:
    text = "netspec: 1\ninputs: {x: [N, 3]}\nnodes: {act: relu}\noutputs: {y: act}\n"
    (folder / "bare.yaml").write_text(text)
    assert netspec("params", "bare.yaml").out == "no parameters and no free sizes\n"


def test_errors(netspec, folder: Path) -> None:
    (folder / "broken.yaml").write_text("netspec: 1\nparams: [\n")
    result = netspec("params", "broken.yaml")
    assert (result.status, result.out) == (1, "")
    assert "error[yaml-syntax]" in result.err
    result = netspec("params", "nosuch")
    assert (result.status, "`nosuch`" in result.err) == (2, True)
