"""Sanitise, wire, judge and gradebook, each on its own: what they accept and what they must not."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ce_lib.grading.evidence import pieces
from ce_lib.grading.grade import grade_class
from ce_lib.grading.judge import Verdict, judge
from ce_lib.grading.patience import patience
from ce_lib.grading.problem import Problem, load_problem
from ce_lib.grading.records import Record, Status
from ce_lib.grading.release import load_config, problem_sets
from ce_lib.grading.sample_class import answers, submission
from ce_lib.grading.sandbox import Sandbox
from ce_lib.grading.sanitise import Unusable, read_answers
from ce_lib.grading.session import Limits
from ce_lib.grading.stranger import clean_outputs, raised, write_back
from ce_lib.grading.wire import Channel, Closed, Late, ProtocolError, decode, encode, frame

walled = pytest.mark.walled


@pytest.fixture(scope="module")
def problem(root: Path) -> Problem:
    return load_problem(root, "ps2")


@pytest.fixture(scope="module")
def exercise(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "exercises/ps2/ps2.ipynb").read_text("utf-8"))
    return found


@pytest.fixture
def notebook(exercise: dict[str, Any]) -> dict[str, Any]:
    """A fresh copy, with one answer written."""
    copy: dict[str, Any] = json.loads(json.dumps(exercise))
    cell(copy, "sigmoid")["source"] = "def sigmoid(u): return 0.5"
    return copy


def cell(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def given(notebook: dict[str, Any], problem: Problem, encoding: str = "utf-8") -> tuple[str, str]:
    """The answer to the first part, and the notes."""
    found = read_answers(json.dumps(notebook, ensure_ascii=False).encode(encoding), problem)
    return found.given["sigmoid"], "; ".join(found.notes)


# -- sanitise --------------------------------------------------------------------------------------


def test_an_ordinary_notebook_gives_its_answers_without_a_note(
    notebook: dict[str, Any], problem: Problem
) -> None:
    assert given(notebook, problem) == ("def sigmoid(u): return 0.5", "")


def test_a_notebook_of_a_browser_is_read_all_the_same(
    notebook: dict[str, Any], problem: Problem
) -> None:
    notebook["metadata"] = {"kernelspec": {"name": "python", "display_name": "Python (Pyodide)"}}
    notebook["nbformat_minor"] = 4
    for one in notebook["cells"]:
        one["metadata"]["colab"] = {"id": "x"}
        one["source"] = one["source"] if isinstance(one["source"], str) else "".join(one["source"])
    assert given(notebook, problem) == ("def sigmoid(u): return 0.5", "")


def test_the_order_of_cells_does_not_matter(notebook: dict[str, Any], problem: Problem) -> None:
    notebook["cells"].reverse()
    assert given(notebook, problem) == ("def sigmoid(u): return 0.5", "")


def test_a_missing_answer_counts_as_not_answered(
    notebook: dict[str, Any], problem: Problem
) -> None:
    notebook["cells"].remove(cell(notebook, "sigmoid"))
    text, note = given(notebook, problem)
    assert text == problem.answers["sigmoid"].released["source"]
    assert note == "the answer cell 'sigmoid' is missing: it counts as not answered"


def test_a_copy_that_was_written_in_counts(notebook: dict[str, Any], problem: Problem) -> None:
    first = cell(notebook, "sigmoid")
    again = {**first, "id": "x1", "source": "def sigmoid(u): return 1.0"}
    untouched = {**first, "id": "x2", "source": problem.answers["sigmoid"].released["source"]}
    notebook["cells"] += [again, untouched]
    text, note = given(notebook, problem)
    assert text == "def sigmoid(u): return 1.0"
    assert note == "'sigmoid' was answered 2 times: the last one counts"


def test_a_cell_without_its_mark_is_found_by_its_id(
    notebook: dict[str, Any], problem: Problem
) -> None:
    del cell(notebook, "sigmoid")["metadata"]["nbgrader"]
    text, note = given(notebook, problem)
    assert text == "def sigmoid(u): return 0.5"
    assert note == "nbgrader's marks are gone; cells were found by id: sigmoid"


def test_a_renamed_answer_is_named_in_the_note(notebook: dict[str, Any], problem: Problem) -> None:
    mine = cell(notebook, "sigmoid")
    mine["metadata"]["nbgrader"]["grade_id"] = mine["id"] = "my-sigmoid"
    assert "the cell 'my-sigmoid' may be it, renamed" in given(notebook, problem)[1]


def test_utf_16_and_a_byte_order_mark_are_read(notebook: dict[str, Any], problem: Problem) -> None:
    assert given(notebook, problem, "utf-8-sig") == ("def sigmoid(u): return 0.5", "")
    text, note = given(notebook, problem, "utf-16")
    assert text == "def sigmoid(u): return 0.5"
    assert "UTF-16" in note


def test_notebook_format_3_is_read(notebook: dict[str, Any], problem: Problem) -> None:
    cells = [{**one, "input": one.pop("source")} for one in notebook.pop("cells")]
    notebook["worksheets"] = [{"cells": cells}]
    assert given(notebook, problem)[0] == "def sigmoid(u): return 0.5"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"hello", "no JSON, at line 1"),
        ("ü".encode("latin-1"), "not UTF-8"),
        (b"[]", "no cells"),
        (b'{"cells": 3}', "no cells"),
        (b'{"cells": []}', "no cell of ps2 is in it"),
        (b'{"cells": [1, null, {"source": 5}]}', "no cell of ps2 is in it"),
        (b'{"a":' * 100_000, "nested without end"),
    ],
)
def test_what_is_no_notebook_is_refused_with_a_sentence(
    data: bytes, says: str, problem: Problem
) -> None:
    with pytest.raises(Unusable, match=says):
        read_answers(data, problem)


# -- wire ------------------------------------------------------------------------------------------


def no_reference(value: Any) -> list[Any]:
    raise ProtocolError(f"no reference for {type(value).__name__}")


def there_and_back(value: Any) -> Any:
    arrays: list[bytes] = []
    text = json.loads(json.dumps(encode(value, arrays, no_reference)))
    return decode(text, arrays, no_reference)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -(2**70), 2**1000, 1.5, float("inf"), "ü\n", 1 + 2j, b"\x00\xff", [],
        [1, [2]], (1, "a"), {1, 2}, frozenset({3}), {"a": [1], 2: None}, np.float32(0.1),
        np.int8(-3), np.True_,
        np.arange(6).reshape(2, 3), np.zeros((0, 3)), np.array(["a", "bc"]), np.float64("nan"),
        np.array([1.0, 2.0], dtype=">f8"), np.array(2.5),
    ],
    ids=repr,
)  # fmt: skip
def test_plain_data_comes_back_as_it_went(value: Any) -> None:
    back = there_and_back(value)
    assert type(back) is type(value)
    assert getattr(back, "dtype", None) == getattr(value, "dtype", None)
    np.testing.assert_equal(back, value)


def test_subclasses_come_back_as_plain_data() -> None:
    class Mine(list):  # type: ignore[type-arg]
        def __iter__(self) -> Any:
            raise RuntimeError

    assert type(there_and_back(Mine([1]))) is list
    assert there_and_back(np.ma.masked_array([1.0, 2.0])).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "value", [object(), print, np.array([object()]), 2**5000, [0] * 200_000, np.zeros(5_000_000)],
    ids=["object", "function", "objects", "long", "many", "large"],
)  # fmt: skip
def test_what_is_not_plain_or_too_much_is_refused(value: Any) -> None:
    with pytest.raises(ProtocolError):
        there_and_back(value)


@pytest.mark.parametrize(
    ("value", "arrays"),
    [
        ({}, []), ([], []), (["what"], []), (["array", "|O", [1], 0], [b"12345678"]),
        (["array", "<f8", [2], 0], [b"12345678"]), (["array", "<f8", [-1], 0], [b""]),
        (["array", "<f8", [1], 3], [b"12345678"]), (["array", "<f8", [1], -1], [b"12345678"]),
        (["array", "f8,f8", [1], 0], [b"x" * 16]), (["array", "<U0", [9], 0], [b""]),
        (["array", "__import__('os')", [1], 0], [b""]), (["array"], []), (["int", "zz"], []),
        (["int", "1" * 5000], []), (["bytes", "*"], []), (["set", ["list"]], []),
        (["dict", 1], []), (["complex", "a", "b"], []),
    ],
)  # fmt: skip
def test_what_encode_never_makes_is_refused(value: Any, arrays: list[bytes]) -> None:
    with pytest.raises(ProtocolError):
        decode(value, arrays, no_reference)


def test_a_value_nested_without_end_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ProtocolError, match="nesting"):
        there_and_back(loop)
    deep: Any = 0
    for _ in range(500):
        deep = ["list", deep]
    with pytest.raises(ProtocolError, match="too deep"):
        decode(deep, [], no_reference)


def test_frames_arrive_whole_or_not_at_all() -> None:
    one, other = socket.socketpair()
    here, there = Channel(one), Channel(other)
    here.send({"a": 1}, [b"xy", b""])
    here.send({"b": 2})
    assert there.receive() == ({"a": 1}, [b"xy", b""])
    assert there.receive() == ({"b": 2}, [])
    with pytest.raises(Late):
        there.receive(time.monotonic() + 0.01)
    # what came late is whole when it is asked for again
    made = frame({"c": 3}, [b"abc", b"d"])
    for cut in (2, 9, len(made) - 2):
        one.sendall(made[:cut])
        with pytest.raises(Late):
            there.receive(time.monotonic() + 0.01)
        one.sendall(made[cut:])
        assert there.receive() == ({"c": 3}, [b"abc", b"d"])
    one.sendall(b"\x00\x00\x00\x05[1")
    with pytest.raises(Late):
        there.receive(time.monotonic() + 0.01)
    here.close()
    with pytest.raises(Closed):
        there.receive()
    there.close()


@pytest.mark.parametrize(
    "data",
    [b"\xff" * 4, b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x02{}", b"\x00\x00\x00\x07[{},[9.]",
     b"\x00\x00\x00\x09[{},[-1]]", b"\x00\x00\x00\x08[{},[]]x",
     b"\x00\x00\x00\x04\xff\xfe\x00\x00"],
)  # fmt: skip
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    one, other = socket.socketpair()
    one.sendall(data)
    with pytest.raises(ProtocolError):
        Channel(other).receive(time.monotonic() + 5)
    one.close()
    other.close()


# -- what strangers say ----------------------------------------------------------------------------


def test_exceptions_keep_their_family_and_lose_all_else() -> None:
    told = {"bases": ["LinAlgError", "ValueError", "Exception"], "message": "singular\x1b[31m"}
    error = raised(told)
    assert isinstance(error, ValueError)
    assert (type(error).__name__, str(error)) == ("LinAlgError", "singular[31m")
    assert not isinstance(raised({"bases": ["KeyboardInterrupt"]}), KeyboardInterrupt)
    assert isinstance(raised("nonsense"), Exception)
    assert isinstance(raised({"bases": ["UnicodeDecodeError", "ValueError"]}), ValueError)


def test_changed_arguments_are_changed_here_too() -> None:
    array, numbers, table = np.zeros(2), [1, [2]], {"a": 1}
    write_back([array, numbers, table], [np.ones(2), [1, [3]], {"b": 2}])
    assert (array.tolist(), numbers, table) == ([1.0, 1.0], [1, [3]], {"b": 2})
    write_back([array], ["nonsense"])
    write_back([array], [np.ones(3)])
    assert array.tolist() == [1.0, 1.0]


def test_outputs_are_text_and_pictures_only() -> None:
    page = {"text/html": "<script>", "image/png": "PHNjcmlwdD4=", "text/plain": "<A at 0x7f00ab>"}
    kept = clean_outputs([{"output_type": "display_data", "data": page}, 7, {"output_type": "x"}])
    assert kept == [{"output_type": "display_data", "data": {"text/plain": "<A>"}, "metadata": {}}]
    assert clean_outputs("no list") == []


def test_patience_ends() -> None:
    def endless() -> None:
        with patience(0.05):
            while True:
                pass

    with pytest.raises(TimeoutError, match=r"more than 0\.05 s"):
        endless()


# -- judge -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sandbox(problem: Problem) -> Any:
    with Sandbox("bubblewrap", problem.packages, problem.modules) as walls:
        yield walls


def verdict(problem: Problem, sandbox: Sandbox, root: Path, name: str, **more: str) -> Verdict:
    text = (root / "solutions/ps2/sample_class" / f"{name}.py").read_text("utf-8")
    released = {key: one.released["source"] for key, one in problem.answers.items()}
    limits = Limits(call=1.0, again=0.2, cell=3.0, total=20.0)
    return judge(problem, {**released, **answers(text), **more}, sandbox, limits)


def said(found: Verdict, name: str) -> str:
    outputs = next(c for c in found.notebook["cells"] if c["id"] == name)["outputs"]
    return "".join(o.get("text", "") + "\n".join(o.get("traceback", [])) for o in outputs)


@walled
def test_an_error_in_an_answer_shows_the_students_own_lines(
    problem: Problem, sandbox: Sandbox, root: Path
) -> None:
    found = verdict(problem, sandbox, root, "ada", sigmoid="x = 1\ny = x / 0\n")
    assert "sigmoid, line 2\n    y = x / 0\nZeroDivisionError: division by zero" in said(
        found, "sigmoid"
    )
    assert "NameError: name 'sigmoid' is not defined" in said(found, "sigmoid-values")
    assert found.scores["sigmoid-values"] == 0
    assert found.scores["logit-values"] == 2


@walled
def test_the_courses_own_function_is_no_answer_but_may_serve_elsewhere(
    problem: Problem, sandbox: Sandbox, root: Path
) -> None:
    found = verdict(
        problem, sandbox, root, "ada", sigmoid="def sigmoid(u):\n    return ce.sigmoid(u)\n"
    )
    assert found.scores["sigmoid-values"] == 0
    assert "ce_lib.sigmoid is not available here: write it yourself" in said(
        found, "sigmoid-values"
    )
    assert found.scores["sigmoid-derivative-values"] == 2


@walled
@pytest.mark.parametrize(
    "norm",
    ["norm = np.linalg.norm", "def norm(v):\n    return np.linalg.norm(v)"],
)
def test_numpys_norm_is_no_answer_but_may_serve_elsewhere(root: Path, norm: str) -> None:
    problem = load_problem(root, "ps1")
    cosine = "def cosine_similarity(u, v):\n    return np.dot(u, v) / np.linalg.norm(u) / "
    given = {key: one.released["source"] for key, one in problem.answers.items()}
    given |= {"norm": norm, "cosine_similarity": cosine + "np.linalg.norm(v)"}
    limits = Limits(call=1.0, again=0.2, cell=3.0, total=20.0)
    with Sandbox("bubblewrap", problem.packages, problem.modules) as walls:
        found = judge(problem, given, walls, limits)
    assert found.scores["norm-values"] == 0
    assert "NumPy's norm is ready-made" in said(found, "norm-values")
    assert found.scores["cosine-values"] == 2


@walled
def test_a_crash_costs_its_own_call_only(problem: Problem, sandbox: Sandbox, root: Path) -> None:
    crash = "import os\ndef logit(p):\n    if np.ndim(p) == 0: os._exit(1)\n    "
    found = verdict(problem, sandbox, root, "ada", logit=crash + "return np.log(p / (1 - p))\n")
    assert 0 < (found.scores["logit-values"] or 0) < 2
    assert "raised ProcessEnded" in said(found, "logit-values")
    assert found.scores["predict-proba-values"] == 1


@walled
def test_a_loop_costs_its_own_calls_only(problem: Problem, sandbox: Sandbox, root: Path) -> None:
    found = verdict(problem, sandbox, root, "jacobi")
    assert "raised TimeoutError: no answer after" in said(found, "predict-proba-values")
    assert found.scores["predict-proba-values"] == 0
    assert found.scores["sigmoid-derivative-values"] == 2


@walled
def test_figures_and_hints_are_in_the_verdict(
    problem: Problem, sandbox: Sandbox, root: Path
) -> None:
    found = verdict(problem, sandbox, root, "euler")
    plot = next(c for c in found.notebook["cells"] if c["id"] == "plot")["outputs"]
    assert any("image/png" in output.get("data", {}) for output in plot)
    assert found.scores["plot"] is None


# -- gradebook -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def class_of_two(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    exercise = root / "exercises" / "ps2" / "ps2.ipynb"
    for name in ("ada", "hilbert"):
        text = (root / "solutions/ps2/sample_class" / f"{name}.py").read_text("utf-8")
        notebook = folder / "in" / name / "ps2" / "ps2.ipynb"
        notebook.parent.mkdir(parents=True)
        notebook.write_text(submission(exercise, answers(text)), "utf-8")
    grade_class(root, "ps2", folder / "in", folder / "out")
    return folder


def one(records: list[Record], name: str) -> Record:
    return next(record for record in records if record.student == name)


@walled
@pytest.mark.slow
def test_what_a_person_entered_outlives_a_regrade(class_of_two: Path, root: Path) -> None:
    place = class_of_two / "in", class_of_two / "out"
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{place[1] / 'gradebook.db'}") as book:
        book.find_grade("plot", "ps2", "ps2", "ada").manual_score = 1.5
        book.find_grade("plot", "ps2", "ps2", "ada").needs_manual_grade = False
        book.find_comment("plot", "ps2", "ps2", "ada").manual_comment = "two <curves> look alike"
        book.db.commit()
    before = one(grade_class(root, "ps2", *place).records, "ada")
    assert (before.cells["plot"], before.by_hand) == (1.5, 2.0)
    again = grade_class(root, "ps2", *place, force=True)
    assert (again.done, one(again.records, "ada").score) == (2, before.score)
    page = (place[1] / "feedback/ada/ps2/ps2.html").read_text("utf-8")
    assert "1.5 of 2" in page
    assert "two &lt;curves&gt; look alike" in page


@walled
@pytest.mark.slow
def test_only_what_changed_is_graded_again_and_a_failure_is_no_score(
    class_of_two: Path, root: Path
) -> None:
    place = class_of_two / "in", class_of_two / "out"
    notebook = place[0] / "hilbert" / "ps2" / "ps2.ipynb"
    good = notebook.read_bytes()
    assert grade_class(root, "ps2", *place, changed=True).done == 0
    notebook.write_bytes(b"{")
    broken = grade_class(root, "ps2", *place, changed=True)
    found = one(broken.records, "hilbert")
    assert (broken.done, found.status, found.score) == (1, Status.FAILED, None)
    assert "hilbert,failed,," in broken.csv.read_text("utf-8")
    page = (place[1] / "feedback/hilbert/ps2/ps2.html").read_text("utf-8")
    assert "could not be graded" in page
    assert "ask for it again" in page
    notebook.write_bytes(good)
    mended = grade_class(root, "ps2", *place, students=["hilbert"])
    assert (mended.done, one(mended.records, "hilbert").score) == (1, 10.0)


@walled
@pytest.mark.slow
def test_lateness_and_nbgraders_own_feedback_work_on_what_is_recorded(
    class_of_two: Path, root: Path
) -> None:
    place = class_of_two / "in", class_of_two / "out"
    with sqlite3.connect(place[1] / "gradebook.db") as book:
        book.execute("update assignment set duedate = '2026-01-01 00:00:00.000000'")
    stamp = place[0] / "hilbert" / "ps2" / "timestamp.txt"
    stamp.write_text("2026-01-01 01:00:00 UTC")
    forged = place[0] / "ada" / "ps2" / "timestamp.txt"
    forged.write_text("soon")
    graded = grade_class(root, "ps2", *place, force=True)
    assert "timestamp.txt holds no time" in one(graded.records, "ada").note
    from nbgrader.api import Gradebook
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    with Gradebook(f"sqlite:///{place[1] / 'gradebook.db'}") as book:
        assert book.find_submission("ps2", "hilbert").total_seconds_late == 3600
        assert book.find_submission("ps2", "hilbert").score == 10
    config = load_config(root)
    config.CourseDirectory.root = str(place[1])
    course = NbGraderAPI(CourseDirectory(config=config), config=config)
    assert course.generate_feedback("ps2", "ada", force=True)["success"]
    stamp.unlink()
    forged.unlink()


@walled
@pytest.mark.slow
def test_what_is_taken_off_for_lateness_stands_on_the_page(
    class_of_two: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = class_of_two / "in", class_of_two / "out"
    with sqlite3.connect(place[1] / "gradebook.db") as book:
        book.execute("update assignment set duedate = '2026-01-01 00:00:00.000000'")
    stamp = place[0] / "hilbert" / "ps2" / "timestamp.txt"
    stamp.write_text("2026-01-01 01:00:00 UTC")
    config = load_config(root)
    config.LateSubmissionPlugin.penalty_method = "zero"
    monkeypatch.setattr("ce_lib.grading.place.load_config", lambda _: config)
    grade_class(root, "ps2", *place, force=True)
    page = (place[1] / "feedback/hilbert/ps2/ps2.html").read_text("utf-8")
    assert "<strong>0 of 23 points</strong>" in page
    assert "handed in late: 10 points are taken off" in page
    assert "handed in late" not in (place[1] / "feedback/ada/ps2/ps2.html").read_text("utf-8")
    stamp.unlink()


@walled
@pytest.mark.slow
@pytest.mark.parametrize("name", problem_sets(Path(__file__).resolve().parents[2]))
def test_every_right_variant_gets_full_marks_behind_the_wall(root: Path, name: str) -> None:
    """Some call the course's library, which at grading is only there through the judge."""
    made = load_problem(root, name)
    reference = {grade_id: one.source for grade_id, one in made.answers.items()}
    tests = {one.id: one.points for one in made.cells if one.kind == "test"}
    # the others are tried in this process by the tests of the problem sets
    asking = [
        piece
        for piece in pieces(root / "solutions" / name / "variants.py")
        if piece.cell in reference and re.search(r"\bce(_lib)?\b", piece.code)
    ]
    with Sandbox("bubblewrap", made.packages, made.modules) as walls:
        for changed in ({}, *({piece.cell: piece.code} for piece in asking)):
            found = judge(made, {**reference, **changed}, walls)
            assert {test: found.scores[test] for test in tests} == tests, changed
