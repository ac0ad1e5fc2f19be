"""A problem set changes after it was graded: everybody is graded again, and nothing is lost."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbgrader.api import Gradebook

from benchmarks.postgres import Server
from ce_lib.cli import main
from ce_lib.grading import engine
from ce_lib.grading.cells import Cells
from ce_lib.grading.changes import lines
from ce_lib.grading.comparison import Kept, Mark, Part, compare
from ce_lib.grading.grade import Class, GradingError, grade_class
from ce_lib.grading.records import Record, Status
from ce_lib.grading.regrade import Former

from .faults import COMMENTS, GRADES, ROOT, gone

walled = pytest.mark.walled
pytestmark = [pytest.mark.slow, walled]

HEADER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Twice

```{code-cell} ipython3
:locked: setup

import numpy as np

from ce_lib.checks import check
```

```{code-cell} ipython3
:solution: twice

def twice(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
```
"""

WORDS = """
+++ {"manual": "words", "points": 2}

Because it is the sum with itself.
"""


def checked(name: str, points: float, checks: str) -> str:
    return (
        f"\n```{{code-cell}} ipython3\n:test: {name}\n:points: {points}\n\n"
        f"check(twice){checks}.score({points})\n```\n"
    )


VALUES = checked("values", 2, ".at(2.0).gives(4.0).at(3.0).gives(6.0)")

#: x + 2 is right at 2 only, x * x at 0 and 2.
ANSWERS = {"ada": "2 * x", "boole": "x + 2", "cauchy": "x * x"}


class Course:
    """A small course of one problem set, and a class that has handed in."""

    def __init__(self, folder: Path, config: Path, executor: ThreadPoolExecutor) -> None:
        self.executor = executor
        self.root, self.submitted = folder / "course", folder / "in"
        self.root.mkdir()
        shutil.copy(config, self.root)
        (self.root / "_toc.yml").write_text("")
        self.write(VALUES + WORDS)
        self.exercise = self.release()
        for student, answer in ANSWERS.items():
            self.hand_in(student, answer)

    def write(self, cells: str) -> None:
        """Change the problem set."""
        (self.root / "solutions/ps1").mkdir(parents=True, exist_ok=True)
        source = self.root / "solutions/ps1/ps1.md"
        source.write_text(HEADER + cells)
        # two changes within a tick of the file system's clock
        shutil.rmtree(self.root / "_build/nbgrader", ignore_errors=True)

    def release(self) -> Path:
        from ce_lib.grading.release import release

        return release(self.root, ["ps1"])[0]

    def hand_in(self, student: str, answer: str, words: str = "It is a sum.") -> None:
        notebook = json.loads(self.exercise.read_text("utf-8"))
        for cell in notebook["cells"]:
            if cell["id"] == "twice":
                cell["source"] = f"def twice(x):\n    return {answer}\n"
            if cell["id"] == "words":
                cell["source"] = words
        folder = self.submitted / student / "ps1"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ps1.ipynb").write_text(json.dumps(notebook), "utf-8")

    def grade(self, **options: Any) -> Class:
        return grade_class(self.root, "ps1", self.submitted, executor=self.executor, **options)

    def book(self) -> Gradebook:
        url = os.environ.get("COURSE_DB_URL") or f"sqlite:///{self.root / 'gradebook.db'}"
        return Gradebook(url, "cross-entropy")

    def by_hand(self, student: str, score: float, extra: float | None = None) -> None:
        """Grade the answer in words, with a comment, as formgrader does."""
        with self.book() as book:
            grade = book.find_grade("words", "ps1", "ps1", student)
            grade.manual_score, grade.extra_credit = score, extra
            grade.needs_manual_grade = False
            book.find_comment("words", "ps1", "ps1", student).manual_comment = f"well, {student}"
            book.db.commit()

    def intact(self) -> None:
        """The gradebook is sound, and nbgrader itself finds everything in it."""
        with closing(sqlite3.connect(self.root / "gradebook.db")) as book:
            assert book.execute("pragma integrity_check").fetchall() == [("ok",)]
            assert book.execute("pragma foreign_key_check").fetchall() == []
        with self.book() as book:
            cells = {
                cell.name: cell.max_score for cell in book.find_notebook("ps1", "ps1").grade_cells
            }
            for student in ANSWERS:
                found = book.find_submission_notebook("ps1", "ps1", student)
                assert {grade.name for grade in found.grades} == set(cells)

    def files(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and "_build" not in path.parts
        }


