"""What recommendations are worth, measured: ``python -m experiments.recommend.study -o docs/recommended.md``.

Five questions: does the search find a plan that is known to be best; does another one find better ones at the same
cost on markets of people; is the plan ever worse than the current one or
than equal shares; is one wallet for channels and influencers worth it; and are printed values honest?
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from calibration.studies.page import wrapped
from experiments.intervals import Summary, summarise
from experiments.recommend.decode import decoder_of
from experiments.recommend.effort import Effort
from experiments.recommend.goal import parse_goal
from experiments.recommend.limits import Limits, MoneyLimit, bounds_of
from experiments.recommend.people import RACE, REPORT, People
from experiments.recommend.recommend import recommend
from experiments.recommend.samplers import Question, dearest, on_scenarios, planted
from experiments.recommend.wallet import INFLUENCERS, line_money
from scenarios.load import Loaded, load_scenario
from scenarios.schema import Plan

BUNDLED = ("classroom", "coldbrew-launch", "app-referral", "always-on-retail", "crisis-rehearsal")
GOALS = {"app-referral": "most purchases", "always-on-retail": "most revenue", "crisis-rehearsal": "least detractors"}
CONSUMERS = {"classroom": 300, "always-on-retail": 3_000}
FEW = 1_000
"""Consumers where many searches are held against each other."""


def compared() -> list[Question]:
    """Questions that samplers are compared on: cheap ones, with channels, influencers and samples."""
    said = [(name, load_scenario(name, consumers=FEW)) for name in ("coldbrew-launch", "app-referral")]
    return [Question(loaded, GOALS.get(name, "most customers"), dearest(loaded)) for name, loaded in said]


def loaded_small(name: str) -> Loaded:
    """A bundled scenario with few consumers."""
    return load_scenario(name, consumers=CONSUMERS.get(name, 2_000))


def never_worse(*, effort: Effort) -> Iterator[str]:
    """The recommended plan against the current one and equal shares, on every bundled scenario."""
    yield "| Scenario | Goal | Budget | Against the current plan | with this budget | Against equal split | Verdict |"
    yield "|---|---|---:|---|---|---|---|"
    for name in BUNDLED:
        loaded = loaded_small(name)
        goal, budget = GOALS.get(name, "most customers"), dearest(loaded)
        found = recommend(loaded, goal=goal, budget=budget, effort=effort)
        names = [arm.name for arm in found.arms]
        said = {
            other: found.against(other).difference if other in names else None
            for other in ("current", "current_scaled", "equal_split")
        }
        sign = 1.0 if found.goal.more else -1.0
        worse = [other for other, one in said.items() if one is not None and one.decided and sign * one.mean < 0.0]
        verdict = f"worse than {', '.join(worse)}" if worse else "beats or ties both"
        cells = ["–" if one is None else interval(one) for one in said.values()]
        yield f"| {name} | {goal} | {budget:,.0f} | {' | '.join(cells)} | {verdict} |"


def one_wallet(*, effort: Effort) -> Iterator[str]:
    """One wallet against channels first and influencers with what is left."""
    yield "| Scenario | Influencers, of the plan | One wallet minus the best of the others | Which was best |"
    yield "|---|---:|---|---|"
    for name in BUNDLED:
        loaded = loaded_small(name)
        scenario = loaded.scenario
        goal, budget = GOALS.get(name, "most customers"), dearest(loaded)
        quick = replace(effort, check=0, marginals=False)
        joint = recommend(loaded, goal=goal, budget=budget, effort=quick)
        wallet = joint.wallet
        if INFLUENCERS not in wallet.names:
            yield f"| {name} | none on sale | the same question | – |"
            continue
        fees = float(line_money(wallet, joint.best.plan)[wallet.index(INFLUENCERS)])
        people = People(
            scenario, [parse_goal(goal, scenario)], seed=effort.seed + 1000, uncertainty="luck+ranges",
            threads=effort.threads,
        )  # fmt: skip
        others = {share: _channels_first(loaded, goal, budget, share, quick) for share in (1.0, 0.85, 0.7, 0.5)}
        sign = 1.0 if joint.goal.more else -1.0
        raced = people.run(list(others.values()), RACE, effort.report).values[:, :, 0].mean(axis=1)
        best = list(others)[int(np.argmax(sign * raced))]
        seen = people.run([joint.best.plan, others[best]], REPORT, effort.report).values[:, :, 0]
        gain = summarise(sign * (seen[0] - seen[1]), worlds=people.world_numbers(REPORT, effort.report))
        yield f"| {name} | {fees / max(joint.best.cost, 1e-9):.0%} | {interval(gain)} | {best:.0%} for channels |"


def _channels_first(loaded: Loaded, goal: str, budget: float, share: float, effort: Effort) -> Plan:
    """The best plan for a share of the budget without influencers, and influencers for the rest."""
    none = Limits().model_copy(update={"money": {INFLUENCERS: MoneyLimit.model_validate({"max": 0.0})}})
    first = recommend(loaded, goal=goal, budget=share * budget, limits=none, effort=effort)
    if share == 1.0:
        return first.best.plan
    from experiments.recommend.audience import open_roster

    limits, wallet = Limits(), first.wallet
    people = People(loaded.scenario, [first.goal], seed=effort.seed, uncertainty="luck")
    roster = open_roster(loaded.scenario, people.one_world(), seed=effort.seed)
    decoder = decoder_of(wallet, bounds_of(limits, wallet, budget), limits.influencers, budget, roster=roster)
    money = np.zeros(len(wallet.lines))
    money[wallet.index(INFLUENCERS)] = budget - first.best.cost
    return first.best.plan.model_copy(update={"bookings": decoder.with_money(money).bookings})


def honest(*, searches: int, effort: Effort, progress: Callable[[int], None] | None = None) -> Iterator[str]:
    """Printed values against ten times as many fresh replicates, over many searches."""
    loaded = load_scenario("coldbrew-launch", consumers=FEW)
    budget = dearest(loaded)
    printed, searched = [], []
    for seed in range(searches):
        found = recommend(
            loaded, goal="most customers", budget=budget,
            effort=replace(effort, seed=seed, check=10, marginals=False),
        )  # fmt: skip
        printed.append(found.optimism or 0.0)
        searched.append(found.searched)
        if progress is not None:
            progress(seed + 1)
    yield "| Value | Mean over searches | 90 % interval of the mean |"
    yield "|---|---:|---|"
    for words, values in (("printed", np.array(printed)), ("of the search itself", np.array(searched))):
        said = summarise(values, worlds=np.arange(len(values)))
        yield f"| {words} | {100 * said.mean:+.2f} % | {100 * said.ci_low:+.2f} to {100 * said.ci_high:+.2f} % |"


def interval(said: Summary) -> str:
    """Mean and interval of a difference."""
    return f"{said.mean:+,.0f} ({said.ci_low:+,.0f} to {said.ci_high:+,.0f})"


_HEAD = """# What recommendations are worth

