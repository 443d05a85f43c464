"""The directory of a study: made, found again, begun anew, or refused; whatever is studied."""

import errno
import os
import re
from dataclasses import dataclass
from pathlib import Path

from studio.rundir import RUNS, RunDirError, RunDirTakenError

STUDY = "study.sqlite"
"""Every simulated trial, as it comes: a study that was stopped goes on from here."""


@dataclass(frozen=True)
class StudyKind:
    """What a study's directory is called and holds.

    Attributes:
        noun: what it is, in messages.
        suffix: of the usual name of its directory.
        answer: file that is written last, so that a directory with it is whole.
        files: all that it writes.
        kept: what stays when it cannot go on, in messages.
    """

    noun: str
    suffix: str
    answer: str
    files: tuple[str, ...]
    kept: str

    def folder(self, name: str, out: Path | None, *, force: bool, resume: bool, runs: Path = RUNS) -> Path:
        """Make the directory of a study, or find the one that is to be taken up.

        Args:
            name: of the scenario.
            out: the directory; None for ``runs/<scenario>-<suffix>-<n>`` with the next free number.
            force: begin anew where a study is.
            resume: go on with the study that is there.
            runs: where numbered directories go.

        Raises:
            RunDirTakenError: something is there that will not be replaced, or nothing to be resumed.
            RunDirError: nothing may be written there.
        """
        if out is None and resume:
            raise RunDirTakenError("--resume needs -o DIR, the directory of the study that was stopped")
        try:
            if out is None:
                return new_folder(runs, f"{name}-{self.suffix}")
            if os.path.lexists(out):
                if not out.is_dir():
                    raise RunDirTakenError(f"{out} is not a directory, so it was left as it is")
                found = {entry.name for entry in out.iterdir()}
                if found and STUDY not in found and self.answer not in found:
                    raise RunDirTakenError(f"{out} does not look like a {self.noun} (no {STUDY}); it was left as it is")
                if force:
                    for file in self.files:
                        (out / file).unlink(missing_ok=True)
            elif resume:
                raise RunDirTakenError(f"{out} does not exist, so there is no study to resume")
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunDirError(self.explain(error, out or runs)) from error
        return out

    def explain(self, error: OSError, place: Path) -> str:
        """Why something could not be written, and what is left.

        Args:
            error: of the operating system.
            place: that could not be written.
        """
        if error.errno == errno.ENOSPC:
            return f"the disk that holds {place} is full; {self.kept}, add --resume when there is room"
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return f"{place} may not be written to ({error.strerror})"
        return f"{place} cannot be written: {error.strerror or error}"


def new_folder(parent: Path, name: str) -> Path:
    """Make a folder with the next free number; one that somebody else makes at the same time is passed over.

    Args:
        parent: made if it is missing.
        name: what stands before the number.

    Raises:
        OSError: nothing may be written there.
    """
    parent.mkdir(parents=True, exist_ok=True)
    taken = re.compile(re.escape(name) + r"-(\d+)")
    number = 1 + max((int(m[1]) for p in parent.iterdir() if (m := taken.fullmatch(p.name))), default=0)
    while True:
        place = parent / f"{name}-{number}"
        try:
            place.mkdir()
        except FileExistsError:
            number += 1
        else:
            return place
