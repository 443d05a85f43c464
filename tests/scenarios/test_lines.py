"""Every value of a file is found again in the line where it was written."""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.lines import Path, line_of, lines_of_json, lines_of_toml

pytestmark = pytest.mark.core

TEXT = '''\
# a comment with [brackets] and = signs
name = "x"  # and "quotes" # twice
"quoted.key" = 1
'literal key'.inner = 2
a.b.c = 3
many = [
  1,  # one, ]
  2, [3,
  4],
  { k = 5, "l m" = [6, 7] },
]
long = """
  three " lines, "" with [odd] = text
"""""
raw = \'\'\'
it's 'here'
\'\'\'
escaped = "a \\" ] # b"
[table.sub]   # header comment
x = { y = { z = 1 }, w = "}" }
[[lists.of]]
first = 1
[[lists.of.deep]]
n = 1
[[lists.of.deep]]
n = 2
[lists.of.once]
m = 1
[[lists.of]]
first = 2
[ spaced . "out" ]
when = 2027-01-04 08:30:00
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("quoted.key",), 3),
        (("literal key", "inner"), 4),
        (("a", "b"), 5),
        (("a", "b", "c"), 5),
        (("many",), 6),
        (("many", 0), 7),
        (("many", 1), 8),
        (("many", 2), 8),
        (("many", 2, 0), 8),
        (("many", 2, 1), 9),
        (("many", 3, "k"), 10),
        (("many", 3, "l m", 1), 10),
        (("long",), 12),
        (("raw",), 15),
        (("escaped",), 18),
        (("table",), 19),
        (("table", "sub"), 19),
        (("table", "sub", "x", "y", "z"), 20),
        (("lists", "of", 0), 21),
        (("lists", "of", 0, "deep", 0, "n"), 24),
        (("lists", "of", 0, "deep", 1, "n"), 26),
        (("lists", "of", 0, "once", "m"), 28),
        (("lists", "of", 1, "first"), 30),
        (("spaced", "out", "when"), 32),
    ],
)
def test_a_path_is_found_in_its_line(path: Path, line: int) -> None:
    tomllib.loads(TEXT)
    assert lines_of_toml(TEXT)[path] == line


def test_what_was_not_written_is_looked_for_in_the_nearest_part_around_it() -> None:
    lines = lines_of_toml(TEXT)
    assert line_of(lines, ("table", "sub", "missing", "deeper")) == 19
    assert line_of(lines, ("nowhere",)) == 0


def test_windows_line_ends_count_once() -> None:
    assert lines_of_toml(TEXT.replace("\n", "\r\n")) == lines_of_toml(TEXT)


def leaves(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, (*path, key))]
    if isinstance(value, list):
        return [leaf for place, inner in enumerate(value) for leaf in leaves(inner, (*path, place))]
    return [(path, value)]


KEYS = st.one_of(
    st.text("abcXYZ019_-", min_size=1, max_size=4),
    st.text("ab .#=[]{}'\"\\\té", max_size=4),
)
TEXTS = st.text("ab #=[]{}',\"\\\n\té", max_size=8)
SCALARS = st.one_of(st.integers(-99, 99), st.booleans(), st.floats(allow_nan=False, width=16), TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
TREES = st.dictionaries(KEYS, st.one_of(VALUES, st.dictionaries(KEYS, VALUES, max_size=3)), max_size=4)


class Writer:
    """Writes a tree as TOML in one of many layouts, as a person or a program might."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one_of(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def blank(self) -> str:
        return self.one_of("", "", " ", "\t ")

    def gap(self) -> str:
        """Between entries of a list, where line ends and comments are allowed."""
        return self.one_of("", "", " ", "\n", "\n\n  ", ' # it\'s [a] "comment", = {\n')

    def key(self, key: str) -> str:
        if key and key.isascii() and all(c.isalnum() or c in "_-" for c in key) and self.draw(st.booleans()):
            return key
        if "'" not in key and self.draw(st.booleans()):
            return f"'{key}'"
        return json.dumps(key, ensure_ascii=self.draw(st.booleans()))

    def text(self, text: str) -> str:
        style = self.one_of("basic", "basic", "literal", "long", "raw")
        if style == "literal" and "'" not in text and "\n" not in text:
            return f"'{text}'"
        if style == "raw" and "'" not in text:
            return f"'''\n{text}'''" if self.draw(st.booleans()) else f"'''{text.lstrip()}'''"
        if style == "long":
            escaped = text.replace("\\", "\\\\").replace('"""', '""\\"')
            if escaped.endswith('"'):
                escaped = escaped[:-1] + '\\"'
            return f'"""\n{escaped}"""'
        return json.dumps(text, ensure_ascii=False)

    def value(self, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            entries = [self.gap() + self.value(entry) + self.gap() for entry in value]
            tail = self.one_of("", ",") if entries else ""
            return "[" + ",".join(entries) + tail + self.gap() + "]"
        if isinstance(value, dict):
            pairs = [f"{self.blank()}{self.key(k)} = {self.value(v)}{self.blank()}" for k, v in value.items()]
            return "{" + ",".join(pairs) + "}"
        return repr(value)

    def tree(self, tree: dict[str, Any]) -> str:
        top, tables = [], []
        for key, value in tree.items():
            end = self.one_of("", " # comment", "\t", "\n") + "\n"
            if isinstance(value, dict) and value and self.draw(st.booleans()):
                name = self.key(key)
                body = [f"{self.blank()}{self.key(k)} ={self.blank()}{self.value(v)}{end}" for k, v in value.items()]
                tables.append(f"[{self.blank()}{name}{self.blank()}]{end}" + "".join(body))
            elif isinstance(value, dict) and value and self.draw(st.booleans()):
                name = self.key(key)
                top += [f"{name}{self.blank()}.{self.key(k)} = {self.value(v)}{end}" for k, v in value.items()]
            elif isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
                for entry in value:
                    body = [f"{self.key(k)} = {self.value(v)}{end}" for k, v in entry.items()]
                    tables.append(f"[[{self.key(key)}]]{end}" + "".join(body))
            else:
                top.append(f"{self.key(key)} = {self.value(value)}{end}")
        return "".join(top + tables)


@st.composite
def toml_texts(draw: st.DrawFn) -> str:
    return Writer(draw).tree(draw(TREES))


def is_shown(path: Path, value: Any, row: str) -> bool:
    """Whether a line shows the key or the value that it stands for."""
    keys = [str(key) for key in path if isinstance(key, str)]
    forms = [
        form for key in keys[-1:] for form in (key, json.dumps(key)[1:-1], json.dumps(key, ensure_ascii=False)[1:-1])
    ]
    forms += [str(value), str(value).lower(), json.dumps(value, ensure_ascii=False)]
    if isinstance(value, str):
        forms += ["'", '"']
    return any(form in row for form in forms)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(toml_texts())
def test_every_value_that_the_reader_finds_has_a_line_that_shows_it(text: str) -> None:
    found = tomllib.loads(text)
    lines = lines_of_toml(text)
    rows = text.split("\n")
    for path, value in leaves(found):
        assert path in lines, (path, text)
        assert is_shown(path, value, rows[lines[path] - 1]), (path, value, lines[path], text)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TREES, st.sampled_from([None, 1]), st.booleans())
def test_every_value_of_a_json_file_has_a_line_that_shows_it(
    tree: dict[str, Any], indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_only)
    lines = lines_of_json(text)
    rows = text.split("\n")
    for path, value in leaves(json.loads(text)):
        assert is_shown(path, value, rows[lines[path] - 1]), (path, value)
