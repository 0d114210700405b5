"""What a fuzzer starts from: everything that the suite knows to be good, bad or naughty."""

from pathlib import Path

from netspec.zoo import zoo_root
from tests.bad_inputs import ACCEPTED, BAD, unmarked
from tests.expression.random_numbers import numbers
from tests.expression.random_sizes import sizes
from tests.expression.test_hostile import REFUSED, TOKENS, TRASH
from tests.fuzz.mutate import BITS
from tests.promises.naughty import TEXTS
from tests.promises.yaml_snippets import SNIPPETS

LONGEST = 4096
"""Bytes of an input: longer ones are slow, and reach nothing that these do not."""
FOUND = Path(__file__).parent / "found"
"""Inputs that broke something once, a folder for each target."""


def seeds(target: str) -> list[bytes]:
    """The inputs from which a target starts."""
    made = specs() if target == "text" else expressions()
    kept = {data for data in made if len(data) <= LONGEST}
    return sorted(kept | {path.read_bytes() for path in found(target)})


def found(target: str) -> list[Path]:
    return sorted((FOUND / target).glob("*"))


def specs() -> list[bytes]:
    zoo = [path.read_bytes() for path in sorted(zoo_root().rglob("*.yaml"))]
    accepted = [text.encode() for text in ACCEPTED.values()]
    refused = [unmarked(bad.text)[0] for bad in BAD]
    return [*zoo, *accepted, *refused, *map(encoded, SNIPPETS)]


def expressions() -> list[bytes]:
    made = [case.text for count in (numbers, sizes) for case in count(seed=6, count=300)]
    return [encoded(text) for text in (*REFUSED, *made, *TEXTS)]


def words(target: str) -> list[bytes]:
    """The tokens that a fuzzer may put in."""
    bits = BITS if target == "text" else (*TOKENS.split(), *TRASH.split())
    return [encoded(bit) for bit in bits]


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
