"""Parameter draws: the values that a calibration left possible, each row a set that goes together, with its weight.

    >>> import numpy as np
    >>> from calibration.draws import ParameterDraws
    >>> draws = ParameterDraws(
    ...     names=("wom.affinity", "market.size"),
    ...     values=np.array([[0.02, 900.0], [0.03, 800.0], [0.04, 700.0]]),
    ...     weights=np.array([0.25, 0.5, 0.25]),
    ... )
    >>> draws.pick(0.5)
    {'wom.affinity': 0.03, 'market.size': 800.0}
    >>> draws.median()["market.size"], round(draws.ess, 2)
    (800.0, 2.67)

They are kept in a NumPy archive, ``parameters.npz``, that loads without pickles: ``names``, ``values`` [draw, name],
``weights``, and ``provenance`` as JSON.
"""

import hashlib
import io
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.places import pattern_known
from scenarios.errors import Problem, ScenarioError, nearest, shown
from scenarios.registry import REGISTRY

FORMAT = "A-Path parameter draws 1"

_WRITTEN = (1980, 1, 1, 0, 0, 0)
"""The time that every member of the archive bears: the same draws are the same bytes."""

_MEMBERS = ("format", "names", "values", "weights", "provenance")

_HOW = "`apath calibrate` writes such files"


class DrawsError(ScenarioError):
    """Parameter draws that cannot be used; ``problems`` lists everything that is wrong with them."""


