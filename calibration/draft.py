"""A first scenario made from a history: what the history tells is in it, the rest is guessed and marked as such."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from calibration.channel_guess import PLATFORM_USE, platform_of
from calibration.history import History, HistoryError
from calibration.history_error import few
from calibration.periods import monday_of, next_start
from calibration.weeks import Weeks, spread
from scenarios.errors import Problem
from scenarios.load import load_scenario
from scenarios.registry import REGISTRY
from scenarios.schema_json import SCHEMA_PATH
from scenarios.starter import write_project

BUYS_EVERY_DAYS = 30
"""Guess of the days between purchases in a category that nothing is known of."""

BUYER_SHARE = 0.10
"""Guess of the share of the market that buys from us in our best year."""

_MOST_WEEKS = 520
_EARLIEST, _LATEST = date(1990, 1, 1), date(2199, 12, 31)


def draft_scenario(history: History, *, folder: str | Path, name: str | None = None) -> Path:
    r"""Write a folder with a scenario that runs as it stands and repeats what was spent, ready to be mended.

        >>> import pathlib, tempfile
        >>> from calibration.history import read_history
        >>> here = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (here / "shop.csv").write_text("date,revenue,tv_spend\n2027-01-04,900,50\n2027-01-11,950,70\n")
        >>> draft = draft_scenario(read_history(here / "shop.csv"), folder=here / "shop")
        >>> sorted(path.name for path in draft.parent.iterdir())
        ['README.md', 'history.csv', 'scenario.schema.json', 'scenario.toml', 'spend.csv']
        >>> load_scenario(draft).scenario.plans["history"].media["tv"].weekly
        [50.0, 70.0]

    Channels, dates, money and prices of impressions come from the history; the size of the market, people's
    habits and where they stand at first are guesses, each with a comment ``# GUESS:`` that says why. The folder
    appears complete or not at all.

    Args:
        history: Weeks, days, months or years; what is longer than a week is spread evenly over its days. Of more
            than 520 weeks the last 520 are taken.
        folder: Folder to write; it may exist if it is empty.
        name: Short name of the scenario: letters, digits, - and _; the folder's when left out.

    Returns:
        The scenario file.

    Raises:
        HistoryError: The history lies outside 1990 to 2199, or channels cannot be told apart by their names.
        StarterError: The folder is not empty or cannot be written, or the name has other signs.
    """
    name = name or "-".join(re.findall(r"[A-Za-z0-9]+", Path(folder).resolve().name))[:64] or "history"
    facts = _facts(history)
    files = {
        "scenario.toml": _scenario(history, facts, name),
        "history.csv": history.to_csv(),
        "README.md": _readme(facts, name),
    }
    if facts.spend:
        files["spend.csv"] = _grid(facts)
    content = {file: text.encode() for file, text in files.items()} | {SCHEMA_PATH.name: SCHEMA_PATH.read_bytes()}
    return write_project(folder, name=name, files=content, check=load_scenario)


# ------------------------------------------------------------------------------------------ what the history tells


@dataclass(frozen=True)
class _Facts:
    """What the scenario takes from the history."""

    weeks: Weeks
    cut: bool
    """whether older weeks were left out"""
    spread_from: tuple[str, ...]
    """periods of spend that are not weeks"""
    spend: dict[str, np.ndarray]
    channels: tuple[str, ...]
    cpm: dict[str, float]
    purchases: np.ndarray | None
    revenue: np.ndarray | None
    population: float | None


def _facts(history: History) -> _Facts:
    weeks, cut = _weeks(history)
    spend = {channel: spread(history.series("spend", channel), weeks) for channel in history.channels("spend")}
    spend = {channel: amounts for channel, amounts in spend.items() if amounts.any()}
    named = [channel for metric in ("spend", "impressions", "clicks") for channel in history.channels(metric)]
    channels = tuple(dict.fromkeys(named))
    _refuse_twins(history, channels)
    cpm = {}
    for channel in spend:
        if channel in history.channels("impressions"):
            seen = spread(history.series("impressions", channel), weeks)
            both = (seen > 0) & (spend[channel] > 0)
            if both.any():
                cpm[channel] = float(1_000 * spend[channel][both].sum() / seen[both].sum())
    people = "population" in history.metric
    return _Facts(
        weeks=weeks,
        cut=cut,
        spread_from=tuple(sorted({history.series("spend", c).period for c in spend} - {"week"})),
        spend=spend,
        channels=channels,
        cpm=cpm,
        purchases=_total(history, "purchases", weeks),
        revenue=_total(history, "revenue", weeks),
        population=float(history.series("population").value[-1]) if people else None,
    )


def _weeks(history: History) -> tuple[Weeks, bool]:
    first, last = history.first_day, history.last_day
    if first < _EARLIEST or last > _LATEST:
        what = f"the history runs from {first} to {last}; a scenario lies between {_EARLIEST.year} and {_LATEST.year}"
        raise HistoryError([Problem(history.file, 0, "", what, "leave out the other rows, or move the dates")])
    start = monday_of(first)
    if start < _EARLIEST:
        start += timedelta(days=7)
    n = math.ceil(((last - start).days + 1) / 7)
    cut = n > _MOST_WEEKS
    return (Weeks(start + timedelta(weeks=n - _MOST_WEEKS), _MOST_WEEKS), True) if cut else (Weeks(start, n), False)


def _refuse_twins(history: History, channels: Iterable[str]) -> None:
    first: dict[str, str] = {}
    for channel in channels:
        twin = first.setdefault(channel.casefold().replace("_", "-"), channel)
        if twin != channel:
            what = f"the channels “{twin}” and “{channel}” differ only in capitals or dashes"
            raise HistoryError([Problem(history.file, 0, "", what, "give them one name, or names that differ more")])


def _total(history: History, metric: str, weeks: Weeks) -> np.ndarray | None:
    """Purchases or revenue by week: of the brand as a whole, else of all channels together."""
    if metric not in history.metric:
        return None
    whole = any(pair == (metric, "") for pair in zip(history.metric, history.channel, strict=True))
    found = [history.series(metric, channel) for channel in ([""] if whole else history.channels(metric))]
    total = np.sum([spread(series, weeks) for series in found], axis=0)
    return total if total.sum() > 0 else None


def _best_year(by_week: np.ndarray) -> float:
    """The most in 52 weeks on end; less than a year is scaled up."""
    if len(by_week) < 52:
        return float(by_week.mean() * 52)
    return float(np.convolve(by_week, np.ones(52), "valid").max())


# ------------------------------------------------------------------------------------------------ what is guessed


@dataclass(frozen=True)
class _Guess:
    value: str
    why: str
    guessed: bool = True

    @property
    def remark(self) -> str:
        return f"GUESS: {self.why}" if self.guessed else self.why


def _price(facts: _Facts) -> tuple[float, _Guess]:
    if facts.purchases is not None and facts.revenue is not None:
        both = (facts.purchases > 0) & (facts.revenue > 0)
        if both.any():
            price = _rounded(facts.revenue[both].sum() / facts.purchases[both].sum(), 4)
            return price, _Guess(_toml(price), "money per purchase: the history's revenue / purchases", False)
    return 1.0, _Guess("1.0", "not in the history; purchases then count units of money")


def _market(facts: _Facts, price: float) -> tuple[float, float, _Guess]:
    """Size of the market, share of it that are customers at first, and how both were guessed."""
    sold = facts.purchases
    if sold is None and facts.revenue is not None:
        sold = facts.revenue / price
    if sold is None:
        why = "neither purchases nor revenue are in the history"
        size, buyers, first = 100_000.0, 0.0, 1_000.0
    else:
        per_buyer = 365 / BUYS_EVERY_DAYS
        buyers = _best_year(sold) / per_buyer
        first = float(sold[:13].mean()) * 52 / per_buyer
        size = min(max(_rounded(buyers / BUYER_SHARE, 2), 1_000.0), 1e10)
        why = f"so that the best year's {_rounded(buyers, 2):_.0f} buyers are {100 * BUYER_SHARE:g} % of it; very wide"
    if facts.population is not None and facts.population >= max(buyers, 1.0):
        size = float(round(facts.population))
        return size, min(first / size, 0.5), _Guess(f"{size:_.0f}", "people: the history's population", False)
    return size, min(first / size, 0.5), _Guess(f"{size:_.0f}", why)


# ------------------------------------------------------------------------------------------------------ the files


def _scenario(history: History, facts: _Facts, name: str) -> str:
    price, price_said = _price(facts)
    size, customers, size_said = _market(facts, price)
    used = facts.channels
    currency = _Guess('"USD"', "the history names none")
    if history.currency:
        currency = _Guess(f'"{history.currency}"', "as in the history", False)
    since = "first Monday of the history" + (", its last ten years" if facts.cut else "")
    head = [
        ("name", f'"{name}"', ""),
        ("title", f'"{name}, as it was"', ""),
        ("description", '"What the money of the past brought, and what would have come without it."', ""),
        ("start", str(facts.weeks.start), since),
        ("weeks", str(facts.weeks.n), ""),
        ("currency", currency.value, currency.remark),
    ]
    market = [
        ("size", size_said.value, size_said.remark),
        ("consumers", f"{min(2_000, int(size)):_}", "simulated consumers; more are slower and steadier"),
    ]
    shares = [(channel, f"{PLATFORM_USE[platform_of(channel)[0]]:g}") for channel in used]
    segment = [
        ("share", "1.0", "GUESS: one group; split it where groups differ in media or buying"),
        ("buys_every_days", str(BUYS_EVERY_DAYS), "GUESS: a monthly purchase in the category"),
    ]
    start = [
        ("attention", "0.20", "GUESS: of a brand that is on the market already"),
        ("attraction", "0.10", "GUESS: likewise"),
        ("affinity", "0.05", "GUESS: likewise"),
        ("audience", "0.05", "GUESS: likewise"),
        ("customers", f"{_rounded(max(customers, 1e-4), 2):g}", "GUESS: buyers at the rate of the first 13 weeks"),
    ]
    brand = [("price", price_said.value, price_said.remark), ("unit_cost", "0.0", "GUESS: unknown; profit is too high")]
    said = [_HEAD, _aligned(head), "\n[market]\n", _aligned(market)]
    said += ["\n[segments.everybody]\n", _aligned(segment)]
    if shares:
        said.append("\n# Share of people who use each channel. GUESS: usual shares for such a platform.\n\n")
        said += ["[segments.everybody.channels]\n", _aligned([(*pair, "") for pair in shares])]
    for channel in used:
        said += [f"\n[channels.{channel}]\n", _aligned(_channel(facts, channel))]
    said += ["\n[brand]\n", _aligned(brand)]
    said += ["\n[brand.start]               # where people stand on the first day\n", _aligned(start)]
    return "".join([*said, _plans(facts)])


_HEAD = """#:schema ./scenario.schema.json
# Made from history.csv. It runs as it stands; what is not known from the history is marked GUESS.
# Replace the guesses that you know better, from top to bottom, or leave them to be calibrated.

