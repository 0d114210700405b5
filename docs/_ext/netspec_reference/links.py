"""Links that are right in the repository, made right in the site.

A page links to others by paths, as readers of the repository need it. The README and its like are
copied into the site; other files outside of `docs` can be downloaded; folders cannot be shown.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

PROJECT = {
    "README.md": "readme",
    "CONTRIBUTING.md": "contributing",
    "SECURITY.md": "security",
    "CHANGELOG.md": "changelog",
}
_LINK = re.compile(r"\[(?P<text>[^\]\n]*)\]\((?!\w+:|#)(?P<path>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")


def project_pages(root: Path) -> dict[str, str]:
    """The pages at the root of the repository, with links as from their place in the site."""
    return {
        f"project/{page}.md": _relinked((root / name).read_text(encoding="utf-8"), _moved)
        for name, page in PROJECT.items()
        if (root / name).is_file()
    }


def inside(text: str, page: Path, source: Path) -> str:
    """The text of a page with links that stay inside of the site, or lead to a file."""

    def target(path: str) -> str | None:
        wanted = (page.parent / path).resolve()
        if wanted.is_relative_to(source):
            return path
        name = wanted.relative_to(source.parent).as_posix()
        if name in PROJECT:
            return os.path.relpath(source / "project" / f"{PROJECT[name]}.md", page.parent)
        return None if wanted.is_dir() else path

    return _relinked(text, target)


def _moved(path: str) -> str:
    return f"../../{path}"


def _relinked(text: str, target: Callable[[str], str | None]) -> str:
    def link(found: re.Match[str]) -> str:
        path = target(found["path"])
        if path is None:
            return found["text"]
        return f"[{found['text']}]({path}{found['anchor'] or ''})"

    return _LINK.sub(link, text)
