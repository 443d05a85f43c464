"""Who hears whom: the social graph of a market, generated, read from a file or taken from networkx.

    >>> from scenarios.schema import Graph
    >>> from simulator.draws import root_key
    >>> graph = generate_graph(Graph(kind="small-world", rewiring=0.0), n=100, seed=root_key(7))
    >>> graph.n_ties, graph.mean_degree
    (1200, 12.0)

Talk flows from a talker to its listeners, so rows belong to talkers. A strong tie counts before a weak one:
a pair that is linked in both ways is linked strongly.
"""

import math
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.schema import Graph
from scenarios.vocabulary import Tie
from simulator.blocks import block_ties
from simulator.generators import power_law_ties, scale_free_ties, small_world_ties
from simulator.graph_files import TIE_WORDS, GraphFileError, read_edge_list, read_graphml
from simulator.tie_rows import Ties, tie_rows

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "GraphFileError",
    "SocialGraph",
    "generate_graph",
    "graph_from_edges",
    "graph_from_networkx",
    "read_graph",
]

LARGEST_MARKET = 2**30 - 1
"""Consumers that fit in a graph: a listener and the kind of tie share 31 bits while rows are sorted."""


@dataclass(frozen=True, eq=False)
class SocialGraph:
    """Who hears whom, with close ties apart from loose ones.

    The listeners of talker ``j`` are ``listeners[indptr[j]:indptr[j + 1]]``: strong ties up to
    ``strong_end[j]``, weak ties after it, both ascending, nobody twice and nobody hearing themselves.

    Attributes:
        n: number of consumers.
        indptr: int64[n + 1], where each talker's row begins and ends.
        listeners: int32, row numbers of those who hear.
        strong_end: int64[n], where each talker's weak ties begin.
        n_heard: int32[n], how many others each consumer hears; n - 1 in a well-mixed market.
        labels: the user's node labels, int64 or objects; ``None`` where labels are row numbers.
        directed: hearing may be one-sided.
        well_mixed: everybody hears everybody, and no tie is stored.
        segment_names: the segment of each consumer, from the user's graph.
        listening: listening weight of each consumer, from the user's graph.
        reinforcement: talking ties that each consumer needs, from the user's graph.
        notes: what was recognised or dropped while reading.
    """

    n: int
    indptr: np.ndarray
    listeners: np.ndarray
    strong_end: np.ndarray
    n_heard: np.ndarray
    labels: np.ndarray | None = None
    directed: bool = False
    well_mixed: bool = False
    segment_names: list[str] | None = None
    listening: np.ndarray | None = None
    reinforcement: np.ndarray | None = None
    notes: tuple[str, ...] = ()

    @property
    def n_ties(self) -> int:
        """Stored ties from talkers to listeners: a mutual tie counts twice, a well-mixed market has none."""
        return len(self.listeners)

    @property
    def mean_degree(self) -> float:
        """How many others a consumer hears on average."""
        return float(self.n_heard.mean(dtype=np.float64)) if self.n else 0.0

    def density(self) -> float:
        """Say which share of all possible ties exists.

            >>> graph_from_edges([0, 1], [1, 2], n=3).density()
            0.6666666666666666

        Returns:
            Between 0 (nobody hears anybody) and 1 (everybody hears everybody else).
        """
        return self.mean_degree / (self.n - 1) if self.n > 1 else 0.0

    def permuted(self, order: np.ndarray | Sequence[int]) -> "SocialGraph":
        """Put the same people with the same ties in another order of rows.

            >>> graph = graph_from_edges([0], [1], n=3)
            >>> graph.permuted([2, 0, 1]).labels.tolist()
            [2, 0, 1]

        Args:
            order: the old row of each new row, each old row once. Labels go along, so that the old row
                numbers become the labels of a graph that had none.

        Raises:
            ValueError: if ``order`` is not a permutation of the rows.
        """
        order = np.asarray(order, np.int64)
        if order.shape != (self.n,) or not np.array_equal(np.sort(order), np.arange(self.n)):
            raise ValueError(f"order must hold each row number from 0 to {self.n - 1} once")
        new_row = np.empty(self.n, np.int32)
        new_row[order] = np.arange(self.n, dtype=np.int32)
        talkers, words = self._ties()
        # Rows already hold both directions of a mutual tie.
        renamed = new_row[talkers], 2 * new_row[words >> 1] + (words & 1)
        indptr, strong_end, listeners, n_heard, _ = tie_rows([renamed], n=self.n, both_ways=False)
        labels: np.ndarray | None = order if self.labels is None else self.labels[order]
        if labels is not None and labels.dtype == np.int64 and np.array_equal(labels, np.arange(self.n)):
            labels = None
        names = self.segment_names
        return SocialGraph(
            n=self.n,
            indptr=indptr,
            listeners=listeners,
            strong_end=strong_end,
            n_heard=self.n_heard[order] if self.well_mixed else n_heard,
            labels=labels,
            directed=self.directed,
            well_mixed=self.well_mixed,
            segment_names=None if names is None else [names[row] for row in order.tolist()],
            listening=None if self.listening is None else self.listening[order],
            reinforcement=None if self.reinforcement is None else self.reinforcement[order],
            notes=self.notes,
        )

    def to_networkx(self) -> "nx.Graph":
        """Hand the graph to networkx, for a drawing or for somebody else's tools.

            >>> sorted(graph_from_edges([0, 1], [1, 2], n=3).to_networkx().edges)
            [(0, 1), (1, 2)]

        Returns:
            A ``Graph``, or a ``DiGraph`` whose arrows point from talker to listener. Nodes carry labels and,
            where there are any, ``segment``, ``listening`` and ``reinforcement``; ties carry ``tie``.

        Raises:
            ValueError: for a well-mixed market, which has no ties to hand over.
        """
        import networkx as nx

        if self.well_mixed:
            raise ValueError("a well-mixed market has no ties to export; choose another kind of graph")
        graph = nx.DiGraph() if self.directed else nx.Graph()
        names: list[Any] = list(range(self.n)) if self.labels is None else self.labels.tolist()
        graph.add_nodes_from(names)
        for attribute, values in (
            ("segment", self.segment_names),
            ("listening", None if self.listening is None else self.listening.tolist()),
            ("reinforcement", None if self.reinforcement is None else self.reinforcement.tolist()),
        ):
            if values is not None:
                nx.set_node_attributes(graph, dict(zip(names, values, strict=True)), attribute)
        talkers, words = self._ties()
        tie_names = list(TIE_WORDS)
        graph.add_edges_from(
            (names[talker], names[word >> 1], {"tie": tie_names[word & 1]})
            for talker, word in zip(talkers.tolist(), words.tolist(), strict=True)
            if self.directed or talker < word >> 1
        )
        return graph

    def _ties(self) -> Ties:
        """Undo the rows: talkers, and words of listener and tie."""
        talkers = np.repeat(np.arange(self.n, dtype=np.int32), np.diff(self.indptr))
        weak = np.arange(self.n_ties) >= self.strong_end[talkers]
        return talkers, 2 * self.listeners + weak.astype(np.int32)


