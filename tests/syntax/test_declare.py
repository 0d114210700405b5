"""The declarations of a spec: each key, each long form, and what is refused."""

import pytest

from tests.graph.specs import refuse
from tests.syntax.refusing import BASE, check_error

REPLACED = [
    ("netspec: 1", "netspec: ⟦2⟧", "language-version", "must be 1, not `2`", "`netspec: 1`"),
    ("netspec: 1", "netspec: ⟦'1'⟧", "language-version", 'must be 1, not "1"', "`netspec: 1`"),
    ("netspec: 1", "netspec: ⟦true⟧", "language-version", "must be 1, not `true`", "`netspec: 1`"),
    ("netspec: 1", "netspec: ⟦[1]⟧", "language-version", "not a list", "`netspec: 1`"),
    ("netspec: 1", "⟦netspc⟧: 1", "unknown-key", "a spec has no key `netspc`", "`netspec`?"),
    ("nodes:", "⟦node⟧:", "unknown-key", "a spec has no key `node`", "did you mean `nodes`?"),
    ("name: base", "name: ⟦a-b⟧", "invalid-name", "`a-b` is no name", "another name"),
    ("name: base", "name: ⟦3⟧", "wrong-type", "`name`: must be text, not `3`", "quotes"),
    ("{x: [N, 4, 8, 8]}", "{x: ⟦3⟧}", "wrong-type", "input `x` must be a shape, not `3`", "[N, 3"),
    ("{x: [N, 4, 8, 8]}", "⟦[x]⟧", "wrong-type", "`inputs`: must be a mapping", "name: value"),
    ("{x: [N, 4, 8, 8]}", "⟦{}⟧", "missing-key", "`inputs` holds no input", "at least one"),
    ("{x: [N, 4, 8, 8]}", "{⟦N⟧: [1, 4]}", "invalid-name", "reserved in expressions", "another"),
    ("{x: [N, 4, 8, 8]}", "{⟦1x⟧: [1, 4]}", "invalid-name", "`1x` cannot name an input", "another"),
    ("{x: [N, 4, 8, 8]}", "{x: {⟦shpe⟧: [N, 4]}}", "unknown-key", "has no key `shpe`", "`shape`?"),
    ("{x: [N, 4, 8, 8]}", "{x: ⟦{dtype: float32}⟧}", "missing-key", "needs `shape`", "`shape: …`"),
    ("[N, 4, 8, 8]", "{shape: [N, 4], dtype: ⟦int8⟧}", "wrong-type", "floating-point", "float32"),
    ("[N, 4, 8, 8]", "{shape: ⟦4⟧}", "wrong-type", "`shape`: must be a list, not `4`", "[…]"),
    ("{y: y}", "⟦{}⟧", "missing-key", "`outputs` holds no output", "name the node"),
    ("{y: y}", "⟦y⟧", "wrong-type", "`outputs`: must be a mapping, not `y`", "name: value"),
    ("{y: y}", "{y: ⟦3⟧}", "wrong-type", "output `y`: must be the name of a node", "name"),
    ("{y: y}", "{y: ⟦'y y'⟧}", "invalid-name", "output `y`: `y y` is no name of a node", "`node`"),
    ("{y: y}", "{⟦a.b⟧: y}", "invalid-name", "`a.b` cannot name an output", "another"),
    ("{y: y}", "{y: {⟦form⟧: y}}", "unknown-key", "output `y` has no key `form`", "`from`?"),
    ("{y: y}", "{y: ⟦{training: true}⟧}", "missing-key", "output `y` needs `from`", "`from: …`"),
    ("{y: y}", "{y: {from: y, training: ⟦1⟧}}", "wrong-type", "true or false, not `1`", "`true`"),
    ("{y: y}", "{y: ⟦~⟧}", "wrong-type", "`y` has no value", "`~` removes something only"),
]
ADDED = [
    ("doc: ⟦[a]⟧", "wrong-type", "`doc`: must be text, not a list", ""),
    ("source: ⟦2015⟧", "wrong-type", "`source`: must be text, not `2015`", "put it in quotes"),
    ("extends: ⟦[a]⟧", "wrong-type", "`extends`: must be the path or name of a spec", "base.yaml"),
    ("include: ⟦r⟧", "wrong-type", "`include`: must be a mapping, not `r`", ""),
    ("include: {⟦a-b⟧: resnet34}", "invalid-name", "cannot name an included spec", "another"),
    ("include: {r: ⟦3⟧}", "wrong-type", "`r` must be the path or name of a spec", "path.yaml"),
    ("params: {⟦N⟧: 3}", "invalid-name", "`N` cannot name a parameter: it is reserved", "another"),
    ("params: {⟦max⟧: 3}", "invalid-name", "`max` cannot name a parameter", "another"),
    ("params: {k: {⟦defalt⟧: 3}}", "unknown-key", "parameter `k` has no key", "`default`?"),
    ("params: {k: {type: ⟦int⟧}}", "wrong-type", "must be a type, not `int`", "integer, number"),
    ("params: {k: {choices: ⟦3⟧}}", "wrong-type", "`choices`: must be a list", "[…]"),
    ("params: {k: {choices: [⟦[1]⟧]}}", "wrong-type", "a choice of `k` must be", "a number"),
    ("params: {k: {default: ⟦~⟧}}", "wrong-type", "`default`: must have a value", "delete the key"),
    ("params: {k: ⟦{type: text, default: a}⟧}", "missing-key", "is text and needs", "list its"),
    ("dims: {⟦count⟧: 3}", "invalid-name", "`count` cannot name a dim", "another"),
    ("dims: {H: {⟦nomnal⟧: 8}}", "unknown-key", "dim `H` has no key `nomnal`", "`nominal`?"),
    ("dims: {H: ⟦{min: 8}⟧}", "missing-key", "dim `H` needs `nominal`", "`nominal: …`"),
    ("defaults: {conv: ⟦3⟧}", "wrong-type", "the defaults of `conv` must be a mapping", "argument"),
    ("defaults: ⟦[conv]⟧", "wrong-type", "`defaults`: must be a mapping", ""),
    ("init: ⟦{}⟧", "wrong-type", "`init`: must be a list, not a mapping", "[…]"),
    ("init: [⟦3⟧]", "wrong-type", "a rule of `init` must be a mapping, not `3`", "{match"),
    ("init: [⟦{fill: 0}⟧]", "missing-key", "needs `match` or `op`", "*.weight"),
    ("init: [⟦{op: conv}⟧]", "missing-key", "a rule of `init` needs `fill`", "`fill: …`"),
    ("init: [{op: conv, ⟦fil⟧: 0}]", "unknown-key", "a rule of `init` has no key", "`fill`?"),
    ("init: [{match: ⟦3⟧, fill: 0}]", "wrong-type", "`match`: must be text, not `3`", "quotes"),
    ("blocks: {⟦if⟧: {chain: [relu]}}", "invalid-name", "it is a keyword of Python", "another"),
    ("blocks: {b: ⟦[relu]⟧}", "wrong-type", "block `b` must be a mapping, not a list", "chain"),
    ("blocks: {⟦b⟧: {doc: x}}", "node-form", "neither `nodes` nor `chain`", "one of them"),
    ("blocks: {⟦b⟧: {nodes: {a: relu}, chain: [relu]}}", "node-form", "both `nodes` and", "one"),
    ("blocks: {b: {chain: ⟦[]⟧}}", "missing-key", "a chain holds no node", "at least one"),
    ("blocks: {b: ⟦{nodes: {}}⟧}", "missing-key", "block `b` holds no node", "at least one"),
    ("blocks: {b: {chain: [relu], ⟦output⟧: a}}", "misplaced-key", "`b` is a chain", "`output`"),
    ("blocks: {b: {⟦node⟧: {a: relu}}}", "unknown-key", "block `b` has no key", "`nodes`?"),
    ("blocks: {b: {inputs: ⟦x⟧, chain: [relu]}}", "wrong-type", "a list of names", "[x]"),
    ("blocks: {b: {inputs: [⟦3⟧], chain: [relu]}}", "wrong-type", "an input of block `b`", ""),
    ("blocks: {b: {inputs: [x, ⟦x⟧], chain: [relu]}}", "duplicate-key", "written twice", "rename"),
    ("blocks: {b: {inputs: [⟦N⟧], chain: [relu]}}", "invalid-name", "reserved", "another"),
    ("blocks: {b: {params: ⟦[k]⟧, chain: [relu]}}", "wrong-type", "`params`: must be a", ""),
    ("blocks: {b: {nodes: {a: relu}, output: ⟦3⟧}}", "wrong-type", "`output`: must be the", ""),
    ("blocks: {b: {nodes: {a: relu}, outputs: ⟦[a]⟧}}", "wrong-type", "`outputs`: must be", ""),
    ("blocks: {b: {nodes: {a: relu}, outputs: {o: ⟦3⟧}}}", "wrong-type", "output `o` must", ""),
    (
        "blocks: {b: {nodes: {a: relu}, output: a, ⟦outputs⟧: {o: a}}}",
        "node-form",
        "block `b` has both `output` and `outputs`",
        "keep one",
    ),
]


