"""How many arguments each function takes."""

import pytest

from netspec.expression import FUNCTIONS, ExpressionError, parse
from netspec.expression.functions import call

ONE = {"abs", "ceil", "floor", "len", "round", "sum"}
MOST = {**dict.fromkeys(ONE, 1), "make_divisible": 3, "max": 256, "min": 256}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_arguments_are_counted(name: str) -> None:
    value = (1,) if name in ("len", "sum") else 7
    assert call(name, [value] * MOST[name]) is not None
    for count in (0, MOST[name] + 1):
        with pytest.raises(ExpressionError, match=f"`{name}` does not take {count} arguments"):
            call(name, [value] * count)


@pytest.mark.parametrize("name", ["max", "min"])
def test_one_argument_is_a_list(name: str) -> None:
    assert call(name, [(3, 3)]) == 3
    with pytest.raises(ExpressionError, match=f"`{name}` takes a list, not the number 3"):
        call(name, [3])
    with pytest.raises(ExpressionError, match="of an empty list"):
        call(name, [()])


def test_names_of_functions_only() -> None:
    with pytest.raises(ExpressionError, match="is not a function of the language"):
        parse("maxx(1)")
