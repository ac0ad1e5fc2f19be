"""The survey of the book and what it finds missing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ce_lib.site.build import build_site
from ce_lib.site.coverage import LEAST, REPORT, covered_by, gaps, main, read_report, statements


def chapter(**changed: Any) -> dict[str, Any]:
    """A survey of a chapter that lacks nothing."""
    whole: dict[str, Any] = {
        "title": "A chapter",
        "covers": [["A1", "here", "Here"], ["A4b", "there", "There"], ["B2", "here", "Here"]],
        "objectives": ["say $a$", "do b", "see c"],
        "interactive": 1,
        "exercises": [[f"ex-{i}", "exercises"] for i in range(3)],
        "questions": [f"q-{i}" for i in range(5)],
        "cards": [[f"card-{i}", "here"] for i in range(5)],
        "shown": [],
    }
    return {**whole, **changed}


REFS = ["A1", "A4", "B2"]


def test_a_whole_book_has_no_gap():
    assert list(gaps({"book/one": chapter()}, REFS)) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"covers": [["A1", "", ""], ["A4", "", ""]]}, "B2 is covered nowhere"),
        ({"covers": [*chapter()["covers"], ["B57", "x", "X"]]}, "“X”: B57 is no statement"),
        ({"objectives": []}, "states no objectives"),
        ({"objectives": ["one", "two"]}, "2 objectives; a chapter has at least 3"),
        ({"interactive": 0}, "0 interactive figures; a chapter has at least 1"),
        ({"exercises": []}, "0 exercises"),
        ({"questions": ["q"]}, "1 self-check questions"),
        ({"cards": []}, "0 flashcards"),
    ],
)
def test_a_gap_is_named(changed, said):
    (gap,) = gaps({"book/one": chapter(**changed)}, REFS)
    assert said in gap
    assert "book/one" in gap or "B2" in gap


def test_everything_that_can_be_too_few_is_tried():
    assert set(LEAST) == {"objectives", "interactive", "exercises", "questions", "cards"}


def test_a_part_counts_for_the_whole_and_a_longer_number_does_not():
    book = {"one": chapter(covers=[["A1", "x", "X"], ["A2a", "y", "Y"], ["A4", "z", "Z"]])}
    assert [title for _, _, title in covered_by("A2", book)] == ["Y"]
    assert [title for _, _, title in covered_by("A4b", book)] == ["Z"]
    assert covered_by("A14", book) == []
    assert covered_by("A2b", book) == []


def test_statements_are_those_of_the_catalogue_in_order():
    refs = list(statements())
    assert len(refs) == 86
    assert refs[:4] == ["A1", "A2a", "A2b", "A3"]
    assert refs.index("A30") < refs.index("B1") < refs.index("B10")


CHAPTER = """# One

```{admonition} This chapter
:class: tip

**You will be able to**

- say $a^2$, and
  more;
- do b;
- see c.
```

## A section

```{covers} A14 B22
```

```{flashcard} one-card
A?
---
B.
```

```{interactive} softmax
:alt: Bars.
Move.
```

```{exercise}
:label: ex-one
Why?
```

## Self-check

```{question} A?
:name: one-question
- [ ] a
  a
- [x] b
  b
- [ ] c
  c
```

```{flashcards}
```
"""

TABLES = "# Coverage\n\n```{coverage} chapters\n```\n\n```{coverage} source\n```\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory, make_book):
    root = tmp_path_factory.mktemp("covered")
    build_site(make_book(root, {"index": "# Book\n", "one": CHAPTER, "coverage": TABLES}))
    return root


@pytest.mark.slow
class TestBook:
    def test_is_surveyed(self, book):
        found = read_report(book / "_build" / REPORT)
        assert list(found) == ["book/one"]
        survey = found["book/one"]
        assert survey["covers"] == [
            ["A14", "a-section", "A section"],
            ["B22", "a-section", "A section"],
        ]
        assert survey["objectives"] == ["say $a^2$, and more;", "do b;", "see c."]
        assert survey["cards"] == [["one-card", "a-section"]]
        assert survey["exercises"] == [["ex-one", "a-section"]]
        assert survey["questions"] == ["one-question"]
        assert survey["interactive"] == 1

    def test_is_rejected_for_what_it_lacks(self, book, capsys):
        assert main([str(book)]) == 1
        said = capsys.readouterr().out
        assert "A1 is covered nowhere" in said
        assert "A14" not in said
        assert "book/one has 1 flashcards; a chapter has at least 5" in said

    def test_tables_link_to_what_there_is(self, book):
        html = (book / "_build" / "html" / "book" / "coverage.html").read_text(encoding="utf-8")
        for link in ("one.html#a-section", "one.html#card-one-card", "one.html#ex-one"):
            assert f'href="{link}"' in html
        assert html.count("<tr") == 2 + 1 + 86
        assert "<td><p></p></td>" not in html, "no cell is empty"
        assert "not covered yet" in html

    def test_tables_follow_a_change_of_another_page(self, book):
        page = book / "book" / "one.md"
        page.write_text(CHAPTER.replace("A14 B22", "A14 B22 B23"), encoding="utf-8")
        build_site(book)
        html = (book / "_build" / "html" / "book" / "coverage.html").read_text(encoding="utf-8")
        assert html.count('href="one.html#a-section"') == 3
        page.write_text(CHAPTER, encoding="utf-8")
        assert json.loads((book / "_build" / REPORT).read_text(encoding="utf-8"))
