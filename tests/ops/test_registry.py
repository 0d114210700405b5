"""What is registered, and what is refused."""

import pytest

import netspec
from netspec.ops import Op
from netspec.ops.registry import find_builtin, find_op, is_builtin, op_names, register_op
from tests.own_ops import OP, isolate


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


def define(name: str, title: str = "Twice", module: str = "mine") -> type[Op]:
    names = {"__name__": module}
    exec(OP.format(title=title, name=name), names)
    op = names[title]
    assert isinstance(op, type) and issubclass(op, Op)
    return op


def test_an_op_is_found_by_its_name() -> None:
    op = define("twice")
    assert find_op("twice") is op
    assert find_builtin("twice") is None
    assert not is_builtin(op)
    assert "twice" in op_names()


def test_a_class_that_is_defined_anew_takes_the_place_of_the_old_one() -> None:
    define("twice")
    again = define("twice")
    assert find_op("twice") is again


def test_a_name_that_is_taken_cites_both() -> None:
    define("twice")
    with pytest.raises(ValueError, match=r"op `twice` is both mine.Twice and yours.Twice: rename"):
        define("twice", module="yours")
    with pytest.raises(ValueError, match=r"both netspec.ops.activation.ReLU and mine.Twice"):
        define("relu")
    assert find_op("relu") is find_builtin("relu")


def test_the_public_decorator_is_the_same() -> None:
    assert netspec.register_op is register_op
