"""The drawing, made by an embedded JavaScript engine: the same code as in the page."""

import atexit
import json
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Protocol

from netspec.backends.picture.scene import Scene, plain

_SHARPNESS = 2

# What ELK expects around it; nothing here waits, so a timer never rings.
_SURROUNDINGS = """
var global = globalThis, self = globalThis;
var setTimeout = () => 0, clearTimeout = () => 0;
"""


class MissingExtra(Exception):
    """What draws without a browser is not installed."""

    def __init__(self, name: str) -> None:
        super().__init__(f"drawing needs {name}: `pip install 'torch-netspec[picture]'`")


class _Engine(Protocol):
    def eval(self, code: str) -> object: ...

    def call(self, function: str, *arguments: object) -> object: ...

    def close(self) -> None: ...


def bundled(name: str) -> str:
    """A file of the JavaScript that comes along."""
    return (files(__package__) / "bundle" / name).read_text("utf-8")


def draw_svg(scene: Scene, opened: Collection[str] = (), *, theme: str | None = None) -> str:
    """The scene as the text of an SVG file, with the boxes at the paths `opened` open.

    `theme` is "light" or "dark", by default that of whoever looks at the file. Raises MissingExtra.
    """
    question = {"scene": plain(scene), "open": sorted(opened), "theme": theme}
    drawn = _engine().call("netspecDraw", json.dumps(question))
    assert isinstance(drawn, str)
    return drawn


def draw_png(scene: Scene, opened: Collection[str] = ()) -> bytes:
    """The same as pixels, two for each of the SVG's. Raises MissingExtra."""
    try:
        from resvg_py import svg_to_bytes
    except ImportError as error:
        raise MissingExtra("resvg-py") from error
    drawn = svg_to_bytes(svg_string=draw_svg(scene, opened, theme="light"), zoom=_SHARPNESS)
    return bytes(drawn)


@cache
def _engine() -> _Engine:
    try:
        from py_mini_racer import MiniRacer
    except ImportError as error:
        raise MissingExtra("mini-racer") from error
    engine: _Engine = MiniRacer()
    atexit.register(engine.close)  # later, its threads wait for a Python that is gone
    for code in (_SURROUNDINGS, bundled("elk.js"), bundled("picture.js")):
        engine.eval(f"{code}\n;0")
    return engine
