"""What is the same in many places is told once."""

from netspec.analysis.diff.changes import Change, Detail
from netspec.analysis.diff.grouping import following, sections


def change(root: str, local: str, *details: Detail, kind="changed", block="unit") -> Change:
    path = f"{root}.{local}" if root else local
    return Change(kind, path, path, "conv 1×1", details, block if root else "", root, local)


def test_instances_of_a_block_are_one_section() -> None:
    changes = [change(f"layer.{index}", "c", Detail("bias", "true", "false")) for index in range(9)]
    [section] = sections(changes)
    assert (section.block, len(section.roots), len(section.entries)) == ("unit", 9, 1)


def test_values_that_differ_by_instance_are_told_together() -> None:
    changes = [change(f"l.{n}", "c", Detail("out_channels", f"{n}", f"{2 * n}")) for n in (1, 2, 2)]
    [section] = sections(changes)
    [(name, values)] = section.entries[0].details
    assert name == "out_channels" and [each.after for each in values] == ["2", "4"]


def test_what_only_some_instances_have_is_a_section_of_its_own() -> None:
    kernel, stride = Detail("kernel_size", "3", "1"), Detail("stride", "2", "1")
    changes = [change("l.0", "c", kernel, stride), change("l.1", "c", kernel)]
    both, first = sections(changes)
    assert (both.roots, both.entries[0].details[0][0]) == (("l.0", "l.1"), "kernel_size")
    assert (first.roots, first.entries[0].details[0][0]) == (("l.0",), "stride")


def test_equal_additions_are_one_entry() -> None:
    [section] = sections([change("", f"line.{n}", kind="added") for n in (1, 4, 8)])
    [entry] = section.entries
    assert entry.places == ("line.1", "line.4", "line.8")


def test_what_follows_is_counted_and_shown_on_demand() -> None:
    cause, effect = Detail("n", "8", "16"), Detail("out_channels", "8", "16", follows=True)
    changes = [change("", "y", cause), change("y", "c", effect)]
    assert following(changes) == 1
    assert len(sections(changes)) == 1
    assert len(sections(changes, everything=True)) == 2


def test_what_follows_in_some_instances_only_is_shown() -> None:
    follows, other = (Detail("out_channels", "8", "16", follows=each) for each in (True, False))
    changes = [change("a", "c", follows), change("b", "c", other)]
    assert following(changes) == 0
    assert sections(changes)[0].roots == ("a", "b")
