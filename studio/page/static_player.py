"""The player as one file that needs no server: for a report, a mail, or a class without a network.

>>> page = player_page({"title": "A market", "arms": []})
>>> page.startswith("<!doctype html>"), "http" in page
(True, False)
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from studio.markup import esc
from studio.page.tokens import tokens_css


def static_text(name: str) -> str:
    """The text of one of the page's files, such as ``player.js``."""
    return files("studio.page").joinpath(f"static/{name}").read_text(encoding="utf-8")


def player_fragment(data: Mapping[str, Any], *, measure: str = "reached", head: bool = True) -> str:
    """The player for a page of your own, with its style and its data: nothing is asked of the network.

    Args:
        data: from :func:`studio.page.player_data.player_data`.
        measure: what the line shows first, ``reached`` or ``customers``.
        head: whether its title stands above it.
    """
    # "<" as an escape, so that no text of the data can end the script.
    said = json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    script = static_text("player.js").replace("</", "<\\/")
    return (
        f"<style>{static_text('player.css')}</style>\n"
        '<div id="apath-player"><noscript>The player needs JavaScript.</noscript></div>\n'
        f'<script type="application/json" id="apath-data">{said}</script>\n'
        f'<script type="module">{script}\n'
        'mount(document.getElementById("apath-player"), JSON.parse(document.getElementById("apath-data").textContent), '
        f"{{measure: {json.dumps(measure)}, head: {json.dumps(head)}}});</script>\n"
    )


def player_page(data: Mapping[str, Any], *, measure: str = "reached") -> str:
    """The player as a whole page in one file.

    Args:
        data: from :func:`studio.page.player_data.player_data`.
        measure: what the line shows first, ``reached`` or ``customers``.
    """
    body = "body{margin:0;background:var(--paper);color:var(--ink)}main{max-width:72rem;margin:0 auto;padding:1.2rem}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{esc(str(data['title']))}</title>\n<style>{tokens_css()}{body}</style>\n</head>\n<body>\n"
        f"<main>\n<h1>{esc(str(data['title']))}</h1>\n"
        f"{player_fragment(data, measure=measure, head=False)}</main>\n</body>\n</html>\n"
    )


__all__ = ["player_fragment", "player_page", "static_text"]
