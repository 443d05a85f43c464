"""What a self-test found: how often truths lay within their intervals, and whether their ranks were even.

A parameter counts as identified where history narrows it on the average over all fits by a third or so; that is a
property of what is observed of which market, so no single fit's luck decides what is counted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.prior import Z90
from calibration.scores import interval_score

Floats = NDArray[np.float64]

LEVEL = 0.9
"""Of the intervals."""

IDENTIFIED = 0.3
"""Mean contraction from which a parameter counts as identified: history takes 30 % off its standard deviation."""

_Z95 = 1.959963984540054
_BELIEF_WIDTH = 2 * Z90
_MANY = 8
"""From so many banks on, what fits of one bank have in common is seen in how banks differ."""


@dataclass(frozen=True)
class FitCheck:
    """One made history and what its fit said; everything in standard deviations of the belief.

    Attributes:
        number: of the fit.
        bank: whose design it shared.
        truth: [K].
        rank: [K] share of the draws below the truth.
        low: [K] lower end of the 90 % interval.
        high: [K] upper end.
        mean: [K] of the draws.
        sd: [K] of the draws.
        reason: why it failed; empty otherwise.
    """

    number: int
    bank: int
    truth: Floats
    rank: Floats
    low: Floats
    high: Floats
    mean: Floats
    sd: Floats
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether it did not fail."""
        return not self.reason

    @classmethod
    def failed(cls, number: int, bank: int, truth: Floats, reason: str) -> "FitCheck":
        """One that did."""
        none = np.full(len(truth), np.nan)
        return cls(number, bank, truth, none, none, none, none, none, reason)


@dataclass(frozen=True)
class ParameterCheck:
    """How one parameter did over all fits.

    Attributes:
        name: of the parameter.
        fits: that succeeded.
        coverage_90: share of truths within their 90 % intervals.
        coverage_interval: 95 % interval of that share.
        interval_score: mean, in standard deviations of the belief; the lower, the better.
        score_before: the same of the belief's own interval: what knowing no history costs.
        width: mean width of the interval, as a share of the belief's.
        contraction: mean share of the belief's standard deviation that history took away.
        error: root mean square of posterior mean less truth.
        identified: contraction of 0.3 or more.
        ranks: histogram of ranks, in even bins.
        rank_chi2_p: p-value of that histogram's being even.
        rank_ks_p: p-value of the ranks' being even, by their largest gap (Kolmogorov & Smirnov).
    """

    name: str
    fits: int
    coverage_90: float
    coverage_interval: tuple[float, float]
    interval_score: float
    score_before: float
    width: float
    contraction: float
    error: float
    identified: bool
    ranks: tuple[int, ...]
    rank_chi2_p: float
    rank_ks_p: float


