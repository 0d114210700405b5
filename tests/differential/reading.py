"""How the parts of a spec are read: forms of nodes, references, labels, which nodes and when."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import heappop, heappush

from torch import Tensor

from tests.differential.arithmetic import evaluate
from tests.differential.eager import OwnRule

Place = tuple[str, ...]
Names = Mapping[str, object]
KEYS = {"op", "chain", "nodes", "from", "when", "repeat", "first", "label", "splice", "at", "share"}
KEYS |= {"inputs", "output", "outputs", "before", "after", "doc"}
SHAPED = {"reshape", "expand", "parameter"}
"""Ops whose argument is called `shape`."""


class Refused(Exception):
    """The network cannot be run at these sizes. `own` tells that torch would, and netspec not."""

    def __init__(self, place: Place, why: str, own: bool) -> None:
        super().__init__(f"`{'.'.join(place)}`: {why}")
        self.own = own


@dataclass(frozen=True)
class Held:
    """A node as the value of a parameter, with the names that it sees."""

    node: object
    names: Names


@dataclass(frozen=True)
class Made:
    """The outputs of a node, and their names where it has such."""

    tensors: list[Tensor]
    names: tuple[str, ...] = ()

    def pick(self, select: str) -> Tensor:
        if not select:
            (only,) = self.tensors
            return only
        return self.tensors[self.names.index(select) if self.names else int(select)]


def normal(node: object) -> dict:
    """A node as a mapping."""
    if isinstance(node, str):
        return {"op": node}
    return {"chain": node} if isinstance(node, list) else node


def outputs_of(doc: dict) -> dict[str, str]:
    last = doc.get("output", list(doc["nodes"])[-1])
    return doc.get("outputs", {last: last})


def split(text: str) -> tuple[str, str]:
    name, _, select = text.partition(".")
    return name, select


def counted(label: str, position: int) -> str:
    match = re.search("[0-9]+$", label)
    assert match
    return label[: match.start()] + str(int(match.group()) + position)


def firsts(doc: dict, names: Names) -> dict:
    """The node with the arguments of the first copy, where it is that."""
    return {**doc, **doc["first"]} if "first" in doc and names.get("index") == 0 else doc


def order(sources: Mapping[str, list[Place]], owners: Mapping[str, str]) -> Iterator[str]:
    """A node after all that it reads; of those that could be next, the first as written."""
    numbers = {name: number for number, name in enumerate(sources)}
    waits = {
        name: ({node for node, _ in read} | {owners[name]}) & set(numbers) - {name}
        for name, read in sources.items()
    }
    ready: list[tuple[int, str]] = []
    for name in [name for name, others in waits.items() if not others]:
        heappush(ready, (numbers[name], name))
    while ready:
        _, name = heappop(ready)
        yield name
        for other, others in waits.items():
            if name in others:
                others.remove(name)
                if not others:
                    heappush(ready, (numbers[other], other))


@contextmanager
def refusing(path: Place) -> Iterator[None]:
    try:
        yield
    except OwnRule as rule:
        raise Refused(path, str(rule), own=True) from rule
    except Exception as error:
        raise Refused(path, f"{type(error).__name__}: {error}", own=False) from error


def sources_of(docs: Mapping[str, dict], inputs: list[str]) -> dict[str, list[Place]]:
    """For each node the names that it reads, and which output of them."""
    found: dict[str, list[tuple[str, str]]] = {}
    before = inputs[0] if inputs else ""
    for name, doc in docs.items():
        if "from" in doc:
            given = doc["from"]
            found[name] = [split(text) for text in (given if isinstance(given, list) else [given])]
        else:
            found[name] = [] if doc.get("op") == "parameter" else [(before, "")]
        before = name
    return found


def present(doc: dict, names: Names) -> list[Names]:
    """The names that each copy sees."""
    if "repeat" not in doc:
        return [names] if evaluate(doc.get("when", True), names) else []
    count = evaluate(doc["repeat"], names)
    every = [{**names, "index": index, "count": count} for index in range(count)]
    return [copy for copy in every if evaluate(doc.get("when", True), copy)]


def live(
    outputs: Iterator[str],
    sources: Mapping[str, list[Place]],
    owners: Mapping[str, str],
    copies: Mapping[str, list[Names]],
) -> set[str]:
    """Nodes that the outputs need; an absent one needs its first input only."""
    found: set[str] = set()
    todo = [split(text)[0] for text in outputs]
    while todo:
        name = todo.pop()
        if name in found or name not in sources:
            continue
        found.add(name)
        kept = sources[name] if copies[name] else sources[name][:1]
        todo.extend(node for node, _ in kept)
        if copies[name]:
            todo.append(owners[name])
    return found
