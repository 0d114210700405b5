"""The whole flow on one page: source → tree → spec → graph → module."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from netspec import zoo
from netspec.analysis.summary import layers, title, totals
from netspec.analysis.table import total
from netspec.diagnostics import Collector, Diagnostic, NetspecError
from netspec.graph.elaborate import elaborate
from netspec.graph.ir import Graph, walk
from netspec.graph.resolve import resolve as resolved
from netspec.graph.resolve import with_nominal
from netspec.limits import Limits, without_collection
from netspec.passes.select import select_outputs
from netspec.shape import Shape
from netspec.syntax.data import read_data
from netspec.syntax.files import Files, Place, moved, read_file
from netspec.syntax.load import complete, gather, load
from netspec.syntax.reader import read_text
from netspec.syntax.schema import SpecDoc
from netspec.syntax.tree import Mapping as Table
from netspec.syntax.tree import Scalar, Tree
from netspec.syntax.tree import Sequence as Items
from netspec.syntax.write import write

if TYPE_CHECKING:
    import torch

    from netspec.backends.torch.module import Network
    from netspec.backends.torch.weights import Loaded


@dataclass(frozen=True, slots=True)
class Text:
    """A spec as YAML text rather than a path; `name` stands for the file in messages."""

    text: str | bytes
    name: str = "<text>"


Spec: TypeAlias = "str | Path | Text | Mapping[str, object]"


@dataclass(frozen=True, slots=True)
class Checked:
    """A spec without errors: its graph, and what else there is to say about it."""

    graph: Graph
    doc: SpecDoc = field(repr=False)
    params: Mapping[str, Tree] = field(repr=False)
    sizes: Mapping[str, Tree] = field(repr=False)
    limits: Limits = field(repr=False)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """Warnings and notes of the check."""
        return self.graph.notes

    @property
    def parameters(self) -> int:
        """How many numbers the network learns."""
        return total(self.graph).parameters

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one evaluation at the nominal sizes."""
        return total(self.graph).macs

    @property
    def state_dict_shapes(self) -> dict[str, tuple[int, ...]]:
        """Key -> shape of every parameter and buffer, in the order of the module's `state_dict`."""
        return {key: weight.shape for key, _, weight in self.graph.weights()}

    @property
    def shapes(self) -> dict[str, tuple[Shape, ...]]:
        """Path of a node, `layer2.0.conv2` -> its output shapes; a free size is a `Dim`."""
        return {path: node.outputs for path, node in walk(self.graph.root)}

    def __str__(self) -> str:
        """The layer table."""
        return "\n".join([title(self.graph), "", *layers(self.graph), "", f" {totals(self.graph)}"])


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
        opened = _open(spec, root, limits, collector)
        if opened is None:
            raise NetspecError(collector)
        doc = load(opened.tree, opened.home, opened.name, opened.files, collector)
        if doc is None:
            raise NetspecError(collector)
        given = _trees(params, "params", limits, collector)
        sizes = _trees(dims, "dims", limits, collector)
        graph = elaborate(doc, given, sizes, collector, limits)
        if graph is None:
            raise NetspecError(collector)
    return Checked(replace(graph, notes=tuple(collector)), doc, given, sizes, limits)


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
) -> "Network":
    """Check a spec and compile it to an `nn.Module` whose module tree is that of the YAML.

    Arguments as for `check_spec`. `outputs` names nodes whose tensors are wanted in place of the
    spec's outputs; what they do not need is left out. `device` may be "meta", where nothing is
    allocated; `dtype` is that of the floating-point tensors, by default that of the spec's inputs;
    with `seed` the weights are the same each time. `weights` is a safetensors file that must fit,
    or with `weights_partial` may fit in part: a warning says what was left at initialization.
    `freeze` are globs over `state_dict` keys: such parameters get `requires_grad = False`.

    Raises NetspecError with all mistakes, and where the weights do not fit or a glob fits nothing.
    """
    checked = check_spec(spec, params=params, dims=dims, root=root, limits=limits)
    wanted = checked
    if outputs is not None:
        chosen = (outputs,) if isinstance(outputs, str) else tuple(outputs)
        wanted = replace(checked, graph=select_outputs(checked.graph, chosen))
    model = build(wanted, device=device, dtype=dtype, seed=seed)
    if weights is not None:
        loaded = load_weights(model, checked, weights, partial=weights_partial)
        if loaded.initialized or loaded.ignored:
            warnings.warn(f"{weights}: {loaded}", stacklevel=2)
    if freeze:
        from netspec.backends.torch.freeze import freeze_parameters  # torch takes seconds

        freeze_parameters(model, (freeze,) if isinstance(freeze, str) else freeze)
    return model


