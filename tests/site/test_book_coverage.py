"""Nothing that the sources teach is missing from the book, and no chapter lacks a part."""

from __future__ import annotations

from pathlib import Path

import pytest

from ce_lib.site.coverage import gaps, read_report, shares, silent, statements
from ce_lib.site.misconceptions import catalogue

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


def test_every_statement_is_covered_and_every_chapter_whole(site: Path) -> None:
    assert list(gaps(read_report(site.parent / "coverage.json"), statements())) == []


def test_each_chapter_speaks_of_the_misconceptions_of_its_problem_set(site: Path) -> None:
    book, known = read_report(site.parent / "coverage.json"), catalogue(ROOT)
    assert list(silent(book, known)) == []
    assert set(shares(book, known)) == {survey["set"] for survey in book.values()}
