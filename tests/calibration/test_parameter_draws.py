"""Parameter draws: picked by weight, summed up, kept in a file of the same bytes, and refused in plain words."""

import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.conflicts import check_draws
from calibration.draws import DrawsError, ParameterDraws, draws_bytes, load_draws, save_draws
from calibration.places import moves_worlds, places, value_at, with_values
from experiments.beliefs import Calibrated, even_shares
from scenarios import ScenarioError, bundled_names, load_scenario
from simulator.world import build_world

pytestmark = pytest.mark.core

NAMES = ("wom.affinity", "market.size")
SHA_256 = "747cabbac437c050c3b73e703c4c9c7d3b95aa2a2f0e99cd6e5e0ad3896c4c45"


def draws(weights: list[float] | None = None, **origin: object) -> ParameterDraws:
    values = np.array([[0.02, 900.0], [0.03, 800.0], [0.04, 700.0]])
    return ParameterDraws(NAMES, values, np.array(weights or [0.25, 0.5, 0.25]), origin)


# ------------------------------------------------------------------------------------------------ picking and summing


def test_a_draw_is_picked_by_weight_and_in_the_stored_order() -> None:
    some = draws()
    assert [some.row(u) for u in (0.0, 0.1, 0.25, 0.2501, 0.75, 0.7501, 1.0)] == [0, 0, 0, 1, 1, 2, 2]
    assert some.pick(0.9) == {"wom.affinity": 0.04, "market.size": 700.0}
    for u in (-0.01, 1.01, float("nan")):
        with pytest.raises(ValueError, match="u is a share from 0 to 1, not"):
            some.pick(u)


def test_draws_without_weight_are_never_picked() -> None:
    some = draws([0.0, 1.0, 0.0])
    assert {some.row(u) for u in (0.0, 0.3, 1.0)} == {1}
    assert some.median() == {"wom.affinity": 0.03, "market.size": 800.0}
    assert some.interval() == {"wom.affinity": (0.03, 0.03), "market.size": (800.0, 800.0)}


def test_effective_number_of_draws() -> None:
    assert draws([1.0, 0.0, 0.0]).ess == 1.0
    assert draws([0.5, 0.5, 0.0]).ess == 2.0
    assert draws().ess == pytest.approx(1.0 / (0.0625 + 0.25 + 0.0625))


def test_quantiles_are_those_of_the_weights() -> None:
    column = np.random.default_rng(1).normal(0.05, 0.001, 4000)[:, None]
    plain = ParameterDraws(("wom.affinity",), column, np.full(4000, 1 / 4000))
    low, high = plain.interval(0.8)["wom.affinity"]
    assert (low, high) == pytest.approx(tuple(np.quantile(column, (0.1, 0.9))), abs=2e-6)
    assert plain.median()["wom.affinity"] == pytest.approx(float(np.median(column)), abs=2e-6)
    # A weight of two is as good as standing twice.
    twice = ParameterDraws(("wom.affinity",), np.array([[0.1], [0.2], [0.2], [0.4]]), np.full(4, 0.25))
    once = ParameterDraws(("wom.affinity",), np.array([[0.4], [0.1], [0.2]]), np.array([0.25, 0.25, 0.5]))
    assert once.median() == twice.median() == {"wom.affinity": 0.2}


def test_what_is_given_is_copied_and_cannot_be_written_to() -> None:
    values, weights = np.array([[0.02]]), np.array([1.0])
    some = ParameterDraws(("wom.affinity",), values, weights)
    values[0, 0], weights[0] = 9.0, 0.0
    assert some.pick(0.5) == {"wom.affinity": 0.02}
    with pytest.raises(ValueError, match="read-only"):
        some.values[0, 0] = 1.0


def test_the_hash_is_of_names_values_and_weights() -> None:
    hashes = {
        draws().draws_hash,
        draws([0.5, 0.25, 0.25]).draws_hash,
        ParameterDraws(("wom.attention", "market.size"), draws().values, draws().weights).draws_hash,
        ParameterDraws(NAMES, draws().values + 1e-9, draws().weights).draws_hash,
    }
    assert len(hashes) == 4
    assert draws(seed=1).draws_hash == draws(seed=2).draws_hash


# ------------------------------------------------------------------------------------------------ even cover


