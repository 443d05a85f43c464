"""What holds for all tests: they keep no worlds where the user's own are kept."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("APATH_CACHE_DIR", str(tmp_path_factory.mktemp("worlds")))
    yield
    patch.undo()
