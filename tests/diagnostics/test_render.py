"""What a reader, a terminal, a program and GitHub get to see of a diagnostic."""

import json
import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.diagnostics import Diagnostic, Frame, Source, Span, excerpt, render
from netspec.diagnostics.render import (
    render_concise,
    render_github,
    render_json,
    render_text,
)

LINE = (
    "  conv3: {op: residual, out_channels: 128, repeat: 4, first: {stride: 2},"
    " shape: [N, 128, 27, 27]}"
)
SOURCE = Source(
    "specs/resnet34.yaml", "\n" * 29 + LINE + "\n  other: {op: conv,\n    a: 1,\n    b: 2}\n"
)
SHAPE = Span(SOURCE, 30, LINE.index("[N") + 1, 30, len(LINE))
MISMATCH = Diagnostic(
    "shape-mismatch",
    "`conv3` declares [N, 128, 27, 27] but computes [N, 128, 28, 28]",
    SHAPE,
    help="declare [N, 128, 28, 28]",
    notes=("dimension 2: 28 = floor((56 + 2*1 - 3) / 2) + 1",),
)


def spot(text: str, start: int, end: int) -> Diagnostic:
    """A fault at characters `start` to `end` of a file of one line."""
    return Diagnostic("code", "message", Span(Source("f", text), 1, start + 1, 1, end + 1))


def lines(text: str, start: int, end: int) -> list[str]:
    """The source line and its carets, without the gutter."""
    shown = render_text([spot(text, start, end)]).split("\n")
    return [line[4:] for line in shown[3:5]]


def test_text_is_as_the_language_page_shows() -> None:
    assert (
        render_text([MISMATCH])
        == f"""\
error[shape-mismatch]: `conv3` declares [N, 128, 27, 27] but computes [N, 128, 28, 28]
  --> specs/resnet34.yaml:30:82
   |
30 | {LINE}
   | {" " * 81}^^^^^^^^^^^^^^^^
   = dimension 2: 28 = floor((56 + 2*1 - 3) / 2) + 1
   = help: declare [N, 128, 28, 28]

1 error"""
    )


def test_frames_show_the_calling_lines_and_the_instance() -> None:
    call = Frame("called by `conv3`", Span(SOURCE, 30, 3, 30, 8))
    text = render_text([replace(MISMATCH, frames=(call,), instance="conv3.0.sum", help=None)])
    assert text.split("\n")[5:] == [
        "  ::: specs/resnet34.yaml:30: called by `conv3`",
        f"30 | {LINE}",
        "   = dimension 2: 28 = floor((56 + 2*1 - 3) / 2) + 1",
        "   = in conv3.0.sum",
        "",
        "1 error",
    ]


def test_the_instance_is_not_told_where_the_line_says_it() -> None:
    assert "= in conv3" not in render_text([replace(MISMATCH, instance="conv3")])
    assert "= in conv3.2" in render_text([replace(MISMATCH, instance="conv3.2")])


def test_span_of_several_lines_shows_first_and_last() -> None:
    found = replace(MISMATCH, span=Span(SOURCE, 31, 10, 33, 10), notes=(), help=None)
    assert render_text([found]).split("\n")[2:8] == [
        "   |",
        "31 |   other: {op: conv,",
        "   |          ^^^^^^^^^^",
        "...",
        "33 |     b: 2}",
        "   |     ^^^^^",
    ]


def test_span_of_two_lines_leaves_nothing_out() -> None:
    found = replace(MISMATCH, span=Span(SOURCE, 32, 5, 33, 10))
    assert "..." not in render_text([found])


def test_dict_shows_its_key_path() -> None:
    found = Diagnostic("code", "message", Span(Source("dict"), path="nodes.conv1.stride"))
    assert render_text([found]) == "error[code]: message\n --> dict: nodes.conv1.stride\n\n1 error"
    assert render_concise([found]) == "dict: nodes.conv1.stride: error[code]: message"


def test_file_without_a_place_shows_its_name() -> None:
    found = Diagnostic("code", "message", Span(Source("missing.yaml")))
    assert " --> missing.yaml\n" in render_text([found])


def test_long_line_is_cut_round_the_caret() -> None:
    line, carets = lines("x" * 5000 + "FAULT" + "y" * 5000, 5000, 5005)
    assert len(line) == excerpt.WIDTH + 2
    assert line[0] == line[-1] == "…"
    assert line[carets.index("^") : carets.rindex("^") + 1] == "FAULT"


def test_long_fault_shows_its_start() -> None:
    line, carets = lines("a: " + "x" * 100_000, 3, 100_003)
    assert line.startswith("a: xxx")
    assert line.endswith("…")
    assert len(carets) <= excerpt.WIDTH + 2


