"""Reading who knows whom from files: edge lists in plain text, packed or not, and GraphML.

An edge list has one tie a line: two names or numbers, and if wanted the word ``strong`` or ``weak``, with
spaces, tabs, commas or semicolons between them. Lines that start with ``#`` or ``%`` are comments, and the
first line may be a header. :func:`simulator.graph.read_graph` turns the result into a social graph.
"""

import csv
import gzip
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.vocabulary import Tie
from simulator.compiling import PLAIN, compiled
from simulator.labels import number_rows

TIE_WORDS = {"strong": int(Tie.STRONG), "weak": int(Tie.WEAK)}
_STRONG, _WEAK = (np.frombuffer(word.encode(), np.uint8) for word in TIE_WORDS)

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_COLUMN_NAME = re.compile(
    r"source|target|from|to|src|dst|talker|listener|speaker|hearer|follower|followed|followee|ego|alter|head|tail"
    r"|(id|node|user|vertex|person|consumer|customer|source|target)[ _.-]?[12ab]"
    r"|(from|to|source|target|src|dst|head|tail)[ _.-]?(id|node|user|vertex|person|consumer|customer)",
    re.IGNORECASE,
)
_TIE_COLUMN_NAME = re.compile(r"tie|type|kind|strength|closeness", re.IGNORECASE)


class GraphFileError(ValueError):
    """A graph file cannot be read; says where, what is wrong and what to do about it.

    Attributes:
        path: the file as it was given.
        line: number of the line, from 1; ``None`` where the whole file is meant.
        problem: what is wrong.
        hint: what to do about it.
    """

    def __init__(self, path: str, line: int | None, problem: str, hint: str) -> None:
        self.path, self.line, self.problem, self.hint = path, line, problem, hint
        super().__init__(f"{path}: {problem}" if line is None else f"{path}:{line}: {problem}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.line, self.problem, self.hint)


@dataclass(frozen=True, eq=False)
class EdgeList:
    """The ties of a file, with consumers numbered in ascending order of their labels.

    Attributes:
        sources: row number of the first consumer of each line.
        targets: row number of the second one.
        strong: whether the tie is strong; ``None`` where the file does not say.
        labels: int64 or text, the label of each row.
        notes: what was recognised.
    """

    sources: np.ndarray
    targets: np.ndarray
    strong: np.ndarray | None
    labels: np.ndarray
    notes: tuple[str, ...]


def read_edge_list(path: str | Path) -> EdgeList:
    """Read an edge list, compiled for whole numbers and line by line for anything else.

    Args:
        path: text in UTF-8, may be packed with gzip.

    Raises:
        GraphFileError: if the file is missing, empty, not text, or has a line that is not a tie.
    """
    name = str(path)
    data = _read_bytes(name)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    notes: list[str] = []
    pairs, ties, stop = _scan_from(data, 0)
    if stop >= 0 and len(pairs) == 0:
        # The first line with anything on it is not a tie between numbers; perhaps it is a header.
        end = data.find(b"\n", stop) + 1 or len(data)
        if _names_columns(data[stop:end]):
            pairs, ties, stop = _scan_from(data, end)
            notes.append("header line recognised")
    if stop < 0 and len(pairs):
        return _from_numbers(pairs, ties, notes)
    return _read_lines(name, data)


def read_graphml(path: str | Path) -> Any:
    """Read GraphML as a networkx graph; nodes with whole numbers for names become numbers.

    Args:
        path: the file, may be packed with gzip.

    Raises:
        GraphFileError: if the file is missing, empty or not GraphML.
    """
    import io
    from xml.etree.ElementTree import ParseError

    import networkx as nx

    name = str(path)
    data = _read_bytes(name)
    hint = "export the graph as GraphML again, or as an edge list"
    try:
        graph = nx.read_graphml(io.BytesIO(data))
    except ParseError as error:
        raise GraphFileError(name, error.position[0], f"this is not XML ({error})", hint) from error
    except (nx.NetworkXError, KeyError, ValueError, StopIteration) as error:
        raise GraphFileError(name, None, f"this is not GraphML ({error})", hint) from error
    if all(_INTEGER.fullmatch(node) for node in graph):
        numbers = {node: int(node) for node in graph}
        if len(set(numbers.values())) == len(numbers):
            graph = nx.relabel_nodes(graph, numbers)
    return graph


def _read_bytes(name: str) -> bytes:
    path = Path(name)
    if path.is_dir():
        raise GraphFileError(name, None, "this is a folder, not a file", "name the file in the folder")
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        hint = "check the spelling; a path in a scenario starts from the scenario's folder"
        raise GraphFileError(name, None, "there is no such file", hint) from error
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror})"
        raise GraphFileError(name, None, problem, "check who may read it") from error
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            hint = "copy or pack it again"
            raise GraphFileError(name, None, "the packed file is damaged", hint) from error
    if data[:3] == b"\xef\xbb\xbf":  # the mark with which spreadsheets begin a text
        data = data[3:]
    if not data.strip():
        raise GraphFileError(name, None, "the file is empty", "write one tie per line, such as: 17,42")
    return data


