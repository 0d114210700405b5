"""What the README says of the repository holds; `test_docs.py` runs its blocks."""

from pathlib import Path

from tests.documented.blocks import blocks

ROOT = Path(__file__).parent.parent
BLOCKS = blocks((ROOT / "README.md").read_text(encoding="utf-8"))
SPEC = next(block.text for block in BLOCKS if block.language == "yaml")


def test_the_spec_is_the_one_that_ships() -> None:
    modeline, _, text = (
        (ROOT / "specs" / "resnet34.yaml").read_text(encoding="utf-8").partition("\n")
    )
    assert modeline.startswith("# yaml-language-server: $schema=")
    assert text == SPEC


def test_the_variant_has_five_lines() -> None:
    (variant,) = (block.text for block in BLOCKS if block.name == "narrow.yaml")
    assert len(variant.splitlines()) - 1 == 5


def test_ci_ends_with_the_test_command() -> None:
    setup = next(block.text for block in BLOCKS if block.language == "sh" and "[dev]" in block.text)
    command = setup.strip().split(" && ")[-1].removeprefix(".venv/bin/")
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith(f"\n{command}")
