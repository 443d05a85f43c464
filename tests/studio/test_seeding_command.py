"""``apath seeding``: its JSON, its words, its remarks, and every way to be refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from studio.cli import cli

KEYS = ["seeds", "spread", "certificate", "upper_bound", "top_degree_spread", "seconds"]


def ask(*words: str):
    return CliRunner().invoke(cli, ["seeding", *words])


@pytest.fixture
def stars(elsewhere: Path) -> str:
    """Two stars that share nobody, a loop, a duplicate, and a header."""
    ties = ["talker,listener", *(f"ann,a{i}" for i in range(9)), *(f"bob,b{i}" for i in range(6)), "bob,b1", "ann,ann"]
    (elsewhere / "stars.csv").write_text("\n".join(ties) + "\n")
    return "stars.csv"


@pytest.fixture
def costs(elsewhere: Path) -> str:
    (elsewhere / "prices.csv").write_text("who,price\nann,100\nbob,40\na1,5\n")
    return "prices.csv"


def test_json_has_what_is_promised_and_nothing_else_is_on_stdout(stars) -> None:
    result = ask(stars, "--k", "2", "--format", "json")
    assert result.exit_code == 0, result.stderr
    data = json.loads(result.stdout)
    assert list(data)[:6] == KEYS
    assert sorted(data["seeds"]) == ["ann", "bob"]
    assert data["spread"] == 17.0 == data["top_degree_spread"]
    assert 0.9 < data["certificate"] <= 1.0
    assert data["upper_bound"] >= 17.0 - 1e-9
    assert data["notes"][:3] == ["header line recognised", "1 loop dropped", "1 duplicate dropped"]
    assert data["supercritical"] in (True, False) and data["seed"] == 0 and data["version"]
    assert "note: 1 loop dropped" in result.stderr


def test_json_is_the_same_again_but_for_the_time(stars) -> None:
    answers = [
        json.loads(ask(stars, "--k", "2", "--format", "json", "--threads", t, "--seed", "5").stdout) for t in "12"
    ]
    for one in answers:
        assert one.pop("seconds") > 0.0
    assert answers[0] == answers[1]


def test_the_table_says_what_was_found_and_against_what(stars) -> None:
    result = ask(stars, "--k", "1", "--model", "ic", "--p", "0.5")
    assert result.exit_code == 0, result.stderr
    text = result.stdout
    assert " ".join(text.split()).startswith("1 seed reaches 5.5 of 17 people on average; that is at least ")
    assert "cascade, p = 0.5; 1 seed" in text
    for word in ("these seeds", "most listeners", "PageRank", "random neighbour", "random"):
        assert f"\n{word} " in text
    assert text.splitlines()[-3].split() == ["1", "ann", "9"]
    assert max(map(len, text.splitlines())) <= 80
    assert ask(stars, "--k", "1", "--quiet").stderr == ""


def test_numbers_stay_numbers_and_one_sided_ties_are_followed_one_way(elsewhere) -> None:
    (elsewhere / "arrows.txt").write_text("".join(f"{i} 7\n" for i in range(5)) + "7 8\n")
    words = ["arrows.txt", "--k", "1", "--model", "ic", "--p", "1", "--format", "json"]
    assert json.loads(ask(*words).stdout)["spread"] == 7.0
    data = json.loads(ask(*words, "--directed").stdout)
    assert data["spread"] == 3.0
    assert data["seeds"][0] in range(5)
    assert data["directed"] is True


def test_a_budget_buys_what_is_worth_its_price(stars, costs) -> None:
    result = ask(stars, "--costs", costs, "--budget", "50", "--format", "json")
    assert result.exit_code == 0, result.stderr
    data = json.loads(result.stdout)
    assert sorted(data["seeds"]) == ["a1", "bob"]
    assert data["cost"] == 45.0
    assert "header line of prices.csv recognised" in data["notes"]
    assert "14 people have no price and cannot be chosen" in data["notes"]
    text = ask(stars, "--costs", costs, "--budget", "50", "--k", "1").stdout
    assert "1 seed at most and a budget of 50; 40 spent" in text


def test_a_choice_that_hardly_matters_is_said_so(elsewhere) -> None:
    rng = np.random.default_rng(1)
    (elsewhere / "dense.txt").write_text("".join(f"{a} {b}\n" for a, b in rng.integers(0, 200, (1500, 2)).tolist()))
    result = ask("dense.txt", "--k", "5", "--model", "ic", "--p", "0.6")
    assert "note: the choice hardly matters here: random seeds reach 200, 100 % of the best known" in result.stderr
    data = json.loads(ask("dense.txt", "--k", "5", "--model", "ic", "--p", "0.6", "--format", "json").stdout)
    assert data["supercritical"] is True and data["hardly_matters"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say how many seeds (--k 50), or what they may cost (--costs FILE --budget 20000)"),
        (["--k", "0"], "Invalid value for '--k'"),
        (["--k", "99"], "Invalid value for --k: 99 seeds are more than the 17 people in stars.csv"),
        (["--k", "1", "--model", "ic"], "--model ic needs --p, the chance that one telling is believed"),
        (["--k", "1", "--model", "ic", "--p", "1.5"], "Invalid value for --p: 1.5 is not a chance; give a number"),
        (["--k", "1", "--model", "ic", "--p", "nan"], "Invalid value for --p: nan is not a chance"),
        (["--k", "1", "--p", "0.1"], "--p goes with --model ic"),
        (["--k", "1", "--model", "lt"], "'lt' is not one of 'wc', 'ic'"),
        (["--budget", "5"], "--budget needs --costs: prices and what may be spent go together"),
        (["--k", "1", "--costs", "prices.csv"], "--costs needs --budget"),
        (["--costs", "prices.csv", "--budget", "-5"], "Invalid value for --budget: -5 is no budget"),
        (["--costs", "prices.csv", "--budget", "2"], "Invalid value for --budget: 2 pays nobody; the cheapest asks 5"),
        (["--k", "1", "--seconds", "0"], "Invalid value for '--seconds'"),
    ],
)
def test_what_is_not_understood_exits_2(stars, costs, words, said) -> None:
    result = ask(stars, *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_missing_network_exits_3(elsewhere) -> None:
    result = ask("nobody.csv", "--k", "3")
    assert result.exit_code == 3
    assert result.stderr == (
        "nobody.csv: there is no such file\n    hint: check the spelling\n\n1 problem; nothing was run.\n"
    )


def test_a_line_that_is_no_tie_exits_3(elsewhere) -> None:
    (elsewhere / "bad.csv").write_text("ann,bob\ncem\n")
    result = ask("bad.csv", "--k", "1")
    assert result.exit_code == 3
    assert result.stderr.startswith("bad.csv:2: there is only one word, 'cem'\n    hint: write two names or numbers")


def test_all_prices_to_mend_are_listed_at_once(stars, elsewhere) -> None:
    (elsewhere / "bad.csv").write_text("ann,100\nbbo,40\nann,9\na1,-3\na2,dear\na3\n")
    result = ask(stars, "--costs", "bad.csv", "--budget", "50")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert (
        result.stderr
        == """\
