"""The survey of the book and what it finds missing."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from ce_lib.site.build import SiteError, build_site
from ce_lib.site.coverage import (
    KINDS,
    LEAST,
    REPORT,
    covered_by,
    gaps,
    main,
    objectives_of,
    read_report,
    shares,
    silent,
    statements,
)
from ce_lib.site.covers import read_numbers, tasks_of
from ce_lib.site.misconceptions import anchor_of, catalogue, matching


def chapter(**changed: Any) -> dict[str, Any]:
    """A survey of a chapter that lacks nothing."""
    whole: dict[str, Any] = {
        "title": "A chapter",
        "covers": [["A1", "here", "Here"], ["A4b", "there", "There"], ["B2", "here", "Here"]],
        "objectives": ["say $a$", "do b", "see c"],
        "meets": [[1, "here", "Here"], [2, "there", "There"], [3, "here", "Here"]],
        "figures": [["fig-a", "here"], ["fig-b", "there"]],
        "derivations": ["here", "there"],
        "interactive": 1,
        "exercises": [[f"ex-{i}", "exercises"] for i in range(3)],
        "questions": [f"q-{i}" for i in range(5)],
        "cards": [*([f"card-{i}", "here"] for i in range(4)), ["card-4", "there"]],
        "shown": [],
        "parents": {"here": "", "there": "", "below": "here"},
        "marks": [
            *(["exercise", f"ex-{i}", [1, 2, 3]] for i in range(3)),
            *(["question", f"q-{i}", [1 + i % 3]] for i in range(5)),
            ["task", "ps1/norm", [1, 2, 3]],
        ],
        "set": "ps1",
        "reasons": [],
        "misconceptions": [["ps1/norm/squared", "here"]],
    }
    return {**whole, **changed}


def without(kind: str, number: int) -> list[Any]:
    """The marks of a whole chapter, but for those of a kind that meet this objective."""
    return [
        [what, name, [n for n in of if n != number] or [1 + number % 3]] if what == kind else mark
        for mark in chapter()["marks"]
        for what, name, of in [mark]
    ]


REFS = ["A1", "A4", "B2"]


def test_a_whole_book_has_no_gap():
    assert list(gaps({"book/one": chapter()}, REFS)) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"covers": [["A1", "here", "Here"], ["A4", "there", "There"]]}, "B2 is covered nowhere"),
        ({"covers": [*chapter()["covers"], ["B57", "x", "X"]]}, "“X”: B57 is no statement"),
        ({"objectives": []}, "states no objectives"),
        ({"set": ""}, "names no problem set"),
        ({"parents": {}, "covers": [*chapter()["covers"], ["A1", "x", "X"]]}, "meets no objective"),
        ({"figures": [["fig-a", "here"]]}, "objective 2 has no figure"),
        ({"derivations": ["here"]}, "objective 2 has no derivation"),
        ({"cards": [[f"card-{i}", "here"] for i in range(5)]}, "objective 2 has no card"),
        ({"marks": without("exercise", 3)}, "objective 3 has no exercise"),
        ({"marks": without("task", 2)}, "objective 2 has no task"),
        ({"marks": without("question", 1)}, "objective 1 has no question"),
        ({"marks": [*chapter()["marks"], ["task", "ps1/inner", [9]]]}, "task ps1/inner meets"),
        ({"exercises": [*chapter()["exercises"], ["ex-new", ""]]}, "ex-new names no objective"),
        ({"questions": [*chapter()["questions"], "q-new"]}, "q-new names no objective"),
        ({"reasons": [[1, "figure", "why"]]}, "objective 1 has a figure, and a reason why"),
        (
            {"meets": [[1, "here", "Here"], [3, "here", "Here"]]},
            "no section meets objective 2, “do b”",
        ),
        ({"meets": [*chapter()["meets"], [4, "x", "X"]]}, "“X”: the chapter states no objective 4"),
        ({"interactive": 0}, "0 interactive figures; a chapter has at least 1"),
        ({"exercises": []}, "0 exercises"),
        ({"questions": ["q-0"]}, "1 self-check questions"),
        (
            {"questions": [f"q-{i}" for i in range(9)]},
            "9 self-check questions; a chapter has at most",
        ),
        (
            {"exercises": [[f"ex-{i}", ""] for i in range(7)]},
            "7 exercises; a chapter has at most 6",
        ),
    ],
)
def test_a_gap_is_named(changed, said):
    (gap,) = [gap for gap in gaps({"book/one": chapter(**changed)}, REFS) if said in gap]
    assert "book/one" in gap or "B2" in gap


def test_what_a_chapter_lacks_is_counted():
    found = list(gaps({"book/one": chapter(cards=[], objectives=["one", "two"])}, REFS))
    assert "book/one has 0 flashcards; a chapter has at least 5" in found
    assert "book/one has 2 objectives; a chapter has at least 3" in found


@pytest.mark.parametrize("kind", KINDS)
def test_a_reason_fills_a_gap(kind):
    of = {"figure": "figures", "derivation": "derivations", "card": "cards"}.get(kind)
    changed = {"marks": without(kind, 2)}
    if of:
        things = chapter()[of]
        kept = [thing for thing in things if "there" not in thing]
        changed = {of: kept + kept[:1]} if of == "cards" else {of: kept}
    (gap,) = gaps({"one": chapter(**changed)}, REFS)
    assert f"objective 2 has no {kind}" in gap
    assert list(gaps({"one": chapter(**changed, reasons=[[2, kind, "because"]])}, REFS)) == []


def test_a_subsection_meets_what_the_section_around_it_does():
    assert objectives_of("here", chapter()) == [1, 3]
    assert objectives_of("below", chapter()) == [1, 3]
    assert objectives_of("elsewhere", chapter()) == []


KNOWN = ["ps1/inner/no-sum", "ps1/norm/squared", "ps2/sigmoid/base-2", "ps2/logit/base-2"]


def test_misconceptions_are_named_or_meant_by_a_pattern():
    assert matching("ps1/norm/squared", KNOWN) == ["ps1/norm/squared"]
    assert matching("ps2/*/base-2, ps1/norm/*", KNOWN) == [*KNOWN[2:], KNOWN[1]]
    for wrong in ("ps1/norm/cubed", "norm/squared", "ps1/*", "", "ps1/norm/squared,"):
        with pytest.raises(ValueError, match="is no misconception"):
            matching(wrong, KNOWN)
    assert (
        anchor_of("ps4/softmax_jacobian/no-delta") == "misconception-ps4-softmax-jacobian-no-delta"
    )


def test_a_chapter_that_is_silent_on_misconceptions_is_named():
    book = {"one": chapter(), "two": chapter(set="ps2", misconceptions=[[KNOWN[2], "x"]])}
    assert shares(book, KNOWN) == {"ps1": (1, 2), "ps2": (1, 2)}
    assert [gap.split(":")[0] for gap in silent(book, KNOWN)] == [
        "the chapter of ps1 speaks of 1 of its 2 misconceptions",
        "the chapter of ps2 speaks of 1 of its 2 misconceptions",
    ]
    elsewhere = {"one": chapter(misconceptions=[[name, "x"] for name in KNOWN])}
    assert shares(elsewhere, KNOWN) == {"ps1": (2, 2), "ps2": (0, 2)}, "not its chapter"
    assert len(list(silent(elsewhere, KNOWN))) == 1


def test_two_chapters_of_one_problem_set_speak_of_its_misconceptions_together():
    book = {"one": chapter(misconceptions=[[KNOWN[0], "x"]]), "two": chapter()}
    assert shares(book, KNOWN)["ps1"] == (2, 2)
    assert not [gap for gap in silent(book, KNOWN) if "ps1" in gap]


def test_the_course_knows_its_misconceptions_and_tasks():
    root = Path(__file__).resolve().parents[2]
    assert "ps2/sigmoid/sign-slip" in catalogue(root)
    assert {name.split("/")[0] for name in catalogue(root)} == {f"ps{i}" for i in range(1, 6)}
    ps2 = (root / "solutions/ps2/ps2.md").read_text(encoding="utf-8")
    assert {"sigmoid", "derivation", "plot", "probability"} <= set(tasks_of(ps2))
    assert not {"sigmoid-values", "plot-task"} & set(tasks_of(ps2))


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

````{exercise}
:label: ex-one

```{meets} 2
```

Why?
````

### Below

```{covers} A12
```

A row of a table. {misconception}`ps9/power/*`

## Another section

```{covers} B23
```

```{figure} _assets/favicon.svg
:name: fig-one
:alt: A curve.

A curve.
```

## Self-check

:::{question} What does `a` do?
:name: one-question
:meets: 1
- [ ] a
  :misconception: ps9/power/cubed
  a
- [x] b
  b
- [ ] c
  c
:::

```{tasks} ps9
power: 1 2
plot: 2
words: 3
```

```{without} 3 figure
nothing can be seen
```

```{flashcards}
```
"""

