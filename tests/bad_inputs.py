"""Specs that must be refused, and what is said about them.

They are members of kinds: `case` puts a fragment into a small good spec, where ⟦ and ⟧ enclose the
place of the error. A case that only a text can hold has `data=False`.
"""

from dataclasses import dataclass, field

GOOD = """\
netspec: 1
name: net
inputs: {image: [N, 3, 32, 32]}
nodes:
  conv: {op: conv, out_channels: 8, kernel_size: 3}
  norm: batch_norm
  act: relu
outputs: {y: act}
"""


@dataclass(frozen=True)
class Bad:
    """A bad spec: its name, its text with marks, the code, and a part of the message.

    `data` tells whether a dict can hold it as well.
    """

    name: str
    text: str | bytes = field(repr=False)
    code: str
    message: str = ""
    data: bool = True


def case(name: str, old: str, new: str, code: str, message: str = "", *, data: bool = True) -> Bad:
    """The good spec with `new` in place of `old`."""
    assert old in GOOD
    return Bad(name, GOOD.replace(old, new, 1), code, message, data)


def kernel(name: str, value: str, code: str, message: str = "", *, data: bool = True) -> Bad:
    """A bad value for an argument."""
    new = f"kernel_size: {value}}}"
    return case(name, "kernel_size: 3}", new, code, message, data=data)


def node(name: str, node: str, code: str, message: str = "", *, data: bool = True) -> Bad:
    """A bad node in place of the normalization."""
    return case(name, "batch_norm", node, code, message, data=data)


def more(name: str, lines: str, code: str, message: str = "", *, data: bool = True) -> Bad:
    """More top-level lines."""
    return Bad(name, GOOD + lines + "\n", code, message, data)


def nested(count: int) -> str:
    """`count` nested chains, each repeated a thousand times."""
    text = "{op: relu, repeat: ⟦1000⟧}"
    for _ in range(count - 1):
        text = f"{{chain: [{text}], repeat: 1000}}"
    return text


LAUGHS = "a: ⟦&a⟧ [lol]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: ⟦&a⟧ {x: 1}\n" + "".join(f"m{i}: &m{i} {{<<: [*a, *a]}}\n" for i in range(24))
LONG = "nodes:\n" + "".join(f"  n{i}: relu\n" for i in range(100_000))

