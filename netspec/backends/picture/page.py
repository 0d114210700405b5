"""The page: one file that shows a scene without a network and without a server."""

import json
from base64 import b64encode
from collections.abc import Collection, Sequence
from hashlib import sha256
from html import escape

from netspec.backends.picture.engine import bundled
from netspec.backends.picture.scene import Scene, plain

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<noscript>This page draws a network, and needs JavaScript for it.</noscript>
<script type="application/json" id="scene">{data}</script>
<script>{elk}</script>
<script>{picture}</script>
</body>
</html>
"""


def page(scene: Scene, opened: Collection[str] = ()) -> str:
    """The HTML of a page that shows the scene, at first with the boxes at the paths `opened` open.

    All text of the spec is data: nothing runs or is styled but what comes along, told by its hash.
    """
    style, elk, picture = bundled("page.css"), bundled("elk.js"), bundled("picture.js")
    data = {"scene": plain(scene), "open": sorted(opened)}
    return _PAGE.format(
        policy=_policy([elk, picture], style),
        title=escape(scene.name),
        style=style,
        data=_inert(data),
        elk=elk,
        picture=picture,
    )


def _policy(scripts: Sequence[str], style: str) -> str:
    """What the browser may do: run and apply these texts, and load nothing from anywhere."""
    allowed = " ".join(map(_hash, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src blob:;"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _inert(data: object) -> str:
    """JSON that no element ends in and no parser mistakes for markup."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