"""


def _channel(facts: _Facts, channel: str) -> list[tuple[str, str, str]]:
    platform, why = platform_of(channel)
    lines = [("platform", f'"{platform}"', f"GUESS: {why}")]
    if channel in facts.cpm:
        cpm, usual = _rounded(facts.cpm[channel], 4), REGISTRY.get(f"platform.{platform}.cpm")
        said = "money per 1,000 impressions: the history's spend / impressions"
        if usual is not None and not usual.low / 5 <= cpm <= usual.high * 5:
            said += f"; {usual.default:g} is usual"
        lines.append(("cpm", _toml(cpm), said))
    elif platform == "website":
        lines.append(("cpm", "8.0", "GUESS: that of other channels; websites have no usual price"))
    return lines


def _plans(facts: _Facts) -> str:
    said = ["\n# Plans. All of them meet the same people with the same luck, so that only the plans differ.\n"]
    unpaid = [channel for channel in facts.channels if channel not in facts.spend]
    if unpaid:
        said.append(f"# No money is known for {few(unpaid, most=8)}: not in the plans.\n")
    if facts.spread_from:
        said.append(f"# GUESS: money of a {few(facts.spread_from, last='or')} is spread evenly over its days.\n")
    most = max((float(amounts.max()) for amounts in facts.spend.values()), default=0.0)
    if facts.spend and most < 10:
        said.append(f"# GUESS: at most {most:.3g} in a week is taken for money; it may be an index.\n")
    said.append('\n[plans.history]\ntitle = "What was spent"\n')
    if facts.spend:
        said.append('spend_file = "spend.csv"    # money by channel and week: open it in a spreadsheet\n')
    said.append('\n[plans.nothing]\ntitle = "No advertising"\n')
    return "".join(said)


def _aligned(lines: Iterable[tuple[str, str, str]]) -> str:
    """Keys, values and remarks, with the remarks below each other."""
    rows = [(f"{key} = {value}", remark) for key, value, remark in lines]
    width = max([27, *(len(row) for row, remark in rows if remark)])
    return "".join(f"{row:<{width}} # {remark}\n" if remark else f"{row}\n" for row, remark in rows)


def _grid(facts: _Facts) -> str:
    rows = [",".join(["channel", *(day.isoformat() for day in facts.weeks.days())])]
    for channel, amounts in facts.spend.items():
        coarse = amounts.max() >= 100
        rows.append(",".join([channel, *(f"{round(a, 2):.12g}" if coarse else f"{a:.6g}" for a in amounts.tolist())]))
    return "\n".join(rows) + "\n"


def _readme(facts: _Facts, name: str) -> str:
    last = next_start(facts.weeks.days()[-1], "week") - timedelta(days=1)
    spend = "| `spend.csv` | what was spent: one row per channel, one column per Monday |\n" if facts.spend else ""
    return f"""# {name}

Made from a history of {facts.weeks.n} weeks, {facts.weeks.start} to {last}.

| File | What it holds |
|---|---|
| `scenario.toml` | the market and the plans; every number that is not known is marked `GUESS` |
{spend}| `history.csv` | the history as it was read: one value per row |
| `scenario.schema.json` | lets an editor complete words and underline mistakes; leave it as it is |

From this folder:

```
grep -n GUESS scenario.toml     # what to replace by what you know
apath check scenario.toml       # is everything well-formed?
apath compare scenario.toml     # what the money brought, if the guesses are right
```

The guesses are wide of the mark by design: without calibration the answer shows the model's usual market, not yours.
"""


def _rounded(value: float, digits: int) -> float:
    """A number with so many digits that count."""
    return float(f"{value:.{digits}g}")


def _toml(value: float) -> str:
    return f"{value:.1f}" if value == round(value) and abs(value) < 1e15 else f"{value:.10g}"
