"""P7: names are inert identifiers.

Every attribute of a live `nn.Module` and `nn.Sequential`, every keyword of Python, look-alikes of
Unicode and 772 naughty texts stand as the name of each thing that a spec can name. What is accepted
is an ASCII identifier that Python, torch and expressions do not know, and it builds; everything
else is refused where it stands, with a way out. By default one text in five is tried in each place;
all are by `pytest -m slow tests/promises/test_p07_names.py`, in seconds.
"""

import keyword
import re
import unicodedata

import pytest
import torch

import netspec
from netspec.diagnostics import Diagnostic, NetspecError
from netspec.expression import RESERVED
from tests.promises.fields import FIELDS, refusal
from tests.promises.naughty import TEXTS

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}", re.ASCII)
ATTRIBUTES = sorted({*dir(torch.nn.Module()), *dir(torch.nn.Sequential()), "training"})
LOOKALIKES = [
    char + rest
    for char in map(chr, range(0x80, 0x30000))
    if unicodedata.normalize("NFKC", char).isascii() and char.isidentifier()
    for rest in ("", "onv")
]
"""What Python would fold to an ASCII identifier."""

NAMED = [
    *("name", "name of a parameter", "name of a dim", "name of an input", "name of a block"),
    *("name of a node", "name of an output", "name of an include", "input of a block"),
]


def texts(every: int = 1) -> list[str]:
    """Everything that might be a name, or one in `every`; of look-alikes a few, as one kind."""
    found = dict.fromkeys([*TEXTS, *ATTRIBUTES, *keyword.kwlist, *LOOKALIKES[::40]])
    return [*found][::every]


def own_words(refused: NetspecError | None) -> list[Diagnostic]:
    """What is said of the name itself, rather than that nothing uses what it names."""
    found = refused.diagnostics if refused else ()
    return [one for one in found if one.severity == "error" and one.code != "unused"]


def test_names_are_many() -> None:
    assert len(ATTRIBUTES) > 100
    assert len(LOOKALIKES) > 1000
    assert len(texts()) * len(NAMED) > 7000


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("field", NAMED)
def test_only_identifiers_are_names(field: str, every: int) -> None:
    accepted = [text for text in texts(every) if named(field, text)]
    assert len(accepted) > 20 / every
    for text in accepted:
        assert IDENTIFIER.fullmatch(text), text
        assert not keyword.iskeyword(text)


def named(field: str, text: str) -> bool:
    """Whether the name is accepted; a refusal is whole and short."""
    words = own_words(refusal(FIELDS[field], text))
    for found in words:
        assert found.help, (field, text)
        assert len(found.message) < 400
    return not words


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_no_node_has_the_name_of_an_attribute(name: str) -> None:
    for field in ("name of a node", "at"):
        refused = refusal(FIELDS[field], name)
        assert refused is not None, field
        assert {found.code for found in refused.diagnostics} <= {"invalid-name", "unused"}


@pytest.mark.parametrize("name", RESERVED)
def test_no_value_has_a_name_of_the_arithmetic(name: str) -> None:
    for field in ("name of a parameter", "name of a dim", "name of an input", "input of a block"):
        assert own_words(refusal(FIELDS[field], name)), field


def test_parts_of_places_and_labels_are_plain() -> None:
    for field in ("at", "label"):
        for text in texts(5):
            if not own_words(refusal(FIELDS[field], text)):
                assert re.fullmatch(r"[A-Za-z0-9_.-]{1,1000}", text, re.ASCII), text


def test_what_is_accepted_is_an_attribute_like_any_other() -> None:
    """All accepted names at once, in one network that is built, run, scripted by name and saved."""
    names = [text for text in dict.fromkeys(TEXTS) if named("name of a node", text)]
    names = [name for name in names if name not in ("x", "a", "y")]
    nodes = {name: {"op": "linear", "out_features": 2} for name in names}
    spec = {"netspec": 1, "inputs": {"x": ["N", 2]}, "nodes": nodes, "outputs": {"y": names[-1]}}
    model = netspec.compile_spec(spec, seed=0)
    plain = torch.nn.Module()
    assert [name for name, _ in model.named_children()] == names
    for name in names:
        assert isinstance(getattr(model, name), torch.nn.Linear)
        assert not hasattr(plain, name)
    assert list(model.state_dict()) == [f"{n}.{k}" for n in names for k in ("weight", "bias")]
    assert model(torch.ones(3, 2)).shape == (3, 2)


def test_a_name_that_is_let_through_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netspec.syntax.identifiers._IDENTIFIER", re.compile(r".*", re.DOTALL))
    with pytest.raises(AssertionError):
        test_only_identifiers_are_names("name of an output", every=5)
