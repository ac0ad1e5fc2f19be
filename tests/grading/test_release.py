"""exercises/ is what solutions/ gives, and a drift between them cannot pass."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest

from ce_lib.cli import main
from ce_lib.grading.release import (
    ReleaseError,
    check_release,
    graded_cells,
    problem_sets,
    release,
    source_notebook,
)

HEADER = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""


@pytest.fixture(scope="session")
def names(root: Path) -> list[str]:
    return problem_sets(root)


@pytest.fixture
def course(root: Path, tmp_path: Path) -> Path:
    """A copy of what a release reads and writes."""
    for folder in ("solutions", "exercises"):
        shutil.copytree(root / folder, tmp_path / folder)
    shutil.copy(root / "nbgrader_config.py", tmp_path)
    (tmp_path / "_toc.yml").touch()
    return tmp_path


def test_the_committed_exercises_are_what_their_sources_give(root: Path) -> None:
    assert check_release(root) == []


def test_a_release_writes_the_same_bytes_every_time(course: Path) -> None:
    before = (course / "exercises/ps2/ps2.ipynb").read_bytes()
    assert release(course, ["ps2"]) == [course / "exercises/ps2/ps2.ipynb"]
    assert (course / "exercises/ps2/ps2.ipynb").read_bytes() == before


@pytest.mark.parametrize("side", ["solutions/ps2/ps2.md", "exercises/ps2/ps2.ipynb"])
def test_a_planted_drift_fails_the_check_and_is_named(
    course: Path, side: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = course / side
    file.write_text(file.read_text("utf-8").replace("even odds", "equal odds"), "utf-8")
    assert main(["--root", str(course), "release", "--check"]) == 1
    said = capsys.readouterr().err
    assert "exercises/ps2/ps2.ipynb" in said
    assert "logit-values" in said
    assert "make release" in said


def test_a_missing_and_an_orphaned_exercise_fail_the_check(course: Path) -> None:
    (course / "exercises/ps2").rename(course / "exercises/ps9")
    assert check_release(course) == [
        "exercises/ps2/ps2.ipynb is missing",
        "exercises/ps9 has no source in solutions/",
    ]


def test_students_get_neither_solutions_nor_hidden_tests(root: Path, names: list[str]) -> None:
    for name in names:
        source = source_notebook(root / "solutions" / name / f"{name}.md")
        given = (root / "exercises" / name / f"{name}.ipynb").read_text("utf-8")
        hidden = []
        for cell in source.cells:
            for mark in ("SOLUTION", "HIDDEN TESTS"):
                for part in re.findall(rf"### BEGIN {mark}\n(.*?)### END", cell.source, re.DOTALL):
                    hidden += [line.strip() for line in part.splitlines() if len(line.strip()) > 25]
        assert hidden
        for line in hidden:
            assert line.replace('"', '\\"') not in given
        assert "BEGIN" not in given


def test_the_points_in_the_text_are_the_points_of_the_cells(root: Path, names: list[str]) -> None:
    for name in names:
        text = (root / "solutions" / name / f"{name}.md").read_text("utf-8")
        stated = int(re.search(r"\*\*(\d+) points", text)[1])
        rows = [
            int(points) for points in re.findall(r"^\| \d+ .* \| (\d+) \|$", text, re.MULTILINE)
        ]
        assert stated == sum(rows) == sum(graded_cells(root, name).values())


def test_the_released_notebook_is_valid_and_carries_no_output(root: Path, names: list[str]) -> None:
    for name in names:
        notebook = nbformat.read(root / "exercises" / name / f"{name}.ipynb", as_version=4)
        nbformat.validate(notebook)
        assert all(not cell.get("outputs") for cell in notebook.cells)
        assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ("```{code-cell}\n:test: t\n1\n```", "needs points above 0"),
        ("```{code-cell}\n:test: t\n:points: -1\n1\n```", "needs points above 0"),
        ("```{code-cell}\n:test: t\n:points: 2\n(check(f).score(3))\n```", "points 2"),
        ("```{code-cell}\n:points: 2\n1\n```", "belong to a test"),
        ("```{code-cell}\n:test: t\n:solution: t\n1\n```", "not several"),
        (
            "```{code-cell}\n:locked: t\n1\n```\n\n```{code-cell}\n:solution: t\n1\n```",
            "'t' is taken",
        ),
        ("```{code-cell}\n:locked: t\n1\n```", "no cell carries points"),
    ],
)
def test_a_bad_source_is_refused_with_file_and_cell(tmp_path: Path, cells: str, says: str) -> None:
    file = tmp_path / "ps7.md"
    file.write_text(HEADER + "\n" + cells + "\n", "utf-8")
    with pytest.raises(ReleaseError, match=re.escape(says)) as error:
        source_notebook(file)
    assert "ps7.md" in str(error.value)


def test_nbgraders_own_objection_is_quoted(course: Path) -> None:
    file = course / "solutions/ps2/ps2.md"
    file.write_text(file.read_text("utf-8").replace("    ### END SOLUTION\n", "", 1), "utf-8")
    with pytest.raises(ReleaseError, match=r"solutions/ps2/ps2.md: .*no end solution"):
        release(course)


def test_an_unknown_problem_set_is_named(course: Path) -> None:
    with pytest.raises(ReleaseError, match="no problem set 'ps99': solutions/ has ps1"):
        release(course, ["ps99"])
