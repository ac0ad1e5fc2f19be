"""A gradebook on a PostgreSQL server: the same grades as ever, and it may go away in the middle."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from tqdm import tqdm

from benchmarks.postgres import Server
from ce_lib.grading import database
from ce_lib.grading.entries import Entry, LedgerError
from ce_lib.grading.grade import Class, GradingError, grade_class
from ce_lib.grading.ledger import Ledger
from ce_lib.grading.problem import load_problem
from ce_lib.grading.records import Status

from . import cluster_faults, faults
from .cluster_faults import recorded

pytestmark = [
    pytest.mark.slow,
    pytest.mark.walled,
]

ROOT = faults.ROOT
Progress = Callable[[Iterable[str]], Iterable[str]]


def grade(submitted: Path, output: Path, progress: Progress = iter, **more: Any) -> Class:
    return grade_class(ROOT, "ps2", submitted, output, progress=progress, jobs=1, **more)


def undisturbed(small_class: tuple[Path, Path]) -> dict[str, Any]:
    return recorded(f"sqlite:///{small_class[1] / 'gradebook.db'}", small_class[1])


def at(moments: dict[int, Callable[[], object]]) -> Progress:
    """Do something once so many submissions are on record."""

    def progress(students: Iterable[str]) -> Iterator[str]:
        for number, student in enumerate(students, start=1):
            moments.get(number, lambda: None)()
            yield student

    return progress


def one(url: str, query: str, **values: object) -> Any:
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(sqlalchemy.text(query), values)
        rows = result.fetchall() if result.returns_rows else []
    engine.dispose()
    return rows


def test_the_same_grades_as_in_a_file_and_nothing_to_do_a_second_time(
    small_class: tuple[Path, Path], fresh: Callable[[], str], tmp_path: Path
) -> None:
    url = fresh()
    assert grade(small_class[0], tmp_path).done == 8
    assert not (tmp_path / "gradebook.db").exists()
    first = recorded(url, tmp_path)
    assert first == undisturbed(small_class)
    again = grade(small_class[0], tmp_path)
    assert again.done == 1, "only what failed is tried again"
    assert recorded(url, tmp_path) == first
    one(url, "update grade set auto_score = 0.25 where auto_score = 0")
    assert recorded(url, tmp_path) != first, "the comparison would notice"


def test_a_killed_run_goes_on_where_it_stopped(
    small_class: tuple[Path, Path], fresh: Callable[[], str], tmp_path: Path
) -> None:
    url = fresh()
    run = faults.start(small_class[0], tmp_path)
    engine = sqlalchemy.create_engine(url)
    cluster_faults.await_count(engine, run, 1, tqdm(disable=True))
    run.kill()
    run.wait()
    engine.dispose()
    grade(small_class[0], tmp_path)
    assert recorded(url, tmp_path) == undisturbed(small_class)


def test_one_run_at_a_time_even_from_machines_that_share_no_folder(
    small_class: tuple[Path, Path], fresh: Callable[[], str], tmp_path: Path
) -> None:
    url = fresh()
    problem = load_problem(ROOT, "ps2")
    with Ledger(url, problem, "cross-entropy", alone=True):
        with pytest.raises(GradingError, match="another run may grade ps2 in this gradebook"):
            grade(small_class[0], tmp_path / "first")
        with Ledger(url, problem, "cross-entropy") as reader:
            assert reader.records() == []
        with Ledger(url, load_problem(ROOT, "ps1"), "cross-entropy", alone=True):
            pass
    grade(small_class[0], tmp_path / "second")
    assert recorded(url, tmp_path / "second") == undisturbed(small_class)


def test_the_server_is_restarted_and_crashes_in_the_middle(
    small_class: tuple[Path, Path], fresh: Callable[[], str], server: Server, tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    url = fresh()

    def restart(at_once: bool) -> None:
        server.stop(at_once=at_once)
        threading.Timer(0.4, server.start).start()

    moments = {2: lambda: restart(False), 5: lambda: restart(True)}
    assert grade(small_class[0], tmp_path, at(moments)).done == 8
    assert recorded(url, tmp_path) == undisturbed(small_class)
    assert capfd.readouterr().err.count("waiting up to 300 s") == 2


def test_what_was_committed_without_an_answer_is_not_done_again(
    fresh: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh()
    # the transaction that last wrote each row
    last = "select xmin::text from grade union all select xmin::text from course_submission"
    problem = load_problem(ROOT, "ps2")
    (cell,) = list(problem.max_scores)[:1]
    entry = Entry("ada", Status.GRADED, "", "digest", scores={cell: 1.0})
    with Ledger(url, problem, "cross-entropy", alone=True) as ledger:
        dialect = ledger._engine.dialect
        real, committed = dialect.do_commit, []

        def commit_and_lose_the_answer(connection: Any) -> None:
            real(connection)
            if not committed:
                backend = connection.driver_connection.info.backend_pid
                committed.extend(one(url, last))
                one(url, "select pg_terminate_backend(:pid)", pid=backend)
                with connection.cursor() as cursor:  # the driver notices
                    cursor.execute("select 1")

        monkeypatch.setattr(dialect, "do_commit", commit_and_lose_the_answer)
        ledger.write(entry, "bubblewrap")
        assert len(committed) == 2
        assert one(url, last) == committed
        ledger.write(entry, "bubblewrap")
        assert one(url, last) != committed, "the comparison would notice"


def test_a_server_that_stays_away_stops_the_run_with_a_word_and_nothing_lost(
    small_class: tuple[Path, Path], fresh: Callable[[], str], server: Server, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    url = fresh()
    monkeypatch.setattr(database, "OUTAGE", 0.3)
    try:
        with pytest.raises(GradingError, match=r"what was graded so far is recorded.*run this"):
            grade(small_class[0], tmp_path, at({3: server.stop}))
    finally:
        server.start()
    assert one(url, "select count(*) from course_submission") == [(3,)]
    grade(small_class[0], tmp_path)
    assert recorded(url, tmp_path) == undisturbed(small_class)


def test_an_error_names_the_gradebook_without_its_password(tmp_path: Path) -> None:
    problem, place = load_problem(ROOT, "ps2"), f"host={tmp_path}&connect_timeout=1"
    with pytest.raises(LedgerError, match=r"postgresql\+psycopg://grader:\*\*\*@/none") as caught:
        Ledger(f"postgresql+psycopg://grader:secret@/none?{place}", problem)
    assert "secret" not in str(caught.value)
    with pytest.raises(LedgerError, match="db_url is not of the form"):
        Ledger("a gradebook", problem)
    with pytest.raises(LedgerError, match="needs psycopg2, which is not installed here"):
        Ledger(f"postgresql+psycopg2://grader:secret@/none?{place}", problem)


def test_a_note_with_characters_that_no_database_keeps(fresh: Callable[[], str]) -> None:
    url = fresh()
    with Ledger(url, load_problem(ROOT, "ps2"), "cross-entropy") as ledger:
        ledger.write(Entry("ada", Status.FAILED, "a\0b\ud800c", ""), "bubblewrap")
        assert [record.note for record in ledger.records()] == ["a\N{REPLACEMENT CHARACTER}b?c"]
        with pytest.raises(LedgerError, match="the gradebook"):
            ledger.write(Entry("a\0b", Status.FAILED, "", ""), "bubblewrap")


def test_nbgrader_reads_what_we_recorded(
    small_class: tuple[Path, Path], fresh: Callable[[], str], tmp_path: Path
) -> None:
    url = fresh()
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    graded = grade(small_class[0], tmp_path)
    expected = {r.student: r.score for r in graded.records if r.status is not Status.FAILED}

    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    from ce_lib.grading.release import load_config

    config = load_config(tmp_path)
    coursedir = CourseDirectory(config=config)
    # what formgrader shows: its pages are made of these
    api = NbGraderAPI(coursedir, config=config)
    shown = {row["student"]: row for row in api.get_submissions("ps2")}
    assert {s: shown[s]["score"] for s in expected} == pytest.approx(expected)
    assert all(shown[s]["autograded"] and shown[s]["needs_manual_grade"] for s in expected)
    assert "broken" not in shown
    (notebook,) = api.get_notebooks("ps2")
    assert notebook["name"] == "ps2"
    assert notebook["average_score"] == pytest.approx(sum(expected.values()) / len(expected))

    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "export"], cwd=tmp_path, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COURSE_DB_URL": url},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((tmp_path / "grades.csv").open(encoding="utf-8")))
    exported = {r["student_id"]: float(r["score"]) for r in rows if r["student_id"] in expected}
    assert exported == pytest.approx(expected)
