"""Plans as data: slots, last uses, modes."""

import torch
from torch import nn

from netspec import Text, compile_spec
from netspec.backends.torch.execute import execute
from netspec.backends.torch.plan import Plans
from netspec.backends.torch.planner import Planned, Planner
from netspec.backends.torch.schedule import bound
from netspec.graph.ir import INPUT, Ref, Scope
from netspec.ops.base import Call
from netspec.shape import Shape, symbol
from tests.backends.torch.drafts import ADD, RELU, Draft, X, conv
from tests.backends.torch.networks import residual_block

N, H, W = symbol("N"), symbol("H", 16), symbol("W", 16)
SHAPE: Shape = (N, 4, H, W)


def plan(scope: Scope) -> Planned:
    return Planner().plan(scope)


def flow(plans: Plans) -> list[tuple[object, object, object]]:
    return [(step.reads, step.write, step.empties) for step in plans.training.steps]


def test_a_line_needs_one_slot() -> None:
    draft = Draft("block", x=SHAPE)
    for index in range(3):
        draft.add(f"act{index}", RELU)
    assert flow(plan(draft.scope()).plans) == [(0, 0, ())] * 3


def test_a_skip_keeps_its_slot_until_it_is_read() -> None:
    draft = Draft("block", x=SHAPE)
    draft.add("conv1", conv(4, 4, padding=1))
    draft.add("conv2", conv(4, 4, padding=1))
    draft.add("sum", ADD, Ref(1), X)
    found = plan(draft.scope()).plans
    assert flow(found) == [(0, 1, ()), (1, 1, ()), ((1, 0), 0, (1,))]
    assert found.training.outputs == (0,)


def test_what_nobody_reads_is_not_computed() -> None:
    draft = Draft("block", x=SHAPE)
    kept = draft.add("kept", RELU)
    draft.add("unread", RELU, X)
    assert flow(plan(draft.scope(kept)).plans) == [(0, 0, ())]


def test_an_output_keeps_its_slot() -> None:
    draft = Draft("block", x=SHAPE)
    first = draft.add("first", RELU)
    second = draft.add("second", RELU)
    found = plan(draft.scope(first, second)).plans.training
    assert len(set(found.outputs)) == 2
    assert all(slot not in step.empties for slot in found.outputs for step in found.steps)


def test_both_modes_share_a_plan_where_they_can() -> None:
    found = plan(residual_block(4, 8)).plans
    assert found.evaluation is found.training


def test_evaluation_leaves_out_what_only_training_needs() -> None:
    draft = Draft("block", x=SHAPE)
    main = draft.add("main", RELU)
    aux = draft.add("aux", RELU, X, training=True)
    found = plan(draft.scope(main=main, aux=aux, training=("aux",))).plans
    assert [step.child for step in found.training.steps] == ["main", "aux"]
    assert [step.child for step in found.evaluation.steps] == ["main"]
    assert found.evaluation.outputs[1] is None


def reshape(*shape: object) -> Call:
    return Call("torch.Tensor.reshape", {"shape": shape})


def test_sizes_are_asked_for_only_where_the_inputs_do_not_tell() -> None:
    blind = Draft("block", x=(N, H * W))
    blind.add("grid", reshape(N, H, W), to=(N, H, W))
    outer = Draft("block", x=(N, H * W), y=(N, 2 * H))
    outer.add("blind", blind.scope(), X)
    assert [each.name for each in plan(blind.scope()).symbols] == ["H", "W"]
    found = plan(outer.scope())
    assert [each.name for each in found.symbols] == ["W"]
    assert len(found.plans.training.sizes) == 1


def test_one_scope_is_planned_once() -> None:
    planner, block = Planner(), residual_block(4, 4)
    assert planner.plan(block) is planner.plan(block)


def test_what_is_a_sequential() -> None:
    def line(kind: str = "chain") -> Draft:
        draft = Draft(kind, x=SHAPE)  # type: ignore[arg-type]
        draft.add("0", RELU)
        draft.add("1", Call("torch.abs"))
        return draft

    assert plan(line().scope()).is_sequential
    assert plan(line("repeat").scope()).is_sequential
    assert plan(Draft("chain", x=SHAPE).scope(X)).is_sequential
    assert not plan(line("block").scope()).is_sequential
    assert not plan(line().scope(Ref(0))).is_sequential
    assert not plan(line().scope(Ref(0), Ref(1))).is_sequential

    placed = line()
    placed.add("2", RELU, at="deep.er")
    assert not plan(placed.scope()).is_sequential
    shared = line()
    shared.share("2", Ref(0), Ref(1))
    assert not plan(shared.scope()).is_sequential
    skipping = line()
    skipping.add("2", ADD, Ref(1), Ref(INPUT))
    assert not plan(skipping.scope()).is_sequential
    blind = Draft("chain", x=(N, H * W), y=(N, H, W))
    blind.add("0", reshape(N, H, W), X, to=(N, H, W))
    assert not plan(blind.scope()).is_sequential


BOUND = """
netspec: 1
inputs: {x: [N, 4]}
nodes:
  body: [{op: linear, out_features: 4}, relu]
  deep: {op: linear, at: outer.inner, out_features: 4}
  again: {share: body}
  scale: {op: parameter, shape: [1, 4]}
  y: {op: mul, from: [again, scale], broadcast: true}
outputs: {y: y}
init: [{match: scale, fill: 2}]
"""


def test_a_bound_plan_keeps_to_its_modules() -> None:
    model, x = compile_spec(Text(BOUND), seed=0), torch.randn(2, 4)
    plan, expected = bound(model._plans.evaluation, model), model(x)
    assert not any(step.child for step in plan.steps)
    assert torch.equal(execute(model, plan, (x,))[0], expected)
    model.outer.inner = nn.Identity()
    assert torch.equal(execute(model, plan, (x,))[0], expected)
    assert not torch.equal(model(x), expected)
