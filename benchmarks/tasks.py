"""What is measured in a warm process: `python -m benchmarks.tasks NAME ARGUMENT...`.

The first argument may name several things, `resnet18,resnet34`: each is measured in a child process
of its own, forked when what all need is imported. Prints a JSON list with an entry for each: `time`
in seconds, `memory`, the most bytes that were resident in the child, with all that is imported, and
`growth`, by how many they grew in it.
"""

import json
import multiprocessing
import resource
import sys
from collections.abc import Callable
from contextlib import nullcontext
from importlib import import_module
from itertools import islice, product
from multiprocessing.connection import Connection
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import netspec
from netspec.limits import Limits

if TYPE_CHECKING:
    from torch import nn

Call = Callable[[], object]
SECONDS = 1.0
FEWEST, MOST = 3, 200
SIZES = {"inception_v3": 299}


class Task(NamedTuple):
    """`run` gives seconds; before the child starts, its parent imports `modules`: the same on both
    sides of a race."""

    run: Callable[..., float]
    modules: tuple[str, ...] = ()


def count(name: str) -> float:
    """Read, check and count a spec of the zoo."""

    def call() -> tuple[int, int]:
        checked = netspec.check_spec(name)
        return checked.parameters, checked.macs

    return repeated(call)


def check_chain(nodes: str) -> float:
    """Read and check a file with a chain of this many nodes."""
    pair = "    - {op: conv, out_channels: 8, kernel_size: 3, padding: 1}\n    - relu\n"
    text = "netspec: 1\ninputs: {x: [N, 8, 32, 32]}\nnodes:\n  body:\n" + pair * (int(nodes) // 2)
    spec = netspec.Text(text + "outputs: {y: body}\n")
    limits = Limits(file_bytes=1 << 30, values=10**9, nodes=10**9)
    return repeated(lambda: netspec.check_spec(spec, limits=limits))


def vary(variants: str) -> float:
    """Elaborate and count that many variants of Inception-v4, no two alike; seconds for each."""
    checked = netspec.check_spec("inception_v4")
    grid = product(*(range(first, first + 160, 16) for first in (128, 160, 192, 320)))
    start = perf_counter()
    for k, l, m, n in islice(grid, int(variants)):  # noqa: E741
        variant = checked.vary(params={"k": k, "l": l, "m": m, "n": n})
        assert variant.parameters and variant.macs
    return (perf_counter() - start) / int(variants)


def compile_zoo(name: str, device: str) -> float:
    """From YAML to the module."""
    return repeated(lambda: netspec.compile_spec(f"torchvision/{name}", device=device))


def construct_zoo(name: str, device: str) -> float:
    """From the checked spec to the module."""
    from netspec import pipeline

    checked = netspec.check_spec(f"torchvision/{name}")
    return repeated(lambda: pipeline.build(checked, device=device))


def construct_torchvision(name: str, device: str) -> float:
    """Torchvision's module, with its initialization."""
    import torch

    def call() -> "nn.Module":
        with nullcontext() if device == "cpu" else torch.device(device):
            return _torchvision(name)

    return repeated(call)


def forward_zoo(name: str, batch: str) -> float:
    """The compiled network."""
    model = netspec.compile_spec(f"torchvision/{name}", seed=0)
    return _forward(model, int(batch), SIZES.get(name, 224))


def forward_torchvision(name: str, batch: str) -> float:
    """Torchvision's network."""
    return _forward(_torchvision(name), int(batch), SIZES.get(name, 224))


def forward_tiny() -> float:
    """The compiled network of many small layers."""
    from benchmarks.tiny import SPEC

    return _forward(netspec.compile_spec(SPEC), 1, 8, channels=4)


def forward_tiny_by_hand() -> float:
    """The same, written by hand."""
    from benchmarks.tiny import ByHand

    return _forward(ByHand(), 1, 8, channels=4)


def _torchvision(name: str) -> "nn.Module":
    import torch
    import torchvision.models

    torch.manual_seed(0)
    options = {"init_weights": True} if name in ("googlenet", "inception_v3") else {}
    model: nn.Module = torchvision.models.get_model(name, **options)
    return model


def _forward(model: "nn.Module", batch: int, size: int, channels: int = 3) -> float:
    import torch

    image = torch.randn(batch, channels, size, size)
    model.eval()

    def call() -> object:
        with torch.inference_mode():
            return model(image)

    return repeated(call)


def repeated(call: Call) -> float:
    """The median time of a call, after one that warms up."""
    call()
    first = _seconds(call)
    repetitions = min(MOST, max(FEWEST, round(SECONDS / first)))
    return median(_seconds(call) for _ in range(repetitions))


def _seconds(call: Call) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


_BOTH = ("netspec.backends.torch.build", "torchvision.models")
TASKS = {
    "count": Task(count),
    "check_chain": Task(check_chain),
    "vary": Task(vary),
    "compile_zoo": Task(compile_zoo, _BOTH),
    "construct_zoo": Task(construct_zoo, _BOTH),
    "construct_torchvision": Task(construct_torchvision, _BOTH),
    "forward_zoo": Task(forward_zoo, _BOTH),
    "forward_torchvision": Task(forward_torchvision, _BOTH),
    "forward_tiny": Task(forward_tiny, _BOTH),
    "forward_tiny_by_hand": Task(forward_tiny_by_hand, _BOTH),
}


def in_child(task: Task, arguments: list[str]) -> dict[str, float]:
    """What a task costs in a process of its own."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_report, args=(task, arguments, sender))
    child.start()
    sender.close()
    costs: dict[str, float] = receiver.recv()
    child.join()
    return costs


def _report(task: Task, arguments: list[str], sender: Connection) -> None:
    before = _peak()
    seconds = task.run(*arguments)
    sender.send({"time": seconds, "memory": _peak(), "growth": _peak() - before})


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(name: str, *arguments: str) -> None:
    """Measure, and print."""
    task = TASKS[name]
    for module in task.modules:
        import_module(module)
    netspec.check_spec("lenet5")  # imports the ops
    things = [[thing, *arguments[1:]] for thing in arguments[0].split(",")] if arguments else [[]]
    print(json.dumps([in_child(task, thing) for thing in things]))


if __name__ == "__main__":
    main(*sys.argv[1:])
