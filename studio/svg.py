"""Charts as SVG texts: the same bytes for the same numbers, and colours that the page decides about."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from studio.theme import GRID, INK, MUTED, ROLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


NAMESPACE = "http://www.w3.org/2000/svg"
"""Needed by a picture that stands alone, not by one inside a page."""


@dataclass(frozen=True)
class Chart:
    """One picture.

    Attributes:
        title: what stands above it; may hold what a user wrote.
        svg: the picture, with its description inside.
        plan: number of the plan it is about, for its colour.
        note: the figure to take away, for its caption.
        least_width: pixels below which it is scrolled rather than shrunk; 0 to shrink.
    """

    title: str
    svg: str
    plan: int | None = None
    note: str = ""
    least_width: int = 0


_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "apath",
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "lines.solid_capstyle": "round",
    "hatch.linewidth": 0.6,
    "path.simplify": False,
}


@contextmanager
def canvas(width: float, height: float, **margins: float) -> Iterator[tuple["Figure", "Axes"]]:
    """One empty chart in our style, whatever the user's own matplotlib settings are.

    Args:
        width: in points; text is 9 points high.
        height: in points.
        margins: ``left``, ``right``, ``top`` and ``bottom`` in points.
    """
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        figure = Figure(figsize=(width / 72, height / 72))
        FigureCanvasSVG(figure)
        m = {"left": 34.0, "right": 8.0, "top": 6.0, "bottom": 28.0} | margins
        axes = figure.add_axes(
            (
                m["left"] / width,
                m["bottom"] / height,
                1 - (m["left"] + m["right"]) / width,
                1 - (m["top"] + m["bottom"]) / height,
            )
        )
        yield figure, axes


def render(figure: "Figure", *, key: str, label: str) -> str:
    """A figure as an SVG text for the inside of a page.

    Args:
        figure: from :func:`canvas`, while it is open.
        key: a short name that no other picture of the page has.
        label: what the picture shows, for those who do not see it.
    """
    out = io.StringIO()
    figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    return themed(out.getvalue(), key=key, label=label)


_BEFORE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_HEAD = re.compile(r"<svg [^>]*?viewBox=\"([^\"]*)\"[^>]*>")
_COLOUR = re.compile("|".join(ROLES))
_LONG = re.compile(r"(-?\d+\.\d{2})\d+")
_TAG = re.compile(r"<[^>]*>")
_FONT = re.compile(r"font: ?([0-9.]+)px [^;\"]*")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_STYLES = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_NOISE = re.compile(r"(?<=<g) id=\"[^\"]*\"| transform=\"rotate\(-0 [^\"]*\"|font-family: [^;\"]*; ?")
_STYLED = re.compile(r'\sstyle="([^"]*)"')
_BLANKS = re.compile(r">\s+<")


def themed(svg: str, *, key: str, label: str) -> str:
    """Make a picture fit to stand in a page: own names, the page's fonts and colours, a description, fewer bytes.

    Args:
        svg: as matplotlib writes it.
        key: goes before every name in it.
        label: what the picture shows.
    """
    svg = _BEFORE.sub("", svg)
    svg = _COMMENT.sub("", _METADATA.sub("", svg))
    svg = _NOISE.sub("", _STYLES.sub("", svg))
    svg = re.sub(r'(\sid="|url\(#|href="#)', rf"\g<1>{key}-", svg).replace("xlink:href", "href")
    svg = _COLOUR.sub(lambda found: f"var(--{ROLES[found[0]]},{found[0]})", svg)
    svg = _FONT.sub(r"font-size: \1px", svg)
    svg = _TAG.sub(lambda tag: _LONG.sub(r"\1", tag[0]), svg)  # places, never the numbers that are read
    svg = _STYLED.sub(lambda found: _attributes(found[1]), svg)
    svg = _HEAD.sub(lambda found: svg_head(found[1], label), svg, count=1)
    return re.sub(r"\s+", " ", _BLANKS.sub("><", svg)).strip()


def _attributes(style: str) -> str:
    """A style as attributes, each of which a page's own rules may overrule and no content policy forbids.

    >>> _attributes("fill: none; stroke: #fff")
    ' fill="none" stroke="#fff"'
    """
    pairs = (one.partition(":") for one in style.split(";") if one.strip())
    return "".join(f' {name.strip()}="{value.strip()}"' for name, _, value in pairs)


def svg_head(view_box: str, label: str) -> str:
    """The opening tag of a picture.

    Args:
        view_box: as SVG wants it.
        label: what the picture shows.
    """
    return f'<svg xmlns="{NAMESPACE}" role="img" aria-label="{escape(label)}" viewBox="{view_box}">'
