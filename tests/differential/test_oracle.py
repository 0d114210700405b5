"""The oracle by itself: it knows every op, and reads the zoo as netspec does."""

import pytest
import torch
import yaml

import netspec
from netspec import pipeline, zoo
from netspec.ops.registry import op_names
from netspec.shape import at
from tests.differential.eager import KNOWN
from tests.differential.oracle import Oracle

ZOO = [
    "lenet5",
    "resnet34",
    pytest.param("torchvision/googlenet", marks=pytest.mark.slow),
    pytest.param("inception_v4", marks=pytest.mark.slow),
]


def test_every_op_is_known() -> None:
    assert set(op_names()) == KNOWN, "write what the new op means in torch in `eager.py`"


@pytest.mark.parametrize("name", ZOO)
def test_the_zoo_is_read_as_netspec_reads_it(name: str) -> None:
    path = zoo.find(name)
    assert path is not None
    oracle, checked = (
        Oracle(yaml.safe_load(path.read_text(encoding="utf-8"))),
        netspec.check_spec(name),
    )
    model = pipeline.build(checked, seed=0).eval()
    images = oracle.inputs({})
    with torch.no_grad():
        oracle.run({}, images)
        assert oracle.shapes == {
            path: [tuple(at(size, {}) for size in shape) for shape in shapes]
            for path, shapes in checked.shapes.items()
        }
        oracle.load(model.state_dict())
        (output,) = oracle.run({}, images, heads=False).values()
        assert torch.equal(output, model(*images))
