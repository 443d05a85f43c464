"""Every simulated trial of a study, kept on disk, so that a study that was stopped goes on where it was.

    >>> import numpy as np
    >>> from calibration.archive import Archive
    >>> kept = Archive(None)  # in memory
    >>> kept.put("a", {"wom.affinity": 0.3}, np.ones((2, 3)))
    >>> kept.get("a").shape, kept.n
    ((2, 3), 1)

A study is replayed from its seed: every step asks for the same trials in the same order, and those kept are not
simulated again. So a study that was killed and taken up again gives the same answer to the last bit.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from calibration.errors import CalibrationError

Floats = NDArray[np.float64]

FILE = "study.sqlite"


def trial_key(values: Mapping[str, float], first: int, stop: int, group: str = "") -> str:
    """What a trial is known by: its exact values, its replicates and its group."""
    said = json.dumps([sorted((name, float(v).hex()) for name, v in values.items()), first, stop, group])
    return hashlib.sha256(said.encode()).hexdigest()


class Archive:
    """Trials by key, on disk or in memory; a trial is on disk before the next begins.

    Args:
        path: file of the study; in memory when None.
        question: hash of all that the trials depend on.
        resume: whether to go on with what is there.

    Raises:
        CalibrationError: the file holds another study, or one that was not to be resumed.
    """

    def __init__(self, path: Path | None, *, question: str = "", resume: bool = False) -> None:
        self.path = path
        try:
            self._db = sqlite3.connect(":memory:" if path is None else path, check_same_thread=False)
            self._db.execute("CREATE TABLE IF NOT EXISTS study (question TEXT)")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS trials "
                "(key TEXT PRIMARY KEY, said TEXT, shape TEXT, outcome BLOB, reason TEXT)"
            )
            row = self._db.execute("SELECT question FROM study").fetchone()
        except sqlite3.DatabaseError as error:
            raise CalibrationError(
                f"{path} cannot be used: {error}", hint="name another directory with -o, or remove that file"
            ) from None
        if row is None:
            self._db.execute("INSERT INTO study VALUES (?)", (question,))
            self._db.commit()
        elif not resume:
            n = self.n
            self._db.close()
            raise CalibrationError(
                f"{path} holds a study with {n} trials already",
                hint="add --resume to go on with it, or --force to begin anew",
            )
        elif row[0] != question:
            self._db.close()
            raise CalibrationError(
                f"{path} holds a study of something else: the scenario, the history, the settings or the program "
                "have changed since",
                hint="add --force to begin anew, or name another directory with -o",
            )

    @property
    def n(self) -> int:
        """Trials kept so far."""
        return int(self._db.execute("SELECT COUNT(*) FROM trials").fetchone()[0])

    def get(self, key: str) -> "Floats | str | None":
        """What a trial gave, or the reason why it failed; None if it is not here."""
        row = self._db.execute("SELECT shape, outcome, reason FROM trials WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        if row[2] is not None:
            return str(row[2])
        return np.frombuffer(row[1], np.float64).reshape(json.loads(row[0])).copy()

    def put(self, key: str, values: Mapping[str, float], outcome: "Floats | str") -> None:
        """Keep what a trial gave, or why it failed."""
        said = json.dumps(dict(values))
        row: tuple[str, str, str | None, bytes | None, str | None]
        if isinstance(outcome, str):
            row = (key, said, None, None, outcome)
        else:
            row = (key, said, json.dumps(outcome.shape), np.ascontiguousarray(outcome, np.float64).tobytes(), None)
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO trials VALUES (?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
