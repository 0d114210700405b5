"""Tokens: what a text is cut into, and the characters and numbers that are none."""

import pytest

from netspec.expression import ExpressionError
from netspec.expression.lexer import tokenize


def fault(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as error:
        tokenize(text)
    return error.value


def test_tokens_have_their_places() -> None:
    found = [token[:4] for token in tokenize("  kk<=1.5 == 'a'")]
    assert found == [
        ("name", "kk", 2, 4),
        ("operator", "<=", 4, 6),
        ("number", "1.5", 6, 9),
        ("operator", "==", 10, 12),
        ("text", "'a'", 13, 16),
        ("end", "", 16, 16),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("''", ""),
        ('"a b"', "a b"),
        ("'é'", "é"),
        ("0", 0),
        ("2147483647", 2**31 - 1),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        ("25.e-1", 2.5),
        (".5e1", 5.0),
        ("0e5", 0.0),
        ("0.0e9", 0.0),
        ("1e-307", 1e-307),
        ("1e308", 1e308),
    ],
)
def test_values_of_tokens(text: str, value: object) -> None:
    first, end = tokenize(text)
    assert (first.value, type(first.value)) == (value, type(value))
    assert (first.start, first.end, end.start) == (0, len(text), len(text))


def test_a_sign_after_an_e_belongs_to_a_number_only() -> None:
    assert [token.text for token in tokenize("1e-5-e-5")] == ["1e-5", "-", "e", "-", "5", ""]


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("k\x7f", "the character U+007F is a control character", "remove it"),
        ("k\x80", "the character U+0080 is not ASCII", "remove it"),
        ("k\t", "a line break or tab (U+0009)", "on one line"),
        ("k\r", "a line break or tab (U+000D)", "on one line"),
        ("k ~", "`~` is not in the expression language", "nothing else parses"),
        ("k #", "`#` is not in the expression language", "nothing else parses"),
        ("'a' == k\\", "`\\` is not in the expression language", "nothing else parses"),
        ("k\u2003", "U+2003, em space, is not ASCII", "write an ordinary space"),
        ("ª", "`ª` (U+00AA), feminine ordinal indicator, is not ASCII: it looks like `a`", "`a`"),
        ("日", "`日` (U+65E5), cjk unified ideograph-65e5, is not ASCII", "remove it"),
        ("'a\tb'", "a line break or tab (U+0009)", "on one line"),
        ("'a\\'", "a backslash in quoted text", "write the character itself"),
        ("'a", "the quote ' is never closed", "close the text"),
        ("k'a'", "`k'`: text takes no prefix", "nothing else parses"),
        ("2147483648", "the integer 2147483648 is not below 2**31", "1e10"),
        ("0x7fffffff", "`0x7fffffff` is not a number", "write `2147483647`"),
        ("0x80000000", "`0x80000000` is not a number", "write it in decimal"),
        ("007", "`007` is not a number", "write `7`, without a leading zero"),
        ("1_0", "`1_0` is not a number", "write `10`, without underscores"),
        ("10k", "`10k` is not a number", "write `10 * k` for a product"),
        ("1e", "`1e` is not a number", "write a number like `3`, `0.5` or `1e-5`"),
        ("1e309", "the number 1e309 is out of the range of a double", "between 1e-307"),
        ("1e-400", "the number 1e-400 is out of the range of a double", "between 1e-307"),
        ("0.01e-400", "the number 0.01e-400 is out of the range of a double", "between 1e-307"),
    ],
)
def test_faults(text: str, message: str, help: str) -> None:
    error = fault(text)
    assert message in error.message
    assert help in (error.help or "")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("k \\", (2, 3)),
        ("k == 'a\\b'", (7, 8)),
        ("k == '\\'", (6, 7)),
        ("k == 'abc", (5, 9)),
        ("k f'a'", (2, 4)),
        ("k << 2", (2, 4)),
        ("k + 007", (4, 7)),
        ("k + 1e999", (4, 9)),
        ("k + 9999999999", (4, 14)),
    ],
)
def test_places_of_faults(text: str, place: tuple[int, int]) -> None:
    error = fault(text)
    assert (error.start, error.end) == place
