"""Colours of every chart and page: told apart by lightness first, so that grey print and colour-blind eyes do too.

A chart is drawn in the light colours and refers to each by its role, so that one picture suits light, dark and
print: the page decides what a role looks like.
"""

from dataclasses import dataclass

INK, MUTED, GRID, PAPER, HEAT, BAND = "#1c2733", "#5a6673", "#d8dee4", "#fdfdfb", "#1f6299", "#f1f3f2"

PLANS = ("#12355b", "#b4410f", "#16806f", "#7d5bb5", "#b98600", "#3d93c9", "#9a4a63", "#76855c")
"""From dark to light, four apart at a glance; more plans than colours begin again with other lines."""

STAGES = ("#e9ece9", "#cfe3dc", "#94cabb", "#4fa595", "#1f7a72", "#0d4a4c")
"""Unaware to advocacy: the closer to the brand, the darker."""

LEVERS = ("#1f4e79", "#8fb7d9", "#d98f4e", "#f0d9b0", "#6b7f5e", "#b9a3c9")

_DARK = {
    INK: "#e8ecef",
    MUTED: "#a3afba",
    GRID: "#36424d",
    PAPER: "#151b21",
    HEAT: "#5aa9e6",
    BAND: "#1c242c",
    **dict(
        zip(
            PLANS,
            (
                "#9ec9f5", "#ff9b70", "#5fd3bf", "#c6aef5", "#f0c24b", "#7cc4f0", "#f09db4", "#b7c79a",
            ),
            strict=True,
        )
    ),
    **dict(zip(STAGES, ("#262f37", "#2c4a4a", "#2f6b67", "#3f968b", "#7cc9b8", "#d3f2e6"), strict=True)),
    **dict(
        zip(LEVERS, ("#7fb2e0", "#38607f", "#e5a06a", "#7d5f3c", "#9db58c", "#6f5a80"), strict=True)
    ),
}  # fmt: skip

ROLES = {
    INK: "ink",
    MUTED: "muted",
    GRID: "grid",
    PAPER: "paper",
    HEAT: "heat",
    BAND: "band",
    **{colour: f"plan-{n}" for n, colour in enumerate(PLANS)},
    **{colour: f"stage-{n}" for n, colour in enumerate(STAGES)},
    **{colour: f"lever-{n}" for n, colour in enumerate(LEVERS)},
}

LINES: tuple[tuple[int, tuple[float, ...]], ...] = (
    (0, ()),
    (0, (5.0, 1.6)),
    (0, (1.2, 1.4)),
    (0, (6.0, 1.6, 1.2, 1.6)),
    (0, (9.0, 2.2)),
    (0, (3.0, 1.2)),
    (0, (3.0, 1.2, 1.0, 1.2, 1.0, 1.2)),
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
HATCHES = ("", "////", "||||", "\\\\\\\\", "xxxx", "----")


@dataclass(frozen=True)
class Look:
    """How one plan is drawn wherever it appears."""

    number: int

    @property
    def colour(self) -> str:
        """Its colour."""
        return PLANS[self.number % len(PLANS)]

    @property
    def line(self) -> tuple[int, tuple[float, ...]]:
        """Its dashes."""
        return LINES[self.number % len(LINES)]

    @property
    def marker(self) -> str:
        """Its mark."""
        return MARKERS[self.number % len(MARKERS)]


def looks(plans: list[str]) -> dict[str, Look]:
    """The look of each plan, by its place in the scenario.

    >>> looks(["baseline", "creators"])["creators"].marker
    's'
    """
    return {name: Look(number) for number, name in enumerate(plans)}


def css_variables(*, dark: bool = False) -> str:
    """All roles as CSS variables.

    >>> css_variables().startswith("--ink:#1c2733;")
    True

    Args:
        dark: for a dark page.
    """
    return "".join(f"--{role}:{_DARK[colour] if dark else colour};" for colour, role in ROLES.items())
