"""Matrix products: linear, matmul and attention."""

from collections.abc import Mapping

from netspec.ops.arguments import Boolean, Positive, Probability
from netspec.ops.base import Call, Input, Inputs, Op, OpError, Weight
from netspec.ops.lowering import changed
from netspec.ops.registry import register_op
from netspec.ops.taps import Reads, all_but
from netspec.ops.weights import weight_and_bias
from netspec.shape import Shape, Size, product


@register_op
class Linear(Op):
    """Affine map of the last dimension: x [N, *, C] -> [N, *, out_features].

    - out_features: size of the last dimension of the output
    - bias: adds a learned vector

    Torch's Linear.

    Example:

        netspec: 1
        name: example
        inputs: {x: [N, 64]}
        nodes:
          y: {op: linear, out_features: 10, shape: [N, 10]}
        outputs: {y: y}
    """

    name = "linear"
    traits = frozenset({"linear_map"})

    out_features: Positive
    bias: Boolean = True

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        inputs.rank(2, 3, 4, 5, 6, 7, 8)
        self._in_features(inputs)
        return ((*inputs[0][:-1], self.out_features),)

    def _in_features(self, inputs: Inputs) -> int:
        return inputs.fixed(inputs[0][-1], "the last dimension")

    def weights(self, inputs: Inputs) -> Mapping[str, Weight]:
        weight = (self.out_features, self._in_features(inputs))
        return weight_and_bias(weight, self.out_features, bias=self.bias)

    def macs(self, inputs: Inputs, outputs: tuple[Shape, ...]) -> Size:
        return product(inputs[0]) * self.out_features

    def lower(self, inputs: Inputs) -> Call:
        keywords = {"in_features": inputs[0][-1], "out_features": self.out_features}
        return Call("torch.nn.Linear", keywords | changed(self, "bias"))

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        return all_but(-1, inputs[0])


@register_op
class Matmul(Op):
    """Matrix product of two tensors: a [N, *, L, C], b [N, *, C, M] -> [N, *, L, M].

    All dimensions but the last two must be equal: nothing is broadcast. To transpose one of them,
    apply `permute` first.

    torch.matmul.

    Example:

        netspec: 1
        name: example
        dims: {L: 16}
        inputs: {a: [N, L, 32], b: [N, 32, L]}
        nodes:
          y: {op: matmul, from: [a, b], shape: [N, L, L]}
        outputs: {y: y}
    """

    name = "matmul"
    arity = (2, 2)
    traits = frozenset({"linear_map"})

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        rank = inputs.rank(2, 3, 4, 5, 6, 7, 8)
        inputs.rank(rank, index=1)
        left, right = inputs
        for dimension in range(rank - 2):
            inputs.require_equal(
                left[dimension],
                right[dimension],
                f"dimension {dimension} of the two inputs",
                help="`expand` the smaller one: matmul broadcasts nothing",
            )
        message = "the last dimension of the first input and the last but one of the second"
        inputs.require_equal(left[-1], right[-2], message, help="`permute` one of them")
        return ((*left[:-1], right[-1]),)

    def macs(self, inputs: Inputs, outputs: tuple[Shape, ...]) -> Size:
        return product(inputs[0]) * inputs[1][-1]

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.matmul", arguments=(Input(0), Input(1)))

    def reads(self, inputs: Inputs, outputs: tuple[Shape, ...], index: int) -> Reads:
        return all_but(-1 - index, inputs[index])


@register_op
class MultiheadAttention(Op):
    """Attention: query [N, L, E], key [N, S, K], value [N, S, V] -> [N, L, E].

    With one input, that is query, key and value. The batch is the first dimension (torch's
    `batch_first: true`).

    - num_heads: parallel heads, each on E / num_heads features
    - dropout: probability that a weight of the attention is dropped in training
    - bias: adds learned vectors in the projections

    Torch's MultiheadAttention; Vaswani et al., Attention Is All You Need (2017), section 3.2. The
    products of query, key and value count as multiply-accumulates, which torch's flop counter
    leaves out where a fused CPU kernel computes them.

    Example:

        netspec: 1
        name: example
        dims: {L: 197}
        inputs: {x: [N, L, 64]}
        nodes:
          y: {op: multihead_attention, num_heads: 8, shape: [N, L, 64]}
        outputs: {y: y}
    """

    name = "multihead_attention"
    arity = (1, 3)

    num_heads: Positive
    dropout: Probability = 0.0
    bias: Boolean = True

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        if len(inputs) == 2:
            raise OpError(
                "wrong-arity",
                "reads one input, or query, key and value; not 2",
                help="name the key once more as the value",
            )
        for index in range(len(inputs)):
            inputs.rank(3, index=index)
        query, key, value = _roles(inputs)
        features, *_ = _features(inputs)
        if features == 0:
            raise OpError("invalid-size", "the last dimension has no element")
        message = f"`num_heads` (={self.num_heads}) must divide the last dimension (={features})"
        inputs.require_divisible(features, self.num_heads, message, argument="num_heads")
        inputs.require_equal(query[0], key[0], "the batch of query and key")
        inputs.require_equal(key[0], value[0], "the batch of key and value")
        inputs.require_equal(key[1], value[1], "the length of key and value")
        return (query,)

    def weights(self, inputs: Inputs) -> Mapping[str, Weight]:
        features, key, value = _features(inputs)
        if features == key == value:
            weights = {"in_proj_weight": Weight((3 * features, features))}
        else:
            weights = {
                "q_proj_weight": Weight((features, features)),
                "k_proj_weight": Weight((features, key)),
                "v_proj_weight": Weight((features, value)),
            }
        if self.bias:
            weights["in_proj_bias"] = Weight((3 * features,))
        weights["out_proj.weight"] = Weight((features, features))
        if self.bias:
            weights["out_proj.bias"] = Weight((features,))
        return weights

    def macs(self, inputs: Inputs, outputs: tuple[Shape, ...]) -> Size:
        query, key, value = _roles(inputs)
        features = query[2]
        projections = 2 * product(query) + product(key) + product(value)
        return (projections + 2 * query[0] * query[1] * key[1]) * features

    def lower(self, inputs: Inputs) -> Call:
        query, key, value = _roles(inputs)
        sizes = {"kdim": key[2], "vdim": value[2]}
        keywords = (
            {"embed_dim": query[2], "num_heads": self.num_heads}
            | changed(self, "dropout", "bias")
            | {name: size for name, size in sizes.items() if size != query[2]}
            | {"batch_first": True}
        )
        positions = (0, 0, 0) if len(inputs) == 1 else (0, 1, 2)
        return Call(
            "torch.nn.MultiheadAttention",
            keywords,
            arguments=tuple(Input(position) for position in positions),
            forward={"need_weights": False},
            item=0,
        )


def _roles(inputs: Inputs) -> tuple[Shape, Shape, Shape]:
    if len(inputs) == 1:
        return inputs[0], inputs[0], inputs[0]
    return inputs[0], inputs[1], inputs[2]


def _features(inputs: Inputs) -> tuple[int, int, int]:
    query, key, value = (inputs.fixed(shape[2], "the last dimension") for shape in _roles(inputs))
    return query, key, value
