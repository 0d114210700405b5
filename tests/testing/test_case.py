"""What a case says of itself."""

import pytest

from netspec.shape import Symbol, format_shape
from netspec.testing.case import Case, dims_of, shapes_at


def test_as_text() -> None:
    case = Case({"kernel_size": (3, 2), "mode": "same"}, [("N", 3, "H", "W"), (2, 3)])
    assert str(case) == "kernel_size=[3, 2], mode=same on [N, 3, H, W], [2, 3]"
    assert str(Case({}, [(2, 3)])) == "[2, 3]"
    assert str(Case({}, [])) == "no arguments"


def test_names_have_sizes() -> None:
    case = Case({}, [("N", 3, "H", "K", "X")], {"K": 5, "X": Symbol("X", 8, 4)})
    assert shapes_at(case.declared(), {}) == ((2, 3, 9, 5, 8),)
    assert shapes_at(case.declared(), {"H": 1}) == ((2, 3, 1, 5, 8),)
    assert [(dim.name, dim.multiple_of) for dim in dims_of(case.declared())][-1] == ("X", 4)


def test_numbers_are_freed_but_for_channels() -> None:
    one, two = Case({}, [(2, 3, 8, 8), (2, 3, 4, 8)]).freed()
    assert (format_shape(one), format_shape(two)) == ("[N, 3, S2, S3]", "[N, 3, S21, S3]")


@pytest.mark.parametrize(
    "wrong", [{"fails": True, "stricter": True, "because": "b"}, {"stricter": True}]
)
def test_what_goes_together(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a case"):
        Case({}, [(2, 3)], **wrong)  # type: ignore[arg-type]
