"""What of the source the book covers, and with what: the survey of the book, and the gaps.

Each page is surveyed when it is read: its sections, what they cover (`{covers}`) and which of its
objectives they meet (`{meets}`), its objectives, figures, derivations, exercises, questions and
cards, the tasks of its problem set (`{tasks}`), and the mistakes that it speaks of
(`{misconception}`). `{coverage}` shows the result as tables (`ce_lib.site.coverage_tables`); the
survey of the whole book is written to `_build/coverage.json`, and

    python -m ce_lib.site.coverage

lists what is missing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from ce_lib.site.elements import pages_in_order, record, recorded
from ce_lib.site.misconceptions import catalogue as misconceptions
from ce_lib.site.survey import Survey, survey_page

REPORT = "coverage.json"  # beside the folder of pages

# What a chapter needs at least.
LEAST = {"objectives": 3, "interactive": 1, "exercises": 3, "questions": 5, "cards": 5}
MOST = {"exercises": 6, "questions": 8}
# What each objective needs, or a reason why not.
KINDS = ("figure", "derivation", "exercise", "task", "question", "card")
# The share of a problem set's misconceptions that its chapters speak of, at least. The others are
# the same mistake in another function, or one that only code can make, such as a missing copy.
LEAST_SHARE = 0.75
_WORDS = {
    "objectives": "objectives",
    "interactive": "interactive figures",
    "exercises": "exercises",
    "questions": "self-check questions",
    "cards": "flashcards",
}


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


def objectives_of(anchor: str, survey: Survey) -> list[int]:
    """Return the objectives that a section meets, or else the section around it."""
    while True:
        found = [number for number, at, _ in survey["meets"] if at == anchor]
        if found or not anchor:
            return sorted(set(found))
        anchor = survey["parents"].get(anchor, "")


def marked(kind: str, numbers: Iterable[int], survey: Survey) -> list[str]:
    """Return the exercises, tasks or questions that meet one of these objectives."""
    wanted = set(numbers)
    return [name for what, name, of in survey["marks"] if what == kind and wanted & set(of)]


def standing(kind: str, number: int, survey: Survey) -> list[str]:
    """Return the figures, derivations or cards in the sections that meet an objective."""
    sections = {anchor for anchor, _ in met_by(number, survey)}
    if kind == "derivation":
        return [anchor for anchor in survey["derivations"] if anchor in sections]
    return [name for name, anchor in survey[f"{kind}s"] if anchor in sections]


def has(kind: str, number: int, survey: Survey) -> bool:
    """Return whether an objective has something of a kind, one of `KINDS`."""
    if kind in {"figure", "derivation", "card"}:
        return bool(standing(kind, number, survey))
    return bool(marked(kind, [number], survey))


def reason(kind: str, number: int, survey: Survey) -> str:
    """Return why an objective has nothing of a kind, or nothing if the page does not say."""
    return next((why for of, what, why in survey["reasons"] if (of, what) == (number, kind)), "")


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
        for ref, _, title in survey["covers"]:
            if ref not in bases and ref.rstrip("abcdef") not in bases:
                yield f"{page}, “{title}”: {ref} is no statement of the catalogue"
        if not survey["objectives"]:
            yield f"{page} covers statements and states no objectives (“This chapter”)"
            continue
        for ref, anchor, title in survey["covers"]:
            if not objectives_of(anchor, survey):
                yield f"{page}, “{title}” covers {ref} and meets no objective: mark it"
        for number, objective in enumerate(survey["objectives"], 1):
            if not met_by(number, survey):
                yield (
                    f"{page}: no section meets objective {number}, “{objective}”: "
                    f"mark the one that does with `{{meets}} {number}`"
                )
        for goal, _, title in survey["meets"]:
            if goal > len(survey["objectives"]):
                yield f"{page}, “{title}”: the chapter states no objective {goal}"
        for what, least in LEAST.items():
            there = count(survey, what)
            if there < least:
                yield f"{page} has {there} {_WORDS[what]}; a chapter has at least {least}"
            if there > MOST.get(what, there):
                yield f"{page} has {there} {_WORDS[what]}; a chapter has at most {MOST[what]}"
        yield from _unmarked(page, survey)


def _unmarked(page: str, survey: Survey) -> Iterator[str]:
    """Yield what names no objective, or one that is not there, and objectives without something."""
    goals = range(1, len(survey["objectives"]) + 1)
    named = {name for what, name, of in survey["marks"] if of}
    for name in [*(name for name, _ in survey["exercises"]), *survey["questions"]]:
        if name not in named:
            yield (
                f"{page}: {name} names no objective: give a question `:meets: 1`, an exercise a "
                "`{meets} 1` inside"
            )
    for what, name, of in survey["marks"]:
        for number in of:
            if number not in goals:
                yield f"{page}: {what} {name} meets objective {number}, which the page lacks"
    if not survey["set"]:
        yield f"{page} names no problem set: list its tasks with `{{tasks}}`"
    for number in goals:
        for kind in KINDS:
            there, why = has(kind, number, survey), reason(kind, number, survey)
            if not there and not why:
                yield (
                    f"{page}: objective {number} has no {kind}: mark one, or say why not with "
                    f"`{{without}} {number} {kind}`"
                )
            if there and why:
                yield f"{page}: objective {number} has a {kind}, and a reason why it has none"


def shares(book: Mapping[str, Survey], known: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return, for each problem set, how many of its misconceptions its chapters speak of.

    `known` are all of them, as `ce_lib.site.misconceptions.catalogue` names them. The pair is
    (those that its chapters speak of, all).
    """
    spoken = {
        (survey["set"], name) for survey in book.values() for name, _ in survey["misconceptions"]
    }
    found: dict[str, tuple[int, int]] = {}
    for name in known:
        of = name.split("/")[0]
        there, total = found.get(of, (0, 0))
        found[of] = (there + ((of, name) in spoken), total + 1)
    return found


def silent(book: Mapping[str, Survey], known: Iterable[str]) -> Iterator[str]:
    """Yield, in words, each problem set whose chapter speaks of too few of its misconceptions."""
    for of, (there, total) in shares(book, known).items():
        if there < LEAST_SHARE * total:
            yield (
                f"the chapter of {of} speaks of {there} of its {total} misconceptions: name them "
                "in “What goes wrong” and in the self-check, at least "
                f"{100 * LEAST_SHARE:.0f} per cent"
            )


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
    book = read_report(root / "_build" / REPORT)
    missing = [*gaps(book, statements()), *silent(book, misconceptions(root))]
    print(
        "\n".join(missing)
        if missing
        else "every statement is covered, every objective met and practised, and no chapter "
        "lacks anything"
    )
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
