r"""The flashcards of the whole book as one deck for Anki.

Every id in the deck is made from a name that never changes, so Anki knows a card of a new edition
again: its text is updated, and what the learner has learnt of it stays. Formulas are written
`\( \)` and `\[ \]`, which Anki's own MathJax sets.

`genanki` writes the file (MIT licence; package extra `book`). Without it the site has no deck.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from ce_lib.site.elements import element, pages_in_order, recorded
from ce_lib.site.mathematics import prepare

logger = logging.getLogger(__name__)

DECK = "cards/cross-entropy.apkg"  # below the site's top level

# Never change these: a learner's Anki would take the cards for new ones.
_DECK_NAME = "Cross-entropy"
_NOTE_TYPE = "Cross-entropy course"
_FIELDS = ("Front", "Back", "Chapter", "Id")

_STYLE = """\
.card { font-family: Charter, Georgia, serif; font-size: 20px; line-height: 1.5; text-align: left;
  max-width: 36em; margin: 0 auto; padding: 1em; }
.chapter { color: #6b7280; font: 13px sans-serif; }
pre, code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.85em; }
"""
_FRONT = '<div class="chapter">{{Chapter}}</div>\n{{Front}}'
_BACK = "{{FrontSide}}\n<hr id=answer>\n{{Back}}"

_TAGS = {
    nodes.paragraph: "p",
    nodes.emphasis: "em",
    nodes.strong: "strong",
    nodes.literal: "code",
    nodes.literal_block: "pre",
    nodes.bullet_list: "ul",
    nodes.enumerated_list: "ol",
    nodes.list_item: "li",
    nodes.subscript: "sub",
    nodes.superscript: "sup",
}
_BARE = (nodes.container, nodes.inline, nodes.reference, nodes.target, nodes.abbreviation, element)


@dataclass(frozen=True)
class Card:
    """One card: its id, the HTML of both sides, and the title of the chapter that has it."""

    name: str
    front: str
    back: str
    chapter: str


def stable_id(name: str) -> int:
    """Return the number that stands for `name` in every edition, as Anki wants it: 2^30 to 2^31."""
    digest = hashlib.sha256(f"cross-entropy course: {name}".encode()).digest()
    return (1 << 30) + int.from_bytes(digest[:8], "big") % (1 << 30)


def to_html(node: nodes.Node) -> str:
    r"""Return a part of a page as HTML for Anki.

    Raises
    ------
    ValueError
        If it holds what a card cannot show, such as a figure.
    """
    if isinstance(node, nodes.Text):
        return escape(node.astext(), quote=False)
    if isinstance(node, nodes.math):
        return rf"\({escape(prepare(node.astext(), display=False), quote=False)}\)"
    if isinstance(node, nodes.math_block):
        return rf"<p>\[{escape(prepare(node.astext(), display=True), quote=False)}\]</p>"
    if isinstance(node, nodes.comment | nodes.target) and not node.children:
        return ""
    inside = "".join(map(to_html, node.children))
    if isinstance(node, element):
        return f"<p>{inside}</p>" if "flashcard-line" in node["classes"] else inside
    if isinstance(node, _BARE):
        return inside
    for kind, tag in _TAGS.items():
        if isinstance(node, kind):
            return f"<{tag}>{inside}</{tag}>"
    raise ValueError(f"a flashcard cannot hold this: {node.tagname}")


def cards_of(doctree: nodes.document, chapter: str) -> Iterator[Card]:
    """Yield the cards of a finished page.

    Raises
    ------
    ValueError
        If one holds what a card cannot show; the message names the card.
    """
    for item in doctree.findall(lambda n: isinstance(n, element) and "data-card" in n["attrs"]):
        name = item["attrs"]["data-card"]
        details = item.children[0]
        try:
            front, back = ("".join(map(to_html, side.children)) for side in details.children)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
        yield Card(name, front, back, chapter)


def write_deck(cards: Iterable[Card], path: Path, *, timestamp: float | None = None) -> int:
    """Write the cards to the file `path`, and return how many there are.

    Parameters
    ----------
    cards
        In the order in which they are to be learnt.
    path
        An `.apkg` file; it is replaced.
    timestamp
        Seconds since 1970. Anki updates a card only from a deck later than its own. If not
        given: `SOURCE_DATE_EPOCH` of the environment, or else now.

    Raises
    ------
    ImportError
        If `genanki` is not installed.
    ValueError
        If two cards have the same id.
    """
    import genanki

    if timestamp is None:
        timestamp = float(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    note_type = genanki.Model(
        stable_id("note type"),
        _NOTE_TYPE,
        fields=[{"name": name} for name in _FIELDS],
        templates=[{"name": "Card", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )
    deck = genanki.Deck(stable_id("deck"), _DECK_NAME)
    seen: set[str] = set()
    for card in cards:
        if card.name in seen:
            raise ValueError(f"two flashcards have the id {card.name!r}")
        seen.add(card.name)
        note = genanki.Note(
            model=note_type,
            fields=[card.front, card.back, escape(card.chapter, quote=False), card.name],
            guid=genanki.guid_for("cross-entropy course", card.name),
            tags=[card.name.split("-")[0]],
            due=len(seen),
        )
        deck.add_note(note)
    path.parent.mkdir(parents=True, exist_ok=True)
    genanki.Package(deck).write_to_file(str(path), timestamp=timestamp)
    return len(seen)


def _can_write() -> bool:
    return importlib.util.find_spec("genanki") is not None


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html" or not _can_write():
        return
    # To read all chapters again takes longer than to write one: a page not written this time has
    # the cards that it had.
    kept, deck = Path(app.doctreedir, "cards.json"), Path(app.outdir, DECK)
    before: dict[str, list[list[str]]] = {}
    if kept.is_file() and deck.is_file():
        before = json.loads(kept.read_text(encoding="utf-8"))
    now: dict[str, list[list[str]]] = {}
    written = vars(app).get("course_written", set())
    having = {page for page, _ in recorded(app.env, "flashcard")}
    for page in pages_in_order(app.env):
        if page not in having:
            continue
        if page in before and page not in written:
            now[page] = before[page]
            continue
        doctree = app.env.get_and_resolve_doctree(page, app.builder)
        try:
            cards = list(cards_of(doctree, app.env.titles[page].astext()))
            now[page] = [[card.name, card.front, card.back, card.chapter] for card in cards]
        except ValueError as error:
            logger.warning(str(error), location=page, type="course", subtype="flashcard")
    if now and (now != before or list(now) != list(before)):
        write_deck([Card(*one) for page in now.values() for one in page], deck)
        kept.write_text(json.dumps(now), encoding="utf-8")


def _note_written(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    vars(app).setdefault("course_written", set()).add(pagename)


def _lead_to_deck(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give each link to the deck its address, or take it away where there is no deck."""
    for link in list(
        doctree.findall(lambda n: isinstance(n, element) and "data-deck" in n["attrs"])
    ):
        if _can_write() and app.builder.name == "html":
            here: Any = app.builder.get_target_uri(docname)
            link["attrs"]["href"] = relative_uri(here, DECK)
        else:
            link.parent.parent.remove(link.parent)


def setup(app: Sphinx) -> None:
    app.connect("doctree-resolved", _lead_to_deck)
    app.connect("html-page-context", _note_written)
    app.connect("build-finished", _write, priority=600)
