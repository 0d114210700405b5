"""Ops that stand for those of users, and packages that offer some, gone after the test."""

import sys
from pathlib import Path

import pytest

from netspec.ops import registry

OP = '''\
from netspec.ops import Call, Inputs, Op, Shape, register_op


@register_op
class {title}(Op):
    """The same: x [N, *] -> [N, *].

    Example:

        netspec: 1
        name: example
        inputs: {{x: [N, 3]}}
        nodes: {{y: {{op: {name}, shape: [N, 3]}}}}
        outputs: {{y: y}}
    """

    name = "{name}"

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        return (inputs[0],)

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.nn.Identity")
'''

SPEC = "netspec: 1\nname: own\ninputs: {{x: [N, 3]}}\nnodes: {{y: {}}}\noutputs: {{y: y}}\n"


def isolate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget after the test what is registered in it."""
    assert list(registry.op_names())
    monkeypatch.setattr(registry, "_OPS", dict(registry._OPS))


def install(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    entries: dict[str, str],
    source: str,
) -> None:
    """A package of one module that is found like an installed one."""
    info = folder / package / f"{package}-1.0.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    lines = (f"{name} = {value}" for name, value in entries.items())
    info.joinpath("entry_points.txt").write_text("\n".join(["[netspec.ops]", *lines, ""]))
    (folder / package / f"{package}.py").write_text(source)
    monkeypatch.syspath_prepend(folder / package)
    forget(package)


def forget(package: str) -> None:
    """Let the package be imported anew."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]