def test_tabs_and_wide_characters_keep_the_carets_below() -> None:
    assert lines("\ta: 한글 b", 3, 8) == ["    a: 한글 b", "      ^^^^^^^"]
    assert lines("é e\u0301 x", 5, 6)[1] == "    ^"


def test_caret_stands_even_past_the_end() -> None:
    assert lines("abc", 3, 3) == ["abc", "   ^"]
    assert lines("abc", 90, 99)[1] == "   ^"
    assert lines("", 0, 0) == ["", "^"]


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[2J",
        "\x1b]52;c;aGk=\x07",
        "a\rb",
        "a\nb",
        "\x9b31m",
        "\u202eabc",
        "\u2028",
        "\ud800",
        "\x00",
    ],
)
def test_hostile_text_is_spelled_out_in_every_format(text: str) -> None:
    found = Diagnostic(
        "code",
        text,
        Span(Source(text, text), 1, 1, 1, 2),
        help=text,
        notes=(text,),
        frames=(Frame(text, Span(Source(text), path=text)),),
        instance=text,
    )
    for render_as in (render_text, render_concise, render_json, render_github):
        shown = render_as([found])
        unsafe = [
            c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl") and c != "\n"
        ]
        assert not unsafe
    assert render_concise([found]).count("\n") == render_github([found]).count("\n") == 0


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_any_text_at_any_place_is_safe_and_marked(text: str, start: int, end: int) -> None:
    text = text.replace("\n", " ")
    shown = render_text([spot(text, start, end)])
    assert "^" in shown
    assert all(
        char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs") for char in shown
    )


def test_escaping_shows_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpt, "_visible", lambda char: char)
    monkeypatch.setattr(render, "escape", lambda text: text)
    with pytest.raises(AssertionError):
        test_hostile_text_is_spelled_out_in_every_format("\x1b[2J")


def test_errors_come_first_and_by_place() -> None:
    other = Source("other.yaml", "a\nb\nc\n")
    found = [
        Diagnostic("w", "m", Span(SOURCE, 1, 1, 1, 2), severity="warning"),
        Diagnostic("d", "m", Span(other, 1, 1, 1, 2)),
        Diagnostic("b", "m", Span(SOURCE, 30, 1, 30, 2)),
        Diagnostic("a", "m", Span(SOURCE, 3, 9, 3, 10)),
    ]
    assert re.findall(r"\[(\w)\]", render_concise(found)) == ["a", "b", "d", "w"]
    assert render_text(found).endswith("\n\n3 errors, 1 warning")


def test_at_most_fifty_are_shown_and_the_rest_is_counted() -> None:
    found = [Diagnostic("code", "m", Span(SOURCE, n, 1, n, 2)) for n in range(1, 61)]
    text = render_text(found)
    assert text.count("error[code]") == render_github(found).count("::error") == 50
    assert text.endswith("\n\n… 10 more, not shown\n\n60 errors")
    assert render_concise(found).endswith("\n… 10 more, not shown")
    assert len(json.loads(render_json(found))["diagnostics"]) == 60


def test_colour_adds_nothing_but_colour() -> None:
    colored = render_text([MISMATCH], color=True)
    assert colored != render_text([MISMATCH])
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render_text([MISMATCH])


def test_concise_is_one_line_each() -> None:
    assert render_concise([MISMATCH]) == (
        "specs/resnet34.yaml:30:82: error[shape-mismatch]: "
        "`conv3` declares [N, 128, 27, 27] but computes [N, 128, 28, 28]"
    )


def test_json_has_every_field() -> None:
    frame = Frame("called by `conv3`", Span(Source("dict"), path="nodes.conv3"))
    document = json.loads(render_json([replace(MISMATCH, frames=(frame,), instance="conv3.0")]))
    assert document["errors"] == 1
    assert document["warnings"] == 0
    assert document["diagnostics"] == [
        {
            "severity": "error",
            "code": "shape-mismatch",
            "message": MISMATCH.message,
            "file": "specs/resnet34.yaml",
            "line": 30,
            "column": 82,
            "end_line": 30,
            "end_column": 98,
            "path": "",
            "instance": "conv3.0",
            "notes": list(MISMATCH.notes),
            "help": "declare [N, 128, 28, 28]",
            "frames": [
                {
                    "text": "called by `conv3`",
                    "file": "dict",
                    "line": None,
                    "column": None,
                    "end_line": None,
                    "end_column": None,
                    "path": "nodes.conv3",
                }
            ],
        }
    ]


def test_github_escapes_what_its_commands_mean() -> None:
    span = Span(Source("a,b:c%.yaml", "x"), 1, 1, 1, 2)
    found = Diagnostic("code", "100% of\nit", span, help="do: this, now", severity="warning")
    assert render_github([found]) == (
        "::warning title=warning[code],file=a%2Cb%3Ac%25.yaml,line=1,col=1,endColumn=2"
        "::100%25 of\\x0ait%0Ahelp: do: this, now"
    )
