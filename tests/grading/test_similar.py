"""Copies are found in disguise; what the task forces, and what many write, is not called a copy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.similar import (
    disguised,
    known_programs,
    make_class,
    variants_alike,
    write_graded,
)
from ce_lib.cli import main
from ce_lib.grading.problem import Problem, load_problem
from ce_lib.grading.release import problem_sets
from ce_lib.grading.similar import (
    THRESHOLD,
    SimilarityError,
    answers_of,
    compare,
    fingerprints,
    normal,
    template,
)
from ce_lib.grading.similar_page import find_similar, side_by_side

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def problem() -> Problem:
    return load_problem(ROOT, "ps3")


@pytest.fixture(scope="module")
def styles() -> list[list[str]]:
    """Independent right solutions, each of all functions."""
    right, _ = known_programs(ROOT, "ps3")
    return [[texts[number] for texts in right.values()] for number in range(10)]


def listed(programs: dict[str, list[str]], problem: Problem, **options: float) -> set[str]:
    hashes = [fingerprints(sources) for sources in programs.values()]
    pairs = compare(list(programs), hashes, template(problem), **options)
    return {f"{pair.first}-{pair.second}" for pair in pairs}


# -- false alarms and copies -----------------------------------------------------------------------


@pytest.mark.parametrize("name", problem_sets(ROOT))
def test_independent_right_solutions_raise_no_alarm(name: str) -> None:
    shares = variants_alike(ROOT, load_problem(ROOT, name))
    assert len(shares) >= 45
    assert max(shares) < 0.4 < THRESHOLD


def test_a_disguised_copy_is_found_among_independent_programs(
    styles: list[list[str]], problem: Problem
) -> None:
    programs = {f"s{number}": sources for number, sources in enumerate(styles)}
    programs["copy"] = disguised(styles[4], seed=1)
    assert not set("".join(styles[4]).splitlines()) & set("".join(programs["copy"]).splitlines())
    assert listed(programs, problem) == {"s4-copy"}


def test_a_copy_with_two_functions_of_its_own_is_found(
    styles: list[list[str]], problem: Problem
) -> None:
    programs = {f"s{number}": sources for number, sources in enumerate(styles)}
    half = disguised(styles[4], seed=1)
    programs["part"] = [*styles[4][2:], *styles[7][:2]]
    programs["less"] = [*styles[5][4:], *styles[8][:4]]
    assert "s4-part" in listed(programs, problem)
    assert not any("less" in pair for pair in listed(programs, problem))
    assert len(half) == len(styles[4])


def test_a_solution_that_went_round_does_not_hide_by_being_common(
    styles: list[list[str]], problem: Problem
) -> None:
    programs = {f"s{number}": sources for number, sources in enumerate(styles)}
    ring = {f"ring{seed}": disguised(styles[0], seed) for seed in range(6)}
    found = listed({**programs, **ring}, problem)
    assert len(found) == 7 * 6 // 2
    assert all(pair.startswith(("s0-ring", "ring")) for pair in found)


def test_what_we_give_and_ask_for_does_not_count(problem: Problem) -> None:
    asked = [cell.source for cell in problem.cells if cell.kind == "solution" and cell.code]
    given = [c.released["source"] for c in problem.cells if c.code and c.kind != "test"]
    assert listed({"a": asked, "b": asked, "c": given, "d": given}, problem) == set()


def test_a_lone_short_function_in_common_is_not_listed(problem: Problem) -> None:
    short = ["def bernoulli_pmf(y, s):\n    return abs(1 - y - s)"]
    assert listed({"a": short, "b": short}, problem) == set()
    assert listed({"a": short, "b": short}, problem, least=1.0) == {"a-b"}


@pytest.mark.slow
def test_planted_copies_in_a_class_are_all_found_and_hardly_anything_else(
    problem: Problem, tmp_path: Path
) -> None:
    planted = make_class(ROOT, problem, tmp_path, 150, 8)
    found = {(p.first, p.second) for p in find_similar(ROOT, "ps3", tmp_path).pairs}
    assert planted <= found
    assert len(found - planted) <= 5  # of 11,175; drawn from a pool of some 20 texts a function


def test_the_threshold_and_the_weights() -> None:
    hashes = [{1, 2, 3, 4}, {1, 2, 3, 5}, {6, 7, 8, 9}, {9, 10, 11, 12}]
    students = ["a", "b", "c", "d"]
    (pair,) = compare(students, hashes, set(), threshold=0.5, least=0.0)
    assert (pair.first, pair.second, pair.share, pair.weight) == ("a", "b", 0.75, 3.0)
    assert len(compare(students, hashes, set(), threshold=0.25, least=0.0)) == 2
    assert compare(students, hashes, {1, 2, 3}, threshold=0.5, least=0.0) == []
    # what all have says nothing
    everybody = [own | {20, 21, 22, 23, 24, 25} for own in hashes]
    assert compare(students, everybody, set(), threshold=0.5, least=0.0) == [pair]
    for wrong in (0.0, 1.1):
        with pytest.raises(ValueError, match="threshold"):
            compare(students, hashes, set(), threshold=wrong)


# -- reading programs ------------------------------------------------------------------------------


def test_layout_comments_texts_and_imports_are_not_compared() -> None:
    one = 'import math\ndef f(x):  # mine\n    """Doc."""\n    y = (x+1)\n    return   y, 2\n'
    assert normal(one) == ["def f(x):\n    y = x + 1\n    return (y, 2)"]
    assert normal('def f():\n    "only a text"') == ["def f():\n    pass"]
    assert normal("def f(x:\n  return") == ["def f(x:\n  return"]
    assert fingerprints([one]) == fingerprints(["def g(z):\n    w = z + 1\n    return (w, 2)"])


def test_only_what_a_student_wrote_as_a_program_is_read(problem: Problem, tmp_path: Path) -> None:
    answers = {"likelihood": "def likelihood(y, s): return 1", "derivation": "derivation = 'x'"}
    write_graded(problem, tmp_path, "ada", answers)
    assert answers_of(problem, tmp_path / "autograded/ada/ps3/ps3.ipynb") == [answers["likelihood"]]


@pytest.mark.parametrize("text", ["", "[]", '{"cells": [3]}', '{"cells": 5}'])
def test_what_is_no_notebook_is_named(problem: Problem, tmp_path: Path, text: str) -> None:
    (tmp_path / "x.ipynb").write_text(text)
    with pytest.raises(SimilarityError, match="is no graded notebook"):
        answers_of(problem, tmp_path / "x.ipynb")


# -- the page and the command ----------------------------------------------------------------------


def test_the_page_shows_both_escaped_with_what_they_share_marked(
    styles: list[list[str]], problem: Problem, tmp_path: Path
) -> None:
    right, _ = known_programs(ROOT, "ps3")
    bad = "\n# <script>alert(1)</script>\nx = '<img src=x>' if 1 < 2 else 0\n"
    for student, sources in (
        ("ada", [text + bad for text in styles[4]]),
        ("b<o", disguised(styles[4], 3)),
        ("zuse", styles[6]),
    ):
        answers = {cell: next(text for text in sources if f"def {cell}(" in text) for cell in right}
        write_graded(problem, tmp_path, student, answers)
    found = find_similar(ROOT, "ps3", tmp_path)
    assert [(pair.first, pair.second) for pair in found.pairs] == [("ada", "b<o")]
    page = found.page.read_text("utf-8")
    assert "<h2>ada and b&lt;o</h2>" in page
    assert "Nothing here is a verdict" in page
    assert "zuse" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"<(script|img|link|iframe)|url\(|https?://", page)
    marked = "".join(re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL))
    assert "learning_rate" in marked
    assert "&lt;img" not in marked


def test_marks_cover_what_is_shared_and_nothing_else(problem: Problem) -> None:
    same = (
        "def f(a, b):\n    total = 0\n    for k in range(len(a)):\n        total += a[k] * b[k]\n"
    )
    first, second = same + "    return total", same + "    while b: b = b - 3\n    yield b"
    pairs = compare(
        ["a", "b"], [fingerprints([first]), fingerprints([second])], set(), 0.01, least=0.0
    )
    page = side_by_side(pairs[0], [first], [second], set())
    for mark in re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL):
        assert "while" not in mark
        assert "yield" not in mark
        assert "total += a[k] * b[k]" in mark


def test_the_command_says_what_it_did_and_what_is_missing(
    styles: list[list[str]], problem: Problem, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--root", str(ROOT), "similar", "ps3", "--graded", str(tmp_path)]
    assert main(command) == 1
    assert f"{tmp_path / 'autograded'} has 0 programs for ps3" in capsys.readouterr().err
    right, _ = known_programs(ROOT, "ps3")
    write_graded(problem, tmp_path, "ada", dict(zip(right, styles[0], strict=True)))
    write_graded(problem, tmp_path, "untouched", {})
    assert main(command) == 1
    assert "has 1 programs for ps3 in 2 graded notebooks" in capsys.readouterr().err
    write_graded(problem, tmp_path, "bo", dict(zip(right, styles[1], strict=True)))
    (tmp_path / "autograded" / "bad" / "ps3").mkdir(parents=True)
    (tmp_path / "autograded" / "bad" / "ps3" / "ps3.ipynb").write_text("no")
    assert main(command) == 0
    said = capsys.readouterr()
    assert "2 programs, 0 pairs to look at; none is a verdict" in said.out
    assert "left out:" in said.err
    assert main([*command, "--threshold", "2"]) == 1
    assert "threshold must be above 0" in capsys.readouterr().err


@pytest.mark.slow
def test_the_list_is_the_same_whatever_python_s_hash_of_a_text(
    problem: Problem, tmp_path: Path
) -> None:
    make_class(ROOT, problem, tmp_path, 40, 4)
    pages = []
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-m", "ce_lib.cli", "--root", str(ROOT), "similar", "ps3",
             "--graded", str(tmp_path), "--threshold", "0.3"],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True, capture_output=True,
        )  # fmt: skip
        pages.append((tmp_path / "reports/ps3/similar.html").read_bytes())
    assert pages[0] == pages[1]
    assert pages[0].count(b"<h2>") >= 1
