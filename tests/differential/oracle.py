"""The language at given sizes, read from its pages and run node by node in eager torch.

Nothing of netspec is asked: what a spec means is worked out a second time. A module is constructed
at the first run, so that a weight which would have to change with a free size fails in torch.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

from tests.differential.arithmetic import evaluate
from tests.differential.eager import Bare, apply, forbid
from tests.differential.reading import (
    KEYS,
    SHAPED,
    Held,
    Made,
    Names,
    Place,
    Refused,
    counted,
    firsts,
    live,
    normal,
    order,
    outputs_of,
    present,
    refusing,
    sources_of,
    split,
)


class Oracle:
    """One network. `run` computes its outputs; `shapes` then has those of every node by path."""

    def __init__(self, spec: Mapping[str, object]) -> None:
        self.spec = spec
        self.blocks: dict = dict(spec.get("blocks", {}))
        self.modules: dict[Place, nn.Module] = {}
        self.shapes: dict[str, list[tuple[int, ...]]] = {}
        self.fixed: dict[Place, dict[str, object]] = {}
        self.training = False
        self.sizes: dict[str, int] = {}
        self.file: dict[str, object] = {}

    # --- the network --------------------------------------------------------------------------

    def nominal(self) -> dict[str, int]:
        """The nominal sizes of the dims, and a batch of one."""
        dims = self.spec.get("dims", {})
        sizes = {
            name: dim["nominal"] if isinstance(dim, dict) else dim for name, dim in dims.items()
        }
        return {**{name: int(size) for name, size in sizes.items()}, "N": 1}

    def bind(self, sizes: Mapping[str, int]) -> None:
        """What names mean at these sizes; others are nominal."""
        self.sizes = {**self.nominal(), **sizes}
        self.file = {}
        for name, default in self.spec.get("params", {}).items():
            self.file[name] = self.value(default, self.file)

    def inputs(self, sizes: Mapping[str, int]) -> list[Tensor]:
        """Random tensors of the declared shapes."""
        self.bind(sizes)
        names = {**self.sizes, **self.file}
        return [torch.randn(evaluate(shape, names)) for shape in self.spec["inputs"].values()]

    def run(
        self, sizes: Mapping[str, int], tensors: Sequence[Tensor], *, heads: bool = True
    ) -> dict[str, Tensor]:
        """The outputs by name; without `heads` those of training alone are left out."""
        self.bind(sizes)
        self.shapes = {}
        found: dict[str, tuple[str, object]] = {}
        for name, output in self.spec["outputs"].items():
            entry = output if isinstance(output, dict) else {"from": output}
            if entry.get("training") and not heads:
                continue
            if evaluate(entry.get("when", True), self.file):
                found[name] = entry["from"], entry.get("shape")
        names = {**self.sizes, **self.file}
        wires = dict(zip(self.spec["inputs"], tensors, strict=True))
        outputs = {name: source for name, (source, _) in found.items()}
        made = self.body(self.spec["nodes"], outputs, {**names, **wires}, wires, (), ())
        for (name, (_, shape)), tensor in zip(found.items(), made.tensors, strict=True):
            if shape is not None:
                self.hold((name,), shape, names, [tensor])
        return dict(zip(outputs, made.tensors, strict=True))

    def state(self) -> dict[str, Tensor]:
        """The `state_dict`."""
        return {
            ".".join(place if isinstance(module, Bare) else (*place, key)): tensor
            for place, module in self.modules.items()
            for key, tensor in module.state_dict(keep_vars=True).items()
        }

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Copy weights and statistics into it, by key."""
        with torch.no_grad():
            for key, tensor in self.state().items():
                tensor.copy_(state[key])

    # --- scopes -------------------------------------------------------------------------------

    def body(
        self,
        nodes: Mapping[str, object],
        outputs: Mapping[str, str],
        names: Names,
        wires: Mapping[str, Tensor],
        path: Place,
        home: Place,
    ) -> Made:
        """The nodes that the outputs need, run in a topological order, ties as written."""
        docs = {name: normal(node) for name, node in nodes.items()}
        sources = sources_of(docs, list(wires))
        owners = {name: name for name in docs}
        for name, doc in docs.items():
            owners[name] = owners[doc["share"]] if "share" in doc else name
        copies = {name: present(doc, names) for name, doc in docs.items()}
        for name, owner in owners.items():
            copies[name] = copies[owner] if copies[name] and owner != name else copies[name]
        needed = live(outputs.values(), sources, owners, copies)
        found = {name: Made([tensor]) for name, tensor in wires.items()}
        for name in order(sources, owners):
            if name not in needed:
                continue
            read = [found[node].pick(select) for node, select in sources[name]]
            if not copies[name]:
                found[name] = Made(read[:1])
                continue
            doc = docs[owners[name]]
            at = tuple(doc.get("at", owners[name]).split("."))
            own = at if owners[name] == name else (name,)
            made = self.line(doc, copies[name], read, (*path, *own), (*home, *at))
            if owners[name] != name:
                self.declared(docs[name], copies[name][-1], made, (*path, *own))
            found[name] = made
        tensors = [found[node].pick(select) for node, select in map(split, outputs.values())]
        named = len(outputs) > 1 or any(name != source for name, source in outputs.items())
        return Made(tensors, tuple(outputs) if named else ())

    # --- one node -----------------------------------------------------------------------------

    def line(
        self, doc: dict, copies: list[Names], read: list[Tensor], path: Place, home: Place
    ) -> Made:
        """A node of a scope that is present."""
        if "repeat" in doc:
            made = self.copies(doc, copies, read, path, home)
        else:
            made = self.node(doc, copies[0], read, path, home)
        self.declared(doc, copies[-1], made, path)
        self.seen(path, made)
        return made

    def node(self, doc: dict, names: Names, read: list[Tensor], path: Place, home: Place) -> Made:
        """One application of a node, whatever its form."""
        if "chain" in doc:
            return self.chain(doc["chain"], names, read, path, home)[0]
        if "nodes" in doc:
            inputs = doc.get("inputs", ["x"])
            wires = dict(zip(inputs, read, strict=True))
            seen = {name: value for name, value in names.items() if not isinstance(value, Tensor)}
            return self.body(doc["nodes"], outputs_of(doc), {**seen, **wires}, wires, path, home)
        op = doc["op"]
        if op in self.blocks:
            return self.block(doc, names, read, path, home)
        held = names.get(op)
        if isinstance(held, Held):
            return self.node(normal(held.node), held.names, read, path, home)
        given = {
            **self.spec.get("defaults", {}).get(op, {}),
            **{key: value for key, value in doc.items() if key not in KEYS and key != "shape"},
            **({"shape": doc["shape"]} if op in SHAPED else {}),
        }
        with refusing(path):
            arguments = {key: evaluate(value, names) for key, value in given.items()}
            self.fix(path, op, arguments)
            own = self.owner(home)
            return Made(apply(op, read, arguments, own))

    def fix(self, path: Place, op: str, arguments: dict[str, object]) -> None:
        """Only what reshapes may be another number at other sizes."""
        free = {"reshape": "shape", "expand": "shape", "upsample": "size"}.get(op)
        fixed = {key: value for key, value in arguments.items() if key != free}
        forbid(self.fixed.setdefault(path, fixed) != fixed, "an argument depends on a free size")

    def owner(self, home: Place) -> Callable[[Callable[[], nn.Module]], nn.Module]:
        def own(construct: Callable[[], nn.Module]) -> nn.Module:
            if home not in self.modules:
                self.modules[home] = construct()
            return self.modules[home].train(self.training)

        return own

    def block(self, doc: dict, names: Names, read: list[Tensor], path: Place, home: Place) -> Made:
        block, inner = self.called(doc, names, read)
        if "chain" in block:
            return self.chain(block["chain"], inner, read, path, home)[0]
        wires = dict(zip(block.get("inputs", ["x"]), read, strict=True))
        return self.body(block["nodes"], outputs_of(block), inner, wires, path, home)

    def called(self, doc: dict, names: Names, read: list[Tensor]) -> tuple[dict, Names]:
        """The block that a node calls, and what names mean in it."""
        block = self.blocks[doc["op"]]
        defaults = self.spec.get("defaults", {}).get(doc["op"], {})
        given = {key: self.value(value, self.file) for key, value in defaults.items()}
        given |= {
            key: self.value(value, names)
            for key, value in doc.items()
            if key not in KEYS and key != "shape"
        }
        wires = zip(block.get("inputs", ["x"]), read, strict=True)
        inner: dict[str, object] = {**self.sizes, **dict(wires)}
        for name, default in block.get("params", {}).items():
            inner[name] = given[name] if name in given else self.value(default, inner)
        return block, inner

    def value(self, default: object, names: Names) -> object:
        """What a parameter holds."""
        if isinstance(default, dict) and {"op", "chain", "nodes"} & set(default):
            return Held(default, dict(names))
        if isinstance(default, dict):
            default = default["default"]
        return evaluate(default, names)

    def chain(
        self,
        members: list,
        names: Names,
        read: list[Tensor],
        path: Place,
        home: Place,
        number: int = 0,
    ) -> tuple[Made, int]:
        """Members one after the other, and the number of the next; an absent one takes none."""
        made = Made(read)
        for member in members:
            doc = normal(member)
            extra, copies = made.tensors, present(doc, names)
            for position, copy in enumerate(copies):
                wires = made.tensors + extra[len(made.tensors) :] if position else extra
                here, place = firsts(doc, copy), (*path, str(number))
                if doc.get("splice"):
                    made, number = self.spliced(here, copy, wires, path, home, number)
                    continue
                made = self.node(here, copy, wires, place, (*home, str(number)))
                if position == len(copies) - 1:
                    self.declared(doc, copy, made, place)
                self.seen(place, made)
                number += 1
        return made, number

    def spliced(
        self, doc: dict, names: Names, read: list[Tensor], path: Place, home: Place, number: int
    ) -> tuple[Made, int]:
        """A chain, or a block that is one, whose members take the numbers of the outer chain."""
        block, inner = (doc, names) if "chain" in doc else self.called(doc, names, read)
        return self.chain(block["chain"], inner, read, path, home, number)

    def seen(self, path: Place, made: Made) -> None:
        self.shapes[".".join(path)] = [tuple(tensor.shape) for tensor in made.tensors]

    def copies(
        self, doc: dict, copies: list[Names], read: list[Tensor], path: Place, home: Place
    ) -> Made:
        """The copies of a named node, `name.0` or counted up from its label."""
        made = Made(read)
        for position, names in enumerate(copies):
            name = counted(doc.get("label", "0"), position)
            wires = made.tensors + read[len(made.tensors) :] if position else read
            made = self.node(firsts(doc, names), names, wires, (*path, name), (*home, name))
            self.seen((*path, name), made)
        return made

    # --- what is declared ---------------------------------------------------------------------

    def declared(self, doc: dict, names: Names, made: Made, path: Place) -> None:
        if "shape" in doc and doc.get("op") not in SHAPED:
            self.hold(path, doc["shape"], names, made.tensors)

    def hold(self, path: Place, shape: list, names: Names, tensors: list[Tensor]) -> None:
        shapes = shape if shape and isinstance(shape[0], list) else [shape]
        for declared, tensor in zip(shapes, tensors, strict=True):
            with refusing(path):
                sizes = evaluate(declared, names)
            pairs = zip(sizes, tensor.shape, strict=False)
            if len(sizes) != tensor.ndim or any(a not in (b, "_") for a, b in pairs):
                raise Refused(path, f"declares {sizes}, and is {list(tensor.shape)}", own=True)
