"""What of the source the book covers, and with what: the tables of `{coverage}`, and the gaps.

Each page is surveyed when it is read: its sections and what they cover (`{covers}`), its
objectives, figures, exercises, questions and cards. `{coverage}` shows the result as two tables;
the survey of the whole book is written to `_build/coverage.json`, and

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
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from ce_lib.site.covers import covers
from ce_lib.site.elements import element, make, pages_in_order, record, recorded
from ce_lib.site.flashcards import flashcard

REPORT = "coverage.json"  # beside the folder of pages

Survey = dict[str, Any]
Place = tuple[str, str]  # page and anchor

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
_INNER = ("exercise-content", "solution-content", "proof-content")


class coverage_tables(nodes.General, nodes.Element):
    """The place of the tables."""


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


def _from_dollars(words: str) -> list[nodes.Node]:
    parts = words.split("$")
    return [nodes.math("", part) if i % 2 else nodes.Text(part) for i, part in enumerate(parts)]


def survey_page(doctree: nodes.document, source: str) -> Survey:
    """Return what the page has; `source` is its text. To be called before cards are gathered."""
    found: Survey = {"covers": [], "cards": [], "questions": [], "exercises": [], "objectives": []}
    for node in doctree.findall(covers):
        anchor, title = _section(node)
        found["covers"] += [[ref, anchor, title] for ref in node["refs"]]
    for card in doctree.findall(flashcard):
        found["cards"].append([card["card"], _section(card)[0]])
    found["interactive"] = 0
    for box in doctree.findall(element):
        if "question" in box["classes"]:
            found["questions"].append(box["ids"][0])
        found["interactive"] += "data-interactive" in box["attrs"]
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


def _count(survey: Survey, what: str) -> int:
    found = survey[what]
    return found if isinstance(found, int) else len(found)


def gaps(book: Mapping[str, Survey], refs: Iterable[str]) -> Iterator[str]:
    """Yield, in words, each statement that no section covers and each thing a chapter lacks."""
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
        for what, least in LEAST.items():
            count = _count(survey, what)
            if count < least:
                yield f"{page} has {count} {_WORDS[what]}; a chapter has at least {least}"


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


# ---------- the tables ----------


def _status(entry: Any) -> str:
    from ce_lib.proof.tables import status

    return status(entry.label)


class _Tables:
    """The two tables, with links from the page `here`."""

    def __init__(self, app: Sphinx, here: str) -> None:
        self.app, self.here = app, here
        self.book = book_survey(app.env)

    def link(self, page: str, anchor: str, text: str) -> nodes.reference:
        builder = self.app.builder
        address = relative_uri(builder.get_target_uri(self.here), builder.get_target_uri(page))
        address += f"#{anchor}" if anchor else ""
        return nodes.reference("", "", nodes.Text(text), refuri=address, internal=True)

    def source(self) -> nodes.table:
        head = ["statement", "section", "derivation", "exercise", "self-check", "card"]
        rows = [
            [self._statement(ref, found), *self._cells(ref, found)]
            for ref, found in statements().items()
        ]
        return _table(head, rows)

    @staticmethod
    def _statement(ref: str, found: list[Any]) -> list[nodes.Node]:
        titles = "; ".join(dict.fromkeys(entry.title for entry in found))
        return [nodes.strong("", ref), nodes.Text(f" {titles}")]

    def _cells(self, ref: str, found: list[Any]) -> list[list[nodes.Node]]:
        places = covered_by(ref, self.book)
        if not places:
            return [[nodes.Text("not covered yet")], *([[nodes.Text("not yet")]] * 4)]
        sections: list[nodes.Node] = []
        for page, anchor, title in places:
            sections += [nodes.Text(", ")] if sections else []
            sections.append(self.link(page, anchor, title or self.book[page]["title"]))
        return [
            sections,
            self._derivation(found, places),
            self._nearest("exercises", places, "none: a fact that others use"),
            self._questions(places),
            self._nearest("cards", places, "none of its own"),
        ]

    def _derivation(self, found: list[Any], places: list[tuple[str, str, str]]) -> list[nodes.Node]:
        shown = {label for page, _, _ in places for label in self.book[page]["shown"]}
        words = []
        for entry in found:
            where = ", shown" if entry.label in shown else ""
            words.append(_status(entry) + where)
        return [nodes.Text("; ".join(dict.fromkeys(words)))]

    def _nearest(
        self, what: str, places: list[tuple[str, str, str]], without: str
    ) -> list[nodes.Node]:
        """Link what stands in the same section, or else say that the chapter has some."""
        here = [
            (page, name)
            for page, anchor, _ in places
            for name, at in self.book[page][what]
            if at == anchor
        ]
        if here:
            out: list[nodes.Node] = []
            for page, name in here:
                out += [nodes.Text(", ")] if out else []
                out.append(self.link(page, f"card-{name}" if what == "cards" else name, name))
            return out
        page = places[0][0]
        if self.book[page][what]:
            name = self.book[page][what][0][0]
            anchor = f"card-{name}" if what == "cards" else name
            return [self.link(page, anchor, "with the chapter’s")]
        return [nodes.Text(without)]

    def _questions(self, places: list[tuple[str, str, str]]) -> list[nodes.Node]:
        page = places[0][0]
        asked = self.book[page]["questions"]
        if not asked:
            return [nodes.Text("none: the page is no chapter")]
        return [self.link(page, asked[0], "with the chapter’s")]

    def chapters(self) -> nodes.table:
        head = ["chapter: you will be able to", "interactive", "exercises", "self-check", "cards"]
        rows: list[list[list[nodes.Node]]] = []
        for page, survey in self.book.items():
            if not survey["objectives"]:
                continue
            goals = nodes.bullet_list()
            for goal in survey["objectives"]:
                goals += nodes.list_item("", nodes.paragraph("", "", *_from_dollars(goal)))
            title = nodes.paragraph("", "", self.link(page, "", survey["title"]))
            counts = [_count(survey, what) for what in LEAST if what != "objectives"]
            rows.append([[title, goals], *([nodes.Text(str(count))] for count in counts)])
        return _table(head, rows)


def _table(head: list[str], rows: list[list[list[nodes.Node]]]) -> nodes.table:
    def entry(cell: list[nodes.Node]) -> nodes.entry:
        if any(isinstance(node, nodes.bullet_list) for node in cell):
            return nodes.entry("", *cell)
        return nodes.entry("", nodes.paragraph("", "", *cell))

    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", nodes.row("", *[entry([nodes.Text(text)]) for text in head]))
    group += nodes.tbody("", *[nodes.row("", *map(entry, cells)) for cells in rows])
    return nodes.table("", group, classes=["coverage"])


class Coverage(SphinxDirective):
    """`{coverage} source` or `{coverage} chapters`: one of the two tables."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        which = self.arguments[0]
        if which not in {"source", "chapters"}:
            raise self.error(f"`{{coverage}} {which}`: write `source` or `chapters`")
        record(self.env, "coverage").append(which)
        box = make("div", coverage_tables(which=which))
        box["assets"].append("study.css")
        return [box]


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(coverage_tables)):
        tables = _Tables(app, docname)
        place.replace_self(tables.source() if place["which"] == "source" else tables.chapters())


def _write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name the pages with tables: any other page may have changed what they say."""
    return sorted({page for page, _ in recorded(env, "coverage")})


def _write_report(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.name == "html":
        path = Path(app.outdir).parent / REPORT
        path.write_text(json.dumps(book_survey(app.env), indent=1) + "\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.add_node(coverage_tables)
    app.add_directive("coverage", Coverage)
    # Before cards are gathered and marks are taken out.
    app.connect("doctree-read", _survey, priority=300)
    app.connect("env-updated", _write_again)
    # Before references are looked at.
    app.connect("doctree-resolved", _fill, priority=400)
    app.connect("build-finished", _write_report)


def main(arguments: list[str] | None = None) -> int:
    """List what is missing in the book at the given folder (here, if none); 1 if anything is."""
    given = sys.argv[1:] if arguments is None else arguments
    root = Path(given[0]) if given else Path()
    missing = list(gaps(read_report(root / "_build" / REPORT), statements()))
    print(
        "\n".join(missing) if missing else "every statement is covered, no chapter lacks anything"
    )
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
