"""What is displayed is what is meant: printed, read back by an independent reader, evaluated."""

from __future__ import annotations

import random

import mpmath as mp
import proof_judge
import proof_reader
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_lib.proof import Derivation, catalogue
from ce_lib.proof.derivation import declared
from ce_lib.proof.language import parse
from ce_lib.proof.printer import latex
from ce_lib.proof.tree import Bin, Call, Index, Name, Neg, Num, text, walk

GIVEN = "i, j: 1..n; k, l, m: 1..n; a, b, yhat, theta: real; z, u, v: real[n]; X: real[n, n]"
# The book prints the sigmoid as the letter s, which is also a variable: the reader needs another.
SIGMA = {"sigma": r"\sigma"}
CTX = declared(GIVEN, "", SIGMA)


def leaves(bound):
    at = st.sampled_from([Name(x) for x in ("i", "j", *bound)])
    return st.one_of(
        st.sampled_from([*map(Name, ("a", "b", "yhat", "theta")), Num(1), Num(2), Num(3)]),
        at.map(lambda i: Index("z", (i,))),
        st.tuples(at, at).map(lambda ij: Index("X", ij)),
        st.tuples(at, at).map(lambda ij: Call("delta", ij)),
        st.just(Bin("@", Name("u"), Name("v"))),
        st.just(Call("norm", (Bin("-", Name("u"), Name("v")),))),
        at.map(lambda i: Call("softmax", (Name("z"), i))),
    )


def trees(depth=4, bound=()):
    if depth == 0:
        return leaves(bound)
    sub = trees(depth - 1, bound)
    options = [
        leaves(bound),
        sub.map(Neg),
        st.tuples(st.sampled_from("+-*"), sub, sub).map(lambda t: Bin(*t)),
        st.tuples(st.sampled_from("+-*"), sub, sub).map(lambda t: Bin(*t)),
        # denominators and arguments of ln are kept positive, so that there is a value to compare
        st.tuples(sub, sub).map(lambda t: Bin("/", t[0], Bin("+", Num(1), Call("exp", (t[1],))))),
        st.tuples(sub, st.sampled_from([2, 3])).map(lambda t: Bin("**", t[0], Num(t[1]))),
        sub.map(lambda t: Call("exp", (t,))),
        sub.map(lambda t: Call("sigma", (t,))),
        sub.map(lambda t: Call("abs", (t,))),
        sub.map(lambda t: Call("ln", (Bin("+", Num(1), Bin("**", t, Num(2))),))),
        sub.map(lambda t: Call("sqrt", (Bin("+", Num(1), Bin("**", t, Num(2))),))),
    ]
    if len(bound) < 2:
        new = "klm"[len(bound)]
        inner = trees(depth - 1, (*bound, new))
        options += [
            inner.map(lambda t: Call("Sum", (t, Name(new)))),
            inner.map(lambda t: Call("Prod", (t, Name(new)))),
        ]
    if not bound:
        kinks = ("abs", "norm")
        smooth = sub.filter(lambda t: not any(getattr(x, "fn", "") in kinks for x in walk(t)))
        options.append(smooth.map(lambda t: Call("D", (t, Name("a")))))
        options.append(smooth.map(lambda t: Call("D", (t, Index("z", (Name("j"),))))))
    return st.one_of(options)


def agree(ctx, source, again, points=2, seed=3):
    rng = random.Random(seed)
    with mp.workdps(proof_judge.DIGITS):
        for _ in range(points):
            judge = proof_judge.Judge(ctx, proof_judge.point(ctx, rng, exact=True))
            try:
                a = judge.value(source)
            except (proof_judge.Bad, KeyError):
                continue
            b = judge.value(again)
            if not proof_judge.same(a, "=", b, mp.mpf(10) ** -6):
                return False
    return True


def check(tree):
    tex = latex(tree, CTX)
    again = proof_reader.read(tex)
    assert agree(CTX, text(tree), again), f"{text(tree)}\n{tex}\n{again}"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(trees())
def test_round_trip(tree):
    check(tree)


@pytest.mark.slow
@settings(max_examples=600, deadline=None, derandomize=True)
@given(trees())
def test_many_round_trips(tree):
    check(tree)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(trees(3))
def test_text_round_trip(tree):
    """Source text parsed again is the same tree, up to what Python itself makes of `-a*b`."""
    once = parse(text(tree))
    assert parse(text(once)) == once


def test_reader_would_notice():
    """A printer that dropped parentheses, or an index, would be caught."""
    assert not agree(CTX, "(a + b)*theta", proof_reader.read(r"a + b \theta"))
    assert not agree(CTX, "Sum(z[k], k)*a + b", proof_reader.read(r"\sum_{k=1}^{n} z_{k} (a + b)"))
    assert not agree(CTX, "X[i, j]", proof_reader.read("X_{ji}"))


GOLDEN = {
    "D(sigma(a), a)": r"\frac{d \sigma(a)}{d a}",
    "-a*b - a/b": r"-a b - \frac{a}{b}",
    "a*(-b)": r"a (-b)",
    "-a/b": r"-\frac{a}{b}",
    "(a + b)**2": r"(a + b)^{2}",
    "a - (b - theta)": r"a - (b - \theta)",
    "2*3": r"2 \cdot 3",
    "a*Sum(z[k], k) - b": r"a \sum_{k=1}^{n} z_{k} - b",
    "Sum(z[k], k)*a": r"\left(\sum_{k=1}^{n} z_{k}\right) a",
    "Sum(Sum(X[k, l], l), k)": r"\sum_{k=1}^{n} \sum_{l=1}^{n} X_{kl}",
    "ln(yhat)": r"\ln \hat{y}",
    "ln(a)*b": r"\ln(a) b",
    "norm(u - v)**2": r"\lVert u - v \rVert^{2}",
    "softmax(z, i)*(delta(i, j) - softmax(z, j))": (
        r"\operatorname{softmax}(z)_{i} (\mathbf{1}[i=j] - \operatorname{softmax}(z)_{j})"
    ),
    "D(Sum(exp(z[k]), k), z[j])": r"\frac{\partial}{\partial z_{j}} \sum_{k=1}^{n} e^{z_{k}}",
    "exp(-a)/(1 + exp(-a))**2": r"\frac{e^{-a}}{(1 + e^{-a})^{2}}",
}


@pytest.mark.parametrize("source", GOLDEN)
def test_golden(source):
    assert latex(parse(source), CTX) == GOLDEN[source]


def test_catalogue_round_trip():
    """Every line of the catalogue that the reader's small grammar covers means what it says."""
    covered = 0
    for e in catalogue.entries():
        d = catalogue.get(e.label)
        if not isinstance(d, Derivation) or set(d.ctx.vectors) & {"X", "A"}:
            continue
        for line in d.lines:
            used = {n.fn for n in walk(line.tree) if isinstance(n, Call)}
            dots = any(isinstance(n, Bin) and n.op == "@" for n in walk(line.tree))
            if not dots and used <= {
                "Sum",
                "Prod",
                "exp",
                "ln",
                "sqrt",
                "delta",
                "D",
                "sigma",
                "abs",
                "norm",
            }:
                ctx = declared(d.given, d.where, SIGMA)
                again = proof_reader.read(latex(line.tree, ctx))
                assert agree(d.ctx, text(line.tree), again), text(line.tree)
                covered += 1
    assert covered > 100
