"""`{covers} A14 B22`: this section treats these statements of the source. Readers see nothing.

The ids are those of `ce_lib.proof.catalogue`; a letter names a part of a statement, as in `A4b`.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from ce_lib.site.elements import CourseDirective, record

logger = logging.getLogger(__name__)

_REF = re.compile(r"([AB])([1-9]\d?)([a-f]?)")


class covers(nodes.Invisible, nodes.Element):
    """Where statements are treated: `refs`, and `line` of the page."""


def read_refs(text: str) -> list[str]:
    """Return the ids in `text`, separated by spaces or commas.

    Raises
    ------
    ValueError
        If one is no id, or there is none.
    """
    refs = text.replace(",", " ").split()
    for ref in refs:
        if not _REF.fullmatch(ref):
            raise ValueError(f"{ref!r} is no statement of the source: write such as A14 or B22")
    if not refs:
        raise ValueError("name the statements that this section covers, such as A14 B22")
    return refs


class Covers(CourseDirective):
    required_arguments = 0
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        try:
            refs = read_refs(" ".join([*self.arguments, *self.content]))
        except ValueError as error:
            self.refuse(str(error))
            return []
        node = covers(refs=refs)
        self.set_source_info(node)
        return [node]


def _refuse_inline(doctree: nodes.document) -> None:
    """Refuse the directive on one line: three backticks on both sides make it code to be shown."""
    for literal in doctree.findall(nodes.literal):
        if literal.astext().lstrip().startswith("{covers}"):
            logger.warning(
                "`{covers}` stands on one line: close it on the next, or it is shown as code",
                location=literal,
                type="course",
                subtype="covers",
            )


def _record(app: Sphinx, doctree: nodes.document) -> None:
    _refuse_inline(doctree)
    for node in list(doctree.findall(covers)):
        section = node.parent
        while section is not None and not isinstance(section, nodes.section):
            section = section.parent
        anchor = section["ids"][0] if section is not None else ""
        for ref in node["refs"]:
            record(app.env, "covers").append((ref, anchor, node.line))
        node.parent.remove(node)


def setup(app: Sphinx) -> None:
    app.add_node(covers)
    app.add_directive("covers", Covers)
    app.connect("doctree-read", _record)
