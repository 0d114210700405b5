"""All measures of a network together."""

import pytest

import netspec
from netspec import NetspecError, Text
from netspec.analysis.measure import Layer, Measured, default_dtype, measure
from netspec.analysis.overview import table

SPEC = """\
netspec: 1
inputs: {x: [N, 3, 8, 8]}
nodes:
  stem: [{op: conv, out_channels: 4, kernel_size: 3, padding: 1, bias: false}, batch_norm, relu]
  pool: {op: max_pool, kernel_size: 2}
  again: {share: stem, from: x, when: false}
  aux: {op: linear, from: flat, out_features: 5}
  flat: {op: flatten, from: pool}
  head: {op: linear, from: flat, out_features: 10}
outputs: {y: head, aux: {from: aux, training: true}}
""".replace("  again: {share: stem, from: x, when: false}\n", "")


def measured(*freeze: str, depth: int = 1, dtype: str | None = None) -> Measured:
    return measure(netspec.check_spec(Text(SPEC)).graph, depth, dtype, freeze)


def layer(found: Measured, path: str) -> Layer:
    return next(layer for layer in found.layers if layer.row.path == path)


def test_totals() -> None:
    found = measured()
    stem, head, aux = 108 + 8, 64 * 10 + 10, 64 * 5 + 5
    assert found.cost.parameters == found.trainable == stem + head + aux
    assert (found.cost.macs, found.cost.training_macs) == (64 * 108 + 640, 320)
    assert found.weights == 4 * (stem + head + aux + 8) + 8
    assert (found.peak, found.peak_at) == (4 * (192 + 2 * 256), "stem.1")
    assert found.written == 4 * (3 * 256 + 64 + 10)


@pytest.mark.parametrize(("dtype", "size"), [("float16", 2), ("bfloat16", 2), ("float64", 8)])
def test_dtypes(dtype: str, size: int) -> None:
    single, found = measured(), measured(dtype=dtype)
    assert found.peak == single.peak * size // 4
    assert found.written == single.written * size // 4
    assert found.weights - 8 == (single.weights - 8) * size // 4


def test_the_dtype_is_that_of_the_inputs_where_they_agree() -> None:
    text = "netspec: 1\ninputs: {a: {shape: [N, 3], dtype: float64}, b: {shape: [N, 3], dtype: X}}"
    text += "\nnodes: {y: {op: add, from: [a, b]}}\noutputs: {y: y}\n"
    graphs = [
        netspec.check_spec(Text(text.replace("X", dtype))).graph for dtype in ("float64", "float16")
    ]
    assert list(map(default_dtype, graphs)) == ["float64", "float32"]


def test_a_layer() -> None:
    found = measured(depth=2)
    assert [layer.row.path for layer in found.layers][:4] == ["stem", "stem.0", "stem.1", "stem.2"]
    pool = layer(found, "pool")
    assert pool.memory == 4 * 64
    assert [field and field.extent for field in pool.fields] == [4, 4]
    assert pool.strides == (2, 2)
    assert layer(found, "stem").memory == 3 * 4 * 256
    assert layer(found, "aux").memory is None


def test_what_is_frozen_is_told_at_each_level() -> None:
    found = measured("stem.1.*", "head.bias", depth=2)
    assert found.cost.parameters - found.trainable == 8 + 10
    learned = {path: layer(found, path).trainable for path in ("stem", "stem.0", "stem.1", "head")}
    assert learned == {"stem": 108, "stem.0": 108, "stem.1": 0, "head": 640}


def test_a_glob_that_fits_nothing() -> None:
    with pytest.raises(NetspecError, match="no parameter of the network fits the glob `stm"):
        measured("stm.*")


def test_frozen_parameters_are_those_of_torch() -> None:
    model = netspec.compile_spec(Text(SPEC), freeze=["stem.*"])
    learned = sum(each.numel() for each in model.parameters() if each.requires_grad)
    assert measured("stem.*").trainable == learned
    assert measured("stem.0.*").trainable != learned


def test_a_checked_spec_has_it_and_it_prints_as_the_table() -> None:
    found = netspec.check_spec(Text(SPEC)).summary(depth=2, dtype="float16", freeze=["stem.*"])
    wanted = measured("stem.*", depth=2, dtype="float16")
    assert found.layers == wanted.layers
    assert str(found) == "\n".join(table(wanted)) != str(measured(depth=2))
