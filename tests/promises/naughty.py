"""Texts that nobody should write, by what they are meant to break."""

import keyword

BIDIRECTIONAL = [
    chr(c) for c in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
]
INVISIBLE = [
    chr(c) for c in (0xAD, 0x115F, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060, 0x3164, 0xFE0F, 0xE0041)
]
LINE_ENDS = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"]

NAUGHTY: dict[str, list[str]] = {
    "python": [
        *('__import__("os").system("id")', "eval('1')", "exec('1')", "().__class__.__base__"),
        *("().__class__.__mro__[1].__subclasses__()", "os.system", "builtins.eval"),
        *("__builtins__", "__class__", "__init__", "__globals__", "__reduce__", "__getattr__"),
        *("__dict__", "__doc__", "x.__class__", "x.shape.__class__", "max.__self__", "lambda: 0"),
        *("(k := 3)", "yield k", "[i for i in x]", "f'{1}'", "rb'1'", "await k", "a; import os"),
        *("import os", "from os import *", "breakpoint()", "open('/etc/passwd')", "globals()"),
        *("print(1)", "type('X', (), {})", "exit()", 'x"]; import os#', "'); import os; ('"),
        *('"""', "'''", "\\", "\\\\", '\\"', "\\'", "\\\n", '"""\nimport os\n"""'),
        *("'''\nimport os\n'''", '"""\\', "# coding: rot13", "#!/bin/sh", "\\N{BULLET}", "\\x41"),
        *("\\u0041", "\\101", "{", "}", "{}", "{0}", "{0.__class__}"),
        *("{self.__init__.__globals__}", "{!r}", "%s", "%n", "%(x)s", "%d%n", "${x}", "$x"),
    ],
    "modules": [
        *("torch.nn.Linear", "torch.load", "torch.nn.functional.relu", "torch.hub.load"),
        *("nn.ReLU", "self", "cls", "super", "forward", "training", "state_dict", "_modules"),
        *("_parameters", "0", "00", "1.weight", "weight", "bias", "running_mean"),
        *("num_batches_tracked", "T", "add_module", "register_buffer", "append", "extend", "pop"),
        *("insert", "call_super_init"),
    ],
    "keywords": [
        *keyword.kwlist,
        *keyword.softkwlist,
    ],
    "expressions": [
        *("9**9**9", "2**31", "-2**31", "1<<9", "1>>1", "[0]*10**9", "'a'*10**9", "(" * 300),
        *("[" * 300, "-" * 300 + "1", "not " * 99 + "true", "1" + "+1" * 300, "max()", "max(1)"),
        *("min([])", "len(1)", "sum('')", "x.channels", "x.height.x", "x.shape[9]", "index"),
        *("count", "N", "N/0", "0/0", "0**-1", "(-8)**0.5", "1 if 1 else", "if 1", "1 1", "1,"),
        *(",1", "a b", "k = 1", "k == ", "1 < 2 < 'a'", "true + 1", "null", "None"),
        *("True and __import__", "0x10", "0o7", "0b1", "1_0", "1e308*10", "1e999", "-1e999"),
        *("1e-999", ".5.", "1..2", "1k", "½", "²", "１２", "٣", "𝟗", "①"),
    ],
    "numbers": [
        *("-0", "+0", "-0.0", "+1", "1.", ".1", "1e5", "1E+5", "010", "-01", "0.1.2", "1:30"),
        *("1,000", "1'000", "1 000", "2147483647", "2147483648", "-2147483648", "9" * 40),
        *("0x" + "f" * 500, "9007199254740993", "0.1e-400", ".nan", ".NaN", ".inf", "-.inf"),
        *("+.Inf", "nan", "inf", "NaN", "Infinity", "-Infinity", "1e", "e1", "0e", "0x", "0xg"),
        *("0o8", "1e400", "1/2", "50%", "1j", "0L"),
    ],
    "yaml": [
        *("~", "null", "Null", "true", "TRUE", "True", "false", "yes", "no", "on", "off", "y"),
        *("n", "Yes", "- a", "-", "?", ":", "? a", ": a", "a: b", "a:b", "a: b: c", "a #b", "#"),
        *("# a", "&a", "&a b", "*a", "<<", "<<: *a", "!", "!!", "!a", "!!str"),
        *("!!python/object/apply:os.system [id]", "!!binary aGk=", "!<tag:yaml.org,2002:str> a"),
        *("%YAML 1.1", "%TAG ! tag:x,1:", "---", "...", "--- a", "\n---\n", "\n...\n", "[", "]"),
        *("{", "}", "[a", "{a", "[a, b]", "{a: b}", "{a, b}", "[[]]", "{? a : b}", ",", "|", ">"),
        *("|-", ">+", "|9", "|\n a", ">\n a", "'", '"', "''", "'a", '"a', "'a'", '"a"', "'a' b"),
        *("@a", "`a", "%a", "=", "2001-12-14", "2001-12-14t21:59:43.10-05:00", "\ta", " a", "a "),
        "a\tb",
    ],
    "json": [
        *('{"a": 1}', '["a"]', '"a"', "//", "/* a */", "[1,]", '{"a":1,"a":2}'),
        *('{"__proto__": 1}', "\\ud800", '","admin":true,"', "constructor", "__proto__"),
        *("prototype", "toString", "hasOwnProperty", "undefined", "[object Object]", "$ref"),
        *("$schema", "$id"),
    ],
    "markup": [
        *("<b>", "</b>", "<script>alert(1)</script>", "</script>", "</SCRIPT >", "</script"),
        *("<!--", "-->", "--!>", "<!--<script>", "<![CDATA[", "]]>", "<?xml?>", "<!DOCTYPE x>"),
        *("&amp;", "&lt;script&gt;", "&#x3c;script&#62;", "&", "&;", "&#0;", "&nbsp"),
        *("<svg onload=alert(1)>", "<svg/onload=alert(1)>", "<img src=x onerror=alert(1)>"),
        *("<img src=//x.y/z>", "<iframe src=javascript:alert(1)>"),
        *("<a href='javascript:alert(1)'>x</a>", "<style>*{display:none}</style>", "</style>"),
        *("</title>", "</textarea>", "</svg>", "</text>", "<foreignObject>", "<use href='#x'/>"),
        *("<base href=//x.y>", "<meta http-equiv=refresh content=0>", "<link rel=import href=x>"),
        *("<object data=x>", "<math>", "' onmouseover='alert(1)", '" onmouseover="alert(1)'),
        *('"><script>alert(1)</script>', "'>", '">', "javascript:alert(1)"),
        *("jaVasCript:alert(1)", "data:text/html,<script>1</script>", "vbscript:x"),
        *("<plaintext>", "<noscript>", "<template>", "<xmp>", "<x y=z", "<\x00script>"),
        *("＜script＞", "<🙂>", "expression(alert(1))", "url(//x.y/z)", "@import '//x.y/z'", "*/"),
        *("/*", "}</style><script>"),
    ],
    "mermaid": [
        *('"]; click a "javascript:0"', '"]', "a-->b", "end", "subgraph x", "click a callback"),
        *("%%{init: {}}%%", "classDef x fill:#f00", "style a fill:#f00", "graph TD", "flowchart"),
        *("direction LR", "a --> |x| b", "#quot;", "#35;", ";", "((", "))", "[(", "{{", "}}"),
        *("|", "::: x", "@{ shape: x }", "linkStyle 0 x"),
    ],
    "markdown": [
        *("|a|b|", "\\|", "| --- |", "`a`", "``", "```", "```\n", "~~~", "**a**", "_a_"),
        *("[a](javascript:0)", "![a](//x.y/z)", "[a]: //x.y", "<//x.y>", "# a", "> a", "1. a"),
        *("- [ ] a", "\\", "$$a$$", "@user", "#1", "[^1]", "<details>", "www.x.y", "==a=="),
        *(":smile:", "&copy;", "a  \nb", "* * *", "===", "+ a"),
    ],
    "csv": [
        *("=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK(1)", "\t=1"),
        *("\r=1", "\n=1", '"', '""', '","', '"=1"', ",", ";", "a,b", 'a"b', "a\nb", "a\rb"),
        *("'=1", "＝1+1", " =1", "|calc"),
    ],
    "terminal": [
        *(chr(c) for c in range(0x20)),
        *(chr(c) for c in range(0x7F, 0xA0)),
        *("\x1b[2J", "\x1b[31mred\x1b[0m", "\x1b]52;c;aGk=\x07", "\x1b]0;title\x07"),
        *("\x1b]8;;//x.y\x07x", "\x1b[6n", "\x1bc", "\x1b[?1049h", "\x1bP+q544e\x1b\\", "\x9b2J"),
        *("\x9d0;x\x9c", "\x1b[1000A", "a\rb", "a\bb", "\x0e", "\x1b(0", "\x1b[8m", "\x1b#8"),
        *("a\x7fb", "\x05", "\x1b[99999;99999H"),
    ],
    "annotations": [
        *("::error::x", "\n::error::x", "\r\n::error::x", "::set-output name=a::b"),
        *("::add-mask::a", "::stop-commands::x", "::save-state name=a::b", "::group::x"),
        *("%0A::error::x", "%0D", "%25", "%3A", "##[error]x", "##vso[task.setvariable]x"),
        *("\n##[group]x", "::debug::", ",file=x,line=1::", "a,b:c"),
    ],
    "shell": [
        *("$(id)", "`id`", "${HOME}", "$HOME", "; id", "| id", "&& id", "|| id", "> x", "< x"),
        *("a & b", "!!", "$((1+1))", "${IFS}", "*", "?", "[a-z]", "{a,b}", "~", "~root", "-rf"),
        *("--", "--help", "-o", "--set", "--ops=os", "%PATH%", "^", "a\\ b", "$'\\x41'"),
        *("\\$(id)", "'; id; '", '"; id; "', "#", "!id"),
    ],
    "paths": [
        *("../../etc/passwd", "/etc/passwd", "..", ".", "./x", "../", "//x", "a//b", "/"),
        *("sub/../../x", "~/x", "file:///etc/passwd", "http://127.0.0.1/", "https://x.y/z.yaml"),
        *("ftp://x", "\\\\host\\x", "C:\\x", "C:/x", "c:x", "NUL", "CON", "aux.yaml", "COM1"),
        *("LPT1.yaml", "x.yaml ", "x.yaml.", " x.yaml", "..\\x", "..%2fx", "%2e%2e/x", "．．/x"),
        *("..;/x", "/dev/zero", "/dev/stdin", "/proc/self/mem", "x\0.yaml", "x.yaml\0"),
        *("a" * 300, "a/" * 300 + "x", "a" * 300 + ".yaml", "*.yaml", "$HOME/x.yaml"),
        *("torchvision/resnet50", "resnet34.yaml", "torchvision/../resnet34", "torchvision"),
        "x.safetensors",
    ],
    "templates": [
        *("{{7*7}}", "{% raw %}", "{{ config }}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "*{7*7}"),
        *("@(7*7)", "{{constructor.constructor('1')()}}", "[[7*7]]", "{$x}", "{{=1}}"),
        *("${jndi:ldap://x}", "{{> x}}", "' OR '1'='1", "1; DROP TABLE x", "admin'--"),
        *("*)(uid=*", "_target_", "${oc.env:HOME}", "!include x"),
    ],
    "unicode": [
        *BIDIRECTIONAL,
        *INVISIBLE,
        *LINE_ENDS,
        *("ｘ", "ｋ", "Ａ", "ﬀ", "ﬁ", "ı", "ß", "ſ", "K", "Å", "é", "e\u0301", "а", "о", "ο", "ⅰ"),
        *(
            "ａｄｄ",
            "x²",
            "\u202ex",
            "\u2066x",
            "x\u200by",
            "\ufeff",
            "\ufeffx",
            "\ufffe",
            "\uffff",
        ),
        *("\ufffd", "\U0010ffff", "\ud800", "\udfff", "\ud83d", "'\ud800'", "a\udc80"),
        *("\U000e0001", "\ue000", "\U000f0000", "🙂", "🙂" * 300, "👩\u200d👩\u200d👧", "🇨🇭"),
        *("a\u0301" * 50, "Z\u0351\u036b\u0343" * 9, "ก็" * 30, "表", "田中さん", "אבג", "مرحبا"),
        *("हिन्दी", "ไทย", "☃", "∞", "−", "×", "″", "‘a’", "“a”", "…", "·", "\xa0", "\u3000"),
        *("\u1680", "\u2003", "ǅ", "İ", "ŉ", "ﷺ", "\u0000a", "\U0001d4d0", "ᴬ", "ⓐ", "\u0600"),
        "℡",
    ],
    "long": [
        *("a" * 101, "a" * 1000, "a" * 100_000, "a." * 500 + "a", "a " * 500, "é" * 5000),
        "_" * 300,
    ],
    "empty": [
        *("", " ", "  ", "\t", "\xa0", '""', "''", "[]", "{}", "()"),
    ],
}

TEXTS = list(dict.fromkeys(text for texts in NAUGHTY.values() for text in texts))


def encodable(text: str) -> bool:
    """Whether it is Unicode, without half a character."""
    return not any("\ud800" <= char <= "\udfff" for char in text)
