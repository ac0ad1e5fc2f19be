"""nbgrader's own commands work in the course's folder as they stand."""

from __future__ import annotations

import contextlib
import csv
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ce_lib.grading.class_report import report_class
from ce_lib.grading.grade import grade_class
from ce_lib.grading.sample_class import write_sample_class
from ce_lib.lab import for_student

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def course(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course's folder, so that no grade lands in the real one."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("solutions", "exercises"):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / "nbgrader_config.py", folder)
    return folder


def nbgrader(course: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # as from a shell in which .venv is not activated
    paths = os.environ["PATH"].split(os.pathsep)
    bare = os.pathsep.join(path for path in paths if Path(path) != Path(sys.executable).parent)
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course, env={**os.environ, "PATH": bare, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_from_assignment_to_export(course: Path, root: Path) -> None:
    done = nbgrader(course, "generate_assignment", "ps2")
    assert done.returncode == 0, done.stderr
    made, committed = (folder / "exercises/ps2/ps2.ipynb" for folder in (course, root))
    assert made.read_bytes() == committed.read_bytes()

    write_sample_class(root, "ps2", course / "all")
    for student in ("ada", "euler", "hilbert"):
        shutil.copytree(course / "all" / student, course / "submitted" / student)
    for command in ("autograde", "generate_feedback"):
        done = nbgrader(course, command, "ps2")
        assert done.returncode == 0, done.stderr
    for student in ("ada", "hilbert"):
        page = (course / "feedback" / student / "ps2" / "ps2.html").read_text("utf-8")
        assert "default-src 'none'" in page
        assert "<script" not in page

    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as book:
        query = "select distinct student, misconception from course_misconception"
        assert book.execute(query).fetchall() == [("euler", "sign-slip")]
    page, line = report_class(course, "ps2")
    assert line.startswith("3 submissions: ")
    assert "as if the minus sign in exp(-u) were missing." in page.read_text("utf-8")

    assert nbgrader(course, "export").returncode == 0
    rows = list(csv.DictReader((course / "grades.csv").open(encoding="utf-8")))
    assert {row["student_id"]: float(row["score"]) for row in rows} == {
        "ada": 19,
        "euler": 13.5,
        "hilbert": 10,
    }


@pytest.mark.walled
def test_pages_of_the_engine_reach_their_students_through_the_exchange(
    root: Path, tmp_path: Path
) -> None:
    course, exchange = tmp_path / "course", tmp_path / "exchange"
    for name in ("solutions", "exercises"):
        shutil.copytree(root / name, course / name)
    shutil.copy(root / "nbgrader_config.py", course)
    student = for_student(course, "ada", tmp_path / "ada", exchange).folder
    place = {"JUPYTER_DATA_DIR": str(tmp_path / "data"), "COURSE_EXCHANGE": str(exchange)}

    def run(folder: Path, *arguments: str) -> str:
        done = nbgrader(folder, *arguments, **place)
        assert done.returncode == 0, done.stderr
        return done.stderr

    run(course, "release_assignment", "ps2")
    run(student, "fetch_assignment", "ps2")
    write_sample_class(root, "ps2", tmp_path / "all")
    notebook = "ps2/ps2.ipynb"
    shutil.copy(tmp_path / "all" / "ada" / notebook, student / notebook)
    run(student, "submit", "ps2")
    run(course, "collect", "ps2")
    # one sent the notebook by mail, one sent no notebook
    for other in ("boole", "lovelace"):
        shutil.copytree(tmp_path / "all" / other, course / "submitted" / other)
    graded = grade_class(course, "ps2", course / "submitted")
    assert [record.status.value for record in graded.records] == ["by hand", "by hand", "failed"]
    said = run(course, "release_feedback", "ps2")
    assert "Not handed in through the exchange" in said
    assert "boole, lovelace" in said
    run(student, "fetch_feedback", "ps2")
    (fetched,) = student.glob("ps2/feedback/*/ps2.html")
    assert fetched.read_bytes() == (course / "feedback/ada/ps2/ps2.html").read_bytes()
    assert len(list((exchange / "cross-entropy" / "feedback").iterdir())) == 1


def test_validate_accepts_a_right_notebook_and_names_what_is_missing(
    course: Path, root: Path
) -> None:
    write_sample_class(root, "ps2", course / "validated")
    right = nbgrader(course, "validate", "validated/ada/ps2/ps2.ipynb")
    assert "Success! Your notebook passes all the tests." in right.stdout
    wrong = nbgrader(course, "validate", "validated/euler/ps2/ps2.ipynb")
    assert "VALIDATION FAILED ON 4 CELL(S)" in wrong.stdout
