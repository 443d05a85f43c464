"""A real friendship network as the market of a scenario, from the file to the answer."""

import os
import shutil
from pathlib import Path

import pytest

from experiments import QuestionError, compare
from scenarios import load_scenario
from simulator.graph import read_graph
from simulator.world import build_world

pytestmark = pytest.mark.core

FRIENDS = "facebook_combined.txt"
SCENARIO = f"""
name = "friends"
start = 2027-01-04
weeks = 8

[market]
size = 400_000

[graph]
kind = "file"
file = "{FRIENDS}"

[segments.everyone]
share = 1.0
buys_every_days = 20
channels = {{ instagram = 0.7 }}

[channels.instagram]
platform = "instagram"

[brand]
price = 5.0

[plans.baseline.media.instagram]
weekly = 20_000

[plans.hubs]
as = "baseline"

[[plans.hubs.seeding]]
strategy = "highest-degree"
people = 4_000
unit_cost = 5.0
"""


def friends_file() -> Path:
    """The ego-Facebook friendships, which lie outside the project."""
    folders = [Path(os.environ["APATH_DATA"])] if "APATH_DATA" in os.environ else []
    folders += [parent / "shared" / "data" for parent in Path(__file__).resolve().parents]
    for folder in folders:
        if (folder / "graphs" / FRIENDS).is_file():
            return folder / "graphs" / FRIENDS
    pytest.skip(f"{FRIENDS} is not on this machine")


def test_the_friendship_network_is_a_market(tmp_path: Path) -> None:
    shutil.copy(friends_file(), tmp_path / FRIENDS)
    (tmp_path / "friends.toml").write_text(SCENARIO)
    loaded = load_scenario(tmp_path / "friends.toml")
    assert loaded.graph_path is not None
    world = build_world(loaded.scenario, seed=1, graph=read_graph(loaded.graph_path))
    assert (world.n, world.graph.n_ties) == (4_039, 2 * 88_234)

    answer = compare(loaded, replicates=8, seed=1, uncertainty="luck")
    provenance = answer.to_json()["provenance"]
    assert provenance["given_graph"]
    assert provenance["consumers"] == 4_039
    assert provenance["weight"] == pytest.approx(400_000 / 4_039)
    # Samples for the 40 best connected of a dense network are surely heard of.
    assert answer.pair("baseline", "hubs", "customers").verdict == "ahead"


def test_a_network_larger_than_the_market_is_refused(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("1,2\n2,3\n")
    text = SCENARIO.replace(FRIENDS, "few.csv").replace("400_000", "2").replace("people = 4_000", "people = 1")
    (tmp_path / "few.toml").write_text(text)
    with pytest.raises(QuestionError, match="the network has 3 consumers, more than the 2 people in the market"):
        compare(load_scenario(tmp_path / "few.toml"), replicates=1)
