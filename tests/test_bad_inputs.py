"""What must be refused is refused: by every entry, with one coded message at its place."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import netspec
from netspec.cli.main import run
from netspec.diagnostics import Collector, Diagnostic, NetspecError
from netspec.limits import Limits
from netspec.pipeline import Spec
from netspec.syntax.reader import read_text
from netspec.syntax.tree import plain
from tests.bad_inputs import ACCEPTED, BAD, GOOD, Bad

ROOMY = Limits(file_bytes=1 << 30, values=10**7)


def unmarked(text: str | bytes) -> tuple[bytes, tuple[int, int] | None]:
    """The bytes of a text without its marks, and the marked place: line and column."""
    if isinstance(text, bytes):
        return text, None
    start = text.find("⟦")
    place = None
    if start >= 0:
        place = (text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
        text = text.replace("⟦", "", 1).replace("⟧", "", 1)
    return text.encode("utf-8", "surrogatepass"), place


def errors_of(spec: Spec) -> tuple[Diagnostic, ...]:
    with pytest.raises(NetspecError) as caught:
        netspec.check_spec(spec)
    return caught.value.diagnostics


def from_stdin(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_the_good_spec_is_good(tmp_path: Path) -> None:
    assert netspec.check_spec(netspec.Text(GOOD)).warnings == ()


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name[:40])
def test_a_path_and_a_text(bad: Bad, tmp_path: Path) -> None:
    data, place = unmarked(bad.text)
    path = tmp_path / "bad.yaml"
    path.write_bytes(data)
    for spec, name in ((path, str(path)), (netspec.Text(data), "<text>")):
        (error,) = errors_of(spec)
        assert error.code == bad.code
        assert bad.message in error.message
        assert len(error.message) < 400, "a message is short"
        assert error.help
        assert error.span.source.name == name
        assert error.span.line > 0
        if place is not None:
            assert (error.span.line, error.span.column) == place
    assert os.listdir(tmp_path) == ["bad.yaml"]


@pytest.mark.parametrize("bad", [b for b in BAD if b.data], ids=lambda bad: bad.name[:40])
def test_a_dict(bad: Bad) -> None:
    tree = read_text(unmarked(bad.text)[0], "x", Collector(), ROOMY)
    assert tree is not None
    (error,) = errors_of(plain(tree))  # type: ignore[arg-type]
    assert error.code == bad.code
    assert error.span.line == 0
    assert error.span.path or bad.name.startswith("24")


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name[:40])
def test_the_command_line(
    bad: Bad,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data, place = unmarked(bad.text)
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_bytes(data)
    where = f":{place[0]}:{place[1]}" if place else ""
    for source in ("-", "bad.yaml"):
        from_stdin(data, monkeypatch)
        assert run(["check", source, "--format", "concise"]) == 1
        name = "<stdin>" if source == "-" else source
        (line,) = capsys.readouterr().out.splitlines()
        assert line.startswith(f"{name}{where}:")
        assert f" error[{bad.code}]: " in line
        assert line.isprintable()
    assert run(["check", "bad.yaml", "--format", "json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert found["code"] == bad.code


@pytest.mark.parametrize("bad", BAD[::6], ids=lambda bad: bad.name[:40])
@pytest.mark.parametrize("verb", ["check", "build", "resolve", "resolve -o out.yaml"])
def test_every_verb_and_nothing_is_written(
    bad: Bad,
    verb: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_bytes(unmarked(bad.text)[0])
    assert run([*verb.split(), "bad.yaml"]) == 1
    told = capsys.readouterr()
    assert f"error[{bad.code}]" in told.out + told.err
    assert "Traceback" not in told.out + told.err
    assert len(told.out + told.err) < 4000
    assert os.listdir(tmp_path) == ["bad.yaml"]


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_fine(name: str, tmp_path: Path) -> None:
    text = ACCEPTED[name]
    path = tmp_path / "good.yaml"
    path.write_text(text, encoding="utf-8")
    graphs = [netspec.check_spec(spec).graph for spec in (path, netspec.Text(text))]
    tree = read_text(text, "x", Collector())
    assert tree is not None
    graphs.append(netspec.check_spec(plain(tree)).graph)  # type: ignore[arg-type]
    for graph in graphs:
        assert [key for key, _, _ in graph.weights()] == [key for key, _, _ in graphs[0].weights()]
    wanted = {"54 names alike": ["names-alike"], "76 momentum": ["advice"]}.get(name, [])
    assert [note.code for note in graphs[0].notes] == wanted


def many(text: str, count: int) -> str:
    """`text` with each number below `count` in place of its #."""
    return "".join(text.replace("#", str(number)) for number in range(count))


