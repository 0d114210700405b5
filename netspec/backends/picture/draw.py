"""A graph as the content of a file, by the ending of its name."""

from collections.abc import Sequence

from netspec.backends.picture.difference import first_changes, stage_difference
from netspec.backends.picture.engine import MissingExtra, draw_png, draw_svg
from netspec.backends.picture.mermaid import mermaid
from netspec.backends.picture.opened import opened, paths_of
from netspec.backends.picture.page import page
from netspec.backends.picture.scene import Scene
from netspec.backends.picture.stage import stage
from netspec.diagnostics import nearest
from netspec.graph.ir import Graph

__all__ = ["FORMS", "MissingExtra", "UnknownPath", "draw", "draw_difference"]

FORMS = (".html", ".svg", ".png", ".mmd")


class UnknownPath(Exception):
    """A path to open that the network does not have."""

    def __init__(self, path: str, close: str | None) -> None:
        hint = f"; did you mean `{close}`?" if close else ""
        super().__init__(f"the network has no node `{path}`{hint}")


def draw(
    graph: Graph,
    form: str,
    *,
    depth: int | None = None,
    paths: Sequence[str] = (),
) -> bytes:
    """The content of a file of one of the FORMS.

    `depth` levels are shown, and all that leads to the nodes at `paths`; without both, blocks are
    closed.

    Raises UnknownPath, and MissingExtra where a drawing needs what is not installed.
    """
    return _drawn(stage(graph), form, depth, paths)


def draw_difference(
    left: Graph,
    right: Graph,
    form: str,
    *,
    names: tuple[str, str] | None = None,
    depth: int | None = None,
    paths: Sequence[str] = (),
) -> bytes:
    """The same of what changes from `left` to `right`: the new network, marked, with what is gone.

    Without `depth` and `paths`, each kind of change is shown at the first place where it occurs.
    """
    scene = stage_difference(left, right, names)
    shown = paths if paths or depth else first_changes(scene)
    return _drawn(scene, form, depth, shown)


def _drawn(scene: Scene, form: str, depth: int | None, paths: Sequence[str]) -> bytes:
    known = paths_of(scene) if paths else set()
    for path in paths:
        if path not in known:
            raise UnknownPath(path, nearest(path, known))
    shown = opened(scene, depth, paths)
    if form == ".png":
        return draw_png(scene, shown)
    text = {".html": page, ".svg": draw_svg, ".mmd": mermaid}[form](scene, shown)
    return f"{text.rstrip()}\n".encode()
