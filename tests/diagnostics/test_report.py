"""The collector, and the exception that carries diagnostics out."""

from netspec.diagnostics import Collector, Diagnostic, NetspecError, Source, Span, nearest

SOURCE = Source("f.yaml", "ab\ncd\n")


def test_the_same_code_at_the_same_place_is_kept_once() -> None:
    collector = Collector()
    span = Span(SOURCE, 1, 1, 1, 2)
    collector.error("a", "first", span)
    collector.error("a", "second", span)
    collector.error("b", "other code", span)
    collector.error("a", "other place", Span(SOURCE, 2, 1, 2, 2))
    assert [found.message for found in collector] == ["first", "other code", "other place"]


def test_warnings_are_no_errors() -> None:
    collector = Collector()
    collector.warning("a", "only a warning", Span(SOURCE))
    assert len(collector) == 1
    assert not collector.errors


def test_the_exception_shows_the_text() -> None:
    error = NetspecError([Diagnostic("a", "message", Span(SOURCE, 2, 1, 2, 2))])
    assert "error[a]: message\n --> f.yaml:2:1\n" in str(error)


def test_a_part_of_a_span_stays_inside() -> None:
    span = Span(SOURCE, 1, 2, 1, 6)
    assert span.inside(1, 2) == Span(SOURCE, 1, 3, 1, 4)
    assert span.inside(50, 60) == Span(SOURCE, 1, 6, 1, 7)
    assert Span(SOURCE, 1, 1, 2, 1).inside(0, 1) == Span(SOURCE, 1, 1, 2, 1)


def test_nearest_suggests_only_what_is_close() -> None:
    assert nearest("kernal_size", ["kernel_size", "stride"]) == "kernel_size"
    assert nearest("zzz", ["kernel_size", "stride"]) is None
