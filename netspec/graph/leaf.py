"""An op applied to shapes: its four rules asked once, its cost held against the limits."""

from math import prod

from netspec.graph.ir import Leaf
from netspec.limits import GIB, Limits
from netspec.ops.base import Inputs, Op, OpError
from netspec.shape import Shape, format_shape, nominal

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


def _ask(op: Op, inputs: Inputs, limits: Limits) -> tuple[Leaf, tuple[Shape, ...]]:
    outputs = op.infer(inputs)
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
