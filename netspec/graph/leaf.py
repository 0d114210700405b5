"""An op applied to shapes: its four rules asked once, its cost held against the limits."""

from math import prod
from pathlib import Path
from traceback import extract_tb

from netspec.graph.ir import Leaf
from netspec.limits import GIB, Limits
from netspec.ops.base import Inputs, Op, OpError
from netspec.ops.registry import is_builtin
from netspec.shape import Dim, Shape, format_shape, nominal

BYTES_PER_ELEMENT = 4


def make_leaf(op: Op, shapes: tuple[Shape, ...], limits: Limits) -> tuple[Leaf, tuple[Shape, ...]]:
    """The leaf and its output shapes. Raises OpError where the op cannot be applied."""
    _check_arity(op, len(shapes))
    try:
        return _ask(op, Inputs(*shapes), limits)
    except OverflowError:
        raise OpError(
            "too-large",
            "a size has more terms than can be decided",
            help="fix a dim, or pool to a fixed size first",
        ) from None
    except OpError:
        raise
    except Exception as error:
        if is_builtin(type(op)):
            raise
        what, at = f"{type(error).__name__}: {error}", extract_tb(error.__traceback__)[-1]
        where = f"{Path(at.filename).name}:{at.lineno}"
        raise _faulty(f"one of its rules raises {what} ({where})") from error


def _faulty(what: str) -> OpError:
    return OpError(
        "faulty-op", what, help="mend the op, and test it with `netspec.testing.check_op`"
    )


def _ask(op: Op, inputs: Inputs, limits: Limits) -> tuple[Leaf, tuple[Shape, ...]]:
    outputs = op.infer(inputs)
    if not is_builtin(type(op)) and not _are_shapes(outputs):
        raise _faulty(f"`infer` must return a tuple of shapes, `(inputs[0],)`, not {outputs!r}")
    weights = op.weights(inputs)
    for name, weight in weights.items():
        check_bytes(f"`{name}`", weight.shape, limits)
    for shape in outputs:
        check_shape(shape, limits)
    leaf = Leaf(
        op=op,
        inputs=inputs.shapes,
        weights=weights,
        macs=op.macs(inputs, outputs),
        call=op.lower(inputs),
        requirements=tuple(inputs.requirements),
    )
    return leaf, outputs


def _are_shapes(outputs: object) -> bool:
    return isinstance(outputs, tuple) and all(
        isinstance(shape, tuple) and all(isinstance(size, int | Dim) for size in shape)
        for shape in outputs
    )


def check_shape(shape: Shape, limits: Limits) -> None:
    """Hold a tensor's rank and bytes against the limits. Raises OpError."""
    if len(shape) > limits.rank:
        raise OpError(
            "too-large",
            f"a tensor of rank {len(shape):,} has more than {limits.rank} dimensions",
            help="flatten some of them, or raise `Limits.rank` in Python",
        )
    check_bytes("a tensor", shape, limits)


def check_bytes(what: str, shape: Shape, limits: Limits) -> None:
    """Hold one tensor against the limit. Raises OpError with the size in bytes."""
    elements = prod(map(nominal, shape))
    if elements * BYTES_PER_ELEMENT > limits.tensor_bytes:
        raise OpError(
            "too-large",
            f"{what} {format_shape(shape)} would take"
            f" {elements * BYTES_PER_ELEMENT / GIB:,.1f} GiB,"
            f" more than {limits.tensor_bytes / GIB:g} GiB",
            help="make it smaller, or raise `Limits.tensor_bytes` in Python",
        )


def _check_arity(op: Op, count: int) -> None:
    least, most = op.arity
    if count >= least and (most is None or count <= most):
        return
    if most is None:
        wanted = f"at least {least}"
    else:
        wanted = str(least) if least == most else f"{least} to {most}"
    inputs = "input" if wanted == "1" else "inputs"
    help = f"name {wanted} with `from: […]`" if wanted != "1" else "name one with `from: …`"
    raise OpError(
        "wrong-arity",
        f"takes {wanted} {inputs}, not {count}",
        help=help if least or most is None or most else "delete `from`",
    )
