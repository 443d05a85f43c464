"""Published networks on which seeds are chosen, and what an earlier program of the same method reached on them."""

from dataclasses import dataclass
from pathlib import Path

from calibration.studies.data import data_file
from experiments.seeding.arcs import Model
from simulator.graph import SocialGraph, read_graph


@dataclass(frozen=True)
class Network:
    """One published network.

    Attributes:
        name: as it is known.
        file: below the folder of data.
        directed: ties are one-sided.
        told: what it is.
    """

    name: str
    file: str
    directed: bool
    told: str

    @property
    def path(self) -> Path | None:
        """Where it lies on this machine; None where it is absent."""
        return data_file(self.file)

    def read(self) -> SocialGraph:
        """The network; its file must be there."""
        if self.path is None:
            raise FileNotFoundError(self.file)
        return read_graph(self.path, directed=self.directed)


NETHEPT = Network("NetHEPT", "graphs/nethept_hep.txt", False, "co-authors in physics")
FACEBOOK = Network("Facebook", "graphs/facebook_combined.txt", False, "friends of ten people")
WIKI_VOTE = Network("wiki-Vote", "graphs/wiki-Vote.txt", True, "votes for administrators")
GITHUB = Network("GitHub", "graphs/github_edges.csv.gz", False, "developers who follow each other")
LASTFM = Network("LastFM", "graphs/lastfm_asia_edges.csv", False, "friends among listeners")
NETWORKS = (NETHEPT, FACEBOOK, WIKI_VOTE, GITHUB, LASTFM)


@dataclass(frozen=True)
class Reference:
    """What was reached before, with 50 seeds.

    Attributes:
        network: on which.
        model: ``wc`` or ``ic``.
        p: chance of ``ic``.
        spread: by cascades that were played.
        upper: bound on the best.
        certificate: proved share of the best.
        degree: spread of the 50 best connected.
    """

    network: Network
    model: Model
    p: float | None
    spread: float
    upper: float
    certificate: float
    degree: float


REFERENCES = (
    Reference(NETHEPT, "wc", None, 967.8, 1306, 0.73, 848),
    Reference(NETHEPT, "ic", 0.01, 72.0, 79.4, 0.89, 72.0),
    Reference(NETHEPT, "ic", 0.1, 968.8, 1117, 0.83, 795),
    Reference(FACEBOOK, "wc", None, 1219.6, 1432, 0.84, 1002),
    Reference(FACEBOOK, "ic", 0.01, 434.8, 534, 0.80, 377),
    Reference(WIKI_VOTE, "wc", None, 672.9, 867, 0.77, 638),
    Reference(WIKI_VOTE, "ic", 0.01, 276.7, 345, 0.78, 268),
    Reference(GITHUB, "wc", None, 14_206, 15_677, 0.90, 14_173),
    Reference(GITHUB, "ic", 0.01, 1180, 1395, 0.81, 1179),
    Reference(LASTFM, "wc", None, 1857, 2367, 0.77, 1669),
    Reference(LASTFM, "ic", 0.01, 102.0, 119, 0.82, 101.6),
)
"""By a program of our own that was thrown away; it had no rules of thumb beside the search."""