@settings(max_examples=60, deadline=None)
@given(
    raw=st.lists(st.floats(0.0, 1.0).map(lambda w: round(w, 3)), min_size=1, max_size=40).filter(lambda w: sum(w) > 0),
    replicates=st.integers(1, 100),
    seed=st.integers(-5, 1000),
)
def test_every_draw_is_met_by_as_many_replicates_as_its_weight_says(raw: list[float], replicates: int, seed: int):
    weights = np.array(raw) / sum(raw)
    some = ParameterDraws(("wom.affinity",), np.linspace(0.0, 0.5, len(raw))[:, None], weights)
    beliefs = Calibrated(some, seed=seed, replicates=replicates)
    met = [beliefs.values(r, np.uint64(0))["wom.affinity"] for r in range(replicates)]
    counts = np.array([met.count(value) for value in some.values[:, 0].tolist()])
    assert counts.sum() == replicates
    assert (counts >= np.floor(replicates * weights - 1e-9)).all()
    assert (counts <= np.ceil(replicates * weights + 1e-9)).all()


def test_shares_are_even_and_of_the_seed() -> None:
    one, again, other = even_shares(64, seed=1), even_shares(64, seed=1), even_shares(64, seed=2)
    assert one.tolist() == again.tolist() != other.tolist()
    np.testing.assert_allclose(np.diff(np.sort(one)), 1 / 64)
    assert np.sort(one)[0] != np.sort(other)[0], "another seed meets other draws, where there are many"
    assert abs(np.corrcoef(one, np.arange(64))[0, 1]) < 0.4, "dealt out by chance, not in order"
    means = [even_shares(4, seed=s)[0] for s in range(400)]
    assert np.mean(means) == pytest.approx(0.5, abs=0.05), "no draw is favoured"


# ------------------------------------------------------------------------------------------------ files


def test_a_file_holds_all_of_it(tmp_path: Path) -> None:
    some = draws(version="1.0", seed=3, scenario_hash="ab" * 32, trials=[1, 2], holdout_weeks=8)
    save_draws(tmp_path / "parameters.npz", some)
    again = load_draws(tmp_path / "parameters.npz")
    assert (again.names, dict(again.provenance)) == (some.names, dict(some.provenance))
    assert again.values.tobytes() == some.values.tobytes()
    assert again.weights.tobytes() == some.weights.tobytes()
    assert [path.name for path in tmp_path.iterdir()] == ["parameters.npz"]
    with np.load(tmp_path / "parameters.npz", allow_pickle=False) as archive:  # without our code
        assert archive["names"].tolist() == list(NAMES)


def test_the_same_draws_are_the_same_bytes_whenever_they_are_written(tmp_path: Path, monkeypatch) -> None:
    save_draws(tmp_path / "one.npz", draws(b=1, a=2))
    monkeypatch.setattr("time.time", lambda: 2e9)
    save_draws(tmp_path / "two.npz", draws(a=2, b=1))
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert hashlib.sha256((tmp_path / "one.npz").read_bytes()).hexdigest() == SHA_256, "on every machine"


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch) -> None:
    save_draws(tmp_path / "parameters.npz", draws())
    before = (tmp_path / "parameters.npz").read_bytes()

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fails)
    with pytest.raises(OSError, match="No space"):
        save_draws(tmp_path / "parameters.npz", draws([0.5, 0.25, 0.25]))
    assert [path.name for path in tmp_path.iterdir()] == ["parameters.npz"]
    assert (tmp_path / "parameters.npz").read_bytes() == before


FOLDER = "the name is relative to the scenario's folder"
HOW = "`apath calibrate` writes such files"
NO_DRAWS = "this is not a file of parameter draws"


def refused(path: Path, raw: bytes | None = None) -> list[tuple[str, str, str]]:
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises(DrawsError) as caught:
        load_draws(path)
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return [(problem.where, problem.what, problem.hint) for problem in caught.value.problems]


def packed(**different: object) -> bytes:
    """A file with some of its parts replaced; None leaves one out."""
    with np.load(io.BytesIO(draws_bytes(draws()))) as archive:
        parts = {name: archive[name] for name in archive.files} | different
    out = io.BytesIO()
    np.savez(out, **{name: part for name, part in parts.items() if part is not None})
    return out.getvalue()