This page is written by `make recommended`; change `experiments/recommend/study.py`, not the page. Intervals hold 90 %.
"""

_PLANTED = """## A best plan that is known

Each channel sells by itself, ever less for more money, and the best split of the money is found without noise by SLSQP.
Searches see every plan with {noise} of noise. Ours tries {trials} plans; each of the others begins with the same fifth
of them and goes on until it has cost the same runs of the engine on that market, however many plans that are: those
clearly behind are given up early. Then the best are raced. Regret is how much less the plan sells than the best one,
over {seeds} markets of each size; trials and runs are means of a search. Lines that add up are what these markets are
made of, and what our curves and a smooth Gaussian process assume: on a market of talk and saturation they are a guide
and no more.
"""

_PEOPLE = """## Searches on markets of people

The same searches where consumers talk and brands saturate: {consumers} consumers, the budget of the scenario's dearest
plan, {trials} plans for ours and its runs of the engine for each of the others. Winners are valued on {report}
replicates that neither search nor race saw, against equal split on the same ones, and over {seeds} searches with other
people and other luck. Intervals are about replicates, not about other searches: what the worst search gained shows how
far those differ.
"""

_WORSE = """## Never worse than the current plan

The recommended plan on replicates that neither search nor race saw, with the budget of the scenario's dearest plan.
Differences are paired, in the goal's metric; for “least” a negative one is better. {trials} trials.
"""

_WALLET = """## One wallet

