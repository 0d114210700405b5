"""Where each tensor belongs."""

import pytest

import netspec
from netspec.analysis.diff import diff_graphs
from tests.analysis.diff.specs import diff

A = "{op: conv, out_channels: 4, kernel_size: 1}"
B = "{op: conv, out_channels: 4, kernel_size: 3, padding: 1}"


def test_a_chain_whose_members_shift() -> None:
    found = diff(f"{{y: [{A}, {B}]}}", f"{{y: [{A}, batch_norm, {B}]}}").weights
    assert found.same == ("y.0.weight", "y.0.bias")
    assert found.renamed == {"y.1.weight": "y.2.weight", "y.1.bias": "y.2.bias"}
    assert found.sources["y.2.bias"] == "y.1.bias"
    assert found.homeless == () and found.count == 4
    assert set(found.fresh) == {f"y.1.{name}" for name in NORM}


NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


def test_a_name_that_another_layer_has_now() -> None:
    found = diff(f"{{y: [{A}, {B}]}}", f"{{y: [{A}, batch_norm, {B}]}}").weights
    assert found.misleading == ("y.1.bias",)


def test_another_shape() -> None:
    found = diff(f"{{y: {A}}}", f"{{y: {A.replace('4', '6')}}}").weights
    assert [(each.before, each.shapes) for each in found.reshaped] == [
        ("y.weight", ((4, 4, 1, 1), (6, 4, 1, 1))),
        ("y.bias", ((4,), (6,))),
    ]
    assert found.fresh == ("y.weight", "y.bias") and found.sources == {}


def test_a_layer_that_is_gone() -> None:
    found = diff(f"{{a: {A}, y: {B}}}", f"{{y: {B}}}").weights
    assert found.homeless == ("a.weight", "a.bias")
    assert found.same == ("y.weight", "y.bias")


def test_the_bias_of_another_op_is_another_bias() -> None:
    found = diff(f"{{y: {A}}}", "{y: batch_norm}").weights
    assert found.sources == {} and found.homeless == ("y.weight", "y.bias")
    assert found.misleading == ("y.bias",)


def test_a_bare_parameter() -> None:
    nodes = (
        "{%s: {op: parameter, shape: [1, 4, 1, 1]}, y: {op: mul, from: [x, %s], broadcast: true}}"
    )
    assert diff(nodes % ("p", "p"), nodes % ("q", "q")).weights.renamed == {"p": "q"}


def test_shared_weights_move_once() -> None:
    nodes = "{%s: A, b: {share: %s, from: %s}, y: {op: add, from: [%s, b]}}".replace("A", A)
    found = diff(nodes % (("a",) * 4), nodes % (("c",) * 4))
    assert found.weights.renamed == {"a.weight": "c.weight", "a.bias": "c.bias"}


@pytest.mark.parametrize(
    ("before", "after", "same", "renamed", "fresh", "reshaped"),
    [
        # A convolution and a norm in each of three shortcuts shift by one.
        ("resnet50_c", "resnet50_d", 332 - 18, 3 * (1 + 5), 0, 0),
        # All convolutions but the first shift; the classifier stays.
        ("torchvision/vgg16", "torchvision/vgg16_bn", 2 + 6, 12 * 2, 13 * 5, 0),
        # Each first convolution, three shortcuts but for their counters, and the head.
        ("torchvision/resnet34", "torchvision/resnet50", 218 - 32, 0, 134, 16 + 3 * 5 + 1),
        ("torchvision/resnet152", "torchvision/resnet50", 320, 0, 0, 0),
    ],
)
def test_pairs_that_were_counted_by_hand(
    before: str, after: str, same: int, renamed: int, fresh: int, reshaped: int
) -> None:
    found = diff_graphs(*(netspec.check_spec(name).graph for name in (before, after))).weights
    counts = [len(each) for each in (found.same, found.renamed, found.fresh, found.reshaped)]
    assert counts == [same, renamed, fresh, reshaped]
