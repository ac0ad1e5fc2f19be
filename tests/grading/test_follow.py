"""A page says what the gradebook says, whatever came in between."""

from __future__ import annotations

import datetime
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from ce_lib.cli import main
from ce_lib.grading.entries import Manual
from ce_lib.grading.feedback import made_from
from ce_lib.grading.follow import follow_gradebook
from ce_lib.grading.ledger import Ledger
from ce_lib.grading.problem import load_problem
from ce_lib.grading.sample_class import write_sample_class

from .lms.test_day import COURSE, POINT_AN_HOUR

DUE = datetime.datetime(2026, 11, 18, 19, 0)

#: A run that is killed after it has recorded a late submission, before its page says so.
KILLED_BETWEEN = """
import os, signal, sys
from ce_lib.cli import main
from ce_lib.grading import grade

grade.follow = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
main(sys.argv[1:])
"""


def test_a_digest_is_of_what_a_page_says_and_nothing_else() -> None:
    one = made_from({"a": 1.0, "b": None}, Manual(), ["odd"], 0.0)
    # as a gradebook brings it back
    same = Manual({"a": (None, None), "b": (None, 0.0)}, {"b": ""})
    assert made_from({"b": None, "a": 1}, same, ["odd"], 0) == one
    changes = [
        made_from({"a": 1.5, "b": None}, Manual(), ["odd"], 0.0),
        made_from({"a": 1.0, "b": None}, Manual({"b": (2.0, None)}), ["odd"], 0.0),
        made_from({"a": 1.0, "b": None}, Manual({"b": (None, 1.0)}), ["odd"], 0.0),
        made_from({"a": 1.0, "b": None}, Manual({}, {"b": "Well done."}), ["odd"], 0.0),
        made_from({"a": 1.0, "b": None}, Manual(), ["odd", "late"], 0.0),
        made_from({"a": 1.0, "b": None}, Manual(), ["odd"], 1.0),
    ]
    assert len({one, *changes}) == 7
    made_from({"a": 1.0}, Manual(), ["half a pair: \ud800"], 0.0)


pytestmark = [
    pytest.mark.slow,
    pytest.mark.walled,
]


@pytest.fixture
def course(root: Path, tmp_path: Path) -> Path:
    """A copy of the course where each hour late costs a point, and a late student."""
    folder = tmp_path / "course"
    for name in ("solutions", "exercises"):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / "_toc.yml", folder)
    config = (root / "nbgrader_config.py").read_text("utf-8")
    (folder / "nbgrader_config.py").write_text(config + POINT_AN_HOUR, "utf-8")
    write_sample_class(root, "ps2", tmp_path / "class")
    for student in ("hilbert", "boole"):
        shutil.copytree(tmp_path / "class" / student, folder / "submitted" / student)
    stamp = folder / "submitted/hilbert/ps2/timestamp.txt"
    stamp.write_text("2026-11-18 21:10:00 UTC\n")
    with Ledger(f"sqlite:///{folder / 'gradebook.db'}", load_problem(folder, "ps2"), COURSE):
        pass
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", COURSE) as gradebook:
        gradebook.update_or_create_assignment("ps2", duedate=DUE)
    return folder


def grade(course: Path) -> list[str]:
    place = ["--root", str(course), "grade", "ps2", "--submitted", str(course / "submitted")]
    return [*place, "--jobs", "1"]


def page(course: Path, student: str) -> str:
    return (course / f"feedback/{student}/ps2/ps2.html").read_text("utf-8")


LATE = "It was handed in late: 2 points are taken off."


def test_a_run_killed_between_the_grade_and_the_page(
    course: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BETWEEN, *grade(course)],
        cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", COURSE) as gradebook:
        handed_in = gradebook.find_submission("ps2", "hilbert")
        assert handed_in.late_submission_penalty == 2  # it is recorded
    assert LATE not in page(course, "hilbert")  # and its page does not know

    assert main(grade(course)) in (0, 3)
    assert "up to date" in capsys.readouterr().out
    assert LATE in page(course, "hilbert")
    assert "<strong>8 of 23 points" in page(course, "hilbert")
    assert LATE not in page(course, "boole")


def test_a_grade_by_hand_reaches_the_page(course: Path) -> None:
    assert main(grade(course)) in (0, 3)
    assert follow_gradebook(course, "ps2") == []
    before = page(course, "boole")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", COURSE) as gradebook:
        sheet = gradebook.find_submission("ps2", "boole").notebooks[0]
        sheet.comments[-1].manual_comment = "A good question."
        (grade_,) = [g for g in sheet.grades if g.name == "plot"]
        grade_.manual_score, grade_.extra_credit = 1.5, 0.25
        gradebook.db.commit()
    assert follow_gradebook(course, "ps2") == ["boole"]
    after = page(course, "boole")
    assert before != after
    assert "A good question." in after
    assert follow_gradebook(course, "ps2") == []
    # one that does not say what it was made from is made anew, too
    (course / "feedback/hilbert/ps2/ps2.html").write_text("<!doctype html>")
    assert follow_gradebook(course, "ps2") == ["hilbert"]


def test_a_page_of_other_tests_is_left_to_the_grading(course: Path) -> None:
    assert main(grade(course)) in (0, 3)
    made = course / "autograded/hilbert/ps2/ps2.ipynb"
    made.write_text(made.read_text("utf-8").replace('"sigmoid-values"', '"sigmoid-other"'))
    (course / "feedback/hilbert/ps2/ps2.html").write_text("<!doctype html>")
    assert follow_gradebook(course, "ps2") == []
    made.write_text("{")
    assert follow_gradebook(course, "ps2") == []
