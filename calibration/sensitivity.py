"""Which parameter moves which target: Morris screening and Sobol shares, on an emulator of all trials.

Both come from SALib (Iwanaga, Usher & Herman 2022). The mean of a target's observations on its even scale is what is
looked at; parameters vary over their belief before any history.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.emulator import Emulator
from calibration.fit import Fit
from calibration.free import Z_LIMIT

Floats = NDArray[np.float64]

_TRAJECTORIES = 40
_BASE = 256


@dataclass(frozen=True)
class Sensitivity:
    """How much each target [T] depends on each parameter [K].

    Attributes:
        targets: names.
        parameters: names.
        morris: [T, K] mean absolute effect of moving over the belief's 90 %, as a share of the largest of the target.
        first: [T, K] Sobol share of the target's variance by the parameter alone.
        total: [T, K] with all that it does together with others.
        accuracy: share of the leading pattern's variance that the emulator foretells at trials left out.
    """

    targets: tuple[str, ...]
    parameters: tuple[str, ...]
    morris: Floats
    first: Floats
    total: Floats
    accuracy: float


def sensitivity(fit: Fit, *, seed: int) -> Sensitivity:
    """Which parameter moves which target, before any history is looked at.

    Args:
        fit: its trials are used.
        seed: of the samples.
    """
    from SALib.analyze import morris as analyze_morris
    from SALib.analyze import sobol as analyze_sobol
    from SALib.sample import morris as sample_morris
    from SALib.sample import sobol as sample_sobol
    from scipy.special import ndtri

    ok = [trial for trial in fit.trials if trial.mean is not None]
    emulator = Emulator(
        np.array([trial.z for trial in ok]), np.array([trial.mean for trial in ok]), tolerance=fit.scatter.tolerance
    )
    names = list(fit.names)
    unit = {"num_vars": len(names), "names": names, "bounds": [[0.05, 0.95]] * len(names)}
    full = {**unit, "bounds": [[0.005, 0.995]] * len(names)}
    walks = sample_morris.sample(unit, _TRAJECTORIES, num_levels=6, seed=seed)
    cloud = sample_sobol.sample(full, _BASE, calc_second_order=False, seed=seed)
    slices = fit.observed.slices[: len(fit.observed.targets)]

    def means(share: Floats) -> Floats:
        said = emulator.predict(np.clip(ndtri(share), -Z_LIMIT, Z_LIMIT))[0]
        return np.stack([said[:, at].mean(axis=1) for at in slices], axis=1)

    by_walk, by_cloud = means(walks), means(cloud)
    morris, first, total = [], [], []
    for t in range(len(slices)):
        effects = analyze_morris.analyze(unit, walks, by_walk[:, t], num_levels=6, seed=seed)["mu_star"]
        morris.append(np.asarray(effects, float) / max(float(np.max(effects)), 1e-300))
        shares = analyze_sobol.analyze(full, by_cloud[:, t], calc_second_order=False, num_resamples=10, seed=seed)
        first.append(np.clip(np.nan_to_num(shares["S1"]), 0.0, 1.0))
        total.append(np.clip(np.nan_to_num(shares["ST"]), 0.0, None))
    return Sensitivity(
        targets=tuple(target.name for target in fit.observed.targets), parameters=tuple(names),
        morris=np.array(morris), first=np.array(first), total=np.array(total),
        accuracy=float(emulator.accuracy()[0]),
    )  # fmt: skip
