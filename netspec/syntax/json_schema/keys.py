"""The keys of every part of a spec, each with what it is for and what may stand behind it."""

from netspec.syntax.json_schema.values import Schema, described, either, ref, table
from netspec.syntax.schema import DTYPES, LANGUAGE_VERSION, PARAM_TYPES

DOC = described("What it is, in words.", {"type": "string"})
CHAIN: Schema = {"type": "array", "items": ref("member"), "minItems": 1}
CHOICES: Schema = {"type": "array", "items": {"type": ["number", "boolean", "string"]}}

NODE: dict[str, Schema] = {
    "op": described(
        "What the node is: an op, a block, an included spec, or a parameter that holds a node.",
        ref("op"),
    ),
    "chain": described("Nodes one after the other: an `nn.Sequential` with 0, 1, …", CHAIN),
    "nodes": described(
        "An inline subgraph, whose nodes have names.",
        table(ref("node"), "node_name", minProperties=1),
    ),
    "share": described(
        "An earlier node of the scope: this one applies its module, with the same weights.",
        ref("reference"),
    ),
    "from": described(
        "What it reads: inputs or nodes of its scope. Default: the node written just before.",
        ref("references"),
    ),
    "when": described(
        "A condition. Where it is false, the node stands for its first input and has no module.",
        ref("condition"),
    ),
    "repeat": described(
        "How many copies, one after the other. Their arguments may use `index` and `count`.",
        ref("count"),
    ),
    "first": described(
        "Arguments that differ for the first copy.", {"type": "object", "propertyNames": ref("key")}
    ),
    "label": described(
        "Name of the first copy, whose final number counts up: `layer1`.", ref("label")
    ),
    "shape": described(
        "The output shape, which is checked: `[N, 64, 56, 56]`, `_` for a size that is not said.",
        ref("shape"),
    ),
    "splice": described(
        "Let its members take the indices of the chain that it stands in.", {"type": "boolean"}
    ),
    "at": described(
        "Where its module sits in the module tree, `branches.0`. Default: the node's name.",
        ref("place"),
    ),
    "before": described("The inherited node that this new one stands before.", ref("name")),
    "after": described("The inherited node that this new one stands after.", ref("name")),
    "doc": DOC,
}

SCOPE: dict[str, Schema] = {
    "inputs": described(
        "Names of what it reads. Default: `[x]`.", {"type": "array", "items": ref("declared_name")}
    ),
    "output": described("The node that is its output. Default: the last.", ref("reference")),
    "outputs": described(
        "Several outputs: name and node.",
        {"type": "object", "additionalProperties": {"type": "string"}},
    ),
}

PARAM: dict[str, Schema] = {
    "type": described("What kind of value it takes.", {"enum": list(PARAM_TYPES)}),
    "default": described(
        "Its value unless another is given: a literal, an expression or a node.",
        either(ref("value"), ref("node_value")),
    ),
    "min": described("The least value.", ref("number")),
    "max": described("The greatest value.", ref("number")),
    "choices": described("The values that it may have.", CHOICES),
    "doc": DOC,
}

DIM: dict[str, Schema] = {
    "nominal": described("The size at which costs are counted.", ref("count")),
    "min": described("The least size.", ref("count")),
    "multiple_of": described("What divides every size.", ref("count")),
    "doc": DOC,
}

INPUT: dict[str, Schema] = {
    "shape": described("Its sizes, `[N, 3, H, W]`.", ref("sizes")),
    "dtype": described("Its floating-point type.", {"enum": list(DTYPES), "default": "float32"}),
}

OUTPUT: dict[str, Schema] = {
    "from": described("The node whose tensor it is.", ref("reference")),
    "shape": described("Its shape, which is checked.", ref("shape")),
    "training": described("Whether it is there in training mode only.", {"type": "boolean"}),
    "when": described("A condition. Where it is false, the output is absent.", ref("condition")),
}

INIT: dict[str, Schema] = {
    "match": described("A glob over keys of the `state_dict`.", {"type": "string"}),
    "op": described("The op whose tensors it fills.", ref("op")),
    "when": described("A condition. Where it is false, the rule is absent.", ref("condition")),
    "fill": described("A number, or an initializer of `torch.nn.init`.", ref("fill")),
}


def block(param: Schema, node: Schema) -> dict[str, Schema]:
    """The keys of a block, given what its parameters and nodes may be."""
    return {
        "params": described("Parameters: name and default.", table(param, "declared_name")),
        **SCOPE,
        "doc": DOC,
        "nodes": described("Its nodes, each with a name.", table(node, "node_name")),
        "chain": described("Its nodes, one after the other: it is an `nn.Sequential`.", CHAIN),
    }


_MAPPING: Schema = {"type": "object"}

TOP: dict[str, Schema] = {
    "netspec": described("The version of the language.", {"const": LANGUAGE_VERSION}),
    "name": described("Name of the network. Default: that of the file.", ref("name")),
    "doc": DOC,
    "source": described("Where it comes from: a paper or address, as text.", {"type": "string"}),
    "extends": described(
        "The one spec that this one changes: a path, or a name of the zoo.", {"type": "string"}
    ),
    "include": described("Other specs, under names that serve as blocks here.", _MAPPING),
    "params": described("Parameters: name and default. Nothing = must be given.", _MAPPING),
    "dims": described("Free sizes: name and nominal size.", _MAPPING),
    "inputs": described("Inputs: name and shape.", _MAPPING),
    "defaults": described("Op or block, and arguments for its nodes in this file.", _MAPPING),
    "blocks": described("Parts that nodes use by name.", _MAPPING),
    "nodes": described("The network, node by node.", _MAPPING),
    "outputs": described("Outputs: name and node.", _MAPPING),
    "init": described(
        "Rules of initialization. For each tensor, the first that fits wins.",
        {"type": "array", "items": ref("init_rule")},
    ),
}
