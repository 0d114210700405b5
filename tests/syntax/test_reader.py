"""From text to a located tree: what is read, where it stands, and what is refused."""

import pytest

from netspec.diagnostics import Collector
from netspec.limits import Limits
from netspec.syntax.reader import read_text
from netspec.syntax.tree import Mapping, Scalar, Sequence
from tests.syntax.reading import check_error, errors_of, tree_of, values


def test_plain_values() -> None:
    text = "a: 1\nb: [x, 2.5, true, ~]\nc: {d: 'no', e: \"1\"}\nf: |\n  two\n  lines\ng:\n"
    assert values(text) == {
        "a": 1,
        "b": ["x", 2.5, True, None],
        "c": {"d": "no", "e": "1"},
        "f": "two\nlines\n",
        "g": None,
    }


def test_every_part_has_its_place() -> None:
    tree = tree_of("a: 1\nbc: [x, 'y z']\nd:\n  e: {f: 2}\n  g: h\n\n# end\n")
    assert isinstance(tree, Mapping)

    def place(span: object) -> tuple[int, ...]:
        return (span.line, span.column, span.end_line, span.end_column)  # type: ignore[attr-defined]

    assert place(tree.span) == (1, 1, 5, 7)
    assert place(tree.key_span("bc")) == (2, 1, 2, 3)
    items = tree.get("bc")
    assert isinstance(items, Sequence)
    assert place(items.span) == (2, 5, 2, 15)
    assert [place(item.span) for item in items.items] == [(2, 6, 2, 7), (2, 9, 2, 14)]
    inner = tree.get("d")
    assert isinstance(inner, Mapping)
    assert place(inner.span) == (4, 3, 5, 7)


def test_columns_count_characters() -> None:
    tree = tree_of("doc: 'é → 🙂'\nfrom: {π: 3}\n")
    assert isinstance(tree, Mapping)
    assert tree.span_of("doc").end_column == 13
    check_error("doc: 'é🙂\x07'\n", 1, 9, "yaml-syntax", "U+0007")
    check_error("doc: é🙂\nk: 🙂 010\n🙂: 010", 3, 4, "leading-zero", "`010`")


def test_quotes_make_a_text() -> None:
    tree = tree_of("[1, '1', \"1\", x, 'x']")
    assert isinstance(tree, Sequence)
    scalars = [item for item in tree.items if isinstance(item, Scalar)]
    assert [(s.value, s.quoted) for s in scalars] == [
        (1, False),
        ("1", True),
        ("1", True),
        ("x", False),
        ("x", True),
    ]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# only\n# comments\n", "---\n", "---\n...\n", "\ufeff"]
)
def test_an_empty_text(text: str) -> None:
    check_error(text, 1, 1, "empty-spec", "nothing in it", "netspec: 1")


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_byte_order_mark_and_windows_lines(mark: bytes, end: bytes) -> None:
    assert values(mark + b"a: 1" + end + b"b: 2" + end) == {"a": 1, "b": 2}
    check_error(mark + b"a: 1" + end + b"b: 010" + end, 2, 4, "leading-zero", "`010`")


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        ("a: é".encode("latin-1"), 1, 4, "byte 0xE9 is not UTF-8"),
        ("a: 1\nb: é".encode("latin-1"), 2, 4, "byte 0xE9"),
        (b"\xef\xbb\xbfa: \xff", 1, 4, "byte 0xFF"),
        ("é: ".encode() + b"\x80", 1, 4, "byte 0x80"),
        (b"a: \xf0\x9f", 1, 4, "byte 0xF0"),
        (b"a: \xc0\xaf", 1, 4, "byte 0xC0"),
        (b"a: \xed\xa0\x80", 1, 4, "byte 0xED"),
        ("a: 1".encode("utf-16"), 1, 1, "UTF-16 or UTF-32"),
        ("a: 1".encode("utf-16-le"), 1, 1, "UTF-16 or UTF-32"),
        ("a: 1".encode("utf-16-be"), 1, 1, "UTF-16 or UTF-32"),
        ("a: 1".encode("utf-32"), 1, 1, "UTF-16 or UTF-32"),
        ("a: 1\nb: \ud800", 2, 4, "a lone surrogate is not UTF-8"),
    ],
)
def test_other_encodings(data: bytes | str, line: int, column: int, message: str) -> None:
    check_error(data, line, column, "encoding", message, "UTF-8")


