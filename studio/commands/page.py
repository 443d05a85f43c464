"""The command that serves the page."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studio.commands.options import debug_option

if TYPE_CHECKING:
    pass


@click.command()
@click.argument("scenario", required=False)
@click.option("--port", type=click.IntRange(0, 65_535), default=8642, show_default=True, help="0: any that is free.")
@click.option("--teach", is_flag=True, help="Begin with the lessons on word of mouth.")
@click.option(
    "--runs", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="Directory of runs."
)
@click.option("--threads", type=click.IntRange(min=1), help="Runs at once.  [default: all cores]")
@click.option("--print-url", is_flag=True, help="Print the address on stdout, and open no browser.")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
@debug_option
def serve(scenario: str | None, no_browser: bool, **options: Any) -> None:
    """Open a page on this machine: edit plans, compare them, get one recommended, watch people talk.

    SCENARIO is the name of a bundled one or a file; more can be chosen or dropped in there. Nothing leaves this
    machine, and nothing is asked of the network.
    """
    from studio.page.serve import serve as run_page

    run_page(scenario=scenario, browser=not no_browser, **options)
