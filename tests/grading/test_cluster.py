"""A class graded by Dask workers, each a process of its own: the same grades, whoever dies."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from hypothesis import given
from hypothesis import strategies as st
from tqdm import tqdm

from benchmarks import cluster as benchmark
from benchmarks.dask_processes import Processes
from ce_lib.grading import cluster as coordinator
from ce_lib.grading import parcel
from ce_lib.grading.cluster import Cluster, ClusterError
from ce_lib.grading.engine import Given, Graded, Task
from ce_lib.grading.entries import Entry, Manual
from ce_lib.grading.grade import Class, grade_class
from ce_lib.grading.records import Behaved, Status
from ce_lib.grading.session import Limits

from . import cluster_faults, faults
from .cluster_faults import recorded, torment

ROOT = faults.ROOT

walled = pytest.mark.walled

#: Makes a worker misbehave, on words that stand in a submission; loaded by `dask worker --preload`.
MISCHIEF = """
import os, signal
from ce_lib.grading import cluster_worker as there, parcel

# Dask loads this more than once
honest = there.honest = getattr(there, "honest", there.GradingPlugin.grade)
ask = there.ask = getattr(there, "ask", there._Judge.ask)

def grade(plugin, asked):
    if b"take the worker down" in asked:
        os.kill(os.getpid(), signal.SIGKILL)
    return honest(plugin, asked)

def killed(judge, asked):
    if b"take the judge down" in asked:
        judge._process.kill()
    return ask(judge, asked)

there.GradingPlugin.grade = grade
there._Judge.ask = killed
if os.environ.get("OTHER_CODE"):
    parcel._code = lambda: "0ther"
