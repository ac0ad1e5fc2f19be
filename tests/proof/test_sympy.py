"""Where SymPy 1.14 is wrong or silent, we are right: each case with what SymPy itself says."""

from __future__ import annotations

import pytest
import sympy as sp

from ce_lib.proof import Derivation, NotProvedError, ProofError, RefutedError, UndefinedError

VECTOR = "i, j, k: 1..n; z: real[n]; p: positive[n]"


def test_index_capture():
    """diff of a Sum by a component with the bound index gives the whole sum (sympy#21891)."""
    k, n = sp.symbols("k n", integer=True, positive=True)
    z = sp.IndexedBase("z")
    whole = sp.Sum(sp.exp(z[k]), (k, 1, n))
    assert sp.diff(whole, z[k]) == whole  # wrong: it is exp(z_k)
    with pytest.raises(ProofError):
        Derivation("capture", "D(Sum(exp(z[j]), j), z[k])\n = Sum(exp(z[j]), j)", VECTOR)
    Derivation("right", "D(Sum(exp(z[j]), j), z[k])\n = exp(z[k]) ; derivative of a sum", VECTOR)


def test_capture_in_a_definition():
    """A definition's bound index is its own, whatever the caller's indices are called."""
    Derivation(
        "hygiene",
        "Sum(softmax(z, k)*z[k], k)\n = Sum(exp(z[k])*z[k], k)/Sum(exp(z[k]), k)"
        " ; definition of softmax, constant factor",
        VECTOR,
    )


def test_forced_powers():
    """force=True splits roots and logarithms that may not be split."""
    x = sp.Symbol("x", real=True)
    assert sp.expand_log(sp.log(x**2), force=True) == 2 * sp.log(x)  # wrong for x < 0
    with pytest.raises((RefutedError, UndefinedError, NotProvedError)):
        Derivation("forced", "ln(x**2)\n = 2*ln(x)", "x: real")
    with pytest.raises(RefutedError):
        Derivation("forced", "sqrt(x**2)\n = x", "x: real")
    Derivation("right", "ln(x**2)\n = 2*ln(x) ; logarithm of a power", "x: positive")


def test_cancelled_denominators():
    """x*(y/x) is y for SymPy before anyone can ask whether x is 0."""
    x, y = sp.symbols("x y")
    assert x * (y / x) == y
    with pytest.raises((UndefinedError, RefutedError)):
        Derivation("cancelled", "x*(y/x)\n = y", "x, y: real")


def test_limits_that_agree_do_not_make_the_bodies_equal():
    """Two different bodies have the same limit: the equation is true, but it needs a limit."""
    with pytest.raises(ProofError, match="limit"):
        Derivation(
            "bodies", "lim(exp(u)/(1 + exp(u)), u, -oo)\n = lim(exp(u), u, -oo) ; cancel", "u: real"
        )


def test_unknown_powers_of_one_minus_p():
    """expand_log leaves (1-p)**(1-y) alone, since 0 < p < 1 cannot be said to SymPy."""
    p, y = sp.symbols("p y", positive=True)
    assert sp.expand_log(sp.log((1 - p) ** (1 - y))).has(sp.Pow)
    Derivation(
        "split",
        "ln((1 - p)**(1 - y))\n = (1 - y)*ln(1 - p) ; logarithm of a power",
        "p: unit; y: real",
    )


def test_renamed_indices():
    """A renamed bound index is the same sum for us, not for SymPy."""
    i, k, n = sp.symbols("i k n", integer=True)
    u = sp.IndexedBase("u")
    difference = sp.Sum(u[k], (k, 0, n)) - sp.Sum(u[i], (i, 0, n))
    assert sp.simplify(difference) != 0
    Derivation("renamed", "Sum(z[k], k)\n = Sum(z[j], j) ; rename the index", VECTOR)


def test_matrix_symmetry():
    """u.T*v - v.T*u is not 0 for SymPy's matrix symbols."""
    d = sp.Symbol("d", integer=True, positive=True)
    u, v = sp.MatrixSymbol("u", d, 1), sp.MatrixSymbol("v", d, 1)
    assert sp.simplify(u.T * v - v.T * u) != sp.ZeroMatrix(1, 1)
    Derivation("symmetric", "u @ v\n = v @ u ; symmetry", "k: 1..n; u, v: real[n]")
