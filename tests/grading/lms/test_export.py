"""Grades come into the right cell of an LMS's file, and nothing else changes."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_lib.grading.lms.columns import KINDS, kinds
from ce_lib.grading.lms.export import Export, export_nbgrader, fill
from ce_lib.grading.lms.findings import LmsError, listed
from ce_lib.grading.lms.grades import Grade, Grades
from ce_lib.grading.lms.table import read_table
from ce_lib.grading.records import Status

from .conftest import student

Fill = Callable[..., Export]
FILES = {
    "moodle-worksheet-en": ("moodle", 4, "23", "12.125"),
    "moodle-worksheet-de": ("moodle", 4, "23", "12,125"),
    "moodle-worksheet-fr-excel": ("moodle", 4, "23", "12,125"),
    "moodle-gradebook-en": ("moodle", 7, "23", "12.125"),
    "canvas": ("canvas", 6, "23", "12.125"),
    "canvas-sv": ("canvas", 5, "23", "12,125"),
}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "filled.csv"


def filled(
    files: Path, target: Path, grades: Grades, name: str = "moodle-worksheet-en", **how: Any
) -> Export:
    column = "Övning 2" if name == "canvas-sv" else ""
    return fill(grades, FILES[name][0], files / f"{name}.csv", target, **{"column": column, **how})


def changes(before: Path, after: Path) -> dict[tuple[int, int], str]:
    """(line, column) -> the new text of each cell that is written differently."""
    old, new = read_table(before), read_table(after)
    assert (old.delimiter, old.encoding, old.mark) == (new.delimiter, new.encoding, new.mark)
    assert [(row.line, row.end, len(row)) for row in old.rows] == [
        (row.line, row.end, len(row)) for row in new.rows
    ]
    return {
        (one.line, k): other[k]
        for one, other in zip(old.rows, new.rows, strict=True)
        for k in range(len(one))
        if one.raw[k] != other.raw[k]
    }


def said(export: Export) -> str:
    return "\n".join(listed(export.findings))


def edited(files: Path, tmp_path: Path, old: str, new: str, name: str) -> Path:
    """A copy of a file with a text replaced."""
    text = (files / f"{name}.csv").read_text("utf-8")
    assert old in text
    path = tmp_path / f"{name}.csv"
    path.write_text(text.replace(old, new), "utf-8")
    return path


# -- the round trip --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_only_the_graded_students_cells_change(
    name: str, files: Path, target: Path, grades: Grades
) -> None:
    _, column, whole, fraction = FILES[name]
    export = filled(files, target, grades, name)
    first = 4 if name == "canvas" else 3 if name == "canvas-sv" else 2
    wanted = {(first, column): whole, (first + 1, column): fraction}
    assert changes(files / f"{name}.csv", target) == wanted
    assert export.written == 2
    assert not export.complete  # cauchy waits, dirichlet failed


@pytest.mark.parametrize("name", FILES)
def test_a_second_export_into_the_filled_file_changes_nothing(
    name: str, files: Path, target: Path, grades: Grades, tmp_path: Path
) -> None:
    filled(files, target, grades, name)
    lms = FILES[name][0]
    column = "Övning 2" if name == "canvas-sv" else ""
    fill(grades, lms, target, tmp_path / "again.csv", column=column)
    assert (tmp_path / "again.csv").read_bytes() == target.read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_a_set_that_nobody_handed_in_leaves_the_file_as_it_is(
    name: str, files: Path, target: Path, grades: Grades
) -> None:
    grades.students = [grade for grade in grades.students if grade.status is None]
    export = filled(files, target, grades, name)
    assert target.read_bytes() == (files / f"{name}.csv").read_bytes()
    assert "nobody has handed in ps2: nothing is written" in said(export)
    assert not export.complete


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0, 23), st.sampled_from(Status)), min_size=1, max_size=13),
    st.sampled_from(sorted(FILES)), st.booleans(),
)  # fmt: skip
def test_whatever_the_class_only_final_grades_are_written(
    tmp_path_factory: pytest.TempPathFactory, class_: list[tuple[float, Status]], name: str,
    per_question: bool,
) -> None:  # fmt: skip
    files = Path(__file__).parent / "files"
    target = tmp_path_factory.mktemp("any") / "filled.csv"
    names = [row["Email address"].partition("@")[0] for row in csv.DictReader(
        (files / "moodle-worksheet-en.csv").open(encoding="utf-8")
    )]  # fmt: skip
    students = [
        dataclasses.replace(student(who, score), status=status)
        if status is Status.GRADED else Grade(who, status, questions=(None, None))
        for who, (score, status) in zip(names, class_, strict=False)
    ]  # fmt: skip
    export = filled(files, target, Grades("ps2", {"sigmoid": 4.0, "words": 19.0}, None, students),
                    name, per_question=per_question)  # fmt: skip
    _, column, *_ = FILES[name]
    done = [grade for grade in students if grade.status is Status.GRADED]
    locked = {"hilbert"} if name == "moodle-worksheet-fr-excel" else set()
    locked |= {"jacobi"} if name == "canvas" else set()  # excused there
    written = [text for (_, k), text in changes(files / f"{name}.csv", target).items()
               if k == column]  # fmt: skip
    expected = [grade for grade in done if grade.student not in locked]
    if name == "moodle-worksheet-de":  # ada has 12,50 there
        expected = [g for g in expected if g.student != "ada" or abs((g.score or 0) - 12.5) > 5e-3]
    assert len(written) == len(expected)
    for text, grade in zip(written, expected, strict=True):
        assert abs(float(text.replace(",", ".")) - (grade.score or 0.0)) < 1e-5
    assert export.written == len(done) - len(locked & {g.student for g in done})


# -- who is who ------------------------------------------------------------------------------------


def test_the_rule_is_reported(files: Path, target: Path, grades: Grades) -> None:
    assert filled(files, target, grades, "canvas").rule == "4 by SIS Login ID"
    assert filled(files, target, grades).rule == "4 by name before the @"


def test_an_unknown_student_is_listed_and_the_rest_is_done(
    files: Path, target: Path, grades: Grades
) -> None:
    grades.students.append(student("galois", 5.0))
    export = filled(files, target, grades)
    assert "moodle-worksheet-en.csv: galois is not in the file: not written" in said(export)
    assert export.written == 2


def test_if_nobody_is_found_it_says_how_both_sides_call_them(
    files: Path, target: Path, grades: Grades
) -> None:
    grades.students = [student("m101", 5.0), student("m102", 6.0)]
    export = filled(files, target, grades, "canvas")
    assert "no student was found: the course calls them m101, m102" in said(export)
    assert "ID '7000', SIS User ID 'S482101', SIS Login ID 'ada'" in said(export)
    assert target.read_bytes() == (files / "canvas.csv").read_bytes()


def test_a_roster_says_who_is_who(files: Path, target: Path, grades: Grades) -> None:
    grades.students = [student("m101", 5.0)]
    export = filled(files, target, grades, "canvas", roster={"m101": ["S482103"]})
    assert changes(files / "canvas.csv", target) == {(6, 6): "5"}
    assert export.rule == "1 by SIS User ID"


def test_nbgraders_lms_user_id_and_address_count(files: Path, target: Path, grades: Grades) -> None:
    grades.students = [
        student("m1", 5.0, lms_user_id="7002"), student("m2", 6.0, email="euler@uni.example"),
    ]  # fmt: skip
    filled(files, target, grades, "canvas")
    wanted = {(6, 6): "5", (8, 6): "6"}  # there the login is `euler`
    assert changes(files / "canvas.csv", target) == wanted
    filled(files, target, grades)
    assert changes(files / "moodle-worksheet-en.csv", target) == {(6, 4): "6"}


def test_a_participants_number_is_found_in_moodles_words_for_it(
    files: Path, target: Path, grades: Grades
) -> None:
    grades.students = [student("482105", 5.0)]
    for name in ("moodle-worksheet-en", "moodle-worksheet-de", "moodle-worksheet-fr-excel"):
        filled(files, target, grades, name)
        assert changes(files / f"{name}.csv", target) == {(6, 4): "5"}


def test_twins_with_one_name_are_two_students(files: Path, target: Path, grades: Grades) -> None:
    grades.students = [student("ada", 5.0), student("lovelace", 6.0)]  # both are Ada Lovelace
    filled(files, target, grades)
    assert changes(files / "moodle-worksheet-en.csv", target) == {(2, 4): "5", (13, 4): "6"}


def test_two_whole_addresses_that_differ_are_two_people(
    files: Path, target: Path, grades: Grades
) -> None:
    grades.students = [student("ada@elsewhere.example", 5.0)]
    assert "is not in the file" in said(filled(files, target, grades))


def test_case_counts_in_ids_and_not_in_addresses(files: Path, target: Path, grades: Grades) -> None:
    grades.students = [student("ADA@uni.example", 5.0), student("s482102", 6.0)]
    assert filled(files, target, grades).rule == "1 by e-mail address"
    grades.students = [student("BOOLE", 5.0), student("s482102", 6.0)]
    assert filled(files, target, grades, "canvas").rule == "1 by SIS Login ID"


def test_who_fits_two_lines_is_listed_never_guessed(
    files: Path, target: Path, tmp_path: Path, grades: Grades
) -> None:
    path = edited(files, tmp_path, ",S482103,", ",ada,", "canvas")  # cauchy's number is ada's login
    export = fill(grades, "canvas", path, target)
    assert "ada fits line 4 (Ada Lovelace), line 6 (Augustin-Louis Cauchy): not written" in said(
        export
    )
    assert changes(path, target) == {(5, 6): "12.125"}
    export = fill(grades, "canvas", path, target, match_on="SIS Login ID")
    assert (4, 6) in changes(path, target)
    assert export.rule == "4 by chosen column"


def test_a_line_that_two_students_fit_is_listed_never_guessed(
    files: Path, target: Path, grades: Grades
) -> None:
    grades.students.append(student("ada@uni.example", 7.0))
    export = filled(files, target, grades)
    assert "line 2: ada and ada@uni.example both fit this line: none written" in said(export)
    assert list(changes(files / "moodle-worksheet-en.csv", target)) == [(3, 4)]


def test_a_student_who_is_twice_in_the_file_is_listed(
    files: Path, target: Path, tmp_path: Path, grades: Grades
) -> None:
    path = edited(files, tmp_path, "boole@uni.example", "ada@uni.example", "moodle-worksheet-en")
    export = fill(grades, "moodle", path, target)
    lines = "line 2 (Ada Lovelace), line 3 (George Boole)"
    assert f"'ada@uni.example' is there more than once: {lines}" in said(export)
    assert f"ada fits {lines}: not written" in said(export)
    assert changes(path, target) == {}


# -- what is in the cell already -------------------------------------------------------------------


def test_who_is_not_graded_is_left_blank_with_the_reason(
    files: Path, target: Path, grades: Grades
) -> None:
    text = said(filled(files, target, grades))
    assert "left blank, since 1 submission still waits for a grade by hand: cauchy" in text
    assert "dirichlet: could not be graded: left blank (not a notebook)" in text
    rows = [row.cells for row in read_table(target).rows]
    assert [row[4] for row in rows[3:]] == [""] * 11


def test_a_grade_there_already_is_changed_and_said(
    files: Path, target: Path, grades: Grades
) -> None:
    export = filled(files, target, grades, "moodle-worksheet-de")
    assert "moodle-worksheet-de.csv, line 2: ada had 12,50 there, now 23" in said(export)


def test_a_grade_there_stays_if_there_is_none_here(
    files: Path, target: Path, grades: Grades
) -> None:
    grades.students = [student("ada", None)]
    export = filled(files, target, grades, "moodle-worksheet-de")
    assert "line 2: ada is not finally graded; 12,50 stays there" in said(export)
    assert changes(files / "moodle-worksheet-de.csv", target) == {}


def test_locked_and_excused_students_are_left_alone_and_listed(
    files: Path, target: Path, grades: Grades
) -> None:
    grades.students = [student("hilbert", 8.0)]
    export = filled(files, target, grades, "moodle-worksheet-fr-excel")
    assert "line 9: the grade of hilbert is locked there; it stays as it is" in said(export)
    grades.students = [student("jacobi", 8.0)]
    export = filled(files, target, grades, "canvas")
    assert "line 13: jacobi is marked EX there; it stays so" in said(export)
    assert export.written == 0


def test_a_late_penalty_is_taken_off_and_said_in_the_feedback(
    files: Path, target: Path, grades: Grades
) -> None:
    late = student("ada", 21.0, raw=23.0, penalty=2.0, questions=(4.0, 19.0))
    grades.students = [late]
    filled(files, target, grades, per_question=True)
    wanted = {(2, 4): "21", (2, 9): "sigmoid 4/4; words 19/19; late -2"}
    assert changes(files / "moodle-worksheet-en.csv", target) == wanted


# -- points ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["canvas", "moodle-worksheet-en"])
def test_another_maximum_is_an_error_that_says_both(
    name: str, files: Path, target: Path, tmp_path: Path, grades: Grades
) -> None:
    path = edited(files, tmp_path, "23.00", "46.00", name)
    with pytest.raises(LmsError, match=r"has 46 points in .*, but ps2 has 23\. .*--scale"):
        fill(grades, FILES[name][0], path, target)
    assert not target.exists()
    export = fill(grades, FILES[name][0], path, target, scale=True)
    assert sorted(changes(path, target).values()) == ["24.25", "46"]
    assert "every grade is multiplied by 2: 23 points here, 46 there" in said(export)


def test_a_maximum_that_is_no_number_or_not_one_is_an_error(
    files: Path, target: Path, tmp_path: Path, grades: Grades
) -> None:
    path = edited(files, tmp_path, "26.00,23.00,4.00", "26.00,,4.00", "canvas")
    with pytest.raises(LmsError, match=r"line 3: 'ps2 \(991\)' has no number of points"):
        fill(grades, "canvas", path, target)
    path = edited(files, tmp_path, "George Boole\",boole@uni.example,\"Submitted for grading\",,23",
                  "George Boole\",boole@uni.example,\"Submitted for grading\",,46",
                  "moodle-worksheet-en")  # fmt: skip
    with pytest.raises(LmsError, match=r"same in every line: 23 \(line 2\), 46 \(line 3\)"):
        fill(grades, "moodle", path, target)


def test_extra_credit_that_moodle_would_skip_is_listed_and_canvas_takes_it(
    files: Path, target: Path, grades: Grades
) -> None:
    grades.students = [student("ada", 24.0)]
    export = filled(files, target, grades)
    assert "line 2: ada has 24 of 23 points, with extra credit" in said(export)
    assert export.written == 0
    assert filled(files, target, grades, "canvas").complete
    assert changes(files / "canvas.csv", target) == {(4, 6): "24"}


def test_canvas_gets_a_questions_points_where_it_has_a_column(
    files: Path, target: Path, tmp_path: Path, grades: Grades
) -> None:
    export = filled(files, target, grades, "canvas", per_question=True)
    wanted = {(4, 6): "23", (4, 7): "4", (5, 6): "12.125", (5, 7): "4"}
    assert changes(files / "canvas.csv", target) == wanted
    assert "no column for words: make one there called 'ps2 words'" in said(export)
    path = edited(files, tmp_path, "23.00,4.00", "23.00,5.00", "canvas")
    export = fill(grades, "canvas", path, target, per_question=True)
    assert "the column of sigmoid has 5 points in Canvas, the question 4" in said(export)
    assert sorted(k for _, k in changes(path, target)) == [6, 6]


def test_feedback_that_a_person_wrote_stays(
    files: Path, target: Path, tmp_path: Path, grades: Grades
) -> None:
    path = edited(files, tmp_path, '8:10 PM",-,\n', '8:10 PM",-,Well done\n', "moodle-worksheet-en")
    export = fill(grades, "moodle", path, target, per_question=True)
    assert "line 2: ada has feedback there already; it stays" in said(export)
    assert changes(path, target)[3, 9] == "sigmoid 4/4; words 8.125/19"
    assert (2, 9) not in changes(path, target)


# -- the wrong file --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lms", "name", "message"),
    [
        ("canvas", "moodle-worksheet-en", "line 1: this is not Canvas's gradebook, whose header"),
        ("moodle", "canvas", "line 1: no column with an e-mail address, an ID number or"),
    ],
)
def test_the_other_lms_s_file_is_refused_with_its_header(
    lms: str, name: str, message: str, files: Path, target: Path, grades: Grades
) -> None:
    with pytest.raises(LmsError, match=message):
        fill(grades, lms, files / f"{name}.csv", target)
    assert not target.exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("canvas", "ps2 (991)", "Essay (991)", "line 1: no column has ps2 in its name; say which"),
        ("canvas", "Problem set 1 (990)", "ps2 again (990)",
         r"more than one column has ps2 .*'ps2 again \(990\)', 'ps2 \(991\)'|^$"),
        ("canvas", ",Section,", ",Group,", "this is not Canvas's gradebook"),
        ("moodle-worksheet-en", '"Last modified (grade)"', "Changed", "only with its column 'Last"),
        ("moodle-worksheet-en", "Grade,", "Points,", "no column has ps2 in its name"),
        ("moodle-gradebook-en", "Assignment: ps2 (Real)", "Assignment: Essay (Real)",
         "no column has ps2 in its name"),
    ],
)  # fmt: skip
def test_a_missing_column_is_named_with_what_there_is(
    name: str, old: str, new: str, message: str, files: Path, target: Path, tmp_path: Path,
    grades: Grades,
) -> None:  # fmt: skip
    path = edited(files, tmp_path, old, new, name)
    if new.startswith("ps2 again"):  # the one that is called ps2 and nothing else is meant
        assert fill(grades, "canvas", path, target).written == 2
        path.write_text(path.read_text("utf-8").replace("ps2 (991)", "ps2 too (991)"), "utf-8")
        message = r"more than one column has ps2 in its name.*'ps2 again \(990\)', 'ps2 too"
    with pytest.raises(LmsError, match=message):
        fill(grades, FILES[name][0], path, target)


def test_a_read_only_column_is_never_filled(
    files: Path, target: Path, tmp_path: Path, grades: Grades
) -> None:
    path = edited(files, tmp_path, "26.00,23.00,4.00", "26.00,(read only),4.00", "canvas")
    with pytest.raises(LmsError, match="no column has ps2"):
        fill(grades, "canvas", path, target)


def test_another_language_goes_with_two_options(
    files: Path, target: Path, tmp_path: Path, grades: Grades
) -> None:
    header = '"Identifier","Full name","Email address",Status,Grade,"Maximum grade"'
    text = (files / "moodle-worksheet-en.csv").read_text("utf-8")
    body = text.partition("\n")[2]
    path = tmp_path / "fi.csv"
    path.write_text(f"Tunniste,Nimi,Sähköposti,Tila,Arvosana,Enintään,a,b,c,d\n{body}", "utf-8")
    assert header.count(",") == 5
    with pytest.raises(LmsError, match="If Moodle speaks another language"):
        fill(grades, "moodle", path, target)
    export = fill(grades, "moodle", path, target, column="Arvosana", match_on="Sähköposti")
    assert changes(path, target) == {(2, 4): "23", (3, 4): "12.125"}
    assert export.rule == "4 by name before the @"


def test_the_source_is_never_overwritten(files: Path, tmp_path: Path, grades: Grades) -> None:
    path = tmp_path / "canvas.csv"
    path.write_bytes((files / "canvas.csv").read_bytes())
    with pytest.raises(LmsError, match="is the file that came from there: write to another one"):
        fill(grades, "canvas", path, path)
    with pytest.raises(LmsError, match="choose canvas or moodle"):
        fill(grades, "blackboard", path, tmp_path / "out.csv")


def test_a_spanish_worksheet_is_read(
    files: Path, target: Path, tmp_path: Path, grades: Grades
) -> None:
    header = (
        "Identificador,Nombre completo,Dirección de correo,Estatus,Calificación,"
        "Calificación máxima,La calificación puede cambiarse,Última modificación (entrega),"
        "Última modificación (calificación),Comentarios de retroalimentación"
    )
    body = (files / "moodle-worksheet-en.csv").read_text("utf-8").partition("\n")[2]
    path = tmp_path / "es.csv"
    path.write_text(f"{header}\n{body}", "utf-8")
    export = fill(grades, "moodle", path, target, per_question=True)
    assert sorted(k for _, k in changes(path, target)) == [4, 4, 9, 9]
    assert export.written == 2


def test_no_two_kinds_of_columns_share_a_word() -> None:
    words = [word.casefold() for words in KINDS.values() for word in words]
    assert len(words) == len(set(words))
    german = ["ID", "Vollständiger  Name", "E-MAIL-ADRESSE", "Bewertung", "Klaus"]
    assert kinds(german) == {"participant": 0, "name": 1, "email": 2, "grade": 3}


# -- spreadsheets ----------------------------------------------------------------------------------


def test_formulas_are_defused_where_no_lms_reads_them_and_named_where_one_does(
    files: Path, target: Path, tmp_path: Path, grades: Grades
) -> None:
    path = edited(files, tmp_path, '"Lovelace, Ada",7000,S482101', '"=HYPERLINK(""x"")",7000,=S1',
                  "canvas")  # fmt: skip
    export = fill(grades, "canvas", path, target)
    table = read_table(target)
    assert table.rows[3][0] == '\'=HYPERLINK("x")'
    assert table.rows[3][2] == "=S1"  # Canvas finds the student by it
    assert table.rows[3][6] == "23"
    assert "line 4: '=S1' begins like a formula and must stay as it is for Canvas" in said(export)
    assert "got an apostrophe in front: line 4" in said(export)


def test_moodles_dash_and_negative_numbers_are_no_formulas(
    files: Path, target: Path, grades: Grades
) -> None:
    grades.students = []
    for name in ("moodle-worksheet-en", "moodle-gradebook-en"):
        filled(files, target, grades, name)
        assert target.read_bytes() == (files / f"{name}.csv").read_bytes()


# -- nbgrader's table ------------------------------------------------------------------------------


def test_nbgraders_table_is_quoted_defused_and_blank_where_nothing_is_graded(
    target: Path, grades: Grades
) -> None:
    grades.students[0] = dataclasses.replace(
        grades.students[0], first_name='Ada "Countess"', last_name="Lovelace, née Byron",
        email="=ada", raw=25.0, penalty=2.0,
    )  # fmt: skip
    export = export_nbgrader(grades, target, per_question=True)
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8"))))
    assert list(rows[0]) == [
        "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
        "raw_score", "late_submission_penalty", "score", "max_score", "sigmoid", "words",
    ]  # fmt: skip
    assert rows[0]["last_name"] == "Lovelace, née Byron"
    assert rows[0]["first_name"] == 'Ada "Countess"'
    assert rows[0]["email"] == "'=ada"
    assert [row["score"] for row in rows] == ["23", "12.125", "", "", ""]
    assert [row["raw_score"] for row in rows] == ["25", "12.125", "", "", ""]
    assert [row["late_submission_penalty"] for row in rows] == ["2", "0", "", "", ""]
    assert [row["words"] for row in rows] == ["19", "8.125", "", "", ""]
    assert {row["max_score"] for row in rows} == {"23"}
    assert "'=ada' begins like a formula" in said(export)
    assert export.written == 2
