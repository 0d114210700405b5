"""The reference of the site is made from the code, and leaves nothing out."""

from pathlib import Path
from typing import Annotated, get_origin

import click
import pytest
from netspec_reference import pages, write
from netspec_reference.links import inside
from netspec_reference.markdown import captioned, plain, table

import netspec
from netspec import ops
from netspec.cli.main import cli
from netspec.diagnostics.manual import codes
from netspec.graph.initialization import INITIALIZERS
from netspec.ops.manual import arguments, example
from netspec.ops.registry import find_op, is_builtin, op_names

ROOT = Path(__file__).parents[2]
GUIDE = "docs/how-to/custom_op.md"


@pytest.fixture(scope="module")
def reference() -> dict[str, str]:
    return pages(ROOT)


@pytest.mark.parametrize("name", [*op_names()])
def test_every_op_has_its_arguments_and_example(reference: dict[str, str], name: str) -> None:
    op = find_op(name)
    assert op is not None
    if not is_builtin(op):
        return
    section = reference[f"reference/ops/{op.family}.md"].split(f"## `{name}`\n")[1]
    section = section.split("\n## ")[0]
    assert example(op) in section
    for argument in arguments(op):
        assert f"| `{argument.name}` | {argument.kind.replace('|', chr(92) + '|')} |" in section
    assert f"ops/{op.family}.md#op-{name}" in reference["reference/ops.md"]


def test_what_an_op_owns_and_costs_is_told(reference: dict[str, str]) -> None:
    page = reference["reference/ops/convolution.md"]
    assert "Inputs: 1. In torch: `torch.nn.Conv2d`." in page
    assert "`y.weight` [8, 3, 3, 3], `y.bias` [8]" in page
    assert "Inputs: 2 or more." in reference["reference/ops/merging.md"]


def test_every_code_has_its_page(reference: dict[str, str]) -> None:
    for code in codes():
        assert reference[f"reference/errors/{code}.md"].startswith(f"# {code}: ")
        assert f"\n{code} <errors/{code}>\n" in reference["reference/errors.md"]


def test_names_of_files_and_flags_are_told() -> None:
    page = "```yaml set=k=3 limit=nodes=9\na: 1\n```\n```lua shown\n```\n```yaml\n```\n"
    assert captioned(page) == (
        "```{code-block} yaml\n:caption: with --set k=3, with the limit nodes=9\n\na: 1\n```\n"
        "```lua\n```\n```yaml\n```\n"
    )


def test_every_verb_has_its_options(reference: dict[str, str]) -> None:
    page = reference["reference/commands.md"]
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        section = page.split(f"## `netspec {name}`\n")[1].split("\n## ")[0]
        for option in command.params:
            assert isinstance(option, click.Argument) or f"`{option.opts[-1]}` |" in section


def test_every_initializer_has_torchs_defaults(reference: dict[str, str]) -> None:
    page = reference["reference/initializers.md"]
    assert all(f"\n| `{name}` |" in page for name in INITIALIZERS)
    assert "| `constant` | `val` (required) |" in page
    assert "| `trunc_normal` | `mean: 0.0`, `std: 1.0`, `a: -2.0`, `b: 2.0` |" in page


def test_every_public_name_is_there(reference: dict[str, str]) -> None:
    for name in netspec.__all__:
        assert f":: netspec.{name}\n" in reference["reference/python.md"]


def test_every_type_of_an_argument_says_what_it_accepts(reference: dict[str, str]) -> None:
    page, guide = (reference["reference/python.md"], (ROOT / GUIDE).read_text(encoding="utf-8"))
    types = [name for name in ops.__all__ if get_origin(getattr(ops, name)) is Annotated]
    assert "Probability" in types
    for name in types:
        assert f"\n| `{name}` | " in page
        assert f"`{name}`" in guide
    assert "\n| `Positives` | a positive integer, or a list with one for each" in page
    assert "\n| `Probability` | a probability from 0 to 1 |" in page


def test_a_new_code_and_a_new_name_would_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netspec, "__all__", [*netspec.__all__, "ops"])
    assert ":: netspec.ops\n" in pages(ROOT)["reference/python.md"]


def test_files_are_written_once_and_old_ones_go(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    write(docs)
    page, old = docs / "reference" / "ops.md", docs / "reference" / "errors" / "gone.md"
    old.touch()
    before = page.stat().st_mtime_ns
    write(docs)
    assert page.stat().st_mtime_ns == before
    assert not old.exists()


def test_links_that_leave_the_site_lead_somewhere_else() -> None:
    docs = ROOT / "docs"
    text = (
        "[a](../README.md#x) [b](zoo.md) [c](../specs) [d](../specs/lenet5.yaml) [e](https://x.y)"
    )
    wanted = "[a](project/readme.md#x) [b](zoo.md) c [d](../specs/lenet5.yaml) [e](https://x.y)"
    assert inside(text, docs / "page.md", docs) == wanted
    assert inside("[a](../../README.md)", docs / "how-to" / "x.md", docs) == (
        "[a](../project/readme.md)"
    )


def test_plain_text_is_no_markup() -> None:
    assert plain("a * b [N] `c * d`") == r"a \* b \[N\] `c * d`"
    assert table(["a"], [["x | y"]]).splitlines()[-1] == r"| x \| y |"
