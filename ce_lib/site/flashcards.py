"""`{flashcard}` beside the text that it tests, and `{flashcards}`, which shows those of the page.

    ```{flashcard} sigmoid-derivative
    What is the derivative of the sigmoid, in terms of the sigmoid?
    ---
    $s'(u) = s(u)\\,(1 - s(u))$
    ```

The id of a card is for ever: by it a learner's Anki knows the card again in a new edition
(`ce_lib.site.anki`).
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from ce_lib.site.elements import CourseDirective, element, make, refuse_twins

logger = logging.getLogger(__name__)


class flashcard(nodes.General, nodes.Element):
    """A card where it was written; it has two children, front and back, and attribute `card`."""


class flashcards(nodes.General, nodes.Element):
    """The place where the cards of the page are shown."""


def split_card(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the front and the back of a card, which stand above and below the first `---`.

    Raises
    ------
    ValueError
        If there is no such line, or a side is empty.
    """
    cut = next((i for i, line in enumerate(lines) if line.strip() == "---"), None)
    if cut is None:
        raise ValueError("this card has no back: put `---` between question and answer")
    front, back = lines[:cut], lines[cut + 1 :]
    for side, name in ((front, "front"), (back, "back")):
        if not any(line.strip() for line in side):
            raise ValueError(f"the {name} of this card is empty")
    return front, back


class Flashcard(CourseDirective):
    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        try:
            front, back = split_card(list(self.content))
        except ValueError as error:
            self.refuse(str(error))
            return []
        name = self.arguments[0]
        if not self.take_id("flashcard", name):
            return []
        card = flashcard(card=name)
        card += nodes.container("", *self.blocks(front, 0))
        card += nodes.container("", *self.blocks(back, len(front) + 1))
        self.set_source_info(card)
        return [card]


class Flashcards(CourseDirective):
    def run(self) -> list[nodes.Node]:
        place = flashcards()
        self.set_source_info(place)
        return [place]


def _gather(app: Sphinx, doctree: nodes.document) -> None:
    """Move the cards of a page to the place where they are shown."""
    cards = list(doctree.findall(flashcard))
    places = list(doctree.findall(flashcards))
    for card in cards:
        card.parent.remove(card)
    if cards and not places:
        logger.warning(
            "this page has flashcards and shows none: put `{flashcards}` near its end",
            location=cards[0],
            type="course",
            subtype="flashcards",
        )
    for place in places[1:] if cards else places:
        problem = "shows its flashcards twice" if cards else "has no flashcards to show"
        logger.warning("this page %s", problem, location=place, type="course", subtype="flashcards")
        place.parent.remove(place)
    if cards and places:
        places[0].replace_self(_deck(cards))


def _deck(cards: list[flashcard]) -> element:
    shown = []
    for card in cards:
        front, back = card.children
        question = make("summary", *_phrases(front.children), classes="flashcard-front")
        answer = make("div", *back.children, classes="flashcard-back")
        item = make("li", make("details", question, answer), data_card=card["card"])
        item["ids"].append(f"card-{card['card']}")
        shown.append(item)
    link = make("a", nodes.Text("All cards of the course as a deck for Anki"), data_deck="")
    paragraph = make("p", link, classes="flashcards-deck")
    deck = make("div", make("ol", *shown), paragraph, classes="flashcards")
    deck["assets"] += ["study.css", "store.js", "study.js"]
    return deck


def _phrases(blocks: list[Any]) -> list[nodes.Node]:
    """Return `blocks` with each paragraph as a span: a summary holds no paragraphs."""
    return [
        make("span", *block.children, classes="flashcard-line")
        if isinstance(block, nodes.paragraph)
        else block
        for block in blocks
    ]


def setup(app: Sphinx) -> None:
    app.add_node(flashcard)
    app.add_node(flashcards)
    app.add_directive("flashcard", Flashcard)
    app.add_directive("flashcards", Flashcards)
    # Before what looks at formulas and references of the finished page.
    app.connect("doctree-read", _gather, priority=400)
    app.connect("env-check-consistency", refuse_twins("flashcard"))
