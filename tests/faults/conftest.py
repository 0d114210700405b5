"""A folder with a good and a bad spec, and weights of the good one."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tests.cli.samples import BAD, GOOD


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text(BAD)
    weights = {"conv.weight": torch.ones(4, 3, 3, 3), "conv.bias": torch.ones(4)}
    save_file(weights, tmp_path / "weights.safetensors")
    monkeypatch.chdir(tmp_path)
    return tmp_path
