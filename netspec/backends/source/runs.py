"""Members of an nn.Sequential that are made alike, found in a list of all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from netspec.backends.source.model import Construct, Make, Run
from netspec.diagnostics import Span


def first_run(span: Span, makes: Sequence[Construct], is_spliced: bool) -> tuple[Run, int]:
    """The longest run at the start of some constructions: equal ones, or an arithmetic series."""
    first = makes[0]
    count = next((i for i, make in enumerate(makes) if make != first), len(makes))
    if count > 1 or not isinstance(first, Make):
        return Run(span, first, count, is_spliced=is_spliced), count
    steps = _difference(first, makes[1]) if len(makes) > 2 else None
    while steps and count < len(makes) and makes[count] == _advanced(first, steps, count):
        count += 1
    if not steps or count < 3:
        steps, count = (), 1
    return Run(span, first, count, steps, is_spliced=is_spliced), count


def numbered(lines: Sequence[Sequence[Run]]) -> list[dict[object, Run]]:
    """The runs of each line by where they are written, and which they are of those written there.

    Copies that are made alike in one line, of which another line makes the first unlike the rest,
    are taken apart.
    """
    counts = [Counter(run.key for run in line) for line in lines]
    apart = {key for count in counts for key, number in count.items() if number > 1}
    tables = []
    for line, count in zip(lines, counts, strict=True):
        table: dict[object, Run] = {}
        number: Counter[Span] = Counter()
        for run in line:
            is_alone = run.key in apart and count[run.key] == 1
            for part in _apart(run) if is_alone else (run,):
                table[run.key, number[run.key]] = part
                number[run.key] += 1
        tables.append(table)
    return tables


def _apart(run: Run) -> Sequence[Run]:
    """The first copy, and the others."""
    if not isinstance(run.count, int) or run.count == 1 or run.steps:
        return (run,)
    return replace(run, count=1), replace(run, count=run.count - 1)


def _difference(first: Make, second: Construct) -> tuple[tuple[str, int], ...] | None:
    if not isinstance(second, Make) or second.target != first.target:
        return None
    pairs = list(zip(first.arguments, second.arguments, strict=False))
    if len(first.arguments) != len(second.arguments) or any(a[0] != b[0] for a, b in pairs):
        return None
    steps = []
    for (key, old), (_, new) in pairs:
        if old != new and (type(old) is not int or type(new) is not int):
            return None
        if isinstance(old, int) and isinstance(new, int) and old != new:
            steps.append((key, new - old))
    return tuple(steps)


def _advanced(make: Make, steps: tuple[tuple[str, object], ...], count: int) -> Make:
    """Copy `count` of a run that begins with `make`."""
    change = dict(steps)

    def moved(key: str, value: object) -> object:
        step = change.get(key)
        if isinstance(value, int) and isinstance(step, int):
            return value + step * count
        return value

    arguments = tuple((key, moved(key, value)) for key, value in make.arguments)
    return Make(make.target, arguments, make.defaults)
