"""Commands that search: calibrate, recommend, seeding."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studio.commands.options import debug_option, quiet_option

if TYPE_CHECKING:
    pass


@click.command()
@click.argument("scenario", required=False)
@click.argument("history", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--plan", help="Plan that was carried out.  [default: the settings', else the first]")
@click.option("--free", help="Parameters to find, separated by commas.  [default: the settings', else suggested]")
@click.option("--trials", type=click.IntRange(min=10), default=300, show_default=True, help="Points of the search.")
@click.option("--replicates", type=click.IntRange(min=2), default=8, show_default=True, help="Runs of each trial.")
@click.option(
    "--draws",
    type=click.IntRange(min=20, max=200),
    default=100,
    show_default=True,
    help="Parameter draws that later answers carry.",
)
@click.option(
    "--holdout-weeks",
    type=click.IntRange(min=0),
    help="Last weeks that the fit does not see.  [default: 13, or a quarter]",
)
@click.option(
    "--sampler",
    type=click.Choice(["auto", "cma", "tpe"]),
    default="auto",
    show_default=True,
    help="auto: CMA-ES where all is continuous, TPE where a parameter is a whole number.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Any whole number; never searched.")
@click.option("--consumers", type=click.IntRange(min=1), help="Simulated consumers, instead of the file's.")
@click.option("--threads", type=click.IntRange(min=1), help="Trials at once.  [default: all cores]")
@click.option("--suggest", is_flag=True, help="Only say which parameters this history could tell.")
@click.option("--self-test", is_flag=True, help="Find known parameters again from simulated histories.")
@click.option("--quick", is_flag=True, help="With --self-test: a small one, in less than a minute.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Directory.  [default: runs/<scenario>-calibration-<n>; none for json]",
)
@click.option("--resume", is_flag=True, help="Go on with the study in the directory.")
@click.option("--force", is_flag=True, help="Begin anew in the directory.")
@click.option("--no-report", is_flag=True, help="Leave out report.html.")
@quiet_option
@debug_option
def calibrate(
    scenario: str | None,
    history: Path | None,
    trials: int,
    replicates: int,
    draws: int,
    sampler: Any,
    seed: int,
    threads: int | None,
    suggest: bool,
    self_test: bool,
    quick: bool,
    **options: Any,
) -> None:
    """Find a market's parameters from its history, and say how far to trust them.

    HISTORY is a CSV file with what was spent and what came of it, week by week (docs/history.md), or the .toml file
    with the settings; left out, what lies beside the scenario is used.
    """
    from calibration.fit import Settings

    chosen = Settings(trials=trials, replicates=replicates, draws=draws, seed=seed, sampler=sampler, threads=threads)
    from studio import calibrating

    if quick and not self_test:
        raise click.UsageError("--quick goes with --self-test")
    if scenario is None and not self_test:
        raise click.UsageError("name a SCENARIO, such as coldbrew-launch")
    if self_test or scenario is None:
        calibrating.run_self_test(scenario, history, settings=chosen, quick=quick, **options)
    elif suggest:
        calibrating.run_suggestion(scenario, history, settings=chosen, **options)
    else:
        calibrating.run_calibration(scenario, history, settings=chosen, **options)


@click.command()
@click.argument("scenario")
@click.option(
    "--budget",
    type=float,
    required=True,
    help="Money in all, in the scenario's currency; with rewards that are searched, what they hand out too.",
)
@click.option(
    "--goal",
    required=True,
    multiple=True,
    help='Such as "customers >= 12000 by 2027-03-29", "most revenue" or "cpa <= 40"; twice or more often for the plans '
    "between several goals.",
)
@click.option(
    "--mode",
    type=click.Choice(["auto", "most", "probability", "cheapest", "cautious"]),
    default="auto",
    show_default=True,
    help="auto: by the goal. cautious: the best of the worst fifth of worlds.",
)
@click.option("--limits", type=click.Path(path_type=Path), metavar="FILE", help="TOML file with what a plan must keep.")
@click.option("--current", metavar="PLAN", help="Plan that is carried out now.  [default: baseline, else the first]")
@click.option("--trials", type=click.IntRange(min=10), default=300, show_default=True, help="Plans that are tried.")
@click.option(
    "--replicates",
    type=click.IntRange(min=8),
    default=64,
    show_default=True,
    help="Fresh runs that the printed figures come from.",
)
@click.option("--no-check", is_flag=True, help="Do not check the printed value on ten times as many runs.")
@click.option("--seed", type=int, default=0, show_default=True, help="Any whole number; never searched.")
@click.option("--consumers", type=click.IntRange(min=1), help="Simulated consumers, instead of the file's.")
@click.option(
    "--parameters", type=click.Path(path_type=Path), metavar="FILE", help="Calibrated draws, instead of the scenario's."
)
@click.option("--threads", type=click.IntRange(min=1), help="Runs at once.  [default: all cores]")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Directory.  [default: runs/<scenario>-plan-<n>; none for json]",
)
@click.option("--resume", is_flag=True, help="Go on with the study in the directory.")
@click.option("--force", is_flag=True, help="Begin anew in the directory.")
@click.option("--no-report", is_flag=True, help="Leave out report.html.")
@quiet_option
@debug_option
def recommend(
    scenario: str, trials: int, replicates: int, no_check: bool, seed: int, threads: int | None, **options: Any
) -> None:
    """Find the plan most likely to meet a goal with a budget.

    The plan comes as a scenario that runs, as a workbook and as CSV; figures come from people that the search never
    met, and stand against the current plan and an equal split of the money.
    """
    if len(options["goal"]) > 1 and options["mode"] != "auto":
        raise click.UsageError("--mode goes with one goal; several are weighed against each other")
    from experiments.recommend.effort import Effort
    from studio.recommending import run_recommendation

    effort = Effort(trials=trials, report=replicates, check=0 if no_check else 10, seed=seed, threads=threads)
    run_recommendation(scenario, effort=effort, **options)


@click.command()
@click.argument("network", metavar="EDGELIST", type=click.Path(path_type=Path))
@click.option("--k", type=click.IntRange(min=1), help="How many seeds; with a budget, at most.")
@click.option(
    "--model",
    type=click.Choice(["wc", "ic"]),
    default="wc",
    show_default=True,
    help="wc: a person believes one telling in as many as they hear; ic: one in 1/p.",
)
@click.option("--p", type=float, help="Chance from 0 to 1 that one telling is believed; with ic.")
@click.option("--directed", is_flag=True, help="The second of a line hears the first, but not the other way round.")
@click.option("--costs", type=click.Path(path_type=Path), metavar="FILE", help="CSV file: who, and what they ask.")
@click.option("--budget", type=float, help="What all seeds may cost together.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Any whole number; the same one gives the same answer."
)
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="How long to search at most."
)
@click.option("--threads", type=click.IntRange(min=1), help="Searches at once.  [default: all cores]")
@quiet_option
@debug_option
def seeding(network: Path, **options: Any) -> None:
    """Say whom to seed in a network, and prove how good that is.

    EDGELIST has a tie in each line: two names or numbers, the talker first. The answer comes with the share of the
    best possible reach that it is proved to have, and beside the usual choice, the best connected.
    """
    from studio.seeding import run_seeding

    run_seeding(network, **options)
