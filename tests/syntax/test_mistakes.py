"""What a refusal of the YAML parser means: one error, at the place, with a cure."""

import pytest

from netspec.syntax.mistakes import balanced
from tests.syntax.reading import check_error, errors_of, values

FORGOTTEN = [
    ("a: {repeat: depths[0]}", 19),
    ("a: {repeat: depths[0], b: 1}", 19),
    ("a: {repeat: depths [0]}", 20),
    ("a: {k: x.shape[1] // 2}", 15),
    ("a: {k: max(1, x.channels // 4)}", 8),
    ("a: {k: 2 * max(1, 2)}", 8),
    ("a: {k: [max(1, 2)]}", 9),
    ("a: [k, depths[0]]", 14),
    ("a: [k, (1, 2)]", 8),
    ("a: {k: (a)[0]}", 11),
    ("a: {k: f(x)[1]}", 12),
    ("a: {k: make_divisible(c * 0.25, 8)}", 8),
    ("a: {k: [1, 2][0]}", 14),
    ("a: [1, 2][i]", 10),
    ("a: [0] + b", 8),
    ("a: 'x' == mode", 8),
    ('a: "x" == mode', 8),
    ('a: {when: "x" == mode, b: 1}', 15),
    ("a: {k: x)}", 8),
]


@pytest.mark.parametrize(("text", "column"), FORGOTTEN)
def test_forgotten_quotes(text: str, column: int) -> None:
    line = "nodes: 1\n" + text
    check_error(line, 2, column, "unquoted-expression", "cut off here", 'repeat: "depths[0]"')


@pytest.mark.parametrize(
    "text",
    [
        "a: depths[0]",
        "a: max(1, x.channels // 4)",
        "a: (1, 2)[i]",
        'a: {repeat: "depths[0]", b: (k + 1) * 2}',
        "a: {when: mode == 'x', b: k if (c) else 1}",
        "a: {pad: [1, 1], shape: [N, (k), 3]}",
    ],
)
def test_nothing_is_forgotten_here(text: str) -> None:
    assert values(text)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a:\n\tb: 1", 2, 1),
        ("a:\n  b: 1\n\tc: 2", 3, 1),
        ("a:\n  - b\n \t- c", 3, 2),
        ("\ta: 1", 1, 1),
    ],
)
def test_tabs(text: str, line: int, column: int) -> None:
    check_error(text, line, column, "yaml-tab", "indented with a tab", "spaces")


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "help"),
    [
        ("a: b: c", 1, 5, "mapping values are not allowed", "indentation"),
        ("a: 1\n  b: 2", 2, 4, "mapping values are not allowed", "indentation"),
        ("a: see: this", 1, 7, "mapping values are not allowed", "quote a text that holds a colon"),
        ("a:\n  b: 1\n c: 2", 3, 2, "did not find expected key", "indentation"),
        ("a:\nb\nc: 1", 3, 1, "could not find expected ':'", "indentation"),
        ("a: [1, 2\nb: 3", 1, 4, "`[` is not closed", "`]`"),
        ("a:\n  b: {c: 1\n  d: 3", 2, 6, "`{` is not closed", "`}`"),
        ("a: {b: 1,", 1, 4, "`{` is not closed", "`}`"),
        ("a: {b: 1 c: 3}", 1, 11, "expected ',' or '}'", "put the comma"),
        ("a:1\nb: 2", 1, 2, "no space stands after the colon", "write a space"),
        ("a:\n  b:{c: 1, d: 2}\n  d: 2", 2, 4, "no space stands after the colon", "write a space"),
        ("a:\n  b:c\n  d: 2", 2, 4, "no space stands after the colon", "write a space"),
        ("a: @x", 1, 4, "cannot start any token", "quotes"),
        ("a: `x`", 1, 4, "cannot start any token", "quotes"),
        ("a: * 2", 1, 5, "alphabetic or numeric", "quotes"),
        ("a: 'x", 1, 6, "end of stream", "close the quotes"),
        ('a: "\\q"', 1, 5, "escape", "single quotes"),
        ('a: "\\ud800"', 1, 7, "escape", "single quotes"),
        ('a: "\\UFFFFFFFF"', 1, 7, "escape", "single quotes"),
    ],
)
def test_other_refusals_of_the_parser(
    text: str, line: int, column: int, message: str, help: str
) -> None:
    check_error(text, line, column, "yaml-syntax", message, help)


@pytest.mark.parametrize(
    ("text", "line", "note"),
    [
        ("a: [1, 2\n\nb: 3", 1, "this was noticed at spec.yaml:3"),
        ("a:\n  b: 1\n\n# c\n c: 2", 5, "indented by 1, the one before by 2: spec.yaml:2"),
        ("a:\n  - 1\n - 2", 3, "indented by 1, the one before by 2: spec.yaml:2"),
        ("a: 1\n  b: 2", 2, "indented by 2, the one before by 0: spec.yaml:1"),
    ],
)
def test_the_other_line_is_named(text: str, line: int, note: str) -> None:
    (error,) = errors_of(text)
    assert error.span.line == line
    (told,) = error.notes
    assert note in told


@pytest.mark.parametrize("text", ["", "x", "f(a)[0]", "[(a)(b)]", "(()[])"])
def test_balanced(text: str) -> None:
    assert balanced(text)
    assert not balanced(text + ")")
    assert not balanced("(" + text)
    assert not balanced(")" + text + "(")
