"""The documents say what the code does: every name is there, every link leads somewhere, every example runs."""

import contextlib
import doctest
import importlib
import io
import pkgutil
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scenarios import ScenarioError, load_text, scenario_from_dict, schema
from scenarios.registry import REGISTRY
from scenarios.schema import SHORTHANDS, Part, Scenario
from scenarios.vocabulary import ENTERED_STAGES, Cause, Mood, Platform, Stage, Talk

pytestmark = pytest.mark.core

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
OURS = ("README.md", "docs/odd.md", "docs/decisions.md", "docs/scenario-guide.md", "docs/how-to-read-an-answer.md")
PAGES = sorted({"README.md", *(str(path.relative_to(ROOT)) for path in DOCS.rglob("*.md"))})
PACKAGES = ("scenarios", "simulator", "calibration", "experiments", "studio")

FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def blocks(name: str, info: str) -> list[str]:
    """The fenced blocks of a page with this word, or these words, behind the fence."""
    return [text for said, text in FENCE.findall(page(name)) if said == info]


# ------------------------------------------------------------------------------------------------ the model


ELEMENTS = (
    "1. Purpose and patterns",
    "2. Entities, state variables, and scales",
    "3. Process overview and scheduling",
    "4. Design concepts",
    "5. Initialization",
    "6. Input data",
    "7. Submodels",
)
CONCEPTS = (
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction",
    "Stochasticity", "Collectives", "Observation",
)  # fmt: skip


def test_the_seven_elements_stand_in_their_order() -> None:
    found = re.findall(r"^## (\d\. .*)$", page("docs/odd.md"), re.MULTILINE)
    assert tuple(found) == ELEMENTS


def test_the_eleven_design_concepts_stand_in_their_order() -> None:
    section = page("docs/odd.md").split("## 4. Design concepts")[1].split("\n## ")[0]
    assert tuple(re.findall(r"^\*\*([^*]+)\.\*\*", section, re.MULTILINE)) == CONCEPTS


def names_to_find() -> list[str]:
    """Ladders and platforms as groups, every other parameter by its full name."""
    names = set()
    for name in REGISTRY:
        head, _, tail = name.rpartition(".")
        if head.startswith("platform."):
            names.add(f"platform.<platform>.{tail}")
        elif tail in ENTERED_STAGES:
            names.add(f"{head}.")
        else:
            names.add(name)
    return sorted(names)


@pytest.mark.parametrize("name", names_to_find())
def test_every_parameter_has_a_place_in_the_model(name: str) -> None:
    ladder = name.endswith(".")  # in formulas "paid.s⁺": of the next stage
    assert re.search(rf"\b{re.escape(name)}" + (r"(s\b|s⁺|\*)" if ladder else r"(?![\w.])"), page("docs/odd.md")), name


def test_every_draw_is_in_the_table() -> None:
    from simulator.draws import Purpose

    rows = re.findall(r"^\| `([A-Z_]+)` \|", page("docs/odd.md"), re.MULTILINE)
    assert rows == [purpose.name for purpose in Purpose]


@pytest.mark.parametrize("words", [Stage, Mood, Talk, Cause], ids=lambda words: words.__name__)
def test_every_word_of_the_vocabulary_is_explained(words: type[Stage]) -> None:
    text = page("docs/odd.md").lower()
    assert [word.name for word in words if not re.search(word.name.lower().replace("_", "[ -]"), text)] == []


def test_every_figure_is_explained() -> None:
    from simulator.metrics import METRICS

    text = page("docs/odd.md").split("| Figure | Meaning |")[1].split("\n## ")[0]
    assert [name for name in METRICS if name not in text] == []


def test_every_cost_line_is_a_lever() -> None:
    from scenarios import load_scenario
    from simulator.costs import cost_lines

    scenario = load_scenario("coldbrew-launch").scenario
    levers = {line.lever for plan in scenario.plans.values() for line in cost_lines(scenario, plan)}
    table = page("docs/odd.md").split("## Appendix D")[1].split("\n## ")[0]
    assert [lever for lever in levers if f"| {lever} |" not in table] == []
    assert len(levers) == 4


def test_units_are_those_of_the_code() -> None:
    from simulator import arrays, draws

    text = page("docs/odd.md").split("## Appendix A")[1].split("\n## ")[0]
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    bits = [getattr(arrays, name) for name in dir(arrays) if name.endswith("_BITS")] + [draws.UNIT_BITS]
    assert [n for n in set(bits) if f"2{f'-{n}'.translate(raised)}" not in text] == []


# ----------------------------------------------------------------------------------------------- the language


