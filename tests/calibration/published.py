"""Published histories, which lie outside the project."""

import os
from pathlib import Path

import pytest


def shared(name: str) -> Path:
    """A published history from the data folder, which lies beside the repository or where APATH_DATA says."""
    folders = [Path(os.environ["APATH_DATA"])] if "APATH_DATA" in os.environ else []
    folders += [parent / "shared" / "data" for parent in Path(__file__).resolve().parents]
    for folder in folders:
        if (folder / "mmm" / name).is_file():
            return folder / "mmm" / name
    pytest.skip(f"mmm/{name} is not in the data folder; set APATH_DATA to where it is")
