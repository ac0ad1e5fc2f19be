"""The deck, read back by Anki itself."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes

from ce_lib.site.anki import DECK, Card, stable_id, to_html, write_deck

CARDS = [
    Card(
        "sigmoid-derivative",
        "<p>Derivative?</p>",
        r"<p>\(s'(u) = s(u)\,(1 - s(u))\)</p>",
        "Sigmoid",
    ),
    Card("sigmoid-symmetry", r"<p>\(1 - s(u)\)?</p>", r"<p>\[ s(-u) \]</p>", "Sigmoid & more"),
]


@pytest.fixture
def collection(tmp_path):
    collections = pytest.importorskip("anki.collection")
    opened = collections.Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def read_in(collection: Any, path: Path) -> None:
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    options = ImportAnkiPackageOptions()
    collection.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(path), options=options)
    )


def notes(collection: Any) -> dict[str, dict[str, str]]:
    found = [collection.get_note(number) for number in collection.find_notes("")]
    return {note["Id"]: dict(note.items()) for note in found}


def test_ids_are_the_same_for_ever():
    # A change here would give every learner each card a second time.
    assert stable_id("note type") == 1956200767
    assert stable_id("deck") == 1643787722
    assert all(1 << 30 <= stable_id(str(i)) < 1 << 31 for i in range(100))


def test_anki_reads_the_cards(collection, tmp_path):
    pytest.importorskip("genanki")
    assert write_deck(CARDS, tmp_path / "a" / "deck.apkg", timestamp=1.7e9) == 2
    read_in(collection, tmp_path / "a" / "deck.apkg")
    found = notes(collection)
    assert set(found) == {"sigmoid-derivative", "sigmoid-symmetry"}
    assert found["sigmoid-derivative"]["Back"] == r"<p>\(s'(u) = s(u)\,(1 - s(u))\)</p>"
    assert found["sigmoid-symmetry"]["Chapter"] == "Sigmoid &amp; more"
    (card,) = collection.find_cards("Id:sigmoid-symmetry")
    shown = collection.get_card(card)
    assert r"\(1 - s(u)\)?" in shown.question()
    assert r"\[ s(-u) \]" in shown.answer()
    assert collection.decks.name(shown.did) == "Cross-entropy"


def test_a_new_edition_updates_and_forgets_nothing(collection, tmp_path):
    pytest.importorskip("genanki")
    path = tmp_path / "deck.apkg"
    write_deck(CARDS, path, timestamp=1.7e9)
    read_in(collection, path)
    (number,) = collection.find_cards("Id:sigmoid-derivative")
    learnt = collection.get_card(number)
    learnt.type, learnt.queue, learnt.ivl, learnt.reps = 2, 2, 30, 5
    collection.update_card(learnt)

    edited = dataclasses.replace(CARDS[0], back=r"<p>\(s(u) s(-u)\)</p>")
    new = Card("sigmoid-new", "<p>New?</p>", "<p>Yes.</p>", "Sigmoid")
    write_deck([new, edited, CARDS[1]], path, timestamp=1.8e9)
    read_in(collection, path)
    read_in(collection, path)

    found = notes(collection)
    assert set(found) == {"sigmoid-derivative", "sigmoid-symmetry", "sigmoid-new"}
    assert collection.note_count() == collection.card_count() == 3
    assert found["sigmoid-derivative"]["Back"] == r"<p>\(s(u) s(-u)\)</p>"
    (again,) = collection.find_cards("Id:sigmoid-derivative")
    assert again == number
    assert (collection.get_card(again).ivl, collection.get_card(again).reps) == (30, 5)


def test_the_same_deck_twice_is_refused(tmp_path):
    pytest.importorskip("genanki")
    with pytest.raises(ValueError, match="two flashcards have the id 'sigmoid-derivative'"):
        write_deck([CARDS[0], CARDS[0]], tmp_path / "deck.apkg")


def test_a_page_becomes_html_that_anki_sets():
    paragraph = nodes.paragraph(
        "",
        "",
        nodes.Text("If "),
        nodes.math("", "a < b"),
        nodes.Text(" & "),
        nodes.strong("", "so"),
        nodes.literal("", "x<y"),
    )
    assert to_html(paragraph) == (
        r"<p>If \(a &lt; b\) &amp; <strong>so</strong><code>x&lt;y</code></p>"
    )
    block = nodes.math_block("", r"a &= b \\ &= c")
    assert to_html(block) == (r"<p>\[\begin{aligned}a &amp;= b \\ &amp;= c\end{aligned}\]</p>")


def test_a_figure_in_a_card_is_refused():
    with pytest.raises(ValueError, match="a flashcard cannot hold this: image"):
        to_html(nodes.paragraph("", "", nodes.image(uri="a.svg")))


@pytest.mark.slow
def test_the_site_offers_its_cards(study, collection):
    pytest.importorskip("genanki")
    read_in(collection, study.parent / DECK)
    found = notes(collection)
    assert set(found) == {"study-derivative", "study-less", "study-third"}
    assert found["study-derivative"]["Back"] == r"<p>\(s'(u) = s(u)\,(1 - s(u))\)</p>"
    assert r"\[" in found["study-less"]["Front"]
    assert "<code>exp</code>" in found["study-less"]["Back"]
    assert found["study-less"]["Chapter"] == "Study"
    assert f'href="../{DECK}"' in (study / "study.html").read_text(encoding="utf-8")