def generate_graph(
    spec: Graph,
    *,
    n: int,
    segment: np.ndarray | None = None,
    ties: np.ndarray | None = None,
    seed: np.uint64,
) -> SocialGraph:
    """Invent who knows whom in a market, as the scenario's graph section says.

        >>> from simulator.draws import root_key
        >>> halves = np.repeat([0, 1], 500).astype(np.uint8)
        >>> graph = generate_graph(Graph(), n=1000, segment=halves, ties=np.ones(2), seed=root_key(7))
        >>> 11.5 < graph.mean_degree < 12.5
        True

    The same seed gives the same bytes on every machine. The kinds and their sources are described in
    :mod:`simulator.blocks` and :mod:`simulator.generators`; only ``blocks`` looks at segments. ``small-world``
    ties neighbouring rows and ``scale-free`` has its hubs in the first rows, so segments should not depend on row
    numbers.

    Args:
        spec: the graph section of a scenario; ``strong_ties`` and ``weak_ties`` are means per consumer, and
            are cut to what ``n`` consumers allow.
        n: number of consumers.
        segment: uint8, number of each consumer's segment; left out: one segment.
        ties: relative number of ties of a member of each segment; left out: all alike.
        seed: root key of the world, from :func:`simulator.draws.root_key` or ``derive``.

    Raises:
        ValueError: if the kind is ``file``, or segments do not fit ``n`` and ``ties``.
    """
    _check_size(n)
    segment = np.zeros(n, np.uint8) if segment is None else np.ascontiguousarray(segment, np.uint8)
    if segment.shape != (n,):
        raise ValueError(f"segment must have one entry for each of {n} consumers, not {len(segment)}")
    n_segments = int(segment.max(initial=0)) + 1
    ties = np.ones(n_segments) if ties is None else np.ascontiguousarray(ties, np.float64)
    if len(ties) < n_segments:
        raise ValueError(f"ties has {len(ties)} entries, but there is a segment number {n_segments - 1}")
    if not (np.isfinite(ties) & (ties >= 0.0)).all():
        raise ValueError("ties must be finite and not negative")

    if spec.kind == "file":
        raise ValueError("a graph of kind 'file' is not generated; use read_graph")
    if spec.kind == "well-mixed":
        nobody = np.zeros(n, np.int64)
        return SocialGraph(
            n=n,
            indptr=np.zeros(n + 1, np.int64),
            listeners=np.empty(0, np.int32),
            strong_end=nobody,
            n_heard=np.full(n, max(n - 1, 0), np.int32),
            well_mixed=True,
        )
    strong = min(spec.strong_ties, max(n - 1.0, 0.0))
    weak = min(spec.weak_ties, max(n - 1.0, 0.0) - strong)
    if spec.kind == "blocks":
        return _blocks(spec, segment, ties, strong, weak, seed)
    if spec.kind == "small-world":
        made = small_world_ties(n=n, strong_ties=strong, weak_ties=weak, rewiring=spec.rewiring, seed=seed)
    elif spec.kind == "scale-free":
        made = scale_free_ties(n=n, strong_ties=strong, weak_ties=weak, seed=seed)
    else:
        made = power_law_ties(n=n, strong_ties=strong, weak_ties=weak, exponent=spec.exponent, seed=seed)
    return replace(_from_ties([made], n), notes=())


