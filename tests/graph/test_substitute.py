"""Values in the place of names mean the same as the names."""

import random
from collections.abc import Mapping

import pytest

from netspec.diagnostics import Collector, Source, Span
from netspec.expression import Value
from netspec.graph import substitute
from netspec.graph.budget import Budget
from netspec.graph.evaluate import Failed, FileContext, Scope, evaluate
from netspec.graph.substitute import Substitution
from netspec.limits import Limits
from netspec.syntax.reader import read_text
from netspec.syntax.scalar import is_number_or_boolean
from netspec.syntax.tree import Mapping as Table
from netspec.syntax.tree import Scalar, Tree, plain
from netspec.syntax.write import write
from tests.expression.random_numbers import SCOPE, numbers

NOWHERE = Span(Source("test"))

CASES = 2_000


def substitution(values: Mapping[str, Value]) -> Substitution:
    return Substitution(values, Budget(Limits(), Collector()))


def put(text: str, values: dict[str, Value], *words: str, whole: bool = False) -> object:
    tree = substitution(values)(Scalar(text, NOWHERE, text), words, whole=whole)
    return plain(tree)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("k", 4),
        ("k + 1", 5),
        ("k > 3", True),
        ("k / 2", 2.0),
        ("d", [3, -4]),
        ("[k, d]", [4, [3, -4]]),
        ("k if t else neg", 4),
        ("1 if kind == 'a b' else 2", 1),
        ("x.channels", "x.channels"),
        ("2 * 3", "2 * 3"),
        ("H", "H"),
        ("x.channels // k", "x.channels // 4"),
        ("x.channels - neg", "x.channels - (-2)"),
        ("neg + x.rank", "-2 + x.rank"),
        ("neg ** x.rank", "(-2) ** x.rank"),
        ("neg**x.rank", "(-2)**x.rank"),
        ("max(neg, x.rank)", "max(-2, x.rank)"),
        ("d[index]", "[3, -4][index]"),
        ("[neg, index]", "[-2, index]"),
        ("k * index + kk", "4 * index + kk"),
        ("not t and index == 0", "not true and index == 0"),
        ("index if kind != 'b' else k", "index if 'a b' != 'b' else 4"),
        ("H / half", "H / 0.5"),
    ],
)
def test_values_are_put_in(text: str, wanted: object) -> None:
    values = {"k": 4, "neg": -2, "half": 0.5, "t": True, "d": (3, -4), "kind": "a b"}
    found = put(text, values)
    assert found == wanted
    assert type(found) is type(wanted)


def test_words_are_no_names() -> None:
    assert put("same", {"same": 3}, "same", "valid") == "same"
    assert put("mode", {"mode": "same"}, "same", "valid") == "same"


def test_a_whole_float_becomes_an_integer_where_one_is_wanted() -> None:
    assert isinstance(put("k / 2", {"k": 4}, whole=True), int)
    assert put("k / 2", {"k": 5}, whole=True) == 2.5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("k[index]", tuple(range(1000, 1100))),  # over 256 characters
        ("k", "a text that is no word here"),
        ("1 if k == 'x' and index == 0 else 2", 'it\'s "both"'),
        ("1 if k == 'x' and index == 0 else 2", "back\\slash"),
        ("k", object()),
        ("k", (1, object())),
    ],
)
def test_a_name_stays_where_no_literal_can_say_its_value(text: str, value: object) -> None:
    put_in = substitution({"k": value})
    assert plain(put_in(Scalar(text, NOWHERE, text))) == text
    assert put_in.kept == {"k"}


def test_what_cannot_be_evaluated_here_keeps_its_form() -> None:
    assert put("8 // k", {"k": 0}) == "8 // 0"
    assert put("k +", {"k": 0}) == "k +"


def outcome(tree: Tree) -> object:
    try:
        return exact(evaluate(tree, Scope(FileContext(None, {}, {}), SCOPE)))  # type: ignore[arg-type]
    except Failed as failed:
        return failed.diagnostic and failed.diagnostic.code


def exact(value: object) -> object:
    return [exact(item) for item in value] if isinstance(value, tuple) else repr(value)


def disagreements() -> list[str]:
    """Expressions that mean something else once some of their names have their values."""
    rng = random.Random(7)
    found = []
    for case in numbers(seed=11, count=CASES):
        if is_number_or_boolean(case.text):
            continue
        known = {name: value for name, value in SCOPE.items() if rng.random() < 0.6}
        before = Scalar(case.text, NOWHERE, case.text)
        tree = substitution(known)(before)
        text = write(Table({"a": (Scalar("a", NOWHERE, "a"), tree)}, NOWHERE))
        read = read_text(text, "test", Collector())
        assert isinstance(read, Table)
        after = read.get("a")
        assert after is not None
        if outcome(before) != outcome(after):
            found.append(f"{case.text} -> {text}: {outcome(before)} and {outcome(after)}")
    return found


def test_expressions_mean_what_they_meant() -> None:
    assert disagreements() == []


@pytest.mark.parametrize("fault", ["no parentheses", "no sign"])
def test_the_comparison_sees_a_fault(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    describe = substitute.describe
    if fault == "no parentheses":
        monkeypatch.setattr(substitute, "_spelled", lambda value, before, after: describe(value))
    else:
        monkeypatch.setattr(substitute, "describe", lambda value: describe(value).lstrip("-"))
    assert disagreements()
