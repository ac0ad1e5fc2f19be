"""What is read of a gradebook is what is in it, in SQLite and in PostgreSQL."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.export import FORMATS, make_gradebook, run
from benchmarks.postgres import Server
from ce_lib.doctor import postgresql
from ce_lib.grading.lms.findings import LmsError
from ce_lib.grading.lms.grades import Grade, Grades, read_grades
from ce_lib.grading.records import Status

pytestmark = pytest.mark.slow

CONFIG = "c = get_config()\n"


@pytest.fixture(scope="module")
def course(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course's folder whose gradebook is elsewhere."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(root / "exercises", folder / "exercises")
    (folder / "nbgrader_config.py").write_text(CONFIG)
    return folder


@pytest.fixture(scope="module")
def sqlite(course: Path, root: Path) -> Grades:
    make_gradebook(root, f"sqlite:///{course / 'gradebook.db'}", 250)
    return read_grades(course, "ps2")


def test_it_is_read_as_it_was_written(sqlite: Grades) -> None:
    assert (sqlite.name, sqlite.max_score) == ("ps2", 23.0)
    assert next(iter(sqlite.questions)) == "sigmoid-values"  # in the order of the notebook
    assert len(sqlite.students) == len(sqlite.submissions) == 250
    by_status = {s: [g for g in sqlite.students if g.status is s] for s in Status}
    assert {s: len(found) for s, found in by_status.items()} == {
        Status.GRADED: 245, Status.BY_HAND: 3, Status.FAILED: 2,
    }  # fmt: skip
    for grade in by_status[Status.GRADED]:
        assert None not in grade.questions
        points = sum(p for p in grade.questions if p is not None)
        assert grade.raw == pytest.approx(points)
        assert grade.score == pytest.approx(max(0.0, points - grade.penalty))
    assert {g.student for g in sqlite.students if g.penalty} == {
        f"student-{k:05d}" for k in range(3, 250, 50)
    }
    for grade in by_status[Status.BY_HAND]:
        assert grade.score is None
        assert grade.questions[0] is None
    assert all(set(g.questions) == {None} and g.note for g in by_status[Status.FAILED])
    assert sqlite.students[7].email == "student-00007@uni.example"


@pytest.mark.skipif(not postgresql(), reason="no PostgreSQL: see `ce-course doctor`")
def test_postgresql_gives_the_same(
    sqlite: Grades, course: Path, root: Path, tmp_path: Path
) -> None:
    place = tmp_path / "course"
    place.mkdir()
    (place / "exercises").symlink_to(course / "exercises")
    with Server() as server:
        text = f"{CONFIG}c.CourseDirectory.db_url = {server.url!r}\n"
        (place / "nbgrader_config.py").write_text(text)
        make_gradebook(root, server.url, 250)
        found = read_grades(place, "ps2")
        server.stop()
        with pytest.raises(LmsError, match="the gradebook cannot be read: "):
            read_grades(place, "ps2")

    def plain(grades: Grades) -> list[Grade]:
        return sorted(grades.students, key=lambda grade: grade.student)

    assert plain(found) == plain(sqlite)
    assert found.questions == sqlite.questions


def test_no_gradebook_and_a_damaged_one_are_errors(course: Path, tmp_path: Path) -> None:
    with pytest.raises(LmsError, match=r"no gradebook at .*: grade first, with `ce-course grade"):
        read_grades(course, "ps2", tmp_path)
    (tmp_path / "gradebook.db").write_bytes(b"no database" * 100)
    with pytest.raises(LmsError, match="the gradebook cannot be read: file is not a database"):
        read_grades(course, "ps2", tmp_path)
    (tmp_path / "gradebook.db").write_bytes(b"")
    with pytest.raises(LmsError, match="the gradebook is empty: grade first"):
        read_grades(course, "ps2", tmp_path)


def test_a_set_that_was_never_graded_is_named(sqlite: Grades, course: Path) -> None:
    with pytest.raises(LmsError, match="ps9 was never graded: the gradebook has ps2"):
        read_grades(course, "ps9")


def test_the_benchmark_fills_every_format() -> None:
    text, seconds = run((30,))
    assert all(name in text for name in FORMATS)
    assert seconds > 0
