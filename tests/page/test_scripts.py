"""The page's scripts, without a page: node runs the tests beside this file."""

import shutil
import subprocess
from importlib.resources import as_file, files
from pathlib import Path

import pytest

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed; it runs the tests of the page's scripts")


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A folder in which .js files are modules."""
    (tmp_path / "package.json").write_text('{"type": "module"}')
    with as_file(files("studio.page") / "static") as static:
        for script in static.glob("*.js"):
            shutil.copy(script, tmp_path)
    shutil.copy(Path(__file__).with_name("helpers.test.mjs"), tmp_path)
    return tmp_path


def test_what_scripts_work_out(scripts: Path) -> None:
    told = subprocess.run(
        [str(NODE), "--test", "helpers.test.mjs"], cwd=scripts, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "# fail 0" in told.stdout and "# pass 0" not in told.stdout


def test_scripts_are_well_formed(scripts: Path) -> None:
    for script in scripts.glob("*.js"):
        told = subprocess.run([str(NODE), "--check", str(script)], capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stderr
