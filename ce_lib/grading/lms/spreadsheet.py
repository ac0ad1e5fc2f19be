"""What spreadsheets make of cells: numbers with a comma, and text that is run as a formula.

A cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end is a formula to a
spreadsheet, which may send the class list to somebody (OWASP, "CSV Injection"). An apostrophe in
front makes it text. That changes the cell, so it is only done where no learning management system
reads the cell back; see `export` for which those are.
"""

from __future__ import annotations

import re

__all__ = ["defused", "is_formula", "parse_number", "write_number"]

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")

#: Digits after the point; Moodle keeps five, Canvas shows two.
DIGITS = 5


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run this cell. A number, or a dash alone, is harmless."""
    if text.strip() == "-" or NUMBER.fullmatch(text.strip(" ")):
        return False
    return text.startswith(DANGEROUS) or text.lstrip(" ").startswith(DANGEROUS)


def defused(text: str) -> str:
    """The cell as text that no spreadsheet runs."""
    return f"'{text}" if is_formula(text) else text


def parse_number(text: str) -> float | None:
    """A number with a point or a comma, such as ``7.50`` or ``7,50``; None if it is none.

    What has both, such as ``1,000.50``, is read with the last one as the decimal mark, and several
    of one kind are thousands.
    """
    text = text.strip().replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    if not re.fullmatch(r"[+-]?[\d.,]*\d[\d.,]*", text):
        return None
    last = max(text.rfind("."), text.rfind(","))
    if last >= 0:
        whole, mark, rest = text[:last], text[last], text[last + 1 :]
        if mark in whole:
            text = whole.replace(mark, "") + rest
        else:
            text = whole.replace(".", "").replace(",", "") + "." + rest
    try:
        return float(text)
    except ValueError:
        return None


def write_number(value: float, comma: bool = False) -> str:
    """The shortest text of a number of points: ``7.5``, or ``7,5`` with a decimal comma."""
    text = f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    return text.replace(".", ",") if comma else text
