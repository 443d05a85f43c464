r"""In which line of a file each value was written, so that a problem can point at it.

    >>> lines_of_toml("[market]\nsize = 100  # people\n")[("market", "size")]
    2

The text must already have been accepted by the real reader (``tomllib`` or ``json``): the scanner only
follows the layout and leaves the meaning of values to it.
"""

import json
import re
import tomllib

Path = tuple[str | int, ...]
"""The way to a value: keys of tables, and places in lists from 0."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_TOML_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_TOML_SCALAR = re.compile(r"[^,\]}#\n]*")
_JSON_BLANK = re.compile(r"[ \t\r\n]*")
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_JSON_SCALAR = re.compile(r"[^,\]}\s]*")


def lines_of_toml(text: str) -> dict[Path, int]:
    """The line of every table, key and list entry of a TOML text, counted from 1."""
    scanner = _Toml(text)
    scanner.document()
    return scanner.lines


def lines_of_json(text: str) -> dict[Path, int]:
    """The line of every key and list entry of a JSON text, counted from 1."""
    scanner = _Json(text)
    scanner.value(())
    return scanner.lines


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of a value, or of the nearest part around it that was written; 0 for the whole file."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return 0


class _Scanner:
    """A place in a text, and the lines noted so far."""

    blank = _TOML_BLANK

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._counted_to = 0
        self._line = 1

    def note(self, path: Path) -> None:
        """Remember the present line for a path, unless an earlier one is known."""
        self._line += self.text.count("\n", self._counted_to, self.at)
        self._counted_to = self.at
        self.lines.setdefault(path, self._line)

    def skip(self) -> str:
        """Step over blanks and comments; the character that follows, or nothing at the end."""
        match = self.blank.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def take(self, pattern: re.Pattern[str]) -> str:
        """Step over what a pattern matches here, and return it."""
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"unexpected text at {self.at}")
        self.at = match.end()
        return match.group()

    def entries(self, path: Path, close: str) -> None:
        """A list, from its opening bracket: the line of each entry."""
        self.at += 1
        place = 0
        while (char := self.skip()) != close:
            if not char:
                raise ValueError("the list does not end")
            if char == ",":
                self.at += 1
                continue
            self.note((*path, place))
            self.value((*path, place))
            place += 1
        self.at += 1

    def value(self, path: Path) -> None:
        """Step over one value, noting the lines of what is in it."""
        raise NotImplementedError


class _Toml(_Scanner):
    """TOML 1.0."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._n_tables: dict[Path, int] = {}

    def document(self) -> None:
        """The whole text."""
        table: Path = ()
        while char := self.skip():
            if char == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        keys = self._keys()
        self.at += 2 if many else 1
        path: Path = ()
        for depth, key in enumerate(keys, start=1):
            path = (*path, key)
            self.note(path)
            if many and depth == len(keys):
                self._n_tables[path] = self._n_tables.get(path, 0) + 1
            if path in self._n_tables:
                path = (*path, self._n_tables[path] - 1)
                self.note(path)
        return path

    def _pair(self, table: Path) -> None:
        path = table
        for key in self._keys():
            path = (*path, key)
            self.note(path)
        self.at += 1  # the equals sign
        self.skip()
        self.value(path)

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            char = self.skip()
            if char in ('"', "'"):
                start = self.at
                self._string()
                keys.append(next(iter(tomllib.loads(self.text[start : self.at] + "=0"))))
            else:
                keys.append(self.take(_BARE_KEY))
            if self.skip() != ".":
                return keys
            self.at += 1

    def _string(self) -> None:
        quote = self.text[self.at]
        triple = quote * 3
        if not self.text.startswith(triple, self.at):
            self.at += 1
            while (char := self.text[self.at]) != quote:
                self.at += 2 if char == "\\" and quote == '"' else 1
            self.at += 1
            return
        self.at += 3
        while not self.text.startswith(triple, self.at):
            escaped = quote == '"' and self.text[self.at] == "\\"
            if self.at >= len(self.text):
                raise ValueError("the text does not end")
            self.at += 2 if escaped else 1
        self.at += 3
        for _ in range(2):  # up to two quotes may stand right before the closing three
            self.at += self.text.startswith(quote, self.at)

    def value(self, path: Path) -> None:
        """Step over one value, noting the lines of what is in it."""
        char = self.text[self.at]
        if char in ('"', "'"):
            self._string()
        elif char == "[":
            self.entries(path, "]")
        elif char == "{":
            self.at += 1
            while (char := self.skip()) != "}":
                if char == ",":
                    self.at += 1
                else:
                    self._pair(path)
            self.at += 1
        else:
            self.take(_TOML_SCALAR)


class _Json(_Scanner):
    """JSON."""

    blank = _JSON_BLANK

    def value(self, path: Path) -> None:
        """Step over one value, noting the lines of what is in it."""
        char = self.skip()
        if char == '"':
            self.take(_JSON_STRING)
        elif char == "[":
            self.entries(path, "]")
        elif char == "{":
            self.at += 1
            while (char := self.skip()) != "}":
                if char == ",":
                    self.at += 1
                    continue
                place = self.at
                key = json.loads(self.take(_JSON_STRING), strict=False)
                self.at, after = place, self.at
                self.note((*path, key))
                self.at = after
                self.skip()
                self.at += 1  # the colon
                self.value((*path, key))
            self.at += 1
        else:
            self.take(_JSON_SCALAR)
