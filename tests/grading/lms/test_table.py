"""A table comes back byte for byte, and reads as Python's csv reads it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ce_lib.grading.lms.findings import LmsError
from ce_lib.grading.lms.spreadsheet import defused, is_formula, parse_number, write_number
from ce_lib.grading.lms.table import read_table

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
CELLS = st.lists(
    st.lists(TEXT | st.sampled_from(['a,b;c\t"', "7,5", "=1", ' "', "\r\n", ""]), min_size=1),
    min_size=1, max_size=6,
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("table") / "table.csv"


@settings(max_examples=150)
@given(
    CELLS, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from([0, 1, 2]), st.booleans(),
)  # fmt: skip
def test_it_reads_as_csv_reads_and_comes_back_byte_for_byte(
    place: Path, cells: list[list[str]], delimiter: str, end: str, encoding: str, quotes: int,
    ended: bool,
) -> None:  # fmt: skip
    quoting = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)[quotes]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(
        [["first", "second"], *cells]
    )
    text = out.getvalue() if ended else out.getvalue().removesuffix(end)
    data = text.encode(encoding)
    place.write_bytes(data)
    wanted = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    table = read_table(place, lambda words: wanted[0] == list(words))
    assert table.dump() == data
    # csv leaves out empty lines and gives them no cells
    assert [row.cells for row in table.rows if row.raw != [""]] == [row for row in wanted if row]


@settings(max_examples=60)
@given(st.binary(max_size=60))
def test_bytes_that_are_no_table_are_refused_with_a_sentence_or_come_back(
    place: Path, data: bytes
) -> None:
    place.write_bytes(data)
    try:
        again = read_table(place).dump()
    except LmsError:
        again = data  # refused, which is no crash; what it says is tested below
    assert again == data


@settings(max_examples=60)
@given(CELLS, TEXT, st.data())
def test_a_cell_that_is_set_is_read_back_and_no_other_changes(
    place: Path, cells: list[list[str]], text: str, data: st.DataObject
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([["a", "b", "c"], *cells])
    place.write_bytes(out.getvalue().encode())
    table = read_table(place, lambda words: list(words) == ["a", "b", "c"])
    row = data.draw(st.sampled_from(table.rows))
    column = data.draw(st.integers(0, len(row) - 1))
    assume(text or len(row) > 1)  # a line that holds nothing is no row
    before = [list(one.raw) for one in table.rows]
    table.set(row, column, text)
    place.write_bytes(table.dump())
    again = read_table(place, lambda words: len(words) == 3)
    after = [one.raw for one in again.rows]
    if len(after) == len(before):  # a lone empty cell that is filled joins nothing else
        changed = [(k, j) for k, (old, new) in enumerate(zip(before, after, strict=True))
                   for j, (one, other) in enumerate(zip(old, new, strict=True))
                   if one != other]  # fmt: skip
        assert set(changed) <= {(table.rows.index(row), column)}
    assert again.rows[table.rows.index(row)][column] == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b'a,b\n1,"2\n3,4\n', "line 2: a quotation mark is opened and never closed"),
        (b"PK\x03\x04rest", "a spreadsheet or a zip, not a CSV file"),
        (b"\xff\xfea\x00,\x00\x00", "damaged at byte 4"),
        (b"a\0\0\0\0\0\0b,c\n", "is not a text file"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "grades.csv"
    path.write_bytes(data)
    with pytest.raises(LmsError, match=message):
        read_table(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LmsError, match="cannot be read: No such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(LmsError, match="cannot be read: Is a directory"):
        read_table(tmp_path)


def test_another_encoding_is_read_written_again_and_said(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    data = "Name;Note\r\nGauß;7,5\r\n".encode("cp1252")
    path.write_bytes(data)
    table = read_table(path)
    assert (table.delimiter, table.rows[1].cells) == (";", ["Gauß", "7,5"])
    assert table.notes == ["not UTF-8; read, and written again, as Windows-1252"]
    assert table.dump() == data


def test_utf16_without_its_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    for encoding in ("utf-16-le", "utf-16-be"):
        path.write_bytes("Name\tNote\nGauß\t7\n".encode(encoding))
        assert read_table(path).rows[1].cells == ["Gauß", "7"]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_bytes(b'a,b\r\n"one\r\ntwo",2\r\n3,4\n')
    assert [row.line for row in read_table(path).rows] == [1, 2, 4]


# -- spreadsheets ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\rx", "  =1", "=", "＝1", "+49 30"],
)
def test_a_formula_is_defused(text: str) -> None:
    assert is_formula(text)
    assert defused(text) == f"'{text}"
    assert not is_formula(defused(text))


@pytest.mark.parametrize("text", ["", "-", "-7.5", "+3", "-0,5", "Ada", "'=1", "7", " - "])
def test_numbers_and_words_are_left_alone(text: str) -> None:
    assert defused(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7.5", 7.5), ("7,5", 7.5), (" 23.00 ", 23.0), ("1,000.5", 1000.5), ("1.000,5", 1000.5),
        ("1.000.000", 1e6), ("-2", -2.0), ("1 000,5", 1000.5), ("", None), ("-", None),
        ("EX", None), ("7.5 points", None), ("(read only)", None), (".", None), ("1e5", None),
    ],
)  # fmt: skip
def test_numbers_are_read_with_a_point_or_a_comma(text: str, value: float | None) -> None:
    assert parse_number(text) == value


@settings(max_examples=200)
@given(st.floats(0, 1e6, allow_subnormal=False), st.booleans())
def test_a_number_that_is_written_is_read_back(value: float, comma: bool) -> None:
    text = write_number(value, comma)
    assert ("." if comma else ",") not in text
    assert not is_formula(text)
    found = parse_number(text)
    assert found is not None
    assert abs(found - value) <= 0.51e-5
