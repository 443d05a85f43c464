"""Reading graphs from files: what is recognised, what is dropped, and what every mistake is told."""

import gzip
import os
import pickle
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.graph import GraphFileError, SocialGraph, read_graph
from simulator.graph_files import _read_lines

pytestmark = pytest.mark.core


def public_graph(name: str) -> Path:
    """A published graph from the data folder, which lies beside the repository or where APATH_DATA says."""
    folders = [parent / "shared" / "data" for parent in Path(__file__).resolve().parents]
    if "APATH_DATA" in os.environ:
        folders.insert(0, Path(os.environ["APATH_DATA"]))
    for folder in folders:
        if (folder / "graphs" / name).is_file():
            return folder / "graphs" / name
    pytest.skip(f"graphs/{name} is not in the data folder; set APATH_DATA to where it is")


def ties(graph: SocialGraph) -> set[tuple]:
    """Ties by label; each mutual tie once."""
    return {
        (u, v, tie) if graph.directed else (*sorted((u, v)), tie) for u, v, tie in graph.to_networkx().edges(data="tie")
    }


@pytest.fixture
def written(tmp_path):
    def write(content: str | bytes, name: str = "ties.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


# ------------------------------------------------------------------------------------- published graphs


@pytest.mark.parametrize(
    ("name", "n", "n_ties", "directed", "notes"),
    [
        ("facebook_combined.txt", 4039, 2 * 88_234, False, ()),
        (
            "nethept_hep.txt",
            15_233,
            62_752,
            False,
            (
                "header line recognised: 15,233 nodes, 58,891 ties",
                "39 loops dropped",
                "27,476 duplicates dropped",
            ),
        ),
        ("lastfm_asia_edges.csv", 7624, 2 * 27_806, False, ("header line recognised",)),
        ("github_edges.csv.gz", 37_700, 2 * 289_003, False, ("header line recognised",)),
        ("wiki-Vote.txt", 7115, 103_689, True, ()),
    ],
)
def test_published_graphs_have_their_published_size(name, n, n_ties, directed, notes):
    graph = read_graph(public_graph(name), directed=directed)
    assert (graph.n, graph.n_ties, graph.directed, graph.notes) == (n, n_ties, directed, notes)
    assert graph.labels.dtype == np.int64 and (np.diff(graph.labels) > 0).all()
    assert (graph.strong_end == graph.indptr[1:]).all()


def test_networkx_reads_the_same_votes():
    path = public_graph("wiki-Vote.txt")
    expected = nx.read_edgelist(path, create_using=nx.DiGraph, nodetype=int)
    graph = read_graph(path, directed=True)
    assert set(graph.to_networkx().edges) == set(expected.edges)
    in_degree = dict(expected.in_degree())
    assert graph.n_heard.tolist() == [in_degree[label] for label in graph.labels.tolist()]


# ------------------------------------------------------------------------------------------- recognised


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [" ", "\t", ",", ";", ", ", "   "])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("names", [("1", "2", "10"), ("ann", "bob", "cem")])
def test_separators_line_ends_and_packing(written, end, separator, packed, names):
    a, b, c = names
    lines = ["# a comment", "", f"{a}{separator}{b}", f"  {b}{separator}{c} ", "% another", ""]
    content = end.join(lines).encode()
    graph = read_graph(written(gzip.compress(content, mtime=0) if packed else content))
    labels = [int(name) for name in names] if a == "1" else list(names)
    assert graph.labels.tolist() == labels and graph.notes == ()
    assert ties(graph) == {(labels[0], labels[1], "strong"), (labels[1], labels[2], "strong")}


def test_whole_numbers_are_sorted_as_numbers_and_names_as_text(written):
    assert read_graph(written("10 9\n-3 100\n")).labels.tolist() == [-3, 9, 10, 100]
    assert read_graph(written("10 9\nx 100\n")).labels.tolist() == ["10", "100", "9", "x"]
    assert read_graph(written("1 999999999999999999\n")).labels.tolist() == [1, 999999999999999999]
    long = "123456789012345678901234567890"
    assert read_graph(written(f"1 {long}\n")).labels.tolist() == ["1", long]


@pytest.mark.parametrize(
    "header",
    [
        "source,target",
        "id_1,id_2",
        "Source,Target,tie",
        '"from","to"',
        "node_1,node_2",
        "user_id,friend_id",
        "u,v",
    ],
)
def test_a_line_of_words_above_numbers_is_a_header(written, header):
    graph = read_graph(written(f"# comment\n{header}\n1,2\n2,3\n"))
    assert graph.labels.tolist() == [1, 2, 3] and graph.notes == ("header line recognised",)


