"""A variant that is served by a memo is the one that is worked out from nothing."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

import netspec
from netspec import Limits, NetspecError
from netspec.diagnostics import Collector
from netspec.graph import calls
from netspec.graph.memo import Memo
from netspec.graph.session import Session
from netspec.pipeline import Checked
from tests.graph.same import facts
from tests.graph.specs import spec

BLOCKS = """
unit:
  params: {width, depth: 1, flag: true}
  nodes:
    body: {op: conv, out_channels: width, kernel_size: 3, padding: 1, repeat: depth}
    extra: {op: relu, when: flag, repeat: depth}
outer:
  params: {width}
  chain: [{op: unit, width: width, depth: 2}, {op: unit, width: width, flag: false}]
"""
SPEC = spec(
    "a: {op: outer, width: width}\n"
    "b: {op: unit, width: 8, depth: depth}\n"
    "d: {op: dropout, p: rate}\n"
    "y: {op: outer, width: 8, repeat: 2}",
    params="{width: 4, depth: 1, rate: 0.5, bias: true}",
    defaults="{conv: {bias: bias}}",
    blocks=BLOCKS,
)
VARIANTS: list[dict[str, object]] = [
    {"width": 5},
    {"width": 5, "bias": False},
    {"width": 5, "bias": True},
    {"depth": 3},
    {"depth": 0},
    {"width": 8, "depth": 2},
    {},
]


def told(checked: Checked) -> tuple[object, ...]:
    graph = checked.graph
    counts = (checked.parameters, checked.macs, graph.checked)
    return facts(graph), graph.notes, counts


def afresh(checked: Checked, params: Mapping[str, object]) -> Checked:
    return replace(checked, memo=Memo()).vary(params=params)


def mistakes(checked: Checked, params: Mapping[str, object]) -> str:
    with pytest.raises(NetspecError) as caught:
        checked.vary(params=params)
    return str(caught.value)


def assert_same(checked: Checked, variants: list[dict[str, object]]) -> None:
    for params in (*variants, *reversed(variants)):
        assert told(checked.vary(params=params)) == told(afresh(checked, params))


def test_variants_are_those_worked_out_afresh() -> None:
    assert_same(netspec.check_spec(netspec.Text(SPEC)), VARIANTS)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("inception_v4", [{"k": 64}, {"m": 128, "n": 96}, {"A": 1, "C": 0}, {"num_classes": 0}]),
        ("torchvision/resnet50", [{"num_classes": 10}, {"num_classes": 20}]),
    ],
)
def test_variants_of_the_zoo(name: str, params: list[dict[str, object]]) -> None:
    assert_same(netspec.check_spec(name), params)


def test_work_is_saved() -> None:
    checked = netspec.check_spec(netspec.Text(SPEC))
    first, second = (checked.vary(params={"rate": rate}).graph.root for rate in (0.1, 0.2))
    assert [a.body is b.body for a, b in zip(first.nodes, second.nodes, strict=True)] == [
        True,
        True,
        False,
        False,  # a repeat is no block; its copies are
    ]


def test_what_defaults_read_is_no_less_than_an_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "_seen", lambda session, file: file.spec)
    with pytest.raises(AssertionError):
        assert_same(netspec.check_spec(netspec.Text(SPEC)), VARIANTS)


def test_mistakes_are_reported_as_ever_and_leave_nothing() -> None:
    checked = netspec.check_spec(netspec.Text(SPEC))
    checked.vary(params={"width": 5})
    known = dict(checked.memo.blocks)
    for params in ({"width": 0}, {"depth": -1}, {"rate": 2}, {"widht": 1}, {"depth": [1, 2]}):
        fresh = mistakes(replace(checked, memo=Memo()), params)
        assert mistakes(checked, params) == fresh
        assert fresh
    assert checked.memo.blocks == known
    assert_same(checked, VARIANTS)


def test_advice_is_given_each_time() -> None:
    conv = "{op: batch_norm, momentum: 0.99}"
    text = spec(
        "a: {op: unit, width: width}\ny: {op: norm}",
        params="{width: 4}",
        blocks=BLOCKS + f"norm: {{chain: [{conv}]}}",
    )
    checked = netspec.check_spec(netspec.Text(text))
    assert [note.code for note in checked.warnings] == ["advice"]
    assert_same(checked, [{"width": width} for width in (4, 5, 5)])


def outcome(checked: Checked) -> str | int:
    try:
        return checked.vary(params={"width": 5}).parameters
    except NetspecError as error:
        return str(error)


def test_nodes_are_counted_as_ever() -> None:
    """Of whatever was worked out before, absent copies included."""
    checked = netspec.check_spec(netspec.Text(SPEC))
    checked.vary(params={"width": 5})
    served = [replace(checked, limits=Limits(nodes=nodes)) for nodes in range(20, 60)]
    found = [outcome(one) for one in served]
    assert found == [outcome(replace(one, memo=Memo())) for one in served]
    assert isinstance(found[0], str) and isinstance(found[-1], int)


def test_a_memo_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Memo, "MOST", 30)
    checked = netspec.check_spec(netspec.Text(SPEC))
    sizes = []
    for width in range(1, 20):
        checked.vary(params={"width": width})
        sizes.append(len(checked.memo.blocks) + len(checked.memo.leaves))
    assert max(sizes) <= 30
    assert sizes.count(0) > 1


def test_nothing_is_kept_of_deep_calls() -> None:
    checked = netspec.check_spec(netspec.Text(SPEC))
    replace(checked, limits=Limits(nesting=3)).vary(params={"width": 5})
    assert not checked.memo.blocks


def test_a_session_does_not_write_into_a_memo() -> None:
    memo = Memo()
    session = Session(Collector(), Limits())
    memo.lend(session)
    session.blocks["a"] = calls.BROKEN
    assert not memo.blocks
