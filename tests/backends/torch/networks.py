"""Three networks, each as a graph and written by hand in torch."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from netspec.graph.ir import INPUT, Graph, Ref, Scope
from netspec.ops.base import Call, Input
from netspec.shape import symbol
from tests.backends.torch.drafts import ADD, CONCAT, RELU, Draft, X, conv, graph, linear

N, H, W = symbol("N"), symbol("H", 16), symbol("W", 16)


def residual_block(channels: int, outputs: int) -> Scope:
    block = Draft("block", "residual", x=(N, channels, H, W))
    inner = Draft("chain", "conv_path", x=(N, channels, H, W))
    inner.add("0", conv(channels, outputs, padding=1), to=(N, outputs, H, W))
    inner.add("1", Call("torch.nn.BatchNorm2d", {"num_features": outputs}))
    inner.add("2", RELU)
    inner.add("3", conv(outputs, outputs, padding=1))
    path = block.add("conv_path", inner.scope(), X)
    skip = X
    if channels != outputs:
        skip = block.add("skip_path", conv(channels, outputs, 1), X, to=(N, outputs, H, W))
    block.add("sum", ADD, path, skip)
    block.add("out_act", RELU)
    return block.scope()


def residual() -> Graph:
    """A plain residual network with free height and width; the last two blocks are one `Scope`."""
    root = Draft("network", "residual", image=(N, 3, H, W))
    root.add("stem", conv(3, 8, padding=1), to=(N, 8, H, W))
    repeat = Draft("repeat", "residual ×3", x=(N, 8, H, W))
    repeat.add("0", residual_block(8, 16))
    same = residual_block(16, 16)
    repeat.add("1", same)
    repeat.add("2", same)
    root.add("layer1", repeat.scope())
    pool = {"output_size": 1}
    root.add("pool", Call("torch.nn.AdaptiveAvgPool2d", pool), to=(N, 16, 1, 1))
    root.add("flatten", Call("torch.nn.Flatten"), to=(N, 16))
    root.add("fc", linear(16, 10), to=(N, 10))
    return graph(root.scope())


class ResidualBlock(nn.Module):
    def __init__(self, channels: int, outputs: int) -> None:
        super().__init__()
        self.conv_path = nn.Sequential(
            nn.Conv2d(channels, outputs, 3, padding=1),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1),
        )
        self.skip_path = nn.Conv2d(channels, outputs, 1) if channels != outputs else None
        self.out_act = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv_path(x)
        x = x if self.skip_path is None else self.skip_path(x)
        return self.out_act(torch.add(y, x))


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.layer1 = nn.Sequential(
            ResidualBlock(8, 16), ResidualBlock(16, 16), ResidualBlock(16, 16)
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(16, 10)

    def forward(self, image: Tensor) -> Tensor:
        return self.fc(self.flatten(self.pool(self.layer1(self.stem(image)))))


def heads() -> Graph:
    """Two inputs, shared weights, a training-only head, a bare parameter, an op with two outputs,
    containers, and a reshape to sizes that are known at run time alone."""
    shape = (N, 4, H, W)
    root = Draft("network", "heads", left=shape, right=shape)
    left, right = X, Ref(INPUT, 1)
    first = root.add("first", conv(4, 8, padding=1), left, to=(N, 8, H, W), at="stems.0")
    second = root.share("second", first, right, to=(N, 8, H, W))
    both = root.add("both", CONCAT, first, second, to=(N, 16, H, W))
    bias = root.add(
        "bias",
        Call("torch.nn.Parameter", {"shape": (1, 16, 1, 1)}, arguments=()),
        to=(1, 16, 1, 1),
        at="stems.bias",
    )
    shifted = root.add("shifted", ADD, both, bias)
    block = residual_block(16, 16)
    trunk = root.add("trunk", block, shifted)
    again = root.add("again", block, trunk, at="more.block")
    half = (N, 8, H, W)
    halves = Call("torch.chunk", {"chunks": 2, "dim": 1})
    chunk = root.add("chunk", halves, again, outputs=(half, half))
    tokens = root.add(
        "tokens",
        Call("torch.Tensor.reshape", arguments=(Input(0), (N, 8, H * W))),
        Ref(chunk.node, 1),
        to=(N, 8, H * W),
    )
    other = root.add("other", conv(8, 2, 1), chunk, to=(N, 2, H, W))
    aux_head = Draft("chain", "aux", x=(N, 16, H, W))
    aux_head.add("0", conv(16, 3, 1), to=(N, 3, H, W))
    aux_head.add("1", Call("torch.mean", {"dim": (2, 3)}), to=(N, 3))
    aux = root.add("aux", aux_head.scope(), trunk, training=True)
    return graph(root.scope(tokens=tokens, other=other, aux=aux, training=("aux",)))


class Holder(nn.Module):
    pass


class Heads(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stems = Holder()
        self.stems.add_module("0", nn.Conv2d(4, 8, 3, padding=1))
        self.stems.bias = nn.Parameter(torch.zeros(1, 16, 1, 1))
        self.trunk = ResidualBlock(16, 16)
        self.more = Holder()
        self.more.block = ResidualBlock(16, 16)
        self.other = nn.Conv2d(8, 2, 1)
        self.aux = nn.Sequential(nn.Conv2d(16, 3, 1))

    def forward(self, left: Tensor, right: Tensor) -> dict[str, Tensor]:
        stem = self.stems._modules["0"]
        trunk = self.trunk(torch.cat([stem(left), stem(right)], 1) + self.stems.bias)
        low, high = torch.chunk(self.more.block(trunk), 2, 1)
        outputs = {"tokens": high.flatten(2), "other": self.other(low)}
        if self.training:
            outputs["aux"] = self.aux(trunk).mean((2, 3))
        return outputs


def functions() -> Graph:
    """A chain with functions among its members, some of which need sizes at run time."""
    stem = Draft("chain", "stem", x=(N, 3, H, W))
    stem.add("0", conv(3, 6, 1), to=(N, 6, H, W))
    stem.add("1", Call("torch.Tensor.reshape", {"shape": (N, 6, H * W)}), to=(N, 6, H * W))
    stem.add("2", Call("torch.permute", {"dims": (0, 2, 1)}), to=(N, H * W, 6))
    stem.add("3", Call("torch.nn.LayerNorm", {"normalized_shape": (6,)}))
    root = Draft("network", "functions", image=(N, 3, H, W))
    root.add("stem", stem.scope())
    mix = Draft("block", "mixer", x=(N, H * W, 6))
    query = mix.add(
        "attend",
        Call(
            "torch.nn.MultiheadAttention",
            {"embed_dim": 6, "num_heads": 2, "batch_first": True},
            (Input(0), Input(0), Input(0)),
            {"need_weights": False},
            0,
        ),
    )
    mix.add("sum", ADD, query, X)
    root.add("mix", mix.scope())
    root.add("back", Call("torch.Tensor.permute", arguments=(Input(0), 0, 2, 1)), to=(N, 6, H * W))
    fold = Draft("block", "fold", x=(N, 6, H * W), y=(N, 3, H, W))
    fold.add(
        "grid",
        Call("torch.Tensor.reshape", {"shape": (N, 6, H, W)}),
        X,
        to=(N, 6, H, W),
    )
    root.add("fold", fold.scope(), Ref(2), X)
    blind = Draft("block", "blind", x=(N, 6, H * W))
    blind.add("grid", Call("torch.Tensor.reshape", {"shape": (N, 6, H, W)}), to=(N, 6, H, W))
    grid = root.add("blind", blind.scope(), Ref(2))
    both = root.add("both", ADD, Ref(3), grid)
    size = {"size": (2 * H, (W + 1) // 2)}
    root.add(
        "resize",
        Call("torch.nn.functional.interpolate", size),
        both,
        to=(N, 6, 2 * H, (W + 1) // 2),
    )
    return graph(root.scope(), H=2, W=3)


class Functions(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        stem = {"0": nn.Conv2d(3, 6, 1), "3": nn.LayerNorm(6)}
        self.stem = nn.ModuleDict(stem)
        self.mix = nn.ModuleDict({"attend": nn.MultiheadAttention(6, 2, batch_first=True)})

    def forward(self, image: Tensor) -> Tensor:
        height, width = image.shape[2:]
        x = self.stem["3"](self.stem["0"](image).flatten(2).permute(0, 2, 1))
        x = self.mix["attend"](x, x, x, need_weights=False)[0] + x
        x = x.permute(0, 2, 1).reshape(-1, 6, height, width)
        return nn.functional.interpolate(x + x, size=(2 * height, (width + 1) // 2))


def same(left: object, right: object) -> bool:
    """Whether two results are equal bit for bit: tensors, or dicts of tensors in the same order."""
    if isinstance(left, Tensor) and isinstance(right, Tensor):
        return torch.equal(left, right)
    assert isinstance(left, dict)
    assert isinstance(right, dict)
    return list(left) == list(right) and all(same(left[key], right[key]) for key in left)


@dataclass(frozen=True)
class Pair:
    """A graph, the same network by hand, and inputs for both at a batch and a size."""

    graph: Graph = field(repr=False)
    by_hand: Callable[[], nn.Module]
    channels: tuple[int, ...]

    def inputs(self, batch: int = 2, height: int = 16, width: int = 16) -> tuple[Tensor, ...]:
        return tuple(torch.randn(batch, channels, height, width) for channels in self.channels)


PAIRS = {
    "residual": Pair(residual(), Residual, (3,)),
    "heads": Pair(heads(), Heads, (4, 4)),
    "functions": Pair(functions(), Functions, (3,)),
}
