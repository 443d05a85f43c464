"""CSV files beside a scenario: a roster of influencers, and money by channel and week."""

import csv
from datetime import date
from scenarios.draft import Draft

_NUM = {"followers": int, "in_market": float, "engagement_rate": float, "credibility": float, "cost_per_post": float, "min_posts": int, "max_posts": int, "available_from": date.fromisoformat, "available_to": date.fromisoformat}


def resolve_roster(draft: Draft) -> None:
    name = draft.data.pop("roster", None)
    if name is None or draft.base_dir is None:
        return
    out = draft.data.setdefault("influencers", {})
    with open(draft.base_dir / str(name), encoding="utf-8-sig") as f:
        for row in csv.DictReader(f):
            one: dict = {}
            for k, v in row.items():
                if v and k != "name":
                    one_k, _, sub = k.partition(":")
                    val = _NUM.get(one_k, float if sub else str)(v)
                    if sub:
                        one.setdefault(one_k, {})[sub] = val
                    else:
                        one[one_k] = val
            out[row["name"]] = one  # type: ignore


def resolve_spend_files(draft: Draft) -> None:
    pass
