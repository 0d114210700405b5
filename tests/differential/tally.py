"""What random specs hold, and what became of them."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from netspec.ops.registry import op_names
from tests.differential.examine import Disagreement, Finding, Spec, examine, is_cut
from tests.differential.maker import random_spec
from tests.differential.shrink import shrink
from tests.differential.spoil import nodes_of

CONSTRUCTS = ("when", "repeat", "first", "label", "share", "at", "splice", "chain", "nodes")


@dataclass
class Tally:
    """Counts over specs. `disagreements` holds what was found, by seed."""

    nodes: list[int] = field(default_factory=list)
    ops: Counter[str] = field(default_factory=Counter)
    constructs: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    valid: int = 0
    free: int = 0
    runs: int = 0
    disagreements: dict[int, Disagreement] = field(default_factory=dict)

    def add(self, seed: int) -> None:
        """Draw the spec of this number and examine it."""
        spec = random_spec(seed)
        self.count(spec)
        self.constructs["extends"] += is_cut(seed)
        try:
            self.found(examine(spec, seed))
        except Disagreement as disagreement:
            self.disagreements[seed] = disagreement

    def count(self, spec: Spec) -> None:
        written = [*nodes_of(spec)]
        names = [name_of(node) for node in written] + [*bare_members(written)]
        ops = [name for name in names if name in OPS]
        self.nodes.append(len(ops))
        self.ops.update(ops)
        self.constructs.update(
            {key for node in written for key in node if key in CONSTRUCTS}
            | spec.keys() & {"blocks", "params", "defaults"}
            | ({"several inputs"} if len(spec["inputs"]) > 1 else set())
            | ({"several outputs"} if len(spec["outputs"]) > 1 else set())
            | {f"`{key}` of a dim" for dim in spec.get("dims", {}).values() for key in keys(dim)}
        )
        self.free += "dims" in spec

    def found(self, finding: Finding) -> None:
        self.valid += finding.valid
        self.runs += finding.runs
        self.codes.update(set(finding.codes))
        if not finding.valid:
            differs = "a declared shape that differs" if "declares" in finding.rule else ""
            alone = "a rule of the language" if finding.rule else "torch too"
            self.refused[differs or alone] += 1

    def __str__(self) -> str:
        total = len(self.nodes)
        lines = [
            f"{total:,} specs, {sum(self.nodes):,} ops; nodes: median {median(self.nodes):g}, "
            f"from {min(self.nodes)} to {max(self.nodes)}",
            f"valid {self.valid / total:.1%}, with free dims {self.free / total:.1%}; "
            f"{self.runs:,} runs compared; refused by {table(self.refused)}",
            f"constructs: {table(self.constructs)}",
            f"codes: {table(self.codes)}",
            f"ops: {table(self.ops)}",
            f"disagreements: {len(self.disagreements)}",
        ]
        return "\n".join(lines)


OPS = frozenset(op_names())


def name_of(node: dict) -> str:
    return str(node.get("op", ""))


def bare_members(nodes: list[dict]) -> list[str]:
    """Members of chains that are written as a word."""
    return [each for node in nodes for each in node.get("chain", []) if isinstance(each, str)]


def keys(dim: object) -> list[str]:
    return [key for key in dim if key != "nominal"] if isinstance(dim, dict) else []


def table(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common())


def smallest(disagreement: Disagreement, spec: Spec, seed: int) -> Disagreement:
    """The same disagreement, shown by as small a spec as was found."""
    last = disagreement

    def shows(candidate: Spec) -> bool:
        nonlocal last
        try:
            examine(candidate, seed)
        except Disagreement as found:
            if found.kind == disagreement.kind:
                last = found
                return True
        except Exception:  # no network any more
            pass
        return False

    shrink(spec, shows)
    return last