@dataclass(frozen=True)
class SelfTest:
    """Everything that a self-test found.

    Attributes:
        names: of the parameters.
        fits: in order, those that failed among them.
    """

    names: tuple[str, ...]
    fits: tuple[FitCheck, ...]

    @property
    def ok(self) -> tuple[FitCheck, ...]:
        """Fits that did not fail."""
        return tuple(one for one in self.fits if one.ok)

    @property
    def covered(self) -> NDArray[np.bool_]:
        """[F, K] whether each truth lies within its interval, of fits that did not fail."""
        return np.array([(one.low <= one.truth) & (one.truth <= one.high) for one in self.ok])

    @property
    def ranks(self) -> Floats:
        """[F, K] ranks of the truths, 0 to 1."""
        return np.array([one.rank for one in self.ok])

    @property
    def identified(self) -> NDArray[np.bool_]:
        """[K] whether history narrows a parameter by 30 % on the average."""
        return np.array([1.0 - one.sd for one in self.ok]).mean(axis=0) >= IDENTIFIED

    @property
    def coverage_90(self) -> float:
        """Share of truths within their 90 % intervals, pooled over identified parameters; nan if there are none."""
        found = self.covered[:, self.identified]
        return float(found.mean()) if found.size else math.nan

    @property
    def coverage_interval(self) -> tuple[float, float]:
        """95 % interval of that share; fits, and banks where there are many, count as clusters."""
        return pooled_interval([self])

    @property
    def parameters(self) -> tuple[ParameterCheck, ...]:
        """How each parameter did."""
        return tuple(self._parameter(k) for k in range(len(self.names)))

    def _parameter(self, k: int) -> ParameterCheck:
        from scipy import stats

        ok = self.ok
        truth, low, high, mean, sd, rank = np.array(
            [[one.truth[k], one.low[k], one.high[k], one.mean[k], one.sd[k], one.rank[k]] for one in ok]
        ).T
        bins = min(max(len(ok) // 5, 2), 10)
        counts = np.bincount(np.minimum((rank * bins).astype(int), bins - 1), minlength=bins)
        covered = self.covered[:, [k]]
        contraction = float(1.0 - sd.mean())
        half = np.full(len(ok), 0.5 * _BELIEF_WIDTH)
        return ParameterCheck(
            name=self.names[k],
            fits=len(ok),
            coverage_90=float(covered.mean()),
            coverage_interval=share_interval(covered, np.arange(len(ok))),
            interval_score=float(interval_score(low, high, truth, level=LEVEL).mean()),
            score_before=float(interval_score(-half, half, truth, level=LEVEL).mean()),
            width=float((high - low).mean() / _BELIEF_WIDTH),
            contraction=contraction,
            error=float(np.sqrt(((mean - truth) ** 2).mean())),
            identified=contraction >= IDENTIFIED,
            ranks=tuple(counts.tolist()),
            rank_chi2_p=float(stats.chisquare(counts).pvalue),
            rank_ks_p=float(stats.kstest(rank, "uniform").pvalue),
        )

    def to_json(self) -> dict[str, Any]:
        """Figures for machines; every number is finite or null."""
        low, high = self.coverage_interval
        return {
            "fits": len(self.ok),
            "failed": [{"fit": one.number, "reason": one.reason} for one in self.fits if not one.ok],
            "level": LEVEL,
            "coverage_90": _plain(self.coverage_90),
            "coverage_interval": [_plain(low), _plain(high)],
            "identified": [name for name, yes in zip(self.names, self.identified, strict=True) if yes],
            "parameters": [
                {key: _plain(value) for key, value in vars(one).items()} for one in self.parameters
            ],
        }  # fmt: skip

    def text(self) -> str:
        """A few lines for people."""
        low, high = self.coverage_interval
        n, known = len(self.ok), int(self.identified.sum())
        if known:
            told = (
                f"{n} histories made from known values: the 90 % intervals of {known} of {len(self.names)} parameters "
                f"that history can tell hold the truth in {100 * self.coverage_90:.0f} % of cases "
                f"(95 % interval {100 * low:.0f} to {100 * high:.0f} %)."
            )
        else:
            told = f"{n} histories made from known values: history tells none of {len(self.names)} parameters."
        lines = [told]
        if n < len(self.fits):
            lines.append(f"{len(self.fits) - n} fits failed.")
        wide = max(map(len, self.names))
        lines.append(f"  {'':{wide}}  held  width  ranks even, p")
        for one in self.parameters:
            note = "" if one.identified else "   not told by history"
            held, width = f"{100 * one.coverage_90:3.0f} %", f"{100 * one.width:3.0f} %"
            lines.append(f"  {one.name:{wide}}  {held}  {width}  {one.rank_ks_p:.2f}{note}")
        return "\n".join(lines)


def pooled_coverage(tests: Sequence[SelfTest]) -> float:
    """Share of truths within their 90 % intervals, over identified parameters of several self-tests."""
    found = [test.covered[:, test.identified].ravel() for test in tests]
    hits = np.concatenate(found)
    return float(hits.mean()) if len(hits) else math.nan


def pooled_interval(tests: Sequence[SelfTest]) -> tuple[float, float]:
    """95 % interval of :func:`pooled_coverage`; the wider one of clusters by fit and by bank.

    Args:
        tests: self-tests with fits and banks of their own.
    """
    width = max((int(test.identified.sum()) for test in tests), default=0)
    rows, by_fit, by_bank = [], [], []
    for number, test in enumerate(tests):
        found = test.covered[:, test.identified].astype(float)
        filled = np.full((len(found), width), np.nan)
        filled[:, : found.shape[1]] = found
        rows.append(filled)
        by_fit += [(number, one.number) for one in test.ok]
        by_bank += [(number, one.bank) for one in test.ok]
    table = np.concatenate(rows) if rows else np.empty((0, 0))
    fits = share_interval(table, _numbered(by_fit))
    if len(set(by_bank)) < _MANY:
        return fits
    banks = share_interval(table, _numbered(by_bank))
    return fits if fits[1] - fits[0] >= banks[1] - banks[0] else banks


def share_interval(hits: NDArray[Any], cluster: NDArray[np.int64]) -> tuple[float, float]:
    """95 % interval of a share whose cases come in clusters.

    Wilson's interval (1927) for as many independent cases as would have the variance that clusters show; never for
    more than there are.

    Args:
        hits: [F, K] 1, 0, or NaN for no case.
        cluster: [F] number of each row's cluster.
    """
    values = np.asarray(hits, float)
    n = int((~np.isnan(values)).sum())
    if n == 0:
        return math.nan, math.nan
    share = float(np.nanmean(values))
    apart = np.bincount(cluster, weights=np.nansum(values - share, axis=1))
    groups = len(apart)
    variance = float((apart**2).sum()) / n**2 * groups / max(groups - 1, 1)
    alone = share * (1.0 - share) / n
    effective = n * min(alone / variance, 1.0) if variance > 0.0 and alone > 0.0 else float(n)
    middle = (share + _Z95**2 / (2 * effective)) / (1 + _Z95**2 / effective)
    reach = _Z95 / (1 + _Z95**2 / effective) * math.sqrt(alone * n / effective + _Z95**2 / (4 * effective**2))
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def _numbered(keys: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    order = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    return np.array([order[key] for key in keys], np.int64)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
