"""Grading by proof: partial credit by step, counterexamples, and no way around the steps."""

from __future__ import annotations

import re

import pytest

from ce_lib.proof import ParseError
from ce_lib.proof.grade import grade
from ce_lib.proof.language import parse_chain

SIGMOID = {"start": "D(sigma(u), u)", "end": "sigma(u)*(1 - sigma(u))", "given": "u: real"}
SOFTMAX = {
    "start": "D(softmax(z, i), z[j])",
    "end": "softmax(z, i)*(delta(i, j) - softmax(z, j))",
    "given": "i, j, k: 1..n; z: real[n]",
    "least_steps": 3,
}

RIGHT = """
    D(sigma(u), u)
    = D(1/(1 + exp(-u)), u)        ; definition of the sigmoid
    = exp(-u)/(1 + exp(-u))**2     ; chain rule
    = sigma(u)*(1-sigma(u))        ; definition of the sigmoid
"""


def test_right():
    g = grade(RIGHT, **SIGMOID)
    assert g.ok
    assert g.score == 1
    assert [s.ok for s in g.steps] == [True, True, True]


def test_right_without_reasons_and_in_another_way():
    g = grade(
        """
        D(sigma(u), u)
        = -(1 + exp(-u))**(-2)*(-exp(-u))
        = (1 + exp(-u) - 1)/(1 + exp(-u))**2
        = 1/(1 + exp(-u)) - 1/(1 + exp(-u))**2
        = sigma(u) - sigma(u)**2
        = sigma(u)*(1 - sigma(u))
        """,
        **SIGMOID,
    )
    assert g.ok, str(g)


def test_softmax():
    g = grade(
        """
        D(softmax(z, i), z[j])
        = D(exp(z[i])/Sum(exp(z[k]), k), z[j])                 ; definition of softmax
        = delta(i, j)*exp(z[i])/Sum(exp(z[k]), k)
          - exp(z[i])*exp(z[j])/Sum(exp(z[k]), k)**2           ; quotient rule
        = softmax(z, i)*(delta(i, j) - softmax(z, j))          ; definition of softmax
        """,
        **SOFTMAX,
    )
    assert g.ok, str(g)


def test_partial_credit_with_a_counterexample():
    g = grade(RIGHT.replace("= exp(-u)/(", "= -exp(-u)/("), **SIGMOID)
    assert [s.ok for s in g.steps] == [True, False, False]
    assert g.score == pytest.approx(1 / 3)
    assert "false, for example for u = " in g.steps[1].message


def test_a_wrong_reason_costs_its_step():
    g = grade(RIGHT.replace("chain rule", "law of large numbers, both cases"), **SIGMOID)
    assert [s.ok for s in g.steps] == [True, False, True]
    assert "both cases" in g.steps[1].message


@pytest.mark.parametrize(
    ("student", "most", "words"),
    [
        ("", 0, "no derivation yet"),
        ("   ", 0, "no derivation yet"),
        (None, 0, "no derivation yet"),
        (17, 0, "no derivation yet"),
        ("D(sigma(u), u)", 0, "cannot be read"),
        ("sigma(u)*(1 - sigma(u))\n = sigma(u)*(1 - sigma(u))", 0, "must start with"),
        ("D(sigma(u), u)\n = sigma(u)*(1 - sigma(u))", 0.5, "at least 2 steps"),
        # padding with what was there before
        ("D(sigma(u), u)\n = D(sigma(u), u)\n = sigma(u)*(1 - sigma(u))", 0.5, ""),
        (
            "D(sigma(u), u)\n = D(sigma(u), u)\n = D(sigma(u), u)\n = sigma(u)*(1 - sigma(u))",
            0.5,
            "",
        ),
        (
            "D(sigma(u), u)\n = D(sigma(u), u) + 0\n = 1*D(sigma(u), u)\n = 0 + D(sigma(u), u)*1"
            "\n = sigma(u)*(1 - sigma(u))/2\n = sigma(u)*(1 - sigma(u))",
            0,
            "",
        ),
        # right steps that go elsewhere
        (RIGHT + "= sigma(u) - sigma(u)**2", 0.9, "must end with"),
        ("D(sigma(u), u)\n = D(sigma(u), u) + 0\n = D(sigma(u), u)*1", 0.7, "must end with"),
        # attacks
        ("__import__('os').system('true')\n = 1", 0, "cannot be read"),
        ("D(sigma(u), u)\n = 9**9**9\n = sigma(u)*(1 - sigma(u))", 0, ""),
        ("D(sigma(u), u)\n = 1/0\n = sigma(u)*(1 - sigma(u))", 0, ""),
        ("D(sigma(u), u)\n = no(u)\n = sigma(u)*(1 - sigma(u))", 0, ""),
        ("D(sigma(u), u)\n = u @ u\n = sigma(u)*(1 - sigma(u))", 0, ""),
        ("D(sigma(u), u)\n = argmax(u, u)\n = sigma(u)*(1 - sigma(u))", 0, ""),
        ("D(sigma(u), u)\n <= sigma(u)*(1 - sigma(u))", 0, "only equalities"),
        ("D(sigma(u), u)\n = 1 ; magic [tangent of the logarithm: x = u]", 0, "no lemmas"),
        ("D(sigma(u), u)" + "\n = D(sigma(u), u) + 0" * 40, 0, "more than"),
        ("(" * 5000, 0, "cannot be read"),
        ("D(sigma(u), u)\n = " + "(1 + u + u**2 + exp(u))**16*" * 9 + "1\n = 0", 0, ""),
    ],
)
def test_what_earns_little(student, most, words):
    g = grade(student, **SIGMOID)
    assert g.score <= most
    assert words in str(g)


def test_a_leap_is_no_step():
    g = grade(
        "lim(D(sigma(u), u), u, oo)\n = lim(exp(-u)/(1 + exp(-u))**2, u, oo)\n = 0",
        "lim(D(sigma(u), u), u, oo)",
        "0",
        "u: real",
    )
    assert g.ok, str(g)
    g = grade(
        "lim(D(sigma(u), u), u, oo)\n = 0 + 0\n = 0", "lim(D(sigma(u), u), u, oo)", "0", "u: real"
    )
    assert [s.ok for s in g.steps] == [False, True]
    assert "leap" in g.steps[0].message


def test_strict_takes_no_leap_through_a_definition():
    leap = "D(sigma(u), u)\n = sigma(u)*(1 - sigma(u)) + 0\n = sigma(u)*(1 - sigma(u))"
    assert grade(leap, **SIGMOID).score == 0.5
    g = grade(leap, **SIGMOID, strict=True, least_steps=3)
    assert g.score == 0
    assert "leap" in g.steps[0].message
    assert grade(RIGHT, **SIGMOID, strict=True, least_steps=3).ok


def test_a_wrong_exercise_is_the_authors_error():
    with pytest.raises(ParseError):
        grade(RIGHT, "D(sigma(u), u", "0", "u: real")
    with pytest.raises(ParseError):
        grade(RIGHT, "u", "u", "u: nonsense")


@pytest.mark.parametrize(
    ("lines", "hint"),
    [
        ("u^2\n= u*u", "a power is written `**`"),
        ("u*u\n= u**2\nu*u", "begins with no `=`"),
    ],
)
def test_a_slip_of_the_pen_is_named(lines: str, hint: str) -> None:
    with pytest.raises(ParseError, match=re.escape(hint)):
        parse_chain(lines)
