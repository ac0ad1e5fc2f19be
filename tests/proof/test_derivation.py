# ruff: noqa: E501  (one case a line)
"""The three outcomes, the duties, the reasons, the indices: every refusal with its message."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ce_lib.proof
from ce_lib.proof import (
    Derivation,
    Induction,
    LemmaDerivation,
    NotProvedError,
    ParseError,
    ProofError,
    ReasonError,
    RefutedError,
    Tangent,
    UndefinedError,
)
from ce_lib.proof.derivation import declared
from ce_lib.proof.language import parse
from ce_lib.proof.steps import Attempts

SOFTMAX = "i, j, k: 1..n; y: weights[n]; z: real[n]"


def test_the_example_of_the_design():
    d = Derivation(
        "derivative of the sigmoid",
        given="u: real",
        text="""
        D(sigma(u), u)
        = D(1/(1+exp(-u)), u)                 ; definition of the sigmoid
        = exp(-u)/(1+exp(-u))**2              ; chain rule
        = sigma(u)*(1-sigma(u))               ; definition of the sigmoid
    """,
    )
    assert [s.laws for s in d.steps] == [
        ("definition sigma",),
        ("calculus",),
        ("definition sigma",),
    ]
    assert d.relation == "="
    assert d.claim == "D(sigma(u), u) = sigma(u)*(1-sigma(u))"


def test_a_long_line_may_be_wrapped():
    d = Derivation("wrapped", "(a + b)**2\n = a**2\n + 2*a*b\n + b**2 ; expand", "a, b: real")
    assert len(d.steps) == 1


def test_refuted_with_a_small_counterexample():
    with pytest.raises(RefutedError) as e:
        Derivation("wrong", "(a + b)**2\n = a**2 + b**2 ; expand", "a, b: real")
    assert "counterexample: a = " in str(e.value)
    assert e.value.left != e.value.right
    assert "reason given: expand" in str(e.value)


def test_refuted_names_the_first_false_step():
    with pytest.raises(RefutedError, match="step 2 is false"):
        Derivation("wrong", "a + a\n = 2*a\n = 3*a\n = 4*a", "a: positive")


def test_an_unprovable_truth_is_not_accepted():
    with pytest.raises(NotProvedError, match="could not be proved"):
        Derivation("tangent", "exp(x)\n >= 1 + x", "x: real")


UNDEFINED = [
    ("x*(y/x)\n = y", "x, y: real"),
    ("ln(x)\n = ln(x)", "x: real"),
    ("x**a\n = x**a", "x, a: real"),
    ("1/(p - q)\n = 1/(p - q)", "p, q: unit"),
    ("sqrt(x)**2\n = x", "x: real"),
    ("Sum(v[k]/w[k], k)\n = Sum(v[k]/w[k], k)", "k: 1..n; v, w: real[n]"),
    ("angle(u, v)\n = angle(v, u)", "k: 1..n; u, v: real[n]"),
    ("1/0*x\n = 1/0*x", "x: real"),
]


@pytest.mark.parametrize(("text", "given"), UNDEFINED)
def test_a_denominator_or_logarithm_that_may_vanish(text, given):
    with pytest.raises((UndefinedError, RefutedError, NotProvedError)):
        Derivation("undefined", text, given)


def test_defined_where_the_domain_says_so():
    Derivation("cancel", "x*(y/x)\n = y ; cancel", "x: positive; y: real")


REASONS = [
    ("(a + b)**2\n = a**2 + 2*a*b + b**2 ; chain rule", "a, b: real", "chain rule"),
    ("D(a**2, a)\n = 2*a ; expand", "a: real", "differentiation"),
    ("exp(a)*exp(b)\n = exp(a + b) ; logarithm of a product", "a, b: real", "laws of exponents"),
    ("sigma(a)\n = 1/(1 + exp(-a)) ; definition of softmax", "a: real", "softmax"),
    ("Sum(a*v[k], k)\n = a*Sum(v[k], k) ; the labels sum to one", "k: 1..n; v: weights[n]; a: real", "sum to one"),
    # true only because both distributions sum to one: a wrong reason for a true step
    (
        "-Sum(Sum(p[i]*r[j]*ln(q[i]), j), i)\n = -Sum(p[i]*ln(q[i]), i) ; constant factor",
        "i, j: 1..n; p, r, q: simplex[n]",
        "must say so",
    ),
    ("lim(exp(u)/(1 + exp(u)), u, oo)\n = 1 ; cancel", "u: real", "limit"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "given", "words"), REASONS)
def test_a_wrong_reason_for_a_true_step(text, given, words):
    with pytest.raises(ReasonError, match=words):
        Derivation("reason", text, given)


def test_the_right_reason_is_accepted():
    Derivation(
        "reason",
        "-Sum(Sum(p[i]*r[j]*ln(q[i]), j), i)\n = -Sum(p[i]*ln(q[i]), i)"
        " ; constant factor; the probabilities sum to one",
        "i, j: 1..n; p, r, q: simplex[n]",
    )


INDICES = [
    ("D(-Sum(y[k]*z[k], k), z[i])\n = -Sum(D(y[i]*z[i], z[i]), i)", "index clash"),
    ("D(-Sum(y[i]*z[i], i), z[j])\n = -y[i]", "not in the first line"),
    ("Sum(Sum(y[k]*z[k], k), k)\n = 1", "bound twice"),
    ("Sum(y[l], l)\n = 1", "range"),
]


@pytest.mark.parametrize(("text", "words"), INDICES)
def test_indices(text, words):
    with pytest.raises(ParseError, match=words):
        Derivation("indices", text, SOFTMAX)


UNREADABLE = [
    "a",
    "= a",
    "a\n = b.c",
    "a\n = __import__('os')",
    "a\n = (lambda: 1)()",
    "a\n = [x for x in (1, 2)]",
    "a\n = 'a'",
    "a\n = 1.5*a",
    "a\n = a if a else b",
    "a\n = a == b",
    "a\n = a**99999",
    "a\n = _a",
    "a\n = nothing",
    "a\n = exp(a, b)",
    "a\n = " + "(" * 300 + "a" + ")" * 300,
    "a\n = " + "+".join(["a"] * 500),
    "a\n <= b\n >= a",
    "a\n = v",
    "v @ v\n = v*v",
    "a\n = v[1, 2]",
    "oo + a\n = oo",
    "D(a, 2)\n = 0",
    "at(a, k, 3)\n = 3",
]


@pytest.mark.parametrize("text", UNREADABLE)
def test_outside_the_language(text):
    with pytest.raises((ParseError, RefutedError)):
        Derivation("unreadable", text, "a, b: real; k: 1..n; v: real[n]")


def test_a_vector_of_two_counts_as_its_index_does():
    first = "z[0] + z[1]\n = Sum(z[k], k)"
    Derivation("from 0", first, "k: 0..1; z: real[2]")
    with pytest.raises(RefutedError, match="no component 0"):
        Derivation("from 1", first, "k: 1..2; z: real[2]")


DECLARATIONS = [
    "u",
    "u: complex",
    "D: real",
    "u: real; u: real",
    "y: onehot[n]",
    "2u: real",
    "_u: real",
]


@pytest.mark.parametrize("given", DECLARATIONS)
def test_declarations(given):
    with pytest.raises(ParseError):
        Derivation("declared", "1 + 1\n = 2", given)


COSTLY = [
    "Sum(1, (k1, 1, 10**9))\n = 10**9",
    "Prod(a, (k1, 1, 10**9))\n = a",
    "BitSum(y[0], y, 100)\n = 1",
    "9**9**9**9\n = 1",
    "exp(exp(exp(exp(exp(100)))))\n = 1",
    "ln(999999937*999999929*999999893 + 1)\n = 1",
    "sqrt(999999937*999999929*999999893*999999883*999999797 + 2)\n = 1",
    "(((a + b + 1)**16)**16)**16\n = 1",
    "*".join(["(a + b + 1)**9"] * 9) + "\n = 1",
    "Sum(Sum(Sum(Sum(a, (k1, 1, 16)), (k2, 1, 16)), (k3, 1, 16)), (k4, 1, 16))\n = 1",
    "Sum(Sum(Sum(Sum(Sum(a, (k1, 1, 9)), (k2, 1, 9)), (k3, 1, 9)), (k4, 1, 9)), (k5, 1, 9))\n = 1",
]


@pytest.mark.parametrize("text", COSTLY)
def test_no_text_keeps_the_checker_busy(text):
    """Each of these would run for hours, or out of memory, if nothing were bounded."""
    with pytest.raises(ProofError):
        Derivation("costly", text, "a, b: real")


def test_definitions_must_carry_their_indices():
    with pytest.raises(ParseError, match="must be a parameter"):
        Derivation(
            "capture", "Sum(f(a), k)\n = n*f(a)", "k: 1..n; a: real; v: real[n]", "f(x) = x*v[k]"
        )


def test_own_definitions_with_brackets_and_hats():
    d = Derivation(
        "own",
        "yhat[i]*Sum(yhat[j], j)\n = yhat[i] ; definitions",
        SOFTMAX,
        "yhat[i] = softmax(z, i)",
    )
    assert r"\hat{y}_{i}" in d.latex()


def test_symbolic_sizes_of_matrices():
    given = "i: 1..n; j: 1..m; A: real[n, m]; x: real[m]; y: real[n]"
    Derivation("transpose", "(A @ x) @ y\n = x @ (T(A) @ y) ; both are the same double sum", given)
    Derivation("gradient", "grad(y @ (A @ x), x)\n = T(A) @ y ; derivative of a sum", given)
    with pytest.raises(ParseError, match="sizes do not fit"):
        Derivation("shape", "A @ y\n = A @ y", given)
    with pytest.raises(RefutedError):
        Derivation("order", "T(A) @ A\n = A @ T(A)", "i: 1..n; A: real[n, n]")


def test_inequalities_need_a_certificate():
    given = "i: 0..d-1; u, v: real[d]"
    with pytest.raises(NotProvedError):
        Derivation("bare", "(u @ v)**2\n <= (u @ u)*(v @ v)", given)
    with pytest.raises(RefutedError):
        Derivation("too sharp", "(u @ v)**2\n <= (u @ u)*(v @ v)/2", given)
    with pytest.raises(RefutedError):
        Derivation("not strict", "u @ u\n > 0", given)


def test_lemmas():
    Tangent("test tangent", "ln(x)", "x - 1")
    given = "p: unit; q: positive"
    cited = "[test tangent: x = q/p, times p]"
    Derivation("use", f"p*ln(q/p)\n <= q - p ; the tangent {cited}", given)
    for wrong in (
        "[test tangent: x = q/p]",
        "[test tangent: x = q]",
        "[test tangent: x = q/p, times -p]",
    ):
        with pytest.raises(NotProvedError):
            Derivation("misuse", f"p*ln(q/p)\n <= q - p ; the tangent {wrong}", given)
    for wrong in (
        "[no such lemma: x = q]",
        "[test tangent: y = q]",
        "[test tangent]",
        "[test tangent: x]",
    ):
        with pytest.raises(ParseError):
            Derivation("misuse", f"p*ln(q/p)\n <= q - p ; the tangent {wrong}", given)
    with pytest.raises(ProofError):  # x may be negative
        Derivation("misuse", "ln(1 + r**2)\n <= r ; the tangent [test tangent: x = r]", "r: real")


def test_false_lemmas_are_not_made():
    with pytest.raises(ProofError):
        Tangent("wrong", "ln(x)", "x - 2")
    with pytest.raises(ProofError):
        Tangent("wrong", "ln(x)", "2*x - 2")
    with pytest.raises(ProofError):
        Tangent("wrong", "x**2", "2*x - 1")
    with pytest.raises(ParseError):
        LemmaDerivation("no inequality", "a + a\n = 2*a", "a: real")
    # what would mean something else where it is cited
    for text in ("Sum(v[k]**2, k)\n >= 0", "n\n >= 1", "v @ v/n\n >= 0", "sigma(v @ v)\n >= 0"):
        with pytest.raises(ParseError, match="without indices"):
            LemmaDerivation("indices", text, "k: 1..n; v: real[n]; a: real")
    with pytest.raises(ParseError, match="real"):
        LemmaDerivation("domains", "v @ v\n <= 1", "k: 1..n; v: sphere[n]")


INDUCTION = {
    "given": "n: natural; a: real",
    "left": "Sum(2*k - 1, (k, 1, n))",
    "right": "n**2",
    "base": "Sum(2*k - 1, (k, 1, 0))\n = 0**2 ; an empty sum",
    "step": """
        Sum(2*k - 1, (k, 1, n + 1))
        = Sum(2*k - 1, (k, 1, n)) + 2*(n + 1) - 1   ; split off the last term
        = n**2 + 2*n + 1                            ; induction hypothesis
        = (n + 1)**2                                ; collect the square
    """,
}


def test_induction():
    i = Induction("odd numbers", **INDUCTION)
    assert i.claim == "Sum(2*k - 1, (k, 1, n)) = n**2 for all n >= 0"


WRONG_INDUCTIONS = [
    {"right": "n**2 + 1"},  # the parts do not lead to it
    {"right": "n**2 + 1", "base": "Sum(2*k - 1, (k, 1, 0))\n = 0**2 + 1"},
    {"base": "Sum(2*k - 1, (k, 1, 1))\n = 1"},
    {"step": "Sum(2*k - 1, (k, 1, n))\n = n**2 ; induction hypothesis"},
    {"step": "Sum(2*k - 1, (k, 1, n + 1))\n = (n + 1)**2 ; split off the last term"},
    {"step": "Sum(2*k - 1, (k, 1, n + 2))\n = (n + 2)**2"},
    {"given": "n: size; a: real"},
    {"base": "0\n = 0**2"},
]


@pytest.mark.parametrize("change", WRONG_INDUCTIONS)
def test_wrong_inductions(change):
    with pytest.raises(ProofError):
        Induction("odd numbers", **{**INDUCTION, **change})


def test_import_is_light():
    code = "import sys, ce_lib; sys.exit(any(m in sys.modules for m in ('sympy', 'mpmath')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert ce_lib.proof.__doc__


def test_the_facts_of_a_vector_stay_out_of_its_derivatives():
    """Along a constraint a component cannot move alone: d(sum y)/dy_j is not d(1)/dy_j = 0."""
    with pytest.raises((ParseError, NotProvedError, RefutedError)):
        Derivation("constraint", "D(Sum(y[k], k), y[j])\n = 0", SOFTMAX)


def test_a_coordinate_that_an_index_may_reach_is_not_split_off():
    given = "n, m: natural; j: 0..n; s: unit[nat]"
    for text in (
        "BitSum(y[j], y, n + 1)\n = 2*BitSum(y[j], y, n)",
        "BitSum(Sum(y[k], (k, 0, m)), y, n + 1)\n = 2*BitSum(Sum(y[k], (k, 0, m)), y, n)",
    ):
        with pytest.raises(ProofError):
            Derivation("reach", text, given)
        left, right = (parse(x) for x in text.split("\n = "))
        attempts = Attempts(declared(given, ""))
        assert attempts.proved(left, "=", right, "", ()) is None
