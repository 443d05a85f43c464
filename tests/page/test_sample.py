"""A small sample of every bundled scenario can be watched."""

import json

import pytest

from scenarios import load_scenario
from studio.page.sample import sample_data
from studio.page.static_player import player_fragment


@pytest.mark.parametrize("name", ["classroom", "coldbrew-launch"])
def test_bundled_scenarios_can_be_watched(name) -> None:
    scenario = load_scenario(name).scenario
    data = sample_data(scenario)
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    weeks = scenario.weeks + scenario.carry_out_weeks
    assert len(data["arms"]) == 2 and data["n"] == 300
    assert all(len(arm["frames"]) == weeks + 1 and len(arm["causes"]) == weeks for arm in data["arms"])
    assert "One small market" in data["note"]


def test_rivals_customers_are_marked() -> None:
    scenario = load_scenario("coldbrew-launch").scenario
    assert scenario.rivals
    data = sample_data(scenario, plans=[next(iter(scenario.plans))])
    codes = [int(digit, 36) for digit in data["arms"][0]["frames"][-1]]
    marked = sum(code // 6 % 3 == 2 for code in codes)
    assert marked > 0 and data["arms"][0]["rivals"][-1] == str(marked)


def test_the_same_seed_shows_the_same() -> None:
    scenario = load_scenario("classroom").scenario
    assert sample_data(scenario, seed=4) == sample_data(scenario, seed=4)
    assert sample_data(scenario, seed=4)["arms"][0]["frames"] != sample_data(scenario, seed=5)["arms"][0]["frames"]


def test_one_plan_of_a_small_market_fits_a_report() -> None:
    scenario = load_scenario("classroom").scenario
    assert len(player_fragment(sample_data(scenario, plans=["hub-samples"], people=150)).encode()) < 60_000


def test_what_cannot_be_sampled_is_refused() -> None:
    scenario = load_scenario("classroom").scenario
    with pytest.raises(KeyError, match="there is no plan 'hubs'; there are nothing, hub-samples"):
        sample_data(scenario, plans=["hubs"])
    with pytest.raises(ValueError, match="the player shows 1 to 5,000 people, not 5,001"):
        sample_data(scenario, people=5_001)
    with pytest.raises(ValueError, match="one plan or two, not 3"):
        sample_data(scenario, plans=["nothing", "hub-samples", "random-samples"])


def test_a_run_takes_its_people_along(tmp_path) -> None:
    from click.testing import CliRunner

    from studio.cli import cli

    asked = ["compare", "classroom", "--plans", "nothing,hub-samples", "--replicates", "4", "--watch"]
    done = CliRunner().invoke(cli, [*asked, "-o", str(tmp_path / "run")], catch_exceptions=False)
    assert done.exit_code == 0
    assert f"watch:  {tmp_path / 'run' / 'watch.html'}" in done.stderr
    page = (tmp_path / "run" / "watch.html").read_text("utf-8")
    assert "Samples for the best connected" in page
    assert "http" not in page.replace("http://www.w3.org/", "")
    again = CliRunner().invoke(cli, [*asked, "-o", str(tmp_path / "again")], catch_exceptions=False)
    assert again.exit_code == 0
    assert (tmp_path / "again" / "watch.html").read_text("utf-8") == page


def test_a_large_network_of_one_s_own_is_refused_in_words(tmp_path) -> None:
    from scenarios import load_scenario
    from simulator.world import WorldError
    from studio.page.sample import sample_of

    (tmp_path / "ties.csv").write_text("".join(f"{k},{k + 1}\n" for k in range(5_001)))
    (tmp_path / "own.toml").write_text(
        'name = "own"\nstart = 2027-01-04\nweeks = 2\n[brand]\nprice = 3.0\n[market]\nsize = 6_000\n'
        '[segments.all]\nshare = 1.0\n[graph]\nkind = "file"\nfile = "ties.csv"\n[plans.baseline]\n'
    )
    with pytest.raises(WorldError, match="has 5,002 people, and at most 5,000 can be watched"):
        sample_of(load_scenario(tmp_path / "own.toml"), plans=["baseline"])
