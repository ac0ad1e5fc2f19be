"""Derivations that are proved before anyone reads them.

What you can do with it: write a chain of equalities as text, and get back an object that displays as
mathematics, or an error with a counterexample.

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

__all__ = [
    "Derivation",
    "LemmaDerivation",
    "NotProvedError",
    "ParseError",
    "ProofError",
    "ReasonError",
    "RefutedError",
    "UndefinedError",
]
