"""Every term of the glossary is linked to it where the book uses it first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ce_lib.site import volume
from ce_lib.site.prose import option_lines, prose_lines

BOOK = Path(__file__).resolve().parents[2] / "book"
_GLOSSARY = re.compile(r"```\{glossary\}\n(.*?)```", re.DOTALL)
_CARD = re.compile(r"^(`{3,})\{flashcard\}.*?^\1$", re.DOTALL | re.MULTILINE)
#: Where the word stands earlier in another sense, or in a longer term.
OTHERWISE = {
    "bit": "64-bit float",
    "cross-entropy": "binary cross-entropy",
    "likelihood": "maximum likelihood",
    "surprise": "does not surprise",
}


def terms(glossary: str) -> list[str]:
    """The terms of a glossary page: the lines of its lists that are not indented."""
    lines = [line for block in _GLOSSARY.findall(glossary) for line in block.splitlines()]
    return [line.strip() for line in lines if line and not line.startswith((" ", ":"))]


def late(term: str, chapters: dict[str, str]) -> str | None:
    """Where the chapters, in order, use `term` before they link it; None if nowhere.

    What is no running text does not count: headings, titles, captions, and the box at the chapter's
    beginning. Nor do flashcards, which are shown at its end. A term that is never linked does.
    """
    word = re.compile(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", re.IGNORECASE)
    link = re.compile(rf"\{{term\}}`(?:[^`<]*<)?{re.escape(term)}>?`", re.IGNORECASE)
    for chapter, text in chapters.items():
        text = _CARD.sub(lambda card: "\n" * card[0].count("\n"), text)
        lines = text.splitlines()
        box = next(n for n, line in enumerate(lines, 1) if line.startswith("## "))
        skipped = option_lines(text)
        for number, line in prose_lines(text):
            if number < box or number in skipped or lines[number - 1].startswith(("#", "```", ":")):
                continue
            if link.search(line):
                return None
            words = re.sub(r"\{[a-z:]+\}`[^`]*`|`[^`]*`|\$[^$]*\$|\]\([^)]*\)", " ", line)
            words = re.sub(re.escape(OTHERWISE.get(term, "\0")), " ", words, flags=re.IGNORECASE)
            if word.search(words):
                return f"{chapter}.md:{number}: “{term}” is not linked to the glossary here"
    return f"no chapter links “{term}”"


TERMS = terms((BOOK / "glossary.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("term", TERMS)
def test_each_term_is_linked_from_its_first_use(term):
    chapters = {
        name: (BOOK / f"{name}.md").read_text(encoding="utf-8")
        for name in volume.chapters(BOOK.parent)
    }
    assert late(term, chapters) is None


def test_the_terms_are_found():
    assert len(TERMS) > 50
    assert terms("```{glossary}\n:sorted:\nodds\n  A ratio.\n\nlog-odds\n  Its ln.\n```\n") == [
        "odds",
        "log-odds",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# A\n\nOdds.\n\n## B\n\nThe odds are even.\n\nThe {term}`odds`.\n", "one.md:7"),
        ("## B\n\nThe {term}`odds` are odds.\n", None),
        ("## Odds\n\nLog-odds and $odds$, then {term}`the odds <odds>`.\n", None),
        ("## B\n\n```{tip} Odds\nThe {term}`odds`.\n```\n", None),
        ("## B\n\n```{flashcard} a\nOdds?\n---\nYes.\n```\n\nThe {term}`odds`.\n", None),
        ("## B\n\nNothing.\n", "no chapter links"),
    ],
)
def test_a_late_link_is_found(text, said):
    found = late("odds", {"one": text})
    assert (found is None) if said is None else (said in found)
