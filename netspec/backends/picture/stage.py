"""From a graph to its scene."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from netspec.analysis.summary import totals
from netspec.analysis.table import Cost, node_cost, total
from netspec.analysis.words import least_words
from netspec.backends.picture.excerpts import excerpt
from netspec.backends.picture.facts import facts
from netspec.backends.picture.runs import Run, runs
from netspec.backends.picture.scene import Box, End, Scene, ScopeBox, Source
from netspec.backends.picture.words import argument_words, shape_text, value_words
from netspec.graph.ir import INPUT, Graph, Leaf, Node, Ref, Scope, Share
from netspec.ops.base import Inputs
from netspec.shape import Shape

_FORMS = {"activation": "pill"}


def stage(graph: Graph) -> Scene:
    """The scene of a graph."""
    known = facts(graph)
    scopes = _Scopes(known.memory)
    scopes.index(graph.root, "")
    cost = total(graph)
    return Scene(
        name=graph.name,
        doc=graph.doc,
        source=graph.source,
        params=value_words(graph.params),
        sizes=least_words(dim for dim in graph.dims if dim.symbol.name != "N"),
        totals=totals(graph),
        parameters=cost.parameters,
        macs=cost.macs,
        scopes=tuple(scopes.found),
        facts=known.rows,
    )


@dataclass(slots=True)
class _Scopes:
    """The scopes that were met; equal instances of a block are one object, and listed once.

    `memory` holds the bytes of a node's outputs by its path, `known` the place of a scope in the
    list by its id.
    """

    memory: Mapping[str, int]
    found: list[ScopeBox] = field(default_factory=list)
    known: dict[int, int] = field(default_factory=dict)
    costs: dict[int, Cost] = field(default_factory=dict)

    def index(self, scope: Scope, prefix: str) -> int:
        """Place of a scope in the list, with all that is in it; `prefix` begins its paths."""
        known = self.known.get(id(scope))
        if known is not None:
            return known
        found = runs(scope)
        place = {run.last: index for index, run in enumerate(found)}
        boxes = (self._run(scope, run, prefix) for run in found)
        nodes = tuple(
            replace(box, inputs=tuple(_moved(ref, place) for ref in box.inputs)) for box in boxes
        )
        self.found.append(ScopeBox(scope.kind, _inputs(scope), nodes, _outputs(scope, place)))
        self.known[id(scope)] = len(self.found) - 1
        return self.known[id(scope)]

    def _run(self, scope: Scope, run: Run, prefix: str) -> Box:
        """A node, or the copies of one that stand in a chain, as a stack."""
        members = scope.nodes[run.first : run.last + 1]
        boxes = tuple(self._box(scope, member, prefix) for member in members)
        if len(boxes) == 1:
            return boxes[0]
        first, last = boxes[0], boxes[-1]
        lined = tuple(
            replace(box, inputs=((index - 1, 0),), yaml=None) for index, box in enumerate(boxes)
        )
        ends = (
            (End("x", shape_text(scope.shape(members[0].inputs[0]))),),
            (End("y", last.outputs[0], (len(boxes) - 1, 0)),),
        )
        self.found.append(ScopeBox("repeat", ends[0], lined, ends[1]))
        return Box(
            name=f"{first.name}–{last.name}",
            at=f"{first.at}–{members[-1].at[-1]}",
            what=first.what,
            inputs=first.inputs,
            outputs=last.outputs,
            parameters=sum(box.parameters for box in boxes),
            macs=sum(box.macs for box in boxes),
            memory=sum(box.memory for box in boxes),
            scope=len(self.found) - 1,
            kind="repeat",
            flat=True,
            copies=len(boxes),
            notch=_is_first_different(members),
            yaml=first.yaml,
        )

    def _box(self, scope: Scope, node: Node, prefix: str) -> Box:
        body = node.body.body if isinstance(node.body, Share) else node.body
        at = ".".join(node.at or (node.name,))
        cost = node_cost(node, self.costs)
        box = Box(
            name=node.name,
            at=at,
            what=node.title,
            inputs=tuple((ref.node, ref.output) for ref in node.inputs),
            outputs=tuple(map(shape_text, node.outputs)),
            parameters=cost.parameters,
            macs=cost.macs,
            memory=self.memory.get(prefix + at, 0),
            shares=scope.nodes[node.body.target].name if isinstance(node.body, Share) else "",
            checked=node.checked > 0,
            training=node.training,
            yaml=excerpt(node.span),
        )
        if isinstance(body, Leaf):
            return _leaf(box, body, node.outputs)
        index = self.index(body, f"{prefix}{at}.")
        box = replace(box, scope=index, kind=body.kind, given=value_words(node.given))
        if body.kind != "repeat":
            return box
        copies = len(body.nodes)
        what = node.title.replace(f" ×{copies}", "", 1)
        return replace(box, what=what, copies=copies, notch=_is_first_different(body.nodes))


def _leaf(box: Box, leaf: Leaf, outputs: tuple[Shape, ...]) -> Box:
    op, inputs = leaf.op, Inputs(*leaf.inputs)
    arguments = argument_words(op)
    width = next((words for name, words in arguments.items() if name.startswith("out_")), None)
    shorthand = op.shorthand(inputs)
    formulas = (
        (index, str(size), formula)
        for index, size in enumerate(outputs[0])
        if (formula := op.explain(inputs, index))
    )
    return replace(
        box,
        what=shorthand if width is None else f"{shorthand} → {width}",
        hue="convolution" if "linear_map" in op.traits and leaf.weights else op.family,
        form="sign" if op.sign else _FORMS.get(op.family, ""),
        sign=op.sign,
        arguments=arguments,
        formulas=tuple(formulas),
    )


def _inputs(scope: Scope) -> tuple[End, ...]:
    named = zip(scope.input_names, scope.inputs, strict=True)
    return tuple(End(name, shape_text(shape)) for name, shape in named)


def _outputs(scope: Scope, place: Mapping[int, int]) -> tuple[End, ...]:
    named = zip(scope.output_names, scope.outputs, scope.training, strict=True)
    return tuple(
        End(name, shape_text(scope.shape(ref)), _place(ref, place), training)
        for name, ref, training in named
    )


def _place(ref: Ref, place: Mapping[int, int]) -> Source:
    return _moved((ref.node, ref.output), place)


def _moved(ref: Source, place: Mapping[int, int]) -> Source:
    node, output = ref
    return node if node == INPUT else place[node], output


def _is_first_different(copies: tuple[Node, ...]) -> bool:
    """Is the first copy unlike the others, which are alike?"""
    bodies = [node.body for node in copies]
    return len(bodies) > 1 and bodies[0] != bodies[1] and all(x == bodies[1] for x in bodies[2:])
