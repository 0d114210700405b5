"""The reader of pages sees what is wrong on them."""

from pathlib import Path

import pytest

from tests.documented.blocks import blocks, replaced
from tests.documented.reader import Reader, mended

SPEC = """\
netspec: 1
inputs: {image: [N, 3, 8, 8]}
nodes:
  conv: {op: conv, out_channels: 4, kernel_size: 3, shape: [N, 4, 6, 6]}
outputs: {y: conv}
"""
GOOD = f"""\
```yaml
# net.yaml
{SPEC}```

```console
$ netspec check net.yaml
net.yaml: ok, 1 of 1 declared shapes hold
```

```yaml
{SPEC}```

```yaml from=net.yaml
nodes:
  # …
outputs: {{y: conv}}
```

```python
x = 6
print(x * 7, "in 3 ms")
```

```text
42 in 8 ms
```

```python
>>> for i in range(4):
...     i
0
…
3
>>> x // 0
ZeroDivisionError: integer division or modulo by zero
```

```python
# tool.py
print("tool")
```

```console
$ python tool.py
tool
$ cat tool.py
…
print("tool")
```

```json data
{{"a": 1}}
```

```lua shown
return {{}}
```

```sh
python3 -m venv .venv && .venv/bin/pip install -e .
```
"""
FAULTS = {
    "spec": ("```yaml\nnetspec", "```yaml\nx: 1\nnetspec", "unknown-key"),
    "file": ("# net.yaml\n", "# net.yaml\nx: 1\n", "+error[unknown-key]"),
    "unused file": ("# net.yaml\n", "# other.yaml\nx: 1\n", "unknown-key"),
    "output of a command": ("1 of 1", "2 of 2", "+net.yaml: ok, 1 of 1"),
    "part": ("  # …\noutputs: {y", "  # …\noutputs: {x", "not in net.yaml"),
    "order": ("nodes:\n  # …\noutputs: {y: conv}", "outputs: {y: conv}\n# …\nnodes:", "not in"),
    "part of nothing": ("```yaml from=net.yaml", "```yaml", "`from=FILE`"),
    "program": ("x = 6", "x = y", "NameError: name 'y'"),
    "output of a program": ("42", "43", "+42"),
    "value": ("\n3\n", "\n4\n", "+3"),
    "exception": ("ZeroDivisionError", "TypeError", "+ZeroDivisionError"),
    "tool that nothing uses": ("# tool.py\n", "# others.py\n", "no later block uses `others.py`"),
    "tool": ('print("tool")\n```\n\n```console', 'print("x")\n```\n\n```console', "+x"),
    "unknown command": ("$ cat", "$ tac", "`tac` is not among the programs"),
    "no prompt": ("$ python tool.py", "python tool.py", "begins with `$ `"),
    "data": ('{"a": 1}', "{a: 1}", "JSONDecodeError"),
    "spec as data": ("```yaml\nnetspec", "```yaml data\nnetspec", "specs are checked"),
    "undeclared language": ("lua shown", "lua", "a block of `lua` is not run"),
    "no language": ("```lua shown", "```", "a block of `` is not run"),
    "output of nothing": ("```lua shown", "```text", "a block of `text` is not run"),
    "not setting up": ("python3 -m venv", "netspec explain", "make it `console`"),
    "program said to be shown": ("```python\nx", "```python shown\ny", "NameError"),
    "path": ("# tool.py", "# ../tool.py", "outside of the folder"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_good_page_is_good() -> None:
    assert Reader().read(GOOD) == []


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_of_every_kind_is_seen(kind: str) -> None:
    old, new, message = FAULTS[kind]
    assert GOOD.count(old) == 1
    fault = next(iter(Reader().read(GOOD.replace(old, new))))
    assert message in fault.message


def test_an_indented_block_is_refused() -> None:
    with pytest.raises(ValueError, match="line 3: fence this block"):
        Reader().read("Run:\n\n    netspec check\n")


@pytest.mark.parametrize("kind", ["output of a command", "output of a program", "value"])
def test_output_that_changed_can_be_written_anew(kind: str) -> None:
    old, new, _ = FAULTS[kind]
    page = GOOD.replace("in 8 ms", "in 3 ms").replace("…\n3\n", "1\n2\n3\n")
    wrong = page.replace(old, new).replace("1\n2\n4\n", "1\n4\n3\n")
    assert wrong != page
    assert mended(wrong, Reader().read(wrong)) == page


def test_blocks_in_lists_and_directives_are_found() -> None:
    listed = "- so:\n\n  ```{code-block} yaml\n  :caption: A part\n\n  a: 1\n  ```\n"
    page = f"{listed}\n```{{toctree}}\nx\n```\n"
    (block,) = blocks(page)
    assert (block.language, block.text, block.line, block.indent) == ("yaml", "a: 1\n", 6, "  ")
    assert replaced(page, [(block, "b: 2\nc: 3\n")]) == page.replace("a: 1", "b: 2\n  c: 3")
