"""How good seeds are on published networks, and how soon: ``python -m experiments.seeding.study [-o PAGE]``."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import numpy as np

from calibration.studies.page import wrapped
from experiments.seeding.arcs import chances_of, reverse_arcs, weighted_cascade
from experiments.seeding.audience import audience
from experiments.seeding.cascades import Player
from experiments.seeding.opimc import Effort, Search, choose_seeds
from experiments.seeding.posts import Shape, decode_posts, most_covered, post_market
from experiments.seeding.rr_sets import RRSets
from experiments.seeding.rules_of_thumb import by_degree_per_cost
from experiments.seeding.study_networks import GITHUB, NETHEPT, REFERENCES, Network
from experiments.seeding.study_picture import Curve, time_to_quality
from simulator.executor import usable_threads
from simulator.graph import graph_from_edges

K = 50
ERROR = 0.0007
"""Standard error of a spread that is played, as a share."""

PICTURE = "seeding.svg"

_INTRODUCTION = """# Whom to seed

This page is written by `make seeding`; change `experiments/seeding`, not the page. The networks are other
people's and not part of the project; `APATH_DATA` names the folder they lie in.

`apath seeding friends.csv --k 50` says which 50 people to win over so that word of mouth reaches most, and
proves how near that is to the best possible choice of 50. With `--costs prices.csv --budget 20000` it says
whom to pay. What a person has to hear before they pass it on is left out here, as are days, media and rivals:
a person who is reached tells each listener once, and each believes it with a chance, in a *weighted cascade*
(wc) one in as many as they hear, else the same `--p` for everybody (ic). Campaigns with all the rest are run
by `apath compare`; what is proved here is proved of word of mouth alone.

How it works: for many consumers drawn at random, the search goes back along ties that happen to carry, to all
who could have told them. Whoever is in most of these sets reaches most. Seeds are chosen on one collection
(greedily, at least 63 % of the best) and checked on another that never saw them (OPIM-C; Tang, Tang, Xiao and
Yuan 2018); searches skip what does not carry (Guo and others 2020). The **certificate** is the proved share
of the best possible reach: the lower bound of this choice over the upper bound of every choice, which both hold
but for a chance in a thousand. The truth is usually better than the certificate.

Rules of thumb are checked beside, and the best of all is the answer, so that it never loses to the best
connected by more than the error of the check.
"""


@dataclass
class Section:
    """One part of the page.

    Attributes:
        text: in Markdown.
        pictures: SVG by file name.
    """

    text: str
    pictures: dict[str, str] = field(default_factory=dict)


def quality() -> Section:
    """Every published network against the figures of an earlier program."""
    rows = []
    for ref in REFERENCES:
        graph = ref.network.read()
        chance = chances_of(graph, model=ref.model, p=ref.p)
        found = choose_seeds(graph, chance, k=K, seed=1, effort=Effort(seconds=15.0))
        player = Player(graph, chance, seed=5)
        ours, top = player.spread(found.seeds, error=ERROR), player.spread(found.choices["degree"], error=ERROR)
        law = "wc" if ref.p is None else f"ic {ref.p:g}"
        rows.append(
            f"| {ref.network.name} | {law} | {ours.mean:,.1f} ± {1.96 * ours.error:.1f} | {ref.spread:,.1f} | "
            f"{100 * (ours.mean / ref.spread - 1):+.1f} % | {found.certificate:.2f} | {ref.certificate:.2f} | "
            f"{found.proof.upper:,.0f} | {top.mean:,.1f} | {found.random_spread:,.0f} | {found.chosen_by} | "
            f"{found.seconds:.1f} |"
        )
    text = f"""{K} seeds each; duplicates and loops are dropped, and mutual ties carry both ways. *Reach* is the mean of
cascades that were played, ± 95 %; *before* is what an earlier program of the same method reached; *at most* is
the bound on the best possible choice.

| network | law | reach | before | | certificate | before | at most | best connected | random | chosen by | s |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""
    return Section(text + "\n".join(rows))


