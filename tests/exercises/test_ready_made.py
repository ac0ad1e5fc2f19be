"""What a problem set offers of the library is enough for a right answer, and is none by itself."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest

import ce_lib
from ce_lib.checks import check
from ce_lib.grading.evidence import defined_functions, pieces, points_of, solution_cells, trial
from ce_lib.grading.evidence import tests_of as cells_that_test
from ce_lib.grading.problem import load_problem
from ce_lib.grading.release import problem_sets
from ce_lib.offered import own_means

ROOT = Path(__file__).resolve().parents[2]


def passes(name: str, cell: str, function: str, ready_made: str) -> bool:
    """Whether handing the arguments on to a function of the library gets full marks."""
    code = f"def {function}(*args, **kwargs):\n    return ce.{ready_made}(*args, **kwargs)\n"
    earned = trial(ROOT, name, {cell: code}, only=cells_that_test(ROOT, name, cell)).points
    return all(points == points_of(ROOT, name)[test] for test, points in earned.items())


@pytest.mark.parametrize("name", problem_sets(ROOT))
def test_what_is_offered_is_no_answer(name: str) -> None:
    allowed = load_problem(ROOT, name).allowed
    for cell, code in solution_cells(ROOT, name).items():
        for function in defined_functions(code):
            assert not [f for f in allowed[cell] if passes(name, cell, function, f)]


@pytest.mark.parametrize("name", problem_sets(ROOT))
def test_right_solutions_call_only_what_is_offered(name: str) -> None:
    allowed = load_problem(ROOT, name).allowed
    for piece in pieces(ROOT / "solutions" / name / "variants.py"):
        called = {path.rpartition(".")[2] for path in re.findall(r"\bce\.([\w.]+)", piece.code)}
        offered = {path.rpartition(".")[2] for path in allowed[piece.cell]}
        assert called <= offered, piece.name


def test_a_ready_made_answer_would_be_found_out() -> None:
    assert passes("ps2", "sigmoid", "sigmoid", "sigmoid")
    assert passes("ps3", "bernoulli_pmf", "bernoulli_pmf", "pmf")
    assert not passes("ps3", "bernoulli_pmf", "bernoulli_pmf", "sigmoid")


READY_MADE = {
    "by its name": "def softmax(z):\n    return ce.softmax(z)\n",
    "as another name for it": "softmax = ce.softmax\n",
    "by a lambda": "softmax = lambda z: ce.categorical.softmax(z)\n",
    "through a relative": "def softmax(z):\n    return np.exp(np.asarray(z) - ce.logsumexp(z))\n",
}


@pytest.mark.parametrize("how", READY_MADE)
def test_the_notebook_says_what_grading_will_say(
    how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"ce": ce_lib, "np": np}
    exec(READY_MADE[how], names)
    answer = names["softmax"]
    assert check(answer, "softmax").at([0.0, 0.0]).gives([0.5, 0.5]).score(1) == 0
    assert "ready-made" in capsys.readouterr().out


def test_the_notebook_lets_an_answer_use_what_is_offered() -> None:
    def predict_proba(X, w, b):  # type: ignore[no-untyped-def]
        return ce_lib.sigmoid(np.asarray(X) @ np.asarray(w) + b)

    at = check(predict_proba).at(np.zeros((2, 1)), np.zeros(1), 0.0)
    assert at.gives([0.5, 0.5]).score(1) == 1
    assert sys.getprofile() is None


NORMS = {
    "itself": "norm = np.linalg.norm\n",
    "called": "def norm(v):\n    return np.linalg.norm(v)\n",
    "imported": "from numpy.linalg import norm as length\ndef norm(v):\n    return length(v)\n",
}


@pytest.mark.parametrize("how", NORMS)
def test_numpys_norm_is_no_norm_of_yours(how: str, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {"np": np}
    exec(NORMS[how], names)
    assert check(names["norm"], "norm").at([3.0, 4.0]).gives(5.0).score(1) == 0  # type: ignore[arg-type]
    assert "NumPy's norm is ready-made" in capsys.readouterr().out
    with pytest.raises(RuntimeError, match="ready-made"), own_means(names["norm"]):
        names["norm"]([3.0, 4.0])  # type: ignore[operator]


def test_numpys_norm_may_serve_for_something_else() -> None:
    def cosine_similarity(u, v):  # type: ignore[no-untyped-def]
        return np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))

    assert check(cosine_similarity).at([3.0, 4.0], [4.0, 3.0]).gives(0.96).score(1) == 1