def test_files_that_are_no_draws_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "parameters.npz"
    save_draws(tmp_path / "parameter.npz", draws())
    assert refused(path) == [("", "there is no such file", "did you mean “parameter.npz”?")]
    assert refused(tmp_path / "q" / "x.npz") == [("", "there is no such file", HOW)]
    assert refused(tmp_path) == [("", "this is a folder, not a file of parameter draws", "name the .npz file in it")]
    whole = draws_bytes(draws())
    for raw in (b"", b"names,values\n", whole[:-40], whole[:400] + b"\xff" * 40 + whole[440:]):
        assert refused(path, raw) == [("", f"{NO_DRAWS}, or it is damaged", HOW)]
    array = io.BytesIO()
    np.save(array, np.zeros(3))
    assert refused(path, array.getvalue()) == [("", f"{NO_DRAWS}, but a single array", HOW)]
    other = io.BytesIO()
    np.savez(other, plans=np.zeros(1), worlds=np.zeros(1))
    assert refused(path, other.getvalue()) == [("", f"{NO_DRAWS}; it holds plans, worlds", HOW)]
    assert refused(path, packed(format=np.array("A-Path parameter draws 2"))) == [
        ("", f"{NO_DRAWS} of this version", HOW)
    ]
    pickled = packed(provenance=np.array({"a": 1}, dtype=object))
    assert refused(path, pickled) == [("", f"{NO_DRAWS}, or it is damaged", HOW)]
    shapes = "the names, values, weights and provenance in it have other shapes or types"
    for part in ({"weights": np.ones((3, 1))}, {"names": np.arange(2)}, {"values": np.array([["a", "b"]] * 3)}):
        assert refused(path, packed(**part)) == [("", shapes, HOW)]
    assert refused(path, packed(provenance=np.array("[1]"))) == [
        ("provenance", "it does not say where the draws come from", HOW)
    ]
    assert zipfile.is_zipfile(io.BytesIO(whole))


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    names = np.array(["wom.afinity", "wom.p_skip", "wom.attention", "channels.tv.pul", "wom.attention", "market.size"])
    values = np.full((3, 6), 0.5)
    values[1:, 1] = 1.5
    values[2, 2] = np.nan
    raw = packed(names=names, values=values, weights=np.array([0.5, -0.25, 0.75]))
    none = "is no parameter or place that can be free"
    assert refused(tmp_path / "parameters.npz", raw) == [
        ("names", f"“channels.tv.pul” {none}", "did you mean “channels.tv.pull”?"),
        ("names", f"“wom.afinity” {none}", "did you mean “wom.affinity”?"),
        ("weights", "-0.25 in row 2 is no weight", "weights are 0 or more"),
        ("wom.attention", "nan in row 3 is not a number that can be used", "leave such draws out"),
        ("wom.attention", "the name stands twice", "keep one of the columns"),
        (
            "wom.p_skip",
            "1.5 in row 2 is too large; must be at least 0 and at most 1 (and 1 more)",
            "a recommendation that moves somebody moves them two stages (probability)",
        ),
    ]


def test_draws_that_do_not_fit_together_are_refused_in_python_too() -> None:
    with pytest.raises(DrawsError) as caught:
        ParameterDraws(NAMES, np.ones((2, 2)), np.array([0.5, 0.6]))
    assert str(caught.value) == (
        "draws: weights: they add up to 1.1, not 1\n    hint: divide them by their sum\n\n1 problem; nothing was run."
    )
    with pytest.raises(
        DrawsError, match=r"values have the shape \(3, 1\), for 2 names and weights of the shape \(3,\)"
    ):
        ParameterDraws(NAMES, np.ones((3, 1)), np.full(3, 1 / 3))
    with pytest.raises(DrawsError, match="one row for each weight and one column for each name, 1 or more"):
        ParameterDraws((), np.ones((3, 0)), np.full(3, 1 / 3))


# ------------------------------------------------------------------------------------------------ with a scenario


def test_draws_of_another_scenario_are_refused() -> None:
    some = ParameterDraws(("channels.tv.pull", "channels.bord.pull"), np.ones((1, 2)), np.ones(1))
    with pytest.raises(DrawsError) as caught:
        check_draws(some, load_scenario("classroom").scenario, file="parameters.npz")
    assert [(p.file, p.where, p.hint) for p in caught.value.problems] == [
        ("parameters.npz", "names", "use them with the scenario that they were made for, not with classroom")
    ] * 2
    assert "“channels.bord.pull” is no parameter or place that can be free; did you mean “channels.board.pull”?" in str(
        caught.value
    )


