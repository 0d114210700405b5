"""Mistakes planted in copies of the specs."""

from pathlib import Path
from typing import TypeAlias

import yaml

from netspec.zoo import zoo_root

Edits: TypeAlias = "list[tuple[str, str, str]]"
"""Spec, what it says, what it should not say."""


def planted(folder: Path, edits: Edits) -> Path:
    """Copies the specs at the top of the zoo, with mistakes; returns the folder.

    What the specs declare of shapes is taken out, so that it is the comparison that must see a
    mistake and not the checker.
    """
    texts = {path.stem: path.read_text(encoding="utf-8") for path in zoo_root().glob("*.yaml")}
    for name, old, new in edits:
        assert old in texts[name], f"{name} no longer says {old!r}"
        texts[name] = texts[name].replace(old, new)
    for name, text in texts.items():
        spec = yaml.safe_dump(_without_shapes(yaml.safe_load(text)), sort_keys=False)
        (folder / f"{name}.yaml").write_text(spec, encoding="utf-8")
    return folder


def _without_shapes(tree: object) -> object:
    if isinstance(tree, list):
        return [_without_shapes(part) for part in tree]
    if isinstance(tree, dict):
        return {key: _without_shapes(part) for key, part in tree.items() if key != "shape"}
    return tree
