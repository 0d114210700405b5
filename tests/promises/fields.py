"""Every place of a spec, or beside one, that takes a text; each is checked with any text in it."""

from collections.abc import Callable, Mapping

from netspec import Checked, NetspecError, Text, check_spec
from netspec.syntax.value import read_value
from tests.bad_inputs import GOOD

Check = Callable[[str], Checked]


def spec(**changes: object) -> Checked:
    good: dict[str, object] = {
        "netspec": 1,
        "inputs": {"x": ["N", 4, 8, 8]},
        "nodes": {"a": "relu", "y": "relu"},
        "outputs": {"y": "y"},
    }
    return check_spec({**good, **changes})


def with_node(**keys: object) -> Checked:
    return spec(nodes={"a": "relu", "y": {"op": "relu", **keys}})


def with_block(**keys: object) -> Checked:
    return spec(blocks={"b": {"nodes": {"z": "relu"}, **keys}}, nodes={"y": "b"})


def with_free_size(**given: Mapping[str, object]) -> Checked:
    text = GOOD.replace("[N, 3, 32, 32]", "[N, 3, H, 32]").replace(
        "kernel_size: 3", "kernel_size: k"
    )
    return check_spec(Text(f"{text}params: {{k: 3}}\ndims: {{H: 32}}\n"), **given)  # type: ignore[arg-type]


FIELDS: dict[str, Check] = {
    "name": lambda text: spec(name=text),
    "doc": lambda text: spec(doc=text),
    "source": lambda text: spec(source=text),
    "extends": lambda text: check_spec({"netspec": 1, "extends": text}),
    "include": lambda text: spec(include={"r": text}),
    "name of an include": lambda text: spec(include={text: "lenet5"}),
    "key": lambda text: spec(**{text: 1}),
    "version": lambda text: spec(netspec=text),
    "name of a parameter": lambda text: spec(params={text: 1}),
    "default": lambda text: spec(params={"k": text}),
    "type": lambda text: spec(params={"k": {"type": text}}),
    "choice": lambda text: spec(params={"k": {"default": text, "choices": [text]}}),
    "doc of a parameter": lambda text: spec(params={"k": {"default": 1, "doc": text}}),
    "name of a dim": lambda text: spec(dims={text: 8}),
    "dim": lambda text: spec(dims={"H": text}),
    "multiple of a dim": lambda text: spec(dims={"H": {"nominal": 8, "multiple_of": text}}),
    "name of an input": lambda text: spec(inputs={text: ["N", 4]}),
    "size": lambda text: spec(inputs={"x": ["N", text, 8, 8]}),
    "dtype": lambda text: spec(inputs={"x": {"shape": ["N", 4], "dtype": text}}),
    "defaults": lambda text: spec(defaults={text: {}}),
    "default argument": lambda text: spec(defaults={"conv": {text: text}}),
    "name of a block": lambda text: spec(blocks={text: {"chain": ["relu"]}}),
    "key of a block": lambda text: with_block(**{text: text}),
    "input of a block": lambda text: with_block(inputs=[text]),
    "output of a block": lambda text: with_block(output=text),
    "name of a node": lambda text: spec(nodes={"a": "relu", text: "relu"}, outputs={"y": text}),
    "node": lambda text: spec(nodes={"y": text}),
    "member of a chain": lambda text: spec(nodes={"y": ["relu", text]}),
    "op": lambda text: with_node(op=text),
    "from": lambda text: with_node(**{"from": text}),
    "when": lambda text: with_node(when=text),
    "repeat": lambda text: with_node(repeat=text),
    "first": lambda text: with_node(repeat=2, first={text: text}),
    "label": lambda text: with_node(repeat=2, label=text),
    "at": lambda text: with_node(at=text),
    "after": lambda text: with_node(after=text),
    "splice": lambda text: spec(nodes={"y": [{"chain": ["relu"], "splice": text}]}),
    "share": lambda text: spec(nodes={"a": "relu", "y": {"share": text}}),
    "shape": lambda text: with_node(shape=["N", text, 8, 8]),
    "doc of a node": lambda text: with_node(doc=text),
    "argument": lambda text: with_node(inplace=text),
    "name of an argument": lambda text: with_node(**{text: 1}),
    "name of an output": lambda text: spec(outputs={text: "y"}),
    "output": lambda text: spec(outputs={"y": text}),
    "training": lambda text: spec(outputs={"y": {"from": "y", "training": text}}),
    "match": lambda text: spec(init=[{"match": text, "fill": 0}]),
    "fill": lambda text: spec(init=[{"match": "*", "fill": text}]),
    "initializer": lambda text: spec(init=[{"match": "*", "fill": {text: {text: text}}}]),
    "modeline": lambda text: check_spec(Text(f"# yaml-language-server: $schema={text}\n{GOOD}")),
    "raw line": lambda text: check_spec(Text(f"{GOOD}{text}\n")),
    "name of the text": lambda text: check_spec(Text(GOOD.replace("relu", "rellu"), text)),
    "value that is set": lambda text: with_free_size(params={"k": text}),
    "name that is set": lambda text: with_free_size(params={text: 1}),
    "size that is set": lambda text: with_free_size(dims={"H": text}),
    "dim that is set": lambda text: with_free_size(dims={text: 1}),
    "value on the command line": lambda text: with_free_size(params={"k": read_value(text, "k")}),
}
"""By what the text is, a check of a small spec with the text there. Raises NetspecError."""

FREE_TEXT = {"doc", "source", "doc of a parameter", "doc of a node", "match", "modeline"}
"""Fields in which any text is fine."""


def refusal(check: Check, text: str) -> NetspecError | None:
    """What is said against the text, if anything; nothing but NetspecError may escape."""
    try:
        check(text)
    except NetspecError as error:
        return error
    return None
