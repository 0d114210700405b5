"""What cannot be written, told with its node before anything is."""

import pytest

from netspec import NetspecError
from netspec.backends.source.refuse import refuse
from netspec.ops import Call, Inputs, Op, Shape
from tests.backends.source.parts import checked
from tests.own_ops import isolate


def own(target: str) -> type[Op]:
    """An op that lowers to this."""

    class Own(Op):
        name = "own"

        def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
            return (inputs[0],)

        def lower(self, inputs: Inputs) -> Call:
            return Call(target)

    return Own


TEXT = """blocks: {unit: {chain: [own, relu]}}
nodes:
  a: unit
  b: {op: unit, repeat: 2}
outputs: {y: b}
"""


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("elsewhere.Own", "the op `own` is `elsewhere.Own`, of which source has no copy"),
        ("netspec.backends.torch.layers.Own", "of which source has no copy"),
        ("torch.ops.own.run", "of which source has no copy"),
        ("torch.nn.ReLU();import os", "which is no name of Python"),
    ],
)
def test_an_op_without_source(target: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)
    from netspec.ops import registry

    registry._OPS["own"] = own(target)
    with pytest.raises(NetspecError) as caught:
        refuse(checked(TEXT).graph)
    first = caught.value.diagnostics[0]
    assert (first.code, first.span.line) == ("not-exportable", 4)
    assert first.message.startswith("`a.0`: ") and reason in first.message
    assert first.help


def test_what_is_torchs_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)
    from netspec.ops import registry

    registry._OPS["own"] = own("torch.nn.Identity")
    refuse(checked(TEXT).graph)
