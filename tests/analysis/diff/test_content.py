"""How far two nodes are apart."""

import pytest

from netspec.analysis.diff.content import Contents, arguments
from netspec.graph.ir import Leaf, Node, Scope
from tests.graph.specs import accept, spec


def node(text: str) -> tuple[Scope, Node]:
    root = accept(spec(f"{{y: {text}}}")).root
    return root, root.nodes[0]


def distance(left: str, right: str) -> float:
    return Contents().distance(node(left)[1].body, node(right)[1].body)


CONV = "{op: conv, out_channels: 4, kernel_size: 1}"
WIDE = "{op: conv, out_channels: 8, kernel_size: 1}"
BIASLESS = "{op: conv, out_channels: 8, kernel_size: 1, bias: false}"


def test_equal_content_has_no_distance_and_one_digest() -> None:
    assert distance(f"[{CONV}, relu]", f"[{CONV}, relu]") == 0
    digests = {Contents().digest(*node(f"[{CONV}, relu]")) for _ in range(2)}
    assert len(digests) == 1 and Contents().digest(*node(f"[{CONV}, gelu]")) not in digests


def test_names_are_no_content() -> None:
    left, right = (
        f"{{from: x, nodes: {{{name}: {CONV}, act: relu}}}}" for name in ("conv", "other")
    )
    assert distance(left, right) == 0


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ((CONV, WIDE), (CONV, BIASLESS)),
        ((CONV, BIASLESS), (CONV, "relu")),
        (("relu", "gelu"), ("relu", "flatten")),
        ((f"[{CONV}, relu]", f"[{CONV}, relu, relu]"), (f"[{CONV}, relu]", "[gelu, relu]")),
        ((f"[{CONV}, relu]", f"[{WIDE}, relu]"), (f"[{CONV}, relu]", f"[{WIDE}, gelu]")),
        ((CONV, f"[{CONV}, gelu]"), (CONV, "[gelu, relu]")),
    ],
)
def test_what_is_nearer(near: tuple[str, str], far: tuple[str, str]) -> None:
    assert 0 < distance(*near) < distance(*far) <= 1
    assert distance(*near) == distance(*near[::-1])
    assert distance(*far) == distance(*far[::-1])


def test_weights_tell_shapes_apart() -> None:
    body = {each: node(each)[1].body for each in (CONV, WIDE, BIASLESS, "relu", "[relu, gelu]")}
    found = {each: Contents().weights(body[each]) for each in body}
    assert len({found[CONV], found[WIDE], found[BIASLESS]}) == 3
    assert found["relu"] == found["[relu, gelu]"] == ""


def test_arguments_are_told_as_they_are_written() -> None:
    body = node("{op: conv, out_channels: 4, kernel_size: [1, 3], bias: false}")[1].body
    assert isinstance(body, Leaf)
    told = arguments(body.op)
    assert (told["kernel_size"], told["bias"]) == ("[1, 3]", "false")
