"""The YAML 1.2 core schema, less what is ambiguous."""

import pytest

from netspec.syntax.scalar import ScalarError, is_number_or_boolean, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("0", 0),
        ("-0", 0),
        ("+7", 7),
        ("-12", -12),
        ("0o17", 15),
        ("0x1F", 31),
        ("2147483647", 2147483647),
        ("-2147483647", -2147483647),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e-5", 1e-5),
        ("1E5", 1e5),
        ("+1.5e3", 1500.0),
        ("0.5", 0.5),
        ("0e0", 0.0),
        ("1e-400", 0.0),
    ],
)
def test_numbers_booleans_and_null(text: str, value: object) -> None:
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)
    assert is_number_or_boolean(text)


@pytest.mark.parametrize(
    "text",
    [
        *("on", "off", "yes", "no", "On", "Yes", "y", "n", "TRUe", "nULL", "~~", "-", "+", "."),
        *("1:30", "1_000", "0b101", "0X1F", "0O17", "+0x1", "-0o7", "0x", "0o", "0o8", "0xg"),
        *("1e", "1e+", ".e5", "1.2.3", "2001-01-01", "1e5e5", "12a", "1,000", "٣", "１", "²"),
        *("infinity", "nan", "inf", "NaN", ".Nan", ".iNf", "k*2", "depths[0]", "- 1", "1 "),
    ],
)
def test_everything_else_is_text(text: str) -> None:
    assert resolve(text) == text
    assert not is_number_or_boolean(text)


@pytest.mark.parametrize(
    ("text", "code", "message", "help"),
    [
        (".nan", "number-range", "`.nan` is not a finite number", "number"),
        (".NaN", "number-range", "`.NaN` is not a finite number", "number"),
        ("-.inf", "number-range", "`-.inf` is not a finite number", "number"),
        ("+.INF", "number-range", "`+.INF` is not a finite number", "number"),
        ("1e400", "number-range", "`1e400` is beyond the range of a double", "number"),
        ("2147483648", "number-range", "`2147483648` is beyond 2^31", "below 2147483648"),
        ("-2147483648", "number-range", "`-2147483648` is beyond 2^31", "below"),
        ("0x80000000", "number-range", "`0x80000000` is beyond 2^31", "below"),
        ("0o20000000000", "number-range", "`0o20000000000` is beyond 2^31", "below"),
        ("1099511627776", "number-range", "`1099511627776` is beyond 2^31", "below"),
        ("010", "leading-zero", "`010` has a leading zero", "write `10`, or `0o10`"),
        ("-007", "leading-zero", "`-007` has a leading zero", "write `-7`"),
        ("+010", "leading-zero", "`+010` has a leading zero", "write `+10`"),
        ("00", "leading-zero", "`00` has a leading zero", "write `0`"),
        ("00.5", "leading-zero", "`00.5` has a leading zero", "write `0.5`"),
        ("01e5", "leading-zero", "`01e5` has a leading zero", "write `1e5`"),
    ],
)
def test_numbers_that_are_refused(text: str, code: str, message: str, help: str) -> None:
    with pytest.raises(ScalarError) as caught:
        resolve(text)
    assert caught.value.code == code
    assert message in caught.value.message
    assert help in caught.value.help
    assert is_number_or_boolean(text)


@pytest.mark.parametrize(
    "text", ["9" * 400, "-" + "1" * 400, "0x" + "f" * 10**6, "1" * 10**6 + "e9"]
)
def test_a_long_number_is_counted_and_not_printed(text: str) -> None:
    with pytest.raises(ScalarError) as caught:
        resolve(text)
    assert caught.value.code == "number-range"
    assert f"a number of {len(text):,} digits" in caught.value.message
    assert len(caught.value.message) < 100


def test_octal_is_not_offered_for_a_number_that_is_none() -> None:
    for text in ("08", "-010", "00.5"):
        with pytest.raises(ScalarError) as caught:
            resolve(text)
        assert "0o" not in caught.value.help
