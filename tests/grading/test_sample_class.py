"""The sample class gets the grades it deserves, through nbgrader's own machinery."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import nbformat
import pytest

from ce_lib.cli import main
from ce_lib.grading.grade import Class, find_submissions, grade_class
from ce_lib.grading.records import Behaved, Status
from ce_lib.grading.release import ReleaseError, graded_cells
from ce_lib.grading.sample_class import answers, submission, write_sample_class

# Points of the cells graded by machine, in order: sigmoid (2, 1, 1), logit (2, 1),
# log-sigmoid (1, 2), derivative (2, 1), predict_proba (1, 1), derivation (3), choice (1).
EXPECTED = {
    "ada": [2, 1, 1, 2, 1, 1, 2, 2, 1, 1, 1, 3, 1],
    "boole": [2, 1, 1, 2, 1, 1, 2, 2, 1, 1, 1, 3, 1],
    "cauchy": [2, 1, 1, 2, 1, 1, 2, 2, 1, 1, 1, 3, 1],
    # textbook formulas: nothing wrong in the middle, everything that asks for stability
    "dirichlet": [2, 1, 0.4, 2, 1, 1, 0, 2, 0.33, 1, 1, 0, 1],
    # the sign slip still gets 0 and the shapes right
    "euler": [0.5, 0.8, 0.2, 2, 1, 1, 2, 2, 1, 1, 1, 0, 1],
    # base 2 is right where the logit is 0 or infinite; s(1 - s) loses u = 40;
    # two of the three steps of the derivation are false, since the slip is in the middle
    "fourier": [2, 1, 1, 0.4, 1, 1, 2, 2, 0.67, 1, 1, 1, 1],
    # overwrites its argument; returns a table, of the right shape only by accident
    "gauss": [2, 0.6, 1, 2, 1, 1, 2, 2, 1, 0, 0.33, 0, 0],
    "hilbert": [2, 1, 1, 2, 1, 1, 2, 0, 0, 0, 0, 0, 0],
    "ito": [2, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1],
    "jacobi": [2, 1, 1, 0, 0, 1, 2, 2, 1, 0, 0, 0, 0],
    "kolmogorov": [0] * 13,
    "lovelace": None,  # not a notebook: no score, not zero
}
#: These drew and answered nothing, so no person has anything to grade.
NOTHING_BY_HAND = {"hilbert", "kolmogorov"}


@pytest.fixture(scope="session")
def graded(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Class:
    folder = tmp_path_factory.mktemp("class")
    write_sample_class(root, "ps2", folder / "in")
    # and one that would stop nbgrader's own class run: a test cell that stands in it twice
    double = folder / "in" / "noether" / "ps2" / "ps2.ipynb"
    shutil.copytree(folder / "in" / "ada", folder / "in" / "noether")
    notebook = nbformat.read(double, as_version=4)
    twice = next(cell for cell in notebook.cells if cell.id == "sigmoid-values")
    notebook.cells.insert(0, nbformat.from_dict({**twice, "id": "again"}))
    nbformat.write(notebook, double)
    (folder / "in" / "readme.txt").write_text("not a student")
    (folder / "in" / "turing").mkdir()
    return grade_class(root, "ps2", folder / "in", folder / "out")


@pytest.mark.slow
@pytest.mark.parametrize("student", EXPECTED)
def test_every_sample_student_gets_what_the_answers_deserve(
    graded: Class, student: str, root: Path
) -> None:
    record = next(record for record in graded.records if record.student == student)
    points = EXPECTED[student]
    if points is None:
        assert record.status is Status.FAILED
        assert record.score is None
        assert "not a notebook" in record.note
        assert record.feedback is None
        return
    by_machine = dict(zip(list(graded_cells(root, "ps2"))[:13], points, strict=True))
    assert {cell: record.cells[cell] for cell in by_machine} == pytest.approx(by_machine)
    assert record.score == pytest.approx(sum(points))
    assert record.by_hand == (0 if student in NOTHING_BY_HAND else 4)
    assert record.status is (Status.GRADED if student in NOTHING_BY_HAND else Status.BY_HAND)
    assert record.feedback is not None
    assert "sigmoid" in record.feedback.read_text("utf-8")


@pytest.mark.slow
def test_a_class_is_graded_to_the_end_whoever_hands_in_what(graded: Class) -> None:
    assert {record.student for record in graded.records} == {*EXPECTED, "noether", "turing"}
    notes = {record.student: record.note for record in graded.records}
    assert notes["turing"] == "no ps2.ipynb was handed in"
    assert graded.ignored == ["readme.txt: not a student's folder"]


@pytest.mark.slow
def test_known_mistakes_are_on_record_by_name_several_where_the_calls_cannot_tell(
    graded: Class,
) -> None:
    behaved = {record.student: record.behaved for record in graded.records}
    assert behaved["euler"] == (
        Behaved("sigmoid-shapes", "sigmoid", "sign-slip", 5, 5),
        Behaved("sigmoid-stable", "sigmoid", "sign-slip", 4, 4),
        Behaved("sigmoid-values", "sigmoid", "sign-slip", 4, 4),
    )
    assert behaved["fourier"] == (
        Behaved("logit-values", "logit", "base-2", 5, 5),
        Behaved("sigmoid-derivative-stable", "sigmoid_derivative", "finite-difference", 3, 3),
        Behaved("sigmoid-derivative-stable", "sigmoid_derivative", "one-minus", 3, 3),
    )
    for student in ("ada", "boole", "cauchy", "hilbert", "lovelace", "turing"):
        assert behaved[student] == ()


@pytest.mark.slow
def test_known_mistakes_of_an_earlier_file_are_forgotten(root: Path, tmp_path: Path) -> None:
    write_sample_class(root, "ps2", tmp_path / "in")
    only = ["euler"]
    first = grade_class(root, "ps2", tmp_path / "in", tmp_path / "out", students=only)
    assert first.records[0].behaved
    again = grade_class(root, "ps2", tmp_path / "in", tmp_path / "out", students=only)
    assert (again.done, again.records[0].behaved) == (0, first.records[0].behaved)
    place = "ps2/ps2.ipynb"
    shutil.copy(tmp_path / "in" / "ada" / place, tmp_path / "in" / "euler" / place)
    mended = grade_class(root, "ps2", tmp_path / "in", tmp_path / "out", students=only)
    assert mended.records[0].behaved == ()


@pytest.mark.slow
def test_the_table_is_a_csv_with_blanks_for_what_is_not_graded(graded: Class) -> None:
    rows = {row["student"]: row for row in csv.DictReader(graded.csv.open(encoding="utf-8"))}
    assert rows["ada"]["score"] == "19"
    assert rows["ada"]["plot"] == ""
    assert rows["ada"]["points_by_hand"] == "4"
    assert rows["lovelace"]["score"] == ""
    assert rows["kolmogorov"]["score"] == "0"


@pytest.mark.slow
def test_the_report_names_everybody_and_links_to_pages_that_exist(graded: Class) -> None:
    page = graded.report.read_text("utf-8")
    for record in graded.records:
        assert f"<td>{record.student}</td>" in page
        if record.feedback:
            link = f"../../feedback/{record.student}/ps2/ps2.html"
            assert link in page
            assert (graded.report.parent / link).is_file()
    assert "<script" not in page


def test_answers_are_read_by_their_markers() -> None:
    text = "# said\n# %% one\nx = 1\n# %% [markdown] two\n# In words,\n# two lines.\n"
    assert answers(text) == {"one": "x = 1", "two": "In words,\ntwo lines."}
    assert answers("# nothing handed in\n") == {}


def test_an_answer_to_nothing_is_refused(root: Path) -> None:
    with pytest.raises(ReleaseError, match="no cell 'cosine'"):
        submission(root / "exercises/ps2/ps2.ipynb", {"cosine": "1"})


def test_flat_folders_are_found_too(tmp_path: Path) -> None:
    for path in ("ada/ps2/ps2.ipynb", "boole/ps2.ipynb", ".git/ps2/ps2.ipynb"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(json.dumps({}))
    found, ignored = find_submissions(tmp_path, "ps2")
    assert found == {
        "ada": tmp_path / "ada/ps2/ps2.ipynb",
        "boole": tmp_path / "boole/ps2.ipynb",
    }
    assert ignored == []


def test_a_class_of_any_size_is_made_up(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--root", str(root), "sample-class", "ps2", "--students", "7", "--output"]
    assert main([*command, str(tmp_path / "a")]) == 0
    said = capsys.readouterr().out
    assert f"7 made-up submissions in {tmp_path / 'a/submitted'}" in said
    found, ignored = find_submissions(tmp_path / "a/submitted", "ps2")
    assert (len(found), ignored) == (7, [])
    texts = [path.read_text("utf-8") for path in found.values()]
    assert len(set(texts)) == 7
    assert not any("caught by" in text for text in texts)
    assert main([*command, str(tmp_path / "b")]) == 0
    assert [
        (tmp_path / f"b/submitted/{student}/ps2/ps2.ipynb").read_text("utf-8") for student in found
    ] == texts  # the same another time
    capsys.readouterr()
    assert main([*command, str(tmp_path / "b")]) == 1
    assert "is there already: name a new folder" in capsys.readouterr().err
    assert main([*command, str(tmp_path / "c"), "--students", "0"]) == 1
    assert "0 students: give a number of at least 1" in capsys.readouterr().err
    command[3] = "ps9"
    assert main([*command, str(tmp_path / "c")]) == 1
    assert "no problem set 'ps9'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ps9", "--submitted", "."], "no problem set 'ps9'"),
        (["ps2", "--submitted", "nowhere"], "nowhere is not a folder"),
        (["ps2", "--submitted", "empty"], "has no student's folder"),
        (["ps2", "--submitted", "one", "--student", "boole"], "no folder for boole"),
    ],
)
def test_wrong_use_is_an_error_that_says_what_to_do(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str,
) -> None:  # fmt: skip
    (tmp_path / "empty").mkdir()
    (tmp_path / "one" / "ada").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert main(["--root", str(root), "grade", *arguments]) == 1
    assert says in capsys.readouterr().err