@pytest.mark.parametrize(("old", "new", "code", "message", "help"), REPLACED)
def test_errors_in_what_must_be_there(
    old: str, new: str, code: str, message: str, help: str
) -> None:
    check_error(old, new, code, message, help)


@pytest.mark.parametrize("section", ["inputs", "nodes", "outputs", "dims"])
def test_entries_beside_their_section(section: str) -> None:
    text = f"netspec: 1\n{section}:\n⟦one⟧: 3\ntwo: 4\n"
    (error,) = refuse(text, "wrong-type")
    assert error.message == f"`{section}` holds nothing, and `one` stands beside it, not in it"
    assert error.help == f"indent what belongs to `{section}`"


@pytest.mark.parametrize(("line", "code", "message", "help"), ADDED)
def test_errors_in_what_may_be_there(line: str, code: str, message: str, help: str) -> None:
    check_error("", line, code, message, help)


@pytest.mark.parametrize("key", ["inputs", "nodes", "outputs"])
def test_what_a_spec_without_a_parent_needs(key: str) -> None:
    old = {"inputs": "inputs: {x: [N, 4, 8, 8]}\n", "outputs": "outputs: {y: y}\n"}.get(
        key, "nodes:\n  a: relu\n  y: relu\n"
    )
    message = f"a spec that extends no other needs `{key}`"
    (error,) = refuse(BASE.replace(old, "").replace("netspec", "⟦netspec⟧"), "missing-key")
    assert message in error.message


def test_all_that_a_spec_without_a_parent_needs_is_told_at_once() -> None:
    (error,) = refuse("⟦netspec⟧: 1\nname: net\n", "missing-key")
    assert error.message == "a spec that extends no other needs `inputs`, `nodes` and `outputs`"
    assert error.help and error.help.endswith("or `extends:` a spec that has them")
