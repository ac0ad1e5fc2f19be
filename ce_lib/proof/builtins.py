"""The definitions that every derivation may use, in the language itself."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from .context import Context
from .language import parse_where

_TEXT = """
    sigma(u) = 1/(1 + exp(-u))
    logit(p) = ln(p/(1 - p))
    softmax(z, i) = exp(z[i])/Sum(exp(z[k]), (k, z))
    lse(z) = ln(Sum(exp(z[k]), (k, z)))
    entropy(p) = -Sum(p[k]*ln(p[k]), (k, p))
    crossentropy(p, q) = -Sum(p[k]*ln(q[k]), (k, p))
    KL(p, q) = Sum(p[k]*ln(p[k]/q[k]), (k, p))
    bce(y, p) = -y*ln(p) - (1 - y)*ln(1 - p)
    bernoulli(y, p) = p**y*(1 - p)**(1 - y)
    angle(u, v) = u @ v/(norm(u)*norm(v))
"""
_TITLES = {
    "sigma": "sigmoid",
    "lse": "log-sum-exp",
    "entropy": "entropy",
    "crossentropy": "cross-entropy",
    "KL": "divergence",
    "bce": "loss",
    "bernoulli": "model",
    "angle": "cosine",
}
_TEX = {
    # the letter of the lecture, and so of the book
    "sigma": "s",
    "lse": r"\operatorname{LSE}",
    "logit": r"\operatorname{logit}",
    "entropy": "H",
    "crossentropy": "H",
    "KL": r"D_{\mathrm{KL}}",
    "bce": r"\ell",
    "bernoulli": "P",
    "angle": r"\cos\angle",
}


def base_context() -> Context:
    """A context with the definitions of the course, to which more can be added."""
    return _read().copy()


@cache
def _read() -> Context:
    ctx = Context()
    parse_where(_TEXT, ctx)
    for name, words in _TITLES.items():
        ctx.defs[name] = replace(ctx.defs[name], title=words)
    ctx.tex.update(_TEX)
    return ctx
