"""A recommendation that cannot be asked for, or cannot exist, with the reason and the remedy."""


class RecommendError(ValueError):
    """A question, a goal or limits that make no sense as they are written.

    Attributes:
        problems: what is wrong, each with its remedy.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class InfeasibleError(RecommendError):
    """Limits that no plan can keep: which of them clash, and by how much."""
