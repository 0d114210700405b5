"""Two processes over gloo."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch.multiprocessing

from tests.backends.torch import workers


def run(tmp_path: Path, how: Callable[..., object]) -> None:
    torch.multiprocessing.spawn(workers.work, (str(tmp_path / "store"), how), workers.WORLD)


def test_data_parallel(tmp_path: Path) -> None:
    run(tmp_path, workers.with_data_parallel)


@pytest.mark.slow
@pytest.mark.skipif(torch.__version__ < "2.7", reason="torch 2.6 does not shard on the CPU")
def test_fully_sharded(tmp_path: Path) -> None:
    run(tmp_path, workers.with_shards)


@pytest.mark.slow
def test_gradients_that_are_not_reduced_are_seen(tmp_path: Path) -> None:
    with pytest.raises(torch.multiprocessing.ProcessRaisedException, match="not close"):
        run(tmp_path, workers.without_reduction)