def _scan_from(data: bytes, offset: int) -> tuple[np.ndarray, np.ndarray, int]:
    text = np.frombuffer(data, np.uint8)
    count, stop, pairs, ties = _scan_numbers(text, offset, data.count(b"\n", offset) + 1)
    return pairs[:count], ties[:count], stop


@compiled(**PLAIN)
def _scan_numbers(text: np.ndarray, offset: int, n_lines: int) -> tuple[int, np.int64, np.ndarray, np.ndarray]:
    """Parse lines of two whole numbers and perhaps a tie word, up to the first line that is neither.

    Returns the number of ties, the offset of the line that stopped it or -1, the numbers, and 0 for a strong
    tie, 1 for a weak one and 2 where nothing is said.
    """
    pairs = np.empty((n_lines, 2), np.int64)
    ties = np.empty(n_lines, np.uint8)
    end = len(text)
    count = 0
    at = np.int64(offset)
    while at < end:
        begin = at
        while at < end and (text[at] == 32 or text[at] == 9):
            at += 1
        if at < end and (text[at] == 35 or text[at] == 37):  # '#', '%'
            while at < end and text[at] != 10:
                at += 1
        if at == end or text[at] == 10:
            at += 1
            continue
        for column in range(2):
            negative = text[at] == 45
            if negative:
                at += 1
            digits = 0
            number = np.int64(0)
            while at < end and 48 <= text[at] <= 57:
                number = number * 10 + np.int64(text[at] - 48)
                digits += 1
                at += 1
            if digits == 0 or digits > 18:
                return count, begin, pairs, ties
            pairs[count, column] = -number if negative else number
            gap = at
            marks = 0
            while at < end and (text[at] == 32 or text[at] == 9 or text[at] == 44 or text[at] == 59):
                marks += text[at] == 44 or text[at] == 59
                at += 1
            if marks > 1 or (column == 0 and (gap == at or at == end)):
                return count, begin, pairs, ties
        tie = 2
        for word, letters in enumerate((_STRONG, _WEAK)):
            width = len(letters)
            if at + width <= end and (text[at : at + width] == letters).all():
                tie = word
                at += width
                break
        while at < end and (text[at] == 32 or text[at] == 9):
            at += 1
        if at < end and text[at] != 10:
            return count, begin, pairs, ties
        at += 1
        ties[count] = tie
        count += 1
    return count, np.int64(-1), pairs, ties


def _names_columns(line: bytes) -> bool:
    """Tell whether a line of at least two words, none of them a number, could head a list of numbers."""
    words = [word for word in re.split(rb"[\s,;]+", line.strip()) if word]
    return len(words) >= 2 and not any(re.search(rb"^-?[0-9.]+$", word) for word in words)


def _from_numbers(pairs: np.ndarray, ties: np.ndarray, notes: list[str]) -> EdgeList:
    """Number the rows, after setting aside a first line that gives the number of nodes and ties."""
    labels: np.ndarray | None = None
    if not notes and len(pairs) > 1 and ties[0] == 2 and not _named_again(pairs):
        labels, sources, targets = number_rows(pairs[1:])
        n_nodes, n_ties = pairs[0].tolist()
        if n_nodes == len(labels) or n_ties == len(pairs) - 1:
            notes.append(f"header line recognised: {n_nodes:,} nodes, {n_ties:,} ties")
            ties = ties[1:]
        else:
            labels = None
    if labels is None:
        labels, sources, targets = number_rows(pairs)
    # A tie is strong unless it is said to be weak.
    strong = ties != 1 if (ties != 2).any() else None
    return EdgeList(sources, targets, strong, labels, tuple(notes))


