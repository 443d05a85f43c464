"""What a plan must keep: money per line, locks, blackouts, floors, influencers; and what clashes where nothing can.

>>> from experiments.recommend.limits import limits_from_text
>>> said = limits_from_text('''
... [money.media.tiktok]
... max = 60_000
... [influencers]
... at_most = 5
... exclude = ["thatsjules"]
... ''')
>>> said.influencers.at_most
5
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pydantic
from numpy.typing import NDArray
from pydantic import Field

from experiments.recommend.errors import InfeasibleError, RecommendError
from experiments.recommend.programmes import ProgrammeLimit, size_bounds, unknown_programmes
from experiments.recommend.wallet import COMMUNITY, INFLUENCERS, Wallet, kept_with
from experiments.recommend.weeks import WeekLimit, as_date, week_bounds, wrong_weeks
from scenarios.errors import suggest
from scenarios.fields import Amount, Day, Name, Part, YesNo

Floats = NDArray[np.float64]

CENT = 0.005

_LINES_ONLY = ("change", "buy_at_least", "weekly_min", "weekly_max", "weeks")
"""Limits that a group cannot have."""


class MoneyLimit(Part):
    """What one line, or a group of lines together, may cost."""

    min: Amount = Field(0.0, description="least money")
    max: Amount | None = Field(None, description="most money; left out: no limit")
    lock: YesNo = Field(False, description="keep it as the current plan has it")
    change: Annotated[float, Field(strict=True, ge=0.0, le=100.0)] | None = Field(
        None, description="most change against the current plan, as a share of it: 0.2 is 20 % up or down"
    )
    buy_at_least: Amount = Field(0.0, description="nothing at all, or at least this much")
    lines: list[str] = Field(default_factory=list, description="of a group: the lines that it is made of")
    weekly_min: Amount = Field(0.0, description="always-on floor: money in every week that is not blacked out")
    weekly_max: Amount | None = Field(None, description="most money in any week")
    off: list[Day] = Field(default_factory=list, description="Mondays of weeks without any")
    locked_weeks: list[Day] = Field(
        default_factory=list, description="Mondays of weeks that are booked already, and stay as in the current plan"
    )
    locked_until: Day | None = Field(None, description="all weeks that have begun by this day are booked already")
    weeks: dict[Annotated[Day, pydantic.BeforeValidator(as_date)], WeekLimit] = Field(
        default_factory=dict, description="least and most money in weeks, by Monday"
    )


class PostsLimit(Part):
    """How often one influencer may post, and when."""

    min: Annotated[int, Field(strict=True, ge=0, le=10_000)] = Field(0, description="least posts")
    max: Annotated[int, Field(strict=True, ge=0, le=10_000)] | None = Field(None, description="most posts")
    start: Day | None = Field(None, description="no post before")
    end: Day | None = Field(None, description="no post after")


class InfluencerLimits(Part):
    """Limits on who is booked."""

    at_most: Annotated[int, Field(strict=True, ge=0, le=100_000)] | None = Field(
        None, description="how many different influencers"
    )
    exclude: list[Name] = Field(default_factory=list, description="who must not be booked")
    posts: dict[Name, PostsLimit] = Field(default_factory=dict, description="by name")


class Limits(Part):
    """All limits of a recommendation, as written in a file of limits."""

    money: dict[str, Any] = Field(default_factory=dict, description="by line, such as media.tiktok or influencers")
    groups: dict[Name, MoneyLimit] = Field(default_factory=dict, description="lines together, under any name")
    programmes: dict[str, Any] = Field(default_factory=dict, description="by name, such as referral")
    influencers: InfluencerLimits = Field(default_factory=InfluencerLimits, description="who may be booked")
    off: list[Day] = Field(default_factory=list, description="Mondays of weeks in which nothing is bought or posted")
    locked_until: Day | None = Field(
        None, description="all weeks of paid media and own posts that have begun by this day are booked already"
    )
    change: Annotated[float, Field(strict=True, ge=0.0, le=100.0)] | None = Field(
        None, description="most change of any line against the current plan, as a share of it"
    )


def limits_from_file(path: str | Path) -> Limits:
    """Read limits from a TOML file.

    Args:
        path: of the file.

    Raises:
        RecommendError: it cannot be read, or says something that is no limit.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecommendError(f"the limits {path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return limits_from_text(text, file=str(path))


def limits_from_text(text: str, *, file: str = "limits") -> Limits:
    """Read limits from TOML.

    Args:
        text: in TOML.
        file: what errors call it.

    Raises:
        RecommendError: it is no TOML, or says something that is no limit; all problems at once.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecommendError(f"{file}: {error}") from None
    try:
        said = Limits.model_validate(data)
        money = {name: MoneyLimit.model_validate(one) for name, one in _lines(said.money)}
        programmes = {name: ProgrammeLimit.model_validate(one) for name, one in _lines(said.programmes)}
    except pydantic.ValidationError as error:
        raise RecommendError(*(_problem(file, one) for one in error.errors())) from None
    return said.model_copy(update={"money": money, "programmes": programmes})


def _lines(money: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Entries by the whole name of their line: TOML has [money.media.tiktok] as a table in a table."""
    for name, one in money.items():
        inner = isinstance(one, Mapping) and one and all(isinstance(v, Mapping) for v in one.values())
        whole = "." in before + name or name in (INFLUENCERS, COMMUNITY)
        inner = inner and not (whole and "weeks" in one)
        if isinstance(one, MoneyLimit) or not inner:
            yield before + name, one
        else:
            yield from _lines(one, f"{before}{name}.")


def _problem(file: str, error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        known = sorted(
            {*MoneyLimit.model_fields, *Limits.model_fields, *InfluencerLimits.model_fields, *WeekLimit.model_fields}
        )
        return f"{file}: “{place}” is no limit; {suggest(str(error['loc'][-1]), known)}"
    return f"{file}: {place}: {error['msg'][:1].lower()}{error['msg'][1:]}"


@dataclass(frozen=True)
class Bounds:
    """Limits as numbers, for one wallet.

    Attributes:
        low: [L] least money on each line.
        high: [L] most.
        least_buy: [L] nothing, or at least this.
        open_weeks: [L, W] whether a line may be used in a week.
        weekly_low: [L, W] least money in each week; nothing where it is blacked out.
        weekly_high: [L, W] most money in each week.
        locked_weeks: [L, W] weeks that stay as the current plan has them.
        locked: [L] whether a line stays exactly as the current plan has it.
        groups: name, lines, least and most of each group.
        sizes: [P, 2] least and most size of each programme.
    """

    low: Floats
    high: Floats
    least_buy: Floats
    open_weeks: NDArray[np.bool_]
    weekly_low: Floats
    weekly_high: Floats
    locked_weeks: NDArray[np.bool_]
    locked: NDArray[np.bool_]
    groups: tuple[tuple[str, NDArray[np.int64], float, float], ...] = ()
    sizes: Floats = field(default_factory=lambda: np.zeros((0, 2)))


def bounds_of(limits: Limits, wallet: Wallet, budget: float) -> Bounds:
    """Limits as numbers, checked against the wallet and the budget.

    Args:
        limits: from a file, or made in Python.
        wallet: whose lines they are about.
        budget: money in all.

    Raises:
        RecommendError: a limit is about a line, an influencer or a week that does not exist.
        InfeasibleError: no plan can keep them; the error says which clash, and by how much.
    """
    problems = _unknown(limits, wallet)
    if problems:
        raise RecommendError(*problems)
    n, weeks = len(wallet.lines), len(wallet.lines[0].profile) if wallet.lines else 0
    low, high = np.zeros(n), np.array([line.most for line in wallet.lines])
    least_buy, weekly_low, weekly_high = np.zeros(n), np.zeros((n, weeks)), np.full((n, weeks), np.inf)
    open_weeks, booked, locked = np.ones((n, weeks), bool), np.zeros((n, weeks), bool), np.zeros(n, bool)
    start = wallet.scenario.start
    clash: list[str] = []
    for i, line in enumerate(wallet.lines):
        one = _of_line(limits, line.name)
        change = one.change if one.change is not None else limits.change
        low[i], high[i] = one.min, min(high[i], np.inf if one.max is None else one.max)
        least_buy[i], locked[i] = one.buy_at_least, one.lock
        if one.lock:
            change = 0.0
        if change is not None:
            low[i], high[i] = max(low[i], line.now * (1.0 - change)), min(high[i], line.now * (1.0 + change))
        for day in (*limits.off, *one.off):
            open_weeks[i, (day - start).days // 7] = False
        weekly_low[i], weekly_high[i], booked[i], weeks_clash = week_bounds(line, wallet, one, limits, open_weeks[i])
        clash += weeks_clash
        least, most = float(weekly_low[i].sum()), float(weekly_high[i].sum())
        if not one.lock and not weeks_clash:
            low[i] = max(low[i], least + line.overhead * (least > 0.0))
            high[i] = min(high[i], most + line.overhead * (most > 0.0))
        if low[i] > 0.0:  # something must be bought, so as much as can be
            low[i] = max(low[i], least_buy[i])
        elif high[i] < least_buy[i]:
            high[i] = 0.0
        if low[i] > high[i] + CENT:
            clash.append(
                f"{line.name}: at least {low[i]:,.0f} and at most {high[i]:,.0f} cannot both be kept; "
                f"they clash by {low[i] - high[i]:,.0f}"
            )
    clash += _posts_clash(limits, wallet, high)
    if INFLUENCERS in wallet.names:
        i = wallet.index(INFLUENCERS)
        low[i] = max(low[i], min(_fees(limits, wallet), high[i]))
    groups = tuple(
        (name, np.array([wallet.index(line) for line in one.lines]), one.min, np.inf if one.max is None else one.max)
        for name, one in limits.groups.items()
    )
    sizes, sizes_clash = size_bounds(limits.programmes, wallet.programmes)
    bounds = Bounds(low, high, least_buy, open_weeks, weekly_low, weekly_high, booked, locked, groups, sizes)
    clash += sizes_clash + _group_clash(bounds, wallet, budget)
    if clash:
        raise InfeasibleError(*clash)
    return bounds


def _of_line(limits: Limits, name: str) -> MoneyLimit:
    """What a line must keep: its own limits, and the locks and weeks off of its group."""
    one = limits.money.get(name, MoneyLimit())
    group = next((group for group in limits.groups.values() if name in group.lines), None)
    if group is None:
        return one
    until = [day for day in (one.locked_until, group.locked_until) if day is not None]
    return one.model_copy(update={
        "lock": one.lock or group.lock, "off": [*one.off, *group.off],
        "locked_weeks": [*one.locked_weeks, *group.locked_weeks], "locked_until": max(until, default=None),
    })  # fmt: skip


def _unknown(limits: Limits, wallet: Wallet) -> list[str]:
    names, roster = wallet.names, tuple(wallet.scenario.influencers)
    problems = [
        f"limits: there is no line “{name}”; {suggest(name, names)}"
        for name in (*limits.money, *(line for one in limits.groups.values() for line in one.lines))
        if name not in names
    ]
    problems += [
        f"limits: there is no influencer “{name}”; {suggest(name, roster)}"
        for name in (*limits.influencers.exclude, *limits.influencers.posts)
        if name not in roster
    ]
    problems += [f"limits: the group “{name}” names no lines" for name, one in limits.groups.items() if not one.lines]
    seen: dict[str, str] = {}
    for group, one in limits.groups.items():
        for line in one.lines:
            if line in seen:
                problems.append(f"limits: {line} is in two groups, “{seen[line]}” and “{group}”; it can be in one")
            seen[line] = group
    for group, one in limits.groups.items():
        if used := [key for key in _LINES_ONLY if key in one.model_fields_set]:
            problems.append(
                f"limits: group “{group}”: {' and '.join(used)} cannot be kept by lines together; say it of each line"
            )
    problems += unknown_programmes(limits.programmes, wallet.programmes)
    problems += wrong_weeks(limits, wallet)
    return problems


def _fees(limits: Limits, wallet: Wallet) -> float:
    """What posts cost that must be bought."""
    roster = wallet.scenario.influencers
    return sum(one.min * roster[name].cost_per_post for name, one in limits.influencers.posts.items())


def _posts_clash(limits: Limits, wallet: Wallet, high: Floats) -> list[str]:
    """Influencers who must post and must not, or for whom there is no money."""
    clash, fees = [], _fees(limits, wallet)
    said = limits.influencers
    for name, one in said.posts.items():
        most = 0 if name in said.exclude else one.max
        if most is not None and one.min > most:
            clash.append(f"{name}: at least {one.min} posts and at most {most} cannot both be kept")
    wanted = sum(one.min > 0 for one in said.posts.values())
    if said.at_most is not None and wanted > said.at_most:
        clash.append(f"influencers: {wanted} must post, and at most {said.at_most} may be booked")
    if INFLUENCERS in wallet.names and fees > high[wallet.index(INFLUENCERS)] + CENT:
        most_money = high[wallet.index(INFLUENCERS)]
        clash.append(
            f"influencers: posts that must be bought cost {fees:,.0f}, and at most {most_money:,.0f} may be spent; "
            f"they clash by {fees - most_money:,.0f}"
        )
    return clash


def _group_clash(bounds: Bounds, wallet: Wallet, budget: float) -> list[str]:
    clash = []
    in_groups = 0.0
    grouped = np.zeros(len(bounds.low), bool)
    for name, lines, low, high in bounds.groups:
        grouped[lines] = True
        least, most = float(bounds.low[lines].sum()), float(bounds.high[lines].sum())
        in_groups += max(low, least)
        if least > high + CENT:
            clash.append(
                f"group {name}: its lines need {least:,.0f}, and it may cost {high:,.0f}; they clash by "
                f"{least - high:,.0f}"
            )
        if most < low - CENT:
            clash.append(
                f"group {name}: it must cost {low:,.0f}, and its lines may cost {most:,.0f}; they clash by "
                f"{low - most:,.0f}"
            )
    kept = kept_with(wallet, bounds.sizes[:, 0])
    need = in_groups + float(bounds.low[~grouped].sum()) + kept
    if need > budget + CENT:
        asked = sorted(
            [(float(low), line.name) for low, line in zip(bounds.low, wallet.lines, strict=True) if low > 0.0],
            reverse=True,
        )
        parts = [f"{name} {low:,.0f}" for low, name in asked[:5]]
        if kept > 0.0:
            parts.append(f"what the plan has besides {kept:,.0f}")
        clash.append(
            f"the least that must be spent is {need:,.0f}, and the budget is {budget:,.0f}; they clash by "
            f"{need - budget:,.0f} ({', '.join(parts)})"
        )
    return clash
