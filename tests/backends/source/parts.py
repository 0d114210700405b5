"""Parts of generated code, made by hand."""

import netspec
from netspec import Checked
from netspec.backends.source.model import Body, Source, Step
from netspec.diagnostics import Source as File
from netspec.diagnostics import Span
from netspec.graph.ir import Graph, Node, Scope
from netspec.ops.base import Input

SPAN = Span(File("test.yaml"), 1, 1, 1, 2)
X = Source("")


def step(node: str, *reads: Source, family: str = "", target: str = "torch.relu") -> Step:
    """A line that calls a function of the tensors that it reads."""
    arguments = tuple(Input(index) for index in range(len(reads)))
    return Step(node, reads, target, None, arguments, (), 1, (), family, SPAN)


def body(*steps: Step, training: tuple[bool, ...] = (False,), outputs: str = "") -> Body:
    """A body whose last line, or those lines that are named, are its outputs."""
    names = outputs.split() or [steps[-1].node]
    return Body(("x",), (), steps, tuple(map(Source, names)), training)


def checked(text: str) -> Checked:
    """A spec; `x` is [N, 4, 8, 8], unless `inputs` says otherwise."""
    inputs = "" if "inputs:" in text.split("blocks:")[0] else "inputs: {x: [N, 4, 8, 8]}\n"
    head = f"netspec: 1\nname: network\n{inputs}"
    return netspec.check_spec(netspec.Text(head + text, "test.yaml"))


def scope(found: Graph, name: str) -> Scope:
    """What the node of the network holds."""
    body = node(found, name).body
    assert isinstance(body, Scope)
    return body


def node(found: Graph, name: str) -> Node:
    """A node of the network."""
    return next(each for each in found.root.nodes if each.name == name)
