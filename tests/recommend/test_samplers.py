"""Are samplers compared at equal cost, and does a study that is run in part leave the rest of its page alone?"""

import pytest

from experiments.recommend import search as search_module
from experiments.recommend.planted import PlantedPeople, planted_wallet
from experiments.recommend.samplers import SAMPLERS, Question, dearest, on_scenarios, planted, planted_search
from experiments.recommend.search import RUNGS, Sampler, Search, look
from experiments.recommend.study import _INTROS, page
from scenarios import load_scenario
from tests.recommend.test_search import MOST, decoder

pytestmark = pytest.mark.core

OTHERS = [sampler for sampler in SAMPLERS if sampler != "auto"]


@pytest.mark.parametrize("sampler", OTHERS)
def test_another_sampler_goes_on_until_it_has_cost_as_much(sampler: Sampler) -> None:
    few, _, _ = planted_search(3, seed=2, noise=0.005, sampler=sampler, trials=30)
    more, regret, equal = planted_search(3, seed=2, noise=0.005, sampler=sampler, trials=30, runs=700)
    assert few.trials == 30
    assert 0 <= more.runs - 700 < RUNGS[-1]
    assert more.trials > few.trials
    assert regret < equal


def free_of_charge(*, sampler: Sampler, runs: int) -> Search:
    wallet = planted_wallet(3, seed=2)
    people = PlantedPeople(wallet, seed=2, noise=0.0)
    search = Search(people, decoder(wallet), MOST, wallet.current)
    people.run = lambda plans, first, n: PlantedPeople(wallet, seed=2, noise=0.0).run(plans, first, n)
    look(search, 12, seed=2, sampler=sampler, runs=runs)
    return search


def test_it_ends_where_plans_cost_nothing() -> None:
    assert len(free_of_charge(sampler="random", runs=10_000).done) == 12 * search_module.MOST_TIMES


def test_ours_takes_trials_alone() -> None:
    with pytest.raises(ValueError, match="auto lays out its trials ahead; give it trials alone"):
        free_of_charge(sampler="auto", runs=10_000)


def numbers(line: str) -> list[float]:
    return [float(cell.replace(",", "").split()[0]) for cell in line.strip("| ").split(" | ")[-3:]]


def test_the_tables_have_a_line_for_each_sampler_with_equal_runs() -> None:
    lines = list(planted(trials=16, seeds=1, sizes=(3,)))
    assert lines[-1].endswith("| 0 | 0 | 0 |")
    (trials, ours, _), *others = (numbers(line) for line in lines[2:-1])
    assert trials == 16
    assert len(others) == len(OTHERS)
    assert all(0 <= runs - ours < RUNGS[-1] for _, runs, _ in others)


def test_on_a_scenario_all_are_valued_against_equal_split_on_the_same_replicates() -> None:
    loaded = load_scenario("classroom", consumers=100)
    asked = Question(loaded, "most customers", dearest(loaded))
    assert asked.budget == pytest.approx(7.2)
    _, _, ours, *others = on_scenarios([asked], trials=12, seeds=1, report=4)
    assert ours.startswith("| classroom | ours: CMA-ES, curves, Gaussian process | +")
    assert " | – | 12 | " in ours
    assert len(others) == len(OTHERS)
    assert all(0 <= numbers(line)[1] - numbers(ours)[1] < RUNGS[-1] for line in others)


def test_sections_that_were_not_measured_stay_as_they_were() -> None:
    first = {name: intro.partition("\n")[0] + f"\n\n{name}\n" for name, intro in _INTROS.items()}
    whole = page(first)
    assert [line for line in whole.splitlines() if line in first] == list(first)
    assert page({}, before=whole) == whole
    heading = first["wallet"].partition("\n")[0]
    again = page({"wallet": f"{heading}\n\nanew\n"}, before=whole)
    assert again == whole.replace("\nwallet\n", "\nanew\n")
    assert page({"wallet": f"{heading}\n\nanew\n"}).endswith(f"the page. Intervals\nhold 90 %.\n\n{heading}\n\nanew\n")
