"""The comparison with the source documents sees mistakes that leave every key as it is."""

from pathlib import Path

import pytest

from tests.parity.documents import compiled, share, spec_of
from tests.parity.planting import Edits, planted
from tests.parity.test_documents import ALLOWED

SEEN = 10 * ALLOWED

BLOCK, R34, KERAS = "residual_block", "resnet34", "keras_resnet50"
A, B, D = "resnet50_a", "resnet50_b", "resnet50_d"
V3, V4, R2 = "inception_v3", "inception_v4", "inception_resnet_v2"

STRIDE_ON_SECOND: dict[str, Edits] = {
    name: [
        (name, "kernel_size: 3, padding: 1", "kernel_size: 3, SECOND"),
        (name, "kernel_size: 3, stride: stride, padding: 1", "kernel_size: 3, padding: 1"),
        (name, "SECOND", "stride: stride, padding: 1"),
    ]
    for name in (BLOCK, R34)
}
PADDING_OF_THE_STEM: dict[str, Edits] = {
    name: [
        (name, "32, kernel_size: 3, shape", "32, kernel_size: 3, padding: 1, shape"),
        (name, "64, kernel_size: 3, padding: 1, shape", "64, kernel_size: 3, shape"),
    ]
    for name in (V3, V4)
}
OTHER_EPS: Edits = [(V4, "batchnorm: batch_norm", "batchnorm: {op: batch_norm, eps: 0.001}")]
STRIDE_ON_MIDDLE: Edits = [
    (V4, "l, kernel_size: 3, padding: 1", "l, kernel_size: 3, stride: 2"),
    (V4, "m, kernel_size: 3, stride: 2", "m, kernel_size: 3, padding: 1"),
]

QUICK: dict[str, dict[str, Edits]] = {
    "residual_block_down_64_128": {
        "relu": [(BLOCK, "out_act: relu", "out_act: identity")],
        "stride": STRIDE_ON_SECOND[BLOCK],
    },
    B: {
        "eps": [(A, "bn3: batch_norm", "bn3: {op: batch_norm, eps: 0.001}")],
        "pool": [(A, "op: max_pool", "op: avg_pool")],
        "padding": [(A, "stride: 2, padding: 1, shape", "stride: 2, shape")],
        "relu": [(A, "relu2: {op: relu, inplace: true}", "relu2: identity")],
        "stride": [(B, "conv1: {stride: ~}, conv2: {stride: stride}", "conv1: {stride: stride}")],
    },
    D: {
        "pool": [(D, "op: avg_pool", "op: max_pool")],
    },
    KERAS: {
        "eps": [(KERAS, "eps: 0.001", "eps: 0.00001")],
        "pool": [(KERAS, "avg_pool: {op: avg_pool", "avg_pool: {op: max_pool")],
        "padding": [(KERAS, "pad: [3, 3, 3, 3]", "pad: [2, 2, 2, 2]")],
        "relu": [(KERAS, "relu_2b: relu", "relu_2b: identity")],
        "stride": [
            (
                KERAS,
                "al_block, filters: [128, 128, 512]",
                "al_block, filters: [128, 128, 512], stride: 1",
            ),
            (
                KERAS,
                "al_block, filters: [256, 256, 1024]",
                "al_block, filters: [256, 256, 1024], stride: 4",
            ),
        ],
    },
}
SLOW: dict[str, dict[str, Edits]] = {
    R34: {
        "pool": [(R34, "op: max_pool", "op: avg_pool")],
        "padding": [(R34, "kernel_size: 3, stride: 2, padding: 1", "kernel_size: 3, stride: 2")],
        "relu": [(R34, "conv1_act: relu", "conv1_act: identity")],
        "stride": STRIDE_ON_SECOND[R34],
    },
    V3: {
        "eps": [(V3, "eps: 0.001", "eps: 0.00001")],
        "pool": [
            (V3, "max_pool, kernel_size: 3, stride: 1", "avg_pool, kernel_size: 3, stride: 1")
        ],
        "padding": PADDING_OF_THE_STEM[V3],
        "relu": [(V3, "relu: relu\n  inc", "relu: {op: relu, when: out_channels != 288}\n  inc")],
        "stride": [
            (V3, "80, kernel_size: 3, shape", "80, kernel_size: 3, stride: 2, shape"),
            (V3, "192, kernel_size: 3, stride: 2, shape", "192, kernel_size: 3, shape"),
        ],
    },
    V4: {
        "eps": OTHER_EPS,
        "pool": [(V4, "op: avg_pool", "op: max_pool")],
        "padding": PADDING_OF_THE_STEM[V4],
        "relu": [(V4, "inplace: true}", "inplace: true, when: out_channels != 512}")],
        "stride": STRIDE_ON_MIDDLE,
    },
    R2: {
        "eps": OTHER_EPS,
        "pool": [(R2, "op: max_pool", "op: avg_pool")],
        "padding": [
            (R2, "[1, 3], padding: [0, 1]", "[1, 3], padding: [1, 0]"),
            (R2, "[3, 1], padding: [1, 0]", "[3, 1], padding: [0, 1]"),
        ],
        "relu": [(R2, "relu: {op: relu, inplace: true}\n\nnodes", "relu: identity\n\nnodes")],
        "stride": STRIDE_ON_MIDDLE,
        "scale": [(R2, "scale: {default: 1,", "scale: {default: 0.99,")],
    },
}


def pairs(table: dict[str, dict[str, Edits]]) -> list[tuple[str, Edits]]:
    return [
        pytest.param(name, edits, id=f"{name}-{mistake}")
        for name, mistakes in table.items()
        for mistake, edits in mistakes.items()
    ]


def planted_share(name: str, edits: Edits, folder: Path) -> float:
    path = planted(folder, edits) / f"{spec_of(name)}.yaml"
    return share(name, compiled(name, path))


@pytest.mark.parametrize("name", QUICK)
def test_a_copy_without_mistakes_is_equal(name: str, tmp_path: Path) -> None:
    assert planted_share(name, [], tmp_path) < ALLOWED


@pytest.mark.parametrize(("name", "edits"), pairs(QUICK))
def test_comparison_sees(name: str, edits: Edits, tmp_path: Path) -> None:
    assert planted_share(name, edits, tmp_path) > SEEN


@pytest.mark.slow
@pytest.mark.parametrize(("name", "edits"), pairs(SLOW))
def test_comparison_sees_at_full_size(name: str, edits: Edits, tmp_path: Path) -> None:
    assert planted_share(name, edits, tmp_path) > SEEN
