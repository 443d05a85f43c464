"""What the scripts of the Compare view work out without a page: node runs the tests beside this file."""

import shutil
import subprocess
from importlib.resources import as_file, files
from pathlib import Path

import pytest

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed; it runs the tests of the page's scripts")


def test_amounts_bookings_and_undo(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"type": "module"}')
    with as_file(files("studio.page") / "static") as static:
        for name in ("paint.js", "book.js", "kept.js"):
            shutil.copy(static / name, tmp_path)
    shutil.copy(Path(__file__).with_name("compare.test.mjs"), tmp_path)
    told = subprocess.run(
        [str(NODE), "--test", "compare.test.mjs"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "# fail 0" in told.stdout and "# pass 0" not in told.stdout
