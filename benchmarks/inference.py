"""`python -m benchmarks.inference [WORD...]`: inference on a CPU, in torch and in ONNX Runtime.

Prints the table of docs/performance.md, or the rows with all these words. Each runtime has a
process of its own, because the spinning threads of one slow down its neighbors; the processes take
turns, five times, and of the five medians the lowest counts.

Wants the packages onnx, onnxruntime and onnxscript.
"""

import json
import os
import resource
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.race import table_row
from benchmarks.tasks import SIZES, repeated

THREADS = int(os.environ.get("NETSPEC_THREADS", "2"))
ROUNDS = int(os.environ.get("NETSPEC_ROUNDS", "5"))
RUNTIMES = ("eager", "fx", "compile", "onnxruntime", "netspec")
WANTED = {
    "resnet50": "≤ 0.78 eager, ≤ 1.15 ONNX Runtime",
    "inception_v3": "≤ 0.62 eager, ≤ 1.15 ONNX Runtime",
    "mobilenet_v2": "≤ 0.43 eager",
    "googlenet": "≤ 0.47 eager",
    "densenet121": "≤ 0.63 eager",
}
HEADS = (
    "network",
    "batch",
    "",
    "torchvision, eager",
    "fx fold, channels-last",
    "`torch.compile`",
    "ONNX Runtime",
    "netspec",
    "to eager",
    "to ONNX Runtime",
    "wanted",
)
Call = Callable[[], object]
Cost = dict[str, float]


def netspec_call(name: str, batch: int) -> Call:
    import netspec

    return torch_call(
        netspec.compile_spec(f"torchvision/{name}", optimize="inference"), name, batch
    )


def eager_call(name: str, batch: int) -> Call:
    return torch_call(_torchvision(name), name, batch)


def fx_call(name: str, batch: int) -> Call:
    import torch
    from torch.fx.experimental.optimization import fuse

    model = fuse(_torchvision(name))
    return torch_call(model.to(memory_format=torch.channels_last), name, batch)


def compile_call(name: str, batch: int) -> Call:
    import torch

    return torch_call(torch.compile(_torchvision(name)), name, batch)


def onnxruntime_call(name: str, batch: int) -> Call:
    session, feed = onnxruntime_session(name, batch)
    return lambda: session.run(None, feed)


def onnxruntime_session(name: str, batch: int, profile: str | None = None):  # type: ignore[no-untyped-def]
    """A session and what it is fed; `profile`: how the names of files with its profile begin."""
    runtime, numpy = import_module("onnxruntime"), import_module("numpy")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = THREADS
    if profile:
        options.enable_profiling, options.profile_file_prefix = True, profile
    path = os.environ["NETSPEC_ONNX"]
    session = runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    size = SIZES.get(name, 224)
    images = numpy.random.standard_normal((batch, 3, size, size)).astype("float32")
    return session, {session.get_inputs()[0].name: images}


def _torchvision(name: str):  # type: ignore[no-untyped-def]
    import torchvision.models

    options = {"init_weights": True} if name in ("googlenet", "inception_v3") else {}
    return torchvision.models.get_model(name, **options).eval()


def torch_call(model, name: str, batch: int) -> Call:  # type: ignore[no-untyped-def]
    import torch

    torch.set_num_threads(THREADS)
    size = SIZES.get(name, 224)
    images = torch.randn(batch, 3, size, size)

    def call() -> object:
        with torch.inference_mode():
            return model(images)

    return call


def export(name: str, path: str) -> None:
    """Torchvision's network as ONNX, with a free batch."""
    import torch

    size = SIZES.get(name, 224)
    shapes = ({0: torch.export.Dim("N")},)
    model, images = _torchvision(name), (torch.randn(2, 3, size, size),)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model, images, path, dynamic_shapes=shapes, external_data=False, verbose=False
        )


CALLS: dict[str, Callable[[str, int], Call]] = {
    "eager": eager_call,
    "fx": fx_call,
    "compile": compile_call,
    "onnxruntime": onnxruntime_call,
    "netspec": netspec_call,
}


def measure(runtime: str, name: str, batch: str) -> None:
    """Print the median seconds of a call, and the peak memory of the process."""
    seconds = repeated(CALLS[runtime](name, int(batch)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"time": seconds, "memory": peak}))


def run_child(path: Path, *arguments: str, module: str = "benchmarks.inference") -> str:
    """What a process of its own prints, with the ONNX model at `path`."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(THREADS), "NETSPEC_ONNX": str(path)}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ).stdout.decode()


def _race(name: str, batch: int, path: Path) -> list[tuple[str, ...]]:
    """The rows of time and of memory."""
    best: dict[str, Cost] = {}
    for _ in range(ROUNDS):
        for runtime in RUNTIMES:
            cost: Cost = {}
            with suppress(subprocess.CalledProcessError):  # no compiler for torch.compile
                lines = run_child(path, "measure", runtime, name, str(batch)).splitlines()
                cost = json.loads(lines[-1])
            known = best.setdefault(runtime, cost)
            best[runtime] = {unit: min(value, known[unit]) for unit, value in cost.items()}
    return [_row(name, batch, unit, best) for unit in ("time", "memory")]


def _row(name: str, batch: int, unit: str, best: dict[str, Cost]) -> tuple[str, ...]:
    scale, word = (1e3, "ms") if unit == "time" else (1e-6, "MB")
    costs = {runtime: cost[unit] for runtime, cost in best.items() if cost}
    cells = [f"{costs[each] * scale:,.1f}" if each in costs else "–" for each in RUNTIMES]
    ratios = [f"{costs['netspec'] / costs[each]:.2f}" for each in ("eager", "onnxruntime")]
    wanted = WANTED[name] if batch == 1 and unit == "time" else ""
    return name, str(batch), word, *cells, *ratios, wanted


def main(words: list[str]) -> None:
    print(table_row(HEADS), "|---|---:|---|" + "---:|" * 7 + "---|", sep="\n", flush=True)
    for name in WANTED:
        for batch in (1, 8):
            if not all(word in f"{name} batch {batch}" for word in words):
                continue
            with TemporaryDirectory() as folder:
                path = Path(folder) / f"{name}.onnx"
                run_child(path, "export", name, str(path))
                for row in _race(name, batch, path):
                    print(table_row(row), flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["measure", runtime, name, batch]:
            measure(runtime, name, batch)
        case ["export", name, path]:
            export(name, path)
        case words:
            main(words)
