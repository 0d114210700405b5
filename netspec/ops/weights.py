"""What the `weights` rules of ops share."""

from netspec.ops.base import Weight


def weight_and_bias(weight: tuple[int, ...], outputs: int, *, bias: bool) -> dict[str, Weight]:
    """The weight of a linear map with so many outputs and, if it has one, its bias."""
    weights = {"weight": Weight(weight)}
    return weights | {"bias": Weight((outputs,))} if bias else weights
