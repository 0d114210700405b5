"""What each process of a distributed test does."""

import os
from collections.abc import Callable

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from netspec.backends.torch.build import build
from netspec.backends.torch.module import Block
from tests.backends.torch.networks import PAIRS, Pair

WORLD = 2
Gradients = dict[str, Tensor]


def fixed_statistics(pair: Pair) -> nn.Module:
    """In training mode, but for batch norms, whose statistics depend on the batch."""
    network = build(pair.graph, seed=0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    return network


def loss_of(network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
    result = network(*batch)
    tensors = result.values() if isinstance(result, dict) else [result]
    return torch.stack([each.square().mean() for each in tensors]).sum()


def with_data_parallel(network: nn.Module, batch: tuple[Tensor, ...]) -> Gradients:
    wrapped = DistributedDataParallel(network)
    loss_of(wrapped, batch).backward()
    return {name: each.grad for name, each in network.named_parameters() if each.grad is not None}


def with_shards(network: nn.Module, batch: tuple[Tensor, ...]) -> Gradients:
    from torch.distributed.fsdp import fully_shard  # takes a second to import

    mesh = dist.init_device_mesh("cpu", (WORLD,))
    for module in network.modules():
        if isinstance(module, Block):
            fully_shard(module, mesh=mesh)
    fully_shard(network, mesh=mesh)
    loss_of(network, batch).backward()
    return {
        name: each.grad.full_tensor()
        for name, each in network.named_parameters()
        if each.grad is not None
    }


def work(rank: int, store: str, run: Callable[[nn.Module, tuple[Tensor, ...]], Gradients]) -> None:
    """Checks that the gradients are the mean of those that one process finds for each batch."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=WORLD)
    for name, pair in PAIRS.items():
        torch.manual_seed(5)
        batches = [pair.inputs(2, 8, 8) for _ in range(WORLD)]
        alone = fixed_statistics(pair)
        torch.stack([loss_of(alone, batch) for batch in batches]).mean().backward()
        wanted = {key: each.grad for key, each in alone.named_parameters()}
        found = run(fixed_statistics(pair), batches[rank])
        assert found.keys() == wanted.keys(), name
        torch.testing.assert_close(found, wanted)
    dist.barrier()  # a process that is left alone while it ends may be aborted
    dist.destroy_process_group()
    os._exit(0)  # so may one whose interpreter ends before the threads of gloo do


def without_reduction(network: nn.Module, batch: tuple[Tensor, ...]) -> Gradients:
    """A fault: every process keeps its own gradients."""
    loss_of(network, batch).backward()
    return {name: each.grad for name, each in network.named_parameters() if each.grad is not None}
