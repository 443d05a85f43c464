"""Calibrated draws in every answer: shared by plans, covered by weight, with places, and kept with a run."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from small_questions import TALKATIVE, seeding, small_question

from calibration.draws import DrawsError, ParameterDraws, load_draws, save_draws
from calibration.places import value_at, with_values
from experiments import QuestionError, compare, replicate
from experiments.beliefs import Calibrated
from experiments.closer import look_closer
from scenarios import bundled_path, load_scenario
from scenarios.bare import quiet_parameters
from simulator.draws import Purpose, derive, root_key
from simulator.metrics import METRICS, figures, weekly_series
from simulator.simulate import simulate
from simulator.tables import compile_tables
from simulator.world import build_world
from studio.cli import cli

pytestmark = pytest.mark.core

METRIC = {name: m for m, name in enumerate(METRICS)}
MEDIA = {
    "channels": {"tv": {"platform": "other", "cpm": 10.0, "pull": 0.5}},
    "segments": {"one": {"share": 1.0, "buys_every_days": 7.0, "channels": {"tv": 1.0}}},
    "parameters": quiet_parameters() | TALKATIVE | {"paid.attention": 0.1},
    "plans": {"ads": {"media": {"tv": {"weekly": 10.0}}}, "nothing": {}},
}


KNOWN = {"price": 1.0, "start": {"attention": 0.5, "customers": 0.2}}


def of(rows: dict[str, list[float]], weights: list[float] | None = None) -> ParameterDraws:
    values = np.array(list(rows.values()), float).T
    return ParameterDraws(tuple(rows), values, np.array(weights or [1.0 / len(values)] * len(values)), {"seed": 1})


def same(one: Any, other: Any) -> bool:
    return one.figures.tobytes() == other.figures.tobytes() and one.weekly.tobytes() == other.weekly.tobytes()


# ------------------------------------------------------------------------------------------------ what is drawn


def test_the_scenarios_own_values_give_the_figures_of_luck_alone() -> None:
    question = small_question(**MEDIA)
    for names in (("wom.affinity", "choice.base"), ("wom.affinity", "market.size", "channels.tv.pull", "brand.price")):
        own = of({name: [value_at(question, name)] for name in names})
        runs = replicate(question, replicates=4, seed=1, draws=own)
        luck = replicate(question, replicates=4, seed=1, uncertainty="luck")
        for name, plan in runs.plans.items():
            assert same(plan.all, plan.luck)
            assert same(plan.luck, luck.plans[name].luck)


def test_replicates_are_what_their_draws_say() -> None:
    """Every replicate can be repeated by itself, with its own market, its own world and what its plan then costs."""
    question = small_question(**MEDIA, brand={"price": 3.0, "start": {"attention": 0.2}})
    draws = of({
        "wom.affinity": [0.2, 0.5, 0.9], "market.size": [300, 400, 700], "brand.start.attention": [0.1, 0.5, 0.3],
        "channels.tv.cpm": [5.0, 10.0, 40.0], "graph.strong_ties": [2.0, 4.0, 6.0],
    })  # fmt: skip
    runs = replicate(question, replicates=6, seed=3, worlds=2, draws=draws)
    beliefs, root = Calibrated(draws, seed=3, replicates=6), root_key(3)
    met = set()
    for r in range(6):
        luck = derive(root, Purpose.LUCK, r)
        values = beliefs.values(r, luck)
        met.add(values["market.size"])
        market, drawn = with_values(question, values)
        assert market.market.size == values["market.size"]
        world = build_world(market, seed=derive(root, Purpose.WORLD, r % 2))
        for name, plan in market.plans.items():
            tables = compile_tables(market, plan, parameters=drawn)
            outcome = simulate(market, plan, world=world, tables=tables, luck=luck)
            got = runs.plans[name].all
            np.testing.assert_array_equal(got.weekly[r], weekly_series(outcome, market, plan))
            np.testing.assert_array_equal(got.figures[r], figures(outcome, market, plan))
    assert met == {300.0, 400.0, 700.0}


def test_one_thread_and_many_give_the_same_bytes() -> None:
    question = small_question(**MEDIA)
    draws = of({"wom.affinity": [0.2, 0.5, 0.9], "market.size": [300, 400, 700]}, [0.2, 0.5, 0.3])
    hashes = {
        compare(question, replicates=8, seed=2, draws=draws, threads=threads).result_hash for threads in (1, 2, 3)
    }
    assert len(hashes) == 1
    assert compare(question, replicates=8, seed=3, draws=draws).result_hash not in hashes


def test_a_parameter_that_is_unknown_widens_the_interval() -> None:
    question = small_question({"few": seeding(20), "many": seeding(80)}, consumers=400)
    answer = compare(question, replicates=24, seed=1, draws=of({"wom.attention": [0.0, 0.3, 0.6, 1.0]}))
    for name, plan in answer.runs.plans.items():
        awareness = METRIC["awareness"]
        assert np.std(plan.all.figures[:, awareness]) > 1.5 * np.std(plan.luck.figures[:, awareness]), name
    pair = answer.pair("few", "many", "awareness")
    assert pair.difference.half_width > pair.luck_only.half_width


def test_plans_share_the_draw_of_a_replicate() -> None:
    twins = {"one": seeding(4), "other": {"title": "The same again", **seeding(4)}}
    draws = of({"wom.attention": [0.0, 0.5, 1.0], "market.size": [300, 400, 500]})
    runs = replicate(small_question(twins), replicates=6, seed=2, draws=draws)
    assert same(runs.plans["one"].all, runs.plans["other"].all)
    assert not same(runs.plans["one"].all, runs.plans["one"].luck)


def test_weights_are_respected() -> None:
    """Revenue per purchase says which draw it was."""
    question = small_question()
    draws = of({"brand.price": [1.0, 2.0, 4.0]}, [0.25, 0.75, 0.0])
    runs = replicate(question, plans=["many"], replicates=16, seed=4, draws=draws)
    found = runs.plans["many"].all.figures
    bought = found[:, METRIC["purchases"]]
    assert (bought > 0).all()
    paid = found[:, METRIC["revenue"]] / bought
    assert sorted(paid.round(9).tolist()) == [1.0] * 4 + [2.0] * 12


def test_the_size_of_the_market_scales_people() -> None:
    runs = replicate(
        small_question({"free": {}}, brand=KNOWN), replicates=4, seed=1, draws=of({"market.size": [800.0]})
    )
    plan = runs.plans["free"]
    people = [METRIC[name] for name in ("awareness", "customers", "buyers", "purchases")]
    assert plan.luck.figures[:, people[0]].min() > 0
    np.testing.assert_allclose(plan.all.figures[:, people], 2.0 * plan.luck.figures[:, people])


def test_the_pull_of_a_channel_raises_awareness() -> None:
    question = small_question(**MEDIA)
    runs = replicate(question, replicates=4, seed=1, draws=of({"channels.tv.pull": [50.0]}))
    ads, nothing = runs.plans["ads"], runs.plans["nothing"]
    awareness = METRIC["awareness"]
    assert (ads.all.figures[:, awareness] > ads.luck.figures[:, awareness]).all()
    assert same(nothing.all, nothing.luck), "a channel that is not used changes nothing"


def test_what_the_draws_do_not_name_stays_as_the_scenario_has_it() -> None:
    """Draws are conditional on it: no range is drawn from beside them."""
    question = small_question()
    runs = replicate(question, replicates=4, seed=1, draws=of({"engagement.rate": [0.01, 0.02]}))
    for plan in runs.plans.values():
        assert same(plan.all, plan.luck), "nothing in the simulation depends on the rate of engagement"


def test_the_closer_look_takes_the_draws_of_its_replicates() -> None:
    question = small_question({"free": {}}, brand=KNOWN)
    runs = replicate(question, replicates=2, seed=1, draws=of({"market.size": [800.0]}))
    luck = replicate(question, replicates=2, seed=1, uncertainty="luck")
    one, two = look_closer(runs, "free"), look_closer(luck, "free")
    ours = next(iter(one.metrics))
    assert (one.calibrated, two.calibrated) == (True, False)
    key = next(key for key in two.metrics[ours] if key[0] == "purchases")
    assert two.metrics[ours][key].sum() > 0
    np.testing.assert_allclose(one.metrics[ours][key], 2.0 * two.metrics[ours][key])


# ------------------------------------------------------------------------------------------------ asking for it


def test_the_default_is_the_most_that_is_known(tmp_path: Path) -> None:
    question, draws = small_question(), of({"wom.attention": [0.1, 0.9]})
    assert replicate(question, replicates=1).uncertainty == "luck+ranges"
    given = replicate(question, replicates=1, draws=draws)
    assert (given.uncertainty, given.draws, given.given_draws) == ("luck+calibrated", draws, True)
    path = beside(tmp_path, of({"wom.attention": [0.1, 0.9]}))
    loaded = load_scenario(path)
    own = replicate(loaded, plans=["nothing"], replicates=1)
    assert own.draws is not None
    assert (own.uncertainty, own.draws.draws_hash, own.given_draws) == ("luck+calibrated", draws.draws_hash, False)
    for asked in ("luck", "luck+ranges"):
        other = replicate(loaded, plans=["nothing"], replicates=1, uncertainty=asked)
        assert (other.uncertainty, other.draws) == (asked, None)
    assert replicate(loaded.scenario, plans=["nothing"], replicates=1).uncertainty == "luck+ranges"


def test_an_answer_says_which_draws_it_rests_on() -> None:
    draws = of({"wom.attention": [0.1, 0.9]}, [0.25, 0.75])
    plain = compare(small_question(), replicates=2, draws=draws).to_json()
    assert plain["uncertainty"] == "luck+calibrated"
    assert plain["provenance"]["draws"] == {
        "draws_hash": draws.draws_hash, "number": 2, "ess": draws.ess, "names": ["wom.attention"],
    }  # fmt: skip
    assert "draws" not in compare(small_question(), replicates=2).to_json()["provenance"]


def test_draws_that_are_asked_for_must_be_there() -> None:
    with pytest.raises(QuestionError) as caught:
        replicate(small_question(), uncertainty="luck+calibrated")
    assert str(caught.value) == (
        "luck+calibrated needs parameter draws, and the scenario names none; make them from your history with "
        '`apath calibrate`, then write parameter_draws = "parameters.npz" at the top of the scenario, or give them '
        "with --parameters (in Python: draws=)"
    )
    with pytest.raises(QuestionError) as caught:
        replicate(small_question(), uncertainty="luck", draws=of({"wom.attention": [0.1]}))
    assert str(caught.value) == (
        "parameter draws were given, but uncertainty “luck” does not use them; ask for luck+calibrated, or leave the "
        "draws out"
    )


def test_draws_of_another_scenario_are_refused_before_anything_is_run(tmp_path: Path) -> None:
    with pytest.raises(DrawsError, match=r"^draws: names: “channels\.tv\.pull” is no parameter or place"):
        replicate(small_question(), draws=of({"channels.tv.pull": [1.0]}))
    loaded = load_scenario(beside(tmp_path, of({"channels.tv.pull": [1.0]})))
    with pytest.raises(DrawsError) as caught:
        compare(loaded)
    assert caught.value.problems[0].file == str(tmp_path / "parameters.npz")


# ------------------------------------------------------------------------------------------------ on the command line


def beside(folder: Path, draws: ParameterDraws) -> Path:
    """The classroom with draws of its own."""
    folder.mkdir(exist_ok=True)
    save_draws(folder / "parameters.npz", draws)
    text = bundled_path("classroom").read_text("utf-8")
    (folder / "scenario.toml").write_text(f'parameter_draws = "parameters.npz"\n{text}', "utf-8")
    return folder / "scenario.toml"


QUICK = ("--plans", "nothing,hub-samples", "--replicates", "2", "--quiet")
DRAWS = of({"wom.affinity": [0.1, 0.3, 0.5], "market.size": [300.0, 350.0, 450.0]})


def ask(*words: object) -> Any:
    return CliRunner().invoke(cli, [str(word) for word in words])


def answer_of(*words: object) -> Any:
    result = ask(*words, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_run_with_its_own_draws_can_be_run_again(tmp_path: Path) -> None:
    path = beside(tmp_path / "own", DRAWS)
    first = answer_of("compare", path, *QUICK, "-o", tmp_path / "run")
    assert first["uncertainty"] == "luck+calibrated"
    assert (tmp_path / "run" / "parameters.npz").read_bytes() == (tmp_path / "own" / "parameters.npz").read_bytes()
    assert not (tmp_path / "run" / "given-parameters.npz").exists()
    again = answer_of("compare", tmp_path / "run" / "scenario.toml", *QUICK)
    for key in ("result_hash", "scenario_hash", "draws"):
        assert again["provenance"][key] == first["provenance"][key]
    report = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert "apath compare scenario.toml" in report and "--parameters" not in report
    assert "Calibrated to history: 2 numbers. Every replicate takes one of 3 draws, worth 3 of equal weight." in report
    assert "Parameters that were calibrated" in report
    assert "what the calibration to history left possible while all others stay" in report
    assert "not calibrated to your own history" not in report


def test_a_run_with_given_draws_can_be_run_again(tmp_path: Path) -> None:
    """Those on the command line go before those of the scenario, and are kept with the run beside them."""
    path = beside(tmp_path / "own", of({"wom.affinity": [0.01]}))
    save_draws(tmp_path / "other.npz", DRAWS)
    run = tmp_path / "run"
    first = answer_of("compare", path, *QUICK, "--parameters", tmp_path / "other.npz", "-o", run)
    assert first["provenance"]["draws"]["draws_hash"] == DRAWS.draws_hash
    assert load_draws(run / "given-parameters.npz").draws_hash == DRAWS.draws_hash
    assert load_draws(run / "parameters.npz").names == ("wom.affinity",)
    report = (run / "report.html").read_text("utf-8")
    assert "--uncertainty luck+calibrated --parameters given-parameters.npz" in report
    again = answer_of("compare", run / "scenario.toml", *QUICK, "--parameters", run / "given-parameters.npz")
    for key in ("result_hash", "scenario_hash", "draws"):
        assert again["provenance"][key] == first["provenance"][key]


def test_large_draws_are_kept_with_the_run_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.rundir.LARGEST_COPY", 10)
    answer_of("compare", beside(tmp_path / "own", DRAWS), *QUICK, "-o", tmp_path / "run")
    assert (tmp_path / "run" / "parameters.npz").exists()


def test_run_takes_draws_and_says_so(tmp_path: Path) -> None:
    save_draws(tmp_path / "p.npz", DRAWS)
    words = ("run", "classroom", "--plan", "hub-samples", "--replicates", "2", "--parameters", tmp_path / "p.npz")
    result = ask(*words, "-o", tmp_path / "run", "--report", "monthly")
    assert result.exit_code == 0, result.output
    assert "with the calibrated parameters" in " ".join(result.stdout.split())
    assert (tmp_path / "run" / "metrics.csv").exists()
    result = ask(*words[:-2], "--parameters", tmp_path / "p.npz", "-o", tmp_path / "more")
    assert "takes the calibrated parameters from what the calibration to history left" in " ".join(
        result.stdout.split()
    )


def test_ranges_and_luck_can_still_be_asked_for(tmp_path: Path) -> None:
    path = beside(tmp_path / "own", DRAWS)
    for asked in ("luck", "luck+ranges"):
        assert answer_of("compare", path, *QUICK, "--uncertainty", asked)["uncertainty"] == asked
    assert answer_of("compare", "classroom", *QUICK)["uncertainty"] == "luck+ranges"


def test_what_cannot_be_used_is_said_and_nothing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    save_draws(tmp_path / "other.npz", of({"channels.tv.pull": [1.0]}))
    (tmp_path / "no.npz").write_bytes(b"nothing")
    for file, said in {
        "lost.npz": "lost.npz: there is no such file",
        "no.npz": "no.npz: this is not a file of parameter draws, or it is damaged",
        "other.npz": "other.npz: names: “channels.tv.pull” is no parameter or place that can be free",
    }.items():
        result = ask("compare", "classroom", *QUICK, "--parameters", file)
        assert (result.exit_code, result.stdout) == (3, "")
        assert result.stderr.startswith(said)
        assert "Traceback" not in result.stderr
    result = ask("compare", "classroom", *QUICK, "--uncertainty", "luck+calibrated")
    assert result.exit_code == 2 and "luck+calibrated needs parameter draws" in result.stderr
    assert not (tmp_path / "runs").exists()


def test_check_reads_the_draws(tmp_path: Path) -> None:
    result = ask("check", beside(tmp_path / "own", DRAWS))
    assert "calibrated 3 draws from parameters.npz, worth 3 of equal weight: wom.affinity" in " ".join(
        result.stdout.split()
    )
    assert answer_of("check", tmp_path / "own" / "scenario.toml")["parameter_draws"] == {
        "file": "parameters.npz", "number": 3, "ess": DRAWS.ess, "names": ["wom.affinity", "market.size"],
    }  # fmt: skip
    result = ask("check", beside(tmp_path / "wrong", of({"channels.tv.pull": [1.0]})))
    assert result.exit_code == 3 and "did you mean" in result.stderr
    assert answer_of("check", "classroom")["parameter_draws"] is None
