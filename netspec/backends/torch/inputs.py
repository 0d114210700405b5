"""Whether the tensors that a network is called with are those that its spec declares."""

from collections.abc import Sequence

import torch
from torch import Tensor

from netspec.graph.ir import Graph
from netspec.graph.sizes import SizeOf, SizesAtHand, as_dim
from netspec.shape import Dim, Symbol, symbols


class InputCheck:
    """Compares ranks, fixed sizes and free sizes, in a few microseconds.

    Compilers and tracers do not see it, so it leaves no trace in what they make.
    """

    def __init__(self, graph: Graph) -> None:
        shapes = graph.root.inputs
        sizes = SizesAtHand(shapes)
        free = set[Symbol]().union(*map(symbols, shapes))
        known = [each for each in sorted(free, key=lambda each: each.name) if sizes.tells(each)]
        least = {dim.symbol: (dim.min, dim.min_in_training) for dim in graph.dims}
        places = [(i, j, size) for i, shape in enumerate(shapes) for j, size in enumerate(shape)]
        self._names = graph.root.input_names
        self._shapes = tuple("×".join(map(str, shape)) for shape in shapes)
        self._ranks = tuple(map(len, shapes))
        self._fixed = tuple((i, j, size) for i, j, size in places if isinstance(size, int))
        reads = [sizes.express(as_dim(each)) for each in known]
        self._free = tuple(
            (each.name, read, least.get(each, (1, 1)), each.multiple_of)
            for each, read in zip(known, reads, strict=True)
        )
        given = SizesAtHand(())
        given.need(map(as_dim, known))
        self._equal = tuple(
            (i, j, given.express(size))
            for i, j, size in places
            if isinstance(size, Dim) and size.symbols <= set(known) and SizeOf(i, j) not in reads
        )

    def __call__(self, inputs: Sequence[Tensor], *, is_training: bool) -> None:
        """Raises ValueError where an input is not what the spec says."""
        if not isinstance(inputs[0], Tensor) or torch.compiler.is_compiling():
            return
        shapes = [tensor.shape for tensor in inputs]
        for index, rank in enumerate(self._ranks):
            if len(shapes[index]) != rank:
                raise self._mismatch(index, inputs)
        for index, dimension, size in self._fixed:
            if shapes[index][dimension] != size:
                raise self._mismatch(index, inputs)
        if self._free:
            self._check_free(inputs, is_training)

    def _check_free(self, inputs: Sequence[Tensor], is_training: bool) -> None:
        sizes = [read.value(inputs) for _, read, _, _ in self._free]
        for index, dimension, expected in self._equal:
            if inputs[index].shape[dimension] != expected.value(sizes):
                raise self._mismatch(index, inputs, sizes)
        for size, (name, _, least, multiple) in zip(sizes, self._free, strict=True):
            if size < least[is_training]:
                mode = " in training" if least[False] < least[True] and is_training else ""
                raise ValueError(f"`{name}` (={size}) must be at least {least[is_training]}{mode}")
            if size % multiple:
                raise ValueError(f"`{name}` (={size}) must be a multiple of {multiple}")

    def _mismatch(
        self, index: int, inputs: Sequence[Tensor], sizes: Sequence[int] = ()
    ) -> ValueError:
        actual = "×".join(map(str, inputs[index].shape)) or "a scalar"
        names = [name for name, *_ in self._free]
        where = ", ".join(f"{name}={size}" for name, size in zip(names, sizes, strict=False))
        wanted = self._shapes[index] + (f" with {where}" if where else "")
        return ValueError(f"`{self._names[index]}` must be {wanted}, not {actual}")
