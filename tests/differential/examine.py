"""One spec held against the oracle: what the checker says is what torch does, at every size tried.

`examine` raises Disagreement with the spec and what both sides say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import torch
import yaml
from torch import Tensor, nn

from netspec import Checked, NetspecError, check_spec, pipeline
from netspec.backends.torch.judge import undisturbed
from netspec.graph.ir import FreeDim
from netspec.shape import at
from tests.differential.halves import check_halves
from tests.differential.oracle import Oracle
from tests.differential.reading import Refused

Spec = Mapping[str, object]
Sizes = Mapping[str, int]

RULES = {
    "unused": "nothing lies about that no output needs",
    "inplace-visible": "nothing is overwritten that can be seen elsewhere",
    "missing-argument": "an argument that torch would guess with a warning is required",
    "cannot-prove": "what cannot be decided is refused",
    "unbound-dim": "a network learns its free sizes from its inputs",
    "no-least-size": "a network is valid from some size on",
}
"""Codes by which the language refuses what torch would run."""

UNDECIDED = ("cannot prove that", "must be a fraction whose denominator is a power of two")
"""Parts of messages about sizes that are not closed under the decided arithmetic."""


class Disagreement(Exception):
    """The checker and torch do not say the same. `kind` tells in which way."""

    def __init__(self, kind: str, details: str, spec: Spec) -> None:
        self.text = yaml.safe_dump(dict(spec), sort_keys=False, default_flow_style=None, width=100)
        super().__init__(f"{kind}: {details}\n{self.text}")
        self.kind = kind
        self.details = details


@dataclass(frozen=True)
class Finding:
    """What both sides said. `rule` is the language's own rule, where it is that which refuses."""

    valid: bool
    codes: tuple[str, ...] = ()
    rule: str = ""
    runs: int = 0


def verdict(
    spec: Spec, dims: Sizes | None = None, *, in_halves: bool = False
) -> Checked | NetspecError:
    """What the checker says of a spec, or of the two files that it was cut into."""
    try:
        return check_halves(spec) if in_halves else check_spec(spec, dims=dims)
    except NetspecError as error:
        return error
    except Exception as error:
        raise Disagreement("crash", f"the check raises {error!r}", spec) from error


def refusal(oracle: Oracle, sizes: Sizes, *, heads: bool = True) -> Refused | None:
    """Why the network cannot be run at these sizes; None if it can."""
    try:
        with torch.no_grad():
            oracle.run(sizes, oracle.inputs(sizes), heads=heads)
    except Refused as refused:
        return refused
    except (ValueError, KeyError, TypeError, IndexError, ZeroDivisionError) as error:
        return Refused((), f"no network: {error!r}", own=True)
    if any(0 in shape for shapes in oracle.shapes.values() for shape in shapes):
        return Refused((), "a tensor without elements", own=True)
    return None


def examine(spec: Spec, seed: int = 0) -> Finding:
    """Hold one spec against the oracle, one in five as two files. Raises Disagreement."""
    with undisturbed(seed):
        said = verdict(spec, in_halves=is_cut(seed))
        if isinstance(said, NetspecError):
            return _refused(spec, said, Random(seed))
        return _accepted(spec, said, Random(seed))


def is_cut(seed: int) -> bool:
    return seed % 5 == 4


# --- what the checker accepts ---------------------------------------------------------------------


def _accepted(spec: Spec, checked: Checked, draw: Random) -> Finding:
    oracle, runs = Oracle(spec), 0
    try:
        model = pipeline.build(checked, seed=0).eval()
    except Exception as error:
        raise Disagreement("compiled", f"it cannot be built: {error!r}", spec) from error
    refused = refusal(oracle, {})
    if refused is not None and refused.args[0] != "``: a tensor without elements":
        raise Disagreement("accepted", f"torch, at the nominal sizes: {refused}", spec)
    _same_state(spec, oracle, checked, model)
    oracle.load(model.state_dict())
    for sizes in points(checked, draw):
        _same_run(spec, oracle, checked, model, sizes)
        runs += 1
    for dim in checked.graph.dims:
        _is_least(spec, oracle, model, dim, checked.graph.dims)
    _same_numbers(spec, checked, draw)
    return Finding(True, runs=runs)


