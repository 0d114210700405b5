"""P6: reads stay inside the root; writes are atomic, and never overwrite unasked.

Hostile paths of every kind stand in `extends` and `include`, by each entry, and in `-o`: what is
outside is neither read nor told, changed or made. A process that is killed in the midst of writing
leaves the old file or the new one, 100 times for each verb:
`pytest -m slow tests/promises/test_p06_files.py`, in ten minutes.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import netspec
from netspec.cli.main import run
from netspec.diagnostics import Collector, NetspecError
from netspec.syntax.reader import read_text
from netspec.syntax.tree import plain
from tests.bad_inputs import GOOD
from tests.promises.test_p02_one_gate import as_archive
from tests.syntax.test_files import HOSTILE, MISSING

SECRET = "secret: 42\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root, the current folder, with links out of it; beside it stands a secret."""
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "good.yaml").write_text(GOOD)
    (root / "sub" / "good.yaml").write_text(GOOD)
    (tmp_path / "secret.yaml").write_text(SECRET)
    (root / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    (root / "away").symlink_to(tmp_path)
    (root / "loop.yaml").symlink_to(root / "loop.yaml")
    (root / "devices").symlink_to("/dev")
    os.mkfifo(root / "pipe.yaml")
    monkeypatch.chdir(root)
    return root


MORE = [
    *("/dev/zero", "/dev/stdin", "/proc/self/environ", "/proc/self/fd/0", "devices/./zero"),
    *("away/./secret.yaml", "away/root/../secret.yaml", "sub/../away/secret.yaml", "~", "~/"),
    *("../root/good.yaml/../../secret.yaml", "..//secret.yaml", "C:..\\secret.yaml", "jar:file:x"),
    *(
        "FILE:///etc/passwd",
        "file:./good.yaml",
        "\\\\?\\C:\\x.yaml",
        "//host/x.yaml",
        "/./good.yaml",
    ),
    *("../secret.yaml\0.yaml", "../secret.yaml ", "../secret.yaml.", "../SECRET.yaml"),
]
OUTSIDE = list(dict.fromkeys([*HOSTILE, *MORE]))


def quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\0", "\\0") + '"'


def texts(path: str) -> list[str]:
    """Specs that name the path."""
    return [
        f"netspec: 1\nextends: {quoted(path)}\n",
        f"{GOOD}include: {{other: {quoted(path)}}}\n",
    ]


def refusals(path: str) -> list[NetspecError]:
    """What is said of a path in a file, a text with a root, a dict, and a file of weights."""
    found = []
    for text in texts(path):
        Path("child.yaml").write_text(text)
        Path("child.safetensors").write_bytes(as_archive(text.encode()))
        tree = read_text(text, "child", Collector())
        assert tree is not None
        for spec in ("child.yaml", netspec.Text(text), plain(tree), "child.safetensors"):
            with pytest.raises(NetspecError) as caught:
                netspec.check_spec(spec, root=".")  # type: ignore[arg-type]
            found.append(caught.value)
    return found


def test_hostile_paths_are_many() -> None:
    assert len(OUTSIDE) >= 60


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: repr(path)[:40])
def test_nothing_outside_is_read(root: Path, path: str) -> None:
    for error in refusals(path):
        assert error.diagnostics[0].code == "path-outside-root"
        assert error.diagnostics[0].help
        assert "42" not in str(error)


@pytest.mark.parametrize("path", MISSING, ids=lambda path: repr(path)[:40])
def test_what_is_no_file_is_not_waited_for(root: Path, path: str) -> None:
    assert {error.diagnostics[0].code for error in refusals(path)} == {"file-not-found"}


def test_a_spec_in_a_file_of_weights_has_no_root_of_its_own(root: Path) -> None:
    for text in texts("good.yaml"):
        Path("child.safetensors").write_bytes(as_archive(text.encode()))
        with pytest.raises(NetspecError) as caught:
            netspec.check_spec("child.safetensors")
        assert caught.value.diagnostics[0].code == "path-outside-root"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "a.yaml"


def child_of(name: str) -> str:
    return f"netspec: 1\nextends: {name}\n"


def including(name: str) -> str:
    return GOOD + f"include: {{other: {name}}}\n"


@pytest.mark.parametrize(
    ("files", "code", "place"),
    [
        ({"a": child_of("a.yaml")}, "file-cycle", "a.yaml:2:10"),
        ({"a": child_of("./a.yaml")}, "file-cycle", "a.yaml:2:10"),
        ({"a": child_of("b.yaml"), "b": child_of("a.yaml")}, "file-cycle", "b.yaml:2:10"),
        ({"a": including("a.yaml")}, "file-cycle", "a.yaml:9:18"),
        ({"a": including("b.yaml"), "b": including("a.yaml")}, "file-cycle", "b.yaml:9:18"),
        ({"a": child_of("b.yaml"), "b": including("a.yaml")}, "file-cycle", "b.yaml:9:18"),
        ({"a": child_of("b.yaml"), "b": including("b.yaml")}, "file-cycle", "b.yaml:9:18"),
        ({"a": child_of("b.yaml"), "b": "[" * 99}, "nesting-too-deep", "b.yaml:1:33"),
        ({"a": including("b.yaml"), "b": GOOD + "x: &a 1\n"}, "yaml-feature", "b.yaml:9:4"),
        ({"a": child_of("nope.yaml")}, "file-not-found", "a.yaml:2:10"),
        ({"a": including("nope.yaml")}, "file-not-found", "a.yaml:9:18"),
    ],
)
def test_files_that_name_files(
    tmp_path: Path, files: dict[str, str], code: str, place: str
) -> None:
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(write(tmp_path, **files))
    (error,) = caught.value.diagnostics
    assert (error.code, str(error.span)) == (code, f"{tmp_path}/{place}")
    assert error.help


