"""The variables of a `forward`."""

from netspec.backends.source.flow import Flow
from netspec.backends.source.model import Body, Source, Step
from netspec.backends.source.variables import Value, Variables
from tests.backends.source.parts import X, body, step

CONV = step("conv", X, family="convolution")
BRANCH = step("branch", X, family="attention")
SUM = step("sum", Source("conv"), Source("branch"))


def names(made: Body) -> list[str]:
    """The variable of each line."""
    flow = Flow(made)
    variables = Variables(flow)
    variables.values[X] = Value(variables.new("x"))
    found = []
    for position, each in enumerate(flow.steps):
        found.append(variables.target(each, position))
        variables.values[Source(each.node)] = Value(found[-1])
    return found


def line(*families: str) -> list[Step]:
    read, steps = X, []
    for index, family in enumerate(families):
        steps.append(step(f"layer{index}", read, family=family))
        read = Source(f"layer{index}")
    return steps


def test_a_line_goes_on_in_one_variable() -> None:
    assert names(body(*line("convolution", "attention", "pooling"))) == ["x", "x", "x"]


def test_a_tensor_that_is_read_later_is_kept() -> None:
    assert names(body(CONV, BRANCH, SUM)) == ["out", "branch", "out"]


def test_an_output_that_is_read_on_has_the_name_of_its_node() -> None:
    mean = step("mean", Source("branch"))
    assert names(body(BRANCH, mean, outputs="mean branch", training=(False, False))) == [
        "branch",
        "x",
    ]


def test_a_head_for_training_has_the_name_of_its_node() -> None:
    head = step("head", Source("conv"))
    last = step("last", Source("conv"), family="pooling")
    made = body(CONV, head, last, outputs="last head", training=(False, True))
    assert names(made) == ["x", "head", "x"]


def test_a_variable_has_its_type_once() -> None:
    variables = Variables(Flow(body(CONV)))
    assert [variables.declare("x"), variables.declare("x")] == [True, False]


def test_names_in_use_get_a_number() -> None:
    variables = Variables(Flow(body(CONV)))
    assert [variables.new("A", "out") for _ in range(4)] == ["a", "out", "out2", "out3"]
