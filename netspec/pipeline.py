"""The whole flow on one page: source → tree → spec → graph → module."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from netspec import zoo
from netspec.diagnostics import Collector, Diagnostic, NetspecError
from netspec.graph.elaborate import elaborate
from netspec.graph.ir import Graph
from netspec.limits import Limits
from netspec.syntax.data import read_data
from netspec.syntax.files import Files, Place, read_file
from netspec.syntax.load import load
from netspec.syntax.reader import read_text
from netspec.syntax.schema import SpecDoc
from netspec.syntax.tree import Mapping as Table
from netspec.syntax.tree import Scalar, Sequence, Tree

if TYPE_CHECKING:
    import torch


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

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """Warnings and notes of the check."""
        return self.graph.notes


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

    Raises NetspecError with all mistakes; OSError where a path cannot be read.
    """
    limits = limits or Limits()
    collector = Collector()
    doc = _load(spec, root, limits, collector)
    graph = None
    if doc is not None:
        graph = elaborate(
            doc,
            _trees(params, "params", limits, collector),
            _trees(dims, "dims", limits, collector),
            collector,
            limits,
        )
    if graph is None:
        raise NetspecError(collector)
    return Checked(replace(graph, notes=tuple(collector)))


def compile_spec(
    spec: Spec,
    *,
    params: Mapping[str, object] | None = None,
    dims: Mapping[str, object] | None = None,
    root: str | Path | None = None,
    limits: Limits | None = None,
    device: "torch.device | str | None" = None,
    dtype: "torch.dtype | None" = None,
    seed: int | None = None,
) -> "torch.nn.Module":
    """Check a spec and compile it to an `nn.Module` whose module tree is that of the YAML.

    Arguments as for `check_spec`. `device` may be "meta", where nothing is allocated; `dtype` is
    that of the floating-point tensors, by default that of the spec's inputs; with `seed` the
    weights are the same each time. Raises NetspecError with all mistakes.
    """
    checked = check_spec(spec, params=params, dims=dims, root=root, limits=limits)
    return build(checked, device=device, dtype=dtype, seed=seed)


def build(
    checked: Checked,
    *,
    device: "torch.device | str | None" = None,
    dtype: "torch.dtype | None" = None,
    seed: int | None = None,
) -> "torch.nn.Module":
    """Compile a spec that was checked; arguments as for `compile_spec`."""
    from netspec.backends.torch import build as torch_build  # torch takes seconds to import

    return torch_build.build(checked.graph, device=device, dtype=dtype, seed=seed)


def _load(
    spec: Spec, root: str | Path | None, limits: Limits, collector: Collector
) -> SpecDoc | None:
    """The spec with all that it extends and includes; None where it cannot be read."""
    files = Files(zoo.find, limits)
    if isinstance(spec, Mapping):
        return _assemble(
            read_data(spec, "<dict>", collector, limits), None, "network", root, files, collector
        )
    if isinstance(spec, Text):
        tree = read_text(spec.text, spec.name, collector, limits)
        return _assemble(tree, None, "network", root, files, collector)
    path = _path(spec)
    files.count = 1
    tree = read_text(read_file(path, limits.file_bytes + 1), str(path), collector, limits)
    home = Place(path, Path(root) if root is not None else path.parent, str(path))
    return _assemble(tree, home, path.stem, root, files, collector)


def _path(spec: str | Path) -> Path:
    path = Path(spec)
    if isinstance(spec, str) and not path.exists():
        found = zoo.find(spec)
        if found is not None:
            return found
    return path


def _assemble(
    tree: Tree | None,
    home: Place | None,
    name: str,
    root: str | Path | None,
    files: Files,
    collector: Collector,
) -> SpecDoc | None:
    if tree is None:
        return None
    if home is None and root is not None:
        home = Place(Path(root) / name, Path(root), name)
    return load(tree, home, name, files, collector)


def _trees(
    values: Mapping[str, object] | None, name: str, limits: Limits, collector: Collector
) -> dict[str, Tree]:
    """What a caller gives by name, as located trees; the command line gives trees already."""
    trees: dict[str, Tree] = {}
    for key, value in (values or {}).items():
        if isinstance(value, Scalar | Sequence | Table):
            trees[key] = value
            continue
        tree = read_data({key: value}, name, collector, limits)
        if isinstance(tree, Table):
            trees[key] = tree.entries[key][1]
    return trees