def test_a_folder_on_the_command_line_is_usage(tmp_path: Path) -> None:
    assert run(["check", str(tmp_path)]) == 2
    assert run(["build", str(tmp_path)]) == 2
    assert run(["check", str(tmp_path / "none.yaml")]) == 2


WRITERS = {
    "build": ["build", "good.yaml"],
    "summary": ["summary", "good.yaml"],
    "resolve": ["resolve", "good.yaml"],
    "diff": ["diff", "good.yaml", "sub/good.yaml"],
    "transfer": ["transfer", "w.safetensors", "--from", "good.yaml", "--to", "sub/good.yaml"],
    "view .html": ["view", "good.yaml"],
    "view .svg": ["view", "good.yaml"],
    "view .mmd": ["view", "good.yaml"],
    "export .py": ["export", "good.yaml"],
    "export .onnx": ["export", "good.yaml"],
    "export .pt2": ["export", "good.yaml"],
    "export .safetensors": ["export", "good.yaml"],
}
"""Every verb that writes a file, by its ending; `-o` follows."""

REFUSED = [
    *("good.yaml", "sub", ".", "..", "/", "out.yaml", "loop.yaml", "pipe.yaml", "away"),
    *("missing/x", "good.yaml/x", "x" * 300, "/proc/x", "/dev/null/x", "away/secret.yaml"),
]


def picture(folder: Path) -> dict[str, object]:
    """Everything in a folder and below: links, and what is in the files."""
    return {
        str(path): os.readlink(path)
        if path.is_symlink()
        else path.read_bytes()
        if path.is_file()
        else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize("verb", ["summary", "resolve", "diff", "transfer"])
def test_nothing_is_overwritten_unasked(
    root: Path, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("w.safetensors").write_bytes(b"")
    for path in REFUSED:
        before = picture(root.parent)
        assert run([*WRITERS[verb], "-o", path]) in (1, 2), path
        assert picture(root.parent) == before
        told = capsys.readouterr()
        assert told.out == ""
        assert 0 < len(told.err) < 1000 and "Traceback" not in told.err


def test_a_write_that_follows_a_link_would_be_seen(root: Path) -> None:
    before = picture(root.parent)
    Path("out.yaml").write_text("changed")
    assert picture(root.parent) != before


KILLED = """\
import os, random, signal, sys, tempfile, time
from pathlib import Path
from netspec.cli.main import run
verb, target, *arguments = sys.argv[1:]
path = Path(target)
if verb.endswith(".svg"):  # what draws has threads, which a fork does not take along
    if not (child := os.fork()):
        os._exit(run([*arguments, "-o", target]))
    assert os.waitpid(child, 0)[1] == 0
else:
    assert run([*arguments, "-o", target]) == 0
old = path.read_bytes()
folder = sorted(p.name for p in path.parent.iterdir())
new = set()
chance = random.Random(verb)
CALLS = ["mkstemp", "fdopen", "fsync", "chmod", "replace"]
for attempt in range(100):
    at = CALLS[attempt % len(CALLS)]
    late = attempt // len(CALLS) % 2
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        module = tempfile if at == "mkstemp" else os
        real = getattr(module, at)
        def killing(*given, **named):
            if not late: os.kill(os.getpid(), signal.SIGKILL)
            done = real(*given, **named)
            if at == "fdopen":  # in the midst of the content
                write = done.write
                class Slow:
                    def __enter__(self): return self
                    def __exit__(self, *error): done.close()
                    def write(self, content):
                        write(content[: chance.randrange(len(content)) + attempt])
                        done.flush()
                        os.kill(os.getpid(), signal.SIGKILL)
                return Slow()
            os.kill(os.getpid(), signal.SIGKILL)
        setattr(module, at, killing)
        run([*arguments, "--force", "-o", target])
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, (at, status)
    left = path.read_bytes()
    replaced = at == "replace" and late
    if replaced:
        assert len(left) > 0.5 * len(old), (at, attempt)
        new.add(left)
        old = left
    assert left == old, (at, attempt)
    for temporary in path.parent.iterdir():  # what a killed process cannot take away
        if temporary.name not in folder:
            assert temporary.name.startswith(".netspec-"), temporary
            temporary.unlink()
print(attempt + 1, len(new))
"""


@pytest.mark.slow
@pytest.mark.parametrize("verb", WRITERS)
def test_killed_in_the_midst_the_file_is_the_old_or_the_new(root: Path, verb: str) -> None:
    """The process is ended before and after each step of the write, and within the content."""
    model = netspec.compile_spec("good.yaml", seed=0)
    from safetensors.torch import save_file

    save_file(model.state_dict(), "w.safetensors")
    target = root / "sub" / f"out{verb.partition(' ')[2] or '.txt'}"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, verb, str(target), *WRITERS[verb]],
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    attempts, replaced = done.stdout.split("\n")[-2].split()
    assert int(attempts) == 100
    assert int(replaced) >= 1
