"""How many bytes of tensors are alive in a compiled network while it runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.nn.modules.module import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
)

from netspec.backends.torch import planner
from netspec.backends.torch.calls import Bound, bind
from netspec.backends.torch.module import Block, Chain, Container, Network
from netspec.graph.ir import Graph
from netspec.pipeline import Checked, build
from netspec.shape import nominal

SCOPES = (Block, Chain, Container, Network)


@dataclass
class Live:
    """Looks each time that the call of an op is done: what it needed inside is gone by then."""

    depth: int = 0
    peak: int = 0
    written: int = 0
    seen: dict[int, tuple[StorageWeakRef, int]] = field(default_factory=dict)

    def add(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        known = self.seen.get(storage._cdata)
        if known is None or known[0].expired():
            self.seen[storage._cdata] = StorageWeakRef(storage), storage.nbytes()
            self.written += storage.nbytes()

    def begin(self) -> None:
        self.depth += 1

    def end(self, result: object) -> None:
        self.depth -= 1
        if self.depth:
            return
        for tensor in result if isinstance(result, tuple | list) else (result,):
            if isinstance(tensor, Tensor):
                self.add(tensor)
        self.look()

    def look(self) -> None:
        self.seen = {key: pair for key, pair in self.seen.items() if not pair[0].expired()}
        self.peak = max(self.peak, sum(size for _, size in self.seen.values()))


def peak_and_written(checked: Checked) -> tuple[int, int]:
    """Bytes of one evaluation at the nominal sizes, on the meta device."""
    live = Live()
    with _watched(live):
        network = build(checked, device="meta").eval()
        inputs = _inputs(checked.graph)
        for key in (*network.parameters(), *network.buffers()):
            live.seen[key.untyped_storage()._cdata] = StorageWeakRef(key.untyped_storage()), 0
        for tensor in inputs:
            live.add(tensor)
        live.written = 0
        live.look()
        with torch.no_grad():
            network(*inputs)
    return live.peak, live.written


def _inputs(graph: Graph) -> list[Tensor]:
    dtypes = (getattr(torch, name) for name in graph.dtypes)
    return [
        torch.empty([nominal(size) for size in shape], device="meta", dtype=dtype)
        for shape, dtype in zip(graph.root.inputs, dtypes, strict=True)
    ]


@contextmanager
def _watched(live: Live) -> Iterator[None]:
    """Modules are watched by hooks, and functions where the planner binds them."""

    def before(module: nn.Module, inputs: object) -> None:
        if not isinstance(module, SCOPES):
            live.begin()

    def after(module: nn.Module, inputs: object, result: object) -> None:
        if not isinstance(module, SCOPES):
            live.end(result)

    def watch(*arguments: object) -> Bound:
        bound: Bound = bind(*arguments)  # type: ignore[arg-type]
        return replace(bound, function=_watching(bound.function, live)) if bound.function else bound

    hooks = [register_module_forward_pre_hook(before), register_module_forward_hook(after)]
    try:
        with patch.object(planner, "bind", watch):
            yield
    finally:
        for hook in hooks:
            hook.remove()


def _watching(function: Callable[..., object], live: Live) -> Callable[..., object]:
    def watched(*values: object) -> object:
        live.begin()
        result = function(*values)
        live.end(result)
        return result

    return watched