def test_known_column_names_above_names_are_a_header_and_others_are_people(written):
    graph = read_graph(written("Source,Target\nann,bob\n"))
    assert graph.labels.tolist() == ["ann", "bob"] and graph.notes == ("header line recognised",)
    graph = read_graph(written("dora,emil\nann,bob\n"))
    assert graph.labels.tolist() == ["ann", "bob", "dora", "emil"] and graph.notes == ()


@pytest.mark.parametrize(
    ("first", "recognised"),
    [("4 3", True), ("4 99", True), ("77 3", True), ("77 99", False), ("1 3", False), ("2 9", False)],
)
def test_a_first_line_of_counts_is_a_header_only_if_it_counts_right(written, first, recognised):
    graph = read_graph(written(f"{first}\n0 1\n1 2\n2 6\n"))
    assert graph.notes == ((f"header line recognised: {first.split()[0]} nodes, {first.split()[1]} ties",) * recognised)
    assert (graph.labels.tolist() == [0, 1, 2, 6]) == recognised


def test_the_third_column_says_how_close_a_tie_is(written):
    expected = {(1, 2, "strong"), (2, 3, "weak"), (3, 4, "strong"), (1, 4, "weak")}
    content = "1,2,strong\n2,3,weak\n3,4\n4,1,weak\n"
    assert ties(read_graph(written(content))) == expected
    assert ties(read_graph(written("a,b,tie\n" + content.replace("weak", "Weak")))) == expected
    words = read_graph(written("source target tie\nann bob weak\nbob cem strong\ncem bob weak\n"))
    assert ties(words) == {("ann", "bob", "weak"), ("bob", "cem", "strong")}
    assert words.notes == ("header line recognised", "1 duplicate dropped")


def test_of_several_ties_the_strong_one_counts_and_loops_are_dropped(written):
    graph = read_graph(written("1 2 weak\n2 1 strong\n1 1\n1 2 weak\n"))
    assert ties(graph) == {(1, 2, "strong")}
    assert graph.notes == ("1 loop dropped", "2 duplicates dropped")


def test_a_directed_line_says_who_is_heard_by_whom(written):
    graph = read_graph(written("star,fan\nstar,other\n"), directed=True)
    assert graph.n_heard.tolist() == [1, 1, 0] and ties(graph) == {
        ("star", "fan", "strong"),
        ("star", "other", "strong"),
    }


def test_names_with_spaces_quotes_accents_and_a_mark_at_the_start(written):
    content = '\ufeffsource,target\nZoë Ångström,"Smith, Ann"\n"Smith, Ann",Bob\n'
    assert read_graph(written(content)).labels.tolist() == ["Bob", "Smith, Ann", "Zoë Ångström"]
    assert read_graph(written("\ufeff1,2\n")).labels.tolist() == [1, 2]


@settings(max_examples=100, deadline=None)
@given(
    pairs=st.lists(st.tuples(st.integers(-50, 50), st.integers(-(10**17), 10**17)), min_size=1, max_size=30),
    words=st.lists(st.sampled_from(["", "strong", "weak"]), min_size=30, max_size=30),
    separator=st.sampled_from([",", ";", "\t"]),
)
def test_the_compiled_reader_agrees_with_the_line_reader(tmp_path_factory, pairs, words, separator):
    lines = [separator.join([str(u), str(v), *([w] if w else [])]) for (u, v), w in zip(pairs, words, strict=False)]
    path = tmp_path_factory.mktemp("ties") / "ties.txt"
    path.write_text("\n".join(lines))
    graph = read_graph(path)
    slow = _read_lines(str(path), path.read_bytes())
    assert graph.labels.tolist() == slow.labels.tolist()
    labels = slow.labels[np.stack([slow.sources, slow.targets], axis=1)]
    strong = np.ones(len(labels), bool) if slow.strong is None else slow.strong
    expected: dict[tuple[int, int], bool] = {}
    for (u, v), close in zip(labels.tolist(), strong.tolist(), strict=True):
        if u != v:
            expected[min(u, v), max(u, v)] = expected.get((min(u, v), max(u, v)), False) or close
    assert ties(graph) == {(u, v, "strong" if close else "weak") for (u, v), close in expected.items()}


# --------------------------------------------------------------------------------------------- GraphML


