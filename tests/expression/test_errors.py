"""Every message of the expression language, with its place; the golden file is to be read."""

from collections.abc import Callable

import pytest

from netspec.expression import (
    FUNCTIONS,
    UNKNOWN,
    ExpressionError,
    InputShape,
    UnknownValue,
    Value,
    parse,
    settle,
    whole,
)
from netspec.expression.values import Quotient
from netspec.shape import symbol

N, H, W = symbol("N"), symbol("H", 224, 32), symbol("W", 224)
SCOPE: dict[str, Value] = {
    "k": 7,
    "d": 0,
    "r": 2.5,
    "flag": True,
    "kind": "same",
    "depths": (3, 4, 6, 3),
    "none": (),
    "x": InputShape((N, 3, H, W)),
    "flat": InputShape((N, 512)),
    "N": N,
    "H": H,
    "W": W,
    "act": object(),
    "failed": UNKNOWN,
    "infinite": float("inf"),
    "naughty": "\x1b[2J'",
}

TEXTS = (
    # numbers
    *(
        "010 00.5 0x1F 0b101 0o17 1_000 0x" + "f" * 70 + " 10k 1e 1.2.3 1e400 1e-400 2147483648"
    ).split(),
    # characters
    *(
        "ｋ + 1",
        "kеy",
        "k − 1",
        "2 × k",
        "k ÷ 2",
        "k ≤ 3",
        "k² + 1",
        "“a” == kind",
        "k\xa0+ 1",
        "k\u200b",
    ),
    *(
        "k\x00",
        "k +\n1",
        "\ud800",
        "kind == '\u202e'",
        "kind == 'a\\n'",
        "kind == 'same",
        "é",
        "日",
    ),
    *("k @ 2", "k & 1", "~k", "k # 1", "k; k", "`k`"),
    *("1 << 2", "8 >> 1", "k && d", "k || d", "k := 3", "k = 3", "!flag", "k ^ 2", "flag ? 1 : 2"),
    *("${k}", "{k}", "f'{k}'"),
    # words
    *("True", "False", "None", "null", "yes", "No", "k is 3", "k in depths", "k not in depths"),
    *("lambda: k", "[k for k in depths]", "import os", "_k", "__import__('os')", "k.__class__"),
    *("().__class__", "print(k)", "ceiling(k)", "max", "true(1)", "(k)(1)", "depths[0](1)"),
    # structure
    *(
        "",
        "k +",
        "* k",
        "k k",
        "k 3",
        "k, d",
        "(k, d)",
        "k)",
        "depths[0",
        "max(1",
        "max(1,",
        "(k + 1",
    ),
    *(
        "depths[1)",
        "depths[]",
        "depths[1,2]",
        "depths[:::]",
        "[1 2]",
        "if flag",
        "k if flag",
        "k else 3",
    ),
    *("(k if flag", "k < not flag", "2 + not flag", "'same'", "kind == ('same')", "max(*depths)"),
    *("max(k=1)", "k.", "k.channel", "x.chanels", "x.shape.rank", "1.5.channels", "depths[0].rank"),
    # limits
    "k + " * 70 + "k",
    *(
        "-" * 17 + "k",
        "(" * 17 + "k" + ")" * 17,
        "100000 * k ** 8",
        "9**9**9",
        "2 ** 33",
        "k * 2**31",
    ),
    *("[[depths, depths]]" + "[0]" * 20, "N" + "*N" * 127, "H * W * H * W"),
    # names
    *("kk", "deths[0]", "q", "index", "count + 1", "x", "x + 1", "act + 1", "[act]", "k.channels"),
    *("k.shape[0]", "flat.height", "flat.width", "x.shape[4]"),
    # kinds
    *(
        "flag + 1",
        "-flag",
        "kind + 1",
        "depths * 2",
        "depths + depths",
        "-depths",
        "not k",
        "k and flag",
    ),
    *(
        "d or flag",
        "1 if k else 2",
        "k == kind",
        "flag == 1",
        "depths == 3",
        "kind < 'b'",
        "flag < 1",
    ),
    *(
        "depths[0] == [1]",
        "act == act",
        "naughty == 3",
        "k[0]",
        "kind[0]",
        "depths[flag]",
        "depths[r]",
    ),
    *(
        "max()",
        "max(k)",
        "max(depths, 1)",
        "max(flag, 1)",
        "round(k, 1)",
        "sum(k, d)",
        "sum([flag])",
    ),
    *("len(kind)", "len(k)", "abs(kind)", "make_divisible(k, 8, 8, 8)", "floor(flag)"),
    # values
    *("k // d", "k / (d * 2)", "k % 0", "0 ** -1", "(k + 1) // d + 2", "(-8) ** 0.5", "1e308 * 10"),
    *("1e300 ** 2", "infinite", "depths[4]", "depths[-5]", "none[0]", "depths[::0]", "max(none)"),
    *("make_divisible(k, 0)", "make_divisible(k, r)", "d < k // d < 3"),
    # free sizes
    *(
        "H > 3",
        "1 < W < 3",
        "H == W",
        "k if H else 1",
        "H and flag",
        "not H",
        "min(H, W)",
        "max([1, H])",
    ),
    *(
        "abs(H // 2)",
        "round(W / 2)",
        "H ** 2",
        "2 ** H",
        "depths[N]",
        "make_divisible(W, 8)",
        "k / H",
    ),
    *("H // W", "H % W", "H * 0.5", "H / 0", "W // 0", "W + flag", "W + kind"),
    *("W / 32", "(W + 1) / 2", "W / 2 + 1", "[W / 2]", "H / 64", "W / 5000", "(W * W + W + 1) / 2"),
)


