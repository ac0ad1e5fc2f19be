"""No function of the library that a problem set offers is by itself an answer to one of its tasks."""

from __future__ import annotations

from pathlib import Path

import pytest

from ce_lib.grading.evidence import defined_functions, points_of, solution_cells, trial
from ce_lib.grading.evidence import tests_of as cells_that_test
from ce_lib.grading.problem import load_problem
from ce_lib.grading.release import problem_sets

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


def test_a_ready_made_answer_would_be_found_out() -> None:
    assert passes("ps2", "sigmoid", "sigmoid", "sigmoid")
    assert passes("ps3", "bernoulli_pmf", "bernoulli_pmf", "pmf")
    assert not passes("ps3", "bernoulli_pmf", "bernoulli_pmf", "sigmoid")
