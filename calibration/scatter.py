"""How far history may lie from the engine's mean, and why: luck, scatter, and what no market model explains.

On the even scales of :mod:`calibration.noise` all of it is one bell curve in many dimensions,

    y ~ Normal(mean(θ), D + U S Uᵀ)

where D is scatter of each observation by itself, and the columns of U are patterns that move together: those in which
the emulator is unsure, those in which lucks differ, and a target's drift, season, demand and level (Wood 2010 for
synthetic likelihoods, Kennedy & O'Hagan 2001 for discrepancy). With few patterns this costs little, and what was
observed of them says how they will go on: that is how a forecast starts from where history ended.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.emulator import Emulator
from calibration.luck import luck_patterns
from calibration.targets import DEMAND, DRIFT, LEVEL, SEASON, Observed, Target

Floats = NDArray[np.float64]

USUAL_SCATTER = 0.10
"""Relative scatter of one observation: half of a normal with this standard deviation, where it is not stated."""

USUAL_DRIFT = 0.03
"""Relative drift in a week, likewise; it adds up like a random walk."""

USUAL_SEASON = 0.30
"""Relative size of a season, likewise."""

USUAL_DEMAND = 0.30
"""By how much demand is higher of itself in a week with one standard deviation more money, likewise: as a season."""

LEVEL_SPREAD = 3.0
"""Standard deviation of the logarithm of a level that is not known."""

DRIFT_PATTERNS = 16
HARMONICS = 6
"""Waves of a season, the shortest two months long. With three, the height of a trade's six weeks before Christmas came
out at three quarters; a retailer's quarters, each foretold from what went before it, were missed by 30 % and with six
by 28 %, and two simulated brands by as much as before."""

LUCK_PATTERNS = 240
LUCK_PATTERNS_ESTIMATED = 48
"""Where sizes of scatter are estimated, every draw has matrices of its own, and more would take too long."""
_FLOOR = 1e-4
"""Least standard deviation on an even scale: no history is known better."""


@dataclass(frozen=True)
class Nuisance:
    """One unknown size of scatter; its belief is half of a normal."""

    name: str
    target: int
    kind: str
    usual: float


class Scatter:
    """The bell curve between the engine's mean and history.

    Args:
        observed: targets, lift tests and what the fit may see.
        reference: [P] the engine's mean at a good fit: relative sizes are taken from it.
        lucks: [M, P] replicates at that fit, all with fresh seeds.
        n_consumers: simulated.
        market_size: people they stand for: luck is that much smaller in the real market.
        replicates: in every trial's mean.
    """

    def __init__(
        self,
        observed: Observed,
        *,
        reference: Floats,
        lucks: Floats,
        n_consumers: float,
        market_size: float,
        replicates: int,
    ) -> None:
        self.observed, self.reference = observed, reference
        real = min(n_consumers / market_size, 1.0)
        self.luck_share = real + 1.0 / replicates  # of history, and of the mean of every trial
        slices = observed.slices
        self.slope = np.ones(observed.n)
        self.fixed = np.full(observed.n, _FLOOR**2)
        nuisances: list[Nuisance] = []
        columns: list[Floats] = []
        owners: list[int] = []  # which nuisance scales a column; -1 for none
        for t, target in enumerate(observed.targets):
            at = slices[t]
            scale = target.scale
            self.slope[at] = scale.slope(reference[at])
            usual = np.maximum(self.slope[at], 0.05 * max(float(self.slope[at].max(initial=0.0)), 1e-6))
            self.slope[at] = usual
            weight = max(target.weight, 1e-6)
            if target.sample_size is not None:
                self.fixed[at] += 1.0 / (target.sample_size * weight)
            if target.scatter is None:
                nuisances.append(Nuisance(f"{target.name}: scatter", t, "scatter", USUAL_SCATTER / np.sqrt(weight)))
            else:
                self.fixed[at] += (target.scatter * usual) ** 2 / weight
            for kind, patterns, size in _discrepancies(target):
                owner = -1
                if size is not None:
                    owner = len(nuisances)
                    nuisances.append(Nuisance(f"{target.name}: {kind}", t, kind, size))
                for pattern in patterns.T:
                    column = np.zeros(observed.n)
                    column[at] = pattern * usual
                    columns.append(column)
                    owners.append(owner)
        for lift, at in zip(observed.lifts, slices[len(observed.targets) :], strict=True):
            self.fixed[at] += lift.even_error**2
        self.nuisances = tuple(nuisances)
        self.steady = all(one.kind != "scatter" for one in nuisances)
        besides = self.own(np.full((1, len(nuisances)), 0.5))[0]
        luck_columns, luck_rest = luck_patterns(
            observed, lucks, own=besides / self.luck_share,
            most=LUCK_PATTERNS if self.steady else LUCK_PATTERNS_ESTIMATED,
        )  # fmt: skip
        self.fixed += luck_rest * self.luck_share
        self.luck = luck_columns * np.sqrt(self.luck_share)  # [P, l]
        self.columns = np.array(columns).reshape(len(columns), observed.n).T  # [P, c]
        self.owners = np.array(owners, np.int64)

    @property
    def tolerance(self) -> Floats:
        """[P] standard deviation of each point at the usual scatter, without discrepancy."""
        variance = self.fixed + (self.luck**2).sum(axis=1)
        for one in self.nuisances:
            if one.kind == "scatter":
                at = self.observed.slices[one.target]
                variance[at] += (one.usual * self.slope[at]) ** 2
        return np.sqrt(variance)

    def own(self, x: Floats) -> Floats:
        """[B, P] variance of each point by itself.

        Args:
            x: [B, Q] the nuisances, in standard deviations of their belief.
        """
        variance = np.tile(self.fixed, (len(x), 1))
        for q, one in enumerate(self.nuisances):
            if one.kind == "scatter":
                at = self.observed.slices[one.target]
                variance[:, at] += (one.usual * x[:, q, None] * self.slope[at]) ** 2
        return variance

    def strengths(self, x: Floats) -> Floats:
        """[B, l + c] standard deviation of each shared pattern."""
        usual = np.array([one.usual for one in self.nuisances] + [1.0])
        sizes = np.abs(np.concatenate([x, np.ones((len(x), 1))], axis=1)) * usual  # owner -1 is the last: 1
        return np.concatenate([np.ones((len(x), self.luck.shape[1])), sizes[:, self.owners]], axis=1)

    def log_likelihood(
        self, mean: Floats, x: Floats, *, emulator: Emulator | None = None, unsure: Floats | None = None
    ) -> Floats:
        """[B] log density of what the fit may see.

        Args:
            mean: [B, P] of the engine or the emulator.
            x: [B, Q] the nuisances.
            emulator: whose patterns are unsure; None where the engine itself was run.
            unsure: [B, k] variance of each of its patterns.
        """
        if self.steady and (emulator is None or unsure is not None):
            return self._steady(mean, x, emulator, unsure)
        out = np.empty(len(mean))
        for begin in range(0, len(mean), 256):
            rows = slice(begin, begin + 256)
            part = None if unsure is None else unsure[rows]
            out[rows] = self._solve(mean[rows], x[rows], emulator, part)[0]
        return out

    def forecast(self, mean: Floats, x: Floats, *, rng: np.random.Generator, copies: int = 1) -> Floats:
        """Draws [B × copies, P] of what is observed, given what the fit has seen of luck, drift and season.

        Args:
            mean: [B, P] of the engine at each draw of the parameters.
            x: [B, Q] its nuisances.
            rng: for the draws.
            copies: draws for each.
        """
        _, root, middle, strengths, own = self._solve(mean, x, None, None)
        patterns = np.concatenate([self.luck, self.columns], axis=1)
        out = []
        for _ in range(copies):
            shock = np.linalg.solve(np.swapaxes(root, 1, 2), rng.standard_normal((*middle.shape, 1)))[..., 0]
            shared = (strengths * (middle + shock)) @ patterns.T
            out.append(mean + shared + np.sqrt(own) * rng.standard_normal(mean.shape))
        return np.concatenate(out)

    def _steady(self, mean: Floats, x: Floats, emulator: Emulator | None, unsure: Floats | None) -> Floats:
        """The same where scatter and luck do not vary between draws: both are divided out once."""
        seen = self.observed.train
        own = self.own(x[:1])[0][seen]
        patterns, strengths = self.columns[seen], self.strengths(x)[:, self.luck.shape[1] :]
        if emulator is not None and unsure is not None:
            patterns = np.concatenate([emulator.basis[seen], patterns], axis=1)
            strengths = np.concatenate([np.sqrt(unsure), strengths], axis=1)
            own = own + emulator.left_out[seen]
        luck = self.luck[seen]
        root = np.linalg.cholesky(luck @ luck.T + np.diag(own))
        error = np.linalg.solve(root, (self.observed.y[seen] - mean[:, seen]).T).T
        u = np.linalg.solve(root, patterns)
        gram = u.T @ u
        system = gram * strengths[:, :, None] * strengths[:, None, :]
        diagonal = np.arange(system.shape[1])
        system[:, diagonal, diagonal] += 1.0
        half_root = np.linalg.cholesky(system)
        half = np.linalg.solve(half_root, ((error @ u) * strengths)[..., None])[..., 0]
        log_det = 2.0 * np.log(np.diag(root)).sum() + 2.0 * np.log(half_root[:, diagonal, diagonal]).sum(axis=1)
        misfit = (error**2).sum(axis=1) - (half**2).sum(axis=1)
        return np.asarray(-0.5 * (misfit + log_det + seen.sum() * np.log(2.0 * np.pi)))

    def _solve(
        self, mean: Floats, x: Floats, emulator: Emulator | None, unsure: Floats | None
    ) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        seen = self.observed.train
        own = self.own(x)
        strengths = self.strengths(x)
        patterns = np.concatenate([self.luck, self.columns], axis=1)
        if emulator is not None and unsure is not None:
            patterns = np.concatenate([emulator.basis, patterns], axis=1)
            strengths = np.concatenate([np.sqrt(unsure), strengths], axis=1)
            own = own + emulator.left_out
        d = own[:, seen]
        error = self.observed.y[seen] - mean[:, seen]
        u = patterns[seen]
        weighted = u.T[None] / d[:, None, :]  # [B, r, P]
        gram = weighted @ u  # [B, r, r]
        pull = np.einsum("brp,bp->br", weighted, error) * strengths
        system = gram * strengths[:, :, None] * strengths[:, None, :]
        diagonal = np.arange(system.shape[1])
        system[:, diagonal, diagonal] += 1.0
        root = np.linalg.cholesky(system)
        half = np.linalg.solve(root, pull[..., None])[..., 0]
        middle = np.linalg.solve(np.swapaxes(root, 1, 2), half[..., None])[..., 0]
        log_det = np.log(d).sum(axis=1) + 2.0 * np.log(root[:, diagonal, diagonal]).sum(axis=1)
        misfit = (error**2 / d).sum(axis=1) - (half**2).sum(axis=1)
        log_density = -0.5 * (misfit + log_det + seen.sum() * np.log(2.0 * np.pi))
        return log_density, root, middle, strengths, own


def _discrepancies(target: Target) -> list[tuple[str, Floats, float | None]]:
    """Patterns [n, c] of each kind of discrepancy, and the usual size of its strength; None where that is fixed."""
    kinds, weeks = target.discrepancy, target.last_week
    found: list[tuple[str, Floats, float | None]] = []
    if not len(weeks):
        return found
    t = weeks - weeks.min() + 1.0
    span = t.max()
    if DRIFT in kinds:
        # A random walk as a sum of sines that never come to rest at its end (Karhunen-Loève).
        k = np.arange(1, min(DRIFT_PATTERNS, len(weeks)) + 1) - 0.5
        found.append((DRIFT, np.sqrt(2.0 * span) * np.sin(np.pi * t[:, None] * k / span) / (np.pi * k), USUAL_DRIFT))
    if SEASON in kinds:
        year = 365.25 / 7.0
        apart = float(np.median(np.diff(np.sort(weeks)))) if len(weeks) > 1 else year
        most = min(HARMONICS, int(year / (2.0 * max(apart, 1.0))))  # shorter waves could not be seen
        wave = np.arange(1, most + 1)
        angle = 2.0 * np.pi * weeks[:, None] * wave / year
        if most:
            found.append((SEASON, np.concatenate([np.cos(angle) / wave, np.sin(angle) / wave], axis=1), USUAL_SEASON))
    if DEMAND in kinds and target.money is not None and target.money.shape[1]:
        found.append((DEMAND, target.money, USUAL_DEMAND))
    if LEVEL in kinds:
        found.append((LEVEL, np.full((len(weeks), 1), LEVEL_SPREAD), None))
    return found
