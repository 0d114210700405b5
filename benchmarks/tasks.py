"""What is repeated in a warm process: `python -m benchmarks.tasks NAME ARGUMENT...`.

A task prepares itself and gives the call that is timed. Prints the median of the calls, in seconds.
"""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import netspec
from netspec.limits import Limits

if TYPE_CHECKING:
    from torch import nn

Call = Callable[[], object]
SECONDS = 1.0
FEWEST, MOST = 3, 200
SIZES = {"inception_v3": 299}


def count(name: str) -> Call:
    """Read, check and count a spec of the zoo."""

    def call() -> tuple[int, int]:
        checked = netspec.check_spec(name)
        return checked.parameters, checked.macs

    return call


def check_chain(nodes: str) -> Call:
    """Read and check a file with a chain of this many nodes."""
    pair = "    - {op: conv, out_channels: 8, kernel_size: 3, padding: 1}\n    - relu\n"
    text = "netspec: 1\ninputs: {x: [N, 8, 32, 32]}\nnodes:\n  body:\n" + pair * (int(nodes) // 2)
    spec = netspec.Text(text + "outputs: {y: body}\n")
    limits = Limits(file_bytes=1 << 30, values=10**9, nodes=10**9)
    return lambda: netspec.check_spec(spec, limits=limits)


def compile_zoo(name: str, device: str) -> Call:
    """From YAML to the module."""
    import torch  # noqa: F401  (imported before the clock starts)

    return lambda: netspec.compile_spec(f"torchvision/{name}", device=device)


def construct_zoo(name: str, device: str) -> Call:
    """From the checked spec to the module."""
    from netspec import pipeline

    checked = netspec.check_spec(f"torchvision/{name}")
    return lambda: pipeline.build(checked, device=device)


def construct_torchvision(name: str, device: str) -> Call:
    """Torchvision's module, with its initialization."""
    import torch

    def call() -> "nn.Module":
        with nullcontext() if device == "cpu" else torch.device(device):
            return _torchvision(name)

    return call


def forward_zoo(name: str, batch: str) -> Call:
    """The compiled network, with torchvision's weights."""
    model = netspec.compile_spec(f"torchvision/{name}")
    model.load_state_dict(_torchvision(name).state_dict())
    return _forward(model, int(batch), SIZES.get(name, 224))


def forward_torchvision(name: str, batch: str) -> Call:
    """Torchvision's network."""
    return _forward(_torchvision(name), int(batch), SIZES.get(name, 224))


def forward_tiny() -> Call:
    """The compiled network of many small layers."""
    from benchmarks.tiny import SPEC

    return _forward(netspec.compile_spec(SPEC), 1, 8, channels=4)


def forward_tiny_by_hand() -> Call:
    """The same, written by hand."""
    from benchmarks.tiny import ByHand

    return _forward(ByHand(), 1, 8, channels=4)


def _torchvision(name: str) -> "nn.Module":
    import torch
    import torchvision.models

    torch.manual_seed(0)
    options = {"init_weights": True} if name == "inception_v3" else {}
    model: nn.Module = torchvision.models.get_model(name, **options)
    return model


def _forward(model: "nn.Module", batch: int, size: int, channels: int = 3) -> Call:
    import torch

    image = torch.randn(batch, channels, size, size)
    model.eval()

    def call() -> object:
        with torch.inference_mode():
            return model(image)

    return call


TASKS: dict[str, Callable[..., Call]] = {
    task.__name__: task
    for task in (
        count,
        check_chain,
        compile_zoo,
        construct_zoo,
        construct_torchvision,
        forward_zoo,
        forward_torchvision,
        forward_tiny,
        forward_tiny_by_hand,
    )
}


def measure(call: Call) -> float:
    """The median time of a call, after two that warm up."""
    call()
    first = _seconds(call)
    repetitions = min(MOST, max(FEWEST, round(SECONDS / first)))
    return median(_seconds(call) for _ in range(repetitions))


def _seconds(call: Call) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    print(measure(TASKS[name](*arguments)))