YAML = [
    Bad("1 brackets", "[" * 32 + "⟦[⟧" + "[" * 99_967, "nesting-too-deep", data=False),
    Bad("2 dashes", "- " * 32 + "⟦-⟧ " + "- " * 99_967, "nesting-too-deep", data=False),
    Bad("1 braces", "{a: " * 32 + "⟦{⟧a: " + "{a: " * 9_967, "nesting-too-deep", data=False),
    Bad("3 laughs", LAUGHS, "yaml-feature", "anchor `&a`", data=False),
    Bad("4 merge keys", MERGES, "yaml-feature", "anchor `&a`", data=False),
    more("4 merge key", "blocks: {⟦<<⟧: {b: {chain: [relu]}}}", "yaml-feature", "`<<`", data=False),
    Bad("5 anchor", "⟦&a⟧ [*a]", "yaml-feature", "anchor `&a`", data=False),
    case("6 alias", "name: net", "name: ⟦*net⟧", "yaml-feature", "alias `*net`", data=False),
    more("7 key", "⟦name⟧: other", "duplicate-key", "`name` is written twice", data=False),
    case("8 node", "  act:", "  ⟦conv⟧: relu\n  act:", "duplicate-key", "`conv`", data=False),
    more("9 on", "⟦on⟧: 1", "unknown-key", "no key `on`"),
    more("9 yes", "⟦yes⟧: 1", "unknown-key", "no key `yes`"),
    node("9 no", "{op: relu, ⟦no⟧: 1}", "unknown-argument", "`no`"),
    kernel("10 octal", "⟦010⟧", "leading-zero", "`010`", data=False),
    kernel("10 zeros", "⟦003⟧", "leading-zero", "`003`", data=False),
    kernel("11 sexagesimal", "1⟦:⟧30", "expression-syntax", "`:`"),
    kernel("11 underscore", "⟦1_0⟧", "expression-syntax"),
    node("13 beyond a double", "{op: batch_norm, eps: ⟦1.0e+400⟧}", "number-range", data=False),
    node("14 nan", "{op: dropout, p: ⟦.nan⟧}", "number-range", "`.nan`", data=False),
    node("14 inf", "{op: dropout, p: ⟦-.inf⟧}", "number-range", "`-.inf`", data=False),
    kernel("15 yes", "3, bias: ⟦yes⟧", "unknown-name", "`yes`"),
    kernel("15 on", "3, bias: ⟦on⟧", "unknown-name", "`on`"),
    kernel("16 text", '3, bias: ⟦"false"⟧', "quoted-value", '"false" is text'),
    kernel("16 number", '⟦"3"⟧', "quoted-value", '"3" is text'),
    case("17 date", "name: net", "name: ⟦2001-99-99⟧", "invalid-name", "`2001-99-99`"),
    case(
        "18 tag",
        "name: net",
        "name: ⟦!!python/object/apply:os.system⟧ [id]",
        "yaml-feature",
        "tag",
        data=False,
    ),
    case("18 binary", "name: net", "name: ⟦!!binary⟧ aGk=", "yaml-feature", "tag", data=False),
    Bad(
        "19 %TAG",
        "⟦%⟧TAG !p! tag:yaml.org,2002:python/\n---\nname: !p!object/apply:os.system [id]\n",
        "yaml-feature",
        "directive",
        data=False,
    ),
    Bad("19 %YAML", f"⟦%⟧YAML 1.1\n---\n{GOOD}", "yaml-feature", "directive", data=False),
    case("20 escape", "name: net", 'name: "\\U⟦F⟧FFFFFFF"', "yaml-syntax", data=False),
    case("21 escape", "name: net", 'name: "\\u⟦d⟧800"', "yaml-syntax", data=False),
    case("21 surrogate", "name: net", "name: ⟦\ud800⟧", "encoding", "UTF-8", data=False),
    kernel("22 hex", f"⟦0x{'f' * 900_000}⟧", "number-range", "900,002 digits", data=False),
    kernel("22 decimal", f"⟦{'9' * 900_000}⟧", "number-range", "900,000 digits", data=False),
    Bad("23 documents", f"{GOOD}⟦---⟧\n{GOOD}", "yaml-feature", "second document", data=False),
    Bad("24 empty", "⟦⟧", "empty-spec", data=False),
    Bad("24 comments", "⟦⟧# nothing\n\n# at all\n", "empty-spec", data=False),
    Bad("24 nothing", "⟦~⟧\n", "wrong-type", "a spec is a mapping", data=False),
    Bad("25 list", "⟦- a\n- b⟧\n", "wrong-type", "a spec is a mapping, not a list", data=False),
    Bad("25 text", "⟦hello⟧\n", "wrong-type", "a spec is a mapping, not `hello`", data=False),
    Bad("26 Latin-1", b"name: n\xe9t\n", "encoding", "byte 0xE9", data=False),
    Bad("27 UTF-16", GOOD.encode("utf-16"), "encoding", "UTF-8", data=False),
    Bad("27 UTF-32", GOOD.encode("utf-32"), "encoding", "UTF-8", data=False),
    Bad("27 UTF-16 unmarked", GOOD.encode("utf-16-be"), "encoding", "UTF-8", data=False),
    case("29 tab", "  norm", "⟦\t⟧norm", "yaml-tab", data=False),
    case("29 tab first", "  conv", "⟦\t⟧conv", "yaml-tab", data=False),
    Bad("30 scalar", f"{GOOD}doc: {'x' * 50_000_000}", "file-too-large", "1,048,576", data=False),
    Bad("30 values", f"{GOOD}init: [{'{}, ' * 300_000}]", "file-too-large", data=False),
    case("binary", "name: net", "name: ⟦\0⟧", "yaml-syntax", "U+0000", data=False),
    case("number as key", "  norm:", "  ⟦1⟧:", "wrong-key", "`1`", data=False),
    case("list as key", "  norm:", "  ⟦[n]⟧:", "wrong-key", "list", data=False),
]

