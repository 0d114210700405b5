"""What `forward` returns."""

from collections.abc import Sequence

from netspec.backends.source.arithmetic import show
from netspec.backends.source.layout import Brackets, Code, flat, prefixed, statement


def result_type(training: Sequence[bool], is_network: bool) -> str:
    """The type of what is returned; `training` tells which outputs are there in training only."""
    if len(training) == 1:
        return "Tensor"
    if not is_network:
        return f"tuple[{', '.join('Tensor | None' if each else 'Tensor' for each in training)}]"
    return "Tensor | dict[str, Tensor]" if training.count(False) == 1 else "dict[str, Tensor]"


def returns(
    pieces: Sequence[Code], training: Sequence[bool], names: Sequence[str] | None
) -> list[str]:
    """The last lines. A network, whose outputs have `names`, returns a dict of those that are
    computed in the present mode, or the tensor where it is one."""
    if len(pieces) == 1:
        return statement(prefixed("return ", pieces[0]), 2)
    if names is None:
        shown = [
            f"{flat(piece)} if self.training else None" if only else flat(piece)
            for piece, only in zip(pieces, training, strict=True)
        ]
        return statement(f"return {', '.join(shown)}", 2)
    everything = list(range(len(pieces)))
    evaluated = [place for place in everything if not training[place]]
    if len(everything) == len(evaluated):
        return _return(everything, pieces, names, 2)
    head = "        if self.training:"
    return [head, *_return(everything, pieces, names, 3), *_return(evaluated, pieces, names, 2)]


def _return(
    chosen: Sequence[int], pieces: Sequence[Code], names: Sequence[str], depth: int
) -> list[str]:
    if len(chosen) == 1:
        return statement(prefixed("return ", pieces[chosen[0]]), depth)
    entries = tuple(prefixed(f"{show(names[place])}: ", pieces[place]) for place in chosen)
    return statement(Brackets("return {", entries, "}"), depth)
