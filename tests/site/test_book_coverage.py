"""Nothing that the sources teach is missing from the book, and no chapter lacks a part."""

from __future__ import annotations

from pathlib import Path

import pytest

from ce_lib.site.coverage import gaps, read_report, statements

pytestmark = pytest.mark.slow


def test_every_statement_is_covered_and_every_chapter_whole(site: Path) -> None:
    assert list(gaps(read_report(site.parent / "coverage.json"), statements())) == []