def points(checked: Checked, draw: Random) -> Iterator[dict[str, int]]:
    """The nominal sizes, each least one, all of them, the next larger ones, and an awkward one."""
    dims = checked.graph.dims
    yield {}
    least = {dim.symbol.name: dim.min for dim in dims if dim.min != dim.symbol.nominal}
    for name, size in least.items():
        yield {name: size}
    if len(least) > 1:
        yield least
    yield {dim.symbol.name: dim.symbol.nominal + dim.symbol.multiple_of for dim in dims}
    yield {
        dim.symbol.name: max(dim.min, dim.symbol.nominal)
        + dim.symbol.multiple_of * draw.choice([0, 2, 3, 5, 7])
        for dim in dims
    }


def _same_state(spec: Spec, oracle: Oracle, checked: Checked, model: nn.Module) -> None:
    mine = {key: tuple(tensor.shape) for key, tensor in oracle.state().items()}
    said = checked.state_dict_shapes
    built = {key: tuple(tensor.shape) for key, tensor in model.state_dict().items()}
    if mine != said or list(said.items()) != list(built.items()):
        raise Disagreement("weights", f"{mine}\nsaid {said}\nbuilt {built}", spec)


def _same_run(spec: Spec, oracle: Oracle, checked: Checked, model: nn.Module, sizes: Sizes) -> None:
    """At these sizes every node has the shape that was said, and the outputs are the same."""
    dims = checked.graph.dims
    heads = all(at_of(dim, sizes) >= dim.min_in_training for dim in dims)
    oracle_inputs = oracle.inputs(sizes)
    try:
        with torch.no_grad():
            expected = oracle.run(sizes, oracle_inputs, heads=heads)
    except Refused as refused:
        raise Disagreement("accepted", f"torch, at {dict(sizes)}: {refused}", spec) from refused
    said = {
        path: [tuple(at(size, sizes) for size in shape) for shape in shapes]
        for path, shapes in checked.shapes.items()
    }
    if not heads:
        said = {path: shapes for path, shapes in said.items() if path in oracle.shapes}
    if said != oracle.shapes:
        wrong = {
            path: (said.get(path), oracle.shapes.get(path))
            for path in said.keys() | oracle.shapes.keys()
            if said.get(path) != oracle.shapes.get(path)
        }
        raise Disagreement("shapes", f"at {dict(sizes)}, said and torch's: {wrong}", spec)
    try:
        with torch.no_grad():
            found = model(*[tensor.clone() for tensor in oracle_inputs])
    except Exception as error:
        raise Disagreement("compiled", f"at {dict(sizes)}: {error!r}", spec) from error
    _same_outputs(spec, expected, found, sizes)


def _same_outputs(
    spec: Spec, expected: dict[str, Tensor], found: Tensor | dict[str, Tensor], sizes: Sizes
) -> None:
    outputs = spec["outputs"]
    assert isinstance(outputs, dict)
    heads = [
        name for name, each in outputs.items() if isinstance(each, dict) and each.get("training")
    ]
    mine = {name: tensor for name, tensor in expected.items() if name not in heads}
    theirs = found if isinstance(found, dict) else dict.fromkeys(mine, found)
    if mine.keys() != theirs.keys():
        raise Disagreement("outputs", f"{[*mine]} and {[*theirs]}", spec)
    for name, tensor in mine.items():
        if not torch.allclose(tensor, theirs[name], rtol=0, atol=0, equal_nan=True):
            raise Disagreement("values", f"of `{name}` at {dict(sizes)}", spec)


