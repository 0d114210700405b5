"""The `forward` of a class."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netspec.backends.source.calls import call_code, size_text, value_text
from netspec.backends.source.constructor import access, is_attribute
from netspec.backends.source.flow import Flow
from netspec.backends.source.layout import Brackets, Code, flat, prefixed, statement
from netspec.backends.source.model import Body, Source, Step
from netspec.backends.source.naming import unused, variable
from netspec.backends.source.result import result_type, returns
from netspec.backends.torch.sizes import RunTimeSize
from netspec.shape import Symbol

_JOINED = ("activation", "normalization")
_STEPS = ("activation", "convolution", "normalization")
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class _Value:
    """A tensor that is at hand: a variable, or code that is to stand in the next call."""

    text: Code
    depth: int = 0
    is_variable: bool = True


class Forward:
    """Writes `forward`, and notes in `kept` what it wants of the constructor's arguments."""

    def __init__(self, body: Body, names: Sequence[str] | None = None) -> None:
        self._body = body
        self._output_names = names
        self.kept: list[tuple[str, ast.expr]] = []
        self._flow = Flow(body)
        self._values: dict[Source, _Value] = {}
        self._sizes: dict[Symbol, str] = {}
        self._input_names: list[str] = []
        self._used: set[str] = set()
        self._typed: set[str] = set()
        self._attributes = {child.at[0] for child in body.children}
        self._lines: list[str] = []

    # --- the whole ---------------------------------------------------------------------------

    def lines(self) -> list[str]:
        """The method."""
        body = self._body
        self._begin()
        is_training = False
        for position, step in enumerate(self._flow.steps):
            wants = self._flow.is_for_training(step)
            if wants and not is_training:
                self._lines.append("        if self.training:")
            is_training = wants
            self._write(step, position, 3 if wants else 2)
        inputs = [f"{name}: Tensor" for name in self._input_names]
        sizes = [f"{self._sizes[symbol]}: int" for symbol in body.symbols]
        result = f" -> {result_type(body.training, self._output_names is not None)}:"
        head = Brackets("def forward(", ("self", *inputs, *sizes), ")", result)
        return [*statement(head, 1), *self._lines, *self._returns()]

    def _begin(self) -> None:
        """Names for the inputs and for the sizes that are wanted."""
        for index, text in enumerate(self._body.inputs):
            name = unused(variable(text), self._used)
            self._used.add(name)
            self._typed.add(name)
            self._input_names.append(name)
            self._values[Source("", index)] = _Value(name)
        for symbol in self._body.symbols:
            self._size_name(symbol)
        for symbol, size in self._body.sizes:
            assert isinstance(size, RunTimeSize)
            name = self._size_name(symbol)
            self._lines += statement(f"{name} = {size_text(size, self._input_names)}", 2)

    def _size_name(self, symbol: Symbol) -> str:
        name = unused(variable(symbol.name.lower()), self._used)
        self._used.add(name)
        self._sizes[symbol] = name
        return name

    # --- a step ------------------------------------------------------------------------------

    def _write(self, step: Step, position: int, depth: int) -> None:
        if step.is_parameter and step.condition is None:
            place = step.place or ()
            name = access(place, self._body.children, is_parameter=True)
            self._values[Source(step.node)] = _Value(name)
            return
        code, is_typed = self._code(step)
        if step.condition is not None:
            self._write_optional(step, code, position, depth)
        elif step.outputs > 1:
            self._write_several(step, code, position, depth)
        elif self._joins_next(step, position):
            reads = [self._values[read] for read in step.reads]
            deep = 1 + max((each.depth for each in reads), default=0)
            self._values[Source(step.node)] = _Value(code, deep, False)
        elif self._is_result(step, position) and is_typed:
            self._values[Source(step.node)] = _Value(code, 0, False)
        else:
            target = self._target(step, position)
            self._assign(target, code, depth)
            self._values[Source(step.node)] = _Value(target)

    def _write_several(self, step: Step, call: Code, position: int, depth: int) -> None:
        names = []
        self._free(step, position)
        for output in range(step.outputs):
            source = Source(step.node, output)
            if source not in self._flow.last:
                names.append("_")
                continue
            names.append(self._new([f"{step.node}{output + 1}"]))
            if names[-1] not in self._typed:
                self._typed.add(names[-1])
                self._lines += statement(f"{names[-1]}: Tensor", depth)
            self._values[source] = _Value(names[-1])
        self._lines += statement(prefixed(f"{', '.join(names)} = ", call), depth)

    def _write_optional(self, step: Step, call: Code, position: int, depth: int) -> None:
        """Where the line is not there, its first input goes on in its place."""
        assert step.condition is not None
        if not step.reads:  # a parameter, which only lines with the same condition read
            self._values[Source(step.node)] = _Value(call)
            return
        passed = flat(self._values[step.reads[0]].text)
        target = passed
        if passed not in self._dying(step, position):
            target = self._new([step.node, "out"])
            self._assign(target, passed, depth)
        self._free(step, position)
        self._used.add(target)
        self._lines += statement(f"if {self._question(step)}:", depth)
        self._assign(target, call, depth + 1)
        self._values[Source(step.node)] = _Value(target)

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
        name = unused(wish, self._attributes)
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

    # --- variables ---------------------------------------------------------------------------

    def _is_result(self, step: Step, position: int) -> bool:
        is_last = position == len(self._flow.steps) - 1
        return is_last and self._body.outputs == (Source(step.node),)

    def _dying(self, step: Step, position: int) -> list[str]:
        """The variables that this step is the last to read."""
        alive = {
            flat(value.text)
            for source, value in self._values.items()
            if self._flow.last.get(source, -1) > position and value.is_variable
        }
        names = [flat(self._values[read].text) for read in self._reads_through(step)]
        return [name for name in dict.fromkeys(names) if name.isidentifier() and name not in alive]

    def _reads_through(self, step: Step) -> Iterable[Source]:
        """What a step reads, and what the code that stands in its call reads."""
        for read in step.reads:
            if self._values[read].is_variable:
                yield read
            elif read.node:
                yield from self._reads_through(self._flow.by_name[read.node])

    def _free(self, step: Step, position: int) -> list[str]:
        dying = self._dying(step, position)
        self._used.difference_update(dying)
        return dying

    def _target(self, step: Step, position: int) -> str:
        """The variable for the result: that of the tensor that the line goes on from."""
        dying = self._free(step, position)
        through = list(self._reads_through(step))
        onward = flat(self._values[through[0]].text) if through else ""
        is_branch = self._is_branch(step, position)
        if onward in dying and onward in ("x", "out") and not is_branch:
            self._used.add(onward)
            return onward
        return self._new([step.node, "x", "out"] if is_branch else ["x", "out", step.node])

    def _is_branch(self, step: Step, position: int) -> bool:
        """Is the result worth a name of its own: is it for training alone, or kept for later lines,
        and more than a step of a line of layers?"""
        if self._flow.is_for_training(step):
            return True
        source = Source(step.node)
        if step.family in _STEPS or source in self._body.outputs:
            return False
        after = self._flow.steps[position + 1 : position + 2]
        return not (after and after[0].reads[:1] == (source,) and self._flow.readers(source) == 1)

    def _new(self, wishes: Sequence[str]) -> str:
        for wish in wishes:
            name = variable(wish) if wish[0].isalpha() else f"out{wish}"
            if name not in self._used:
                break
        name = unused(name, self._used)
        self._used.add(name)
        return name

    def _assign(self, target: str, value: Code, depth: int) -> None:
        declared = "" if target in self._typed else ": Tensor"  # what a module gives is not typed
        self._typed.add(target)
        self._lines += statement(prefixed(f"{target}{declared} = ", value), depth)

    def _returns(self) -> list[str]:
        found = [self._values.get(source) for source in self._body.outputs]
        pieces = [each.text if each else "None" for each in found]
        return returns(pieces, self._body.training, self._output_names)
