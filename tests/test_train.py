"""examples/train.py learns, goes on where it was stopped, and in two processes does the same."""

import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import matplotlib
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

import netspec

EXAMPLES = Path(__file__).parent.parent / "examples"
SCRIPT = EXAMPLES / "train.py"
GROUP_NORM = EXAMPLES / "digits_group_norm.yaml"

# Dropout draws at random, batch norm has buffers: what a checkpoint could lose.
SMALL = """
netspec: 1
inputs: {image: [N, 1, 8, 8]}
nodes:
  flatten: flatten
  norm: batch_norm
  drop: {op: dropout, p: 0.2}
  fc: {op: linear, out_features: 10}
outputs: {scores: fc}
"""

needs_shards = pytest.mark.skipif(
    torch.__version__ < "2.7", reason="torch 2.6 does not shard on the CPU"
)
both_ways = pytest.mark.parametrize("parallel", ["ddp", pytest.param("fsdp", marks=needs_shards)])

Weights = dict[str, Tensor]


@pytest.fixture(scope="module")
def script() -> Iterator[dict[str, Any]]:
    """The names of the script, none of it run."""
    with matplotlib.rc_context():
        matplotlib.use("agg")
        yield runpy.run_path(str(SCRIPT))


@pytest.fixture
def train(
    script: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Runs the script on SMALL in this process: `train("--seed", "3")`."""
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(SMALL, encoding="utf-8")

    def run(*arguments: str, spec: str = "small.yaml", draws: bool = False) -> None:
        settings = ["--epochs", "4", "--batch-size", "359", "--learning-rate", "0.03", *arguments]
        draw = script["Run"].draw if draws else lambda *_: None
        with patch.object(script["Run"], "draw", draw):
            script["main"].main([spec, *settings], standalone_mode=False)

    return run


def last(folder: Path | str) -> tuple[dict[str, Any], Weights]:
    """What the checkpoint in a folder holds; there is one."""
    (path,) = Path(folder).glob("epoch*")
    return torch.load(path / "state.pt", weights_only=True), load_file(path / "weights.safetensors")


def test_it_learns_and_leaves_a_checkpoint_and_a_picture(
    train: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    train(draws=True)
    state, weights = last("digits")
    assert state["epoch"] == 4 and len(state["losses"]) == 4 * 4 and len(state["held_out"]) == 4
    assert state["losses"][-1] < state["losses"][0] / 2
    assert state["held_out"][-1][1] > 0.7
    assert weights.keys() == netspec.check_spec("small.yaml").state_dict_shapes.keys()
    printed = capsys.readouterr().out
    assert len(re.findall(r"^epoch +\d  loss \d\.\d{4}  held out .*% right$", printed, re.M)) == 4
    words = re.findall(r"<!-- (.*) -->", Path("digits/curves.svg").read_text("utf-8"))
    assert "training, each step" in words and "% right of 360 held-out images" in words


def interrupted(script: dict[str, Any], train: Callable[..., None], step: int) -> None:
    """Run until an exception in this step."""
    learn, steps = script["Run"].step, iter(range(step))

    def fails(*arguments: object) -> object:
        if next(steps, None) is None:
            raise KeyboardInterrupt
        return learn(*arguments)

    with (
        patch.object(script["Run"], "step", fails),
        pytest.raises((KeyboardInterrupt, click.Abort)),
    ):
        train()


def differs(folder: str, other: str) -> bool:
    """Has one bit of losses or weights another value?"""
    (one, ours), (two, theirs) = last(folder), last(other)
    same = all(torch.equal(ours[key], theirs[key]) for key in ours)
    return one["losses"] != two["losses"] or one["held_out"] != two["held_out"] or not same


def test_a_resumed_run_ends_as_if_nothing_had_happened(
    script: dict[str, Any], train: Callable[..., None]
) -> None:
    train("--folder", "whole")
    interrupted(script, train, step=10)
    assert last("digits")[0]["epoch"] == 2
    train()
    assert not differs("whole", "digits")
    train("--folder", "other", "--seed", "1")
    assert differs("whole", "other")


@pytest.mark.parametrize("lost", ["optimizer", "scheduler", "seed"])
def test_what_a_checkpoint_could_lose_would_be_seen(
    script: dict[str, Any], train: Callable[..., None], lost: str
) -> None:
    train("--folder", "whole")
    interrupted(script, train, step=10)
    names = script["main"].callback.__globals__
    faults = {
        "optimizer": lambda *_, **__: None,
        "scheduler": lambda self, state: None,
        "seed": lambda seed: None,
    }
    places: dict[str, Any] = {
        "optimizer": patch.dict(names, set_optimizer_state_dict=faults["optimizer"]),
        "scheduler": patch.object(script["OneCycleLR"], "load_state_dict", faults["scheduler"]),
        "seed": patch.object(torch, "manual_seed", faults["seed"]),
    }
    with places[lost]:
        train()
    assert differs("whole", "digits")


def test_a_checkpoint_is_whole_or_not_there(
    script: dict[str, Any], train: Callable[..., None]
) -> None:
    train("--folder", "whole")
    save, writes = torch.save, iter(range(2))

    def fails(state: object, path: Path) -> None:
        save({}, path)  # a part of it is there
        if next(writes, None) is None:
            raise OSError("no space left")
        save(state, path)

    with patch.object(torch, "save", fails), pytest.raises(OSError, match="no space"):
        train()
    assert last("digits")[0]["epoch"] == 2
    train()
    assert not differs("whole", "digits")
    train()  # there is nothing left to do
    assert not differs("whole", "digits")


REFUSED = {
    "no spec": ("gone.yaml", [], "gone.yaml"),
    "input": ("lenet5", [], r"(?s)`image`.*declare `inputs: \{image: \[N, 1, 8, 8\]\}`"),
    "inputs": (str(EXAMPLES / "siamese.yaml"), [], r"2 inputs.*declare `inputs"),
    "output": ("five.yaml", [], r"five.yaml gives \[N, 5\]: give \[N, 10\]"),
    "outputs": ("heads.yaml", [], "heads.yaml has 2 outputs in training: leave one"),
    "mistake": ("wrong.yaml", [], "there is no op or block `lineer`"),
    "shards": ("small.yaml", ["--parallel", "fsdp"], "one process has nothing to shard"),
    "setting": ("small.yaml", ["--seed", "1"], r"digits holds a run of `seed` \(=0\), not 1: name"),
    "another spec": ("plain.yaml", [], "digits holds a run of another spec: name"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_trained_is_refused(train: Callable[..., None], kind: str) -> None:
    spec, arguments, message = REFUSED[kind]
    Path("five.yaml").write_text(SMALL.replace("features: 10", "features: 5"))
    Path("heads.yaml").write_text(
        SMALL.replace("fc}", "fc, flat: {from: flatten, training: true}}")
    )
    Path("wrong.yaml").write_text(SMALL.replace("linear", "lineer"))
    Path("plain.yaml").write_text(SMALL.replace("p: 0.2", "p: 0.1"))
    if kind in ("setting", "another spec"):
        train()
    with pytest.raises(click.ClickException, match=message):
        train(*arguments, spec=spec)


# Runs the script; the process of that rank is killed at that call of the loss, once.
KILLED = """
import os, runpy, signal, sys
from pathlib import Path

from torch.nn import functional

rank, call, marker = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
cross_entropy, calls = functional.cross_entropy, iter(range(1, 10**6))


def killed(*arguments):
    if next(calls) == call and os.environ.get("RANK", "0") == rank and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return cross_entropy(*arguments)


functional.cross_entropy = killed
del sys.argv[:4]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
IN_SECOND_EPOCH = "17"  # of 11 steps and one evaluation each


class Launcher:
    """Runs the script in processes of its own, on the group norm and for three epochs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "killed.py").write_text(KILLED, encoding="utf-8")

    def __call__(
        self,
        name: str,
        parallel: str = "",
        spec: Path = GROUP_NORM,
        kill: str = "",
        restarts: int = 0,
    ) -> int:
        """The exit status of the run in the folder `name`; `kill` is the rank that is killed."""
        run = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
        run += ["--max-restarts", str(restarts)]
        dying = ["killed.py", kill, IN_SECOND_EPOCH, f"{name}.killed"] if kill else []
        settings = [str(spec), "--epochs", "3", "--folder", name]
        settings += ["--parallel", parallel] if parallel else []
        command = [sys.executable, *(run if parallel else []), *dying, str(SCRIPT), *settings]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
        environment["TORCH_DISABLE_SHARE_RDZV_TCP_STORE"] = "1"  # the page says why
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=600
        )
        assert not kill or (self.folder / f"{name}.killed").exists(), done.stderr
        assert done.returncode == 0 or (kill and not restarts), done.stderr
        return done.returncode

    def difference(self, name: str, other: str) -> float:
        """The largest between two runs, of all losses and weights."""
        (one, ours), (two, theirs) = last(self.folder / name), last(self.folder / other)
        assert len(one["losses"]) == len(two["losses"]) == 33
        pairs = [(torch.tensor(one["losses"]), torch.tensor(two["losses"]))]
        pairs += [(ours[key], theirs[key]) for key in ours]
        return max(float((left - right).abs().max()) for left, right in pairs)


@pytest.fixture(scope="module")
def launch(tmp_path_factory: pytest.TempPathFactory) -> Launcher:
    """With the run of one process in the folder `one`."""
    launcher = Launcher(tmp_path_factory.mktemp("runs"))
    launcher("one")
    return launcher


@pytest.mark.slow
@both_ways
def test_two_processes_learn_what_one_does(launch: Launcher, parallel: str) -> None:
    launch(parallel, parallel)
    assert launch.difference("one", parallel) < 1e-5


@pytest.mark.slow
def test_batch_norm_sees_the_images_of_its_process_alone(launch: Launcher) -> None:
    launch("one_batch", spec=EXAMPLES / "digits.yaml")
    launch("two_batches", "ddp", spec=EXAMPLES / "digits.yaml")
    assert launch.difference("one_batch", "two_batches") > 1e-3


@pytest.mark.slow
def test_a_process_that_was_killed_goes_on(launch: Launcher) -> None:
    assert launch("killed", kill="0") != 0
    assert last(launch.folder / "killed")[0]["epoch"] == 1
    launch("killed")
    assert launch.difference("one", "killed") == 0


@pytest.mark.slow
@both_ways
@pytest.mark.parametrize("rank", ["0", "1"])
def test_torchrun_restarts_what_was_killed(launch: Launcher, parallel: str, rank: str) -> None:
    name = f"{parallel}_restarted_{rank}"
    launch(name, parallel, kill=rank, restarts=1)
    launch(parallel, parallel)
    assert launch.difference(parallel, name) < 1e-6


@pytest.mark.slow
@both_ways
def test_one_process_goes_on_where_two_were_killed(launch: Launcher, parallel: str) -> None:
    name = f"{parallel}_then_one"
    assert launch(name, parallel, kill="1") != 0
    assert last(launch.folder / name)[0]["epoch"] == 1
    launch(name)
    assert launch.difference("one", name) < 1e-5


@pytest.mark.slow
def test_digits_are_told_apart(script: dict[str, Any], tmp_path: Path) -> None:
    script["main"].main(["--folder", str(tmp_path / "run")], standalone_mode=False)
    state, _ = last(tmp_path / "run")
    assert state["held_out"][-1][1] >= 0.97
