"""Put calls in place of torch's modules that can take in what follows them."""

from dataclasses import replace

from netspec.graph.ir import Leaf, Node, Scope
from netspec.ops.base import Call
from netspec.passes.flat import Outcome, Readers, Skipped, leaf_of, rewritten
from netspec.passes.fold import is_fixed
from netspec.passes.hosts import fixed_padding, pair
from netspec.passes.recipe import Affine, Original, made, recipe_of

CONVOLUTION = "netspec.backends.torch.fused.Convolution"
CHANNEL_AFFINE = "netspec.backends.torch.fused.ChannelAffine"
MAX_POOL = "netspec.backends.torch.max_pool.MaxPool"


def lower_convolutions(scope: Scope) -> Outcome:
    """Make convolutions of images such that can take in what follows them."""
    readers = Readers(scope)
    nodes, done, skipped = list(scope.nodes), [], []
    for index, node in enumerate(nodes):
        leaf = leaf_of(node)
        if leaf.call.target != "torch.nn.Conv2d":
            continue
        padding = fixed_padding(leaf)
        if padding is None:
            skipped.append(Skipped(node.name, "it pads other than with zeros, alike on both sides"))
        elif readers.is_sharing(index):
            skipped.append(Skipped(node.name, "it shares its weights"))
        else:
            nodes[index] = replace(node, body=_convolution(node, leaf, padding))
            done.append(node.name)
    return Outcome(rewritten(scope, nodes), tuple(done), tuple(skipped))


def _convolution(node: Node, leaf: Leaf, padding: tuple[int, int]) -> Leaf:
    given = leaf.call.keywords
    keywords: dict[str, object] = {
        "in_channels": given["in_channels"],
        "out_channels": given["out_channels"],
        "kernel_size": pair(given["kernel_size"]),
        "stride": pair(given.get("stride", 1)),
        "padding": padding,
        "dilation": pair(given.get("dilation", 1)),
        "groups": given.get("groups", 1),
    }
    return made(leaf, Call(CONVOLUTION, keywords), recipe_of(node))


def is_pointwise(node: Node) -> bool:
    """Is it a lowered 1x1 convolution of all channels, without another tensor to add?"""
    call = leaf_of(node).call
    keywords = call.keywords
    return (
        call.target == CONVOLUTION
        and len(call.arguments) == 1
        and keywords["kernel_size"] == (1, 1)
        and keywords["groups"] == 1
        and len(node.outputs) == 1
    )


def lower_channel_affine(scope: Scope) -> Outcome:
    """Make what is left of channel affine modules one multiplication and addition."""
    readers = Readers(scope)
    nodes, done = list(scope.nodes), []
    for index, node in enumerate(nodes):
        leaf, recipe = leaf_of(node), recipe_of(node)
        channels = leaf.inputs[0][1] if leaf.inputs and len(leaf.inputs[0]) > 1 else None
        if "channel_affine" not in leaf.op.traits or not leaf.call.is_module:
            continue
        if readers.is_sharing(index) or not is_fixed(node) or not isinstance(channels, int):
            continue
        assert isinstance(recipe, Original)
        call = Call(CHANNEL_AFFINE, {"channels": channels, "rank": len(leaf.inputs[0])})
        nodes[index] = replace(node, body=made(leaf, call, Affine(recipe, channels)))
        done.append(node.name)
    return Outcome(rewritten(scope, nodes), tuple(done))


def lower_max_pools(scope: Scope) -> Outcome:
    """Put modules in place of max pools of images that do not tell where each maximum is."""
    readers = Readers(scope)
    nodes, done, skipped = list(scope.nodes), [], []
    for index, node in enumerate(nodes):
        leaf = leaf_of(node)
        if leaf.call.target != "torch.nn.MaxPool2d":
            continue
        if pair(leaf.call.keywords.get("dilation", 1)) != (1, 1):
            skipped.append(Skipped(node.name, "its windows have gaps"))
        elif readers.is_sharing(index):
            skipped.append(Skipped(node.name, "several nodes apply its module"))
        else:
            nodes[index] = replace(node, body=replace(leaf, call=_max_pool(leaf.call)))
            done.append(node.name)
    return Outcome(rewritten(scope, nodes), tuple(done), tuple(skipped))


def _max_pool(call: Call) -> Call:
    given, kernel = call.keywords, pair(call.keywords["kernel_size"])
    stride = given.get("stride")
    keywords: dict[str, object] = {
        "kernel_size": kernel,
        "stride": kernel if stride is None else pair(stride),
        "padding": pair(given.get("padding", 0)),
        "ceil_mode": given.get("ceil_mode", False),
    }
    return Call(MAX_POOL, keywords)