Channels, posts, samples and influencers share one wallet. Instead one can first plan all but influencers, for 100, 85,
70 or 50 % of the budget, and book influencers with what is left. The best of these four is chosen on other replicates
than those that the difference is measured on. More is better.
"""

_HONEST = """## Are printed values honest?

{searches} searches with other seeds. The value that is printed comes from {report} replicates that neither search nor
race saw; it is held against {more} more. The value that the search itself saw of its winner shows what is avoided.
"""


_INTROS = {"planted": _PLANTED, "people": _PEOPLE, "worse": _WORSE, "wallet": _WALLET, "honest": _HONEST}


def page(sections: Mapping[str, str], *, before: str = "") -> str:
    r"""The page with sections that were measured now, and the others as they were.

        >>> print(page({"planted": "## A best plan that is known\n\nnew\n"},
        ...            before="head\n\n## A best plan that is known\n\nold\n\n## One wallet\n\nkept\n"))
        # What recommendations are worth
        <BLANKLINE>
        This page is written by `make recommended`; change `experiments/recommend/study.py`, not the page. Intervals
        hold 90 %.
        <BLANKLINE>
        ## A best plan that is known
        <BLANKLINE>
        new
        <BLANKLINE>
        ## One wallet
        <BLANKLINE>
        kept
        <BLANKLINE>

    Args:
        sections: by name, each with its heading.
        before: the page as it was.
    """
    parts = re.split(r"^(?=## )", before, flags=re.MULTILINE)[1:]
    old = {part.partition("\n")[0]: part.rstrip() + "\n" for part in parts}
    kept = {name: old.get(intro.partition("\n")[0]) for name, intro in _INTROS.items()}
    every = [sections.get(name) or kept[name] for name in _INTROS]
    return wrapped("\n".join([_HEAD, *(one for one in every if one is not None)]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the study.

    Args:
        arguments: words of the command line; those of the process when left out.
    """
    parser = argparse.ArgumentParser(prog="python -m experiments.recommend.study", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little of each, for a look")
    parser.add_argument("--only", nargs="+", default=list(_INTROS), choices=list(_INTROS), help="the others stay")
    parser.add_argument("-o", "--output", type=Path, default=None)
    options = parser.parse_args(arguments)
    quick = options.quick
    trials, seeds, searches = (40, 2, 3) if quick else (300, 4, 50)
    effort = Effort(trials=30 if quick else 150, report=16 if quick else 64, check=0, marginals=False, seed=1)
    small = replace(effort, trials=20 if quick else 40, laps=(16, 32))
    others = 1 if quick else 3

    def tell(done: object) -> None:
        print(done, file=sys.stderr, flush=True)

    sections: dict[str, tuple[dict[str, object], Callable[[], Iterator[str]]]] = {
        "planted": (
            {"noise": "0.5 %", "trials": trials, "seeds": seeds}, lambda: planted(trials=trials, seeds=seeds)
        ),
        "people": (
            {"consumers": f"{FEW:,}", "trials": trials, "report": effort.report, "seeds": others},
            lambda: on_scenarios(compared(), trials=trials, seeds=others, report=effort.report, progress=tell),
        ),
        "worse": ({"trials": effort.trials}, lambda: never_worse(effort=effort)),
        "wallet": ({}, lambda: one_wallet(effort=effort)),
        "honest": (
            {"searches": searches, "report": small.report, "more": 10 * small.report},
            lambda: honest(searches=searches, effort=small, progress=tell),
        ),
    }  # fmt: skip
    measured = {}
    for name in options.only:
        numbers, lines = sections[name]
        measured[name] = "\n".join([_INTROS[name].format(**numbers), *lines()]) + "\n"
        print(measured[name], flush=True)
    if options.output is not None:
        before = options.output.read_text("utf-8") if options.output.exists() else ""
        draft = options.output.with_name(f".{options.output.name}.{os.getpid()}")
        draft.write_text(page(measured, before=before), "utf-8")
        draft.replace(options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
