"""The whole way: Moodle's zip, collected, graded, graded by hand, late, into Moodle's worksheet."""

from __future__ import annotations

import csv
import datetime
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from ce_lib.cli import main
from ce_lib.grading.ledger import Ledger
from ce_lib.grading.lms.findings import LmsError
from ce_lib.grading.lms.grades import Grades, read_grades
from ce_lib.grading.problem import load_problem
from ce_lib.grading.records import Status
from ce_lib.grading.sample_class import write_sample_class

pytestmark = [
    pytest.mark.slow,
    pytest.mark.walled,
]

POINT_AN_HOUR = """
from nbgrader.plugins import LateSubmissionPlugin

class PointAnHour(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late // 3600

c.AssignLatePenalties.plugin_class = PointAnHour
"""
ZERO = "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"

COURSE = "cross-entropy"
#: Moodle's worksheet has them hand in at 19:10, 20:17, 21:20 and 22:21 UTC.
STUDENTS = ("ada", "hilbert", "kolmogorov", "lovelace")
DUE = datetime.datetime(2026, 11, 18, 19, 0)


@pytest.fixture(scope="module")
def course(root: Path, files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course, with what Moodle gives out in it."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("solutions", "exercises"):
        shutil.copytree(root / name, folder / name)
    for name in ("nbgrader_config.py", "_toc.yml"):
        shutil.copy(root / name, folder)
    write_sample_class(root, "ps2", folder / "class")
    worksheet = folder / "worksheet.csv"
    shutil.copy(files / "moodle-worksheet-en.csv", worksheet)
    with zipfile.ZipFile(folder / "moodle.zip", "w") as archive:
        for row in csv.DictReader(worksheet.open(encoding="utf-8")):
            student = row["Email address"].partition("@")[0]
            if student in STUDENTS:
                number = row["Identifier"].removeprefix("Participant ")
                name = f"{row['Full name']}_{number}_assignsubmission_file_/ps2.ipynb"
                archive.write(folder / f"class/{student}/ps2/ps2.ipynb", name)
    return folder


@pytest.fixture(scope="module")
def files() -> Path:
    return Path(__file__).parent / "files"


def command(course: Path, *arguments: str) -> int:
    return main(["--root", str(course), *arguments])


def set_policy(course: Path, root: Path, text: str) -> None:
    config = (root / "nbgrader_config.py").read_text("utf-8")
    (course / "nbgrader_config.py").write_text(config + text, "utf-8")


@pytest.fixture(scope="module")
def graded(course: Path, root: Path) -> Path:
    """Collected and graded, a point an hour for being late."""
    set_policy(course, root, POINT_AN_HOUR)
    assert command(course, "collect", "ps2", "--from", str(course / "moodle.zip"), "--roster",
                   str(course / "worksheet.csv"), "--timezone", "Europe/Berlin") == 0  # fmt: skip
    grade = ("grade", "ps2", "--jobs", "1", "--submitted", str(course / "submitted"))
    # the gradebook has to know when it was due before anybody is graded
    with Ledger(f"sqlite:///{course / 'gradebook.db'}", load_problem(course, "ps2"), COURSE):
        pass
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", COURSE) as gradebook:
        gradebook.update_or_create_assignment("ps2", duedate=DUE)
    assert command(course, *grade) == 3  # lovelace's file is broken
    return course


def penalties(grades: Grades) -> dict[str, float]:
    return {g.student.partition("@")[0]: g.penalty for g in grades.students}


def test_a_late_penalty_of_nbgraders_plug_in_is_recorded_and_exported(
    graded: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grades = read_grades(graded, "ps2")
    assert grades.max_score == 23
    assert grades.duedate == DUE
    states = {g.student.partition("@")[0]: (g.status, g.raw, g.score) for g in grades.students}
    assert states == {
        "ada": (Status.BY_HAND, None, None),
        "hilbert": (Status.GRADED, 10.0, 9.0),  # an hour and 17 minutes late
        "kolmogorov": (Status.GRADED, 0.0, 0.0),  # no penalty takes more than there is
        "lovelace": (Status.FAILED, None, None),
    }
    assert penalties(grades) == {"ada": 0, "hilbert": 1, "kolmogorov": 0, "lovelace": 0}

    made = graded / "out.csv"
    assert command(graded, "export", "ps2", "--format", "moodle", "--from",
                   str(graded / "worksheet.csv"), "--output", str(made)) == 3  # fmt: skip
    rows = {row["Email address"]: row["Grade"] for row in csv.DictReader(made.open())}
    assert {who: text for who, text in rows.items() if text} == {
        "hilbert@uni.example": "9", "kolmogorov@uni.example": "0",
    }  # fmt: skip
    said = capsys.readouterr().out
    assert "2 of 4 submissions have their grade in" in said
    assert "1 submission still waits for a grade by hand: ada@uni.example" in said


def test_an_extension_and_a_grade_by_hand_count_in_the_next_export(graded: Path) -> None:
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}", COURSE) as gradebook:
        gradebook.grant_extension("ps2", "hilbert@uni.example", hours=2)
        submission = gradebook.find_submission("ps2", "ada@uni.example")
        for grade in submission.notebooks[0].grades:
            if grade.needs_manual_grade:
                grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    assert command(graded, "grade", "ps2", "--submitted", str(graded / "submitted"), "--jobs", "1",
                   "--student", "hilbert@uni.example", "--force") in (0, 3)  # fmt: skip
    scores = {g.student.partition("@")[0]: g.score for g in read_grades(graded, "ps2").students}
    assert scores == {"ada": 22.0, "hilbert": 10.0, "kolmogorov": 0.0, "lovelace": None}


def test_the_pages_go_back_with_what_the_gradebook_has(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}", COURSE) as gradebook:
        sheet = gradebook.find_submission("ps2", "ada@uni.example").notebooks[0]
        sheet.comments[-1].manual_comment = "Given X = x, too."
        gradebook.db.commit()
    assert command(graded, "feedback", "ps2", "--from", str(graded / "moodle.zip"), "--roster",
                   str(graded / "worksheet.csv")) == 0  # fmt: skip
    said = capsys.readouterr().out
    made = graded / "reports/ps2/ps2-feedback-moodle.zip"
    assert "1 page made anew, with what the gradebook has by now" in said
    assert f"4 pages in {made}" in said
    assert "Upload multiple feedback files in a zip" in said
    with zipfile.ZipFile(made) as archive:
        pages = {name.split("_")[1]: archive.read(name).decode() for name in archive.namelist()}
    assert len(pages) == 4
    assert "Given X = x, too." in pages["482101"]  # Ada
    assert sum("could not be graded" in page for page in pages.values()) == 1


def test_nbgraders_own_autograde_and_export_agree(graded: Path) -> None:
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}", COURSE) as gradebook:
        gradebook.grant_extension("ps2", "hilbert@uni.example", hours=0)
        gradebook.db.commit()
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}/usr/bin:/bin"}
    for arguments in (
        ("autograde", "ps2", "--student", "hilbert@uni.example", "--force"),
        ("export", "--assignment", "['ps2']"),
    ):
        subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=graded, env=environment, check=True, capture_output=True,
        )  # fmt: skip
    assert penalties(read_grades(graded, "ps2"))["hilbert"] == 1
    assert command(
        graded, "export", "ps2", "--format", "nbgrader", "--output", str(graded / "o.csv")
    )
    theirs, ours = (
        {row["student_id"]: row for row in csv.DictReader((graded / name).open())}
        for name in ("grades.csv", "o.csv")
    )
    assert list(theirs["ada@uni.example"]) == list(ours["ada@uni.example"])  # the columns
    for student, row in ours.items():
        for column, text in row.items():
            if student.startswith("lovelace") and "score" in column and column != "max_score":
                assert (text, float(theirs[student][column])) == ("", 0.0)  # theirs: a silent zero
            elif column in ("score", "raw_score", "max_score", "late_submission_penalty"):
                assert float(text or 0.0) == float(theirs[student][column]), (student, column)
            else:
                assert text == theirs[student][column], (student, column)


