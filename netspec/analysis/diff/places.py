"""A node and a scope where they stand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netspec.graph.ir import Node, Scope, Share


@dataclass(frozen=True, slots=True)
class Place:
    """A node where it stands. `block` is the name of the nearest block around it, and `root` the
    path of that instance, both empty in the network itself."""

    path: str
    node: Node
    scope: Scope
    block: str = ""
    root: str = ""

    @property
    def local(self) -> str:
        """The path from the nearest block."""
        return self.path.removeprefix(f"{self.root}.") if self.root else self.path

    def inside(self) -> "Around":
        """What holds for the nodes in it."""
        assert isinstance(self.node.body, Scope)
        body = self.node.body
        if body.kind == "block":
            return Around(body, f"{self.path}.", body.title, self.path)
        return Around(body, f"{self.path}.", self.block, self.root)


@dataclass(frozen=True, slots=True)
class Around:
    """A scope where it stands."""

    scope: Scope
    prefix: str = ""
    block: str = ""
    root: str = ""

    def place(self, index: int) -> Place:
        """Where node `index` stands."""
        node = self.scope.nodes[index]
        own = isinstance(node.body, Share) or not node.at  # a shared use is not its module
        path = self.prefix + (node.name if own else ".".join(node.at))
        return Place(path, node, self.scope, self.block, self.root)


def inside(places: Iterable[Place]) -> Iterator[Place]:
    """The places and those in them, outer before inner."""
    for place in places:
        yield place
        if isinstance(place.node.body, Scope):
            around = place.inside()
            yield from inside(map(around.place, around.scope.modules))
