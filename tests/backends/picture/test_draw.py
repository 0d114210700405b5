"""From a graph to the content of a file."""

import pytest

from netspec.backends.picture.draw import UnknownPath, draw
from tests.backends.picture.samples import graph


@pytest.mark.parametrize(
    ("form", "start"),
    [
        (".html", b"<!doctype html>"),
        (".svg", b"<svg "),
        (".png", b"\x89PNG\r\n"),
        (".mmd", b"flowchart TD\n"),
    ],
)
def test_forms(form: str, start: bytes) -> None:
    assert draw(graph(), form).startswith(start)


def test_a_path_that_is_not_there() -> None:
    with pytest.raises(
        UnknownPath, match=r"no node `stage.0.con1`; did you mean `stage.0.conv1`\?"
    ):
        draw(graph(), ".mmd", paths=["stage.0.con1"])
