"""`{coverage}`: where the book treats each statement of the source, and meets each objective.

No cell of a table is empty: where nothing stands in a section itself, the cell leads to the first
of its chapter, or says why there is none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from ce_lib.site.coverage import LEAST, book_survey, count, covered_by, met_by, statements
from ce_lib.site.elements import make, record, recorded

Cell = list[nodes.Node]
Place = tuple[str, str, str]  # page, anchor and title of a section

_OF_CHAPTER = "with the chapter’s"
_WITHOUT = {
    "figures": "none: words and formulas say it",
    "derivations": "none: nothing to derive",
    "exercises": "none: a fact that others use",
    "cards": "none of its own",
}


class coverage_tables(nodes.General, nodes.Element):
    """The place of the tables."""


def _from_dollars(words: str) -> list[nodes.Node]:
    parts = words.split("$")
    return [nodes.math("", part) if i % 2 else nodes.Text(part) for i, part in enumerate(parts)]


def _joined(cells: Iterable[nodes.Node]) -> Cell:
    out: Cell = []
    for node in cells:
        out += [nodes.Text(", ")] if out else []
        out.append(node)
    return out


class _Statuses:
    """How each statement is proved, kept between builds: to prove all of them takes seconds."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "statuses.json"
        proof = Path(__file__).resolve().parents[1] / "proof"
        digest = hashlib.sha256()
        for path in sorted(proof.rglob("*.py")):
            digest.update(path.read_bytes())
        self.made_by = digest.hexdigest()
        self.known: dict[str, str] = {}
        with suppress(OSError, ValueError):
            kept = json.loads(self.file.read_text(encoding="utf-8"))
            if kept["made_by"] == self.made_by:
                self.known = kept["statuses"]

    def of(self, label: str) -> str:
        if label not in self.known:
            from ce_lib.proof.tables import status

            self.known[label] = status(label)
        return self.known[label]

    def keep(self) -> None:
        kept = {"made_by": self.made_by, "statuses": self.known}
        self.file.write_text(json.dumps(kept), encoding="utf-8")


