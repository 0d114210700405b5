"""Nodes that go to another scope are found, and both directions agree."""

from netspec.analysis.diff.pairing import pair_networks
from tests.graph.specs import accept, spec

C1 = "{op: conv, out_channels: 4, kernel_size: 1}"
C3 = "{op: conv, out_channels: 4, kernel_size: 3, padding: 1}"


def pairs(before: str, after: str) -> dict[str, tuple[str, bool]]:
    """Old path -> new path, and whether it is in another scope."""
    found = pair_networks(accept(spec(before)), accept(spec(after)))
    return {each.left.path: (each.right.path, each.far) for each in found.pairs}


def test_a_layer_that_goes_to_another_scope() -> None:
    found = pairs(f"{{a: [{C1}, {C3}], y: [relu]}}", f"{{a: [{C1}], y: [{C3}, relu]}}")
    assert found["a.1"] == ("y.0", True)
    assert found["a.0"] == ("a.0", False)


def test_layers_that_get_a_scope_round_them() -> None:
    found = pairs(f"{{a: {C1}, b: {C3}, y: relu}}", f"{{stem: [{C1}, {C3}], y: relu}}")
    assert (found["a"], found["b"]) == (("stem.0", True), ("stem.1", True))


def test_what_owns_no_weights_does_not_go_far() -> None:
    assert "a.0" not in pairs("{a: [relu, gelu], y: [silu]}", "{a: [gelu], y: [silu, relu]}")


def test_what_could_be_one_or_another_does_not_go_far() -> None:
    found = pairs(f"{{a: [{C1}, relu], y: [gelu]}}", f"{{a: [relu], y: [{C1}, gelu, {C1}]}}")
    assert "a.0" not in found


def test_every_path_is_of_one_pair_at_most() -> None:
    before = f"{{a: [{C1}, [{C3}, relu]], b: [{C1}], y: relu}}"
    after = f"{{a: [[{C3}, relu], {C1}], c: {{op: dropout, from: a}}, y: [[{C1}], relu]}}"
    found = pair_networks(accept(spec(before)), accept(spec(after))).pairs
    moved = [each for each in found if each.far]
    for side in ([each.left.path for each in moved], [each.right.path for each in moved]):
        assert len(set(side)) == len(side)
