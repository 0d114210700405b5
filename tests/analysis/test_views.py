"""Strides of views are torch's."""

from math import prod

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netspec.analysis import views
from netspec.analysis.views import in_order, view_strides
from netspec.graph.ir import Leaf
from netspec.ops.base import Inputs, Op
from netspec.ops.registry import find_op

SIZES = st.lists(st.integers(1, 4), min_size=2, max_size=4)


@st.composite
def views_of(draw: st.DrawFn, sizes: list[int]) -> tuple[str, dict[str, object]]:
    """An op that is a view, and its arguments."""
    dim = draw(st.integers(0, len(sizes) - 1))
    kind = draw(st.sampled_from(["permute", "flatten", "reshape", "select", "chunk", "expand"]))
    if kind == "permute":
        return kind, {"dims": tuple(draw(st.permutations(range(len(sizes)))))}
    if kind == "flatten":
        return kind, {"start_dim": dim, "end_dim": draw(st.integers(dim, len(sizes) - 1))}
    if kind == "reshape":
        return kind, {"shape": tuple(_cut(draw, prod(sizes)))}
    if kind == "select":
        return kind, {"dim": dim, "index": draw(st.integers(0, sizes[dim] - 1))}
    if kind == "chunk":
        parts = [n for n in range(1, sizes[dim] + 1) if sizes[dim] % n == 0]
        return kind, {"chunks": draw(st.sampled_from(parts)), "dim": dim}
    return kind, {"shape": (draw(st.integers(1, 3)), *(size if size > 1 else 2 for size in sizes))}


def _cut(draw: st.DrawFn, elements: int) -> list[int]:
    """Sizes with so many elements."""
    found = []
    while elements > 1 and len(found) < 4:
        found.append(
            draw(st.sampled_from([n for n in range(1, elements + 1) if elements % n == 0]))
        )
        elements //= found[-1]
    return [*found, elements]


def torch_says(tensor: torch.Tensor, kind: str, arguments: dict[str, object]) -> torch.Tensor:
    if kind == "chunk":
        return tensor.chunk(**arguments)[0]  # type: ignore[arg-type]
    if kind == "expand":
        return tensor.expand(*arguments["shape"])  # type: ignore[misc]
    call = {"permute": torch.permute, "flatten": torch.flatten, "reshape": torch.reshape}
    function = call.get(kind, torch.select)
    result: torch.Tensor = function(tensor, **arguments)
    return result


def we_say(
    strides: tuple[int, ...], shape: tuple[int, ...], kind: str, arguments: dict[str, object]
) -> tuple[int, ...] | None:
    op_class = find_op(kind)
    assert op_class is not None
    op: Op = op_class.model_validate(arguments)
    inputs = Inputs(shape)
    leaf = Leaf(op, (shape,), {}, 0, op.lower(inputs))
    return view_strides(leaf, op.infer(inputs), strides)


def wide(shape: tuple[int, ...], strides: tuple[int, ...]) -> list[tuple[int, int]]:
    """Without dimensions of size 1, whose strides mean nothing."""
    return [pair for pair in zip(shape, strides, strict=True) if pair[0] > 1]


@given(st.data())
def test_a_view_of_a_view(data: st.DataObject) -> None:
    tensor = torch.zeros(data.draw(SIZES))
    strides = in_order(tuple(tensor.shape))
    for _ in range(3):
        if tensor.ndim == 0:
            return
        kind, arguments = data.draw(views_of(list(tensor.shape)))
        view = torch_says(tensor, kind, arguments)
        said = we_say(strides, tuple(tensor.shape), kind, arguments)
        is_copy = view.untyped_storage().data_ptr() != tensor.untyped_storage().data_ptr()
        assert (said is None) == is_copy, (kind, arguments, tensor.shape, tensor.stride())
        strides = in_order(tuple(view.shape)) if said is None else said
        tensor = view
        assert wide(tuple(view.shape), strides) == wide(tuple(view.shape), view.stride())


def test_a_wrong_rule_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_regrouped", lambda sizes, strides, after: in_order(after))
    shape, arguments = (3, 2), {"shape": (6,)}
    tensor = torch_says(torch.zeros(2, 3), "permute", {"dims": (1, 0)})
    assert torch_says(tensor, "reshape", arguments).data_ptr() != tensor.data_ptr()
    assert we_say((1, 3), shape, "reshape", arguments) is not None
