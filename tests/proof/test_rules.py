# ruff: noqa: E501  (one rule a line)
"""Each rewriting rule of the normal form against numbers, n = 1 and n = 5 included.

A rule is an equation that the prover accepts through it. Hypothesis draws the expressions that are
put into the rule; the prover must accept the equation (or, for the traps, must not), and the judge
must find it true.
"""

from __future__ import annotations

import mpmath as mp
import proof_judge
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_lib.proof.derivation import declared
from ce_lib.proof.errors import ProofError, StuckError
from ce_lib.proof.language import parse
from ce_lib.proof.steps import Attempts

GIVEN = (
    "i, j, k, m: 1..n; a, b: real; c: positive; s: unit; y: bit; v, w: real[n]; "
    "q: positive[n]; r: unit[n]; p: simplex[n]; t: bit[n]; h: onehot[n] at m"
)

real = st.sampled_from(["a", "b", "a*b", "a + 2", "-b", "a**2 - b", "s*a", "y - a", "3"])
positive = st.sampled_from(["c", "s", "1 - s", "c + 1", "exp(a)", "c*s", "c**2", "2", "1 + exp(b)"])
term = st.sampled_from(["v[k]", "w[k]", "v[k]*w[k]", "a*v[k]", "v[k]**2", "p[k]", "exp(v[k])", "b"])
factor = st.sampled_from(["q[k]", "r[k]", "1 - r[k]", "q[k]*r[k]", "exp(w[k])", "r[k]**t[k]", "c"])
smooth = st.sampled_from(["a", "a**2", "exp(a)", "b*a", "exp(-a*b)", "1 + a**2", "a*exp(a)", "3"])