@pytest.mark.parametrize(
    "character",
    [*"\0\a\b\v\f\x1b\x7f\x85\x9b\ufffe\uffff\u2028\u2029\ufeff\r"],
)
def test_characters_that_may_not_stand_in_a_spec(character: str) -> None:
    text = f"ä: 'ü'\nb: 'xy{character}z'\n"
    check_error(text, 2, 7, "yaml-syntax", f"U+{ord(character):04X} may not stand", "escape")


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("a: &x 1", 1, 4, "the anchor `&x`"),
        ("a: &x [*x]", 1, 4, "the anchor `&x`"),
        ("&x a: 1", 1, 1, "the anchor `&x`"),
        ("a: *x", 1, 4, "the alias `*x`"),
        ("*x : 1", 1, 1, "the alias `*x`"),
        ("a: {<<: {b: 1}}", 1, 5, "the merge key `<<`"),
        ("<<: [1]", 1, 1, "the merge key `<<`"),
        ("a: !x 1", 1, 4, "the tag `!x`"),
        ("a: !!str 1", 1, 4, "the tag `tag:yaml.org,2002:str`"),
        ("a: ! 1", 1, 4, "the tag `!`"),
        ("!!map {a: 1}", 1, 1, "the tag `tag:yaml.org,2002:map`"),
        ("a: !!python/object/apply:os.system [echo]", 1, 4, "the tag `tag:yaml.org,2002:python"),
        ("a: !<tag:x,1:y> 1", 1, 4, "the tag `tag:x,1:y`"),
        ("%YAML 1.2\n---\na: 1", 1, 1, "a `%` directive"),
        ("# c\n\n%TAG ! tag:x,1:\n---\na: 1", 3, 1, "a `%` directive"),
        ("%FOO x\n---\na: 1", 1, 5, "a `%` directive"),
        ("%YAML 3.0\n---\na: 1", 1, 1, "a `%` directive"),
        ("a: 1\n---\nb: 2", 2, 1, "a second document"),
        ("a: 1\n...\n---\n", 3, 1, "a second document"),
    ],
)
def test_features_that_are_refused_by_name(text: str, line: int, column: int, what: str) -> None:
    check_error(text, line, column, "yaml-feature", what)


def test_an_end_of_document_mark_is_fine() -> None:
    assert values("---\na: 1\n...\n") == {"a": 1}
    assert values("'<<': 1") == {"<<": 1}


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("1: a", 1, 1, "not `1`"),
        ("a: {true: b}", 1, 5, "not `true`"),
        ("~: b", 1, 1, "not `~`"),
        ("2.5: b", 1, 1, "not `2.5`"),
        ("[a]: b", 1, 1, "not a list or mapping"),
        ("? {a: b}\n: c", 1, 3, "not a list or mapping"),
        ("x: {{a}: b}", 1, 5, "not a list or mapping"),
    ],
)
def test_keys_are_text(text: str, line: int, column: int, message: str) -> None:
    check_error(text, line, column, "wrong-key", message)


def test_words_that_yaml_1_1_takes_for_booleans_are_keys() -> None:
    assert values("{on: 1, yes: 2, n: 3, '1': 4, 'true': 5}") == {
        "on": 1,
        "yes": 2,
        "n": 3,
        "1": 4,
        "true": 5,
    }


def test_a_key_that_is_written_twice() -> None:
    message = "`b` is written twice, first in line 2"
    check_error("a:\n  b: 1\n  c: 2\n  b: 3\n", 4, 3, "duplicate-key", message)
    check_error("{a: 1, 'a': 2}", 1, 8, "duplicate-key", "`a` is written twice")


def test_all_wrong_scalars_and_doubles_are_reported_at_once() -> None:
    found = errors_of("a: 010\nb: .nan\nb: 99999999999\n")
    assert [(f.code, f.span.line) for f in found] == [
        ("leading-zero", 1),
        ("number-range", 2),
        ("number-range", 3),
        ("duplicate-key", 3),
    ]


NESTED = [
    ("[{n}]", lambda n: "[" * n + "]" * n),
    ("- ", lambda n: "- " * n + "x"),
    ("mapping", lambda n: "{a: " * n + "x" + "}" * n),
    ("block", lambda n: "".join(" " * i + "a:\n" for i in range(n - 1)) + " " * n + "a: x"),
]


@pytest.mark.parametrize("write", [write for _, write in NESTED], ids=[name for name, _ in NESTED])
def test_nesting_at_the_limit(write) -> None:
    limits = Limits(nesting=8)
    for depth in (7, 8):
        tree_of(write(depth), limits)
    (error,) = errors_of(write(9), limits)
    assert error.code == "nesting-too-deep"
    assert "more than 8 levels" in error.message


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000, "? " * 100_000])
def test_deep_nesting_is_refused_where_it_begins(text: str) -> None:
    (error,) = errors_of(text)
    assert error.code == "nesting-too-deep"
    assert error.span.column <= 4 * 33


def test_bytes_at_the_limit() -> None:
    limits = Limits(file_bytes=12)
    for text in ("a: 45678901", "a: 456789012", "a: 'ééé'"):
        tree_of(text[:11], limits)
        errors_of(text, limits)
    assert values("a: '89012'".ljust(12), limits) == {"a": "89012"}
    check_error("a: '89012'".ljust(13), 1, 1, "file-too-large", "more than 12 bytes", limits=limits)
    check_error("a: éééééé".encode(), 1, 1, "file-too-large", "12 bytes", limits=limits)
    check_error("a: éééééé", 1, 1, "file-too-large", "12 bytes", limits=limits)


def test_values_at_the_limit() -> None:
    limits = Limits(values=7)  # the mapping, its key, the list, and four items
    assert values("a: [1, 2, 3, 4]", limits) == {"a": [1, 2, 3, 4]}
    message = "holds more than 7 values"
    check_error("a: [1, 2, 3, 4, 5]", 1, 17, "file-too-large", message, limits=limits)


def test_a_text_that_is_no_yaml_gives_nothing() -> None:
    collector = Collector()
    assert read_text("a: [", "x", collector) is None
    assert len(collector) == 1
