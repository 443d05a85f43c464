"""Colours of the page as a style sheet, made from the one list of colours that every chart uses.

``python -m studio.page.tokens`` writes ``static/tokens.css`` anew after a change of :mod:`studio.theme`.
"""

from pathlib import Path

from studio.theme import css_variables

PLACE = Path(__file__).parent / "static" / "tokens.css"


def tokens_css() -> str:
    """Roles of colours in light and dark, and the two families of letters.

    >>> tokens_css().startswith("/* Written by")
    True
    """
    fonts = (
        '--serif:"Iowan Old Style","Palatino Linotype",Charter,"Source Serif 4",Georgia,serif;'
        '--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;'
    )
    return (
        "/* Written by python -m studio.page.tokens. */\n"
        f":root{{color-scheme:light dark;{fonts}{css_variables()}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{css_variables(dark=True)}}}}}\n"
    )


if __name__ == "__main__":
    PLACE.write_text(tokens_css(), encoding="utf-8")
