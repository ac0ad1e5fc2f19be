"""Marks of a section, of which readers see nothing.

- `{covers} A14 B22`: this section treats these statements of the source. The ids are those of
  `ce_lib.proof.catalogue`; a letter names a part of a statement, as in `A4b`.
- `{meets} 1 3`: this section meets the first and the third objective of its chapter, as the box
  “This chapter” lists them.
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


class meets(nodes.Invisible, nodes.Element):
    """Where objectives are met: `numbers`, and `line` of the page."""


def read_numbers(text: str) -> list[int]:
    """Return the numbers in `text`, separated by spaces or commas.

    Raises
    ------
    ValueError
        If one is no number from 1 on, or there is none.
    """
    words = text.replace(",", " ").split()
    for word in words:
        if not re.fullmatch("[1-9][0-9]*", word):
            raise ValueError(f"{word!r} is no number of an objective: they are counted from 1")
    if not words:
        raise ValueError("name the objectives that this section meets by their numbers, such as 1")
    return [int(word) for word in words]


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


class _Mark(CourseDirective):
    required_arguments = 0
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        try:
            node = self.read(" ".join([*self.arguments, *self.content]))
        except ValueError as error:
            self.refuse(str(error))
            return []
        self.set_source_info(node)
        return [node]

    def read(self, text: str) -> nodes.Element:
        raise NotImplementedError


class Covers(_Mark):
    def read(self, text: str) -> nodes.Element:
        return covers(refs=read_refs(text))


class Meets(_Mark):
    def read(self, text: str) -> nodes.Element:
        return meets(numbers=read_numbers(text))


def _refuse_inline(doctree: nodes.document) -> None:
    """Refuse the directive on one line: three backticks on both sides make it code to be shown."""
    for literal in doctree.findall(nodes.literal):
        for name in ("covers", "meets"):
            if literal.astext().lstrip().startswith(f"{{{name}}}"):
                logger.warning(
                    "`{%s}` stands on one line: close it on the next, or it is shown as code",
                    name,
                    location=literal,
                    type="course",
                    subtype=name,
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
    for mark in list(doctree.findall(meets)):
        mark.parent.remove(mark)


def setup(app: Sphinx) -> None:
    app.add_node(covers)
    app.add_node(meets)
    app.add_directive("covers", Covers)
    app.add_directive("meets", Meets)
    app.connect("doctree-read", _record)
