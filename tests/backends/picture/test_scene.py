"""A scene as JSON values."""

import json

from netspec.backends.picture.scene import Box, plain
from tests.backends.picture.samples import scene


def test_what_says_nothing_is_left_out() -> None:
    box = Box("a", "a", "relu", ((-1, 0),), ("N",), scope=0)
    assert plain(box) == {
        "name": "a",
        "at": "a",
        "what": "relu",
        "inputs": [[-1, 0]],
        "outputs": ["N"],
        "parameters": 0,
        "macs": 0,
        "memory": 0,
        "scope": 0,
    }


def test_a_scene_is_json() -> None:
    found = json.loads(json.dumps(plain(scene())))
    assert found["scopes"][-1]["nodes"][-1]["name"] == "fc"
    assert found["doc"].startswith("A stem")
