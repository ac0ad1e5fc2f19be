"""`{coverage}`: where the book treats each statement of the source, and meets each objective.

No cell of a table is empty: it leads to what there is, or gives the reason that the page states
(`{without}`). What is missing without a reason fails the tests (`ce_lib.site.coverage.gaps`).
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
from sphinx.util.docutils import SphinxDirective

from ce_lib.site.coverage import (
    KINDS,
    LEAST,
    book_survey,
    count,
    covered_by,
    marked,
    met_by,
    objectives_of,
    reason,
    standing,
    statements,
)
from ce_lib.site.elements import make, record
from ce_lib.site.gather import link, write_again
from ce_lib.site.misconceptions import anchor_of, catalogue

Cell = list[nodes.Node]
Place = tuple[str, str, str]  # page, anchor and title of a section

_HEAD = ["section", "figure", "derivation", "exercise", "problem set", "self-check", "card"]


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
        made = link(self.app.builder, self.here, page, nodes.Text(text))
        made["refuri"] += f"#{anchor}" if anchor else ""
        return made

    def source(self) -> nodes.table:
        """Return the table of the sources' statements."""
        rows = []
        for ref, found in statements().items():
            titles = "; ".join(dict.fromkeys(entry.title for entry in found))
            statement: Cell = [nodes.strong("", ref), nodes.Text(f" {titles}")]
            places = covered_by(ref, self.book)
            rows.append([statement, *self._cells(places, self._goals(places), found)])
        self.statuses.keep()
        return _table(["statement", *_HEAD], rows)

    def objectives(self) -> nodes.table:
        """Return the table of the chapters' objectives."""
        rows = []
        for page, survey in self.book.items():
            for number, objective in enumerate(survey["objectives"], 1):
                named: Cell = [self.link(page, "", survey["title"]), nodes.Text(f" {number}: ")]
                named += _from_dollars(objective.rstrip(";."))  # one of a list, in its box
                places = [(page, *section) for section in met_by(number, survey)]
                rows.append([named, *self._cells(places, [(page, number)], None)])
        return _table(["objective", *_HEAD], rows)

    def misconceptions(self) -> nodes.table:
        """Return the table of the problem sets' misconceptions, by function."""
        places: dict[str, dict[str, nodes.reference]] = {}
        for own in (True, False):  # the problem set's chapters first, whatever other page has it
            for page, survey in self.book.items():
                for name, _ in survey["misconceptions"]:
                    of, function, mistake = name.split("/")
                    if (survey["set"] == of) is own:
                        there = places.setdefault(f"{of}/{function}", {})
                        there.setdefault(mistake, self.link(page, anchor_of(name), mistake))
        found: dict[str, list[str]] = {}
        for name in catalogue(Path(self.app.srcdir)):
            function, _, mistake = name.rpartition("/")
            found.setdefault(function, []).append(mistake)
        rows = []
        for function, names in found.items():
            there = places.get(function, {})
            linked = _joined(there[name] for name in names if name in there)
            others = _joined(nodes.Text(name) for name in names if name not in there)
            rows.append(
                [
                    [nodes.strong("", function.replace("/", ", "))],
                    linked or [nodes.Text("none: its mistakes are those of code, not of an idea")],
                    others or [nodes.Text("none: the chapter has them all")],
                ]
            )
        head = ["problem set, function", "in the chapter", "in the problem set only"]
        return _table(head, rows)

    def _goals(self, places: list[Place]) -> list[tuple[str, int]]:
        """Return (page, objective) of what the sections meet."""
        return list(
            dict.fromkeys(
                (page, number)
                for page, anchor, _ in places
                for number in objectives_of(anchor, self.book[page])
            )
        )

    def _cells(
        self, places: list[Place], goals: list[tuple[str, int]], entries: list[Any] | None
    ) -> list[Cell]:
        """Return what follows the first cell of a row: sections, and what meets the objectives.

        `entries` of the catalogue say how a statement is proved; None counts derivations instead.
        """
        if not places:
            return [[nodes.Text("not yet")] for _ in _HEAD]
        sections = _joined(
            self.link(page, anchor, title or self.book[page]["title"])
            for page, anchor, title in places
        )
        cells = {kind: self._things(kind, places, goals) for kind in KINDS}
        if entries is not None:
            cells["derivation"] = self._proved(entries, places)
        return [sections, *cells.values()]

    def _proved(self, found: list[Any], places: list[Place]) -> Cell:
        """Say how the statement's entries of the catalogue are proved, and whether it is shown."""
        shown = {label for page, _, _ in places for label in self.book[page]["shown"]}
        words = []
        for entry in found:
            where = ", shown" if entry.label in shown else ""
            words.append(self.statuses.of(entry.label) + where)
        return [nodes.Text("; ".join(dict.fromkeys(words)))]

    def _things(self, kind: str, places: list[Place], goals: list[tuple[str, int]]) -> Cell:
        """Link what there is of a kind in the sections, or else for the objectives, or say why."""
        links: dict[tuple[str, str], nodes.reference] = {}
        if kind in {"figure", "card"}:
            sections = {(page, anchor) for page, anchor, _ in places}
            for page in dict.fromkeys(page for page, _, _ in places):
                for name, at in self.book[page][f"{kind}s"]:
                    if (page, at) in sections:
                        links[page, name] = self._thing(kind, page, name)
        for page, number in [] if links else goals:
            survey = self.book[page]
            if kind in {"figure", "card", "derivation"}:
                names = standing(kind, number, survey)
            else:
                names = marked(kind, [number], survey)
            for name in names:
                links[page, name] = self._thing(kind, page, name, names.count(name))
        if links:
            return _joined(links.values())
        why = [reason(kind, number, self.book[page]) for page, number in goals]
        said = "; ".join(dict.fromkeys(filter(None, why)))
        return [nodes.Text(f"none: {said}" if said else "not yet")]

    def _thing(self, kind: str, page: str, name: str, times: int = 1) -> nodes.reference:
        """Link a thing by its name; derivations, which have none, by their section."""
        if kind == "card":
            return self.link(page, f"card-{name}", name)
        if kind == "task":
            return self.link("book/problem-sets", "", name.replace("/", ", "))
        if kind == "derivation":
            return self.link(page, name, f"{times} in {name.replace('-', ' ')}")
        return self.link(page, name, name.removeprefix("fig-"))

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
    """`{coverage} source`, `objectives`, `chapters` or `misconceptions`: one of the tables."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        which = self.arguments[0]
        if which not in {"source", "objectives", "chapters", "misconceptions"}:
            known = "source, objectives, chapters or misconceptions"
            raise self.error(f"`{{coverage}} {which}`: write {known}")
        record(self.env, "coverage").append(which)
        box = make("div", coverage_tables(which=which))
        box["assets"].append("study.css")
        return [box]


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(coverage_tables)):
        place.replace_self(getattr(_Tables(app, docname), place["which"])())


def setup(app: Sphinx) -> None:
    app.add_node(coverage_tables)
    app.add_directive("coverage", Coverage)
    app.connect("env-updated", write_again("coverage"))
    # Before references are looked at.
    app.connect("doctree-resolved", _fill, priority=400)