def time_and_quality() -> Section:
    """Reach by wall time, beside rules of thumb: methods are compared at equal quality, not at their defaults."""
    curves, tables = [], []
    for network, model, p in ((NETHEPT, "wc", None), (GITHUB, "ic", 0.01)):
        graph = network.read()
        chance = chances_of(graph, model="wc" if model == "wc" else "ic", p=p)
        player = Player(graph, chance, seed=5)
        arcs = reverse_arcs(graph, chance)
        points = []
        for power in range(10, 22):
            taken = []
            for _ in range(3 if power < 18 else 1):  # the least, as neighbours on the machine take their time
                search = Search(arcs, k=K, seed=1)
                began = perf_counter()
                choice = search.look(1 << power)
                proof = search.certificate_of(choice.owners)
                taken.append(perf_counter() - began)
            seconds = min(taken)
            played = player.spread(choice.owners, error=ERROR).mean
            points.append((seconds, played, proof.certificate, min(choice.gains)))
        thumbs = choose_seeds(graph, chance, k=K, seed=1, effort=Effort(max_sets=1024)).choices
        reach = {name: player.spread(rows, error=ERROR).mean for name, rows in thumbs.items() if name != "greedy"}
        title = f"{network.name}, {'weighted cascade' if p is None else f'p = {p:g}'}"
        curves.append(Curve(title, [(s, r) for s, r, _, _ in points], reach))
        rows = [
            f"| 2^{power} | {s:.3f} | {r:,.1f} | {c:.2f} | {fewest:,} |"
            for power, (s, r, c, fewest) in zip(range(10, 22), points, strict=True)
        ]
        said = "; ".join(f"{name} {value:,.1f}" for name, value in sorted(reach.items(), key=lambda one: -one[1]))
        tables.append(
            f"### {title}\n\nRules of thumb: {said}.\n\n"
            "| sets | s | reach, played | certificate | sets of the weakest seed |\n"
            "|---|---|---|---|---|\n" + "\n".join(rows)
        )
    text = f"""Reach of {K} seeds by the time that the search took, on {usable_threads()} threads. The usual advice
to stop at an error of a tenth is a trap: it is met where each seed stands on a few dozen sets and is as likely
lucky as good, and the choice may **lose to the best connected**, as it does on GitHub below while the
certificate is under 0.8. So the search goes on until the certificate no longer improves *and* the weakest seed
stands on 400 sets.

![Reach by seconds of search, with rules of thumb as lines](images/{PICTURE})

"""
    return Section(text + "\n\n".join(tables), {PICTURE: time_to_quality(curves)})


def budgets() -> Section:
    """Whom to pay, where the well-known ask for more."""
    graph = GITHUB.read()
    chance, budget = weighted_cascade(graph), 20_000.0
    costs = 50.0 + 2.0 * graph.n_heard.astype(np.float64) ** 1.1
    arcs = reverse_arcs(graph, chance)
    player = Player(graph, chance, seed=5)
    rows = []
    for power in (14, 16, 18, 20):
        search = Search(arcs, costs=costs, budget=budget, seed=1)
        choice = search.look(1 << power)
        own = choice.covered * graph.n / (1 << power)
        played = player.spread(choice.owners, error=ERROR).mean
        rows.append(
            f"| 2^{power} | {own:,.0f} | {played:,.0f} | {search.certificate_of(choice.owners).certificate:.2f} | "
            f"{len(choice.owners)} |"
        )
    found = choose_seeds(graph, chance, costs=costs, budget=budget, seed=1)
    reach = {name: player.spread(seeds, error=ERROR).mean for name, seeds in found.choices.items()}
    best = player.spread(found.seeds, error=ERROR)
    per_cost = player.spread(search.limited(by_degree_per_cost(graph, costs)), error=ERROR).mean
    said = "\n".join(
        f"| {name} | {value:,.0f} | {100 * (value / best.mean - 1):+.1f} % |"
        for name, value in sorted(reach.items(), key=lambda one: -one[1])
    )
    text = f"""GitHub, weighted cascade; a developer with d followers asks for 50 + 2 d^1.1, and the budget is
20,000. The answer reaches {best.mean:,.0f} ± {1.96 * best.error:.0f} with {len(found.seeds)} seeds for
{found.cost:,.0f}, proved to be {100 * found.certificate:.0f} % of the best possible at least; most followers for
the money reach {per_cost:,.0f}, so that choosing by sets is worth {100 * (best.mean / per_cost - 1):+.1f} %. It took
{found.seconds:.1f} s.

| choice | reach, played | |
|---|---|---|
{said}

Few sets flatter the choice that is made on them: *own* is what they promise, *played* what comes true.

| sets | own | played | certificate | seeds |
|---|---|---|---|---|
"""
    return Section(text + "\n".join(rows))


