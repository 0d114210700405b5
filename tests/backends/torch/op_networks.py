"""A network of one op, applied in all the ways of its cases, each to inputs of its own."""

import re
from collections.abc import Mapping
from dataclasses import replace

import torch
import yaml

import netspec
from netspec.backends.torch.module import Network
from netspec.backends.torch.once import values_at
from netspec.checked import Checked
from netspec.diagnostics import NetspecError
from netspec.ops.base import Inputs
from netspec.shape import Dim, Shape
from netspec.testing.case import Case, dims_of, shapes_at
from tests.ops.reference import op_class, valid_cases


def cases(name: str) -> list[Case]:
    """Those whose tensors have elements and are kept, at numbers where not all sizes will do; and
    dimensions, as no input of a spec is without."""
    return [
        case if _is_valid(name, case) else _fixed(case)
        for case in valid_cases(name)
        if not any(0 in shape for shape in (*case.declared(), *_results(name, case)))
        and all(case.declared())
        and "inplace" not in case.arguments
    ]


def _is_valid(name: str, case: Case) -> bool:
    try:
        netspec.check_spec(netspec.Text(spec(name, {0: case})))
    except NetspecError:
        return False
    return True


def _fixed(case: Case) -> Case:
    arguments = values_at(dict(case.arguments), {})
    return replace(case, arguments=arguments, inputs=shapes_at(case.declared(), {}), symbolic=False)


def spec(name: str, cases: Mapping[int, Case]) -> str:
    """Node `case3` is case 3. The batch is common to all, other free sizes are of one case."""
    dims: dict[str, object] = {}
    inputs: dict[str, object] = {}
    nodes: dict[str, object] = {}
    outputs: dict[str, object] = {}
    for number, case in cases.items():
        shapes = case.freed() if case.symbolic else case.declared()
        for each in dims_of(shapes):
            if each.name != "N":
                size = {"nominal": each.nominal, "multiple_of": each.multiple_of}
                dims[f"{each.name}_{number}"] = size
        names = [f"x{number}_{position}" for position in range(len(shapes))]
        texts = [[_written(size, number) for size in shape] for shape in shapes]
        inputs |= dict(zip(names, texts, strict=True))
        node = {"op": name, **({"from": names} if names else {})}
        arguments = {key: _written(value, number) for key, value in case.arguments.items()}
        nodes[f"case{number}"] = node | arguments
        results = len(_results(name, case))
        tails = [f".{position}" for position in range(results)] if results > 1 else [""]
        outputs |= {f"y{number}{tail.replace('.', '_')}": f"case{number}{tail}" for tail in tails}
    if not inputs:
        inputs, nodes["kept"] = {"x": ["N", 1]}, {"op": "identity", "from": "x"}
        outputs["kept"] = "kept"
    parts = {"dims": dims, "inputs": inputs, "nodes": nodes, "outputs": outputs}
    written = {"netspec": 1, "name": name, **{key: part for key, part in parts.items() if part}}
    return yaml.safe_dump(written, sort_keys=False)


def _written(value: object, number: int) -> object:
    """As YAML has it, with the dims of this case."""
    if isinstance(value, Dim):
        return re.sub(r"\b(?!N\b|floor\b|ceil\b)([A-Z]\w*)", rf"\1_{number}", str(value))
    if isinstance(value, tuple | list):
        return [_written(each, number) for each in value]
    return value


def _results(name: str, case: Case) -> tuple[Shape, ...]:
    """Their shapes, at numbers."""
    made = op_class(name).model_validate(values_at(dict(case.arguments), {}))
    return made.infer(Inputs(*shapes_at(case.declared(), {})))


def build(text: str) -> tuple[Network, Checked]:
    """The network with numbers that tell its weights apart."""
    checked = netspec.check_spec(netspec.Text(text))
    network = netspec.compile_spec(netspec.Text(text), seed=0).eval()
    generator = torch.Generator().manual_seed(1)
    for tensor in network.state_dict().values():
        if tensor.is_floating_point():
            tensor.uniform_(0.5, 1.5, generator=generator)
    return network, checked
