"""A few shapes of a picture, in colours that the page decides about.

>>> pen = Pen()
>>> pen.text(0, 9, "a < b")
>>> pen.drawn()
'<text x="0" y="9" font-size="9" fill="var(--ink,#1c2733)">a &lt; b</text>'
"""

from html import escape

from studio.theme import INK, PAPER, ROLES


class Pen:
    """A few shapes in the colours of the page."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def rect(
        self, x: float, y: float, w: float, h: float, colour: str, opacity: float = 1.0, *, round_: float = 0
    ) -> None:
        """A filled box from its upper left corner."""
        more = f' fill-opacity="{opacity:.2f}"' if opacity < 1 else ""
        more += f' rx="{round_:g}"' if round_ else ""
        self._parts.append(f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" fill="{role(colour)}"{more}/>')

    def line(self, x: float, y: float, x2: float, y2: float, colour: str, *, width: float = 0.8) -> None:
        """A straight line between two points."""
        wide = f"{width:g}".removeprefix("0")
        self._parts.append(
            f'<line x1="{x:g}" y1="{y:g}" x2="{x2:g}" y2="{y2:g}" stroke="{role(colour)}" stroke-width="{wide}"/>'
        )

    def dot(self, x: float, y: float, colour: str, *, radius: float = 3.6, full: bool = True) -> None:
        """A round mark; an empty one shows the paper inside its ring."""
        inside = role(colour if full else PAPER)
        self._parts.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{inside}" stroke="{role(colour)}" stroke-width="1.4"/>'
        )

    def text(
        self, x: float, y: float, text: str, *, size: float = 9, colour: str = INK, anchor: str = "start",
        weight: str = "",
    ) -> None:  # fmt: skip
        """A line of text on its baseline."""
        more = f' text-anchor="{anchor}"' if anchor != "start" else ""
        more += f' font-weight="{weight}"' if weight else ""
        self._parts.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{role(colour)}"{more}>{escape(text)}</text>'
        )

    def drawn(self) -> str:
        """All of it, for the inside of a picture."""
        return "".join(self._parts)


def role(colour: str) -> str:
    """A colour by what it is for, so that the page decides how it looks."""
    return f"var(--{ROLES[colour]},{colour})"