def test_values_that_the_scenario_cannot_have_are_refused() -> None:
    names = ("market.size", "channels.board.pull", "brand.start.affinity")
    values = np.array([[500.0, 1.0, 0.1], [400.0, -1.0, 0.2], [20.0, 2.0, 1.4]])
    with pytest.raises(DrawsError) as caught:
        check_draws(ParameterDraws(names, values, np.full(3, 1 / 3)), load_scenario("classroom").scenario)
    said = [(p.where, p.what) for p in caught.value.problems]
    assert ("channels.board.pull (row 2)", "-1 is too small; must be at least 0") in said
    assert ("brand.start.affinity (row 3)", "1.4 is too large; must be at most 1") in said
    assert any("simulated consumers are more than the 20 people in the market" in what for _, what in said)


@pytest.mark.parametrize("name", bundled_names())
def test_a_scenarios_own_values_suit_it(name: str) -> None:
    scenario = load_scenario(name).scenario
    known = [
        place for place in places(scenario)
        if value_at(scenario, place) is not None and place not in ("graph.homophily", "graph.rewiring")
    ]  # fmt: skip
    own = np.array([[value_at(scenario, place) for place in known]], float)
    check_draws(ParameterDraws(tuple(known), own, np.ones(1)), scenario)


def test_only_places_that_a_world_looks_at_give_another_world() -> None:
    scenario = load_scenario("everything", consumers=700).scenario
    world = build_world(scenario, seed=1)
    still = [place for place in places(scenario) if not moves_worlds(scenario, place)]
    assert {"market.reference_price", "brand.price", "brand.appeal"} < set(still)
    values = {place: 0.37 * (value_at(scenario, place) or 1.0) for place in still}
    other = build_world(with_values(scenario, values)[0], seed=1)
    assert world.arrays.people.tobytes() == other.arrays.people.tobytes()
    for part in ("listeners", "follow_ptr", "followers", "stage0", "last0"):
        np.testing.assert_array_equal(getattr(world.arrays, part), getattr(other.arrays, part))
    for moved in ("market.size", "brand.start.attention", "graph.weak_ties"):
        assert moves_worlds(scenario, moved)
    assert not moves_worlds(load_scenario("classroom").scenario, "market.size")


def test_draws_beside_a_scenario_are_found_and_hashed(tmp_path: Path) -> None:
    plain = Path(str(load_scenario("classroom").path)).read_text("utf-8")
    path = tmp_path / "scenario.toml"
    path.write_text(plain, "utf-8")
    without = load_scenario(path)
    assert without.draws_path is None
    assert without.scenario_hash == load_scenario("classroom").scenario_hash
    path.write_text('parameter_draws = "parameters.npz"\n' + plain, "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert [(p.line, p.where, p.what, p.hint) for p in caught.value.problems] == [
        (1, "parameter_draws", "the file “parameters.npz” does not exist", FOLDER)
    ]
    hashes = []
    for weights in ([0.5, 0.25, 0.25], [0.25, 0.5, 0.25]):
        save_draws(tmp_path / "parameters.npz", draws(weights))
        loaded = load_scenario(path)
        assert loaded.draws_path == tmp_path / "parameters.npz"
        assert loaded.files == {"parameters.npz": hashlib.sha256(loaded.draws_path.read_bytes()).hexdigest()}
        assert loaded.scenario == without.scenario
        hashes.append(loaded.scenario_hash)
    assert len({*hashes, without.scenario_hash}) == 3


def test_a_dictionary_cannot_carry_draws(tmp_path: Path) -> None:
    import tomllib

    from scenarios import scenario_from_dict

    save_draws(tmp_path / "parameters.npz", draws())
    data = tomllib.loads(Path(str(load_scenario("classroom").path)).read_text("utf-8"))
    with pytest.raises(ScenarioError, match="a scenario made in Python cannot carry parameter draws") as caught:
        scenario_from_dict(data | {"parameter_draws": "parameters.npz"}, base_dir=tmp_path)
    assert "pass draws= with the question" in str(caught.value)