def _blocks(
    spec: Graph, segment: np.ndarray, ties: np.ndarray, strong: float, weak: float, seed: np.uint64
) -> SocialGraph:
    """Generate blocks, asking for more ties in markets so small that many coincide."""
    goal = np.array([strong, weak])
    aim = goal
    for _ in range(5):
        parts = block_ties(
            segment=segment,
            ties=ties,
            strong_ties=float(aim[Tie.STRONG]),
            weak_ties=float(aim[Tie.WEAK]),
            homophily=spec.homophily,
            spread=spec.spread,
            seed=seed,
        )
        graph = _from_ties(parts, len(segment))
        n_made = [len(talkers) for talkers, _ in parts]
        made = np.array([sum(n_made[:2]), sum(n_made[2:])])
        kept_strong = int((graph.strong_end - graph.indptr[:-1]).sum()) // 2
        kept = np.array([kept_strong, graph.n_ties // 2 - kept_strong])
        # The share that coincided, not the number of ties, is corrected: luck stays luck.
        yielded = np.where(made > 0, np.maximum(kept, 1) / np.maximum(made, 1), 1.0)
        if (aim * yielded >= 0.99 * goal).all():
            break
        aim = np.minimum(goal / yielded, 4.0 * goal)
    return replace(graph, notes=())


def graph_from_edges(
    sources: np.ndarray | Sequence[int],
    targets: np.ndarray | Sequence[int],
    *,
    n: int,
    strong: np.ndarray | Sequence[bool] | None = None,
    directed: bool = False,
    labels: np.ndarray | Sequence[Any] | None = None,
) -> SocialGraph:
    """Make a social graph from two columns of row numbers.

        >>> graph = graph_from_edges([0, 0, 1], [1, 2, 0], n=3)
        >>> graph.listeners.tolist(), graph.notes
        ([1, 2, 0, 0], ('1 duplicate dropped',))

    Args:
        sources: row number of one end of each tie; the talker in a directed graph.
        targets: row number of the other end; the listener in a directed graph.
        n: number of consumers.
        strong: whether each tie is strong; left out: all are. Of several ties between a pair the strong one
            counts.
        directed: the target hears the source, but not the other way round.
        labels: the user's name of each row, all different; left out: row numbers.

    Raises:
        ValueError: if the columns differ in length, or a row number or label is not possible.
    """
    _check_size(n)
    sources, targets = _row_numbers(sources, n), _row_numbers(targets, n)
    if len(sources) != len(targets):
        raise ValueError(f"{len(sources)} sources do not fit {len(targets)} targets")
    words = 2 * targets
    if strong is not None:
        strong = np.asarray(strong, bool)
        if strong.shape != sources.shape:
            raise ValueError(f"strong has {len(strong)} entries for {len(sources)} ties")
        words = words + ~strong
    names = None if labels is None else _label_array(labels)
    if names is not None and len(names) != n:
        raise ValueError(f"{len(names)} labels do not fit {n} consumers")
    if names is not None and len(set(names.tolist())) != n:
        raise ValueError("labels must be all different")
    return _from_ties([(sources, words.astype(np.int32))], n, directed=directed, labels=names)


def graph_from_networkx(graph: "nx.Graph") -> SocialGraph:
    """Take over any networkx graph, with its labels in the order of its nodes.

        >>> import networkx as nx
        >>> graph_from_networkx(nx.path_graph(["ann", "bob", "cem"])).labels.tolist()
        ['ann', 'bob', 'cem']

    Args:
        graph: a ``Graph``, ``DiGraph`` or multigraph; an arrow ``u -> v`` means that ``v`` hears ``u``. Ties
            may have an attribute ``tie``, ``strong`` (the default) or ``weak``. Nodes may have ``segment``,
            ``listening`` (0 or more) and ``reinforcement`` (a whole number from 1); if one has, all must.

    Raises:
        ValueError: if an attribute has an impossible value, or only some nodes have it.
    """
    nodes = list(graph)
    row_of = {node: row for row, node in enumerate(nodes)}
    sources, targets, weak = [], [], []
    for u, v, tie in graph.edges(data="tie", default="strong"):
        if tie not in TIE_WORDS:
            raise ValueError(f"the tie between {u!r} and {v!r} is {tie!r}; write 'strong' or 'weak'")
        sources.append(row_of[u])
        targets.append(row_of[v])
        weak.append(TIE_WORDS[tie])
    words = 2 * np.array(targets, np.int32) + np.array(weak, np.int32)
    segments = _node_values(graph, "segment", str)
    listening = _node_values(graph, "listening", _listening)
    reinforcement = _node_values(graph, "reinforcement", _reinforcement)
    return _from_ties(
        [(np.array(sources, np.int32), words)],
        len(nodes),
        directed=graph.is_directed(),
        labels=_label_array(nodes),
        segment_names=segments,
        listening=None if listening is None else np.array(listening, np.float64),
        reinforcement=None if reinforcement is None else np.array(reinforcement, np.int64),
    )


def read_graph(path: str | Path, *, directed: bool = False) -> SocialGraph:
    r"""Read who knows whom from a file, and say in ``notes`` what was recognised and dropped.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "friends.csv"
        ...     _ = file.write_text("source,target\nann,bob\nbob,cem\n")
        ...     graph = read_graph(file)
        >>> graph.labels.tolist(), graph.notes
        (['ann', 'bob', 'cem'], ('header line recognised',))

    An edge list has two names or numbers a line and perhaps the word ``strong`` or ``weak``, separated by
    spaces, tabs, commas or semicolons. Lines starting with ``#`` or ``%`` are skipped, and so is a first line
    of column names or one that gives the right number of nodes or ties. Rows are in ascending order of
    labels, as numbers if all of them are whole numbers. A name that ends in ``.graphml`` is read as GraphML,
    with the attributes described at :func:`graph_from_networkx`. Either may be packed with gzip.

    Args:
        path: the file.
        directed: of an edge list, the second of a line hears the first, but not the other way round.
            GraphML says this itself.

    Raises:
        GraphFileError: if it cannot be read; ``str(error)`` is ``path:line: what is wrong``.
    """
    if Path(path).name.lower().removesuffix(".gz").endswith(".graphml"):
        document = read_graphml(path)
        try:
            return graph_from_networkx(document)
        except ValueError as error:
            hint = "correct the attribute where the graph was made, and export it again"
            raise GraphFileError(str(path), None, str(error), hint) from error
    edges = read_edge_list(path)
    words = 2 * edges.targets if edges.strong is None else 2 * edges.targets + ~edges.strong
    return _from_ties(
        [(np.ascontiguousarray(edges.sources), words.astype(np.int32))],
        len(edges.labels),
        directed=directed,
        labels=edges.labels,
        notes=edges.notes,
    )


def _from_ties(
    parts: Sequence[Ties],
    n: int,
    *,
    directed: bool = False,
    notes: tuple[str, ...] = (),
    **attributes: Any,
) -> SocialGraph:
    indptr, strong_end, listeners, n_heard, n_loops = tie_rows(parts, n=n, both_ways=not directed)
    n_kept = len(listeners) if directed else len(listeners) // 2
    for count, word in ((n_loops, "loop"), (sum(len(talkers) for talkers, _ in parts) - n_loops - n_kept, "duplicate")):
        if count:
            notes = (*notes, f"{count:,} {word}{'s' * (count > 1)} dropped")
    return SocialGraph(n, indptr, listeners, strong_end, n_heard, directed=directed, notes=notes, **attributes)


def _check_size(n: int) -> None:
    if not 0 <= n <= LARGEST_MARKET:
        raise ValueError(f"a graph has 0 to {LARGEST_MARKET:,} consumers, not {n:,}")


def _row_numbers(values: np.ndarray | Sequence[int], n: int) -> np.ndarray:
    rows = np.asarray(values)
    if rows.ndim != 1 or (len(rows) and rows.dtype.kind not in "iu"):
        raise ValueError("sources and targets must be lists of row numbers")
    if len(rows) and (rows.min() < 0 or rows.max() >= n):
        raise ValueError(f"row numbers run from 0 to {n - 1}, not {rows.min()} to {rows.max()}")
    return np.ascontiguousarray(rows, np.int32)


def _label_array(labels: np.ndarray | Iterable[Any]) -> np.ndarray:
    """Labels as int64 if all are whole numbers, else as the objects they are."""
    labels = labels.tolist() if isinstance(labels, np.ndarray) else list(labels)
    if all(isinstance(label, int | np.integer) and not isinstance(label, bool) for label in labels) and all(
        -(2**63) <= label < 2**63 for label in labels
    ):
        return np.array(labels, np.int64)
    objects = np.empty(len(labels), object)
    for row, label in enumerate(labels):  # one by one: numpy would take tuples for another dimension
        objects[row] = label
    return objects


def _node_values(graph: "nx.Graph", attribute: str, convert: Any) -> list[Any] | None:
    """A node attribute of all nodes, or ``None`` if no node has it."""
    found = dict(graph.nodes(data=attribute))
    if all(value is None for value in found.values()):
        return None
    values = []
    for node, value in found.items():
        if value is None:
            raise ValueError(f"node {node!r} has no {attribute!r}, though other nodes have")
        try:
            values.append(convert(value))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{attribute!r} of node {node!r} is {value!r}; {error}") from error
    return values


def _listening(value: Any) -> float:
    message = "it must be a number from 0"
    try:
        weight = float(value)
    except (TypeError, ValueError) as error:
        raise ValueError(message) from error
    if not (math.isfinite(weight) and weight >= 0.0):
        raise ValueError(message)
    return weight


def _reinforcement(value: Any) -> int:
    message = "it must be a whole number from 1"
    try:
        ties = operator.index(value)
    except TypeError as error:
        raise ValueError(message) from error
    if ties < 1 or isinstance(value, bool):
        raise ValueError(message)
    return ties
