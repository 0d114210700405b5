"""The `forward` of a class."""

import ast
from collections.abc import Sequence

from netspec.backends.source.calls import call_code, size_text, value_text
from netspec.backends.source.constructor import access, is_attribute
from netspec.backends.source.flow import Flow
from netspec.backends.source.layout import Brackets, Code, flat, prefixed, statement
from netspec.backends.source.model import Body, Source, Step
from netspec.backends.source.naming import unused, variable
from netspec.backends.source.result import result_type, returns
from netspec.backends.source.variables import Value, Variables
from netspec.graph.sizes import RunTimeSize
from netspec.shape import Symbol
from netspec.syntax.identifiers import reserved_attribute

_JOINED = ("activation", "normalization")
_DEEPEST = 3


class Forward:
    """Writes `forward`, and notes in `kept` what it wants of the constructor's arguments."""

    def __init__(self, body: Body, names: Sequence[str] | None = None) -> None:
        self._body = body
        self._output_names = names
        self.kept: list[tuple[str, ast.expr]] = []
        self._flow = Flow(body)
        self._variables = Variables(self._flow)
        self._values = self._variables.values
        self._sizes: dict[Symbol, str] = {}
        self._input_names: list[str] = []
        self._attributes = {child.at[0] for child in body.children}
        self._lines: list[str] = []

    # --- the whole ---------------------------------------------------------------------------

    def lines(self) -> list[str]:
        """The method."""
        body = self._body
        self._begin()
        is_training = False
        for position, step in enumerate(self._flow.steps):
            wants, begin = self._flow.is_for_training(step), len(self._lines)
            self._write(step, position, 3 if wants else 2)
            if len(self._lines) == begin:
                continue  # a parameter, or a part of the next line
            if wants and not is_training:
                self._lines.insert(begin, "        if self.training:")
            is_training = wants
        inputs = [f"{name}: Tensor" for name in self._input_names]
        sizes = [f"{self._sizes[symbol]}: int" for symbol in body.symbols]
        result = f" -> {result_type(body.training, self._output_names is not None)}:"
        head = Brackets("def forward(", ("self", *inputs, *sizes), ")", result)
        return [*statement(head, 1), *self._lines, *self._returns()]

    def _begin(self) -> None:
        """Names for the inputs and for the sizes that are wanted."""
        for index, text in enumerate(self._body.inputs):
            name = self._variables.new(text)
            self._variables.declare(name)
            self._input_names.append(name)
            self._values[Source("", index)] = Value(name)
        for symbol in self._body.symbols:
            self._size_name(symbol)
        for symbol, size in self._body.sizes:
            assert isinstance(size, RunTimeSize)
            name = self._size_name(symbol)
            self._lines += statement(f"{name} = {size_text(size, self._input_names)}", 2)

    def _size_name(self, symbol: Symbol) -> str:
        name = self._variables.new(symbol.name)
        self._sizes[symbol] = name
        return name

    # --- a step ------------------------------------------------------------------------------

    def _write(self, step: Step, position: int, depth: int) -> None:
        if step.is_parameter and step.condition is None:
            place = step.place or ()
            name = access(place, self._body.children, is_parameter=True)
            self._values[Source(step.node)] = Value(name)
            return
        code, is_typed = self._code(step)
        if step.condition is not None:
            self._write_optional(step, code, position, depth)
        elif step.outputs > 1:
            self._write_several(step, code, position, depth)
        elif self._joins_next(step, position):
            reads = [self._values[read] for read in step.reads]
            deep = 1 + max((each.depth for each in reads), default=0)
            self._values[Source(step.node)] = Value(code, deep, False)
        elif self._is_result(step, position) and is_typed:
            self._values[Source(step.node)] = Value(code, 0, False)
        else:
            target = self._variables.target(step, position)
            self._assign(target, code, depth)
            self._values[Source(step.node)] = Value(target)

    def _write_several(self, step: Step, call: Code, position: int, depth: int) -> None:
        names = []
        self._variables.free(step, position)
        for output in range(step.outputs):
            source = Source(step.node, output)
            if source not in self._flow.last:
                names.append("_")
                continue
            names.append(self._variables.new(f"{step.node}{output + 1}"))
            if self._variables.declare(names[-1]):
                self._lines += statement(f"{names[-1]}: Tensor", depth)
            self._values[source] = Value(names[-1])
        self._lines += statement(prefixed(f"{', '.join(names)} = ", call), depth)

    def _write_optional(self, step: Step, call: Code, position: int, depth: int) -> None:
        """Where the line is not there, its first input goes on in its place."""
        assert step.condition is not None
        if not step.reads:  # a parameter, which only lines with the same condition read
            self._values[Source(step.node)] = Value(call)
            return
        passed = flat(self._values[step.reads[0]].text)
        target = passed
        if passed not in self._variables.dying(step, position):
            target = self._variables.new(step.node, "out")
            self._assign(target, passed, depth)
        self._variables.free(step, position)
        self._variables.used.add(target)
        self._lines += statement(f"if {self._question(step)}:", depth)
        self._assign(target, call, depth + 1)
        self._values[Source(step.node)] = Value(target)

    def _question(self, step: Step) -> str:
        owns = any(child.node == step.node for child in self._body.children)
        if owns and step.place is not None and is_attribute(step.place):
            return f"self.{step.place[0]} is not None"
        assert step.condition is not None
        return f"self.{self._keep(f'has_{step.node}', step.condition)}"

    def _keep(self, wish: str, value: ast.expr) -> str:
        """An attribute that the constructor sets."""
        for name, known in self.kept:
            if ast.dump(known) == ast.dump(value):
                return name
        if isinstance(value, ast.Name) and not reserved_attribute(value.id):
            wish = value.id
        name = unused(variable(wish), self._attributes)
        self._attributes.add(name)
        self.kept.append((name, value))
        return name

    def _code(self, step: Step) -> tuple[Code, bool]:
        """The call, and whether a type checker knows that it gives a tensor."""
        reads: list[Code] = [self._values[read].text for read in step.reads]
        are_variables = all(self._values[read].is_variable for read in step.reads)
        reads += [self._sizes[symbol] for symbol in step.symbols]

        def shown(key: str, value: object) -> str:
            if isinstance(value, ast.expr):
                wish = f"{step.node}_{key}" if key.isidentifier() else step.node + "_value"
                return f"self.{self._keep(wish, value)}"
            return value_text(value)

        target = step.target
        if step.is_parameter:
            return access(step.place or (), self._body.children, is_parameter=True), True
        if not target:
            place = step.place or ()
            target = access(place, self._body.children, is_parameter=False)
        code = call_code(target, step.arguments, step.keywords, reads, shown)
        if step.item is not None:
            code = prefixed("", code)
            assert isinstance(code, Brackets)
            code = Brackets(code.open, code.items, code.close, f"{code.after}[{step.item}]")
        is_typed = step.target == "torch.cat" or (isinstance(code, str) and are_variables)
        return code, is_typed and bool(step.target)

    def _joins_next(self, step: Step, position: int) -> bool:
        """Is it read by the next line alone, an activation or a normalization?"""
        after = next(iter(self._flow.steps[position + 1 : position + 2]), None)
        source = Source(step.node)
        if after is None or after.reads != (source,) or self._flow.readers(source) != 1:
            return False
        if after.condition is not None or after.symbols or after.family not in _JOINED:
            return False
        if self._flow.is_for_training(step) != self._flow.is_for_training(after):
            return False
        if step.family == "merging":
            return after.family == "activation"
        deep = max((self._values[read].depth for read in step.reads), default=0)
        return step.family != "" and deep < _DEEPEST - 1

    def _is_result(self, step: Step, position: int) -> bool:
        is_last = position == len(self._flow.steps) - 1
        return is_last and self._body.outputs == (Source(step.node),)

    def _assign(self, target: str, value: Code, depth: int) -> None:
        is_new = self._variables.declare(target)
        declared = ": Tensor" if is_new else ""  # what a module gives is not typed
        self._lines += statement(prefixed(f"{target}{declared} = ", value), depth)

    def _returns(self) -> list[str]:
        found = [self._values.get(source) for source in self._body.outputs]
        pieces = [each.text if each else "None" for each in found]
        return returns(pieces, self._body.training, self._output_names)