@compiled(**PLAIN)
def _named_again(pairs: np.ndarray) -> bool:
    """Tell whether a number of the first line comes up in a later one."""
    for e in range(1, len(pairs)):
        for end in range(2):
            if pairs[e, end] == pairs[0, 0] or pairs[e, end] == pairs[0, 1]:
                return True
    return False


def _read_lines(name: str, data: bytes) -> EdgeList:
    """Read any edge list, one line at a time, and complain about the first line that is not a tie."""
    if b"\0" in data:
        hint = "save it as plain text in UTF-8"
        raise GraphFileError(name, data[: data.index(b"\0")].count(b"\n") + 1, "this is not a text file", hint)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = data[: error.start].count(b"\n") + 1
        problem = f"byte {data[error.start]:#04x} is not UTF-8 text"
        raise GraphFileError(name, at, problem, "save the file as plain text in UTF-8") from error
    words: list[tuple[str, str]] = []
    ties: list[int] = []
    notes: list[str] = []
    separator: str | None = None
    first = True
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if not line or line[0] in "#%":
            continue
        if first:
            separator = next((mark for mark in ",;\t" if mark in line), None)
        fields = _split(line, separator)
        if first and _is_header(fields):
            notes.append("header line recognised")
            first = False
            continue
        first = False
        if len(fields) < 2:
            hint = "write two names or numbers, such as: 17,42"
            raise GraphFileError(name, number, f"there is only one word, {_quoted(line)}", hint)
        if not fields[0] or not fields[1]:
            raise GraphFileError(name, number, "one of the two names is missing", "write two names or numbers")
        tie = 2
        if len(fields) > 2 and fields[2]:
            tie = TIE_WORDS.get(fields[2].lower(), -1)
            if tie < 0:
                problem = f"{_quoted(fields[2])} is not a kind of tie"
                hint = "write strong or weak, or nothing; put commas between names that contain spaces"
                raise GraphFileError(name, number, problem, hint)
        if len(fields) > 3 and any(fields[3:]):
            problem = f"there are {len(fields)} words where two or three are expected"
            raise GraphFileError(name, number, problem, "keep two names and perhaps strong or weak")
        words.append((fields[0], fields[1]))
        ties.append(tie)
    if not words:
        hint = "write one tie per line, such as: 17,42"
        raise GraphFileError(name, None, "there is no tie in the file", hint)

    def numeric(pair: tuple[str, str]) -> bool:
        return all(_INTEGER.fullmatch(word) is not None for word in pair)

    words_first = not notes and len(words) > 1 and not any(map(_INTEGER.fullmatch, words[0]))
    if words_first and all(map(numeric, words[1:])):
        notes.append("header line recognised")
        words, ties = words[1:], ties[1:]
    tie_of = np.array(ties, np.uint8)
    if all(map(numeric, words)):
        return _from_numbers(np.array([(int(a), int(b)) for a, b in words]), tie_of, notes)
    labels = sorted({word for pair in words for word in pair})
    row_of = {label: row for row, label in enumerate(labels)}
    rows = np.array([(row_of[a], row_of[b]) for a, b in words], np.int32)
    strong = tie_of != 1 if (tie_of != 2).any() else None
    return EdgeList(rows[:, 0], rows[:, 1], strong, np.array(labels, dtype=object), tuple(notes))


def _is_header(fields: list[str]) -> bool:
    names = len(fields) > 1 and all(map(_COLUMN_NAME.fullmatch, fields[:2]))
    return bool(names or (len(fields) > 2 and _TIE_COLUMN_NAME.fullmatch(fields[2])))


def _split(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return line.split()
    fields = next(csv.reader([line], delimiter=separator)) if '"' in line else line.split(separator)
    return [field.strip() for field in fields]


def _quoted(word: str) -> str:
    return repr(word if len(word) <= 40 else word[:37] + "...")
