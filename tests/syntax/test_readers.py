"""All readers of a node move in one step."""

from netspec.syntax.readers import Readers


def test_nothing_moves_by_itself() -> None:
    readers = Readers()
    assert [readers.resolve(readers.of(name)) for name in ("a", None, "a.1")] == ["a", None, "a.1"]


def test_those_who_read_before_are_led_on() -> None:
    readers = Readers()
    before = readers.of("a")
    readers.insert("a", "b")
    after = readers.of("a")
    assert [readers.resolve(port) for port in (before, after)] == ["b", "a"]
    readers.insert("b", "c")
    assert [readers.resolve(port) for port in (before, after)] == ["c", "a"]


def test_those_who_read_a_removed_node_read_its_source() -> None:
    readers = Readers()
    before = readers.of("b")
    readers.remove("b", readers.of("a"))
    assert [readers.resolve(port) for port in (before, readers.of("b"))] == ["a", "a"]
    readers.remove("a", readers.of(None))
    assert readers.resolve(before) is None
    assert readers.resolve(readers.of("b.1")) is None


def test_an_output_of_a_node_that_is_removed_later() -> None:
    readers = Readers()
    port = readers.of("s.1")
    readers.remove("s", readers.of("r"))
    assert readers.resolve(port) == "r"


def test_removed_nodes_that_read_each_other() -> None:
    readers = Readers()
    port = readers.of("a")
    readers.remove("a", readers.of("b"))
    readers.remove("b", readers.of("a"))
    assert readers.resolve(port) is None


def test_a_long_way_is_walked_once() -> None:
    readers = Readers()
    first = readers.of("n0")
    for number in range(50_000):
        readers.insert(f"n{number}", f"n{number + 1}")
    assert {readers.resolve(first) for _ in range(1000)} == {"n50000"}