def _is_least(
    spec: Spec, oracle: Oracle, model: nn.Module, dim: FreeDim, dims: Sequence[FreeDim]
) -> None:
    """One step below the least size torch refuses, or gives nothing; so does the module. Where
    several sizes meet in one layer, torch does so if the others are least, or below that too."""
    name, declared = dim.symbol.name, spec.get("dims", {})
    assert isinstance(declared, dict)
    entry = declared.get(name)
    sizes = {name: dim.min - dim.symbol.multiple_of}
    if sizes[name] < 1:
        return
    least = {each.symbol.name: each.min for each in dims}
    lower = {each.symbol.name: each.min - each.symbol.multiple_of for each in dims}
    tried = [sizes, least | sizes, least | {key: size for key, size in lower.items() if size > 0}]
    is_given = isinstance(entry, dict) and "min" in entry
    if not is_given and not any(refusal(oracle, each, heads=False) for each in tried):
        raise Disagreement("least", f"torch runs it at {sizes}, below `min` {dim.min}", spec)
    try:
        model(*oracle.inputs(sizes))
    except ValueError:
        return
    raise Disagreement("least", f"the module takes {sizes}, below `min` {dim.min}", spec)


def _same_numbers(spec: Spec, checked: Checked, draw: Random) -> None:
    """With sizes fixed, small ones too, the checker refuses where torch does."""
    sizes = {
        dim.symbol.name: dim.symbol.multiple_of
        * draw.randint(1, dim.symbol.nominal // dim.symbol.multiple_of + 3)
        for dim in checked.graph.dims
    }
    declared = spec.get("dims", {})
    assert isinstance(declared, dict)
    for name, entry in declared.items():
        if isinstance(entry, dict) and "min" in entry:
            sizes[name] = max(sizes[name], checked_min(entry))
    compare_at(spec, sizes)


def checked_min(entry: Mapping[str, int]) -> int:
    step = entry.get("multiple_of", 1)
    return -(-entry["min"] // step) * step


def at_of(dim: FreeDim, sizes: Sizes) -> int:
    return sizes.get(dim.symbol.name, dim.symbol.nominal)


# --- what the checker refuses ---------------------------------------------------------------------


def _refused(spec: Spec, error: NetspecError, draw: Random) -> Finding:
    codes = errors_of(error)
    finding = Finding(False, codes)
    if set(codes) <= RULES.keys():
        return replace(finding, rule=codes[0])
    refused, oracle = None, Oracle(spec)
    for sizes in suspects(oracle, error, draw):
        refused = refusal(oracle, sizes)
        if refused is not None:
            break
    if refused is None:
        if any(part in str(error) for part in UNDECIDED):
            return replace(finding, rule="cannot-prove")
        raise Disagreement("refused", f"torch runs it at every size tried\n{error}", spec)
    compare_at(spec, oracle.nominal())
    return replace(finding, rule="" if not refused.own else str(refused))


def suspects(oracle: Oracle, error: NetspecError, draw: Random) -> Iterator[Sizes]:
    """The nominal sizes, those that a message names, and many others."""
    nominal = oracle.nominal()
    yield nominal
    texts = [text for each in error.diagnostics for text in (each.message, *each.notes)]
    for text in texts:
        cited = {name: int(size) for name, size in re.findall(r"\b([A-Z])=(\d+)", text)}
        if cited:
            yield {**nominal, **cited}
    dims = oracle.spec.get("dims", {})
    assert isinstance(dims, dict)
    steps = {
        name: int(dim.get("multiple_of", 1)) if isinstance(dim, dict) else 1
        for name, dim in dims.items()
    }
    for _ in range(40):
        yield {"N": draw.randint(1, 4)} | {
            name: step * draw.randint(1, 24) for name, step in steps.items()
        }


def compare_at(spec: Spec, sizes: Sizes) -> None:
    """With all sizes fixed, the checker refuses if and only if torch, or a rule, does."""
    said = verdict(spec, sizes)
    refused = refusal(Oracle(spec), sizes)
    if isinstance(said, Checked):
        if refused is not None and refused.args[0] != "``: a tensor without elements":
            raise Disagreement("accepted", f"fixed at {dict(sizes)}: torch: {refused}", spec)
    elif refused is None and not set(errors_of(said)) <= RULES.keys():
        raise Disagreement("refused", f"fixed at {dict(sizes)}, torch runs it\n{said}", spec)


def errors_of(error: NetspecError) -> tuple[str, ...]:
    """The codes, without those of warnings."""
    return tuple(each.code for each in error.diagnostics if each.severity == "error")