def taking_off() -> Section:
    """Where cascades take off by themselves, random seeds do."""
    graph = NETHEPT.read()
    dense = graph_from_edges(*np.random.default_rng(1).integers(0, 20_000, (2, 100_000)), n=20_000)
    rows = []
    cases = (("NetHEPT", graph, (0.02, 0.1, 0.2, 0.4)), ("random", dense, (0.05, 0.1, 0.12, 0.2)))
    for name, network, chances in cases:
        for p in chances:
            found = choose_seeds(network, p, k=K, seed=1, effort=Effort(seconds=10.0))
            rows.append(
                f"| {name} | {p:g} | {found.spread:,.0f} | {found.random_spread:,.0f} | "
                f"{100 * found.random_spread / found.spread:.0f} % | {found.typical_share:.4f} | "
                f"{'yes' if found.takes_off else 'no'} | {'yes' if found.hardly_matters else 'no'} |"
            )
    text = f"""Where ties carry often enough, a cascade that begins anywhere reaches about the same large part of the
network, and {K} random seeds reach nearly as many as the {K} best. `apath seeding` says so when random seeds come
within 5 %, and warns when a typical cascade reaches more than 1 % of the network. *random* is a network of 20,000
in which everybody has ten ties at random.

| network | p | best known | random seeds | | typical share | takes off | hardly matters |
|---|---|---|---|---|---|---|---|
"""
    return Section(text + "\n".join(rows))


def posts() -> Section:
    """Influencers and their posts: the decoder of an optimizer."""
    graph = GITHUB.read()
    top = np.argsort(-graph.n_heard, kind="stable")[:200]
    fans = audience(
        [graph.listeners[graph.indptr[i] : graph.indptr[i + 1]] for i in top], n=graph.n, chance=0.1, most_posts=8
    )  # fmt: skip
    chosen_on, checked_on = (RRSets(reverse_arcs(graph, 0.005), audience=fans, seed=1, stream=s) for s in (1, 2))
    chosen_on.grow(1 << 17)
    checked_on.grow(1 << 17)
    followers = graph.n_heard[top]
    market = post_market(chosen_on, price=2.0 * followers**1.1, tier=(followers > np.median(followers)).astype(int))
    rows = []
    for name, shape in (
        ("as it is", Shape()),
        ("the better known twice as dear in the choice", Shape(tiers=(1.0, 2.0))),
        ("half the weight on prices", Shape(power=0.5)),
        ("repeated contacts cost 0.3", Shape(overlap=0.3)),
    ):
        decode_posts(market, budget=20_000.0, k=20, shape=shape)
        began = perf_counter()
        for _ in range(20):
            plan = decode_posts(market, budget=20_000.0, k=20, shape=shape)
        ms = 1e3 * (perf_counter() - began) / 20
        bound = most_covered(market, plan, budget=20_000.0, k=20) * market.value_per_set
        rows.append(
            f"| {name} | {len(plan.chosen)} | {sum(plan.posts)} | {plan.spent:,.0f} | {plan.value:,.0f} | "
            f"{checked_on.estimate(range(200), np.array(plan.posts)):,.0f} | {bound:,.0f} | {ms:.1f} |"
        )
    text = """GitHub again: the 200 with most followers sell posts for 2 d^1.1 each, one post wins over a follower with
chance 0.1, who then passes it on with 0.005 a tie; 20,000 in all, 20 influencers and 8 posts each at most.
`experiments.seeding.posts.decode_posts` turns a few shape parameters into a plan that keeps all limits, always
the same one. *Chosen on* flatters; *checked on* other sets does not. *At most* bounds what any plan covers of
the sets that plans are chosen on.

| shape | influencers | posts | spent | chosen on | checked on | at most | ms |
|---|---|---|---|---|---|---|---|
"""
    return Section(text + "\n".join(rows))