EXPRESSIONS = [
    kernel("31 tower", "⟦9**9**9⟧", "expression-limit"),
    kernel("32 shift", "1⟦<<⟧10**9", "expression-syntax", "`<<`"),
    kernel("33 attribute", "'k⟦.__class__⟧'", "expression-syntax", "`.__class__`"),
    kernel("33 of an input", "'image⟦.__class__⟧'", "expression-syntax", "`.__class__`"),
    kernel("34 dunder", "'⟦()⟧.__class__.__base__'", "expression-syntax"),
    kernel("35 import", "'⟦__import__⟧(\"os\")'", "expression-syntax", "`__import__`"),
    kernel("35 open", "'⟦open⟧(\"x\")'", "expression-syntax", "`open`"),
    kernel("35 lambda", "'⟦lambda⟧: 1'", "expression-syntax"),
    kernel("36 list", "'⟦[0]*10**9⟧'", "expression-type"),
    kernel("38 division", "⟦1/0⟧", "expression-value", "division by zero"),
    kernel("39 quotient", "⟦7/2⟧", "argument-value", "not 3.5"),
    kernel("40 full-width", "'⟦ｋ⟧'", "expression-syntax", "U+FF4B"),
    kernel("42 unknown", "⟦imag⟧", "unknown-name", "`imag`"),
    kernel("walrus", "'(k ⟦:=⟧ 3)'", "expression-syntax"),
    kernel("f-string", "'⟦f\"⟧3\"'", "expression-syntax", "no f-strings"),
    case("41 circle", "inputs:", "params: {a: ⟦b⟧, b: a}\ninputs:", "unknown-name", "before it"),
]

SIZES = [
    node("43 repeat", "{op: relu, repeat: ⟦1000000000⟧}", "too-many-nodes"),
    node("44 nested repeats", nested(5), "too-many-nodes"),
    node("45 negative", "{op: relu, repeat: ⟦-1⟧}", "invalid-repeat", "not -1"),
    node("45 half", "{op: relu, repeat: ⟦2.5⟧}", "not-whole"),
    case(
        "46 channels",
        "out_channels: 8",
        "out_channels: ⟦1099511627776⟧",
        "number-range",
        data=False,
    ),
    case(
        "46 weight",
        "op: conv, out_channels: 8",
        "op: ⟦conv⟧, out_channels: 2**30",
        "too-large",
        "GiB",
    ),
    case("47 input", "[N, 3, 32, 32]", "⟦[1, 3, 2147483647, 2147483647]⟧", "too-large", "GiB"),
    Bad(
        "48 chain",
        f"netspec: 1\ninputs: {{x: [N, 3]}}\n{LONG}outputs: {{y: n99999}}\n",
        "file-too-large",
        data=False,
    ),
    case("47 rank", "[N, 3, 32, 32]", "⟦[N, 3, 1, 1, 1, 1, 1, 1, 1]⟧", "too-large", "8"),
]

GRAPH = [
    node("49 circle", "{op: relu, from: ⟦norm⟧}", "cycle"),
    case("51 unused", "relu", "{op: relu, from: conv}", "unused", "`norm`"),
    case("52 output", "{y: act}", "{y: ⟦atc⟧}", "unknown-node", "`atc`"),
    *(
        case(f"53 {name}", "  norm:", f"  ⟦{name}⟧:", "invalid-name")
        for name in (
            *("forward", "training", "class", "a.b", '""', "append", "_x", "x y", "é", "ｋonv"),
            *("None", "__init__", "state_dict", "to", "insert", "1a", "a-b", "'\"]; import os#'"),
            *("</script>", "<svg onload=alert(1)>", "'\"]; click a'", '"\\e[2J"', "a" * 101),
        )
    ),
    case("55 op", "relu", "⟦rellu⟧", "unknown-op", "`rellu`"),
    case("55 argument", "kernel_size", "⟦kernal_size⟧", "unknown-argument", "`kernal_size`"),
    case("55 key", "outputs", "⟦otputs⟧", "unknown-key", "`otputs`"),
    more("56 itself", "blocks: {b: {chain: [{op: ⟦b⟧}]}}", "block-recursion", "`b`"),
    more("56 each other", "blocks: {b: {chain: [⟦c⟧]}, c: {nodes: {z: b}}}", "block-recursion"),
    Bad(
        "57 parameter",
        GOOD.replace("relu", "⟦b⟧")
        + "blocks: {b: {params: {w}, chain: [{op: conv, out_channels: w, kernel_size: 1}]}}\n",
        "missing-argument",
        "`w`",
    ),
    case("net", "netspec: 1", "netspec: ⟦2⟧", "language-version", "must be 1"),
]

