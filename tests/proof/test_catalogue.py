# ruff: noqa: E501  (one case a line)
"""The catalogue is complete, proved, and agrees with its own tables."""

from __future__ import annotations

import re

import pytest

from ce_lib.proof import Derivation, ProofError, catalogue, show, tables
from ce_lib.proof.catalogue.errata import ERRATA
from ce_lib.proof.errors import ParseError, RefutedError
from ce_lib.proof.statements import Hypothesis

# Statements of the catalogue: A2 and A25 have no row of their own in the study.
REFS = {f"A{n}" for n in range(1, 31)} | {f"B{n}" for n in range(1, 57)}
NO_STATEMENT = {"A25"}
"""A25 is no statement: the notes go from the definition of the sigmoid (A24) to its values (A26)."""


@pytest.mark.parametrize("label", catalogue.ENTRIES)
def test_entry(label):
    s = catalogue.get(label)
    assert s.label == label
    if isinstance(s, Derivation):
        assert s.steps
        assert all(line.reason or k == 0 or len(line.source) < 90 for k, line in enumerate(s.lines))


def test_every_statement_of_the_source_is_there():
    have = {r for e in catalogue.entries() for r in e.refs}
    have |= {r for e in ERRATA for r in e.refs.split()}
    plain = {re.match(r"[AB]\d+", r)[0] for r in have}
    assert plain == REFS - NO_STATEMENT


def test_what_the_source_leaves_out_is_there():
    wanted = {
        "cauchy-schwarz",
        "triangle-inequality",
        "sigmoid-is-softmax",
        "lse-shift",
        "gibbs",
        "bce-curvature",
        "softmax-hessian-positive",
        "cross-entropy-of-product",
        "separable-increases",
        "bernoulli-estimate",
        "bernoulli-no-estimate",
    }
    assert wanted <= set(catalogue.ENTRIES)
    for label in wanted:
        assert not isinstance(show(label), Hypothesis)


@pytest.mark.parametrize("erratum", [e for e in ERRATA if e.formal], ids=lambda e: e.refs)
def test_erratum(erratum):
    assert isinstance(erratum.objection(), (RefutedError, ParseError))
    erratum.correction()


def test_an_erratum_that_is_right_is_noticed():
    import dataclasses

    right = dataclasses.replace(ERRATA[0], printed=ERRATA[0].meant)
    with pytest.raises(AssertionError, match="was accepted"):
        right.objection()


def test_verdicts_agree_with_the_errata():
    """Every statement that the catalogue calls wrong has an erratum, and the other way round."""
    wrong = {r for e in catalogue.entries() if e.verdict == "X" for r in e.refs}
    slips = {re.match(r"[AB]\d+", r)[0] for e in ERRATA for r in e.refs.split()}
    missing = {re.match(r"[AB]\d+", r)[0] for r in wrong} - slips
    assert not missing


def test_tables_are_the_same_every_time():
    assert tables.coverage(times=False) == tables.coverage(times=False)
    rows = tables.coverage().splitlines()
    assert len(rows) == len(catalogue.ENTRIES) + 2
    assert all(row.count("|") == rows[0].count("|") for row in rows)
    page = tables.errata()
    assert page.count("## ") == len(ERRATA)
    assert "*A13c, A13d, notes 148 and 149.*" in page
    assert not re.search(r"[AB]\d+[a-f]? [AB]\d", page)
    assert page.count("Counterexample: ") + page.count("does not even read") == sum(
        e.formal for e in ERRATA
    )


def test_unknown_label():
    with pytest.raises(KeyError):
        show("no-such-statement")


def test_a_wrong_entry_would_be_noticed():
    with pytest.raises(ProofError):
        Derivation("wrong", "softmax(z, i)\n = exp(z[i])", "i: 1..n; z: real[n]")
