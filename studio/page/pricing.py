"""What an edited plan costs, line by line, as texts that the page shows as they are.

>>> from scenarios import load_scenario
>>> scenario = load_scenario("coldbrew-launch").scenario
>>> said = priced(scenario, scenario.plans["baseline"])
>>> said["cost"], said["rows"][0]["total"], said["rows"][0]["texts"][:2]
('598,000 USD', '216,000 USD', ['14,000', '14,000'])
"""

from collections import Counter, defaultdict
from typing import Any

from scenarios.plan import Plan
from scenarios.schema import Scenario
from studio.formatting import counted, money, plain
from studio.page.editing import sheet_rows

_LINES = {"media": "paid media", "posts": "own posts", "community": "community management"}
"""The cost line behind each lever of a sheet's rows."""

_OWN_PAGES = "own pages"


def priced(scenario: Scenario, plan: Plan) -> dict[str, Any]:
    """The cost of a plan in all and of each row, booking and wave; what the page cannot edit is listed beside them.

    Args:
        scenario: dates, fees and prices.
        plan: one that fits it.
    """
    from simulator.costs import cost_lines, plan_cost

    lines = cost_lines(scenario, plan)
    totals: defaultdict[tuple[str, str], float] = defaultdict(float)
    for line in lines:
        totals[line.lever, line.item] += line.total
    rows, seen = [], set()
    for row in sheet_rows(scenario, plan):
        name = _LINES[row["lever"]], _OWN_PAGES if row["lever"] == "community" else row["item"]
        seen.add(name)
        cost, unit = money(totals[name], scenario.currency), row["unit"]
        rows.append({
            "lever": row["lever"], "item": row["item"],
            "total": cost if unit == "money" else f"{plain(sum(row['amounts']))} {unit}, {cost}",
            "texts": [money(amount) if unit == "money" else plain(amount) for amount in row["amounts"]],
        })  # fmt: skip
    posts: Counter[str] = Counter()
    for one in plan.bookings:
        posts[one.influencer] += len(one.post_dates())
    waves = [line for line in lines if line.lever == "product seeding"]
    seen |= {("influencers", name) for name in posts} | {("product seeding", line.item) for line in waves}
    return {
        "cost": money(plan_cost(scenario, plan), scenario.currency),
        "rows": rows,
        "bookings": [
            {
                "influencer": name,
                "text": f"{counted(n, 'post')}, {money(totals['influencers', name], scenario.currency)}",
            }
            for name, n in posts.items()
        ],
        "seeding": [money(line.total, scenario.currency) for line in waves],
        "others": [
            {"lever": line.lever, "item": line.item, "cost": money(line.total, scenario.currency)}
            for line in lines if (line.lever, line.item) not in seen
        ] + [{"lever": "lists", "item": name, "cost": "as people join"} for name in plan.lists],
    }  # fmt: skip
