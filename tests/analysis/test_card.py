"""What a list says of a network, read off its graph and its doc."""

import pytest

from netspec import Text, check_spec
from netspec.analysis.card import Card, card

SPEC = """\
netspec: 1
doc: "{doc}"
source: A paper
dims: {{H: {{nominal: 64, multiple_of: 32}}, W: {{nominal: 64, multiple_of: 32}}}}
inputs: {{image: [N, 3, H, W], depth: [N, 1, 8, 8]}}
nodes:
  conv: {{op: conv, out_channels: 4, kernel_size: 40, bias: false}}
  pool: {{op: max_pool, kernel_size: 8, from: depth}}
outputs: {{a: conv, b: pool}}
"""


def made(doc: str = "") -> Card:
    return card("name", check_spec(Text(SPEC.format(doc=doc))).graph)


def test_the_numbers() -> None:
    one = made()
    assert one.parameters == 4 * 3 * 40 * 40
    assert one.macs == one.parameters * 25 * 25
    assert one.gmacs == "0.012"
    assert one.input_words == "3×64×64, 1×8×8"
    assert one.source == "A paper"


def test_least_sizes_that_are_alike_stand_together() -> None:
    assert made().least == "H, W ≥ 64 in steps of 32"


def test_no_free_size_is_said() -> None:
    assert card("lenet5", check_spec("lenet5").graph).least == "fixed"


@pytest.mark.parametrize(
    ("doc", "equal_to", "summary"),
    [
        ("", "", ""),
        ("A net 1.5 times as wide. More.", "", "A net 1.5 times as wide."),
        ("A net, equal to a.b's c. More.", "a.b's c", "A net."),
        ("A net. Equal to a.b.c.", "a.b.c", "A net."),
        ("A net. Equal to a.b.c with two heads. More.", "a.b.c with two heads", "A net."),
        ("Equal to a.b.c. A net of two.", "a.b.c", "A net of two."),
        ("A net, equal to a, but for the stem.", "a", "A net, but for the stem."),
    ],
)
def test_what_a_doc_says(doc: str, equal_to: str, summary: str) -> None:
    one = made(doc)
    assert (one.equal_to, one.summary) == (equal_to, summary)
