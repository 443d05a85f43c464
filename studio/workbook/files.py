"""Files of an export: each appears whole or not at all, and nothing that somebody else wrote is overwritten."""

import errno
import secrets
from collections.abc import Mapping
from pathlib import Path

from studio.rundir import RunDirError, RunDirTakenError


def put_whole(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, then rename it.

    Args:
        path: the file.
        data: its bytes.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        hidden.write_bytes(data)
        hidden.replace(path)
    except BaseException:
        hidden.unlink(missing_ok=True)
        raise


def put_all(folder: Path, files: Mapping[str, bytes], *, force: bool = False) -> list[Path]:
    """Write several files into a folder, all or none that would replace something else.

    Args:
        folder: made if it is missing.
        files: bytes by name.
        force: replace files that are there and differ.

    Returns:
        The paths, in order.

    Raises:
        RunDirTakenError: a file is there that says something else.
        RunDirError: nothing may be written there.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise RunDirTakenError(f"{folder} is a file, so nothing can be written into it")
        taken = [name for name, data in files.items() if not force and _differs(folder / name, data)]
        if taken:
            verb = "exists and was" if len(taken) == 1 else "exist and were"
            said = ", ".join(str(folder / name) for name in taken)
            raise RunDirTakenError(f"{said} {verb} left alone; --force replaces, -o writes elsewhere")
        for name, data in files.items():
            put_whole(folder / name, data)
    except OSError as error:
        raise RunDirError(_explain(error, folder)) from error
    return [folder / name for name in files]


def _differs(path: Path, data: bytes) -> bool:
    if path.is_dir() or path.is_symlink():
        return True
    return path.exists() and path.read_bytes() != data


def _explain(error: OSError, place: Path) -> str:
    if error.errno == errno.ENOSPC:
        return f"the disk that holds {place} is full"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{place} may not be written to ({error.strerror})"
    return f"{place} cannot be written: {error.strerror or error}"
