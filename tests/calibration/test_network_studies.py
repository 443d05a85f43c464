"""Studies on real networks: what is read from their files, the markets on them, and the page that is written."""

from pathlib import Path

import numpy as np
import pytest

from calibration.bass_world import IMITATION, INNOVATION
from calibration.errors import CalibrationError
from calibration.fit import Settings
from calibration.studies import STUDIES, Study, data
from calibration.studies import __main__ as command
from calibration.studies.data import ADVICE, DOCTORS, HOUSEHOLDS, SERIES, VILLAGE_TIES, Villages, data_file
from calibration.studies.doctors import MONTHS, DoctorMarket, fit_doctors, network
from calibration.studies.page import DAYS, number, paired, period_target
from calibration.studies.study import Section
from calibration.studies.villages import (
    PASSES,
    PASSES_MORE,
    TAKES,
    VillageMarket,
    centrality_of_leaders,
    halves,
    seen_villages,
)
from calibration.targets import Observed
from scenarios.vocabulary import Stage
from simulator.graph import graph_from_edges


def needs(*names: str) -> None:
    missing = [name for name in names if data_file(name) is None]
    if missing:
        pytest.skip(f"the files are not here: set APATH_DATA to a folder with {' and '.join(missing)}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of data in which nothing lies yet."""
    monkeypatch.setenv("APATH_DATA", str(tmp_path))
    (tmp_path / "adoption").mkdir()
    (tmp_path / "diffusion").mkdir()
    return tmp_path


# ------------------------------------------------------------------------------------------------------- files


def test_physicians_are_read_in_order_of_their_numbers(folder: Path) -> None:
    (folder / DOCTORS).write_text("id,toa\n30,18\n10,1\n20,3\n")
    (folder / ADVICE).write_text("ego,alter,weight\n10,30,2\n20,10,1\n")
    people = data.doctors()
    assert people.names.tolist() == [10, 20, 30]
    assert people.month.tolist() == [1, 3, 18]
    assert list(zip(people.asks.tolist(), people.asked.tolist(), strict=True)) == [(0, 2), (1, 0)]
    assert people.adopters(4).tolist() == [1.0, 0.0, 1.0, 0.0]


def test_who_is_asked_is_heard(folder: Path) -> None:
    (folder / DOCTORS).write_text("id,toa\n1,1\n2,2\n")
    (folder / ADVICE).write_text("ego,alter,weight\n1,2,1\n")
    people = data.doctors()
    one_way, both = network(people, directed=True), network(people)
    assert one_way.indptr.tolist() == [0, 0, 1] and one_way.listeners.tolist() == [0]
    assert both.indptr.tolist() == [0, 1, 2]


def test_villages_are_read_with_each_tie_once(folder: Path) -> None:
    (folder / HOUSEHOLDS).write_text("loan,hh,village,leader\n1,2002,2,0\n0,1001,1,1\n1,1002,1,0\n0,2001,2,1\n")
    (folder / VILLAGE_TIES).write_text("1001  1002\n1002  1001\n2001  2002\n2001  9999\n2001  2001\n")
    people = data.villages()
    assert people.household.tolist() == [1001, 1002, 2001, 2002]
    assert (people.village.tolist(), people.names.tolist()) == ([0, 0, 1, 1], [1, 2])
    assert people.leader.tolist() == [True, False, True, False]
    assert people.ties.tolist() == [[0, 1], [2, 3]]
    assert people.rates(people.loan, leaders=False).tolist() == [1.0, 1.0]
    assert people.rates(people.loan, leaders=True).tolist() == [0.0, 0.0]


def test_what_is_absent_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "data_file", lambda name: None)
    with pytest.raises(CalibrationError) as caught:
        data.adoptions_by_year("room_air_conditioners")
    assert str(caught.value) == (f"the file {SERIES} is not here\n    hint: set APATH_DATA to a folder with {SERIES}")


def test_an_unknown_series_is_named(folder: Path) -> None:
    (folder / SERIES).write_text("series,year,adoptions,unit\nradios,1931,4,k\nradios,1930,2,k\n")
    years, bought = data.adoptions_by_year("radios")
    assert (years.tolist(), bought.tolist()) == ([1930, 1931], [2.0, 4.0])
    with pytest.raises(CalibrationError, match="has no series “radio”"):
        data.adoptions_by_year("radio")


# ------------------------------------------------------------------------------------------------------ markets


def test_without_talk_everybody_adopts_by_the_same_hazard() -> None:
    goal = period_target("adopted", [1.0] * 6, metric="awareness")
    graph = graph_from_edges(list(range(399)), list(range(1, 400)), n=400)
    market = DoctorMarket(Observed((goal,), train_weeks=24), graph, seed=1, fixed={IMITATION: 0.0})
    counts = np.rint(goal.scale.inverse(market.run({INNOVATION: 0.1 / DAYS}, range(40)))).mean(axis=0)
    t = np.arange(7)
    expected = 400.0 * -np.diff(np.exp(-0.1 * t))
    assert np.abs(counts - expected).max() < 4.0 * np.sqrt(expected.max() / 40)


def test_talk_hastens_adoption_along_ties() -> None:
    goal = period_target("adopted", [1.0] * 6, metric="awareness")
    market = DoctorMarket(
        Observed((goal,), train_weeks=24), graph_from_edges(list(range(99)), list(range(1, 100)), n=100), seed=1
    )
    quiet, loud = (
        goal.scale.inverse(market.run({INNOVATION: 0.02 / DAYS, IMITATION: talk}, range(8))).sum(axis=1).mean()
        for talk in (0.0, 0.02)
    )
    assert loud > 1.5 * quiet