@pytest.fixture(scope="module")
def executor() -> Iterator[ThreadPoolExecutor]:
    """One thread of this process, so that the sandbox stays warm from one run to the next."""
    with ThreadPoolExecutor(1) as thread:
        yield thread
        thread.submit(engine.close).result()


@pytest.fixture
def course(root: Path, tmp_path: Path, executor: ThreadPoolExecutor) -> Course:
    made = Course(tmp_path, root / "nbgrader_config.py", executor)
    graded = made.grade()
    assert scores(graded) == {"ada": 2, "boole": 1, "cauchy": 1}
    assert graded.changes.compared == 0
    return made


def scores(graded: Class) -> dict[str, float | None]:
    return {record.student: record.score for record in graded.records}


def told(graded: Class) -> dict[str, tuple[Any, ...]]:
    return {c.student: (c.before, c.after, c.cells) for c in graded.changes.changes}


def one(graded: Class, student: str) -> Record:
    return next(record for record in graded.records if record.student == student)


def test_a_mended_test(course: Course) -> None:
    course.by_hand("boole", 1.5, 0.5)
    before = course.grade()
    assert (before.done, one(before, "boole").score) == (0, 3.0)
    course.write(checked("values", 2, ".at(3.0).gives(6.0).at(5.0).gives(10.0)") + WORDS)
    graded = course.grade()
    assert scores(graded) == {"ada": 2, "boole": 2, "cauchy": 0}
    assert told(graded) == {
        "boole": (3.0, 2.0, (("values", 1.0, 0.0, "its test changed"),)),
        "cauchy": (1.0, 0.0, (("values", 1.0, 0.0, "its test changed"),)),
    }
    assert graded.changes.of_the_set() == ["values was changed"]
    # the same answer, so nobody has to look at it again
    assert one(graded, "boole").by_hand == 0
    page = (course.root / "feedback/boole/ps1/ps1.html").read_text("utf-8")
    assert "well, boole" in page
    assert "2 of 4 points" in page
    course.intact()


def test_an_added_test(course: Course) -> None:
    more = checked("zero", 1, ".at(0.0).gives(0.0)")
    course.write(VALUES + more + WORDS)
    graded = course.grade()
    assert told(graded) == {
        "ada": (2.0, 3.0, (("zero", None, 1.0, "added"),)),
        "cauchy": (1.0, 2.0, (("zero", None, 1.0, "added"),)),
    }
    assert graded.changes.of_the_set() == ["zero was added, 1 point"]
    course.intact()


def test_a_test_split_in_two(course: Course) -> None:
    course.by_hand("ada", 2.0)
    course.grade()
    parts = checked("values", 1, ".at(2.0).gives(4.0)") + checked("more", 1, ".at(3.0).gives(6.0)")
    course.write(parts + WORDS)
    graded = course.grade()
    assert scores(graded) == {"ada": 4, "boole": 1, "cauchy": 1}
    assert set(told(graded)) == {"ada"}  # whose point has only moved, to the other cell
    assert told(graded)["ada"][:2] == (4.0, 4.0)
    assert str(graded.changes) == "1 of 3 grades differ: 0 up, 0 down, 1 with the same total"
    course.intact()


