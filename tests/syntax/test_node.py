"""A node in its four forms: what each takes, and what it refuses."""

import pytest

from tests.graph.specs import remarks, spec
from tests.syntax.refusing import check_error, errors_of

SUB = "{nodes: {s: relu}, inputs: [u]"

ERRORS = [
    ("⟦3⟧", "wrong-type", "a node is the name of an op, a mapping or a list, not `3`", "`relu`"),
    ("⟦true⟧", "wrong-type", "not `true`", "`relu`"),
    ("⟦{}⟧", "node-form", "node `a` has none of `op`, `chain`, `nodes` and `share`", "`op: …`"),
    ("{⟦zzz⟧: 1}", "node-form", "has none of `op`", "`op: …`"),
    ("{from: x, ⟦opp⟧: relu}", "node-form", "has none of `op`", "did you mean `op`?"),
    ("{inputs: [u], ⟦nodse⟧: {s: relu}}", "node-form", "has none", "did you mean `nodes`?"),
    ("{op: relu, ⟦chain⟧: [relu]}", "node-form", "node `a` has `op` and `chain`", "keep one"),
    ("{op: ⟦3⟧}", "wrong-type", "`op`: must be the name of an op or block, not `3`", "op: conv"),
    ("{op: ⟦[relu]⟧}", "wrong-type", "`op`: must be the name of an op or block", "op: conv"),
    ("{op: ⟦~⟧}", "wrong-type", "not nothing", "op: conv"),
    ("{chain: ⟦relu⟧}", "wrong-type", "`chain`: must be a list, not `relu`", "[…]"),
    ("{chain: ⟦[]⟧}", "missing-key", "a chain holds no node", "at least one"),
    ("⟦[]⟧", "missing-key", "a chain holds no node", "at least one"),
    ("{nodes: ⟦[relu]⟧}", "wrong-type", "`nodes`: must be a mapping, not a list", "name: value"),
    ("{nodes: ⟦{}⟧}", "missing-key", "`nodes` holds no node", "at least one"),
    ("{op: add, from: x, ⟦y⟧}", "wrong-type", "`y` has no value", "`from: [x, y]`"),
    ("{⟦op:relu⟧}", "wrong-type", "`op:relu` has no value", "after the colon, `op: relu`"),
    ("{op: relu, ⟦k:3⟧, from: x}", "wrong-type", "`k:3` has no value", "`k: 3`"),
    ("{op: conv, ⟦stride⟧, kernel_size: 3}", "wrong-type", "`stride` has no value", "write one"),
    ("{op: relu, from: ⟦[]⟧}", "wrong-type", "must name at least one node", "name"),
    ("{op: relu, from: ⟦3⟧}", "wrong-type", "`from`: must be the name of a node, not `3`", "name"),
    ("{op: relu, from: [⟦{x: y}⟧]}", "wrong-type", "must be the name of a node", "name"),
    ("{op: relu, from: ⟦x.y.z⟧}", "invalid-name", "`x.y.z` is no name of a node", "`node.1`"),
    ("{op: relu, from: ⟦_x⟧}", "invalid-name", "`_x` is no name of a node", "`node`"),
    ("{op: relu, from: ⟦~⟧}", "wrong-type", "not nothing", "name"),
    ("{op: relu, when: ⟦~⟧}", "wrong-type", "`when`: must have a value", "delete the key"),
    ("{op: relu, repeat: 2, first: ⟦3⟧}", "wrong-type", "`first`: must be a mapping", ""),
    ("{op: relu, ⟦first⟧: {inplace: true}}", "misplaced-key", "`first` without `repeat`", "add"),
    ("{op: relu, ⟦label⟧: a1}", "misplaced-key", "`label` without `repeat`", "add `repeat`"),
    ("{chain: [relu], repeat: 2, ⟦first⟧: {k: 1}}", "misplaced-key", "without `op`", "add `op`"),
    ("{op: relu, repeat: 2, label: ⟦layer⟧}", "invalid-name", "must end with the number", "layer1"),
    ("{op: relu, repeat: 2, label: ⟦a b1⟧}", "invalid-name", "no place in a module tree", ""),
    ("{op: relu, ⟦splice⟧: true}", "misplaced-key", "`splice` is for a chain", "delete"),
    ("{chain: [relu], ⟦splice⟧: true}", "misplaced-key", "`splice` is for a chain", "delete"),
    ("[{chain: [relu], splice: ⟦1⟧}]", "wrong-type", "must be true or false, not `1`", "true"),
    ("{op: relu, ⟦before⟧: y}", "misplaced-key", "`before` is for the nodes", "delete"),
    ("{op: relu, ⟦after⟧: x}", "misplaced-key", "`after` is for the nodes", "delete"),
    ("{op: relu, at: ⟦a..b⟧}", "invalid-name", "`a..b` is no place in a module tree", "dots"),
    ("{op: relu, at: ⟦''⟧}", "invalid-name", "is no place in a module tree", "dots"),
    ("{op: relu, at: ⟦a.-b⟧}", "invalid-name", "`a.-b` is no place in a module tree", "in front"),
    ("{op: relu, at: ⟦a/b⟧}", "invalid-name", "`a/b` is no place", "dots"),
    ("{op: relu, at: ⟦b.forward⟧}", "invalid-name", "`forward` is an attribute", "another"),
    ("{op: relu, at: ⟦[a]⟧}", "wrong-type", "`at`: must be text, not a list", "text"),
    ("{op: relu, doc: ⟦3⟧}", "wrong-type", "`doc`: must be text, not `3`", "quotes"),
    ("{op: relu, doc: ⟦~⟧}", "wrong-type", "`doc`: must be text, not nothing", "delete the key"),
    ("[{op: relu, ⟦from⟧: x}]", "chain-member-key", "takes no `from`", "as `nodes`"),
    ("[{op: relu, ⟦at⟧: k}]", "chain-member-key", "takes no `at`", "as `nodes`"),
    ("{chain: [relu], ⟦inplace⟧: 1}", "unknown-key", "node `a`, which has `chain`, has no key", ""),
    (f"{SUB}, ⟦outpt⟧: s}}", "unknown-key", "which has `nodes`, has no key `outpt`", "did you"),
    (f"{SUB}, output: ⟦3⟧}}", "wrong-type", "`output`: must be the name of a node", ""),
    (f"{SUB}, ⟦output⟧: s, outputs: {{o: s}}}}", "node-form", "exclude each other", "keep one"),
    (f"{SUB}, outputs: {{o: ⟦[s]⟧}}}}", "wrong-type", "output `o` must be the name", "name"),
    ("{nodes: {s: relu}, inputs: ⟦u⟧}", "wrong-type", "`inputs`: must be a list", ""),
    ("{nodes: {s: relu}, inputs: [⟦class⟧]}", "invalid-name", "a keyword of Python", "another"),
    ("{nodes: {⟦forward⟧: relu}}", "invalid-name", "`forward` cannot name a node", "another"),
]


@pytest.mark.parametrize(("node", "code", "message", "help"), ERRORS)
def test_errors(node: str, code: str, message: str, help: str) -> None:
    check_error("relu", node, code, message, help)


@pytest.mark.parametrize("key", ["at: k", "repeat: 2", "label: a1", "splice: true"])
def test_keys_that_share_does_not_take(key: str) -> None:
    found = errors_of(spec(f"a: relu\ny: {{share: a, {key}}}"))
    name = key.partition(":")[0]
    assert ("misplaced-key", True) in [(e.code, f"`{name}`" in e.message) for e in found]


def test_an_empty_node() -> None:
    check_error("  a: relu", "  ⟦a⟧:", "wrong-type", "not nothing", "`~` removes a node where")


def test_names_equal_but_for_case() -> None:
    text = "netspec: 1\ninputs: {x: [N, 4]}\nnodes: {y: relu, ⟦Y⟧: relu}\noutputs: {o: Y}\n"
    (warning,) = remarks(text, "names-alike")
    assert warning.message == "`Y` and `y` are equal but for upper and lower case"