def test_a_fit_sees_eleven_months_and_foretells_the_rest() -> None:
    needs(DOCTORS, ADVICE)
    people = data.doctors()
    assert (len(people.names), len(people.asks), int(people.adopters(MONTHS).sum())) == (125, 294, 109)
    little = Settings(trials=36, replicates=4, draws=12, particles=200, seed=1)
    one = fit_doctors(people, talk=False, settings=little)
    assert one.observed.train.tolist() == [True] * 11 + [False] * 6
    hazard = DAYS * float(one.weights @ one.values[:, 0])
    assert hazard == pytest.approx(-np.log(33 / 125) / 11, rel=0.15)


def two_villages() -> Villages:
    """Chains of 40 households; the leader of the first is in its middle, the other village's at an end."""
    chain = np.stack([np.arange(39), np.arange(1, 40)], axis=1)
    leader = np.zeros(80, bool)
    leader[[20, 40]] = True
    ties = np.concatenate([chain, chain + 40])
    return Villages(np.array([1, 2]), np.repeat([0, 1], 40), np.arange(80), np.zeros(80, bool), leader, ties)


def test_information_passes_from_leaders_over_ties_and_within_a_village() -> None:
    people = two_villages()
    market = VillageMarket(people, seed=1)
    silent = market.stages({PASSES: 0.0, PASSES_MORE: 0.0, TAKES: 0.0}, 0)
    assert np.flatnonzero(silent >= Stage.ATTENTION).tolist() == [20, 40]
    some = [market.stages({PASSES: 0.05, PASSES_MORE: 0.0, TAKES: 0.0}, r) >= Stage.ATTENTION for r in range(20)]
    for informed in some:
        for village in (informed[:40], informed[40:]):  # one unbroken stretch in each
            assert (np.diff(np.concatenate([[0], village.astype(int), [0]])) == 1).sum() == 1
    middle, end = np.sum(some, axis=0)[:40].sum(), np.sum(some, axis=0)[40:].sum()
    assert middle > 1.3 * end


def test_those_who_took_a_loan_talk_more() -> None:
    market = VillageMarket(two_villages(), seed=1)
    values = {PASSES: 0.01, TAKES: 0.02}
    less, more = (
        sum((market.stages({**values, PASSES_MORE: extra}, r) >= Stage.ATTENTION).sum() for r in range(10))
        for extra in (0.0, 0.1)
    )
    assert more > 1.3 * less


def test_the_fit_sees_no_village_that_is_held_out() -> None:
    people = two_villages()
    observed = seen_villages(people, train=np.array([False, True]))
    assert observed.train.tolist() == [False, True, False, True]
    assert (
        observed.y.shape
        == VillageMarket(people, seed=1).run({PASSES: 0.01, PASSES_MORE: 0.0, TAKES: 0.01}, range(1))[0].shape
    )


def test_a_leader_in_the_middle_is_more_central() -> None:
    middle, end = centrality_of_leaders(two_villages())
    assert middle == pytest.approx(np.sqrt(2 / 41) * np.sin(np.pi * 21 / 41), rel=1e-6)
    assert end == pytest.approx(np.sqrt(2 / 41) * np.sin(np.pi / 41), rel=1e-6)


def test_halves_are_fixed_by_their_seed() -> None:
    assert np.array_equal(halves(38, seed=1), halves(38, seed=1))
    assert not np.array_equal(halves(38, seed=1), halves(38, seed=2))


def test_the_published_villages_are_all_there() -> None:
    needs(HOUSEHOLDS, VILLAGE_TIES)
    people = data.villages()
    assert (len(people.names), len(people.household), int(people.leader.sum())) == (38, 8_622, 1_014)
    assert (people.village[people.ties[:, 0]] == people.village[people.ties[:, 1]]).all()


# --------------------------------------------------------------------------------------------------------- page


def test_a_study_without_its_files_is_left_out_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = Study("Nothing", ("no/such.csv",), lambda quick=False: Section("never"))
    present = Study("Something", (), lambda quick=False: Section(f"quick: {quick}", {"a.svg": "<svg/>"}))
    monkeypatch.setitem(STUDIES, "durables", absent)
    monkeypatch.setitem(STUDIES, "villages", present)
    page = tmp_path / "page.md"
    assert command.main(["durables"]) == 1
    assert command.main(["durables", "villages", "--quick", "-o", str(page)]) == 0
    written = page.read_text("utf-8")
    assert "## Nothing\n\nLeft out: no/such.csv not found. Set `APATH_DATA` to a folder with it.\n" in written
    assert "## Something\n\nquick: True\n" in written
    assert sorted(str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*")) == [
        "images",
        "images/a.svg",
        "page.md",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["vilages"], "there is no study “vilages”; did you mean “villages”?"),
        (["-o", "/no/such/page.md"], "there is no folder “/no/such” to write page.md to"),
    ],
)
def test_errors_of_the_command(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(words)
    assert said in capsys.readouterr().err


def test_numbers_and_paired_differences() -> None:
    assert [number(x) for x in (-1234.5, 0.05, float("nan"))] == ["-1,234", "0.0500", "nan"]
    mean, low, high = paired(np.array([1.0, 2.0, 3.0]))
    assert (mean, low >= 1.0, high <= 3.0, low < mean < high) == (2.0, True, True, True)
