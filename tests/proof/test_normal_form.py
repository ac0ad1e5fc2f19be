"""A normal form has the value of what it came from: random expressions, random points, all laws on.

Whatever the laws did to an expression, evaluating the result atom by atom must give the number that
the judge gets from the source text; and what is certainly positive must be positive.
"""

from __future__ import annotations

import itertools
import random

import mpmath as mp
import proof_judge
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_lib.proof.derivation import declared
from ce_lib.proof.elaborate import elaborate
from ce_lib.proof.errors import StuckError
from ce_lib.proof.kernel import Kernel
from ce_lib.proof.signs import sign
from ce_lib.proof.tree import Bin, Call, Index, Name, Neg, Num, text

GIVEN = (
    "i, j, k, l, m: 1..n; a, b: real; c: positive; s: unit; y: bit; x: closed; v: real[n]; "
    "q: positive[n]; r: unit[n]; p: simplex[n]; t: bit[n]; h: onehot[n] at m; w: weights[n]; "
    "e: sphere[n]; g: nonzero[n]"
)
CTX = declared(GIVEN, "")


def value(p, env):
    """The number that a polynomial in atoms stands for."""
    return mp.fsum(mp.mpf(c.numerator) / c.denominator * mono(m, env) for m, c in p.terms.items())


def mono(m, env):
    out = mp.mpf(1)
    for a, e in m:
        base = atom(a, env)
        if a.kind == "root" and e.denominator != 1 and -1e-12 < base < 0:
            base = mp.mpf(0)  # a square that is 0, but for rounding
        out *= (
            base ** int(e) if e.denominator == 1 else base ** (mp.mpf(e.numerator) / e.denominator)
        )
    return out


def atom(a, env):
    match a.kind:
        case "sym" | "idx":
            return mp.mpf(env[a.args[0]])
        case "elem":
            return env[a.args[0]][tuple(int(value(i, env)) for i in a.args[1])]
        case "exp":
            return mp.exp(mono(a.args[0], env))
        case "log":
            return mp.log(value(a.args[0], env))
        case "root":
            return value(a.args[0], env)
        case "delta":
            return mp.mpf(abs(value(a.args[0], env) - value(a.args[1], env)) < 0.5)
        case "sum":
            spans = [range(int(value(lo, env)), int(value(hi, env)) + 1) for lo, hi in a.args[0]]
            return mp.fsum(
                mono(a.args[2], {**env, **dict(zip(a.args[1], at, strict=True))})
                for at in itertools.product(*spans)
            )
        case "prod":
            lo, hi = (int(value(x, env)) for x in a.args[0])
            return mp.fprod(value(a.args[2], {**env, a.args[1]: at}) for at in range(lo, hi + 1))
    raise AssertionError(a.kind)


def leaves(bound):
    at = st.sampled_from([Name(n) for n in ("i", "j", *bound)])
    component = st.tuples(st.sampled_from("vqrpthweg"), at).map(lambda t: Index(t[0], (t[1],)))
    return st.one_of(
        st.sampled_from([*map(Name, ("a", "b", "c", "s", "y", "x")), Num(1), Num(2)]),
        component,
        component,
        st.tuples(at, at).map(lambda ij: Call("delta", ij)),
        at.map(lambda n: Call("softmax", (Name("v"), n))),
    )


def positives(bound):
    at = st.sampled_from([Name(n) for n in ("i", "j", *bound)])
    one_minus = lambda t: Bin("-", Num(1), t)  # noqa: E731
    return st.one_of(
        st.sampled_from([Name("c"), Name("s"), one_minus(Name("s")), Num(3)]),
        st.tuples(st.sampled_from("qrp"), at).map(lambda t: Index(t[0], (t[1],))),
        at.map(lambda n: one_minus(Index("r", (n,)))),
        at.map(lambda n: Bin("+", Index("q", (n,)), Name("c"))),
    )


def trees(depth, bound=()):
    if depth == 0:
        return leaves(bound)
    sub, plus = trees(depth - 1, bound), positives(bound)
    options = [
        leaves(bound),
        sub.map(Neg),
        st.tuples(st.sampled_from("+-**"), sub, sub).map(lambda t: Bin(*t)),
        st.tuples(st.sampled_from("+-*"), sub, sub).map(lambda t: Bin(*t)),
        st.tuples(sub, plus).map(lambda t: Bin("/", *t)),
        st.tuples(plus, sub).map(lambda t: Bin("**", *t)),
        sub.map(lambda t: Bin("**", t, Num(2))),
        sub.map(lambda t: Call("exp", (t,))),
        sub.map(lambda t: Call("sigma", (t,))),
        sub.map(lambda t: Call("abs", (t,))),
        plus.map(lambda t: Call("ln", (t,))),
        st.tuples(plus, plus).map(lambda t: Call("ln", (Bin("*", *t),))),
        sub.map(lambda t: Call("ln", (Bin("+", Num(1), Bin("**", t, Num(2))),))),
        st.tuples(plus, plus).map(lambda t: Call("sqrt", (Bin("/", *t),))),
    ]
    if len(bound) < 2:
        new = "kl"[len(bound)]
        inner = trees(depth - 1, (*bound, new))
        options += [
            inner.map(lambda t: Call("Sum", (t, Name(new)))),
            inner.map(lambda t: Call("Sum", (t, Name(new)))),
            positives((*bound, new)).map(lambda t: Call("Prod", (t, Name(new)))),
            inner.map(lambda t: Call("Prod", (t, Name(new)))),
        ]
    if not bound:
        options.append(sub.map(lambda t: Call("D", (t, Name("a")))))
        options.append(sub.map(lambda t: Call("D", (t, Index("v", (Name("j"),))))))
    return st.one_of(options)


def check(tree, seed):
    k = Kernel(CTX)
    try:
        p = elaborate(k, tree)
    except StuckError:
        return
    s = sign(k, p)
    rng = random.Random(seed)
    with mp.workdps(40):
        for _ in range(3):
            env = proof_judge.point(CTX, rng, exact=True)
            try:
                wanted = proof_judge.Judge(CTX, env).value(text(tree))
                if abs(wanted) > 1e6:
                    continue
                got = value(p, env)
            except (proof_judge.Bad, OverflowError):
                continue
            assert abs(got - wanted) <= 1e-10 * (1 + abs(wanted)), f"{text(tree)}\n{p}\n{env}"
            assert {"+": got > -1e-25, "0+": got > -1e-25, "-": got < 1e-25, "0-": got < 1e-25}.get(
                s, True
            ), f"{text(tree)} is not {s}: {got}"


SUMS = trees(2, ("k",)).map(lambda t: Call("Sum", (t, Name("k"))))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(trees(3), st.integers(0, 10**6))
def test_value_is_kept(tree, seed):
    check(tree, seed)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(SUMS, st.integers(0, 10**6))
def test_value_of_sums_is_kept(tree, seed):
    check(tree, seed)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, derandomize=True)
@given(st.one_of(trees(3), SUMS), st.integers(0, 10**6))
def test_many_values_are_kept(tree, seed):
    check(tree, seed)


def test_the_check_can_fail():
    """Evaluating a normal form with a wrong atom is noticed."""
    k = Kernel(CTX)
    p = elaborate(k, Call("exp", (Name("a"),)))
    assert abs(value(p, {"a": 1}) - mp.e) < 1e-10
    assert abs(value(p + p, {"a": 1}) - mp.e) > 1
