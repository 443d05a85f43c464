"""What a season can follow, and what an emulator must not forget."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from calibration.scatter import _discrepancies
from calibration.search import emulator_of
from calibration.targets import weekly_target

pytestmark = pytest.mark.core


def seasonal(weeks: np.ndarray) -> list[tuple[str, np.ndarray, float | None]]:
    """Patterns of a target with a season, seen in these weeks."""
    one = weekly_target("purchases", np.ones(len(weeks)), n_weeks=len(weeks), discrepancy=("season",))
    return _discrepancies(replace(one, last_week=weeks))


def told(weeks: np.ndarray, series: np.ndarray) -> float:
    """Share of a series that some season comes up with."""
    ((_, patterns, _),) = seasonal(weeks)
    centred = series - series.mean()
    fit, *_ = np.linalg.lstsq(patterns, centred, rcond=None)
    return 1.0 - float(((centred - patterns @ fit) ** 2).sum() / (centred**2).sum())


def test_a_season_follows_the_weeks_before_christmas() -> None:
    weeks = np.arange(209)
    day = (weeks * 7.0) % 365.25
    peak = np.exp(-0.5 * ((day - 335.0) / 21.0) ** 2)
    assert told(weeks, peak) > 0.9


@pytest.mark.parametrize(
    ("apart", "waves"), [(1, 6), (4, 6), (13, 2), (52, 0)], ids=["week", "month", "quarter", "year"]
)
def test_a_season_has_no_waves_that_the_observations_could_not_show(apart: int, waves: int) -> None:
    found = seasonal(np.arange(0, 6 * 52, apart))
    assert [patterns.shape[1] for _, patterns, _ in found] == ([2 * waves] if waves else [])


def test_an_emulator_keeps_what_ruled_out_a_point_it_had_believed_in() -> None:
    """Else it would know nothing there, and believe in the same points again."""
    rng = np.random.default_rng(1)
    z = np.concatenate([rng.normal(0.0, 0.3, 60), np.full(6, 2.5)])[:, None]
    phase = ["design"] * 60 + ["posterior"] * 6
    said = np.where(z > 2.0, 40.0, z) * np.ones((1, 3))
    trials = SimpleNamespace(
        free=("one",),
        ok=[
            SimpleNamespace(number=i, z=z[i], mean=said[i], phase=phase[i], loss=float((said[i] ** 2).mean()))
            for i in range(66)
        ],
    )
    emulator = emulator_of(trials, SimpleNamespace(tolerance=np.ones(3)))
    assert len(emulator.z) == 66
    assert emulator.predict(np.array([[2.5]]))[0] == pytest.approx(np.full((1, 3), 40.0), rel=0.05)
