"""The command line: ``apath`` with all its commands.

Answers are printed on stdout, everything else on stderr. Whatever is heavy is imported by the command that
needs it, so that help, version and checks are quick.
"""

import os
import sys

import click

from studio.commands import market, page, plans, studies
from studio.failures import Commands, leave_quickly
from studio.process import start_without_tidying


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="apath", prog_name="apath", message="%(prog)s %(version)s")
def cli() -> None:
    """Try marketing plans on simulated consumers before you pay for them.

    A SCENARIO is the name of a bundled one, such as coldbrew-launch, or the path of a .toml or .json file.

    \b
    Start here:
      apath compare coldbrew-launch     which of three plans wins, by how much, how sure
      apath serve coldbrew-launch       the same on a page, where plans can be edited
      apath new my-launch               a scenario of your own to fill in
      apath check my-launch/scenario.toml
    """  # noqa: D301 - the backspace is click's sign for lines that are not to be filled


for command in (
    market.new, market.check, market.metrics, market.levers, market.warm, plans.run, plans.compare, plans.export,
    studies.calibrate, studies.recommend, studies.seeding, page.serve,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    """Start here: the entry point of ``apath``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    leave_quickly(_tidy)
    start_without_tidying()
    try:
        cli()
    except SystemExit as leaving:
        if leaving.code == 130:  # threads may still be busy: do not wait for them
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(130)
        raise


def _tidy() -> None:
    """Remove what is half written, if anything is."""
    if (rundir := sys.modules.get("studio.rundir")) is None:
        return
    import shutil

    for folder in list(rundir.unfinished):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