def build(
    checked: Checked,
    *,
    device: "torch.device | str | None" = None,
    dtype: "torch.dtype | None" = None,
    seed: int | None = None,
) -> "Network":
    """Compile a spec that was checked; arguments as for `compile_spec`."""
    from netspec.backends.torch import build as torch_build  # torch takes seconds to import

    return torch_build.build(checked.graph, device=device, dtype=dtype, seed=seed)


def load_weights(
    model: "Network", checked: Checked, path: str | Path, *, partial: bool = False
) -> "Loaded":
    """Load a safetensors file into a network that was built from `checked`; tell what was loaded.

    The network may be the part that some outputs need; the file may have the rest as well. Where
    `num_classes` is not the default, the tensors that it resizes may have their default shape in
    the file, and stay initialized. Raises NetspecError where the file does not fit.
    """
    from netspec.backends.torch import weights as torch_weights  # torch takes seconds to import

    resized, spare = _default_head(checked), checked.state_dict_shapes.keys()
    return torch_weights.load_weights(model, path, partial=partial, resized=resized, spare=spare)


def _default_head(checked: Checked) -> dict[str, tuple[int, ...]]:
    """The shapes that tensors have with the default `num_classes`, where those are others."""
    others = {name: tree for name, tree in checked.params.items() if name != "num_classes"}
    if len(others) == len(checked.params):
        return {}
    graph = elaborate(checked.doc, others, checked.sizes, Collector(), checked.limits)
    own = checked.state_dict_shapes
    default = {key: weight.shape for key, _, weight in graph.weights()} if graph else {}
    return {key: shape for key, shape in default.items() if own.get(key, shape) != shape}


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
    given = _trees(params, "params", limits, collector)
    sizes = _trees(dims, "dims", limits, collector)
    opened = _open(spec, root, limits, collector)
    loaded = gather(opened.tree, opened.home, opened.files, collector) if opened else None
    if opened is None or loaded is None:
        raise NetspecError(collector)
    doc = complete(loaded, opened.name, opened.files, collector)
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
        doc = load(tree, opened.home, opened.name, opened.files, collector) if tree else None
        if doc is None or elaborate(doc, {}, {}, collector, limits) is None:
            raise NetspecError(collector)
    return text


@dataclass(frozen=True, slots=True)
class _Opened:
    """A spec that was read: its tree, where it stands, its name if it says none, its files."""

    tree: Tree
    home: Place | None
    name: str
    files: Files


def _open(
    spec: Spec, root: str | Path | None, limits: Limits, collector: Collector
) -> _Opened | None:
    """The tree of a spec; None where it cannot be read."""
    files = Files(zoo.find, limits)
    name = "network"
    home = Place(Path(root) / name, Path(root), name) if root is not None else None
    if isinstance(spec, Mapping):
        tree = read_data(spec, "<dict>", collector, limits)
    elif isinstance(spec, Text):
        tree = read_text(spec.text, spec.name, collector, limits)
    else:
        path = _path(spec)
        name = path.stem
        files.count = 1
        tree = read_text(read_file(path, limits.file_bytes + 1), str(path), collector, limits)
        home = Place(path, Path(root) if root is not None else path.parent, str(path))
    return _Opened(tree, home, name, files) if tree is not None else None


def _path(spec: str | Path) -> Path:
    if isinstance(spec, str) and "\n" in spec:
        raise ValueError("this is YAML text, not a path: wrap it, netspec.Text(...)")
    path = Path(spec)
    if not isinstance(spec, str) or path.exists():
        return path
    found = zoo.find(spec)
    if found is not None:
        return found
    close = zoo.nearest_name(spec)
    meant = f"; did you mean `{close}`?" if close else ""
    raise FileNotFoundError(f"there is no file and no spec of the zoo named `{spec}`{meant}")


def _trees(
    values: Mapping[str, object] | None, name: str, limits: Limits, collector: Collector
) -> dict[str, Tree]:
    """What a caller gives by name, as located trees; the command line gives trees already."""
    trees: dict[str, Tree] = {}
    for key, value in (values or {}).items():
        if isinstance(value, Scalar | Items | Table):
            trees[key] = value
            continue
        tree = read_data({key: value}, name, collector, limits)
        if isinstance(tree, Table):
            trees[key] = tree.entries[key][1]
    return trees
