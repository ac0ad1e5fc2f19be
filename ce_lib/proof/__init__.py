"""Derivations that are proved before anyone reads them.

What you can do with it: write a chain of equalities as text, and get back an object that displays
as mathematics, or an error with a counterexample.

>>> from ce_lib.proof import Derivation
>>> Derivation("square", given="a, b: real", text='''
...     (a + b)**2
...     = a**2 + 2*a*b + b**2   ; expand
... ''')
<Derivation 'square': 1 steps, checked>
"""

from .derivation import Derivation, LemmaDerivation
from .errors import (
    NotProvedError,
    ParseError,
    ProofError,
    ReasonError,
    RefutedError,
    UndefinedError,
)
from .statements import Hypothesis, Induction, Statement, Tangent


def show(label: str) -> Statement:
    """A statement of the catalogue, checked; shown as mathematics when it ends a notebook cell.

    Raises
    ------
    KeyError : no statement has this label.
    ProofError : it is not proved.
    """
    from .catalogue import get

    return get(label)


__all__ = [
    "Derivation",
    "Hypothesis",
    "Induction",
    "LemmaDerivation",
    "NotProvedError",
    "ParseError",
    "ProofError",
    "ReasonError",
    "RefutedError",
    "Statement",
    "Tangent",
    "UndefinedError",
    "show",
]