RULES = {
    # law: (left, relation, right), with holes
    "exp of a sum": ("exp", "exp({x} + {z})", "exp({x})*exp({z})", {"x": real, "z": real}),
    "exp of a difference": ("exp", "exp({x} - {z})", "exp({x})/exp({z})", {"x": real, "z": real}),
    "exp of a multiple": ("exp", "exp(3*({x}))", "exp({x})**3", {"x": real}),
    "exp of a logarithm": ("exp", "exp(ln({x}))", "{x}", {"x": positive}),
    "exponent added": ("exp", "({x})**(a + b)", "({x})**a*({x})**b", {"x": positive}),
    "root of a product": ("exp", "sqrt(({x})*({z}))", "sqrt({x})*sqrt({z})", {"x": positive, "z": positive}),
    "root squared": ("", "sqrt({x})**2", "{x}", {"x": positive}),
    "root of a square": ("", "sqrt(({x})**2)", "abs({x})", {"x": real}),
    "ln of a product": ("log", "ln(({x})*({z}))", "ln({x}) + ln({z})", {"x": positive, "z": positive}),
    "ln of a quotient": ("log", "ln(({x})/({z}))", "ln({x}) - ln({z})", {"x": positive, "z": positive}),
    "ln of a power": ("log", "ln(({x})**({z}))", "({z})*ln({x})", {"x": positive, "z": real}),
    "ln of exp": ("log", "ln(exp({x}))", "{x}", {"x": real}),
    "sum of a sum": ("sum", "Sum({x} + {z}, k)", "Sum({x}, k) + Sum({z}, k)", {"x": term, "z": term}),
    "constant factor": ("sum", "Sum(({u})*({x}), k)", "({u})*Sum({x}, k)", {"x": term, "u": real}),
    "sum of a constant": ("sum", "Sum({u}, k)", "n*({u})", {"u": real}),
    "product of sums": ("sum", "Sum({x}, k)*Sum({z}, k)", "Sum(Sum(({x})*({z2}), j), k)", {"x": term, "z": term}),
    "order of sums": ("", "Sum(Sum(v[i]*q[j]*exp(v[i]*w[j]), j), i)", "Sum(Sum(v[i]*q[j]*exp(v[i]*w[j]), i), j)", {}),
    "renamed index": ("", "Sum({x}, k)", "Sum({x2}, j)", {"x": term}),
    "one term": ("delta", "Sum(({x})*delta(k, i), k)", "{xi}", {"x": term}),
    "indicator squared": ("delta", "delta(i, j)**2", "delta(i, j)", {}),
    "indicator moves": ("delta", "v[i]*delta(i, j)", "v[j]*delta(i, j)", {}),
    "ln of a product over k": ("product", "ln(Prod({x}, k))", "Sum(ln({x}), k)", {"x": factor}),
    "product of products": ("product", "Prod(({x})*({z}), k)", "Prod({x}, k)*Prod({z}, k)", {"x": factor, "z": factor}),
    "written out": ("finite", "Sum(({x})**l, (l, 0, 3))", "1 + ({x}) + ({x})**2 + ({x})**3", {"x": positive}),
    "last term": ("peel", "Sum(l**2*a, (l, 1, n + 1))", "Sum(l**2*a, (l, 1, n)) + (n + 1)**2*a", {}),
    "simplex": ("facts", "Sum(p[k], k)", "1", {}),
    "one-hot": ("onehot", "Sum(h[k]*({x}), k)", "{xm}", {"x": term}),
    "bit": ("cases", "({x})**y", "1 + y*(({x}) - 1)", {"x": positive}),
    "bits in a sum": ("cases", "Sum(r[k]**t[k], k)", "Sum(1 + t[k]*(r[k] - 1), k)", {}),
    "sum rule": ("calculus", "D({f} + {g}, a)", "D({f}, a) + D({g}, a)", {"f": smooth, "g": smooth}),
    "product rule": ("calculus", "D(({f})*({g}), a)", "D({f}, a)*({g}) + ({f})*D({g}, a)", {"f": smooth, "g": smooth}),
    "quotient rule": ("calculus", "D(({f})/(1 + exp(a)), a)", "(D({f}, a)*(1 + exp(a)) - ({f})*exp(a))/(1 + exp(a))**2", {"f": smooth}),
    "chain rule": ("calculus", "D(exp({f}), a)", "exp({f})*D({f}, a)", {"f": smooth}),
    "derivative of ln": ("calculus", "D(ln(1 + ({f})**2), a)", "2*({f})*D({f}, a)/(1 + ({f})**2)", {"f": smooth}),
    "derivative of a root": ("calculus", "D(sqrt(1 + ({f})**2), a)", "({f})*D({f}, a)/sqrt(1 + ({f})**2)", {"f": smooth}),
    "derivative of a sum": ("calculus", "D(Sum(({x})*({z}), k), v[j])", "Sum(D(({x})*({z}), v[j]), k)", {"x": term, "z": term}),
    "limit": ("limit", "lim((c + exp(a))/(s + exp(a)), a, oo)", "1", {}),
}  # fmt: skip


def filled(rule, pick):
    law, left, right, holes = RULES[rule]
    values = {name: f"({pick(name, strategy)})" for name, strategy in holes.items()}
    for name in ("x", "z"):
        if name in values:
            values[name + "2"] = values[name].replace("[k]", "[j]")
            values[name + "i"] = values[name].replace("[k]", "[i]")
            values[name + "m"] = values[name].replace("[k]", "[m]")
    return law, left.format(**values), right.format(**values)


def proved(left, relation, right, off=()):
    attempts = Attempts(declared(GIVEN, ""))
    try:
        return attempts.proved(parse(left), relation, parse(right), "", off)
    except (ProofError, StuckError):
        return None


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=st.data())
def test_rule(rule, data):
    _law, left, right = filled(rule, lambda _, strategy: data.draw(strategy))
    used = proved(left, "=", right)
    assert used is not None, f"{left} = {right}"
    failure = proof_judge.first_failure(declared(GIVEN, ""), left, "=", right, points=8)
    assert failure is None, f"{left} = {right}: {failure}"


@pytest.mark.parametrize("rule", [r for r in RULES if RULES[r][0]])
def test_rule_is_the_one_that_proves(rule):
    """With its law switched off, the plainest instance of the rule is not proved."""
    plain = {"x": "c", "z": "s", "u": "a", "f": "exp(a)", "g": "a"}
    if "k" in RULES[rule][1]:
        plain.update(x="v[k]", z="w[k]")
    if rule in ("ln of a product over k", "product of products"):
        plain.update(x="q[k]", z="r[k]")
    law, left, right = filled(rule, lambda name, _: plain_of(name, plain, rule))
    assert proved(left, "=", right) is not None
    assert proved(left, "=", right, {law}) is None, f"{left} = {right} without {law}"


