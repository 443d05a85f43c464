"""Stylized facts that others have published, measured on the shipped model with its default parameters.

Each module runs the experiment of one fact and says which of its demands hold. ``python -m experiments.reproduce``
prints all of them; ``-o`` writes them as a page.

>>> from experiments.reproduce import FACTS
>>> FACTS["V28"].title
'Bad publicity helps a brand that nobody knows'
"""

from experiments.reproduce import (
    advertising,
    contagiousness,
    dissatisfaction,
    pioneers,
    positions,
    publicity,
    referrals,
)
from experiments.reproduce.finding import Check, Fact, Finding, Row

FACTS: dict[str, Fact] = {
    module.FACT.id: module.FACT
    for module in (advertising, dissatisfaction, positions, contagiousness, pioneers, publicity, referrals)
}
"""All facts by their short name, in the order in which they are shown."""

__all__ = ["FACTS", "Check", "Fact", "Finding", "Row"]
