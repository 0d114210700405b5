"""A scene as a Mermaid flowchart, which Markdown pages draw by themselves."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from netspec.backends.picture.opened import boxes
from netspec.backends.picture.scene import Box, End, Scene, ScopeBox, Source

_INERT = re.compile(r"[^\w .,:/+×→–⌈⌉⌊⌋()-]")
_SHAPES = {"": ("[", "]"), "pill": ("([", "])"), "sign": ("((", "))"), "end": ("([", "])")}
_SIGNS = {"added": "+", "removed": "−", "changed": "~", "moved": ">"}
_CHANGES = {"added": "#009e73", "removed": "#d55e00", "changed": "#e69f00", "moved": "#56b4e9"}
_COLORS = {
    "convolution": ("#dceaf4", "#0072b2"),
    "normalization": ("#f8edf3", "#cc79a7"),
    "activation": ("#fcf3df", "#e69f00"),
    "pooling": ("#dcf1eb", "#009e73"),
    "merging": ("#faeadf", "#d55e00"),
    "reshaping": ("#e8f4fb", "#56b4e9"),
}


@dataclass(frozen=True, slots=True)
class _Tensor:
    """What a line leaves: an identifier of the chart, and what stands on the line."""

    node: str
    label: str = ""


def mermaid(scene: Scene, opened: Collection[str] = ()) -> str:
    """The text of a flowchart, with the boxes at the paths `opened` as subgraphs.

    Names are text: every sign that could mean something to Mermaid or HTML is an entity.
    """
    chart = _Chart(scene, opened)
    root = scene.root
    ends = [_Tensor(chart.node(_end_words(end), "end")) for end in root.inputs]
    for end, tensor in zip(root.outputs, chart.scope(root, "", ends), strict=True):
        chart.line(tensor, chart.node(_end_words(end), "end"), end.change)
    styles = (*_styles(chart.hues), *_change_styles(chart.changes))
    return "\n".join(["flowchart TD", *chart.lines, *styles])


@dataclass(slots=True)
class _Chart:
    scene: Scene
    opened: Collection[str]
    lines: list[str] = field(default_factory=list)
    hues: dict[str, list[str]] = field(default_factory=dict)
    changes: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0
    level: int = 1

    def scope(self, scope: ScopeBox, prefix: str, inputs: list[_Tensor]) -> list[_Tensor]:
        """Write what stands in a scope that reads these tensors; the tensors that leave it."""
        made: list[list[_Tensor]] = []

        def read(ref: Source) -> _Tensor:
            node, output = ref
            return inputs[output] if node < 0 else made[node][output]

        for path, inner, box in boxes(self.scene, scope, prefix):
            reads = [read(ref) for ref in box.inputs]
            if box.scope is None or path not in self.opened:
                made.append(self.box(box, reads, _shape_read(scope, box)))
                continue
            name = self.new_name()
            self.mark(box, name)
            title = _lines(_sign(box, is_open=True) + _words(box), box.note)
            self.put(f'subgraph {name}["{title}"]')
            self.level += 1
            made.append(self.scope(self.scene.scopes[box.scope], inner, reads))
            self.level -= 1
            self.put("end")
        return [read(end.ref) for end in scope.outputs if end.ref is not None]

    def box(self, box: Box, reads: list[_Tensor], shape: str) -> list[_Tensor]:
        name = self.node(_sign(box) + (box.sign or _words(box)), box.form, box.note)
        self.mark(box, name)
        if box.hue in _COLORS:
            self.hues.setdefault(box.hue, []).append(name)
        for place, tensor in enumerate(reads):
            self.line(tensor, name, box.changes[place] if box.changes else box.change)
        return [_Tensor(name, "" if output == shape else output) for output in box.outputs]

    def node(self, words: str, form: str, note: str = "") -> str:
        name = self.new_name()
        left, right = _SHAPES[form]
        self.put(f'{name}{left}"{_lines(words, note)}"{right}')
        return name

    def mark(self, box: Box, name: str) -> None:
        if box.change:
            self.changes.setdefault(box.change, []).append(name)

    def line(self, tensor: _Tensor, target: str, change: str = "") -> None:
        arrow = "-.->" if change == "removed" else "==>" if change == "added" else "-->"
        label = f'|"{_inert(tensor.label)}"|' if tensor.label else ""
        self.put(f"{tensor.node} {arrow}{label} {target}")

    def new_name(self) -> str:
        self.count += 1
        return f"n{self.count}"

    def put(self, line: str) -> None:
        self.lines.append("  " * self.level + line)


def _shape_read(scope: ScopeBox, box: Box) -> str:
    """The shape that a box reads first."""
    if not box.inputs:
        return ""
    node, output = box.inputs[0]
    return scope.inputs[output].shape if node < 0 else scope.nodes[node].outputs[output]


def _sign(box: Box, is_open: bool = False) -> str:
    """What happened to a node, and how often something did in it while it is closed."""
    inside = f"±{box.inside}" if box.inside and not is_open else ""
    signs = " ".join(filter(None, (_SIGNS.get(box.change, ""), inside)))
    return f"{signs} " if signs else ""


def _words(box: Box) -> str:
    given = (f"{name} {text}" for name, text in box.given.items())
    count = f"×{box.copies}" if box.copies else ""
    what = box.what if box.what != box.name else ""
    return " ".join(filter(None, (box.name, what, *given, count)))


def _end_words(end: End) -> str:
    return f"{end.name} {end.shape}"


def _lines(words: str, note: str) -> str:
    """What stands in a node, and below it what changed."""
    return "<br/>".join(_inert(text) for text in (words, note) if text)


def _inert(text: str) -> str:
    return _INERT.sub(lambda sign: f"#{ord(sign[0])};", text)


def _styles(hues: dict[str, list[str]]) -> list[str]:
    lines = []
    for hue, names in sorted(hues.items()):
        fill, stroke = _COLORS[hue]
        lines.append(f"  classDef {hue} fill:{fill},stroke:{stroke},color:#1b1f24")
        lines.append(f"  class {','.join(names)} {hue}")
    return lines


def _change_styles(changes: dict[str, list[str]]) -> list[str]:
    """A border, over the fill of the family."""
    lines = []
    for change, names in sorted(changes.items()):
        dashes = ",stroke-dasharray:3 3" if change == "removed" else ""
        lines.append(f"  classDef {change} stroke:{_CHANGES[change]},stroke-width:3px{dashes}")
        lines.append(f"  class {','.join(names)} {change}")
    return lines
