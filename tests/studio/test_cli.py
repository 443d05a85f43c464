import json
import shutil
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from scenarios import bundled_path
from studio.cli import cli

pytestmark = pytest.mark.core

QUICK = ["classroom", "--plans", "nothing,hub-samples", "--replicates", "2"]


def ask(*words: str):
    return CliRunner().invoke(cli, list(words))


@pytest.fixture(scope="module")
def schema():
    return json.loads(files("studio").joinpath("compare.schema.json").read_text())


def test_the_schema_is_a_schema(schema):
    jsonschema.Draft202012Validator.check_schema(schema)


def test_json_alone_is_on_stdout_and_nothing_on_disk(elsewhere, schema):
    result = ask("compare", *QUICK, "--format", "json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    jsonschema.validate(answer, schema, cls=jsonschema.Draft202012Validator)
    assert list(answer["plans"]) == ["nothing", "hub-samples"]
    assert {(pair["a"], pair["b"]) for pair in answer["pairs"]} == {("nothing", "hub-samples")}
    assert list(elsewhere.iterdir()) == []


def test_run_gives_the_same_object_without_pairs(elsewhere, schema):
    result = ask("run", "classroom", "--plan", "hub-samples", "--replicates", "1", "--format", "json")
    answer = json.loads(result.stdout)
    jsonschema.validate(answer, schema, cls=jsonschema.Draft202012Validator)
    assert answer["pairs"] == []
    assert list(answer["plans"]) == ["hub-samples"]


def test_run_takes_the_first_plan_and_says_so(elsewhere):
    result = ask("run", "classroom", "--replicates", "1", "--format", "csv")
    assert "running the first plan, nothing" in result.stderr
    assert result.stdout.splitlines()[1].startswith("plan,nothing,,planned_cost,USD,0,")


def test_a_table_comes_with_a_numbered_run(elsewhere):
    for n in (1, 2):
        result = ask("compare", *QUICK)
        assert result.exit_code == 0, result.output
        assert f"run:    runs/classroom-{n}" in result.stderr
        assert f"report: runs/classroom-{n}/report.html" in result.stderr
    assert "hub-samples against nothing, on the same people" in result.stdout
    assert "runs/" not in result.stdout
    assert "\x1b" not in result.stdout
    assert sorted(path.name for path in (elsewhere / "runs" / "classroom-1").iterdir()) == [
        "replicates.npz", "report.html", "run.json", "scenario.toml", "weekly.csv",
    ]  # fmt: skip


def test_quiet_says_nothing_but_the_answer(elsewhere):
    assert ask("compare", *QUICK, "--quiet").stderr == ""


def test_csv_with_a_directory_writes_both(elsewhere):
    result = ask("compare", *QUICK, "--format", "csv", "-o", "here", "--no-report")
    assert result.stdout.startswith("table,plan,against,metric,unit,mean,")
    assert (elsewhere / "here" / "run.json").exists()
    assert not (elsewhere / "here" / "report.html").exists()


def test_a_run_can_be_run_again_from_its_directory(elsewhere):
    first = ask("compare", *QUICK, "--format", "json", "-o", "here")
    again = ask("compare", "here/scenario.toml", *QUICK[1:], "--format", "json")
    one, two = (json.loads(result.stdout) for result in (first, again))
    assert one["provenance"]["result_hash"] == two["provenance"]["result_hash"]
    assert one["provenance"]["scenario_hash"] == two["provenance"]["scenario_hash"]


def test_an_existing_directory_is_refused_before_anything_is_run(elsewhere):
    (elsewhere / "taken").mkdir()
    (elsewhere / "taken" / "thesis.txt").write_text("years of work")
    result = ask("compare", *QUICK, "-o", "taken", "--replicates", "1000000")
    assert result.exit_code == 2
    assert "taken exists and was left as it is; --force replaces a run" in result.stderr
    assert [path.name for path in (elsewhere / "taken").iterdir()] == ["thesis.txt"]


def test_force_replaces_a_run_and_nothing_else(elsewhere):
    (elsewhere / "taken").mkdir()
    (elsewhere / "taken" / "thesis.txt").write_text("years of work")
    refused = ask("compare", *QUICK, "-o", "taken", "--force")
    assert refused.exit_code == 2
    assert "does not look like a run" in refused.stderr
    assert ask("compare", *QUICK, "-o", "mine", "--seed", "1").exit_code == 0
    (elsewhere / "mine" / "my-remarks.txt").write_text("keep me")
    before = (elsewhere / "mine" / "run.json").read_text()
    assert ask("compare", *QUICK, "-o", "mine", "--seed", "2", "--force").exit_code == 0
    assert (elsewhere / "mine" / "run.json").read_text() != before
    assert (elsewhere / "mine" / "my-remarks.txt").read_text() == "keep me"
    assert sorted(path.name for path in elsewhere.iterdir()) == ["mine", "taken"]


@pytest.mark.parametrize("command", [["compare", "--plans"], ["run", "--plan"]])
def test_a_misspelt_plan_is_met_with_the_nearest_name(command, elsewhere):
    result = ask(command[0], "classroom", command[1], "hub-sample")
    assert result.exit_code == 2
    assert "there is no plan “hub-sample”; did you mean “hub-samples”?" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("plans", ["", ",", "nothing,nothing"])
def test_each_plan_is_named_once(plans, elsewhere):
    assert ask("compare", "classroom", "--plans", plans).exit_code == 2


def test_an_unknown_scenario_exits_3_with_the_nearest_name():
    result = ask("compare", "clasroom")
    assert result.exit_code == 3
    assert "did you mean “classroom”?" in result.stderr
    assert result.stdout == ""


def test_a_broken_scenario_is_explained_word_for_word(tmp_path):
    from scenarios import ScenarioError, load_scenario

    path = tmp_path / "scenario.toml"
    text = bundled_path("classroom").read_text().replace("weeks = 14", 'weeks = "many"')
    path.write_text(text)
    with pytest.raises(ScenarioError) as raised:
        load_scenario(path)
    for command in ("check", "compare"):
        result = ask(command, str(path))
        assert result.exit_code == 3
        assert result.stderr == f"{raised.value}\n"
        assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "words",
    [
        ["compare"], ["compare", "classroom", "--replicates", "0"], ["compare", "classroom", "--seed", "x"],
        ["compare", "classroom", "--format", "xml"], ["frobnicate"], ["check"], ["run", "classroom", "--threads", "0"],
    ],
)  # fmt: skip
def test_what_is_not_understood_exits_2(words, elsewhere):
    result = ask(*words)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr
    assert result.stdout == ""