@dataclass(frozen=True, eq=False)
class ParameterDraws:
    """What a calibration left possible: draws of parameters and places, each with its weight.

    Args:
        names: of registry parameters and places, such as ``wom.affinity``, ``market.size``, ``channels.tv.pull``.
        values: [draw, name], in the units of the registry and the scenario; the values of a row go together.
        weights: [draw], 0 or more, with the sum 1.
        provenance: where they come from, such as version, seed, scenario_hash and data_hash; plain JSON values.

    Raises:
        DrawsError: the parts do not fit together, or hold what is no number.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    weights: NDArray[np.float64]
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("values", "weights"):
            own = np.array(getattr(self, name), np.float64, order="C")
            own.flags.writeable = False
            object.__setattr__(self, name, own)
        object.__setattr__(self, "names", tuple(str(name) for name in self.names))
        object.__setattr__(self, "provenance", dict(self.provenance))
        if faults := _faults(self.names, self.values, self.weights):
            raise DrawsError(Problem("draws", 0, *fault) for fault in faults)

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def ess(self) -> float:
        """Effective number of draws, 1 / Σw²: as many as this, all of one weight, would be as good (Kish 1965)."""
        return float(1.0 / np.square(self.weights).sum())

    @cached_property
    def _up_to(self) -> NDArray[np.float64]:
        total = np.cumsum(self.weights)
        return total / total[-1]

    def row(self, u: float) -> int:
        """The draw at a share ``u`` of the weight, in the order in which draws are stored.

        Args:
            u: 0..1; a draw of weight w is met by a share w of them, so those without weight never are.
        """
        if not 0.0 <= u <= 1.0:
            raise ValueError(f"u is a share from 0 to 1, not {u}")
        return int(np.searchsorted(self._up_to, max(u, np.nextafter(0.0, 1.0))))

    def pick(self, u: float) -> dict[str, float]:
        """One draw, by name: the one at a share ``u`` of the weight.

        Args:
            u: as for :meth:`row`.
        """
        return dict(zip(self.names, self.values[self.row(u)].tolist(), strict=True))

    def quantile(self, share: float) -> dict[str, float]:
        """The value of each name below which a share of the weight lies, between draws in a straight line.

        Args:
            share: 0..1.
        """
        found = {}
        for name, column in zip(self.names, self.values.T, strict=True):
            order = np.argsort(column, kind="stable")
            weight = self.weights[order]
            there = weight > 0.0
            middle = (np.cumsum(weight) - 0.5 * weight)[there]
            found[name] = float(np.interp(share, middle, column[order][there]))
        return found

    def median(self) -> dict[str, float]:
        """The middle value of each name, by weight."""
        return self.quantile(0.5)

    def interval(self, level: float = 0.9) -> dict[str, tuple[float, float]]:
        """Between which values each name lies.

        Args:
            level: share of the weight that lies between; the rest is cut off in halves.
        """
        low, high = (self.quantile(0.5 + side * level) for side in (-0.5, 0.5))
        return {name: (low[name], high[name]) for name in self.names}

    @cached_property
    def draws_hash(self) -> str:
        """SHA-256 of names, values and weights; where they come from does not matter."""
        digest = hashlib.sha256(json.dumps(self.names).encode())
        digest.update(np.ascontiguousarray(self.values, "<f8").tobytes())
        digest.update(np.ascontiguousarray(self.weights, "<f8").tobytes())
        return digest.hexdigest()


def draws_bytes(draws: ParameterDraws) -> bytes:
    """Draws as the bytes of a file; the same draws from the same origin are the same bytes on every machine.

    Args:
        draws: to be written.
    """
    origin = json.dumps(draws.provenance, sort_keys=True, ensure_ascii=False, allow_nan=False)
    parts = {
        "format": np.array(FORMAT, np.dtype("<U")),
        "names": np.array(draws.names, np.dtype("<U")),
        "values": draws.values.astype("<f8"),
        "weights": draws.weights.astype("<f8"),
        "provenance": np.array(origin, np.dtype("<U")),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:  # not compressed: zlib's bytes differ from machine to machine
        for name, array in parts.items():
            member = zipfile.ZipInfo(f"{name}.npy", _WRITTEN)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            text = io.BytesIO()
            np.lib.format.write_array(text, array, version=(1, 0), allow_pickle=False)
            archive.writestr(member, text.getvalue())
    return out.getvalue()


def save_draws(path: str | Path, draws: ParameterDraws) -> None:
    """Write draws into a file, whole or not at all.

        >>> import tempfile
        >>> draws = ParameterDraws(("wom.affinity",), np.array([[0.02], [0.03]]), np.array([0.5, 0.5]), {"seed": 1})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_draws(f"{folder}/parameters.npz", draws)
        ...     again = load_draws(f"{folder}/parameters.npz")
        >>> again.draws_hash == draws.draws_hash, again.provenance
        (True, {'seed': 1})

    Args:
        path: the file, by custom ``parameters.npz``; one that is there is replaced.
        draws: to be written.

    Raises:
        OSError: it cannot be written.
    """
    place, data = Path(path), draws_bytes(draws)
    hidden = place.with_name(f".{place.name}.{secrets.token_hex(4)}.partial")
    try:
        hidden.write_bytes(data)
        os.replace(hidden, place)
    finally:
        with suppress(FileNotFoundError):
            hidden.unlink()


def load_draws(path: str | Path) -> ParameterDraws:
    """Read the draws that :func:`save_draws` wrote; the example is there.

    Args:
        path: the file.

    Raises:
        DrawsError: it is not there, is no such file, or holds what cannot be used; everything is listed.
    """
    place, file = Path(path), str(path)
    members = _members(_read(place, file), file)
    shapes = {name: members[name].ndim for name in ("names", "values", "weights", "provenance")}
    kinds = "".join(members[name].dtype.kind for name in ("names", "values", "weights", "provenance"))
    if shapes != {"names": 1, "values": 2, "weights": 1, "provenance": 0} or kinds != "UffU":
        raise _error(file, "", "the names, values, weights and provenance in it have other shapes or types", _HOW)
    names = tuple(members["names"].tolist())
    faults = _faults(names, members["values"], members["weights"])
    try:
        origin = json.loads(members["provenance"].item())
    except ValueError:
        origin = None
    if not isinstance(origin, dict):
        faults.append(("provenance", "it does not say where the draws come from", _HOW))
    if faults:
        raise DrawsError(Problem(file, 0, *fault) for fault in faults)
    return ParameterDraws(names, members["values"], members["weights"], origin)


def _error(file: str, where: str, what: str, hint: str) -> DrawsError:
    return DrawsError([Problem(file, 0, where, what, hint)])


def _read(place: Path, file: str) -> bytes:
    try:
        return place.read_bytes()
    except FileNotFoundError:
        others: list[str] = []
        with suppress(OSError):
            others = [other.name for other in place.parent.iterdir() if other.suffix == ".npz"]
        near = nearest(place.name, others)
        hint = f"did you mean “{near[0]}”?" if near else _HOW
        raise _error(file, "", "there is no such file", hint) from None
    except IsADirectoryError:
        raise _error(file, "", "this is a folder, not a file of parameter draws", "name the .npz file in it") from None
    except OSError as error:
        raise _error(file, "", f"the file cannot be read: {error.strerror}", "check its permissions") from None
    except ValueError:  # a NUL character
        raise _error(file, "", "this is not the name of a file", _HOW) from None


def _members(raw: bytes, file: str) -> dict[str, np.ndarray]:
    no_draws = "this is not a file of parameter draws"
    try:
        opened = np.load(io.BytesIO(raw), allow_pickle=False)
        if not isinstance(opened, np.lib.npyio.NpzFile):
            raise _error(file, "", f"{no_draws}, but a single array", _HOW)
        with opened as archive:
            lacking = [name for name in _MEMBERS if name not in archive.files]
            if not lacking and str(archive["format"]) == FORMAT:
                return {name: archive[name] for name in _MEMBERS}
            found = f"; it holds {', '.join(archive.files[:6])}" if lacking and archive.files else ""
    except (ValueError, OSError, EOFError, KeyError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        raise _error(file, "", f"{no_draws}, or it is damaged", _HOW) from None
    raise _error(file, "", f"{no_draws}{found}" if lacking else f"{no_draws} of this version", _HOW)


def _faults(names: tuple[str, ...], values: np.ndarray, weights: np.ndarray) -> list[tuple[str, str, str]]:
    """Everything that is wrong: where, what, and what to do."""
    shape, n = np.shape(values), np.shape(weights)
    if len(shape) != 2 or len(n) != 1 or shape != (n[0], len(names)) or 0 in shape:
        what = f"values have the shape {shape}, for {len(names)} names and weights of the shape {n}"
        return [("values", what, "there must be one row for each weight and one column for each name, 1 or more")]
    found = []
    for k, name in enumerate(names):
        if name in names[:k]:
            found.append((name, "the name stands twice", "keep one of the columns"))
        elif wrong := pattern_known(name):
            found.append(("names", *wrong))
        else:
            found += _faults_in(name, np.asarray(values)[:, k])
    if not np.isfinite(weights).all() or (np.asarray(weights) < 0.0).any():
        bad = int(np.argmax(~np.isfinite(weights) | (np.asarray(weights) < 0.0)))
        found.append(("weights", f"{float(weights[bad]):g} in row {bad + 1} is no weight", "weights are 0 or more"))
    elif abs(float(np.sum(weights)) - 1.0) > 1e-6:
        found.append(("weights", f"they add up to {float(np.sum(weights)):.6g}, not 1", "divide them by their sum"))
    return found


def _faults_in(name: str, column: np.ndarray) -> list[tuple[str, str, str]]:
    bad = ~np.isfinite(column)
    if bad.any():
        what = f"{float(column[np.argmax(bad)]):g} in row {int(np.argmax(bad)) + 1} is not a number that can be used"
        return [(name, what + _and_more(int(bad.sum())), "leave such draws out")]
    known = REGISTRY.get(name)
    if known is None:
        return []
    bad = (column < known.minimum) | (column > known.maximum)
    if not bad.any():
        return []
    row = int(np.argmax(bad))
    limits = f"at least {known.minimum:g}"
    limits += f" and at most {known.maximum:g}" if known.maximum < float("inf") else ""
    size = "small" if column[row] < known.minimum else "large"
    what = f"{shown(float(column[row]))} in row {row + 1} is too {size}; must be {limits}"
    return [(name, what + _and_more(int(bad.sum())), f"{known.summary} ({known.unit})")]


def _and_more(n: int) -> str:
    return f" (and {n - 1:,} more)" if n > 1 else ""
