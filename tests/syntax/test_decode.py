"""Texts of files, and what is no text."""

import pytest

from netspec.diagnostics import Collector, Source
from netspec.limits import DEFAULT_LIMITS, Limits
from netspec.syntax.decode import decode, place_after


def read(data: bytes | str, limits: Limits = DEFAULT_LIMITS) -> tuple[str | None, list[str]]:
    collector = Collector()
    text = decode(data, Source("x.yaml"), collector, limits)
    return text, [f"{found.code} {found.span.line}:{found.span.column}" for found in collector]


def test_a_byte_order_mark_is_no_text() -> None:
    assert read(b"\xef\xbb\xbfa: \xc3\xa9") == ("a: é", [])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("a: 1".encode("utf-16"), "encoding 1:1"),
        ("a: 1".encode("utf-32-le"), "encoding 1:1"),
        (b"a: 1\nb: \xff", "encoding 2:4"),
        ("a: 1\nb: \ud800", "encoding 2:4"),
    ],
)
def test_what_is_no_utf8(data: bytes | str, told: str) -> None:
    assert read(data) == (None, [told])


def test_a_text_is_bounded() -> None:
    assert read("a: 1", Limits(file_bytes=4)) == ("a: 1", [])
    assert read("a: 12", Limits(file_bytes=4)) == (None, ["file-too-large 1:1"])


def test_places_count_from_one() -> None:
    assert [place_after(text) for text in ("", "ab", "ab\n", "a\nbc")] == [
        (1, 1),
        (1, 3),
        (2, 1),
        (2, 3),
    ]
