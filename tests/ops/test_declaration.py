"""A declaration that is not as it must be is refused where the class is written."""

from typing import ClassVar, Literal

import pytest
from pydantic import Field

from netspec.ops import Boolean, Call, Inputs, Integers, Op, Positive, Shape
from netspec.ops.declaration import KEYS_OF_NODES, TRAITS, check_declaration
from netspec.ops.registry import register_op
from netspec.syntax.node_document import NODE_KEYS

EXAMPLE = "\n\nExample:\n\n    netspec: 1\n"


class Honest(Op):
    """Base of the ops below: all that is needed."""

    name = "honest"

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        return (inputs[0],)

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.nn.Identity")


class Complete(Honest):
    """Does nothing.

    - size: how much of nothing
    - steps: how often
    - mode: which
    - bias: whether

    Example:

        netspec: 1
    """

    size: Positive = 1
    steps: Integers | None = None
    mode: Literal["a", "b"] | None = None
    bias: Boolean = True


def test_a_complete_one_is_fine() -> None:
    check_declaration(Complete)


def test_no_argument_can_be_named_like_a_key() -> None:
    assert KEYS_OF_NODES == NODE_KEYS


class NoName(Op):
    __doc__ = "Nothing." + EXAMPLE


class NoInfer(Op):
    __doc__ = "Nothing." + EXAMPLE
    name = "no_infer"

    def lower(self, inputs: Inputs) -> Call:
        return Call("torch.nn.Identity")


class NoLower(Op):
    __doc__ = "Nothing." + EXAMPLE
    name = "no_lower"

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        return (inputs[0],)


class NoDocstring(Honest):
    pass


class ExampleOnly(Honest):
    __doc__ = "Example:\n\n    netspec: 1\n"


class NoExample(Honest):
    """Nothing."""


class Undescribed(Honest):
    __doc__ = "Nothing." + EXAMPLE
    size: Positive = 1


class Bare(Honest):
    __doc__ = "Nothing.\n\n- size: how much" + EXAMPLE
    size: int = 1


class BareOrNone(Honest):
    __doc__ = "Nothing.\n\n- size: how much" + EXAMPLE
    size: tuple[int, ...] | None = None


class Key(Honest):
    __doc__ = "Nothing.\n\n- when: how much" + EXAMPLE
    when: Positive = 1


def with_fact(**facts: object) -> type[Op]:
    return type("Odd", (Honest,), {"__doc__": "Nothing." + EXAMPLE, "__module__": "mine", **facts})


REFUSED: list[tuple[object, type[Exception], str]] = [
    (3, TypeError, "`register_op` wants a subclass of `netspec.ops.Op`, not 3"),
    (NoName, ValueError, '`NoName` has no name: write `name = "no_name"` in the class'),
    (with_fact(name="a b"), ValueError, "must be a letter, then letters, digits, _"),
    (with_fact(name="_a"), ValueError, "must be a letter"),
    (with_fact(name="é"), ValueError, "must be a letter"),
    (with_fact(name="lambda"), ValueError, "is a keyword of Python"),
    (with_fact(name="when"), ValueError, "is a key of a node"),
    (NoInfer, TypeError, "`no_infer` has no shapes: define `infer"),
    (NoLower, TypeError, "`no_lower` has nothing to run: define `lower"),
    (with_fact(family="pool"), ValueError, "`family` (='pool') must be one of convolution,"),
    (with_fact(traits="view"), TypeError, "must be a frozenset"),
    (with_fact(traits=frozenset({"linear"})), ValueError, "there is no trait linear: the traits"),
    (with_fact(arity=2), ValueError, "`arity` (=2) must be the least and the greatest"),
    (with_fact(arity=(2, 1)), ValueError, "`arity` (=(2, 1))"),
    (NoDocstring, ValueError, "has no docstring"),
    (ExampleOnly, ValueError, "has no docstring"),
    (NoExample, ValueError, "must end with a line `Example:`"),
    (Undescribed, ValueError, "must describe each argument: `- size: …`"),
    (Bare, TypeError, "`size` needs one of the types of arguments in `netspec.ops`"),
    (BareOrNone, TypeError, "`size` needs one of the types"),
    (Key, ValueError, "may not be named `when`, a key of a node"),
]


@pytest.mark.parametrize(("op", "kind", "message"), REFUSED, ids=[each[2] for each in REFUSED])
def test_refused(op: object, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        register_op(op)  # type: ignore[type-var]
    assert message in str(caught.value)


def test_every_trait_has_a_line_in_the_manual_of_ops() -> None:
    assert all(f"- `{trait}`: " in (Op.__doc__ or "") for trait in TRAITS)


def test_an_arity_without_limit_is_fine() -> None:
    check_declaration(with_fact(arity=(1, None)))


def test_a_bound_of_pydantic_is_a_type_too() -> None:
    class Bounded(Honest):
        __doc__ = "Nothing.\n\n- size: how much" + EXAMPLE
        size: int = Field(1, ge=1)
        count: ClassVar[int] = 1

    check_declaration(Bounded)
