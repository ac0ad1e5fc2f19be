"""What the course's own directives share: an HTML element as a node, assets, and their records.

A directive puts `element` nodes into the page and names the scripts and style sheets that they
need; a page that has none of them loads none. What must be known over the whole book (a card's id,
say) is kept in the build environment, one list a page, so that a page read again replaces its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class element(nodes.General, nodes.TextElement):
    """An HTML element: `tag`, `attrs` (name to value), `assets` (files below `_static`).

    It may hold text or blocks; Sphinx wants a reference's parent to be a `TextElement`.
    """


class frame(nodes.General, nodes.Element):
    """An `element` that holds blocks only.

    To docutils a `TextElement` is one run of words: an entry that starts with a quoted word would
    get a closing quote for its opening one, as if it stood right behind the entry's name.
    """


def make(tag: str, *children: nodes.Node, classes: str = "", **attrs: str) -> element:
    """Return an `element` with an underscore in an attribute's name read as a hyphen."""
    named = {name.strip("_").replace("_", "-"): value for name, value in attrs.items()}
    made = element("", "", *children, tag=tag, attrs=named, assets=[])
    made["classes"] += classes.split()
    return made


def make_frame(tag: str, *children: nodes.Node, classes: str) -> frame:
    """Return a `frame` around `children`."""
    return frame("", *children, tag=tag, attrs={}, assets=[], classes=classes.split())


def _visit(translator: Any, node: element | frame) -> None:
    translator.body.append(translator.starttag(node, node["tag"], "", **node["attrs"]))


def _depart(translator: Any, node: element | frame) -> None:
    translator.body.append(f"</{node['tag']}>")


def _pass(translator: Any, node: element | frame) -> None:
    """In a form that is not HTML the children speak for themselves."""


class CourseDirective(SphinxDirective):
    """A directive that refuses bad input with the page and the line."""

    def refuse(self, message: str, line: int | None = None) -> None:
        """Let the build fail with `message`, at `line` or else at the directive."""
        place = (self.env.docname, self.lineno if line is None else line)
        logger.warning(message, location=place, type="course", subtype=self.name)

    def line(self, index: int) -> int:
        """Return the page's line of the content's line `index`."""
        return self.lineno + 1 + self.content_offset + index

    def blocks(self, lines: list[str], index: int) -> list[nodes.Node]:
        """Parse `lines`, the content from line `index` on, as paragraphs, lists and so on."""
        box = nodes.container()
        self.state.nested_parse(StringList(lines), self.content_offset + index, box)
        return box.children

    def inline(self, text: str, line: int) -> list[nodes.Node]:
        """Parse `text` as the words and formulas of one line."""
        parsed, messages = self.state.inline_text(text, line)
        # MyST wraps what it read in a paragraph.
        if len(parsed) == 1 and isinstance(parsed[0], nodes.paragraph):
            parsed = parsed[0].children
        return [*parsed, *messages]

    def take_id(self, kind: str, name: str) -> bool:
        """Record `name` as one of this page's `kind`, or refuse a malformed one."""
        if not _ID.fullmatch(name):
            self.refuse(
                f"{kind} id {name!r}: use small letters, digits and hyphens, "
                "such as sigmoid-symmetry"
            )
            return False
        record(self.env, kind).append((name, self.lineno))
        return True


def records(env: BuildEnvironment) -> dict[str, dict[str, list[Any]]]:
    """Return what is recorded over the book: page, then kind, then the list of records."""
    found: dict[str, dict[str, list[Any]]] = vars(env).setdefault("course_records", {})
    return found


def record(env: BuildEnvironment, kind: str) -> list[Any]:
    """Return the list of the page that is being read, of this kind, to append to."""
    return records(env).setdefault(env.docname, {}).setdefault(kind, [])


def recorded(env: BuildEnvironment, kind: str) -> Iterator[tuple[str, Any]]:
    """Yield (page, record) of this kind over the whole book."""
    for page, kinds in sorted(records(env).items()):
        for one in kinds.get(kind, []):
            yield page, one


def pages_in_order(env: BuildEnvironment) -> list[str]:
    """Return the pages of the book in the order of its table of contents."""
    order: list[str] = []

    def walk(page: str) -> None:
        if page not in order:
            order.append(page)
            for below in env.toctree_includes.get(page, []):
                walk(below)

    walk(env.config.root_doc)
    return order


def refuse_twins(kind: str) -> Callable[[Sphinx, BuildEnvironment], None]:
    """Return a check that no two of this kind in the book have one id."""

    def check(app: Sphinx, env: BuildEnvironment) -> None:
        first: dict[str, tuple[str, int]] = {}
        for page, (name, line) in recorded(env, kind):
            if name in first:
                where = f"{first[name][0]}.md:{first[name][1]}"
                logger.warning(
                    "%s id %r is taken, in %s: an id is unique over the book",
                    kind,
                    name,
                    where,
                    location=(page, line),
                    type="course",
                    subtype=kind,
                )
            else:
                first[name] = (page, line)

    return check


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    records(env).pop(docname, None)


def _merge(
    app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment
) -> None:
    theirs = records(other)
    records(env).update({page: theirs[page] for page in docnames if page in theirs})


def _load_assets(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    if doctree is None:
        return
    wanted: dict[str, None] = {}
    for node in doctree.findall(lambda one: isinstance(one, element | frame)):
        wanted.update(dict.fromkeys(node["assets"]))
    for name in wanted:
        if name.endswith(".css"):
            app.add_css_file(name, priority=800)
        else:
            # Deferred scripts run in this order, after the page is read; from the disk, too.
            app.add_js_file(name, loading_method="defer", priority=800)


def setup(app: Sphinx) -> None:
    for kind in (element, frame):
        app.add_node(
            kind,
            html=(_visit, _depart),
            latex=(_pass, _pass),
            text=(_pass, _pass),
        )
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("html-page-context", _load_assets)
