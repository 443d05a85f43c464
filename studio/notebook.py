"""The player in a notebook, as a widget for Jupyter and marimo: the same module as on the page.

It needs the extra ``notebook`` (``pip install "apath[notebook]"``) and asks nothing of the network.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.teach.controls import Settings

_MISSING = 'the player in a notebook needs anywidget; install it with: pip install "apath[notebook]"'


class NotebookError(ImportError):
    """Something a notebook needs is not installed, with the command that installs it."""


def player(data: Mapping[str, Any], *, autoplay: bool = False, measure: str = "reached") -> Any:
    """Show what happened to people, week by week, in a notebook cell.

    Change its ``data`` to show something else in the same place:

        from studio.notebook import classroom, player
        widget = player(classroom({"network": "hubs"}))
        widget.data = classroom({"network": "hubs", "seeding": "hubs"})

    Args:
        data: from :func:`classroom`, or from :func:`studio.page.player_data.player_data`.
        autoplay: begin to play at once, unless the reader's system asks for less motion.
        measure: what the line shows first, ``reached`` or ``customers``.

    Returns:
        An anywidget, with the traits ``data``, ``autoplay`` and ``measure``.

    Raises:
        NotebookError: anywidget is not installed.
    """
    try:
        import anywidget
        import traitlets
    except ImportError as error:
        raise NotebookError(_MISSING) from error
    from studio.page.static_player import static_text
    from studio.theme import css_variables

    # A notebook has its own page, so the colours are the player's own, and follow the system.
    dark = f"@media (prefers-color-scheme:dark){{.apath-player{{{css_variables(dark=True)}background:var(--paper)}}}}"
    style = f".apath-player{{{css_variables()}background:var(--paper);padding:.6rem}}{dark}{static_text('player.css')}"

    class Player(anywidget.AnyWidget):  # type: ignore[misc, unused-ignore]
        """The widget."""

        _esm = static_text("player.js")
        _css = style
        data = traitlets.Dict().tag(sync=True)
        autoplay = traitlets.Bool(False).tag(sync=True)
        measure = traitlets.Unicode("reached").tag(sync=True)

    return Player(data=dict(data), autoplay=autoplay, measure=measure)


def classroom(settings: "Settings | Mapping[str, Any]") -> dict[str, Any]:
    """Simulate a small market that a class can change, ready for :func:`player`.

    >>> data = classroom({"people": 50, "weeks": 13, "b": {"seeding": "hubs"}})
    >>> [arm["name"] for arm in data["arms"]]
    ['A', 'B']

    Args:
        settings: values by name, as in :data:`studio.teach.controls.CONTROLS`; what is left out has its default.

    Raises:
        ScenarioError: a setting is not known or has an unknown value.
    """
    from studio.teach.classroom import teach

    return teach(settings)


__all__ = ["NotebookError", "classroom", "player"]
