"""Whatever is handed in, only NetspecError comes out; and a dict says what the text says."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netspec
from netspec.diagnostics import Collector, NetspecError
from netspec.limits import Limits
from netspec.syntax.data import read_data
from netspec.syntax.reader import read_text
from netspec.syntax.tree import Mapping, Scalar, Sequence, Tree, plain
from netspec.zoo import zoo_root
from tests.bad_inputs import GOOD
from tests.fuzz.mutate import BITS, mutated
from tests.syntax.family import LINE
from tests.syntax.test_merge import PARENT

SPECS = [GOOD, LINE, PARENT.replace("need: ", "need: 3"), *(
    path.read_text(encoding="utf-8") for path in sorted(zoo_root().glob("*.yaml"))
)]  # fmt: skip
SMALL = Limits(nodes=300, values=3000)


def check_outcome(spec: netspec.Text | dict[str, object]) -> list[str]:
    """The codes of a spec; every error is whole, and nothing but NetspecError escapes."""
    try:
        netspec.check_spec(spec, limits=SMALL)
    except NetspecError as error:
        refusal = error
    else:
        return []
    assert refusal.diagnostics
    assert str(refusal)
    for found in refusal.diagnostics:
        assert found.code
        assert found.message
        assert found.help
        assert len(found.message) < 1000
        if isinstance(spec, netspec.Text):
            assert found.span.line > 0
            assert found.span.column > 0
    return sorted(found.code for found in refusal.diagnostics)


@settings(max_examples=150)
@given(st.sampled_from(SPECS), st.integers(0, 2**32), st.integers(1, 6))
def test_mutated_specs(text: str, seed: int, edits: int) -> None:
    check_outcome(netspec.Text(mutated(text, seed, edits)))


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    collector = Collector()
    assert read_text(data, "x", collector) is not None or len(collector) == 1
    check_outcome(netspec.Text(data))


@given(st.text(max_size=100))
def test_any_text(text: str) -> None:
    collector = Collector()
    assert read_text(text, "x", collector) is not None or collector.errors


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**33), 2**33)
    | st.floats()
    | st.sampled_from([bit for bit in BITS if bit.isprintable()])
    | st.text(max_size=8)
)
DATA = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["op", "from", "nodes", "chain", "a", "x", "on"]), inner)
    ),
    max_leaves=12,
)
TOP = ("name", "doc", "extends", "include", "params", "dims", "inputs", "defaults", "blocks")


@settings(max_examples=150)
@given(st.sampled_from([*TOP, "nodes", "outputs", "init", "netspec"]), DATA)
def test_any_data_at_any_key(key: str, value: object) -> None:
    spec = plain(read_text(GOOD, "x", Collector()))  # type: ignore[arg-type]
    assert isinstance(spec, dict)
    check_outcome({**spec, key: value})


def same(left: Tree, right: Tree) -> bool:
    """Do two trees say the same?"""
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return type(left.value) is type(right.value) and left.value == right.value
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        pairs = zip(left.items, right.items, strict=False)
        return len(left.items) == len(right.items) and all(same(a, b) for a, b in pairs)
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return list(left) == list(right) and all(
            same(value, right.entries[key][1]) for key, value in left.items()
        )
    return False


@pytest.mark.parametrize("text", SPECS, ids=lambda text: text.split("name: ")[-1].split("\n")[0])
def test_a_dict_reads_as_its_text(text: str) -> None:
    tree = read_text(text, "x", Collector())
    assert tree is not None
    again = read_data(plain(tree), "<dict>", Collector())
    assert again is not None
    assert same(tree, again)
    assert not same(tree, tree_with_a_fault(again))


def tree_with_a_fault(tree: Tree) -> Tree:
    assert isinstance(tree, Mapping)
    return tree.without("netspec")


@settings(max_examples=150)
@given(st.sampled_from(SPECS), st.integers(0, 2**32), st.integers(1, 3))
def test_a_mutated_spec_has_the_codes_of_its_dict(text: str, seed: int, edits: int) -> None:
    text = mutated(text, seed, edits)
    collector = Collector()
    tree = read_text(text, "x", collector, SMALL)
    if tree is None or collector.errors or not isinstance(tree, Mapping):
        return
    as_dict = check_outcome(plain(tree))  # type: ignore[arg-type]
    assert set(check_outcome(netspec.Text(text))) == set(as_dict)


def test_the_mutations_reach_the_specs() -> None:
    outcomes = [check_outcome(netspec.Text(mutated(GOOD, seed, 1))) for seed in range(150)]
    codes = {code for outcome in outcomes for code in outcome}
    assert len(codes) >= 8
    assert [] in outcomes


def test_the_specs_of_the_zoo_are_among_them() -> None:
    assert len(SPECS) > 3
    assert Path(zoo_root()).is_dir()
