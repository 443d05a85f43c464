"""The table of everything the model assumes, written from the registry for people to read.

``python -m scenarios.defaults_doc`` writes ``docs/defaults.md`` anew; a test fails when it is out of date.
"""

from collections import Counter
from pathlib import Path

from scenarios.registry import REGISTRY, Parameter

DOC_PATH = Path(__file__).parent.parent / "docs" / "defaults.md"

_HEAD = """\
# What the model assumes

Every number that is used when a scenario says nothing else. This page is written from
`scenarios/registry.py` by `python -m scenarios.defaults_doc`; change the registry, not the page.

* **Range** holds nine tenths of what is believed before any calibration: 5 % lie below, 5 % above. Answers
  that say `luck+ranges` draw every number from it.
* **Grade** `evidence` has a published source; `assumption` is ours. {n_evidence} of {n} numbers have a source,
  and most of those sources are averages of other markets. Replace whatever you know better:

```toml
[parameters]
"wom.p_skip" = 0.15                                              # a number
"paid.attention" = {{ value = 0.03, low = 0.01, high = 0.06 }}     # a number and its own range

[parameters.platform.tiktok]                                     # the same, nested
cpm = 6.50
```
"""
_PARTS: dict[str, dict[str, str]] = {
    "What moves people along the path": {
        "paid": "Paid media",
        "owned": "The brand's own posts",
        "earned": "Earned mentions",
        "influencer": "Influencers",
        "wom": "Word of mouth",
        "organic": "Interest by itself",
        "experience": "Using the product",
        "forgetting": "Forgetting",
        "wom-negative": "Negative word of mouth",
    },
    "Channels and content": {
        "platform": "Platforms",
        "content": "Kinds and formats of posts",
        "cadence": "Posting often",
        "share": "Passing content on",
        "fatigue": "Wear-in and wear-out",
        "targeting": "Targeting",
        "phone": "Phones",
        "media_weight": "Heavy and light media users",
    },
    "Talking, buying and staying": {
        "talk": "Who talks how much",
        "positive": "Satisfied consumers",
        "negative": "Disappointed consumers",
        "retention": "Keeping people close",
        "follow": "Following the brand",
        "choice": "Choosing a brand",
        "churn": "Losing customers",
        "rival": "Rivals",
    },
    "Levers of a plan": {
        "outreach": "Networking with influencers",
        "sign-up": "Sign-ups",
        "offer": "Offers",
        "cross-sell": "Cross-selling",
        "community": "Community management",
        "space": "The community's own space",
        "event": "Meet-ups",
        "listening": "Listening",
        "user-content": "Content made by the audience",
        "rewards": "Rewards",
        "loyalty": "Loyalty programmes",
        "support": "Post-sale support",
        "referral": "Referral programmes",
    },
    "Figures for reports": {
        "engagement": "Engagement",
        "ctr": "Clicks",
    },
}
"""Groups of parameters, by the part of the page that they stand in; a parameter's group is its first word."""

_TABLE = (
    "| Name | Default | Range | Unit | Grade | Meaning | Source |",
    "|---|---:|---:|---|---|---|---|",
)


def defaults_text() -> str:
    """The page, as it stands in the file.

    >>> defaults_text().splitlines()[0]
    '# What the model assumes'
    """
    n_evidence = Counter(parameter.grade for parameter in REGISTRY.values())["evidence"]
    by_group: dict[str, list[Parameter]] = {}
    for parameter in REGISTRY.values():
        by_group.setdefault(_group(parameter), []).append(parameter)
    page = [_HEAD.format(n_evidence=n_evidence, n=len(REGISTRY))]
    named = {group for groups in _PARTS.values() for group in groups}
    others = {group: group.replace("_", " ").capitalize() for group in by_group if group not in named}
    for part, groups in {**_PARTS, **({"Others": others} if others else {})}.items():
        page.append(f"## {part}\n")
        for group, title in groups.items():
            rows = (_row(parameter) for parameter in by_group.get(group, []))
            page.append("\n".join([f"### {title}\n", *_TABLE, *rows, ""]))
    return "\n".join(page)


def _group(parameter: Parameter) -> str:
    return parameter.name.split(".")[0]


def _row(parameter: Parameter) -> str:
    cells = (
        f"`{parameter.name}`",
        _plain(parameter.default),
        f"{_plain(parameter.low)} to {_plain(parameter.high)}",
        parameter.unit,
        parameter.grade,
        parameter.summary,
        parameter.source,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _plain(number: float) -> str:
    """Three digits, without powers of ten."""
    return f"{float(f'{number:.3g}'):.12f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    DOC_PATH.parent.mkdir(exist_ok=True)
    DOC_PATH.write_text(defaults_text(), encoding="utf-8", newline="\n")
