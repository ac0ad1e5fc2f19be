"""The front page and the page of the problem sets name every chapter once, in the book's order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ce_lib.site.volume import chapters

ROOT = Path(__file__).resolve().parents[2]
_ROW = re.compile(r"^\| (?:\d \| )?(\[.*?\]\(.*?\.md\)[^|]*) \|", re.MULTILINE)
_LINK = re.compile(r"\]\(([\w-]+)\.md")
_STEP = re.compile(r"^\d\. \[.*?\]\(([\w-]+)\.md", re.MULTILINE)


def named(text: str) -> list[str]:
    """The pages that the first cells of a table's rows link to."""
    return [page for row in _ROW.findall(text) for page in _LINK.findall(row)]


@pytest.mark.parametrize("page", ["index", "problem-sets"])
def test_a_table_has_each_chapter_once_and_in_order(page: str) -> None:
    assert named((ROOT / "book" / f"{page}.md").read_text("utf-8")) == chapters(ROOT)


def test_the_chain_goes_forward() -> None:
    steps = _STEP.findall((ROOT / "book" / "index.md").read_text("utf-8"))
    order = [chapters(ROOT).index(page) for page in steps]
    assert order == sorted(order)
    assert len(steps) > 6


def test_a_chapter_named_twice_is_noticed() -> None:
    row = "| [Softmax](softmax.md) | Which? | 45 |\n"
    assert named(row + row) == ["softmax", "softmax"]
