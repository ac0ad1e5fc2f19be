"""What of the source the book covers, and with what: the survey of the book, and the gaps.

Each page is surveyed when it is read: its sections, what they cover (`{covers}`) and which of its
objectives they meet (`{meets}`), its objectives, figures, derivations, exercises, questions and
cards. `{coverage}` shows the result as tables (`ce_lib.site.coverage_tables`); the survey of the
whole book is written to `_build/coverage.json`, and

    python -m ce_lib.site.coverage

lists what is missing.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from ce_lib.site.covers import covers, meets
from ce_lib.site.elements import element, pages_in_order, record, recorded
from ce_lib.site.flashcards import flashcard

REPORT = "coverage.json"  # beside the folder of pages

Survey = dict[str, Any]

# What a chapter needs at least.
LEAST = {"objectives": 3, "interactive": 1, "exercises": 3, "questions": 5, "cards": 5}
_WORDS = {
    "objectives": "objectives",
    "interactive": "interactive figures",
    "exercises": "exercises",
    "questions": "self-check questions",
    "cards": "flashcards",
}

_SHOWN = re.compile(r"""\bshow\(\s*["']([a-z0-9-]+)["']""")
_DERIVATION = re.compile(r'<div class="derivation[ "]')
_INNER = ("exercise-content", "solution-content", "proof-content")


# ---------- survey of a page ----------


def _section(node: nodes.Node) -> tuple[str, str]:
    """Return anchor and title of the section in which `node` stands."""
    at = node.parent
    while at is not None:
        if isinstance(at, nodes.section) and at["ids"] and at["ids"][0] not in _INNER:
            title = at.next_node(nodes.title)
            return at["ids"][0], title.astext() if title is not None else ""
        at = at.parent
    return "", ""


def _with_dollars(item: nodes.Node) -> str:
    """Return the words of `item`, formulas between dollar signs."""
    words = ""
    for node in item.findall(lambda n: isinstance(n, nodes.Text | nodes.math)):
        if isinstance(node, nodes.math):
            words += f"${node.astext()}$"
        elif not isinstance(node.parent, nodes.math):
            words += node.astext()
    return " ".join(words.split())


def survey_page(doctree: nodes.document, source: str) -> Survey:
    """Return what the page has; `source` is its text. To be called before cards are gathered."""
    found: Survey = {"covers": [], "meets": [], "figures": [], "derivations": []}
    found.update(exercises=[], questions=[], cards=[], objectives=[])
    for node in doctree.findall(covers):
        found["covers"] += [[ref, *_section(node)] for ref in node["refs"]]
    for node in doctree.findall(meets):
        found["meets"] += [[number, *_section(node)] for number in node["numbers"]]
    for card in doctree.findall(flashcard):
        found["cards"].append([card["card"], _section(card)[0]])
    found["interactive"] = 0
    for box in doctree.findall(element):
        if "question" in box["classes"]:
            found["questions"].append(box["ids"][0])
        if "data-interactive" in box["attrs"]:
            found["interactive"] += 1
            found["figures"].append([box["ids"][0], _section(box)[0]])
    for figure in doctree.findall(nodes.figure):
        anchor = _section(figure)[0]
        found["figures"].append([(figure["ids"] or [anchor])[0], anchor])
    for html in doctree.findall(nodes.raw):
        # the box itself, and none of its parts
        if _DERIVATION.match(html.astext()):
            found["derivations"].append(_section(html)[0])
    for node in doctree.findall(nodes.Element):
        if type(node).__name__ in {"exercise_node", "exercise_enumerable_node"}:
            found["exercises"].append([node["ids"][0], _section(node)[0]])
    for box in doctree.findall(nodes.admonition):
        title = box.next_node(nodes.title)
        if title is not None and title.astext() == "This chapter":
            first = box.next_node(nodes.bullet_list)
            if first is not None:
                found["objectives"] = [_with_dollars(item) for item in first.children]
    found["shown"] = sorted(set(_SHOWN.findall(source)))
    return found


def _survey(app: Sphinx, doctree: nodes.document) -> None:
    source = Path(app.env.doc2path(app.env.docname)).read_text(encoding="utf-8")
    record(app.env, "survey").append(survey_page(doctree, source))


def book_survey(env: BuildEnvironment) -> dict[str, Survey]:
    """Return the survey of every page that covers something or states objectives, in order."""
    surveys = dict(recorded(env, "survey"))
    return {
        page: {**surveys[page], "title": env.titles[page].astext()}
        for page in pages_in_order(env)
        if page in surveys and (surveys[page]["covers"] or surveys[page]["objectives"])
    }


# ---------- what is missing ----------


def statements() -> dict[str, list[Any]]:
    """Return the catalogue's entries by the source's id, in the order of the source."""
    from ce_lib.proof import catalogue

    found: dict[str, list[Any]] = {}
    for entry in catalogue.entries():
        for ref in entry.refs:
            found.setdefault(ref, []).append(entry)
    return dict(sorted(found.items(), key=lambda item: _order(item[0])))


def _order(ref: str) -> tuple[str, int, str]:
    digits = "".join(c for c in ref if c.isdigit())
    return ref[0], int(digits), ref


def covered_by(ref: str, book: Mapping[str, Survey]) -> list[tuple[str, str, str]]:
    """Return (page, anchor, title) of the sections that cover `ref`, or a part of it or its whole.

    A mark on A4 covers the parts A4a and A4b; a mark on A4b shows where A4 is treated.
    """
    found = []
    for page, survey in book.items():
        for marked, anchor, title in survey["covers"]:
            same = marked in (ref, ref.rstrip("abcdef")) or marked.rstrip("abcdef") == ref
            if same and (page, anchor, title) not in found:
                found.append((page, anchor, title))
    return found


def met_by(number: int, survey: Survey) -> list[tuple[str, str]]:
    """Return (anchor, title) of the page's sections that meet its objective of this number."""
    found = [(anchor, title) for marked, anchor, title in survey["meets"] if marked == number]
    return list(dict.fromkeys(found))


def count(survey: Survey, what: str) -> int:
    """Return how many of a thing that `LEAST` names the page has."""
    found = survey[what]
    return found if isinstance(found, int) else len(found)


def gaps(book: Mapping[str, Survey], refs: Iterable[str]) -> Iterator[str]:
    """Yield, in words, each statement or objective without a section, and what chapters lack."""
    known = list(refs)
    for ref in known:
        if not covered_by(ref, book):
            yield f"{ref} is covered nowhere: mark its section with `{{covers}} {ref}`"
    bases = {*known, *(ref.rstrip("abcdef") for ref in known)}
    for page, survey in book.items():
        for marked, _, title in survey["covers"]:
            if marked not in bases and marked.rstrip("abcdef") not in bases:
                yield f"{page}, “{title}”: {marked} is no statement of the catalogue"
        if not survey["objectives"]:
            yield f"{page} covers statements and states no objectives (“This chapter”)"
            continue
        for number, objective in enumerate(survey["objectives"], 1):
            if not met_by(number, survey):
                yield (
                    f"{page}: no section meets objective {number}, “{objective}”: "
                    f"mark the one that does with `{{meets}} {number}`"
                )
        for marked, _, title in survey["meets"]:
            if marked > len(survey["objectives"]):
                yield f"{page}, “{title}”: the chapter states no objective {marked}"
        for what, least in LEAST.items():
            there = count(survey, what)
            if there < least:
                yield f"{page} has {there} {_WORDS[what]}; a chapter has at least {least}"


def read_report(path: Path) -> dict[str, Survey]:
    """Return the survey in the report at `path`.

    Raises
    ------
    FileNotFoundError
        If the site has not been built.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no {path}: build the site first with `make course`")
    return dict(json.loads(path.read_text(encoding="utf-8")))


# ---------- the report ----------


def _write_report(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.name == "html":
        path = Path(app.outdir).parent / REPORT
        path.write_text(json.dumps(book_survey(app.env), indent=1) + "\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    # Before cards are gathered and marks are taken out.
    app.connect("doctree-read", _survey, priority=300)
    app.connect("build-finished", _write_report)


def main(arguments: list[str] | None = None) -> int:
    """List what is missing in the book at the given folder (here, if none); 1 if anything is."""
    given = sys.argv[1:] if arguments is None else arguments
    root = Path(given[0]) if given else Path()
    missing = list(gaps(read_report(root / "_build" / REPORT), statements()))
    print(
        "\n".join(missing)
        if missing
        else "every statement is covered and every objective met, no chapter lacks anything"
    )
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
