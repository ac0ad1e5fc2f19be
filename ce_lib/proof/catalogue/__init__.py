"""Every mathematical statement of the course's source material, with its proof or its hypothesis.

>>> from ce_lib.proof import catalogue
>>> catalogue.get("sigmoid-reflection").relation
'='

The source material is a set of notes (statements A1 to A30) and a set of slides (B1 to B56).
"""

from . import vectors, sigmoid, binary, likelihood, softmax, information  # noqa: F401, I001  (the order of the course)
from .entries import ENTRIES, VERDICTS, Entry, entries, get

__all__ = ["ENTRIES", "VERDICTS", "Entry", "entries", "get"]
