"""What running the source documents' code gave: weights, costs and outputs.

`facts/` has a file for each network. A number under `weights` stands for the five tensors of a
batch norm with that many channels. Outputs were taken in eval mode, with `parity.weights`; those
of `keras_resnet50` before its softmax.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import torch
from torch import Tensor, nn

import netspec
from tests.parity.weights import images, weights

Tree: TypeAlias = "int | list[int] | dict[str, Tree]"

FACTS = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "facts").glob("*.json"))
}
BLOCKS: dict[str, Mapping[str, object]] = {
    "residual_block_64": {},
    "residual_block_3_192": {"in_channels": 3, "out_channels": 192},
    "residual_block_down_64_128": {"out_channels": 128, "stride": 2},
}


def spec_of(name: str) -> str:
    """The spec that a fact is about."""
    return "residual_block" if name in BLOCKS else name


def tensors(tree: Tree, prefix: str = "") -> Iterator[tuple[str, list[int]]]:
    """Key and shape of each tensor that stands under `weights`."""
    if isinstance(tree, list):
        yield prefix, tree
    elif isinstance(tree, int):
        for name in ("weight", "bias", "running_mean", "running_var"):
            yield f"{prefix}.{name}", [tree]
        yield f"{prefix}.num_batches_tracked", []
    else:
        for name, part in tree.items():
            yield from tensors(part, f"{prefix}.{name}" if prefix else name)


def compiled(name: str, path: Path | None = None) -> nn.Module:
    """The network of a fact, or the same of another file, without memory or weights."""
    return netspec.compile_spec(path or spec_of(name), params=BLOCKS.get(name), device="meta")


@lru_cache(maxsize=1)
def state(name: str) -> dict[str, Tensor]:
    """The deterministic weights of the network of a fact."""
    return weights(compiled(name))


def share(name: str, model: nn.Module) -> float:
    """How far a network is from the measured outputs, as a share of the yardstick."""
    fact = FACTS[name]
    model.load_state_dict(state(name), assign=True)
    seen: list[Tensor] = []
    head = model.get_submodule("fc6" if name == "keras_resnet50" else "")
    head.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    with torch.no_grad():
        model.eval()(images(*fact["input"]))
    y = seen[0].flatten().double()
    projection = float(y @ torch.arange(len(y)).cos().double())
    logits = y[:8] - torch.tensor(fact["logits"], dtype=torch.float64)
    distance = max(abs(projection - fact["projection"]), float(logits.abs().max()))
    return distance / fact["flip"]