def test_nbgraders_plug_in_that_gives_nothing_for_late_work(graded: Path, root: Path) -> None:
    set_policy(graded, root, ZERO)
    (graded / "zero").mkdir()
    shutil.copy(graded / "gradebook.db", graded / "zero")
    with Gradebook(f"sqlite:///{graded / 'zero/gradebook.db'}", COURSE) as gradebook:
        gradebook.grant_extension("ps2", "hilbert@uni.example", hours=0)
    assert command(graded, "grade", "ps2", "--submitted", str(graded / "submitted"), "--jobs", "1",
                   "--student", "hilbert@uni.example", "--force", "--output",
                   str(graded / "zero")) == 3  # fmt: skip
    (hilbert,) = [g for g in read_grades(graded, "ps2", graded / "zero").students
                  if g.student.startswith("hilbert")]  # fmt: skip
    assert (hilbert.raw, hilbert.penalty, hilbert.score) == (10.0, 10.0, 0.0)


def test_errors_end_with_1_and_a_sentence(
    graded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(LmsError, match="ps3 was never graded: the gradebook has ps2"):
        read_grades(graded, "ps3")
    cases = {
        ("export", "ps2", "--format", "moodle"): "--from is missing: export the file from Moodle",
        ("export", "ps2", "--format", "canvas", "--from", "x.csv", "--graded", str(tmp_path)):
            "there is no gradebook at",
        ("export", "ps2", "--format", "nbgrader", "--from", "x.csv"): "without --from",
        ("collect", "ps2", "--from", "none.zip"): "there is no none.zip",
        ("collect", "ps2", "--from", "none.zip", "--due", "soon"): "--due 'soon' is no time",
    }  # fmt: skip
    for arguments, message in cases.items():
        assert command(graded, *arguments) == 1
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", ["collect", "export", "feedback"])
def test_help_has_an_example_and_the_exit_codes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    assert f"example: ce-course {name} ps2" in text
    assert "exit code 0:" in text
