"""What the `lower` rules of ops share."""

from netspec.ops.base import Inputs, Op


def changed(op: Op, *arguments: str) -> dict[str, object]:
    """Those of the arguments whose value is not the default, in the order given."""
    fields = type(op).model_fields
    values = {name: getattr(op, name) for name in arguments}
    return {name: value for name, value in values.items() if value != fields[name].default}


def by_rank(name: str, inputs: Inputs) -> str:
    """`torch.nn.Conv` -> `torch.nn.Conv2d` for a tensor [N, C, H, W]; ranks 2 and 3 are both 1d."""
    return f"{name}{max(len(inputs[0]) - 2, 1)}d"
