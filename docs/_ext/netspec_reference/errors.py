"""One page for each error code, which is Markdown already: what `netspec explain CODE` prints."""

from netspec.diagnostics.manual import codes, manual
from netspec_reference.markdown import listed, table

_INTRODUCTION = """\
Every error, warning and note has a code. Its page tells what it means and why it is there, with a
spec that has it and one that has it mended. `netspec explain CODE` prints it at the terminal."""


def error_pages() -> dict[str, str]:
    """The pages by path, and one that lists them."""
    found = [page for page in map(manual, codes()) if page is not None]
    rows = ((f"[`{page.code}`](errors/{page.code}.md)", page.summary) for page in found)
    text = f"{_INTRODUCTION}\n\n{table(['code', 'what it says'], rows)}"
    index = listed("Errors", text, (f"{page.code} <errors/{page.code}>" for page in found))
    return {f"reference/errors/{page.code}.md": page.text for page in found} | {
        "reference/errors.md": index.replace(":maxdepth: 1\n", ":hidden:\n")
    }