class _Tables:
    """The tables, with links from the page `here`."""

    def __init__(self, app: Sphinx, here: str) -> None:
        self.app, self.here = app, here
        self.book = book_survey(app.env)
        self.statuses = _Statuses(Path(app.doctreedir))

    def link(self, page: str, anchor: str, text: str) -> nodes.reference:
        builder = self.app.builder
        address = relative_uri(builder.get_target_uri(self.here), builder.get_target_uri(page))
        address += f"#{anchor}" if anchor else ""
        return nodes.reference("", "", nodes.Text(text), refuri=address, internal=True)

    def source(self) -> nodes.table:
        """Return the table of the sources' statements."""
        head = ["statement", "section", "figure", "derivation", "exercise", "self-check", "card"]
        rows = []
        for ref, found in statements().items():
            titles = "; ".join(dict.fromkeys(entry.title for entry in found))
            statement: Cell = [nodes.strong("", ref), nodes.Text(f" {titles}")]
            places = covered_by(ref, self.book)
            derivation = self._proved(found, places)
            rows.append([statement, *self._cells(places, derivation, "not covered yet")])
        self.statuses.keep()
        return _table(head, rows)

    def objectives(self) -> nodes.table:
        """Return the table of the chapters' objectives."""
        head = ["objective", "section", "figure", "derivation", "exercise", "self-check", "card"]
        rows = []
        for page, survey in self.book.items():
            for number, objective in enumerate(survey["objectives"], 1):
                named: Cell = [self.link(page, "", survey["title"]), nodes.Text(f" {number}: ")]
                named += _from_dollars(objective.rstrip(";."))  # one of a list, in its box
                places = [(page, *section) for section in met_by(number, survey)]
                derivation = self._derived(places) if places else []
                rows.append([named, *self._cells(places, derivation, "not met yet")])
        return _table(head, rows)

    def _cells(self, places: list[Place], derivation: Cell, without: str) -> list[Cell]:
        """Return what follows the first cell of a row: sections, and what stands in them."""
        if not places:
            return [[nodes.Text(without)], *([nodes.Text("not yet")] for _ in range(5))]
        return [
            _joined(
                self.link(page, anchor, title or self.book[page]["title"])
                for page, anchor, title in places
            ),
            self._nearest("figures", places),
            derivation,
            self._nearest("exercises", places),
            self._questions(places),
            self._nearest("cards", places),
        ]

    def _proved(self, found: list[Any], places: list[Place]) -> Cell:
        """Say how the statement's entries of the catalogue are proved, and whether it is shown."""
        shown = {label for page, _, _ in places for label in self.book[page]["shown"]}
        words = []
        for entry in found:
            where = ", shown" if entry.label in shown else ""
            words.append(self.statuses.of(entry.label) + where)
        return [nodes.Text("; ".join(dict.fromkeys(words)))]

    def _derived(self, places: list[Place]) -> Cell:
        """Count the derivations in each of the sections."""
        links = []
        for page, anchor, title in places:
            there = self.book[page]["derivations"].count(anchor)
            if there:
                links.append(self.link(page, anchor, f"{there} in “{title}”"))
        page = places[0][0]
        if not links and self.book[page]["derivations"]:
            links.append(self.link(page, self.book[page]["derivations"][0], _OF_CHAPTER))
        return _joined(links) or [nodes.Text(_WITHOUT["derivations"])]

    def _nearest(self, what: str, places: list[Place]) -> Cell:
        """Link what stands in the same sections, or else say that the chapter has some."""
        sections = {(page, anchor) for page, anchor, _ in places}
        pages = dict.fromkeys(page for page, _, _ in places)
        there = [(page, name, at) for page in pages for name, at in self.book[page][what]]
        here = [self._thing(what, page, name) for page, name, at in there if (page, at) in sections]
        if not here and there:
            here.append(self._thing(what, *there[0][:2], words=_OF_CHAPTER))
        return _joined(here) or [nodes.Text(_WITHOUT[what])]

    def _thing(self, what: str, page: str, name: str, words: str = "") -> nodes.reference:
        """Link a figure, an exercise or a card by its name, or by other words."""
        if what == "cards":
            return self.link(page, f"card-{name}", words or name)
        return self.link(page, name, words or name.removeprefix("fig-"))

    def _questions(self, places: list[Place]) -> Cell:
        page = places[0][0]
        asked = self.book[page]["questions"]
        if not asked:
            return [nodes.Text("none: the page is no chapter")]
        return [self.link(page, asked[0], _OF_CHAPTER)]

    def chapters(self) -> nodes.table:
        """Return the table of the chapters, with what each promises and how much it brings."""
        head = ["chapter: you will be able to", "interactive", "exercises", "self-check", "cards"]
        rows: list[list[Cell]] = []
        for page, survey in self.book.items():
            if not survey["objectives"]:
                continue
            goals = nodes.bullet_list()
            for goal in survey["objectives"]:
                goals += nodes.list_item("", nodes.paragraph("", "", *_from_dollars(goal)))
            title = nodes.paragraph("", "", self.link(page, "", survey["title"]))
            counts = [count(survey, what) for what in LEAST if what != "objectives"]
            rows.append([[title, goals], *([nodes.Text(str(number))] for number in counts)])
        return _table(head, rows)


def _table(head: list[str], rows: list[list[Cell]]) -> nodes.table:
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
    """`{coverage} source`, `{coverage} objectives` or `{coverage} chapters`: one of the tables."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        which = self.arguments[0]
        if which not in {"source", "objectives", "chapters"}:
            raise self.error(f"`{{coverage}} {which}`: write source, objectives or chapters")
        record(self.env, "coverage").append(which)
        box = make("div", coverage_tables(which=which))
        box["assets"].append("study.css")
        return [box]


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(coverage_tables)):
        place.replace_self(getattr(_Tables(app, docname), place["which"])())


def _write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name the pages with tables: any other page may have changed what they say."""
    return sorted({page for page, _ in recorded(env, "coverage")})


def setup(app: Sphinx) -> None:
    app.add_node(coverage_tables)
    app.add_directive("coverage", Coverage)
    app.connect("env-updated", _write_again)
    # Before references are looked at.
    app.connect("doctree-resolved", _fill, priority=400)
