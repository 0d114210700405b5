"""A network as a notebook shows it: its table, and its picture where one can be drawn."""

from base64 import b64encode
from contextlib import suppress
from html import escape

from netspec.analysis.exports import as_html
from netspec.analysis.measure import measure
from netspec.backends.picture.draw import MissingExtra, draw
from netspec.graph.ir import Graph


def notebook_html(graph: Graph) -> str | None:
    """HTML without a script; None where there is none, and a notebook shows text."""
    # What goes wrong here, in a rule of somebody's op, must not hide that a network was made.
    with suppress(Exception):
        return as_html(measure(graph)) + _picture(graph)
    return None


def _picture(graph: Graph) -> str:
    """As an image, whose styles and names stay apart from those of the notebook."""
    with suppress(MissingExtra):
        source = f"data:image/svg+xml;base64,{b64encode(draw(graph, '.svg')).decode('ascii')}"
        return f'\n<img style="max-width: 100%" alt="{escape(graph.name)}" src="{source}">'
    return ""
