"""`netspec list`: the zoo."""

from netspec import zoo


def test_every_spec_is_listed_with_its_doc(netspec) -> None:
    lines = netspec("list").out.splitlines()
    assert [line.split()[0] for line in lines] == zoo.names()
    assert all(zoo.doc(name) in line for name, line in zip(zoo.names(), lines, strict=True))
    assert "resnet34" in zoo.names()


def test_a_glob_picks(netspec) -> None:
    assert netspec("list", "resnet3?").out.startswith("resnet34 ")
    assert netspec("list", "nothing*").status == 0
