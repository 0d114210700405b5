"""Eight threads at once check, vary and compile: they find what one finds, and leave no trace."""

import gc
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import torch

import netspec
from netspec import limits
from netspec.diagnostics import NetspecError
from tests.random_specs import random_spec

THREADS = 8

Work = Callable[[int], object]


@contextmanager
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def at_once(work: Work, seeds: range) -> list[object]:
    """What all threads find; each has every seed, from another one on."""

    def all_of_them(thread: int) -> list[object]:
        turned = [*seeds[thread % len(seeds) :], *seeds[: thread % len(seeds)]]
        found = {seed: work(seed) for seed in turned}
        return [found[seed] for seed in seeds]

    with hasty(), ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(all_of_them, range(THREADS)))
    assert all(each == found[0] for each in found)
    return found[0]


def check(seed: int) -> object:
    spec = random_spec(seed)
    if seed % 3 == 0:
        spec["outputs"] = {"y": "nowhere"}
    try:
        checked = netspec.check_spec(spec)
    except NetspecError as error:
        return str(error)
    return checked.parameters, checked.macs, sorted(map(str, checked.shapes.items()))


def vary(seed: int) -> object:
    return SHARED.vary(params={"num_classes": 2 + seed}).parameters


def compile_(seed: int) -> object:
    model = netspec.compile_spec(random_spec(seed), seed=seed)
    return {key: tensor.sum().item() for key, tensor in model.state_dict().items()}


SHARED = netspec.check_spec("resnet34")


@pytest.mark.parametrize("work", [check, vary])
def test_threads_find_what_one_finds(work: Work) -> None:
    seeds = range(6)
    assert at_once(work, seeds) == [work(seed) for seed in seeds]
    assert gc.isenabled()


@pytest.mark.slow
@pytest.mark.parametrize(("work", "count"), [(check, 300), (vary, 100), (compile_, 60)])
def test_many_more(work: Work, count: int) -> None:
    state = torch.random.get_rng_state()
    alone = [work(seed) for seed in range(count)]
    assert at_once(work, range(count)) == alone
    assert gc.isenabled()
    assert torch.equal(torch.random.get_rng_state(), state)


def test_what_threads_share_would_be_seen() -> None:
    """A counter that all of them write gives no thread what one finds."""
    counter = iter(range(10**9))
    with pytest.raises(AssertionError):
        at_once(lambda _seed: next(counter), range(6))


def test_garbage_is_collected_again_whoever_ends_last() -> None:
    """Two overlap, and the first to begin is the first to end."""
    first, second = limits.without_collection(), limits.without_collection()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_a_thread_that_finds_it_off_leaves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one may turn it on between the look and the act."""
    monkeypatch.setattr(limits.gc, "isenabled", lambda: False)
    with limits.without_collection():
        monkeypatch.undo()
        assert gc.isenabled()
    assert gc.isenabled()
