"""P3: bounded, unambiguous YAML.

The event stream is counted and refused before a value is made of it, so that depth, aliases, merge
keys and repeated keys cost nothing; what has two readings has none. 500 texts for the productions
of YAML and JSON say what is read; a million inputs, made of the zoo, the corpus of bad inputs and
these by changing bytes and tokens, get nothing out but NetspecError: `pytest -m slow
tests/promises/test_p03_bounded_yaml.py`, half an hour on two cores. Each input has five seconds,
and the process one GiB.
"""

import json
import os
import resource
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from types import FrameType

import pytest
import yaml

import netspec
from netspec.diagnostics import Collector
from netspec.syntax import reader
from netspec.syntax.data import read_data
from netspec.syntax.reader import read_text
from netspec.syntax.tree import plain
from tests.bad_inputs import GOOD
from tests.fuzz import corpus
from tests.fuzz.mutate import mutated, mutated_bytes
from tests.fuzz.targets import SMALL
from tests.fuzz.targets import text as target
from tests.promises.yaml_snippets import JSON_VALUES, NO_JSON, READ, REFUSED, SNIPPETS

MUTATIONS = 1_000_000
QUICK = 1_000
PART = 10_000
SECONDS = 5


def value_or_codes(text: str) -> tuple[object, list[str]]:
    """What a text says, and the codes of what is wrong."""
    collector = Collector()
    tree = read_text(text, "x", collector)
    assert all(found.help and found.span.line for found in collector)
    return (None if tree is None else plain(tree)), [found.code for found in collector]


def same(left: object, right: object) -> bool:
    """Equal, and of equal types, keys in the same order."""
    return type(left) is type(right) and json.dumps(left) == json.dumps(right)


def test_snippets_are_many() -> None:
    assert len(SNIPPETS) >= 500
    assert len({*SNIPPETS}) >= 480


@pytest.mark.parametrize("text", READ, ids=repr)
def test_what_is_read(text: str) -> None:
    value, codes = value_or_codes(text)
    assert codes == []
    assert same(value, READ[text]), value


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text)[:30])
def test_what_is_refused(text: str) -> None:
    _, codes = value_or_codes(text)
    assert len(codes) == 1
    assert REFUSED[text] in ("", codes[0])


def test_json_is_read_as_json_is() -> None:
    for text in JSON_VALUES:
        value, codes = value_or_codes(text)
        assert codes == [] and same(value, json.loads(text)), text


def test_what_is_no_json_is_refused_or_has_one_meaning() -> None:
    for text in NO_JSON:
        value, codes = value_or_codes(text)
        assert len(codes) <= 1 or codes == ["number-range"] * len(codes)
        if not codes:
            again = read_data(value, "x", Collector())
            assert again is not None and same(plain(again), value)


BOMBS = {
    "[": "[" * 1_000_000,
    "{": "{a: " * 200_000,
    "- ": "- " * 500_000,
    "? ": "? " * 500_000,
    "a:": "".join(f"{' ' * depth}a:\n" for depth in range(1000)),
    "laughs": "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30)),
    "merges": "".join(f"m{i}: &m{i} {{<<: [*m{i - 1}, *m{i - 1}]}}\n" for i in range(1, 30)),
    "itself": "&a [*a]",
    "values": "[" + "a, " * 340_000 + "]",
    "keys": "".join(f"k{i}: 1\n" for i in range(90_000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_the_parser_is_asked_for_no_more_than_is_allowed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a bomb only so many events are taken as make the first mistake."""
    taken = 0

    def counted(*given: object, **named: object) -> Iterator[yaml.Event]:
        nonlocal taken
        for event in real(*given, **named):
            taken += 1
            yield event

    real = yaml.parse
    monkeypatch.setattr(yaml, "parse", counted)
    collector = Collector()
    assert read_text(BOMBS[name], "x", collector) is None
    assert len(collector) == 1
    assert taken < 210_000 if name in ("values", "keys") else taken < 80


def test_nothing_is_composed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loader parses; it never composes nodes or constructs values."""

    def refuse(*_: object) -> None:
        raise AssertionError("composed")

    for name in ("load", "compose", "get_node", "get_single_node", "get_single_data", "get_data"):
        for owner in (yaml, reader._Loader):
            if hasattr(owner, name):
                monkeypatch.setattr(owner, name, refuse)
    assert netspec.check_spec(netspec.Text(GOOD)).graph


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises TimeoutError after so much time of the processor."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def inputs(first: int, last: int) -> Iterator[bytes]:
    """Changed texts, each by its number: tokens in most, bytes in one of four."""
    seeds = corpus.seeds("text")
    for number in range(first, last):
        data = seeds[number % len(seeds)]
        edits = 1 + number // len(seeds) % 6
        if number % 4 == 0:
            yield mutated_bytes(data, number, edits)
        else:
            yield corpus.encoded(mutated(data.decode(errors="replace"), number, edits))


def failures(first: int, last: int) -> list[tuple[bytes, str]]:
    """The inputs that get something else out, and what; none, as is to be hoped."""
    found = []
    for data in inputs(first, last):
        try:
            with within(SECONDS):
                target(data)
        except Exception as error:
            found.append((data, repr(error)))
    return found


def test_changed_texts() -> None:
    assert failures(0, QUICK) == []


def small_process() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


@pytest.mark.slow
def test_a_million_changed_texts() -> None:
    starts = range(0, MUTATIONS, PART)
    ends = [start + PART for start in starts]
    alone = get_context("spawn")  # without what other tests have in memory
    with ProcessPoolExecutor(os.cpu_count(), alone, small_process) as pool:
        found = [one for part in pool.map(failures, starts, ends) for one in part]
    assert found == []


def test_what_escapes_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("broken")

    monkeypatch.setattr("netspec.pipeline.elaborate", broken)
    assert failures(0, 60)
    assert SMALL.nodes < 1000


def wait_for_ever() -> None:
    while True:
        pass


def test_what_takes_too_long_would_be_seen() -> None:
    with pytest.raises(TimeoutError), within(0.2):
        wait_for_ever()