def plain_of(name, plain, rule):
    if rule in ("exp of a sum", "exp of a difference", "exp of a multiple", "ln of exp"):
        return {"x": "a", "z": "b"}[name]
    return "b" if rule == "ln of a power" and name == "z" else plain[name]


TRAPS = [
    # what a careless rule would prove
    ("sqrt(a**2)", "=", "a"),
    ("ln(a**2)", "=", "2*ln(a)"),
    ("ln(v[i]*v[j])", "=", "ln(v[i]) + ln(v[j])"),
    ("abs(a)", "=", "a"),
    ("(a*b)**s", "=", "a**s*b**s"),
    ("Sum(v[k], k)", "=", "Sum(v[k], (k, 1, n - 1))"),
    ("Sum(v[k]*w[k], k)", "=", "Sum(v[k], k)*Sum(w[k], k)"),
    ("Sum(v[k], k)**2", "=", "Sum(v[k]**2, k)"),
    ("Sum(delta(k, 0), k)", "=", "1"),
    ("Sum(delta(k, n + 1), k)", "=", "1"),
    ("Sum(v[k]*delta(k, n), (k, 1, n - 1))", "=", "v[n]"),
    ("D(Sum(p[k], k), p[j])", "=", "0"),
    ("D(y**2, y)", "=", "1"),
    ("D(v[i], v[j])", "=", "1"),
    ("D(Sum(exp(v[k]), k), v[j])", "=", "Sum(exp(v[k]), k)"),
    ("delta(i, j)", "=", "0"),
    ("n", ">", "1"),
    ("Sum(v[k]**2, k)", ">", "0"),
    ("1 - p[i]", ">", "0"),
    ("r[i]**2 - r[i]", ">=", "0"),
    ("c", "<=", "1"),
    ("a**2 - 2*a*b + b**2", ">", "0"),
    ("exp(a)", ">=", "1"),
    ("lim(exp(a*b), b, oo)", "=", "oo"),
    ("lim((b*a + 1)/(a + 1), a, oo)", "=", "1"),
    ("lim(exp(-c*a), a, -oo)", "=", "0"),
    ("Prod(v[k], k)", "=", "exp(Sum(ln(v[k]), k))"),
    ("Prod(q[k], k)", "<=", "1"),
    ("argmax(a*b, b)", "=", "argmax(b, b)"),
    ("argmax(a**2, a)", "=", "argmax(a, a)"),
    ("argmax(Prod(q[k]**s, k), s)", "=", "argmin(Sum(ln(q[k])*s, k), s)"),
]


@pytest.mark.parametrize(("left", "relation", "right"), TRAPS)
def test_trap(left, relation, right):
    """The prover alone does not fall for what only looks like a law."""
    assert proved(left, relation, right) is None


def test_the_judge_can_fail():
    ctx = declared(GIVEN, "")
    assert proof_judge.first_failure(ctx, "Sum(v[k], k)", "=", "n*v[i]", points=20)
    assert proof_judge.first_failure(ctx, "1/a", "=", "1/b", points=20)


@pytest.mark.parametrize("n", [1, 5])
def test_extreme_sizes(n):
    """Every law of sums at the smallest and at a larger size, as numbers."""
    import random

    for rule in ("sum of a sum", "constant factor", "product of sums", "one term", "simplex"):
        _law, left, right, _holes = RULES[rule]
        plain = {"x": "v[k]", "z": "w[k]", "z2": "w[j]", "xi": "v[i]", "u": "a"}
        ctx = declared(GIVEN, "")
        rng, seen = random.Random(5), 0
        while seen < 3:
            env = proof_judge.point(ctx, rng)
            if env["n"] != n:
                continue
            seen += 1
            judge = proof_judge.Judge(ctx, env)
            a, b = judge.value(left.format(**plain)), judge.value(right.format(**plain))
            assert abs(a - b) < mp.mpf(10) ** -10
