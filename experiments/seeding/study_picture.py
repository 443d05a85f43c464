"""One picture: how reach grows with the seconds of a search, and where rules of thumb stand."""

import io
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Curve:
    """One network.

    Attributes:
        title: its name and law.
        points: seconds and reach.
        lines: reach of rules of thumb, which take next to no time.
    """

    title: str
    points: Sequence[tuple[float, float]]
    lines: dict[str, float]


def time_to_quality(curves: Sequence[Curve]) -> str:
    """Draw the curves side by side, as an SVG file.

        >>> drawn = time_to_quality([Curve("a network", [(0.1, 5.0), (1.0, 9.0)], {"degree": 7.0})])
        >>> "<svg" in drawn, "a network" in drawn
        (True, True)

    Args:
        curves: one for each panel.
    """
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    colours = ("#b0413e", "#c98a1b", "#5a7d5a", "#7a6a8a", "#777777")
    with pyplot.rc_context({"svg.hashsalt": "seeding", "font.family": "sans-serif", "svg.fonttype": "none"}):
        figure, panels = pyplot.subplots(
            1, len(curves), figsize=(4.4 * len(curves), 3.4), layout="constrained", squeeze=False
        )  # fmt: skip
        for axes, curve in zip(panels[0], curves, strict=True):
            best = max(reach for _, reach in curve.points)
            seconds, reach = zip(*curve.points, strict=True)
            for colour, (name, value) in zip(colours, curve.lines.items(), strict=False):
                if value > 0.7 * best:
                    axes.axhline(value, color=colour, linewidth=1.2, linestyle="--", label=name)
            axes.plot(seconds, reach, "o-", color="#33658a", markersize=4, linewidth=1.6, label="search")
            axes.set_xscale("log")
            axes.set(title=curve.title, xlabel="seconds of search", ylabel="people reached, played")
            axes.title.set_fontsize(10)
            axes.legend(fontsize=7, loc="lower right")
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
        pyplot.close(figure)
    return text.getvalue()
