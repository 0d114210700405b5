"""The gate to the disk: which file a path in a spec names, and its bytes."""

import errno
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from netspec.diagnostics import Collector, Span
from netspec.limits import Limits

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BARE = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")

_LONGEST_NAME = 200

Zoo = Callable[[str], Path | None]


@dataclass(frozen=True, slots=True)
class Place:
    """A file that may be read, the folder that nothing in it may leave, and its name in
    messages."""

    path: Path
    root: Path
    shown: str


@dataclass(slots=True)
class Files:
    """What one check may read. `zoo` finds a bare name; `count` files were read so far.

    `tried` are the files of the root that were asked for, the missing ones too.
    """

    zoo: Zoo
    limits: Limits
    count: int = 0
    tried: list[Path] = field(default_factory=list)

    def find(self, text: str, home: Place | None, span: Span, collector: Collector) -> Place | None:
        """The file that `text` names in a spec at `home` (None: the spec came without a file).

        None where the path leaves the root or there is no such file; the collector says which.
        """
        if _BARE.fullmatch(text):
            return self._in_zoo(text, span, collector)
        if _SCHEME.match(text):
            _refuse(text, "is an address, and only files are read", span, collector)
            return None
        if "\\" in text or "\0" in text:
            _refuse(text, "has a character that no path of a spec may have", span, collector)
            return None
        if text.startswith(("/", "~")):
            _refuse(text, "is not relative to the spec", span, collector)
            return None
        if home is None:
            collector.error(
                "path-outside-root",
                f"`{text[:80]}` is a file, and this spec came without a folder to look in",
                span,
                help="name a folder with `--root` (in Python `root=`), or a spec of the zoo",
            )
            return None
        return self._below(text, home, span, collector)

    def _in_zoo(self, name: str, span: Span, collector: Collector) -> Place | None:
        path = self.zoo(name) if len(name) <= _LONGEST_NAME else None
        if path is None:
            last = name[:_LONGEST_NAME].rpartition("/")[2]
            collector.error(
                "file-not-found",
                f"the zoo has no spec `{name[:80]}`",
                span,
                help=f'`netspec list "*{last}*"` looks for it; a file of your own ends in `.yaml`',
            )
            return None
        self.tried.append(path)
        root = path
        for _ in name.split("/"):
            root = root.parent
        return Place(path, root, shown_in_zoo(path, name))

    def _below(self, text: str, home: Place, span: Span, collector: Collector) -> Place | None:
        path = Path(os.path.normpath(home.path.parent / text))
        try:
            root = home.root.resolve()
            written = Path(os.path.normpath(home.path.parent.resolve() / text))
            real = path.resolve()
            exists = real.exists()
        except (OSError, RuntimeError):  # a name too long, or a link to itself
            exists = False
        else:
            if not written.is_relative_to(root):
                _refuse(text, f"leaves the folder {home.root}", span, collector)
                return None
            if not real.is_relative_to(root):
                _refuse(text, f"is a link that leaves the folder {home.root}", span, collector)
                return None
            self.tried.append(path)
        if not exists:
            collector.error(
                "file-not-found",
                f"there is no file `{text[:80]}` beside {home.shown}",
                span,
                help="mend the path: it is relative to this file",
            )
            return None
        return Place(path, home.root, str(Path(home.shown).parent / text))

    def read(self, place: Place, span: Span, collector: Collector) -> bytes | None:
        """The bytes of a file, at most one more than the limit; None where it cannot be read."""
        self.count += 1
        if self.count > self.limits.files:
            collector.error(
                "too-many-files",
                f"more than {self.limits.files} files",
                span,
                help="merge some of them, or raise `Limits.files` in Python",
            )
            return None
        try:
            return read_file(place.path, self.limits.file_bytes + 1)
        except OSError as error:
            collector.error(
                "file-not-found",
                f"{place.shown} cannot be read: {reason(error)}",
                span,
                help="name a file that can be read",
            )
            return None


def shown_in_zoo(path: Path, name: str) -> str:
    """How messages name a file of the zoo: where it is, if that is below the current folder."""
    with suppress(ValueError, OSError):
        return str(path.relative_to(Path.cwd()))
    return f"<zoo>/{name}.yaml"


def moved(
    text: str, origin: Place | None, home: Place | None, bare: Callable[[Path], str | None]
) -> str:
    """How a spec at `home` names the file that `text` names in a spec at `origin`.

    `bare` gives the name of a file in the zoo, which holds everywhere.
    """
    if origin is None or _BARE.fullmatch(text):
        return text
    target = Path(os.path.normpath(origin.path.parent / text))
    name = bare(target)
    if name is not None or home is None or origin == home:
        return name or text
    relative = Path(os.path.relpath(target, home.path.parent)).as_posix()
    return f"./{relative}" if _BARE.fullmatch(relative) else relative


def read_file(path: Path, most: int) -> bytes:
    """At most `most` bytes of a regular file. Raises OSError for anything else, without waiting."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "it is a directory", str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        with open(descriptor, "rb", closefd=False) as stream:
            return stream.read(most) or b""  # None where /proc has nothing more at the moment
    except OSError as error:  # a disk that fails, or memory that /proc shows, without the path
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        os.close(descriptor)


def reason(error: OSError) -> str:
    """Why a file could not be read or written, in words."""
    return error.strerror or str(error)


def _refuse(text: str, why: str, span: Span, collector: Collector) -> None:
    collector.error(
        "path-outside-root",
        f"`{text[:80]}` {why}",
        span,
        help="name a file below the folder of the first spec (or `--root`), relative to this file",
    )
