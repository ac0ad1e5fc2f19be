"""The derivations of the problem sets: the slips that people make are refuted, step by step."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ce_lib.grading.evidence import trial
from ce_lib.proof.exercise import check_derivation

ROOT = Path(__file__).resolve().parents[2]
SOFTMAX: dict[str, Any] = {
    "given": "i, j, k: 0..C-1; z: real[C]",
    "start": "D(softmax(z, i), z[j])",
    "end": "softmax(z, i)*(delta(i, j) - softmax(z, j))",
    "least_steps": 4,
}
SOFTMAX_LINES = """
D(softmax(z, i), z[j])
= D(exp(z[i])/Sum(exp(z[k]), k), z[j])
= D(exp(z[i]), z[j])/Sum(exp(z[k]), k) + exp(z[i])*D(1/Sum(exp(z[k]), k), z[j])
= delta(i, j)*exp(z[i])/Sum(exp(z[k]), k) - exp(z[i])/Sum(exp(z[k]), k)**2*D(Sum(exp(z[k]), k), z[j])
= delta(i, j)*exp(z[i])/Sum(exp(z[k]), k) - exp(z[i])*exp(z[j])/Sum(exp(z[k]), k)**2
= delta(i, j)*softmax(z, i) - softmax(z, i)*softmax(z, j)
= softmax(z, i)*(delta(i, j) - softmax(z, j))
"""
PRODUCT: dict[str, Any] = {
    "given": "i: 0..n-1; j: 0..m-1; p, q: simplex[n]; r, s: simplex[m]",
    "start": "-Sum(Sum(p[i]*r[j]*ln(q[i]*s[j]), j), i)",
    "end": "crossentropy(p, q) + crossentropy(r, s)",
    "least_steps": 3,
}
PRODUCT_LINES = """
-Sum(Sum(p[i]*r[j]*ln(q[i]*s[j]), j), i)
= -Sum(Sum(p[i]*r[j]*(ln(q[i]) + ln(s[j])), j), i)
= -Sum(Sum(p[i]*r[j]*ln(q[i]), j), i) - Sum(Sum(p[i]*r[j]*ln(s[j]), j), i)
= -Sum(p[i]*ln(q[i]), i) - Sum(r[j]*ln(s[j]), j)
= crossentropy(p, q) + crossentropy(r, s)
"""


@pytest.mark.parametrize(("task", "lines"), [(SOFTMAX, SOFTMAX_LINES), (PRODUCT, PRODUCT_LINES)])
def test_without_a_slip_every_step_is_proved(task: dict[str, Any], lines: str) -> None:
    assert check_derivation(lines, **task).score(3) == 3


@pytest.mark.parametrize(("name", "task"), [("ps4", SOFTMAX), ("ps5", PRODUCT)])
def test_these_are_the_exercises_of_the_problem_sets(name: str, task: dict[str, Any]) -> None:
    source = (ROOT / "solutions" / name / f"{name}.md").read_text("utf-8")
    for key in ("given", "start", "end"):
        assert f'{key}="{task[key]}"' in source


@pytest.mark.parametrize(
    ("task", "lines", "right", "slip"),
    [
        pytest.param(
            SOFTMAX,
            SOFTMAX_LINES,
            "\n= softmax(z, i)*(delta",
            "\n= softmax(z, j)*(delta(i, j) - softmax(z, j))\n= softmax(z, i)*(delta",
            id="common factor of the column",
        ),
        pytest.param(
            SOFTMAX, SOFTMAX_LINES, ", k)**2", ", k)**(-2)", id="power -2 kept below the bar"
        ),
        pytest.param(
            SOFTMAX, SOFTMAX_LINES, "D(1/Sum(exp(z[k]), k)", "D(Sum(exp(z[k]), k)**(-2)",
            id="power -2 before the derivative",
        ),
        pytest.param(SOFTMAX, SOFTMAX_LINES, "k) - exp(", "k) + exp(", id="sign of the chain rule"),
        pytest.param(
            SOFTMAX, SOFTMAX_LINES, "= delta(i, j)*exp(z[i])/", "= exp(z[i])/", id="no indicator"
        ),
        pytest.param(
            SOFTMAX, SOFTMAX_LINES, "*exp(z[j])/", "*Sum(exp(z[k]), k)/", id="whole sum derived"
        ),
        pytest.param(
            PRODUCT, PRODUCT_LINES, "(ln(q[i]) + ln(s[j]))", "ln(q[i])*ln(s[j])",
            id="product of logarithms",
        ),
        pytest.param(
            PRODUCT, PRODUCT_LINES, "\n= -Sum(p[i]*ln(q[i]), i) -", "\n= -m*Sum(p[i]*ln(q[i]), i) -",
            id="inner sum taken for a factor m",
        ),
    ],
)  # fmt: skip
def test_a_slip_is_refuted_by_numbers(
    task: dict[str, Any],
    lines: str,
    right: str,
    slip: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert right in lines
    assert check_derivation(lines.replace(right, slip), **task).score(3) < 3
    assert re.search(r"this is false, for example for .*: the left side is", capsys.readouterr().out)


def test_a_sum_with_the_index_of_the_component_is_told_of_the_clash(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clash = SOFTMAX_LINES.replace("Sum(exp(z[k]), k)", "Sum(exp(z[i]), i)")
    assert check_derivation(clash, **SOFTMAX).score(3) == 0
    assert "index clash" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["ps4", "ps5"])
def test_a_leap_earns_a_part_only(name: str) -> None:
    task = {"ps4": SOFTMAX, "ps5": PRODUCT}[name]
    leap = f'derivation = """\n{task["start"]}\n= {task["end"]}\n"""'
    earned = trial(ROOT, name, {"derivation": leap}).points["derivation-proved"]
    assert earned <= 1
