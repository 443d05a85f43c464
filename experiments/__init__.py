"""Questions asked of many worlds: replicate and compare.

>>> from experiments import compare
>>> from scenarios import load_scenario
>>> compare(load_scenario("classroom"), replicates=2, seed=1).runs.n
2
"""

from experiments.compare import Comparison, Pair, compare
from experiments.replicate import QuestionError, Replicates, replicate

__all__ = ["Comparison", "Pair", "QuestionError", "Replicates", "compare", "replicate"]
