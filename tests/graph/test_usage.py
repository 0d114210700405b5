"""Parameters and dims that no expression reads."""

from pathlib import Path

import pytest

from tests.graph.files import errors, included
from tests.graph.specs import accept, refuse, spec

CONV = "{op: conv, out_channels: 4, kernel_size: 1}"


def test_unused_parameter() -> None:
    (error,) = refuse(spec("y: relu", params="{⟦a⟧: 1}"), "unused")
    assert error.message == "nothing uses the parameter `a`"


def test_unused_parameter_of_a_block() -> None:
    (error,) = refuse(spec("y: b", blocks="b: {params: {⟦k⟧: 1}, nodes: {a: relu}}"), "unused")
    assert error.message == "nothing uses the parameter `k` of block `b`"


def test_unused_dim() -> None:
    (error,) = refuse(spec("y: relu", dims="{⟦H⟧: 8}"), "unused")
    assert error.message == "nothing uses the dim `H`"


def test_all_unused_names_at_once() -> None:
    refuse(
        spec("y: relu", params="{⟦a⟧: 1, ⟦b⟧: 2}", dims="{⟦H⟧: 8}"), "unused", "unused", "unused"
    )


@pytest.mark.parametrize(
    ("nodes", "top"),
    [
        ("y: {op: conv, out_channels: a, kernel_size: 1}", {}),
        ("y: {op: relu, when: a == 4}", {}),
        ("y: {op: relu, repeat: a}", {}),
        ("y: {op: conv, out_channels: 4, kernel_size: 1, repeat: 2, first: {stride: a // 4}}", {}),
        ("y: {op: relu, shape: [N, a, 8, 8]}", {}),
        ('y: {op: max_pool, kernel_size: "[a // 2, 2]"}', {}),
        ("y: [{op: relu, repeat: a}]", {}),
        ("y: {nodes: {b: {op: relu, repeat: a}}}", {}),
        ("y: {op: conv, kernel_size: 1}", {"defaults": "{conv: {out_channels: a}}"}),
        ("y: " + CONV, {"init": "[{op: conv, when: a == 4, fill: 0}]"}),
        ("y: " + CONV, {"init": "[{op: conv, fill: {normal: {std: a}}}]"}),
        ("y: relu", {"inputs": "{x: [N, a, 8, 8]}"}),
        ("y: relu", {"outputs": "{y: {from: y, shape: [N, a, 8, 8]}}"}),
        ("y: {op: b, k: a}", {"blocks": "b: {params: {k}, nodes: {c: {op: relu, repeat: k}}}"}),
        ("y: relu", {"dims": "{H: {nominal: 8, multiple_of: a}}", "inputs": "{x: [N, 4, H, H]}"}),
    ],
)
def test_what_counts_as_a_use(nodes: str, top: dict[str, str]) -> None:
    accept(spec(nodes, params="{a: 4}", **top))


def test_a_node_value_is_used_by_its_name() -> None:
    accept(spec("y: act", params="{act: {op: relu}}"))


def test_a_parameter_is_used_by_a_later_default() -> None:
    accept(spec("y: {op: relu, repeat: b}", params="{a: 1, b: a + 1}"))


def test_use_does_not_depend_on_conditions() -> None:
    accept(spec("y: {op: relu, when: 1 > 2, repeat: a}", params="{a: 4}"))


def test_blocks_and_defaults_may_lie_unused() -> None:
    accept(
        spec(
            "y: relu",
            blocks="b: {nodes: {c: relu}}",
            defaults="{conv: {bias: false}, b: {}}",
        )
    )


def test_a_dim_that_a_block_alone_uses_is_not_unused_but_untold() -> None:
    resized = "{op: upsample, size: H}"
    text = spec("⟦y⟧: b", dims="{H: 8}", blocks=f"b: {{nodes: {{a: {resized}}}}}")
    refuse(text, "unbound-dim")


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("widht", "did you mean the parent's `width`?"),
        ("other", "use it in an expression, or delete it"),
    ],
)
def test_an_unused_parameter_that_is_like_an_inherited_one(
    tmp_path: Path, name: str, help: str
) -> None:
    conv = "y: {op: conv, out_channels: width, kernel_size: 1}"
    included(tmp_path, base=spec(conv, params="{width: 4}"))
    (error,) = errors(tmp_path, f"netspec: 1\nextends: base.yaml\nparams: {{{name}: 8}}\n")
    assert (error.code, error.help) == ("unused", help)
