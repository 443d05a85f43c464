"""Published histories of real adoption: where the files lie, and what is in them.

The files are other people's and are not part of the project. They are looked for in the folder that the environment
variable ``APATH_DATA`` names, and in ``shared/data`` beside one of the folders above.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.errors import CalibrationError

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

SERIES = "diffusion/bass_classic_series.csv"
REFITS = "diffusion/bass_refits_nls.csv"
DOCTORS = "adoption/medInnovations_toa.csv"
ADVICE = "adoption/medInnovations_edges.csv"
HOUSEHOLDS = "adoption/microfi_households.csv"
VILLAGE_TIES = "adoption/microfi_edges.txt"


def data_file(name: str) -> Path | None:
    """Where a published file lies on this machine; None where it is absent.

    >>> data_file("diffusion/no_such_series.csv") is None
    True

    Args:
        name: below the folder of data, such as :data:`SERIES`.
    """
    named = os.environ.get("APATH_DATA")
    above = [parent / "shared" / "data" for parent in (*Path.cwd().parents, *Path(__file__).resolve().parents)]
    return next((at / name for at in ([Path(named)] if named else []) + above if (at / name).is_file()), None)


def _found(name: str) -> Path:
    path = data_file(name)
    if path is None:
        raise CalibrationError(f"the file {name} is not here", hint=f"set APATH_DATA to a folder with {name}")
    return path


def adoptions_by_year(series: str) -> tuple[Whole, Floats]:
    """Years and adoptions of one durable good, in thousands.

    Args:
        series: name in the file, such as ``room_air_conditioners``.

    Raises:
        CalibrationError: the file is absent, or has no such series.
    """
    import pandas as pd

    table = pd.read_csv(_found(SERIES))
    mine = table[table["series"] == series].sort_values("year")
    if mine.empty:
        raise CalibrationError(f"{SERIES} has no series “{series}”", hint="look at its first column")
    return mine["year"].to_numpy(np.int64), mine["adoptions"].to_numpy(float)


@dataclass(frozen=True)
class Refit:
    """Least squares of the Bass curve on a whole series."""

    p: float
    q: float
    m: float
    se_log: tuple[float, float, float]
    """Standard errors of the logarithms of p, q and m."""


def refit(series: str) -> Refit:
    """What least squares say of a whole series.

    Args:
        series: name in the file.

    Raises:
        CalibrationError: the file is absent, or has no such series.
    """
    import pandas as pd

    table = pd.read_csv(_found(REFITS)).set_index("series")
    if series not in table.index:
        raise CalibrationError(f"{REFITS} has no series “{series}”", hint="look at its first column")
    row = table.loc[series]
    return Refit(
        float(row["p"]), float(row["q"]), float(row["m"]),
        (float(row["se_logp"]), float(row["se_logq"]), float(row["se_logm"])),
    )  # fmt: skip


@dataclass(frozen=True)
class Doctors:
    """Physicians, whom they ask, and when they first prescribed a new drug.

    Attributes:
        names: [N] of the physicians.
        month: [N] of the first prescription; :data:`NEVER` for none within the survey.
        asks: [E] row of who asks.
        asked: [E] row of who is asked.
    """

    names: Whole
    month: Whole
    asks: Whole
    asked: Whole

    def adopters(self, n_months: int) -> Floats:
        """First prescriptions in each month from the first on.

        Args:
            n_months: how many months.
        """
        return np.bincount(self.month, minlength=n_months + 1)[1 : n_months + 1].astype(float)


NEVER = 18
"""Month of physicians who did not prescribe within the 17 months of the survey."""


def doctors() -> Doctors:
    """The physicians of Coleman, Katz and Menzel's study of tetracycline.

    Raises:
        CalibrationError: a file is absent.
    """
    import pandas as pd

    people = pd.read_csv(_found(DOCTORS)).sort_values("id")
    ties = pd.read_csv(_found(ADVICE))
    names = people["id"].to_numpy(np.int64)
    row = {int(name): i for i, name in enumerate(names)}
    return Doctors(
        names,
        people["toa"].to_numpy(np.int64),
        np.array([row[int(one)] for one in ties["ego"]], np.int64),
        np.array([row[int(one)] for one in ties["alter"]], np.int64),
    )


@dataclass(frozen=True)
class Villages:
    """Households of several villages, who knows whom, who was told first, and who took a loan.

    Attributes:
        names: [V] numbers of the villages.
        village: [N] row of each household's village.
        household: [N] number of each household.
        loan: [N] whether it took a loan.
        leader: [N] whether it was told by the bank at the start.
        ties: [E, 2] rows of households that know each other, each pair once.
    """

    names: Whole
    village: Whole
    household: Whole
    loan: NDArray[np.bool_]
    leader: NDArray[np.bool_]
    ties: Whole

    def rates(self, took: NDArray[np.bool_], *, leaders: bool) -> Floats:
        """Share of each village's leaders, or of its other households, for whom something holds.

        Args:
            took: [N] whether it holds.
            leaders: of leaders, or of all others.
        """
        mine = self.leader == leaders
        n = np.bincount(self.village[mine], minlength=len(self.names))
        return np.asarray(np.bincount(self.village[mine], took[mine], minlength=len(self.names)) / np.maximum(n, 1))


def villages() -> Villages:
    """The villages of Banerjee, Chandrasekhar, Duflo and Jackson's study of microfinance.

    Raises:
        CalibrationError: a file is absent.
    """
    import pandas as pd

    table = pd.read_csv(_found(HOUSEHOLDS)).sort_values(["village", "hh"])
    pairs = pd.read_csv(_found(VILLAGE_TIES), sep=r"\s+", header=None).to_numpy(np.int64)
    household = table["hh"].to_numpy(np.int64)
    names, village = np.unique(table["village"].to_numpy(np.int64), return_inverse=True)
    row = {int(one): i for i, one in enumerate(household)}
    known = [(row[a], row[b]) for a, b in pairs.tolist() if a in row and b in row]
    ties = np.unique(np.sort(np.array(known, np.int64), axis=1), axis=0)
    return Villages(
        names, village.astype(np.int64), household, table["loan"].to_numpy(bool), table["leader"].to_numpy(bool),
        ties[ties[:, 0] != ties[:, 1]],
    )  # fmt: skip