"""


def grade(submitted: Path, output: Path, address: str, **more: Any) -> Class:
    return grade_class(ROOT, "ps2", submitted, output, cluster=address, **more)


def undisturbed(small_class: tuple[Path, Path]) -> dict[str, Any]:
    return recorded(f"sqlite:///{small_class[1] / 'gradebook.db'}", small_class[1])


def at(number: int, deed: Callable[[], object]) -> Callable[[Iterable[str]], Iterator[str]]:
    def progress(students: Iterable[str]) -> Iterator[str]:
        for count, student in enumerate(students, start=1):
            if count == number:
                deed()
            yield student

    return progress


@pytest.fixture(scope="module")
def workers() -> Iterator[Processes]:
    with Processes(2) as processes:
        yield processes


# -- bytes ---------------------------------------------------------------------------------------


@given(
    st.dictionaries(st.text(), st.none() | st.floats(allow_nan=False) | st.text()),
    st.lists(st.binary(), max_size=4),
)
def test_a_parcel_holds_what_was_put_in(head: dict[str, Any], parts: list[bytes]) -> None:
    head.pop("lengths", None)
    assert parcel.unpack(parcel.pack(head, *parts)) == (head, parts)


def test_a_task_arrives_without_the_paths_of_the_machine_it_comes_from() -> None:
    manual = Manual({"plot": (1.5, None), "why": (None, 0.5)}, {"why": "well said"})
    task = Task(
        "/home", "ps2", "digest", "Zoë \ud800", "/in/a.ipynb", "/in", "/out", "none", manual,
        Limits(call=3.0),
    )  # fmt: skip
    handed_in = Given(b"\0\xff", datetime.datetime(2026, 1, 2), "odd")
    there, data = parcel.unpack_task(parcel.pack_task(task, handed_in), "/elsewhere")
    kept = ("name", "problem", "student", "sandbox", "manual", "limits")
    assert [getattr(there, name) for name in kept] == [getattr(task, name) for name in kept]
    assert (there.root, there.notebook, there.within, there.output) == ("/elsewhere", "", "", "")
    assert (data.data, data.note) == (b"\0\xff", "odd")


def test_an_answer_arrives_with_every_field_of_the_entry() -> None:
    example: dict[str, Any] = {
        "student": "ada",
        "status": Status.BY_HAND,
        "note": "é",
        "file": "digest",
        "scores": {"a": 1.5, "b": None},
        "unanswered": frozenset({"b", "c"}),
        "seconds": 0.25,
        "behaved": (Behaved("test", "sigmoid", "sign-slip", 3, 4),),
    }
    left_at_home = {"timestamp"}
    assert {field.name for field in fields(Entry)} == example.keys() | left_at_home
    sent = Graded(Entry(**example), "{}\n", "<p>\ud800</p>")
    assert parcel.unpack_answer(parcel.pack_answer("graded", graded=sent)) == ("graded", "", sent)
    assert parcel.unpack_answer(parcel.pack_answer("sandbox", "none")) == ("sandbox", "none", None)


def test_versions_that_differ_are_named() -> None:
    here = parcel.versions(["numpy"])
    assert parcel.differences(here, dict(here)) == ""
    assert parcel.differences(here, {**here, "numpy": "0.9"}) == (
        f"numpy is 0.9 there and {here['numpy']} here"
    )
    assert "numpy is none there" in parcel.differences(here, {})
    assert len(here["the code of ce_lib"]) == 12


def test_dask_is_loaded_only_for_a_cluster() -> None:
    code = "import sys, ce_lib.cli, ce_lib.grading.grade; sys.exit('distributed' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=faults.environment(), check=False)
    assert done.returncode == 0


def test_published_tables_are_what_was_measured(root: Path) -> None:
    results = root / "benchmarks" / "results"
    measured = json.loads((results / "cluster.json").read_text("utf-8"))
    assert (results / "cluster.md").read_text("utf-8") == benchmark.table(measured)
    assert (results / "cluster-projection.md").read_text("utf-8") == benchmark.projection(measured)
    # a coordinator that costs twice as much makes the largest class wait
    one = benchmark.limits(measured)
    for row in measured["rows"]:
        row["cluster"]["coordinator"] *= 2
    assert benchmark.limits(measured)["most_coordinator"] == one["most_coordinator"] / 2
    assert benchmark.projection(measured) != (results / "cluster-projection.md").read_text("utf-8")


# -- who answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "http://[", "127.0.0.1:x"])
def test_nobody_answers(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordinator, "SCHEDULER", 0.5)
    with pytest.raises(ClusterError, match=r"no Dask scheduler answers at .*`dask scheduler`"):
        Cluster(address)


@pytest.mark.slow
@walled
def test_a_scheduler_without_workers_and_one_that_goes_away(
    small_class: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Processes(0) as processes:
        monkeypatch.setattr(coordinator, "WORKERS", 0.3)
        with pytest.raises(ClusterError, match=r"has had no worker for 0 s: start some with"):
            grade(small_class[0], tmp_path, processes.address)
        monkeypatch.undo()
        processes.add()
        with pytest.raises(ClusterError, match=r"scheduler at .* is gone; what was graded so far"):
            grade(
                small_class[0],
                tmp_path,
                processes.address,
                progress=at(2, processes.scheduler.kill),
            )
    grade_class(ROOT, "ps2", small_class[0], tmp_path, jobs=1)
    book = f"sqlite:///{tmp_path / 'gradebook.db'}"
    assert recorded(book, tmp_path) == undisturbed(small_class)


@pytest.mark.slow
@walled
def test_workers_that_would_grade_differently_or_without_a_wall_are_refused(
    small_class: tuple[Path, Path], tmp_path: Path
) -> None:
    mischief = tmp_path / "mischief.py"
    mischief.write_text(MISCHIEF)
    with Processes(0, options=["--preload", str(mischief)]) as processes:
        other = processes.add({"OTHER_CODE": "1"})
        with pytest.raises(
            ClusterError, match="1 of 1 workers would grade differently: at tcp:"
        ) as e:
            grade(small_class[0], tmp_path / "a", processes.address)
        assert "the code of ce_lib is 0ther there and" in str(e.value)
        other.terminate()
        other.wait()
        bare = processes.add({"PATH": str(tmp_path)})
        with pytest.raises(ClusterError, match=r"at tcp://127.*: bubblewrap is missing.*run this"):
            grade(small_class[0], tmp_path / "b", processes.address)
        bare.terminate()
        bare.wait()

        def join() -> None:
            before = processes.said().count("Starting Worker plugin")
            processes.add({"OTHER_CODE": "1"})
            while processes.said().count("Starting Worker plugin") == before:
                time.sleep(0.05)

        processes.add()
        with pytest.raises(ClusterError, match="the code of ce_lib is 0ther there"):
            grade(small_class[0], tmp_path / "c", processes.address, progress=at(1, join))


# -- the same grades -----------------------------------------------------------------------------


@pytest.mark.slow
@walled
def test_a_cluster_with_postgresql_grades_as_one_machine_does(
    small_class: tuple[Path, Path], workers: Processes, fresh: Callable[[], str], tmp_path: Path
) -> None:
    url = fresh()
    assert grade(small_class[0], tmp_path, workers.address).done == 8
    assert recorded(url, tmp_path) == undisturbed(small_class)
    assert grade(small_class[0], tmp_path, workers.address).done == 1
    assert recorded(url, tmp_path) == undisturbed(small_class)
    assert workers.judging() == [], "nothing of a run stays on the cluster"


@pytest.mark.slow
@walled
def test_workers_die_and_the_database_restarts(fresh: Callable[[], str], tmp_path: Path) -> None:
    calm, wild, done = torment(tmp_path, submissions=12, kills=2, restarts=1, seed=3)
    assert sum(done.values()) == 3
    assert wild == calm


@pytest.mark.slow
@walled
def test_judges_end_soon_after_their_coordinator_was_killed(
    small_class: tuple[Path, Path], workers: Processes, fresh: Callable[[], str], tmp_path: Path
) -> None:
    url = fresh()
    database = sqlalchemy.create_engine(url)
    run = cluster_faults.run(small_class[0], tmp_path, url, "--cluster", workers.address)
    try:
        cluster_faults.await_count(database, run, 2, tqdm(disable=True))
        judges = workers.judging()
        assert judges
        below = [*judges, *(one for judge in judges for one in judge.children(recursive=True))]
        assert len(below) > len(judges)  # each has its sandbox
    finally:
        run.kill()
        run.wait()
        database.dispose()
    assert faults.gone(below), "a judge or its sandbox outlived the coordinator"
    assert all(process.poll() is None for process in workers.workers)
    # and whoever comes next finds the cluster as it was
    grade(small_class[0], tmp_path, workers.address)
    assert recorded(url, tmp_path) == undisturbed(small_class)


@pytest.mark.slow
@walled
def test_a_submission_that_kills_workers_is_given_up_and_no_other(
    small_class: tuple[Path, Path], tmp_path: Path
) -> None:
    submitted = tmp_path / "in"
    for student in sorted(small_class[0].iterdir()):
        target = submitted / student.name / "ps2" / "ps2.ipynb"
        target.parent.mkdir(parents=True)
        text = (student / "ps2" / "ps2.ipynb").read_text("utf-8")
        for number, words in (("1", "take the worker down"), ("4", "take the judge down")):
            if student.name.endswith(number):
                text = text.replace('"metadata": {', f'"metadata": {{"note": "{words}", ', 1)
        target.write_text(text, "utf-8")
    mischief = tmp_path / "mischief.py"
    mischief.write_text(MISCHIEF)
    few = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with Processes(2, few, ["--preload", str(mischief)]) as processes:
        graded = grade(submitted, tmp_path / "out", processes.address)
    failed = {r.student: r.note for r in graded.records if r.status is Status.FAILED}
    assert failed.pop("student-00001") == "2 workers of the cluster died while they graded it"
    assert failed.pop("student-00004") == "grading it ended the grader's own process twice"
    assert failed.keys() == {"broken"}
    assert "2 workers" in (tmp_path / "out/feedback/student-00001/ps2/ps2.html").read_text("utf-8")
    calm = undisturbed(small_class)["grades"]
    wild = recorded(f"sqlite:///{tmp_path / 'out' / 'gradebook.db'}", tmp_path / "out")["grades"]
    assert wild == [row for row in calm if row[0] not in ("student-00001", "student-00004")]
