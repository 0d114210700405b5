"""Which dimension of a tensor an argument means."""

from netspec.ops.base import OpError
from netspec.shape import Shape, format_shape


def find_dimension(dim: int, shape: Shape, argument: str = "dim") -> int:
    """`dim` counted from the front, where -1 is the last dimension of `shape`.

    Raises OpError where the shape has no such dimension.
    """
    rank = len(shape)
    if -rank <= dim < rank:
        return dim % rank
    wanted = f"from {-rank} to {rank - 1}" if rank else "of a tensor that has dimensions"
    raise OpError(
        "argument-value",
        f"`{argument}` (={dim}) must be a dimension of {format_shape(shape)}, {wanted}",
        argument=argument,
    )
