"""`{progress}`: which self-checks and flashcards each page has, and how far the reader is.

The build writes a table of counts. `book/_assets/progress.js` fills in what is answered and known,
from the storage of the reader's own browser, where alone it is kept; with the script go buttons to
save it to a file, load it from one and delete it.
"""

from __future__ import annotations

import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from ce_lib.site.elements import element, make, pages_in_order, record, recorded

logger = logging.getLogger(__name__)


class progress(nodes.General, nodes.Element):
    """The place of the table."""


class Progress(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        record(self.env, "progress-page").append(self.lineno)
        box = make("div", progress(), classes="progress-box")
        box["assets"] += ["study.css", "store.js", "progress.js"]
        box["ids"].append("my-progress")
        return [box]


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    places = list(recorded(env, "progress-page"))
    if places and not any(True for kind in ("question", "flashcard") for _ in recorded(env, kind)):
        logger.warning(
            "there is no progress to show: no page has a self-check or a flashcard",
            location=places[0],
            type="course",
            subtype="progress",
        )


def _write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name the pages with the table: any other page may have got or lost a question."""
    return sorted({page for page, _ in recorded(env, "progress-page")})


class Fill(SphinxPostTransform):
    """Put the table in its place, before Sphinx looks where its links lead."""

    default_priority = 5

    def run(self, **kwargs: Any) -> None:
        for place in list(self.document.findall(progress)):
            place.replace_self(self._table())

    def _table(self) -> element:
        questions: dict[str, dict[str, int]] = {}
        for page, (name, right) in recorded(self.env, "right-option"):
            questions.setdefault(page, {})[name] = right
        cards: dict[str, list[str]] = {}
        for page, (name, _) in recorded(self.env, "flashcard"):
            cards.setdefault(page, []).append(name)
        head = make("tr")
        for words in ("chapter", "self-checks", "flashcards"):
            head += make("th", nodes.Text(words), scope="col")
        body = make("tbody")
        for page in pages_in_order(self.env):
            asked, shown = questions.get(page, {}), cards.get(page, [])
            if not (asked or shown):
                continue
            # Named by its ids, so that the script need not read the chapters.
            body += make(
                "tr",
                make("th", self._link(page), scope="row"),
                make("td", nodes.Text(str(len(asked))), data_questions=json.dumps(asked)),
                make("td", nodes.Text(str(len(shown))), data_cards=json.dumps(shown)),
            )
        return make("table", make("thead", head), body, classes="table progress-table")

    def _link(self, page: str) -> nodes.reference:
        builder = self.app.builder
        here = builder.get_target_uri(self.env.docname)
        address = relative_uri(here, builder.get_target_uri(page))
        words = [child.deepcopy() for child in self.env.titles[page].children]
        return nodes.reference("", "", *words, refuri=address, internal=True)


def setup(app: Sphinx) -> None:
    app.add_node(progress)
    app.add_directive("progress", Progress)
    app.add_post_transform(Fill)
    app.connect("env-updated", _write_again)
    app.connect("env-check-consistency", _check)
