"""Cards as a table, a page and JSON."""

from netspec.analysis import catalog
from netspec.analysis.card import Card
from netspec.shape import symbol

CARD = Card(
    name="folder/net",
    parameters=1_234_567,
    macs=4_089_184_256,
    inputs=(("image", (symbol("N"), 3, 8, 8)),),
    dims=(),
    equal_to="",
    summary="A | b <script> \x1b[1m.",
    source="",
)


def test_a_line_is_cut_at_the_width() -> None:
    heads, line = catalog.table([CARD], 50)
    assert heads.split()[:3] == ["name", "params", "GMACs"]
    assert line.split()[:5] == ["folder/net", "1.2", "M", "4.09", "3×8×8"]
    assert len(line) == 50 and line.endswith("…")


def test_text_of_a_spec_is_inert() -> None:
    page, table = catalog.page([CARD]), "\n".join(catalog.table([CARD]))
    assert "A \\| b &lt;script>" in page
    assert "\x1b" not in page + table


def test_a_page_has_a_table_for_each_folder() -> None:
    page = catalog.page([CARD, CARD])
    assert page.count("## folder\n") == page.count("| spec |") == 1
    assert page.count("| `folder/net` | 1,234,567 | 4.09 | 3×8×8 | fixed |") == 2


def test_the_batch_is_a_name_in_json() -> None:
    assert catalog.data(CARD)["inputs"] == {"image": ["N", 3, 8, 8]}