_LIMITS = """## What is not promised

* The certificate is about this model of word of mouth on this network. Where people need several friends before
  they follow, get annoyed, or hear bad news too, reach is not what is proved here; play the plan with
  `apath compare`.
* A budget is spent to at least half of the most possible on the sets (Yaroslavtsev, Zhou and Avdiukhin 2020);
  with `--k` beside it nothing is promised beforehand, but the certificate still holds.
* The same seed gives the same answer, on any number of threads, unless the search ended by `--seconds`.
* Where a typical search meets much of the network, sets are large, and memory ends the search at a smaller
  number of them, which is said.
* `python -m benchmarks --only seeding` times a network of a million people on your machine.
"""

SECTIONS: dict[str, tuple[str, tuple[Network, ...], Callable[[], Section]]] = {
    "quality": ("Reach and proof on published networks", tuple({r.network for r in REFERENCES}), quality),
    "time": ("How soon a choice is good", (NETHEPT, GITHUB), time_and_quality),
    "budgets": ("Whom to pay", (GITHUB,), budgets),
    "taking-off": ("Where the choice hardly matters", (NETHEPT,), taking_off),
    "posts": ("Influencers and posts", (GITHUB,), posts),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or show it.

    Args:
        arguments: words of the command line; those of the process when left out.

    Returns:
        0 when a section was written, 1 when all had to be left out.
    """
    parser = argparse.ArgumentParser(prog="python -m experiments.seeding.study", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*SECTIONS, []], help="sections; all if left out")
    parser.add_argument("-o", "--output", type=Path, default=None, help="the page, in Markdown")
    asked = parser.parse_args(arguments)
    if asked.output is not None and not asked.output.parent.is_dir():
        parser.error(f"there is no folder “{asked.output.parent}” to write {asked.output.name} to")
    warm_up()
    parts = [_INTRODUCTION]
    pictures: dict[str, str] = {}
    n_written = 0
    for name in asked.names or SECTIONS:
        title, networks, write = SECTIONS[name]
        if missing := sorted(network.file for network in networks if network.path is None):
            parts.append(f"## {title}\n\nLeft out: {', '.join(missing)} not found; `APATH_DATA` names their folder.\n")
            continue
        section = write()
        pictures |= section.pictures
        n_written += 1
        parts.append(f"## {title}\n\n{section.text}\n")
        sys.stderr.write(f"{title}: done\n")
    parts.append(_LIMITS)
    if asked.output is None:
        sys.stdout.write("\n".join(parts))
    else:
        for name, picture in pictures.items():
            (asked.output.parent / "images").mkdir(exist_ok=True)
            _write(asked.output.parent / "images" / name, picture)
        _write(asked.output, wrapped("\n".join(parts)))
    return 0 if n_written else 1


def warm_up() -> None:
    """Compile what is timed."""
    small = graph_from_edges([0, 1, 2], [1, 2, 3], n=5)
    for chance in (weighted_cascade(small), np.full(5, 0.5)):
        for limits in ({"k": 1}, {"costs": np.ones(5), "budget": 2.0}):
            choose_seeds(small, chance, effort=Effort(max_sets=256), **limits)


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, "utf-8")
    draft.replace(path)


if __name__ == "__main__":
    sys.exit(main())