bad.csv:2: “bbo” is not in the network
    hint: did you mean “bob”?
      2 | bbo,40
bad.csv:3: “ann” has a price in line 1 already
    hint: keep one of the two lines
      3 | ann,9
bad.csv:4: “-3” is not a price
    hint: write a number above 0, without currency or separators
      4 | a1,-3
bad.csv:5: “dear” is not a price
    hint: write a number above 0, without currency or separators
      5 | a2,dear
bad.csv:6: 1 word where a person and a price are expected
    hint: write them as: ann,120
      6 | a3

5 problems; nothing was run.
"""
    )


@pytest.mark.parametrize(("text", "said"), [("", "there is no price in the file"), (None, "there is no such file")])
def test_prices_that_are_not_there_exit_3(stars, elsewhere, text, said) -> None:
    if text is not None:
        (elsewhere / "none.csv").write_text(text)
    result = ask(stars, "--costs", "none.csv", "--budget", "50")
    assert result.exit_code == 3
    assert said in result.stderr


def test_a_network_beyond_memory_exits_4(stars, monkeypatch) -> None:
    monkeypatch.setattr("experiments.seeding.rr_sets.available", lambda: 50)
    result = ask(stars, "--k", "1", "--threads", "2")
    assert result.exit_code == 4
    assert "2 threads need 0 MB to search a network of 17" in result.stderr


def test_help_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom studio.cli import cli\n"
        "CliRunner().invoke(cli, ['seeding', '--help'])\n"
        "print([m for m in ('numba', 'numpy', 'scipy', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
