"""A few lines do not make millions, however they are multiplied."""

import pytest

import netspec
from netspec import Limits, Text
from netspec.diagnostics import NetspecError
from netspec.pipeline import resolve


def spec(**top: str) -> Text:
    sections = {"inputs": "{x: [N, 4, 8, 8]}", **top, "outputs": "{y: y}"}
    return Text("\n".join(["netspec: 1", *(f"{k}: {v}" for k, v in sections.items()), ""]))


def doubled(count: int) -> str:
    pairs = (f"p{i}: {{chain: [p{i - 1}, p{i - 1}]}}" for i in range(1, count))
    return f"{{p0: {{op: relu}}, {', '.join(pairs)}}}"


SPECS = {
    "nodes that hold two of the one before": (
        spec(params=doubled(40), nodes="{a: {op: p39, when: false}, y: relu}"),
        "file-too-large",
    ),
    "nodes that hold the one before": (
        spec(
            params="{p0: {op: relu}, "
            + ", ".join(f"p{i}: {{chain: [p{i - 1}]}}" for i in range(1, 2000))
            + "}",
            nodes="{a: {op: p1999, when: false}, y: relu}",
        ),
        "nesting-too-deep",
    ),
    "a long list used often": (
        spec(
            params=f"{{d: {[1] * 4000}}}",
            nodes="{"
            + ", ".join(f"a{i}: {{op: conv, padding: d, when: false}}" for i in range(100))
            + ", y: relu}",
        ),
        "file-too-large",
    ),
    "a long default of many nodes": (
        spec(
            defaults=f"{{conv: {{padding: {[1] * 20_000}}}}}",
            nodes="{"
            + ", ".join(f"a{i}: {{op: conv, when: false}}" for i in range(100))
            + ", y: relu}",
        ),
        "file-too-large",
    ),
}


@pytest.mark.parametrize("kind", SPECS)
def test_what_multiplies_is_refused(kind: str) -> None:
    text, code = SPECS[kind]
    with pytest.raises(NetspecError) as caught:
        resolve(text)
    (error,) = [found for found in caught.value.diagnostics if found.severity == "error"]
    assert (error.code, bool(error.help)) == (code, True)


def test_the_limit_is_that_of_a_file() -> None:
    """What is resolved can be read, and resolved, within the same limit."""
    text = spec(params="{k: 3}", nodes="{y: {op: conv, out_channels: k, kernel_size: k}}")
    least = next(n for n in range(100) if _resolves(text, n))
    assert resolve(Text(resolve(text)), limits=Limits(values=least))
    assert not _resolves(text, least - 1)


def _resolves(text: Text, values: int) -> bool:
    try:
        resolve(text, limits=Limits(values=values))
    except NetspecError:
        return False
    return True


def test_what_fits_is_resolved() -> None:
    text = spec(params=doubled(9), nodes="{y: {op: p8}}")
    assert netspec.check_spec(Text(resolve(text))).graph.root.nodes
