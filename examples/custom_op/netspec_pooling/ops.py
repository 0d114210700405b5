"""What netspec knows of the pools: their arguments, shapes, weights and costs."""

from netspec.ops import (
    Call,
    Inputs,
    Number,
    Op,
    OpError,
    Positive,
    Reads,
    Shape,
    Size,
    Taps,
    Weight,
    changed,
    register_op,
)


@register_op
class GemPool(Op):
    """Generalized mean of each channel, mean(x^p)^(1/p), with p learned: x [N, C, *] -> [N, C].

    - p: what p is at first; 1 is the mean, and the larger it is, the nearer to the maximum
    - eps: smaller elements count as this

    Radenović, Tolias and Chum 2018, https://arxiv.org/abs/1711.02512, equation 3.

    Example:

        netspec: 1
        name: example
        dims: {H: 7, W: 7}
        inputs: {x: [N, 8, H, W]}
        nodes:
          y: {op: gem_pool, shape: [N, 8]}
        outputs: {y: y}
    """

    name = "gem_pool"
    family = "pooling"
    traits = frozenset({"saves_output"})

    p: Number = 3.0
    eps: Number = 1e-6

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        inputs.rank(3, 4, 5)
        for name, value in (("p", self.p), ("eps", self.eps)):
            if value <= 0:
                raise OpError(
                    "argument-value", f"`{name}` (={value}) must be greater than 0", argument=name
                )
        batch, channels, *sizes = inputs[0]
        for dimension, size in enumerate(sizes, 2):
            inputs.require(size, 1, f"the input has no element in dimension {dimension}")
        return ((batch, channels),)

    def weights(self, inputs: Inputs) -> dict[str, Weight]:
        return {"p": Weight((1,))}

    def lower(self, inputs: Inputs) -> Call:
        return Call("netspec_pooling.modules.GemPool", changed(self, "p", "eps"))


@register_op
class BlurPool(Op):
    """Blurs each channel, then keeps one row and column of `stride`: x [N, C, H, W] -> [N, C, *].

    - filter_size: size of the blur, whose weights are binomial coefficients; 3 is 1, 2, 1
    - stride: step between the rows and columns that are kept

    The input is reflected at its edges, so that the output size is ceil(size / stride).
    Zhang 2019, Making convolutional networks shift-invariant again,
    https://arxiv.org/abs/1904.11486, section 3.2.

    Example:

        netspec: 1
        name: example
        dims: {H: 56, W: 56}
        inputs: {x: [N, 8, H, W]}
        nodes:
          y: {op: blur_pool, shape: [N, 8, ceil(H/2), ceil(W/2)]}
        outputs: {y: y}
    """

    name = "blur_pool"
    family = "pooling"
    traits = frozenset({"linear_map"})

    filter_size: Positive = 3
    stride: Positive = 2

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        inputs.rank(4)
        batch, channels, *sizes = inputs[0]
        inputs.require(channels, 1, "the input has no channels")
        for dimension, size in enumerate(sizes, 2):
            inputs.require(
                size,
                self.filter_size // 2 + 1,
                f"`filter_size` (={self.filter_size}) reflects {self.filter_size // 2} elements,"
                f" which must be less than the input (={size}) in dimension {dimension}",
                argument="filter_size",
            )
        return ((batch, channels, *((size - 1) // self.stride + 1 for size in sizes)),)

    def weights(self, inputs: Inputs) -> dict[str, Weight]:
        size = self.filter_size
        return {"filt": Weight((self._channels(inputs), 1, size, size), kind="buffer")}

    def macs(self, inputs: Inputs, outputs: tuple[Shape, ...]) -> Size:
        batch, channels, height, width = outputs[0]
        return batch * channels * height * width * self.filter_size**2

    def lower(self, inputs: Inputs) -> Call:
        keywords = changed(self, "filter_size", "stride")
        return Call(
            "netspec_pooling.modules.BlurPool", {"channels": self._channels(inputs)} | keywords
        )

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        before = (self.filter_size - 1) // 2
        window = range(-before, self.filter_size - before)
        return {dim: Taps(dim, self.stride, (window,)) for dim in (2, 3)}

    def shorthand(self, inputs: Inputs) -> str:
        return f"blur_pool {self.filter_size}×{self.filter_size} /{self.stride}"

    def explain(self, inputs: Inputs, dimension: int) -> str | None:
        return f"ceil({inputs[0][dimension]} / {self.stride})" if dimension >= 2 else None

    def _channels(self, inputs: Inputs) -> int:
        return inputs.fixed(inputs[0][1], "the number of channels")
