"""Which boxes of a scene are open at first."""

from collections.abc import Iterator, Sequence

from netspec.backends.picture.scene import Box, Scene, ScopeBox

_FEW = 8
_INLINE = ("chain", "subgraph")


def boxes(scene: Scene, scope: ScopeBox, prefix: str = "") -> Iterator[tuple[str, str, Box]]:
    """The boxes of a scope with their paths and the prefix of what is in them."""
    for box in scope.nodes:
        path = prefix + box.at
        yield path, prefix if box.flat else f"{path}.", box


def opened(scene: Scene, depth: int | None, paths: Sequence[str]) -> set[str]:
    """Paths of the open boxes: `depth` levels are shown, and all that leads to `paths`.

    Without a depth blocks are closed; where a network is a few containers written in place, these
    are open.
    """
    found: set[str] = set()
    if depth is None:
        few = len(scene.root.nodes) < _FEW
        top = boxes(scene, scene.root)
        found.update(path for path, _, box in top if few and box.kind in _INLINE)
    wanted = set(paths)

    def visit(scope: ScopeBox, prefix: str, left: int) -> bool:
        leads = False
        for path, inner, box in boxes(scene, scope, prefix):
            here = path in wanted
            if box.scope is not None:
                below = visit(scene.scopes[box.scope], inner, left - 1)
                if here or below or left > 0:
                    found.add(path)
                here = here or below
            leads = leads or here
        return leads

    visit(scene.root, "", (depth or 1) - 1)
    return found


def paths_of(scene: Scene) -> set[str]:
    """The path of every box."""

    def visit(scope: ScopeBox, prefix: str) -> Iterator[str]:
        for path, inner, box in boxes(scene, scope, prefix):
            yield path
            if box.scope is not None:
                yield from visit(scene.scopes[box.scope], inner)

    return set(visit(scene.root, ""))