def caught(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as error:
        parse(text).evaluate(SCOPE)
    return error.value


def shown(text: str) -> str:
    """The text, carets under the span, and the message."""
    error = caught(text)
    line = "".join(c if c.isprintable() else "?" for c in text)
    carets = " " * error.start + "^" * max(1, error.end - error.start)
    if len(text) > 100:
        line, carets = f"{text[:40]}... ({len(text)} characters)", f"{error.start}:{error.end}"
    return f"{line}\n{carets}\n{error.code}: {error.message}\n  = help: {error.help}\n"


def test_all_messages(golden: Callable[[str, str], None]) -> None:
    golden("expression_errors.txt", "\n".join(map(shown, TEXTS)))


@pytest.mark.parametrize(
    ("text", "code", "span"),
    [
        ("1 + (k // d)", "expression-value", "k // d"),
        ("1 + (k) // (d)", "expression-value", "(k) // (d)"),
        ("k + deths[0]", "unknown-name", "deths"),
        ("(deths)", "unknown-name", "deths"),
        ("k + deths.rank", "unknown-name", "deths"),
        ("k if r + flag else 1", "expression-type", "r + flag"),
        ("1 < 2 < (flag) < 3", "expression-type", "2 < (flag)"),
        ("k + W / 3 * 2", "not-whole", "W / 3"),
        ("floor(1 + (W / 2))", "not-whole", "W / 2"),
        ("depths[k] + 1", "expression-value", "depths[k]"),
        ("1 + x.channel", "expression-syntax", ".channel"),
        ("max(1, round(r, 2))", "expression-type", "round(r, 2)"),
        ("flag and k", "expression-type", "k"),
        ("k + 0x10", "expression-syntax", "0x10"),
        ("1 'if' true else 2", "expression-syntax", "'if'"),
        ("[1, (2, 3)]", "expression-syntax", ","),
        ("max(1, depths[0)", "expression-syntax", ")"),
        ("max(1, depths[0", "expression-syntax", "["),
        ("max(1, depths[0]", "expression-syntax", "("),
        ("H * H > W", "free-dim", "H * H > W"),
        ("2**3**33", "expression-limit", "3**33"),
    ],
)
def test_spans(text: str, code: str, span: str) -> None:
    error = caught(text)
    assert error.code == code
    assert text[error.start : error.end] == span


def test_a_division_by_zero_names_the_divisor_only() -> None:
    assert caught("k // d").message == "`k // d`: division by zero (`d` = 0)"


@pytest.mark.parametrize("text", ["depths[0", "max(1", "[1", "(", "depths[0]]", "max(1, [2)"])
def test_an_unbalanced_bracket_points_to_yaml(text: str) -> None:
    assert "YAML" in (caught(text).help or "")


@pytest.mark.parametrize("text", ["failed", "failed + 1", "k // d + failed if flag else failed"])
def test_what_failed_before_stays_silent(text: str) -> None:
    scope = SCOPE | {"d": 1}
    with pytest.raises(UnknownValue):
        parse(text).evaluate(scope)


def test_what_is_not_touched_does_not_fail() -> None:
    assert parse("k if flag else failed").evaluate(SCOPE) == 7
    assert parse("flag or failed").evaluate(SCOPE) is True
    assert parse("not flag and failed").evaluate(SCOPE) is False
    assert parse("3 < 2 < k // d").evaluate(SCOPE) is False
    assert parse("1 / 0 if not flag else missing if false else k").evaluate(SCOPE) == 7


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_functions_refuse_what_is_no_number(function: str) -> None:
    argument = "[flag]" if function == "sum" else "flag"
    assert caught(f"{function}({argument})").code == "expression-type"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (3.5, "not-whole"),
        (True, "expression-type"),
        ("3", "expression-type"),
        ((3,), "expression-type"),
        (object(), "expression-type"),
        (1e10, "expression-limit"),
        (float("nan"), "expression-value"),
        (float("inf"), "expression-value"),
        (Quotient(W, 2), "not-whole"),
    ],
)
def test_whole_refuses(value: Value, code: str) -> None:
    with pytest.raises(ExpressionError) as error:
        whole(value)
    assert error.value.code == code
    assert (error.value.start, error.value.end) == (0, 0)


def test_settle_refuses_what_is_not_whole() -> None:
    with pytest.raises(ExpressionError, match="at W=225"):
        settle(Quotient(W, 2))


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("x.height", "write `image.height` or `mask.height`; `x` is the input of a block"),
        ("y.height", "write `image.height` or `mask.height`"),
        ("imagee", "write `image`"),
        ("index", "use it in the arguments and `when` of a node with `repeat`"),
        ("Yes", "write `true`"),
        ("OFF", "write `false`"),
    ],
)
def test_the_help_for_an_unknown_name(text: str, help: str) -> None:
    inputs = {"image": InputShape((N, 3, H, W)), "mask": InputShape((N, 1, H, W)), "k": 3}
    with pytest.raises(ExpressionError) as error:
        parse(text).evaluate(inputs)
    assert (error.value.code, error.value.help) == ("unknown-name", help)
