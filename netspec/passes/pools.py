"""Average pools and the projections behind them, in the cheaper order."""

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from netspec.graph.ir import Node, Ref, Scope
from netspec.ops.base import Call
from netspec.passes.flat import OUTPUT, Outcome, Readers, Skipped, leaf_of, rewritten
from netspec.passes.hosts import is_zero, pair
from netspec.passes.lower import CONVOLUTION, is_pointwise
from netspec.passes.recipe import Mean, Unbiased, made, recipe_of

POOL = "torch.nn.AvgPool2d"


def project_before_pools(scope: Scope) -> Outcome:
    """W mean(x) + b = mean(W x) + b, for a mean over windows that is the same at each position and
    a 1x1 convolution W. Where W has fewer outputs than inputs, it comes first, and there is less to
    pool. The mean becomes a convolution of each channel for itself, which takes in b and the
    activation of W."""
    readers = Readers(scope)
    nodes, done, skipped = list(scope.nodes), [], []
    for index, pool in enumerate(scope.nodes):
        reader = _projection(scope.nodes, readers, index)
        if reader is None:
            continue
        projection, reason = scope.nodes[reader], _why_not(pool, readers, index)
        if reason:
            skipped.append(Skipped(pool.name, reason))
            continue
        nodes[index] = host = _projected(pool, projection)
        nodes[reader] = _pooled(pool, projection, host, index)
        done.append(f"{projection.name} before {pool.name}")
    return Outcome(rewritten(scope, nodes), tuple(done), tuple(skipped))


def _projection(nodes: Sequence[Node], readers: Readers, index: int) -> int | None:
    """The 1x1 convolution to fewer channels that is the first to read this pool of step 1."""
    leaf = leaf_of(nodes[index])
    if leaf.call.target != POOL or _step(leaf.call) != (1, 1):
        return None
    reader = readers.of(Ref(index))[0]
    if reader == OUTPUT or not is_pointwise(nodes[reader]):
        return None
    keywords = leaf_of(nodes[reader]).call.keywords
    inputs, outputs = keywords["in_channels"], keywords["out_channels"]
    assert isinstance(inputs, int) and isinstance(outputs, int)
    return reader if outputs < inputs else None


def _why_not(pool: Node, readers: Readers, index: int) -> str:
    """Why pool and projection cannot change places; empty where they can."""
    keywords = leaf_of(pool).call.keywords
    if not readers.once(Ref(index)):
        return "others read it too"
    if readers.is_sharing(index):
        return "several nodes apply its module"
    counts_all = keywords.get("count_include_pad", True) or "divisor_override" in keywords
    if not counts_all and not is_zero(keywords.get("padding", 0)):
        return "its mean is over fewer elements at the border"
    return ""


def _step(call: Call) -> tuple[int, int]:
    stride = call.keywords.get("stride")
    return pair(call.keywords["kernel_size"] if stride is None else stride)


def _projected(pool: Node, projection: Node) -> Node:
    """The convolution alone, of what the pool reads."""
    leaf, inputs = leaf_of(projection), leaf_of(pool).inputs
    keywords = {key: value for key, value in leaf.call.keywords.items() if key != "activation"}
    recipe = Unbiased(recipe_of(projection))
    body = made(replace(leaf, inputs=inputs), Call(CONVOLUTION, keywords), recipe)
    batch, _, *sizes = inputs[0]
    shape = (batch, projection.outputs[0][1], *sizes)
    return replace(projection, inputs=pool.inputs, outputs=(shape,), body=body)


def _pooled(pool: Node, projection: Node, host: Node, index: int) -> Node:
    """The mean over windows of `host`, the convolution alone, which stands at `index`; then what
    the convolution did behind its sum of products."""
    given, call = leaf_of(pool).call.keywords, leaf_of(projection).call
    channels, kernel = call.keywords["out_channels"], pair(given["kernel_size"])
    keywords = {
        **call.keywords,
        "in_channels": channels,
        "kernel_size": kernel,
        "padding": pair(given.get("padding", 0)),
        "groups": channels,
    }
    divisor = given.get("divisor_override", prod(kernel))
    assert isinstance(channels, int) and isinstance(divisor, int)
    recipe = Mean(recipe_of(projection), channels, prod(kernel), divisor)
    body = made(replace(leaf_of(pool), inputs=host.outputs), Call(CONVOLUTION, keywords), recipe)
    return replace(pool, inputs=(Ref(index),), outputs=projection.outputs, body=body)