@pytest.mark.parametrize("name", ["g.graphml", "g.GraphML", "g.graphml.gz"])
@pytest.mark.parametrize("directed", [False, True])
def test_graphml_brings_ties_and_attributes(tmp_path, name, directed):
    source = (nx.DiGraph if directed else nx.Graph)()
    for node, segment in ((30, "young"), (4, "old"), (17, "old")):
        source.add_node(node, segment=segment, listening=node / 4, reinforcement=1 + node % 3)
    source.add_edge(30, 4, tie="weak")
    source.add_edge(4, 17)
    path = tmp_path / name
    nx.write_graphml(source, path)
    if name.endswith(".gz"):
        assert path.read_bytes()[:2] == b"\x1f\x8b"
    graph = read_graph(path)
    assert graph.labels.tolist() == [30, 4, 17] and graph.directed == directed
    assert graph.segment_names == ["young", "old", "old"]
    assert graph.listening.tolist() == [7.5, 1.0, 4.25] and graph.reinforcement.tolist() == [1, 2, 3]
    pair = (30, 4, "weak") if directed else (4, 30, "weak")
    assert ties(graph) == {pair, (4, 17, "strong")}


def test_graphml_keeps_names_that_are_not_all_numbers(tmp_path):
    nx.write_graphml(nx.path_graph(["n0", "1", "n2"]), tmp_path / "g.graphml")
    assert read_graph(tmp_path / "g.graphml").labels.tolist() == ["n0", "1", "n2"]


# -------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("content", "line", "problem", "hint"),
    [
        ("1 2\n3\n4 5\n", 2, "there is only one word, '3'", "write two names or numbers"),
        ("# all\n\nann,bob\ncem\n", 4, "there is only one word, 'cem'", "write two names or numbers"),
        ("lonely\n1,2\n", 1, "there is only one word, 'lonely'", "write two names or numbers"),
        ("1,2\n,3\n", 2, "one of the two names is missing", "write two names or numbers"),
        ("1,2\n1,,3\n", 2, "one of the two names is missing", "write two names or numbers"),
        ("1 2 strong\n2 3 close\n", 2, "'close' is not a kind of tie", "write strong or weak"),
        ("1 2 0.5\n2 3 0.7\n", 1, "'0.5' is not a kind of tie", "write strong or weak"),
        ("1,2,weak,2020\n", 1, "there are 4 words where two or three are expected", "keep two names"),
        (b"ann,bob\nZo\xeb,bob\n", 2, "byte 0xeb is not UTF-8 text", "UTF-8"),
        (b"1 2\n\x00\x01\x02", 2, "this is not a text file", "UTF-8"),
        ("1 2\n" + "x" * 90 + "\n", 2, f"there is only one word, '{'x' * 37}...'", "write two names"),
        ("", None, "the file is empty", "one tie per line"),
        (" \n\n", None, "the file is empty", "one tie per line"),
        ("# only a comment\n", None, "there is no tie in the file", "one tie per line"),
        ("source,target\n", None, "there is no tie in the file", "one tie per line"),
        (b"\x1f\x8b broken", None, "the packed file is damaged", "again"),
        (gzip.compress(b"1 2\n" * 99, mtime=0)[:-9], None, "the packed file is damaged", "again"),
    ],
)
def test_every_mistake_is_told_with_its_line(written, content, line, problem, hint):
    path = written(content)
    with pytest.raises(GraphFileError) as caught:
        read_graph(path)
    error = caught.value
    assert (error.path, error.line, error.problem) == (str(path), line, problem)
    assert hint in error.hint
    assert str(error) == f"{path}: {problem}" if line is None else f"{path}:{line}: {problem}"
    assert isinstance(error, ValueError)
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.path, copy.line, copy.problem, copy.hint) == (error.path, line, problem, error.hint)


@pytest.mark.parametrize("name", ["nowhere.csv", "nowhere.graphml"])
def test_a_missing_file_is_told(tmp_path, name):
    with pytest.raises(GraphFileError, match=r"nowhere\.\w+: there is no such file") as caught:
        read_graph(tmp_path / name)
    assert caught.value.line is None and caught.value.hint


def test_a_folder_is_told(tmp_path):
    with pytest.raises(GraphFileError, match="this is a folder, not a file"):
        read_graph(tmp_path)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("<graphml>\n<graph>\n</oops>\n", 3, "this is not XML"),
        ("1 2\n3 4\n", 1, "this is not XML"),
        ("<html></html>\n", None, "this is not GraphML"),
        ("", None, "the file is empty"),
    ],
)
def test_broken_graphml_is_told(written, content, line, words):
    with pytest.raises(GraphFileError, match=words) as caught:
        read_graph(written(content, "broken.graphml"))
    assert caught.value.line == line


def test_impossible_attributes_in_graphml_are_told(tmp_path):
    source = nx.path_graph(2)
    source.edges[0, 1]["tie"] = "close"
    nx.write_graphml(source, tmp_path / "g.graphml")
    with pytest.raises(GraphFileError, match="the tie between 0 and 1 is 'close'"):
        read_graph(tmp_path / "g.graphml")
