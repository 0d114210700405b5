"""The mistakes people make, in the zoo: in bases, in variants, and in a base below its variant."""

import re
import shutil
from pathlib import Path

import pytest

import netspec
from netspec.diagnostics import Diagnostic, NetspecError
from tests.mistakes import ZOO, Edit, edits
from tests.test_mistakes import contradicts, tally

EVERY = 40
"""Of so many edits one is tried; all of them would take an hour."""


@pytest.mark.slow
def test_mistakes_in_every_spec() -> None:
    found = tally(list(edits(sorted(ZOO.rglob("*.yaml"))))[::EVERY])
    print(found)
    assert found.share >= 0.95, str(found)


def variants(base: Path) -> list[Path]:
    """The specs beside `base` that extend it."""
    extends = re.compile(rf"^extends: {re.escape(base.name)}$", re.M)
    return [path for path in sorted(base.parent.glob("*.yaml")) if extends.search(path.read_text())]


BASES = [path for path in sorted(ZOO.rglob("*.yaml")) if variants(path)]


def errors_in(variant: Path) -> list[Diagnostic]:
    try:
        netspec.check_spec(variant)
    except NetspecError as error:
        return [found for found in error.diagnostics if found.severity == "error"]
    return []


def leads_to(error: Diagnostic, edit: Edit) -> bool:
    """Does the error name the edited line of the base, or one that contradicts it?"""
    spans = [error.span, *(frame.span for frame in error.frames)]
    if any(Path(s.source.name).name == edit.spec.name and s.line == edit.line for s in spans):
        return True
    notes = " ".join(error.notes)
    return f"{edit.spec.name}:{edit.line}" in notes or contradicts(error, edit)


@pytest.mark.slow
def test_a_mistake_in_a_base_is_told_of_the_base(tmp_path: Path) -> None:
    found, misses = 0, []
    for number, base in enumerate(BASES):
        folder = tmp_path / str(number)
        shutil.copytree(base.parent, folder)
        variant = folder / variants(base)[0].name
        for edit in list(edits([base]))[:: EVERY // 2]:
            (folder / base.name).write_text(edit.text)
            errors = errors_in(variant)
            found += bool(errors)
            if errors and not any(leads_to(error, edit) for error in errors):
                misses.append(f"{edit}: {errors[0].span}: {errors[0].message}")
    print(f"{len(misses)} of {found} missed", *misses, sep="\n")
    assert found > 200
    assert len(misses) <= 0.05 * found, misses


def test_the_bases_are_found() -> None:
    names = {path.stem for path in BASES}
    assert {"resnet50", "vgg16", "densenet121", "resnet50_a", "inception_v4"} <= names
