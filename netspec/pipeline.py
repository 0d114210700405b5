"""The whole flow on one page: source → tree → spec → graph → module."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from netspec import zoo
from netspec.checked import Checked
from netspec.diagnostics import Collector, NetspecError
from netspec.graph.elaborate import elaborate
from netspec.graph.resolve import resolve as resolved
from netspec.graph.resolve import with_nominal
from netspec.limits import Limits, without_collection
from netspec.passes.select import select_outputs
from netspec.sources import Spec, Text, as_trees, is_archive, load_spec, open_spec, outline
from netspec.syntax.files import Files, moved
from netspec.syntax.load import complete, gather, load
from netspec.syntax.reader import read_text
from netspec.syntax.write import write

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netspec.backends.torch.module import Network
    from netspec.backends.torch.optimize import OptimizedNetwork
    from netspec.backends.torch.weights import Loaded

__all__ = [
    "Checked",
    "Spec",
    "Text",
    "build",
    "check_spec",
    "compile_spec",
    "load_weights",
    "optimize_for_inference",
    "outline",
    "repeated_blocks",
    "resolve",
]


def check_spec(
    spec: Spec,
    *,
    params: Mapping[str, object] | None = None,
    dims: Mapping[str, object] | None = None,
    root: str | Path | None = None,
    limits: Limits | None = None,
) -> Checked:
    """Check a spec: names, arguments, every shape at every size. Needs no torch.

    `spec` is a path, the name of a spec of the zoo, `Text`, or a dict. `params` sets parameters,
    `dims` fixes free sizes, `root` is the folder that `extends` and `include` stay in (default:
    that of the spec), `limits` bounds the cost.

    Raises NetspecError with all mistakes; OSError where a path cannot be read; ValueError for YAML
    text that is not wrapped by `Text`.
    """
    limits = limits or Limits()
    collector = Collector()
    with without_collection():
        doc = load_spec(spec, root, Files(zoo.find, limits), collector)
        if doc is None:
            raise NetspecError(collector)
        notes = tuple(collector)
        given = as_trees(params, "params", limits, collector)
        sizes = as_trees(dims, "dims", limits, collector)
        graph = elaborate(doc, given, sizes, collector, limits)
        if graph is None:
            raise NetspecError(collector)
    return Checked(replace(graph, notes=tuple(collector)), doc, given, sizes, limits, notes)


def compile_spec(
    spec: Spec,
    *,
    params: Mapping[str, object] | None = None,
    dims: Mapping[str, object] | None = None,
    root: str | Path | None = None,
    limits: Limits | None = None,
    outputs: str | Sequence[str] | None = None,
    device: "torch.device | str | None" = None,
    dtype: "torch.dtype | None" = None,
    seed: int | None = None,
    weights: str | Path | None = None,
    weights_partial: bool = False,
    freeze: str | Sequence[str] = (),
    optimize: Literal["inference"] | None = None,
) -> "Network":
    """Check a spec and compile it to an `nn.Module` whose module tree is that of the YAML.

    Arguments as for `check_spec`. `outputs` names nodes whose tensors are wanted in place of the
    spec's outputs, `layer2` or `features.6`; what they do not need is left out. `device` may be
    "meta", where nothing is allocated; `dtype` is that of the floating-point tensors, by default
    that of the spec's inputs; with `seed` the weights are the same each time, but not the draws of
    dropout, which come from torch's generator when the network runs. `weights` is a safetensors
    file that must fit, or with `weights_partial` may fit in part: a warning says what was left at
    initialization. A spec in a safetensors file comes with its weights. `freeze` are globs over
    `state_dict` keys: such parameters get `requires_grad = False`. `optimize="inference"` is
    `optimize_for_inference` with the weights that were loaded.

    Raises NetspecError with all mistakes, and where the weights do not fit or a glob fits nothing.
    """
    if optimize not in (None, "inference"):
        raise ValueError(f'`optimize` (={optimize!r}) must be "inference" or None')
    checked = check_spec(spec, params=params, dims=dims, root=root, limits=limits)
    wanted = checked
    if outputs is not None:
        chosen = (outputs,) if isinstance(outputs, str) else tuple(outputs)
        wanted = replace(checked, graph=select_outputs(checked.graph, chosen))
    model = build(wanted, device=device, dtype=dtype, seed=seed)
    if weights is None and is_archive(spec) and str(device) != "meta":
        weights = spec
    if weights is not None:
        loaded = load_weights(model, checked, weights, partial=weights_partial)
        if loaded.initialized or loaded.ignored:
            warnings.warn(f"{weights}: {loaded}", stacklevel=2)
    if freeze:
        from netspec.backends.torch.freeze import freeze_parameters  # torch takes seconds

        freeze_parameters(model, (freeze,) if isinstance(freeze, str) else freeze)
    if optimize is None:
        return model
    from netspec.backends.torch.optimize import optimize_for_inference as torch_optimize

    return torch_optimize(model, consume=True)


def build(
    checked: Checked,
    *,
    device: "torch.device | str | None" = None,
    dtype: "torch.dtype | None" = None,
    seed: int | None = None,
) -> "Network":
    """Compile a spec that was checked; arguments as for `compile_spec`.

    Raises NetspecError where a custom op does not do what its rules say.
    """
    from netspec.backends.torch import build as torch_build  # torch takes seconds to import
    from netspec.backends.torch.custom import check_custom_ops

    check_custom_ops(checked.graph)
    return torch_build.build(checked.graph, device=device, dtype=dtype, seed=seed)


def optimize_for_inference(model: "Network") -> "OptimizedNetwork":
    """A network that computes in evaluation what this one does, with its present weights, faster.

    The original stays as it is, and shares no memory with the result, which cannot train and whose
    `report` tells what was done. Optimize where the network is to run, and in its dtype: on a CPU
    in single precision there is the most to gain.

    Raises ValueError where the weights cannot be read off the modules that the spec says: on the
    meta device, with a module that was replaced, parametrized or hooked, or in a copy, which does
    not know its spec.
    """
    from netspec.backends.torch import optimize  # torch takes seconds to import

    return optimize.optimize_for_inference(model)


def repeated_blocks(model: "Network") -> "dict[str, nn.Module]":
    """The largest parts that the spec writes once and builds several times, by path: the blocks of
    a residual network, the layers of a transformer. To shard each, to compile it, to recompute it.

    They come in the order of execution. A part inside of another is left out, and so is one without
    parameters. Raises ValueError for a copy, which does not know its spec.
    """
    from netspec.backends.torch import sharding  # torch takes seconds to import

    return sharding.repeated_blocks(model)


def to_source(checked: Checked) -> str:
    """Standalone PyTorch source of a spec that was checked: a class for each block, the same
    `state_dict` keys, the same outputs bit for bit, no import of netspec. Needs no torch.

    Raises NetspecError where a node cannot be written so.
    """
    from netspec.backends.source.write import write as write_source  # a check does not need it

    return write_source(checked.graph, checked.doc)


def load_weights(
    model: "Network", checked: Checked, path: str | Path, *, partial: bool = False
) -> "Loaded":
    """Load a safetensors file into a network that was built from `checked`; tell what was loaded.

    The network may be the part that some outputs need; the file may have the rest as well. Where
    `num_classes` is not the default, or not that of a spec which this one extends, the tensors that
    it resizes may have that shape in the file, and stay initialized. Raises NetspecError where the
    file does not fit.
    """
    from netspec.backends.torch import weights as torch_weights  # torch takes seconds to import

    resized, spare = _default_head(checked), checked.state_dict_shapes.keys()
    return torch_weights.load_weights(model, path, partial=partial, resized=resized, spare=spare)


def _default_head(checked: Checked) -> dict[str, set[tuple[int, ...]]]:
    """The shapes that tensors have with the default `num_classes` of the spec, or of one that it
    extends, where those are others."""
    name, own = "num_classes", checked.state_dict_shapes
    others = {key: tree for key, tree in checked.params.items() if key != name}
    choices = [{**others, name: tree} for tree in checked.doc.replaced.get(name, ())]
    if name in checked.params:
        choices.append(others)
    found: dict[str, set[tuple[int, ...]]] = {}
    for params in choices:
        graph = elaborate(checked.doc, params, checked.sizes, Collector(), checked.limits)
        for key, _, weight in graph.weights() if graph else ():
            if own.get(key, weight.shape) != weight.shape:
                found.setdefault(key, set()).add(weight.shape)
    return found


def resolve(
    spec: Spec,
    *,
    params: Mapping[str, object] | None = None,
    dims: Mapping[str, object] | None = None,
    root: str | Path | None = None,
    limits: Limits | None = None,
) -> str:
    """The YAML of the spec that is built: after `extends`, parameters and `defaults`.

    Arguments as for `check_spec`, but that `dims` become nominal sizes: free sizes stay free. An
    `include` stays, with a path from the folder of `spec`. Raises NetspecError with all mistakes.
    """
    limits = limits or Limits()
    collector = Collector()
    given = as_trees(params, "params", limits, collector)
    sizes = as_trees(dims, "dims", limits, collector)
    files = Files(zoo.find, limits)
    opened = open_spec(spec, root, files, collector)
    loaded = gather(opened.tree, opened.home, files, collector) if opened else None
    if opened is None or loaded is None:
        raise NetspecError(collector)
    doc = complete(loaded, opened.name, files, collector)
    graph = elaborate(doc, given, sizes, collector, limits) if doc else None
    parts = replace(loaded.parts, dims=with_nominal(loaded.parts.dims, sizes, collector))
    if doc is None or graph is None or collector.errors:
        raise NetspecError(collector)
    include = {
        name: moved(path.text, loaded.homes.get(name), opened.home, zoo.name_of)
        for name, (_, path) in parts.include.items()
    }
    built = resolved(parts, doc, graph.params, given, include, collector, limits)
    if built is None:
        raise NetspecError(collector)
    text = write(built)
    if sizes:  # what holds at fixed sizes need not hold where they are free again
        tree = read_text(text, "<resolved>", collector, limits)
        doc = load(tree, opened.home, opened.name, files, collector) if tree else None
        if doc is None or elaborate(doc, {}, {}, collector, limits) is None:
            raise NetspecError(collector)
    return text
