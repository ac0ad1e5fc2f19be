"""`{takeaways}`: what the chapters leave with the reader, gathered on one page to print.

The lists of each page's section “Takeaway” are copied here, in the order of the book and under
the title of their page. A chapter, which is a page that states objectives, must have some.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from ce_lib.site.elements import make, pages_in_order, record, recorded
from ce_lib.site.gather import Gather, write_again

logger = logging.getLogger(__name__)

_TITLES = {"takeaway", "takeaways"}
_LISTS = (nodes.bullet_list, nodes.enumerated_list)


class takeaways(nodes.General, nodes.Element):
    """The place where the takeaways of the book are shown."""


class Takeaways(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        record(self.env, "takeaways-page").append(self.lineno)
        box = make("div", takeaways(), classes="takeaways")
        box["assets"].append("takeaways.css")
        return [box]


def find_takeaways(doctree: nodes.document) -> list[nodes.Element]:
    """Return copies of the items that stand in lists below a heading “Takeaway(s)”.

    The copies bear no ids: those belong to the chapter, and to links that lead there.
    """
    found = []
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        if title is None or title.astext().strip().casefold() not in _TITLES:
            continue
        for items in section.findall(lambda node: isinstance(node, _LISTS)):
            if not isinstance(items.parent, nodes.list_item):
                found += [item.deepcopy() for item in items.children]
    for item in found:
        for node in item.findall(nodes.Element):
            for name in ("ids", "names"):
                node[name] = []
    return found


def _record(app: Sphinx, doctree: nodes.document) -> None:
    found = find_takeaways(doctree)
    if found:
        record(app.env, "takeaways").append(found)


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    """Name each chapter without takeaways, if the book gathers them."""
    places = list(recorded(env, "takeaways-page"))
    if not places:
        return
    given = {page for page, _ in recorded(env, "takeaways")}
    for page, survey in recorded(env, "survey"):
        if survey["objectives"] and page not in given:
            logger.warning(
                "this chapter has no list below a heading “Takeaway”, and %s gathers them",
                places[0][0],
                location=page,
                type="course",
                subtype="takeaways",
            )
    if not given:
        logger.warning(
            "there are no takeaways to gather: no page has a list below a heading “Takeaway”",
            location=places[0],
            type="course",
            subtype="takeaways",
        )


class Chapters(Gather):
    """Copy the takeaways of all chapters, in the order of the book."""

    place = takeaways

    def gathered(self) -> list[nodes.Node]:
        given = dict(recorded(self.env, "takeaways"))
        shown: list[nodes.Node] = []
        for page in pages_in_order(self.env):
            if page in given:
                copies = [item.deepcopy() for item in given[page]]
                for copy in copies:
                    for link in copy.findall(nodes.Element):
                        if "refdoc" in link:
                            link["refdoc"] = self.env.docname
                heading = make("h2", self.link(page))
                shown.append(make("section", heading, nodes.bullet_list("", *copies)))
        return shown


def setup(app: Sphinx) -> None:
    app.add_node(takeaways)
    app.add_directive("takeaways", Takeaways)
    app.add_post_transform(Chapters)
    # When cards are gathered and marks are taken out.
    app.connect("doctree-read", _record, priority=700)
    app.connect("env-updated", write_again("takeaways-page"))
    app.connect("env-check-consistency", _check)
