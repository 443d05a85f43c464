import errno
import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from scenarios import bundled_path, load_scenario
from studio import rundir
from studio.rundir import RunDirError, RunDirTakenError, check_place, replicates_bytes, write_run
from tests.studio.made import made

pytestmark = pytest.mark.core


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_numbers_go_up_and_pass_over_what_is_there(answer, loaded, elsewhere):
    (elsewhere / "runs" / "classroom-4").mkdir(parents=True)
    (elsewhere / "runs" / "classroom-notes").mkdir()
    assert write_run(answer, loaded, report=False).path.name == "classroom-5"
    assert write_run(answer, loaded, report=False).path.name == "classroom-6"


def test_many_at_once_get_numbers_of_their_own(answer, loaded, elsewhere):
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: write_run(answer, loaded, report=False).path.name, range(16)))
    assert sorted(done, key=lambda name: int(name.split("-")[1])) == [f"classroom-{n}" for n in range(1, 17)]
    assert len(names(elsewhere / "runs")) == 16


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), ValueError("oops")])
@pytest.mark.parametrize("victim", ["scenario.toml", "run.json", "weekly.csv"])
def test_whatever_happens_nothing_is_left_behind(answer, loaded, elsewhere, monkeypatch, error, victim):
    honest = rundir.put

    def put(path, data):
        if path.name == victim:
            path.write_bytes(data[: len(data) // 2])
            raise error
        honest(path, data)

    monkeypatch.setattr(rundir, "put", put)
    with pytest.raises((RunDirError, KeyboardInterrupt, ValueError)) as raised:
        write_run(answer, loaded, report=False)
    if isinstance(error, OSError):
        assert "is full; nothing was written" in str(raised.value)
    assert names(elsewhere) == []
    assert not rundir.unfinished


def test_a_failed_replacement_leaves_the_old_run(answer, loaded, elsewhere, monkeypatch):
    write_run(answer, loaded, out=elsewhere / "mine", report=False)
    before = {path.name: path.read_bytes() for path in (elsewhere / "mine").iterdir()}

    def put(path, data):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(rundir, "put", put)
    with pytest.raises(RunDirError):
        write_run(answer, loaded, out=elsewhere / "mine", force=True, report=False)
    assert {path.name: path.read_bytes() for path in (elsewhere / "mine").iterdir()} == before
    assert names(elsewhere) == ["mine"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_place_that_may_not_be_written(answer, loaded, elsewhere):
    (elsewhere / "locked").mkdir(mode=0o500)
    with pytest.raises(RunDirError, match="may not be written to"):
        write_run(answer, loaded, out=elsewhere / "locked" / "run", report=False)


def test_a_file_in_the_way_of_a_folder(answer, loaded, elsewhere):
    (elsewhere / "file").write_text("x")
    for out in (elsewhere / "file" / "run", elsewhere / "file" / "deep" / "run"):
        with pytest.raises(RunDirError, match="is a file"):
            write_run(answer, loaded, out=out, report=False)
    assert names(elsewhere) == ["file"]


def test_a_link_is_never_replaced(answer, loaded, elsewhere):
    write_run(answer, loaded, out=elsewhere / "real", report=False)
    (elsewhere / "link").symlink_to(elsewhere / "real")
    with pytest.raises(RunDirTakenError):
        check_place(elsewhere / "link", force=True)


def test_the_archive_opens_without_pickles_and_holds_every_number(answer):
    arrays = np.load(io.BytesIO(replicates_bytes(answer)), allow_pickle=False)
    assert list(arrays["plans"]) == list(answer.plans)
    for name, runs in answer.runs.plans.items():
        for key, sample in (("", runs.all), ("luck_", runs.luck)):
            assert np.array_equal(arrays[f"{name}.{key}figures"], sample.figures)
            assert np.array_equal(arrays[f"{name}.{key}weekly"], sample.weekly)
    assert arrays["weeks"][0] == "2027-01-04"


def test_the_answer_on_disk_is_the_answer(answer, loaded, elsewhere):
    written = write_run(answer, loaded)
    assert json.loads((written.path / "run.json").read_text()) == answer.to_json()
    assert (written.path / "scenario.toml").read_bytes() == loaded.source_bytes
    assert written.report is not None


def test_json_scenarios_keep_their_ending(answer, elsewhere, loaded):
    path = elsewhere / "mine.json"
    data = loaded.scenario.model_dump(mode="json", exclude_defaults=True)
    path.write_text(json.dumps(data))
    written = write_run(answer, load_scenario(path), report=False)
    assert "scenario.json" in names(written.path)
    assert "scenario.toml" not in names(written.path)


def test_large_files_stay_where_they_are(elsewhere, monkeypatch):
    monkeypatch.setattr(rundir, "LARGEST_COPY", 100)
    cold = load_scenario("coldbrew-launch")
    written = write_run(made({"a": 1.0}), cold, report=False)
    assert written.left_out == ("roster.csv",)
    assert "roster.csv" not in names(written.path)


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/hostname", "run.json"])
def test_files_that_would_land_outside_or_on_ours_are_not_copied(answer, loaded, elsewhere, name):
    odd = replace(loaded, files={name: "0" * 64})
    assert write_run(answer, odd, report=False).left_out == (name,)


def test_a_file_that_changed_meanwhile_is_noticed(answer, elsewhere):
    import shutil

    shutil.copytree(bundled_path("coldbrew-launch").parent, elsewhere / "mine")
    cold = load_scenario(elsewhere / "mine" / "scenario.toml")
    (elsewhere / "mine" / "roster.csv").write_text("another")
    with pytest.raises(RunDirError, match="was changed while"):
        write_run(answer, cold, report=False)
    assert names(elsewhere) == ["mine"]
