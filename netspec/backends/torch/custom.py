"""Custom ops tried out before a network is built: do their modules do what their rules say?"""

from collections.abc import Sequence

import torch
from torch import Tensor

from netspec.backends.torch.calls import import_target
from netspec.backends.torch.once import State, construct, run, show_state, state_of, state_said
from netspec.diagnostics import Collector, Diagnostic, NetspecError
from netspec.graph.ir import Graph, Leaf
from netspec.ops.registry import is_builtin
from netspec.shape import Shape, format_shape, nominal

HELP = "mend the op, and test it with `netspec.testing.check_op`"


def check_custom_ops(graph: Graph) -> None:
    """Run each module of a custom op once, at the nominal sizes; equal ones are tried once.

    That costs no memory and no time where the op runs on the meta device, as most do.

    Raises NetspecError with each op whose shapes or weights are not those of its rules, or that
    torch cannot construct or run.
    """
    collector = Collector()
    told: dict[int, str] = {}
    for path, node, leaf in graph.leaves():
        if is_builtin(type(leaf.op)):
            continue
        if id(leaf) not in told:
            told[id(leaf)] = _difference(leaf, node.outputs)
        if told[id(leaf)]:
            collector.add(
                Diagnostic(
                    "faulty-op",
                    f"`{leaf.op.name}` at `{path}`: {told[id(leaf)]}",
                    node.span,
                    HELP,
                    instance=path,
                )
            )
    if collector.errors:
        raise NetspecError(collector)


def _difference(leaf: Leaf, outputs: Sequence[Shape]) -> str:
    """What is not as the rules say; empty where all is."""
    inputs = ", ".join(map(format_shape, _numbers(leaf.inputs))) or "no input"
    try:
        import_target(leaf.op, leaf.call)
        results, state = _try(leaf)
    except Exception as error:  # whatever the module raises
        return f"torch fails on {inputs} with {type(error).__name__}: {error}"
    found = [tuple(result.shape) for result in results]
    if found != _numbers(outputs):
        return f"its rules say {_show(_numbers(outputs))} of {inputs}, torch gives {_show(found)}"
    said = state_said(leaf.weights)
    if list(said.items()) != list(state.items()):
        return f"its rules say the weights {show_state(said)}, its module has {show_state(state)}"
    return ""


def _try(leaf: Leaf) -> tuple[tuple[Tensor, ...], State]:
    try:
        return _run(leaf, "meta")
    except Exception:  # not everything runs there; the CPU has the last word
        with torch.random.fork_rng([]):
            return _run(leaf, "cpu")


def _run(leaf: Leaf, device: str) -> tuple[tuple[Tensor, ...], State]:
    with torch.device(device), torch.inference_mode():
        module = construct(leaf.call)
        if module is not None:
            module.eval()
        results = run(leaf.call, module, [torch.zeros(each) for each in _numbers(leaf.inputs)])
    return results, state_of(leaf.call, module, results)


def _numbers(shapes: Sequence[Shape]) -> list[tuple[int, ...]]:
    return [tuple(map(nominal, shape)) for shape in shapes]


def _show(shapes: Sequence[tuple[int, ...]]) -> str:
    return ", ".join(map(format_shape, shapes)) or "nothing"