def test_a_removed_cell_keeps_its_hand_grades_on_record_and_may_come_back(course: Course) -> None:
    course.by_hand("ada", 1.5, 0.25)
    course.by_hand("boole", 1.0)
    course.grade()
    course.write(VALUES)
    graded = course.grade()
    assert scores(graded) == {"ada": 2, "boole": 1, "cauchy": 1}
    why = "removed, its points by hand are kept on record"
    assert told(graded)["ada"] == (3.75, 2.0, (("words", 1.75, None, why),))
    assert "what 2 got for it by hand no longer counts, but is kept" in str(
        graded.changes.of_the_set()
    )
    course.intact()
    course.write(VALUES + WORDS)
    graded = course.grade()
    assert scores(graded) == {"ada": 3.75, "boole": 2, "cauchy": 1}
    with course.book() as book:
        comment = book.find_comment("words", "ps1", "ps1", "ada")
        assert comment.manual_comment == "well, ada"
        assert book.find_grade("words", "ps1", "ps1", "ada").extra_credit == 0.25
    course.intact()


def test_other_points(course: Course) -> None:
    course.by_hand("ada", 1.5)
    course.grade()
    course.write(
        checked("values", 4, ".at(2.0).gives(4.0).at(3.0).gives(6.0)")
        + WORDS.replace('"points": 2', '"points": 3')
    )
    graded = course.grade()
    assert scores(graded) == {"ada": 5.5, "boole": 2, "cauchy": 2}
    why = "2 → 4 points, its test changed"
    assert told(graded)["boole"] == (1.0, 2.0, (("values", 1.0, 2.0, why),))
    # 1.5 was of 2; whether it is 1.5 of 3, a person has to say
    assert one(graded, "ada").by_hand == 3
    again = course.grade(force=True)
    assert (again.done, one(again, "ada").by_hand) == (3, 3)
    course.intact()


def test_a_test_that_ends_in_other_words_changes_nobodys_grade(course: Course) -> None:
    course.write(VALUES.replace(".gives(6.0)", '.gives(6.0, because="so")') + WORDS)
    graded = course.grade()
    assert (graded.done, graded.changes.compared, graded.changes.changes) == (3, 3, [])
    page = (course.root / "reports/ps1/changes.html").read_text("utf-8")
    assert "Nobody&#x27;s" in page or "Nobody's" in page
    assert "+check(twice)" in page  # the test, line by line


def test_who_hands_in_again_or_cannot_be_graded_is_told_apart(course: Course) -> None:
    course.write(checked("values", 2, ".at(3.0).gives(6.0)") + WORDS)
    course.hand_in("boole", "x + x")
    (course.submitted / "cauchy/ps1/ps1.ipynb").write_text("{")
    graded = course.grade()
    changes = {change.student: change for change in graded.changes.changes}
    assert changes["boole"].cells == (
        ("values", 1.0, 2.0, "its test changed, another file was handed in"),
    )
    assert (changes["cauchy"].before, changes["cauchy"].after) == (1.0, None)
    assert "the file is damaged" in changes["cauchy"].why


def test_a_person_looks_again_where_another_answer_was_handed_in(course: Course) -> None:
    course.by_hand("ada", 1.5)
    course.grade()
    course.hand_in("ada", "2 * x", "Other words.")
    graded = course.grade()
    assert (one(graded, "ada").status, one(graded, "ada").score) == (Status.BY_HAND, 3.5)


def test_each_is_compared_with_the_tests_of_the_time(course: Course) -> None:
    course.write(checked("values", 2, ".at(3.0).gives(6.0)") + WORDS)
    graded = course.grade(students=["ada", "cauchy"])
    assert graded.changes.pending == ["boole"]
    course.write(checked("values", 2, ".at(1.0).gives(2.0)") + WORDS)
    graded = course.grade()
    # boole had 1 point with the first tests, cauchy none with the second
    assert {name: found[:2] for name, found in told(graded).items()} == {"boole": (1.0, 0.0)}
    assert graded.changes.pending == []
    course.write(checked("values", 2, ".at(2.0).gives(4.0)") + WORDS)
    assert {name: found[:2] for name, found in told(course.grade()).items()} == {
        "boole": (0.0, 2.0),
        "cauchy": (0.0, 2.0),
    }


