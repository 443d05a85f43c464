import pytest

from experiments import Comparison, compare
from scenarios import load_scenario
from scenarios.load import Loaded

PLANS = ["nothing", "hub-samples"]


@pytest.fixture(scope="session")
def loaded() -> Loaded:
    return load_scenario("classroom")


@pytest.fixture(scope="session")
def answer(loaded: Loaded) -> Comparison:
    """A small answer from the real engine."""
    return compare(loaded, plans=PLANS, replicates=4, seed=1)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
