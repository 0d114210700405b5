"""A dict in place of a text: the same tree, the same limits, the same codes."""

from collections import OrderedDict, UserDict
from types import MappingProxyType

import pytest

from netspec.diagnostics import Collector, Diagnostic
from netspec.limits import DEFAULT_LIMITS, Limits
from netspec.syntax.data import read_data
from netspec.syntax.tree import Mapping, Scalar, Sequence, plain


def error_of(data: object, limits: Limits = DEFAULT_LIMITS) -> Diagnostic:
    collector = Collector()
    assert read_data(data, "<dict>", collector, limits) is None
    (found,) = collector
    assert found.help
    return found


def check_error(
    data: object, path: str, code: str, message: str, limits: Limits = DEFAULT_LIMITS
) -> None:
    found = error_of(data, limits)
    assert (found.span.path, found.code) == (path, code)
    assert found.span.line == 0
    assert message in found.message


def test_values_and_key_paths() -> None:
    data = {"a": 1, "b": [1.5, {"c": None}], "d": (True, "x")}
    tree = read_data(data, "<dict>", Collector())
    assert isinstance(tree, Mapping)
    assert plain(tree) == {"a": 1, "b": [1.5, {"c": None}], "d": [True, "x"]}
    assert tree.key_span("b").path == "b"
    items = tree.get("b")
    assert isinstance(items, Sequence)
    inner = items.items[1]
    assert isinstance(inner, Mapping)
    assert str(inner.span_of("c")) == "<dict>: b[1].c"


@pytest.mark.parametrize("kind", [dict, OrderedDict, UserDict, MappingProxyType])
def test_any_mapping_will_do(kind: type) -> None:
    tree = read_data(kind({"a": kind({"b": 1})}), "<dict>", Collector())
    assert tree is not None
    assert plain(tree) == {"a": {"b": 1}}


@pytest.mark.parametrize(
    ("value", "text", "quoted"),
    [
        (None, "~", False),
        (True, "true", False),
        (7, "7", False),
        (2.5, "2.5", False),
        ("k * 2", "k * 2", False),
        ("7", "7", True),
        ("true", "true", True),
        ("", "", True),
        (".nan", ".nan", True),
    ],
)
def test_scalars_are_as_they_would_be_written(value: object, text: str, quoted: bool) -> None:
    tree = read_data(value, "<dict>", Collector())
    assert isinstance(tree, Scalar)
    assert (tree.value, tree.text, tree.quoted) == (value, text, quoted)


@pytest.mark.parametrize(
    ("data", "path", "code", "message"),
    [
        ({"a": {1: 2}}, "a", "wrong-key", "not int"),
        ({None: 2}, "", "wrong-key", "not NoneType"),
        ({"a": [{("x",): 2}]}, "a[0]", "wrong-key", "not tuple"),
        ({"a": 2**31}, "a", "number-range", "beyond 2^31"),
        ({"a": -(2**31)}, "a", "number-range", "beyond 2^31"),
        ({"a": 10**100_000}, "a", "number-range", "beyond 2^31"),
        ({"a": float("nan")}, "a", "number-range", "`nan` is not a finite number"),
        ({"a": [float("-inf")]}, "a[0]", "number-range", "`-inf` is not a finite number"),
        ({"a": b"x"}, "a", "wrong-type", "a bytes is no value of a spec"),
        ({"a": {1, 2}}, "a", "wrong-type", "a set is no value of a spec"),
        ({"a": 1j}, "a", "wrong-type", "a complex is no value"),
        ({"a": print}, "a", "wrong-type", "a builtin_function_or_method is no value"),
        ({"a": "\ud800"}, "a", "encoding", "a lone surrogate"),
        ({"\ud800": 1}, "", "encoding", "a lone surrogate"),
    ],
)
def test_what_a_spec_cannot_hold(data: object, path: str, code: str, message: str) -> None:
    check_error(data, path, code, message)


def test_no_message_prints_a_long_value() -> None:
    for value in ("x" * 10**6 + "\ud800", 10**100_000, {"k" * 10**5: b""}):
        assert len(error_of({"a": value}).message) < 200


def nested(depth: int) -> object:
    data: object = "x"
    for level in range(depth):
        data = [data] if level % 2 else {"a": data}
    return data


def test_nesting_at_the_limit() -> None:
    limits = Limits(nesting=8)
    for depth in (7, 8):
        assert read_data(nested(depth), "<dict>", Collector(), limits)
    assert error_of(nested(9), limits).code == "nesting-too-deep"


def test_a_dict_that_holds_itself() -> None:
    data: dict[str, object] = {}
    data["a"] = data
    assert error_of(data).code == "nesting-too-deep"


def test_values_at_the_limit() -> None:
    limits = Limits(values=7)
    assert read_data({"a": [1, 2, 3, 4]}, "<dict>", Collector(), limits)
    check_error({"a": [1, 2, 3, 4, 5]}, "a[4]", "file-too-large", "more than 7 values", limits)


def test_characters_at_the_limit() -> None:
    limits = Limits(file_bytes=5)
    assert read_data({"a": "1234"}, "<dict>", Collector(), limits)
    check_error({"a": "12345"}, "a", "file-too-large", "more than 5 characters", limits)
    check_error({"abcdef": 1}, "", "file-too-large", "more than 5 characters", limits)


def test_a_list_that_laughs() -> None:
    data: object = "lol"
    for _ in range(9):
        data = [data] * 9
    assert error_of({"a": data}).code == "file-too-large"


def test_long_keys_do_not_add_up() -> None:
    data: object = [0] * 90_000
    for _ in range(30):
        data = {"k" * 30_000: data}
    tree = read_data(data, "<dict>", Collector())
    while isinstance(tree, Mapping):
        (tree,) = [value for _, value in tree.items()]
        assert len(tree.span.path) <= 500
