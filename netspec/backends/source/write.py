"""From a checked spec to a file of Python."""

import ast
from dataclasses import replace

from netspec.backends.source.calls import make_code
from netspec.backends.source.classes import Classes
from netspec.backends.source.constructor import constructor, parameters
from netspec.backends.source.forward import Forward
from netspec.backends.source.helpers import helpers
from netspec.backends.source.hints import Hints
from netspec.backends.source.initialize import initialization
from netspec.backends.source.layout import Brackets, docstring, statement
from netspec.backends.source.model import Class
from netspec.backends.source.refuse import refuse
from netspec.graph.ir import Graph
from netspec.shape import format_shape
from netspec.syntax.schema import SpecDoc


def write(graph: Graph, doc: SpecDoc) -> str:
    """Standalone PyTorch source of a network: the same keys, the same outputs, no netspec.

    Raises NetspecError where a node cannot be written so.
    """
    refuse(graph)
    classes = Classes(graph, Hints(doc))
    blocks = [_class(each) for each in classes.found]
    blocks.append(_network(classes.root, graph))
    body = "\n\n\n".join([*helpers("\n".join(blocks)), *blocks])
    head = docstring([graph.doc, graph.source], 0)
    return "\n".join([*head, *([""] if head else []), *_imports(body), "", "", body]) + "\n"


def _class(made: Class) -> str:
    if made.is_function:
        return _function(made)
    if made.body.line is not None:
        return "\n".join(_headed(made, "nn.Sequential", constructor(made, (), ())))
    forward = Forward(made.body)
    lines = forward.lines()
    if not made.body.children and not forward.kept:
        return "\n".join(_headed(made, "nn.Module", lines))
    return "\n".join(_headed(made, "nn.Module", [*constructor(made, forward.kept, ()), "", *lines]))


def _function(made: Class) -> str:
    head = Brackets(f"def {made.name}(", parameters(made.arguments), ")", " -> list[nn.Module]:")
    assert made.body.line is not None
    members = make_code(made.body.line)
    assert isinstance(members, Brackets)
    given = statement(Brackets("return [", members.items, "]"), 1)
    return "\n".join([*statement(head, 0), *docstring([made.doc], 1), *given])


def _headed(made: Class, base: str, lines: list[str]) -> list[str]:
    text = docstring([made.doc], 1)
    head = statement(Brackets(f"class {made.name}(", (base,), "):"), 0)
    return [*head, *text, *([""] if text else []), *lines]


def _network(made: Class, graph: Graph) -> str:
    root = graph.root
    forward = Forward(made.body, root.output_names)
    lines = forward.lines()
    last = initialization(graph)
    kinds = set(graph.dtypes)
    if len(kinds) == 1 and kinds != {"float32"}:
        last = [*last, f"        self.to(torch.{kinds.pop()})"]
    inputs = zip(root.input_names, root.inputs, strict=True)
    reads = ", ".join(f"{name} {format_shape(shape)}" for name, shape in inputs)
    pairs = zip(root.output_names, map(root.shape, root.outputs), root.training, strict=True)
    gives = ", ".join(
        f"{name} {format_shape(shape)}{' in training' if training else ''}"
        for name, shape, training in pairs
    )
    told = replace(made, doc=f"{reads} -> {gives}.")
    body = [*constructor(made, forward.kept, last), "", *lines]
    return "\n".join(_headed(told, "nn.Module", body))


def _imports(body: str) -> list[str]:
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    lines = ["from collections import OrderedDict", ""] if "OrderedDict" in used else []
    lines += ["import torch"] if "torch" in used else []
    lines += ["from torch import Tensor, nn"]
    return lines + (["from torch.nn import functional as F"] if "F" in used else [])
