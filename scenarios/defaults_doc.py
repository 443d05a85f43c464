"""The table of everything the model assumes, written from the registry for people to read.

``python -m scenarios.defaults_doc`` writes ``docs/defaults.md`` anew; a test fails when it is out of date.
"""

from collections import Counter
from itertools import groupby
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
_GROUPS = {
    "paid": "Paid media",
    "owned": "The brand's own posts",
    "earned": "Earned mentions",
    "influencer": "Influencers",
    "wom": "Word of mouth",
    "organic": "Interest by itself",
    "experience": "Using the product",
    "forgetting": "Forgetting",
    "wom-negative": "Negative word of mouth",
    "platform": "Platforms",
    "talk": "Who talks how much",
    "negative": "Disappointed consumers",
    "positive": "Satisfied consumers",
    "retention": "Keeping people close",
    "rival": "Rivals",
    "choice": "Choosing a brand",
    "churn": "Losing customers",
    "follow": "Following the brand",
    "fatigue": "Wear-in and wear-out",
    "cadence": "Posting often",
    "media_weight": "Heavy and light media users",
}


def defaults_text() -> str:
    """The page, as it stands in the file.

    >>> defaults_text().splitlines()[0]
    '# What the model assumes'
    """
    n_evidence = Counter(parameter.grade for parameter in REGISTRY.values())["evidence"]
    parts = [_HEAD.format(n_evidence=n_evidence, n=len(REGISTRY))]
    in_groups = sorted(REGISTRY.values(), key=lambda parameter: list(_order()).index(_group(parameter)))
    for group, parameters in groupby(in_groups, key=_group):
        title = _GROUPS.get(group, group.replace("_", " ").capitalize())
        rows = [
            f"## {title}",
            "",
            "| Name | Default | Range | Unit | Grade | Meaning | Source |",
            "|---|---:|---:|---|---|---|---|",
            *(_row(parameter) for parameter in parameters),
            "",
        ]
        parts.append("\n".join(rows))
    return "\n".join(parts)


def _group(parameter: Parameter) -> str:
    return parameter.name.split(".")[0]


def _order() -> dict[str, None]:
    """Groups in the order in which the registry names them first."""
    return dict.fromkeys(_group(parameter) for parameter in REGISTRY.values())


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