def keys_of_the_language() -> list[tuple[str, str]]:
    models = [m for m in vars(schema).values() if isinstance(m, type) and issubclass(m, Part)]
    assert Scenario in models and len(models) > 40
    keys = [(m.__name__, key) for m in models for key in m.model_fields]
    return keys + [(model, key) for model, short in SHORTHANDS.items() for key in short]


def test_every_key_is_in_an_example() -> None:
    code = "\n".join(text for said, text in FENCE.findall(page("docs/scenario-guide.md")) if said)
    assert [(m, key) for m, key in keys_of_the_language() if not re.search(rf"\b{key}\b", code)] == []


def test_every_platform_is_listed() -> None:
    text = page("docs/scenario-guide.md")
    assert [platform for platform in Platform if f"`{platform}`" not in text] == []


@pytest.fixture
def guide(tmp_path: Path) -> tuple[str, Path]:
    """The pieces of the guide as one scenario, and a folder with the files that it names."""
    for said, text in FENCE.findall(page("docs/scenario-guide.md")):
        if said.startswith("csv title="):
            (tmp_path / said.removeprefix("csv title=")).write_text(text, "utf-8")
    return "\n".join(blocks("docs/scenario-guide.md", "toml")), tmp_path


def test_the_guide_is_a_scenario_that_runs(guide: tuple[str, Path]) -> None:
    from experiments import compare

    text, folder = guide
    loaded = load_text(text, base_dir=folder)
    answer = compare(loaded, replicates=2, seed=1)
    assert answer.plans["ads"]["awareness"].mean > answer.plans["nothing"]["awareness"].mean


@pytest.mark.parametrize("variant", range(len(blocks("docs/scenario-guide.md", "toml variant"))))
def test_the_guides_variants_are_scenarios(guide: tuple[str, Path], variant: int) -> None:
    text, folder = guide
    change = tomllib.loads(blocks("docs/scenario-guide.md", "toml variant")[variant])
    data: dict[str, Any] = tomllib.loads(text) | {key: part for key, part in change.items() if key != "plans"}
    for name, plan in change.get("plans", {}).items():
        data["plans"][name] = plan
    scenario_from_dict(data, base_dir=folder)


def test_a_graph_of_ones_own_is_read_as_the_guide_says(guide: tuple[str, Path]) -> None:
    from simulator.graph import read_graph

    graph = read_graph(guide[1] / "friends.csv")
    assert sorted(graph.labels.tolist()) == ["ann", "bob", "cem"]
    assert int((graph.strong_end - graph.indptr[:-1]).sum()) == 2


def test_unknown_keys_are_refused_as_the_guide_says(guide: tuple[str, Path]) -> None:
    text, folder = guide
    with pytest.raises(ScenarioError, match="not a key") as caught:
        load_text(text.replace("media_scale = 0.5", "media_scal = 0.5"), base_dir=folder)
    assert "did you mean “media_scale”?" in str(caught.value)


# ------------------------------------------------------------------------------------------------ all pages


def anchors(text: str) -> set[str]:
    """The anchors that headings get where pages are shown on the web."""
    heads = re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page(name))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (ROOT / name).parent / file if file else ROOT / name
        if not path.exists() or (anchor and anchor not in anchors(path.read_text("utf-8"))):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("name", OURS)
def test_lines_are_short_enough_to_read(name: str) -> None:
    assert [line for line in page(name).splitlines() if len(line) > 110] == []


@pytest.mark.parametrize("name", OURS)
def test_commands_in_the_pages_exist(name: str) -> None:
    from studio.cli import cli

    said = {words for text in (page(name),) for words in re.findall(r"(?:^|`)apath ([a-z]+)\b", text, re.MULTILINE)}
    assert said - set(cli.commands) == set()


def test_the_readmes_example_runs() -> None:
    said = io.StringIO()
    for code in blocks("README.md", "python"):
        with contextlib.redirect_stdout(said):
            exec(compile(code, "README.md", "exec"), {})
    assert "creators against baseline" in said.getvalue()


def test_the_readme_tells_the_share_of_assumptions() -> None:
    assumed = sum(parameter.grade == "assumption" for parameter in REGISTRY.values()) / len(REGISTRY)
    assert "Three quarters of its numbers are our assumptions" in page("README.md")
    assert 0.70 < assumed < 0.80


# ------------------------------------------------------------------------------------------ examples in the code


def modules() -> list[str]:
    names = []
    for package in PACKAGES:
        found = importlib.import_module(package)
        names += [package, *(module.name for module in pkgutil.walk_packages(found.__path__, f"{package}."))]
    return [name for name in names if not name.endswith(".__main__")]


@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings_are_true(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        pytest.skip(f"{name} cannot be imported here: {error}")
    monkeypatch.chdir(tmp_path)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0, said.getvalue()
