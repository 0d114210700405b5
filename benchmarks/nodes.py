"""`python -m benchmarks.nodes NETWORK [BATCH]`: inference node by node, beside ONNX Runtime.

Prints what each kind of node takes in both, and the convolutions where netspec loses most. Each
runtime has a process of its own; of many calls the lowest time of each node counts. `between nodes`
is what a call takes beside them.

Wants the packages onnx, onnxruntime and onnxscript.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple

from benchmarks.inference import onnxruntime_session, run_child, torch_call
from benchmarks.race import table_row

RUNS = 50
SHOWN = 10
BETWEEN = "between nodes"
KERNEL = "_kernel_time"
KINDS = {
    "FusedConv": "Conv",
    "Convolution": "Conv",
    "ChannelAffine": "Conv",  # which is what ONNX Runtime makes of such a batch norm
    "MaxPool2d": "MaxPool",
    "AvgPool2d": "AveragePool",
    "AdaptiveAvgPool2d": "ReduceMean",
    "GlobalAveragePool": "ReduceMean",
    "OnList": "Concat",
    "Linear": "Gemm",
    "ReorderInput": "Reorder",
    "ReorderOutput": "Reorder",
    "Method": "Reshape",
}
"""What the runtimes call a kind of node -> what the tables do."""


Run = tuple[float, list[float]]
"""What a call took, and each node in it."""


class Timed(NamedTuple):
    """A node of a runtime: which modules of the network it computes, and its lowest time."""

    kind: str
    modules: list[str]
    seconds: float


def netspec_nodes(name: str, batch: int) -> list[Timed]:
    """The steps of the optimized network."""
    import netspec
    from netspec.backends.torch.plan import Plans, Step
    from netspec.passes.inference import optimize
    from netspec.passes.recipe import originals, recipe_of

    spec = f"torchvision/{name}"
    model = netspec.compile_spec(spec, optimize="inference")
    graph, _ = optimize(netspec.check_spec(spec).graph)
    modules = {
        ".".join(node.at): [each.path for each in originals(recipe_of(node))]
        for node in graph.root.nodes
    }
    seconds: list[float] = []

    def timed(step: Step) -> Step:
        function: Callable[..., Any] = step.function  # type: ignore[assignment]

        def run(*tensors: object) -> Any:
            start = perf_counter()
            result = function(*tensors)
            seconds.append(perf_counter() - start)
            return result

        return step._replace(function=run)

    plan = model._plans.evaluation
    timing = replace(plan, steps=tuple(map(timed, plan.steps)))
    model._plans = Plans(timing, timing)
    call, runs = torch_call(model, name, batch), []
    for _ in range(RUNS):
        seconds.clear()
        start = perf_counter()
        call()
        runs.append((perf_counter() - start, list(seconds)))
    kinds = [type(step.function).__name__ for step in plan.steps]
    return _lowest(runs, kinds, [modules[step.place[0]] for step in plan.steps])


def onnxruntime_nodes(name: str, batch: int) -> list[Timed]:
    """The kernels of ONNX Runtime, as its own profile has them."""
    session, feed = onnxruntime_session(name, batch, os.environ["NETSPEC_ONNX"] + ".profile")
    for _ in range(RUNS):
        session.run(None, feed)
    events = json.loads(Path(session.end_profiling()).read_text())
    kernels = [each for each in events if each["name"].endswith(KERNEL)]
    runs = []
    for run in (each for each in events if each["name"] == "model_run"):
        inside = range(run["ts"], run["ts"] + run["dur"] + 1)
        own = [each for each in kernels if each["ts"] in inside]
        runs.append((run["dur"] / 1e6, [each["dur"] / 1e6 for each in own]))
    scopes = _Scopes()
    kinds = [each["args"]["op_name"] for each in own]
    return _lowest(runs, kinds, [scopes.of(each["name"].removesuffix(KERNEL)) for each in own])


def _lowest(runs: list[Run], kinds: list[str], modules: list[list[str]]) -> list[Timed]:
    """The lowest times of the nodes, and of what a call takes beside them."""
    lowest = map(min, zip(*(seconds for _, seconds in runs), strict=True))
    rest = min(whole - sum(seconds) for whole, seconds in runs)
    return [*map(Timed, kinds, modules, lowest), Timed(BETWEEN, [], rest)]


class _Scopes:
    """The modules of the network, by the names of the kernels: ONNX Runtime calls what it fused by
    the last of its results."""

    def __init__(self) -> None:
        nodes = import_module("onnx").load(os.environ["NETSPEC_ONNX"]).graph.node
        self._order = {node.output[0]: index for index, node in enumerate(nodes)}
        self._nodes = {name: node for node in nodes for name in (node.name, *node.output)}
        self._claimed: set[str] = set()

    def of(self, kernel: str) -> list[str]:
        while kernel not in self._nodes and "_" in kernel:
            kernel = kernel.rpartition("_")[0]
        node = self._nodes.get(kernel)
        while node is not None and node.op_type not in ("Conv", "BatchNormalization", "Gemm"):
            inputs = [name for name in node.input if name in self._order]
            free = [name for name in inputs if name not in self._claimed] or inputs
            node = self._nodes[max(free, key=self._order.__getitem__)] if free else None
        if node is None:
            return []
        self._claimed.add(node.output[0])
        scopes = {each.key: each.value for each in node.metadata_props}
        path = json.loads(scopes["pkg.torch.onnx.name_scopes"].replace("'", '"'))
        return [path[-2]]


NODES = {"netspec": netspec_nodes, "onnxruntime": onnxruntime_nodes}


def _print_table(title: str, rows: list[tuple[str, int, int]]) -> None:
    """Those with the largest gaps."""
    print(
        table_row([title, "netspec, µs", "ONNX Runtime, µs", "gap"]),
        "|---|---:|---:|---:|",
        sep="\n",
    )
    for what, ours, theirs in sorted(rows, key=lambda row: row[2] - row[1])[:SHOWN]:
        print(table_row([what, f"{ours:,}", f"{theirs:,}", f"{ours - theirs:,}"]))
    print()


def _by_kind(nodes: list[Timed]) -> Counter[str]:
    """Microseconds."""
    found: Counter[str] = Counter()
    for node in nodes:
        found[KINDS.get(node.kind, node.kind)] += round(node.seconds * 1e6)
    return found


def _by_modules(ours: list[Timed], theirs: list[Timed]) -> Iterator[tuple[str, int, int]]:
    """Our nodes with what the same modules take in the other runtime, largest gap first."""
    for node in ours:
        same = [each.seconds for each in theirs if set(each.modules) & set(node.modules)]
        if same:
            first, *others = node.modules
            name = f"{first} and {len(others)} more" if others else first
            yield name, round(node.seconds * 1e6), round(sum(same) * 1e6)


def compare(ours: list[Timed], theirs: list[Timed]) -> None:
    """Print both tables."""
    left, right = _by_kind(ours), _by_kind(theirs)
    _print_table("kind", [(kind, left[kind], right[kind]) for kind in left | right])
    _print_table("node", list(_by_modules(ours, theirs)))


def main(name: str, batch: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.onnx"
        run_child(path, "export", name, str(path))
        sides = []
        for runtime in NODES:
            lines = run_child(path, "measure", runtime, name, batch, module="benchmarks.nodes")
            sides.append([Timed(*node) for node in json.loads(lines.splitlines()[-1])])
    compare(*sides)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["measure", runtime, name, batch]:
            print(json.dumps(NODES[runtime](name, int(batch))))
        case [name]:
            main(name, "1")
        case [name, batch]:
            main(name, batch)
        case _:
            sys.exit(__doc__)
