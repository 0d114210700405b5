"""What the simplest ops share."""

from typing import ClassVar

from netspec.ops.base import Call, Inputs, Op
from netspec.ops.lowering import changed
from netspec.shape import Shape


class SameShape(Op):
    """Base of ops that keep the shape and whose torch module takes exactly their arguments."""

    module: ClassVar[str]

    def infer(self, inputs: Inputs) -> tuple[Shape, ...]:
        return (inputs[0],)

    def lower(self, inputs: Inputs) -> Call:
        return Call(self.module, changed(self, *type(self).model_fields))
