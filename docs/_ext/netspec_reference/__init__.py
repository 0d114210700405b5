"""Sphinx extension that writes the reference from the code, and brings in the repository's pages.

The pages go to `reference/` and `project/` beside the others, where git ignores them. They are made
by what `netspec ops` and `netspec explain` print from, so they cannot say anything else.
"""

from pathlib import Path

from sphinx.application import Sphinx

from netspec_reference.commands import command_page
from netspec_reference.errors import error_pages
from netspec_reference.initializers import initializer_page
from netspec_reference.links import inside, project_pages
from netspec_reference.markdown import captioned
from netspec_reference.ops import op_pages
from netspec_reference.python import docstring, python_page, signature


def pages(root: Path) -> dict[str, str]:
    """Every page by its path under `docs`."""
    return {
        **op_pages(),
        **error_pages(),
        "reference/initializers.md": initializer_page(),
        "reference/commands.md": command_page(),
        "reference/python.md": python_page(),
        **project_pages(root),
    }


def write(source: Path) -> None:
    """Bring the folders up to date. A file that is right stays, so that a second build is quick."""
    wanted = {source / name: text for name, text in pages(source.parent).items()}
    for folder in ("reference", "project"):
        for old in (source / folder).rglob("*.md"):
            if old not in wanted:
                old.unlink()
    for path, text in wanted.items():
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _for_the_site(app: Sphinx, name: str, content: list[str]) -> None:
    page = Path(app.srcdir, f"{name}.md")
    content[0] = captioned(inside(content[0], page, Path(app.srcdir)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx's entry."""
    app.connect("builder-inited", lambda app: write(Path(app.srcdir)))
    app.connect("source-read", _for_the_site)
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-process-docstring", docstring)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
