"""The survey of the book and what it finds missing."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from ce_lib.site.build import SiteError, build_site
from ce_lib.site.coverage import LEAST, REPORT, covered_by, gaps, main, read_report, statements
from ce_lib.site.covers import read_numbers


def chapter(**changed: Any) -> dict[str, Any]:
    """A survey of a chapter that lacks nothing."""
    whole: dict[str, Any] = {
        "title": "A chapter",
        "covers": [["A1", "here", "Here"], ["A4b", "there", "There"], ["B2", "here", "Here"]],
        "objectives": ["say $a$", "do b", "see c"],
        "meets": [[1, "here", "Here"], [2, "there", "There"], [3, "here", "Here"]],
        "figures": [["fig-a", "here"]],
        "derivations": ["here"],
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
        (
            {"objectives": ["one", "two"], "meets": [[1, "x", "X"], [2, "x", "X"]]},
            "2 objectives; a chapter has at least 3",
        ),
        (
            {"meets": [[1, "here", "Here"], [3, "here", "Here"]]},
            "no section meets objective 2, “do b”",
        ),
        ({"meets": [*chapter()["meets"], [4, "x", "X"]]}, "“X”: the chapter states no objective 4"),
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


@pytest.mark.parametrize("text", ["", "0", "first", "1 2.5", "-1", "A1"])
def test_an_objective_is_named_by_its_number(text):
    with pytest.raises(ValueError, match="objective"):
        read_numbers(text)
    assert read_numbers("1, 3 12") == [1, 3, 12]


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

```{meets} 1 2
```

```{code-cell} ipython3
from ce_lib.proof import show

show("sigmoid-derivative")
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

## Another section

```{covers} B23
```

```{figure} _assets/favicon.svg
:name: fig-one
:alt: A curve.

A curve.
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

TABLES = "# Coverage\n"
for which in ("chapters", "objectives", "source"):
    TABLES += f"\n```{{coverage}} {which}\n```\n"


PLAIN = "# Plain\n\n## A fact\n\n```{covers} B25\n```\n\nThat is all.\n"
PAGES = {"index": "# Book\n", "one": CHAPTER, "plain": PLAIN, "coverage": TABLES}


@pytest.fixture(scope="module")
def book(tmp_path_factory, make_book):
    root = tmp_path_factory.mktemp("covered")
    build_site(make_book(root, PAGES))
    return root


def words(html: str) -> str:
    """The text of a table's row."""
    row = html[html.index(">") + 1 :].split("</tr>")[0]
    return " ".join(unescape(re.sub("<[^>]+>", " ", row)).split())


@pytest.mark.slow
def test_marks_that_say_nothing_are_refused(tmp_path, make_book):
    pages = {"index": "# Book\n\n```{meets} first\n```\n\n```{meets} 1```\n"}
    with pytest.raises(SiteError) as caught:
        build_site(make_book(tmp_path, pages))
    said = str(caught.value)
    assert "book/index.md:3: 'first' is no number of an objective" in said
    assert "`{meets}` stands on one line" in said


@pytest.mark.slow
class TestBook:
    def test_is_surveyed(self, book):
        found = read_report(book / "_build" / REPORT)
        assert list(found) == ["book/one", "book/plain"]
        survey = found["book/one"]
        assert survey["covers"] == [
            ["A14", "a-section", "A section"],
            ["B22", "a-section", "A section"],
            ["B23", "another-section", "Another section"],
        ]
        assert survey["meets"] == [[1, "a-section", "A section"], [2, "a-section", "A section"]]
        assert sorted(survey["figures"]) == [
            ["fig-one", "another-section"],
            ["interactive-softmax", "a-section"],
        ]
        assert survey["derivations"] == ["a-section"]
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
        assert "book/one: no section meets objective 3, “see c.”" in said
        assert "objective 1" not in said

    def test_tables_link_to_what_there_is(self, book):
        html = (book / "_build" / "html" / "book" / "coverage.html").read_text(encoding="utf-8")
        for link in ("a-section", "card-one-card", "ex-one", "fig-one", "interactive-softmax"):
            assert f'href="one.html#{link}"' in html
        assert html.count("<tr") == 3 + 1 + 3 + 86
        assert "<td><p></p></td>" not in html, "no cell is empty"
        assert "not covered yet" in html
        rows = [words(row) for row in html.split("<tr")]
        (second,) = [row for row in rows if "One 2: do b A section" in row]
        assert "A section interactive-softmax 1 in “A section” ex-one" in second
        (third,) = [row for row in rows if "One 3: see c not met" in row]
        assert third.endswith("not met yet not yet not yet not yet not yet not yet")
        (elsewhere,) = [row for row in rows if "B23 " in row]
        assert "Another section one " in elsewhere, "the figure in the same section"
        assert elsewhere.endswith("with the chapter’s with the chapter’s with the chapter’s")
        (fact,) = [row for row in rows if row.startswith("B25 ")]
        for reason in ("words and formulas say it", "a fact that others use", "is no chapter"):
            assert reason in fact
        assert "{meets}" not in (book / "_build/html/book/one.html").read_text(encoding="utf-8")

    def test_tables_follow_a_change_of_another_page(self, book):
        page = book / "book" / "one.md"
        before = page.read_text(encoding="utf-8")
        page.write_text(before.replace("A14 B22", "A14 B22 B24"), encoding="utf-8")
        build_site(book)
        html = (book / "_build" / "html" / "book" / "coverage.html").read_text(encoding="utf-8")
        (row,) = [words(row) for row in html.split("<tr") if "B24 " in words(row)[:5]]
        assert "A section" in row
        page.write_text(before, encoding="utf-8")
        assert json.loads((book / "_build" / REPORT).read_text(encoding="utf-8"))