TABLES = "# Coverage\n"
for which in ("chapters", "objectives", "source", "misconceptions"):
    TABLES += f"\n```{{coverage}} {which}\n```\n"


PLAIN = "# Plain\n\n## A fact\n\n```{covers} B25\n```\n\nThat is all.\n"
PAGES = {"index": "# Book\n", "one": CHAPTER, "plain": PLAIN, "coverage": TABLES}
PAGES["problem-sets"] = "# Problem sets\n"

PROBLEM_SET = """:solution: power
:test: power-values
:manual: plot
+++ {"manual": "words", "points": 2}
"""
MISTAKES = "".join(
    f"# %% {name}\n# as if: x\n" for name in ("power: squared", "power: cubed", "root: none")
)


def with_problem_set(root: Path) -> Path:
    """The course at `root`, with a problem set ps9."""
    folder = root / "solutions" / "ps9"
    folder.mkdir(parents=True)
    (folder / "ps9.md").write_text(PROBLEM_SET, encoding="utf-8")
    (folder / "misconceptions.py").write_text(MISTAKES, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def book(tmp_path_factory, make_book):
    root = tmp_path_factory.mktemp("covered")
    build_site(with_problem_set(make_book(root, PAGES)))
    return root


def words(html: str) -> str:
    """The text of a table's row."""
    row = html[html.index(">") + 1 :].split("</tr>")[0]
    return " ".join(unescape(re.sub("<[^>]+>", " ", row)).split())


@pytest.mark.slow
def test_marks_that_say_nothing_are_refused(tmp_path, make_book):
    text = """# Book

```{meets} first
```

```{meets} 1```

A row {misconception}`ps9/power/none`.

```{tasks} ps9
power: one
cube: 1
```

```{tasks} ps8
```

```{without} 1 figure
```

```{question} Which?
:name: index-which
:meets: none
- [ ] a
  :misconception: ps9/root/some
  a
- [x] b
  b
- [ ] c
  c
```

```{question} What does `a` do?
:name: index-backtick
```
"""
    with pytest.raises(SiteError) as caught:
        build_site(with_problem_set(make_book(tmp_path, {"index": text})))
    said = str(caught.value)
    for line in (
        "book/index.md:3: 'first' is no number of an objective",
        "`{meets}` stands on one line",
        "book/index.md:8: 'ps9/power/none' is no misconception of a problem set",
        "book/index.md:11: 'one' is no number of an objective",
        "book/index.md:12: ps9 has no task 'cube', but power, plot, words",
        "task 'plot' of ps9 is missing",
        "there is no problem set 'ps8'",
        "say why on the line below",
        "`{question}` has a backtick in its first line",
        "fence it by colons, `:::{question} …`",
        "'none' is no number of an objective",
    ):
        assert line in said


LISTS = "# {page}\n\n```{{tasks}} ps9\n{tasks}\n```\n"


@pytest.mark.slow
def test_chapters_share_the_tasks_of_a_problem_set(tmp_path, make_book):
    pages = {
        "index": "# Book\n",
        "first": LISTS.format(page="First", tasks="power: 1\nplot: 2"),
        "second": LISTS.format(page="Second", tasks="power: 1"),
    }
    root = with_problem_set(make_book(tmp_path, pages))
    with pytest.raises(SiteError) as caught:
        build_site(root)
    said = str(caught.value)
    assert "task 'words' of ps9 is missing" in said, "in neither"
    assert "task 'power'" not in said, "in both"
    assert "task 'plot'" not in said, "in one"
    second = LISTS.format(page="Second", tasks="power: 1\nwords: 1")
    (root / "book" / "second.md").write_text(second, encoding="utf-8")
    build_site(root)


@pytest.mark.slow
class TestBook:
    def test_is_surveyed(self, book):
        found = read_report(book / "_build" / REPORT)
        assert list(found) == ["book/one", "book/plain"]
        survey = found["book/one"]
        assert survey["covers"] == [
            ["A14", "a-section", "A section"],
            ["B22", "a-section", "A section"],
            ["A12", "below", "Below"],
            ["B23", "another-section", "Another section"],
        ]
        assert survey["parents"]["below"] == "a-section"
        assert sorted(survey["marks"]) == [
            ["exercise", "ex-one", [2]],
            ["question", "one-question", [1]],
            ["task", "ps9/plot", [2]],
            ["task", "ps9/power", [1, 2]],
            ["task", "ps9/words", [3]],
        ]
        assert survey["set"] == "ps9"
        assert survey["reasons"] == [[3, "figure", "nothing can be seen"]]
        assert sorted(survey["misconceptions"]) == [
            ["ps9/power/cubed", "below"],
            ["ps9/power/cubed", "self-check"],
            ["ps9/power/squared", "below"],
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
        assert "objective 1 has no figure" not in said
        assert "objective 1 has no exercise" in said

    def test_tables_link_to_what_there_is(self, book):
        html = (book / "_build" / "html" / "book" / "coverage.html").read_text(encoding="utf-8")
        for link in ("a-section", "card-one-card", "ex-one", "fig-one", "interactive-softmax"):
            assert f'href="one.html#{link}"' in html
        assert html.count("<tr") == 4 + 1 + 3 + 86 + 2
        assert "<td><p></p></td>" not in html, "no cell is empty"
        rows = [words(row) for row in html.split("<tr")]
        (second,) = [row for row in rows if "One 2: do b A section" in row]
        assert (
            "A section interactive-softmax 1 in a section ex-one ps9, power , ps9, plot not yet "
            "one-card" in second
        )
        (third,) = [row for row in rows if "One 3: see c not yet" in row]
        assert third.endswith("not yet not yet not yet not yet not yet not yet not yet")
        (below,) = [row for row in rows if row.startswith("A12 ")]
        assert below.endswith("ex-one ps9, power , ps9, plot one-question one-card"), (
            "what meets the objectives of the section around it"
        )
        (elsewhere,) = [row for row in rows if "B23 " in row]
        assert "Another section one " in elsewhere, "the figure in the same section"
        assert elsewhere.endswith("not yet not yet not yet not yet")

    def test_the_table_of_misconceptions_leads_to_their_places(self, book):
        html = (book / "_build" / "html" / "book" / "coverage.html").read_text(encoding="utf-8")
        page = (book / "_build" / "html" / "book" / "one.html").read_text(encoding="utf-8")
        for name in ("squared", "cubed"):
            assert f'href="one.html#misconception-ps9-power-{name}"' in html
            assert page.count(f'id="misconception-ps9-power-{name}"') == 1
        rows = [words(row) for row in html.split("<tr")]
        assert "ps9, power squared , cubed none: the chapter has them all" in rows
        assert "ps9, root none: its mistakes are those of code, not of an idea none" in rows
        for mark in ("{meets}", "{tasks}", "{without}", "misconception:", "nothing can be seen"):
            assert mark not in page
        assert "What does <code" in page, "a fence of colons may hold a backtick"

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
