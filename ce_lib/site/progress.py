"""`{progress}`: which self-checks and flashcards each page has, and how far the reader is.

The build writes a table of counts. `book/_assets/progress.js` fills in what is answered and known,
from the storage of the reader's own browser, where alone it is kept; with the script go buttons to
save it to a file, load it from one and delete it.
"""

from __future__ import annotations

import json

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from ce_lib.site.elements import element, make, pages_in_order, record, recorded
from ce_lib.site.gather import Gather, write_again

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


class Fill(Gather):
    """Count over the book, in the order of its pages."""

    place = progress

    def gathered(self) -> element:
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
                make("th", self.link(page), scope="row"),
                make("td", nodes.Text(str(len(asked))), data_questions=json.dumps(asked)),
                make("td", nodes.Text(str(len(shown))), data_cards=json.dumps(shown)),
            )
        return make("table", make("thead", head), body, classes="table progress-table")


def setup(app: Sphinx) -> None:
    app.add_node(progress)
    app.add_directive("progress", Progress)
    app.add_post_transform(Fill)
    app.connect("env-updated", write_again("progress-page"))
    app.connect("env-check-consistency", _check)