ANSWERS = [
    Bad(
        "68 broadcast",
        GOOD.replace("batch_norm", "{op: adaptive_avg_pool, output_size: 1}").replace(
            "relu", "{op: ⟦add⟧, from: [conv, norm]}"
        ),
        "shape-mismatch",
    ),
    node("69 concat", "{op: ⟦concat⟧, from: [conv, image]}", "shape-mismatch"),
    kernel("70 groups", "3, groups: ⟦2⟧", "not-divisible", "`groups` (=2)"),
    kernel("71 kernel", "⟦33⟧", "invalid-size"),
    node(
        "72 padding", "{op: max_pool, kernel_size: 3, padding: ⟦2⟧}", "invalid-size", "at most half"
    ),
    node("75 dropout", "{op: dropout, p: ⟦1.5⟧}", "argument-value"),
    node("75 keep_prob", "{op: dropout, ⟦keep_prob⟧: 0.5}", "unknown-argument", "`keep_prob`"),
    kernel("77 same", "3, stride: 2, padding: ⟦same⟧", "argument-value"),
    node("79 rank", "{op: batch_norm, shape: ⟦[N, 8, 30]⟧}", "shape-mismatch"),
]

FILES = [
    *(
        case(f"path {text!r}"[:60], "name: net", f"extends: ⟦{text}⟧", code)
        for text, code in (
            ("../../etc/passwd", "path-outside-root"),
            ("/etc/passwd", "path-outside-root"),
            ("~/x.yaml", "path-outside-root"),
            ("http://example.com/x.yaml", "path-outside-root"),
            ("file:///etc/passwd", "path-outside-root"),
            ("no_such_name", "file-not-found"),
        )
    )
]

BAD = [*YAML, *EXPRESSIONS, *SIZES, *GRAPH, *ANSWERS, *FILES]

ACCEPTED = {
    "12 1e-5": GOOD.replace("batch_norm", "{op: batch_norm, eps: 1e-5}"),
    "28 byte order mark": "\ufeff" + GOOD,
    "45 repeat 0": GOOD.replace("batch_norm", "{op: batch_norm, repeat: 0}"),
    "50 a later node": GOOD.replace("batch_norm", "{op: add, from: [conv, late]}").replace(
        "outputs", "  late: {op: relu, from: conv}\noutputs"
    ),
    "54 names alike": GOOD.replace("  norm:", "  Conv:"),
    "73 ceil_mode": GOOD.replace(
        "batch_norm", "{op: max_pool, kernel_size: 2, stride: 2, padding: 1, ceil_mode: true}"
    ),
    "76 momentum": GOOD.replace("batch_norm", "{op: batch_norm, momentum: 0.99}"),
    "80 free text": GOOD + 'doc: \'x"]; import os# """ \\ </script>\'\n',
    "86 terminal": GOOD + 'doc: "\\e[2J \\e]52;c;aGk=\\a \\r"\n',
    "on and yes": GOOD + "source: yes\ndoc: on\n",
}


def unmarked(text: str | bytes) -> tuple[bytes, tuple[int, int] | None]:
    """The bytes of a text without its marks, and the marked place: line and column."""
    if isinstance(text, bytes):
        return text, None
    start = text.find("⟦")
    place = None
    if start >= 0:
        place = (text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
        text = text.replace("⟦", "", 1).replace("⟧", "", 1)
    return text.encode("utf-8", "surrogatepass"), place