def test_a_limit_exits_4(monkeypatch, elsewhere):
    import experiments
    from simulator.world import WorldError

    def refuse(*args, **more):
        raise WorldError("one consumer hears 70,000 others; at most 65,535 can be counted")

    monkeypatch.setattr(experiments, "compare", refuse)
    result = ask("compare", *QUICK)
    assert result.exit_code == 4
    assert result.stderr.endswith("one consumer hears 70,000 others; at most 65,535 can be counted\n")


def test_an_error_of_ours_is_called_one_and_debug_shows_where(monkeypatch, elsewhere):
    import experiments

    monkeypatch.setattr(experiments, "compare", lambda *args, **more: 1 / 0)
    result = ask("compare", *QUICK)
    assert result.exit_code == 1
    assert result.stderr.endswith("division by zero\nthis is a bug; run again with --debug\n")
    assert "Traceback" not in result.stderr
    shown = ask("compare", *QUICK, "--debug")
    assert shown.exit_code == 1
    assert "Traceback" in shown.stderr


def test_a_full_disk_exits_4_after_the_answer_was_printed(monkeypatch, elsewhere):
    import errno

    from studio import rundir

    def full(path, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(rundir, "put", full)
    result = ask("compare", *QUICK)
    assert result.exit_code == 4
    assert "the disk that holds runs is full; nothing was written" in result.stderr
    assert "hub-samples against nothing" in result.stdout
    assert list(elsewhere.iterdir()) == []


def test_check_names_plans_and_costs():
    result = ask("check", "coldbrew-launch")
    assert result.exit_code == 0
    assert result.stdout.startswith("coldbrew-launch: ok\n")
    assert "baseline" in result.stdout
    assert "598,000" in result.stdout
    data = json.loads(ask("check", "coldbrew-launch", "--format", "json").stdout)
    assert data["ok"] is True
    assert data["plans"]["baseline"]["cost"] == 598_000


def test_check_says_which_costs_come_on_top():
    shown = " ".join(ask("check", "everything").stdout.split())
    levers = "lists, opt-ins, community space, events, listening, rewards, loyalty, support, referral programme."
    assert f"Costs that follow from what people do come on top, once it is run: {levers}" in shown
    assert "come on top" not in ask("check", "coldbrew-launch").stdout


def test_check_defaults_lists_every_parameter():
    from scenarios import REGISTRY

    text = ask("check", "--defaults").stdout
    assert all(f"\n{name} " in text for name in REGISTRY)
    data = json.loads(ask("check", "--defaults", "--format", "json").stdout)
    assert [row["name"] for row in data["defaults"]] == list(REGISTRY)


def test_new_writes_a_scenario_that_can_be_checked(elsewhere):
    result = ask("new", "Spring & Sons")
    assert result.exit_code == 0
    assert result.stdout == str(Path("Spring & Sons/scenario.toml")) + "\n"
    assert "apath check 'Spring & Sons/scenario.toml'" in result.stderr
    assert ask("check", "Spring & Sons/scenario.toml").stdout.startswith("Spring-Sons: ok")
    taken = ask("new", "Spring & Sons")
    assert taken.exit_code == 2
    assert "not an empty folder" in taken.stderr


def test_json_scenarios_and_rosters_go_along(elsewhere):
    shutil.copytree(bundled_path("coldbrew-launch").parent, elsewhere / "mine")
    words = ["--replicates", "1", "--consumers", "100", "--plans", "baseline", "--no-report", "-o", "out"]
    result = ask("compare", "mine/scenario.toml", *words)
    assert result.exit_code == 0, result.stderr
    for name in ("scenario.toml", "roster.csv"):
        assert (elsewhere / "out" / name).read_bytes() == (elsewhere / "mine" / name).read_bytes()


def test_metrics_are_listed_with_their_formulas():
    from simulator.glossary import GLOSSARY

    rows = json.loads(ask("metrics", "--format", "json").stdout)
    assert [row["name"] for row in rows] == list(GLOSSARY)
    assert {"name", "unit", "formula", "source", "summary", "level", "kind"} <= set(rows[0])
    text = ask("metrics").stdout
    assert all(f"\n{name}  [" in text for name in GLOSSARY)
    assert max(map(len, text.splitlines())) <= 80