def test_a_dry_run_says_the_same_and_writes_nothing(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    course.by_hand("boole", 1.0)
    course.grade()
    course.write(VALUES.replace("values", "figures"))
    before = course.files()
    arguments = ["--root", str(course.root), "grade", "ps1", "--submitted", str(course.submitted)]
    assert main([*arguments, "--jobs", "1", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "Nothing was written" in said
    assert "words was removed, 2 points; what 1 got for it by hand no longer counts" in said
    assert course.files() == before
    would = course.grade(dry_run=True)
    assert course.files() == before
    did = course.grade()
    assert would.changes.changes == did.changes.changes
    assert would.changes.of_the_set() == did.changes.of_the_set()
    assert course.files() != before


def test_a_dry_run_of_what_was_never_graded_says_so(
    root: Path, tmp_path: Path, executor: ThreadPoolExecutor
) -> None:
    fresh = Course(tmp_path, root / "nbgrader_config.py", executor)
    before = fresh.files()
    with pytest.raises(GradingError, match="nothing is graded there yet"):
        fresh.grade(dry_run=True)
    assert fresh.files() == before


@pytest.mark.parametrize(
    ("of", "broken"),
    [(Former, "_keep"), (Cells, "_remove"), (Cells, "_add"), (Cells, "_look_again")],
)
def test_a_run_that_ends_while_cells_change_has_changed_nothing(
    course: Course, monkeypatch: pytest.MonkeyPatch, of: type, broken: str
) -> None:
    course.by_hand("ada", 1.5)
    course.grade()
    course.write(VALUES.replace("values", "figures"))
    before = rows(course)
    done: Callable[..., None] = getattr(of, broken)

    def ends(*arguments: Any) -> None:
        done(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(of, broken, ends)
        with pytest.raises(KeyboardInterrupt):
            course.grade()
    assert rows(course) == before
    assert told(course.grade())["ada"][:2] == (3.5, 2.0)
    course.intact()


def test_a_run_that_ends_after_the_cells_changed_goes_on(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nbgrader.preprocessors

    course.by_hand("ada", 1.5)
    course.grade()
    course.write(VALUES.replace(".at(2.0).gives(4.0)", "").replace("values", "figures") + WORDS)

    def ends(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(nbgrader.preprocessors.SaveCells, "_create_notebook", ends)
        with pytest.raises(KeyboardInterrupt):
            course.grade()
    graded = course.grade()
    assert scores(graded) == {"ada": 3.5, "boole": 0, "cauchy": 0}
    assert told(graded)["boole"][:2] == (1.0, 0.0)
    assert graded.changes.of_the_set() == [
        "figures was added, 2 points",
        "values was removed, 2 points",
    ]
    course.intact()


def rows(course: Course) -> list[Any]:
    """Everything in the gradebook."""
    with closing(sqlite3.connect(course.root / "gradebook.db")) as book:
        return list(book.iterdump())


def test_kills_while_a_class_is_graded_anew_change_nothing(course: Course, tmp_path: Path) -> None:
    course.by_hand("ada", 1.5, 0.25)
    course.grade()
    course.write(checked("figures", 3, ".at(3.0).gives(6.0).at(0.0).gives(0.0)") + WORDS)
    calm, wild = course.root, tmp_path / "wild"
    shutil.copytree(calm, wild)

    def run(root: Path, seconds: float | None = None) -> float:
        """Grade; kill it after so many seconds, if that is before its end."""
        command = [sys.executable, "-m", "ce_lib.cli", "--root", str(root), "grade", "ps1"]
        began = time.monotonic()
        graded = subprocess.Popen(
            [*command, "--submitted", str(course.submitted), "--jobs", "1"], cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            assert graded.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            below = psutil.Process(graded.pid).children(recursive=True)
            graded.kill()
            graded.wait()
            assert gone(below), "a process outlived the grader"
        return time.monotonic() - began

    def state(root: Path) -> list[Any]:
        with closing(sqlite3.connect(root / "gradebook.db")) as book:
            query = "select student, cell, auto, hand, extra, comment from course_removed_grade"
            found = [book.execute(text).fetchall() for text in (GRADES, COMMENTS, query)]
            assert book.execute("pragma foreign_key_check").fetchall() == []
        pages = [*root.glob("feedback/*/*/*.html"), root / "reports/ps1/changes.csv"]
        return [*found, {str(page.relative_to(root)): page.read_text() for page in pages}]

    usual = run(calm)
    draw = random.Random(7)
    for _ in range(3):
        run(wild, draw.uniform(0.3, 1.0) * usual)
    run(wild)
    assert state(wild) == state(calm)
    assert "ada,total,3.75,4.75" in (wild / "reports/ps1/changes.csv").read_text()


def test_on_a_database_server(
    server: Server, root: Path, tmp_path: Path, executor: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("COURSE_DB_URL", server.create("changes"))
    course = Course(tmp_path, root / "nbgrader_config.py", executor)
    course.grade()
    course.by_hand("ada", 1.5, 0.25)
    course.write(VALUES.replace("values", "figures"))
    would = course.grade(dry_run=True).changes
    did = course.grade().changes
    assert would.changes == did.changes
    assert {change.student for change in did.changes} == set(ANSWERS)
    course.write(VALUES + WORDS)
    assert scores(course.grade()) == {"ada": 3.75, "boole": 1, "cauchy": 1}
    with course.book() as book:
        assert book.find_comment("words", "ps1", "ps1", "ada").manual_comment == "well, ada"


def test_the_table_and_the_page_agree_and_run_nothing(course: Course) -> None:
    course.write(checked("values", 2, ".at(3.0).gives(6.0)") + WORDS)
    graded = course.grade()
    table = graded.report.with_name("changes.csv")
    found = list(csv.DictReader(table.open(encoding="utf-8")))
    assert [row["student"] for row in found] == ["boole", "boole", "cauchy", "cauchy"]
    assert found[0] == {
        "student": "boole", "cell": "total", "before": "1", "after": "0", "why": ""
    }  # fmt: skip
    page = graded.report.with_name("changes.html").read_text("utf-8")
    assert "<script" not in page
    assert page.count("default-src 'none'") == 1
    for name in ("boole", "cauchy"):
        assert f'href="../../feedback/{name}/ps1/ps1.html"' in page
    assert ">ada<" not in page


def test_nbgrader_releases_the_changed_set(course: Course, root: Path) -> None:
    from ce_lib.grading.release import load_config

    course.write(VALUES + checked("zero", 1, ".at(0.0).gives(0.0)") + WORDS)
    course.grade()
    config = load_config(course.root)
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    coursedir = CourseDirectory(config=config)
    done = NbGraderAPI(coursedir, config=config).generate_assignment("ps1")
    assert done["success"], done["error"]
    course.intact()


def test_comparison_of_two_records() -> None:
    part = {"a": Part(2.0, "x")}
    old = Kept("1", "graded", "file", marks={"a": Mark(1.0)})
    assert compare("s", old, old, part, part) is None
    failed = Kept("1", Status.FAILED.value, "file", "no notebook")
    assert compare("s", failed, failed, part, part) is None
    change = compare("s", failed, old, part, part)
    assert change is not None
    assert (change.before, change.after, change.why) == (
        None, 1.0, "could not be graded before: no notebook"
    )  # fmt: skip
    hand = Kept("2", "graded", "file", marks={"a": Mark(1.0, 2.0)})
    change = compare("s", old, hand, part, part)
    assert change is not None
    assert change.cells == (("a", 1.0, 2.0, "graded by hand"),)
    moved = Kept("2", "graded", "file", marks={"a": Mark(0.0)})
    change = compare("s", old, moved, part, part)
    assert change is not None
    assert "another part of the problem set" in change.cells[0][3]
    assert list(lines(type("C", (), {"changes": [change] * 3})(), 2))[-1] == "… and 1 more"