FLOODS = {
    "keys": GOOD + many("k#: 1\n", 49_000),
    "arguments": GOOD.replace("relu", f"{{op: relu, {many('k#: 1, ', 49_000)}}}"),
    "nodes": GOOD.replace("  act", many("  n#: rel#\n", 45_000) + "  act"),
    "inputs": GOOD.replace("{image: ", f"{{{many('i#: [N], ', 24_000)}image: "),
    "names": GOOD + f"blocks: {{{many('_#: {chain: [relu]}, ', 19_000)}}}\n",
    "references": GOOD.replace("relu", f"{{op: add, from: [{'no, ' * 95_000}]}}"),
    "shapes": GOOD.replace("batch_norm", f"{{op: batch_norm, shape: [{'9, ' * 95_000}]}}"),
    "rank": GOOD.replace("[N, 3, 32, 32]", f"[{'9, ' * 95_000}]"),
    "places": GOOD.replace("relu", f"{{op: relu, at: {'a.' * 400_000}a}}"),
    "parameters": GOOD + f"params: {{{many('p#: p#, ', 49_000)}}}\n",
    "doubles": GOOD + "name: x\n" * 45_000,
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_mistakes_is_cut_short(name: str) -> None:
    found = errors_of(netspec.Text(FLOODS[name]))
    assert 1 <= len(found) <= Collector.MOST
    assert all(error.help and len(error.message) < 400 for error in found)


MEASURE = """\
import json, sys
import netspec
try: netspec.check_spec(sys.argv[1])
except netspec.NetspecError as error: codes = [found.code for found in error.diagnostics]
# The most memory that was in use, in kB; getrusage would tell of the parent process too.
(peak,) = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(json.dumps([codes[0], int(peak), "torch" in sys.modules]))
"""
WORST = {
    **{bad.name: bad.text for bad in BAD if bad.name.startswith(("1 ", "30", "44", "48"))},
    **{name: FLOODS[name] for name in ("nodes", "shapes")},
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
@pytest.mark.parametrize("name", WORST)
def test_the_worst_take_little_memory_and_no_torch(name: str, tmp_path: Path) -> None:
    """In a process of its own, which could take minutes and gigabytes if a gate were open."""
    path = tmp_path / "worst.yaml"
    path.write_bytes(unmarked(WORST[name])[0])
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    code, kilobytes, torch = json.loads(done.stdout)
    assert code
    assert kilobytes < 512 * 1024
    assert not torch


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
    (error,) = errors_of(write(tmp_path, **files))
    assert (error.code, str(error.span)) == (code, f"{tmp_path}/{place}")
    assert error.help


@pytest.mark.parametrize("bad", [b for b in BAD if b not in BAD[-6:]], ids=lambda b: b.name[:40])
def test_a_bad_parent_is_reported_at_its_own_place(bad: Bad, tmp_path: Path) -> None:
    data, place = unmarked(bad.text)
    (tmp_path / "parent.yaml").write_bytes(data)
    (error,) = errors_of(write(tmp_path, a=child_of("parent.yaml")))
    assert error.code == bad.code
    assert error.span.source.name.endswith("parent.yaml")
    if place is not None:
        assert (error.span.line, error.span.column) == place


def test_a_folder_on_the_command_line_is_usage(tmp_path: Path) -> None:
    assert run(["check", str(tmp_path)]) == 2
    assert run(["build", str(tmp_path)]) == 2
    assert run(["check", str(tmp_path / "none.yaml")]) == 2
