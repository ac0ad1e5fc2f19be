"""A table of text, as a learning management system writes it, kept byte for byte.

What is not set stays as it came: byte order mark, encoding, delimiter, quotes, line ends, empty
lines, a missing last line end. Python's `csv` forgets all of these, so cells are kept as they are
written (`Row.raw`) and read on demand; the tests compare what is read with `csv`.
"""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .findings import LmsError

__all__ = ["Row", "Table", "read_table"]

DELIMITERS = ",;\t"

#: Bytes; the gradebook of a class of 10,000 with 40 columns has 3 million.
MAX_BYTES = 200_000_000

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass
class Row:
    """One record: its cells as they are written, the line on which it begins, its line end."""

    line: int
    raw: list[str]
    end: str

    def __len__(self) -> int:
        return len(self.raw)

    def __getitem__(self, column: int) -> str:
        """The text of a cell; empty where the row is too short."""
        if column >= len(self.raw):
            return ""
        raw = self.raw[column]
        if raw[:1] != '"':
            return raw
        quoted, rest = _unquote(raw)
        return quoted + rest

    @property
    def cells(self) -> list[str]:
        return [self[column] for column in range(len(self.raw))]


@dataclass
class Table:
    """A table with the dialect in which it was written."""

    rows: list[Row]
    delimiter: str = ","
    encoding: str = "utf-8"
    mark: bytes = b""
    notes: list[str] = field(default_factory=list)

    def set(self, row: Row, column: int, text: str) -> None:
        """Write a cell, with quotes where it needs them or had them."""
        while len(row.raw) <= column:
            row.raw.append("")
        special = any(c in text for c in (self.delimiter, '"', "\r", "\n"))
        if special or row.raw[column][:1] == '"' or text != text.strip():
            text = '"' + text.replace('"', '""') + '"'
        row.raw[column] = text

    def dump(self) -> bytes:
        """The bytes of the file."""
        text = "".join(self.delimiter.join(row.raw) + row.end for row in self.rows)
        return self.mark + text.encode(self.encoding)


def read_table(path: Path, is_header: Callable[[Sequence[str]], bool] | None = None) -> Table:
    """Read a table, finding out its encoding and its delimiter.

    Parameters
    ----------
    path : Path
        The file.
    is_header : callable, optional
        Whether these cells are the first line of the table looked for; it decides between
        delimiters. Without it the one that gives most cells is taken.

    Raises
    ------
    LmsError
        If it cannot be read, is no text or is empty, or a quote is never closed.
    """
    try:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise LmsError(f"{path} is too large for a table of grades")
        data = path.read_bytes()
    except OSError as error:
        raise LmsError(f"{path} cannot be read: {error.strerror}") from error
    if data[:4] == b"PK\x03\x04":
        raise LmsError(f"{path} is a spreadsheet or a zip, not a CSV file: export it as CSV")
    mark, encoding, text, notes = _decode(data, path)
    if not text.strip():
        raise LmsError(f"{path} is empty")
    first: dict[str, Sequence[str]] = {}
    for delimiter in DELIMITERS:
        with contextlib.suppress(LmsError):  # with the wrong one a quote may seem to be open
            first[delimiter] = _parse(text, delimiter, path, lines=1)[0].cells
    fitting = [d for d in first if is_header is not None and is_header(first[d])]
    most = max(DELIMITERS, key=lambda d: len(first.get(d, ())))
    delimiter = fitting[0] if fitting else most
    return Table(_parse(text, delimiter, path), delimiter, encoding, mark, notes)


def _decode(data: bytes, path: Path) -> tuple[bytes, str, str, list[str]]:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return mark, encoding, data[len(mark) :].decode(encoding), []
            except UnicodeDecodeError as error:
                raise LmsError(
                    f"{path} begins like {encoding.upper()} but is damaged at byte {error.start}: "
                    "download it again"
                ) from error
    if b"\0" in data[:4096]:
        # no text holds NUL, but UTF-16 without its mark does, in every other byte
        for encoding, zeros in (("utf-16-le", data[1:4096:2]), ("utf-16-be", data[:4096:2])):
            if zeros.count(0) > len(zeros) // 2:
                with contextlib.suppress(UnicodeDecodeError):
                    return b"", encoding, data.decode(encoding), []
        raise LmsError(f"{path} is not a text file: export it as CSV")
    try:
        return b"", "utf-8", data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    for encoding, name in (("cp1252", "Windows-1252"), ("latin-1", "Latin-1")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return b"", encoding, text, [f"not UTF-8; read, and written again, as {name}"]
    raise AssertionError("Latin-1 decodes everything")


def _parse(text: str, delimiter: str, path: Path, lines: int | None = None) -> list[Row]:
    stop = re.escape(delimiter)
    # a cell, then what ends it; where a cell begins with a quote, line ends belong to it
    cell = re.compile(rf'("[^"]*(?:""[^"]*)*"[^{stop}\r\n]*|[^{stop}\r\n"][^{stop}\r\n]*|)'
                      rf"({stop}|\r\n|\n|\r|\Z)")  # fmt: skip
    rows: list[Row] = []
    raw: list[str] = []
    position, line, begun = 0, 1, 1
    while position < len(text) or raw:
        found = cell.match(text, position)
        if found is None:
            raise LmsError(f"{path}, line {line}: a quotation mark is opened and never closed")
        part, end = found.groups()
        raw.append(part)
        line += _line_ends(part) if part[:1] == '"' else 0
        position = found.end()
        if end != delimiter:
            rows.append(Row(begun, raw, end))
            raw = []
            line += 1
            begun = line
            if len(rows) == lines or not end:
                break
    return rows or [Row(1, [""], "")]


def _line_ends(part: str) -> int:
    return part.count("\n") + part.count("\r") - part.count("\r\n")


def _unquote(raw: str) -> tuple[str, str]:
    """The text between the quotes, and what follows them."""
    end = 1
    while (end := raw.find('"', end)) + 1 < len(raw) and end > 0 and raw[end + 1] == '"':
        end += 2
    if end < 0:  # a doubled quote where the closing one should be
        end = len(raw)
    return raw[1:end].replace('""', '"'), raw[end + 1 :]
