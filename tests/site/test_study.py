"""Self-checks and flashcards: what the build refuses, and how they behave in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ce_lib.site.build import SiteError, build_site
from ce_lib.site.covers import read_refs
from ce_lib.site.flashcards import split_card
from ce_lib.site.questions import read_options
from tests.site.waiting import settle

GOOD = ["- [ ] a", "  No: $b$.", "- [x] b", "  Yes,", "", "  because.", "- [ ] c", "  No."]


def test_options_are_read_with_their_feedback():
    before, options = read_options(["Which?", "", *GOOD])
    assert before == ["Which?", ""]
    assert [(o.text, o.right, o.index) for o in options] == [
        ("a", False, 2),
        ("b", True, 4),
        ("c", False, 8),
    ]
    assert options[1].feedback == ["Yes,", "", "because."]


def test_a_wrong_option_may_stand_for_a_misconception():
    mistake = "  :misconception: ps2/sigmoid/step"
    _, options = read_options([GOOD[0], mistake, *GOOD[1:]])
    assert [o.misconception for o in options] == ["ps2/sigmoid/step", "", ""]
    assert options[0].feedback == ["", "No: $b$."], "lines keep their numbers"
    with pytest.raises(ValueError, match="the right option is no misconception"):
        read_options([*GOOD[:3], mistake, *GOOD[3:]])
    with pytest.raises(ValueError, match="belongs to no option"):
        read_options([GOOD[0], mistake.strip(), *GOOD[1:]])


@pytest.mark.parametrize(
    ("lines", "said", "index"),
    [
        ([*GOOD[:6], "- [x] c", "  No."], "2 right options", None),
        ([line.replace("[x]", "[ ]") for line in GOOD], "0 right options", None),
        (GOOD[:6], "2 options: give at least 3", None),
        ([*GOOD[:6], "- [ ] c"], "“c” has no feedback: say why it is wrong", 6),
        ([*GOOD[:2], "- [x] b", *GOOD[6:]], "“b” has no feedback: say why it is right", 2),
        ([*GOOD, "No."], "belongs to no option", 8),
        (["- a", *GOOD], "belongs to no option", 0),
        ([], "0 options", None),
    ],
)
def test_a_question_that_is_none_is_refused_at_its_line(lines, said, index):
    with pytest.raises(ValueError, match=said) as caught:
        read_options(lines)
    assert caught.value.args[1] == index


def test_card_is_cut_at_the_first_rule():
    assert split_card(["a", "---", "b", "---", "c"]) == (["a"], ["b", "---", "c"])


@pytest.mark.parametrize(
    ("lines", "said"),
    [(["a"], "no back"), (["a", "---", " "], "back .* empty"), (["---", "b"], "front .* empty")],
)
def test_a_card_without_two_sides_is_refused(lines, said):
    with pytest.raises(ValueError, match=said):
        split_card(lines)


def test_statements_are_read():
    assert read_refs("A14 B22, A4b") == ["A14", "B22", "A4b"]


@pytest.mark.parametrize("text", ["", "A", "C3", "A14-B2", "14"])
def test_what_is_no_statement_is_refused(text):
    with pytest.raises(ValueError, match="statement"):
        read_refs(text)


BAD_PAGE = """# Bad

```{covers} A14 X22
```

```{covers} A14```

```{question} Two right?
:name: bad-two
- [x] a
  a
- [x] b
  b
- [ ] c
  c
```

```{question} No name?
- [ ] a
  a
- [x] b
  b
- [ ] c
  c
```

```{question} A bad name?
:name: Bad Name
- [ ] a
  a
- [x] b
  b
- [ ] c
  c
```

```{flashcard} study-derivative
The same id as on another page.
---
Yes.
```

```{flashcard} bad-back
No back.
```

```{interactive} nowhere
:alt: nothing
A figure that there is not.
```

```{interactive} softmax
No alt text.
```

```{question} Two lines below, an option has no feedback.
:name: bad-feedback
- [ ] a
- [x] b
  b
- [ ] c
  c
```

```{library}
nowhere
```
"""

SAID = {
    3: "'X22' is no statement of the source",
    6: "`{covers}` stands on one line",
    8: "this question has 2 right options",
    18: "this question has no id",
    27: "question id 'Bad Name': use small letters",
    37: "this page has flashcards and shows none",
    43: "this card has no back",
    47: "there is no interactive figure 'nowhere': there are code-length, ",
    52: "this figure has no alt text",
    65: "there is no module ce_lib.nowhere",
    58: "the option “a” has no feedback",
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory, make_book):
    twin = "# A\n\n```{flashcard} study-derivative\nA?\n---\nB.\n```\n\n```{flashcards}\n```\n"
    empty = "# No cards\n\n```{flashcards}\n```\n"
    pages = {"index": "# Book\n", "a": twin, "bad": BAD_PAGE, "empty": empty}
    with pytest.raises(SiteError) as caught:
        build_site(make_book(tmp_path_factory.mktemp("bad"), pages))
    return caught.value.problems


@pytest.mark.slow
class TestRefused:
    @pytest.mark.parametrize("line", SAID)
    def test_by_page_and_line(self, refused, line):
        found = [(p.line, p.message) for p in refused if p.file == "book/bad.md"]
        assert [at for at, message in found if SAID[line] in message] == [line], found

    def test_twins_and_a_deck_without_cards(self, refused):
        messages = [str(problem) for problem in refused]
        assert any(
            "flashcard id 'study-derivative' is taken, in book/a.md:3" in m for m in messages
        )
        assert "book/empty.md:3: this page has no flashcards to show" in messages

    def test_nothing_else(self, refused):
        assert len(refused) == len(SAID) + 2, [str(problem) for problem in refused]


FACTS = """() => ({
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  unlabelled: [...document.querySelectorAll("article input")].filter((e) =>
    !e.labels.length || !e.labels[0].textContent.trim()).length,
  nameless: [...document.querySelectorAll("article button")].filter((e) =>
    !e.textContent.trim() && !e.getAttribute("aria-label")).length,
  moving: document.getAnimations().length,
})"""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_page_fits_and_is_labelled(open_study, width, scheme):
    page = open_study("study", width, scheme, reduced_motion="reduce")
    for question in page.locator(".question").all():
        question.locator("input").nth(1).check()
    page.locator(".flashcards summary").first.click()
    nothing = {"overflow": 0, "unlabelled": 0, "nameless": 0, "moving": 0}
    assert page.evaluate(FACTS) == nothing


@pytest.mark.slow
class TestQuestions:
    def test_says_why_in_words_and_counts(self, open_study):
        page = open_study("study")
        question = page.get_by_role("radiogroup").first
        answer = question.get_by_role("status")
        assert answer.inner_text() == ""
        assert not question.get_by_text("even function").is_visible()
        question.get_by_label("are equal").check()
        assert "Not right." in answer.inner_text()
        assert "even function" in answer.inner_text()
        assert answer.locator(".katex").count() == 1
        question.get_by_label("sum to one").check()
        assert "Not right." not in answer.inner_text()
        assert "Right." in answer.inner_text()
        assert page.get_by_text("1 of 2 answered rightly").is_visible()
        page.get_by_role("button", name="Clear my answers").click()
        assert answer.inner_text() == ""
        assert page.get_by_text("0 of 2 answered rightly").is_visible()

    def test_an_option_that_is_a_formula_has_a_name(self, open_study):
        page = open_study("study")
        assert page.get_by_role("radio", name=r"\tfrac{4}{5}").count() == 1

    def test_from_the_keyboard(self, open_study):
        page = open_study("study")
        question = page.get_by_role("radiogroup").first
        question.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        assert "Not right." in question.get_by_role("status").inner_text()
        page.keyboard.press("ArrowDown")
        assert question.get_by_role("radio").nth(1).is_checked()
        assert "Right." in question.get_by_role("status").inner_text()

    def test_answers_stay_in_this_browser_alone(self, open_study):
        page = open_study("study")
        page.get_by_label("are equal").check()
        page.reload()
        settle(page)
        assert page.get_by_label("are equal").is_checked()
        assert "even function" in page.get_by_role("status").first.inner_text()
        assert page.context.cookies() == []
        kept = page.evaluate("Object.entries(localStorage).filter(([k]) => k.includes(':'))")
        assert kept == [["cross-entropy:question:study-symmetry", "0"]]

    def test_answers_go_to_a_file_and_come_back(self, open_study, tmp_path):
        page = open_study("study")
        page.get_by_label("sum to one").check()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save all to a file").click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert json.loads(path.read_text()) == {"question:study-symmetry": "1"}

        path.write_text('{"question:study-symmetry": "1", "theme": "x", "card:study-less": 3}')
        other = open_study("study")
        with other.expect_file_chooser() as chooser:
            other.get_by_role("button", name="Load", exact=True).click()
        chooser.value.set_files(path)
        other.get_by_text("1 of 2 answered rightly").wait_for()
        assert other.get_by_label("sum to one").is_checked()
        kept = other.evaluate("Object.keys(localStorage).filter((key) => key.includes(':'))")
        assert kept == ["cross-entropy:question:study-symmetry"]

    def test_a_file_of_something_else_is_refused_in_words(self, open_study, tmp_path):
        page = open_study("study")
        (tmp_path / "other.json").write_text("not json")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Load", exact=True).click()
        chooser.value.set_files(tmp_path / "other.json")
        page.get_by_text("This file holds no answers").wait_for()

    def test_works_where_storage_is_refused(self, open_study):
        page = open_study("study")
        page.add_init_script(
            "for (const name of ['getItem', 'setItem', 'removeItem']) {"
            "  const old = Storage.prototype[name];"
            "  Storage.prototype[name] = function (key, ...rest) {"
            "    if (String(key).startsWith('cross-entropy:')) throw new Error('refused');"
            "    return old.call(this, key, ...rest); }; }"
        )
        page.reload()
        settle(page)
        page.get_by_label("are equal").check()
        assert "Not right." in page.get_by_role("status").first.inner_text()

    def test_without_javascript_each_option_opens(self, open_study):
        page = open_study("study", java_script_enabled=False)
        option = page.locator(".question").first.locator("li").nth(1)
        assert option.get_by_text("sum to one").is_visible()
        assert not option.get_by_text("By symmetry").is_visible()
        option.locator("summary").click()
        assert option.get_by_text("By symmetry").is_visible()
        assert option.get_by_text("Right.", exact=True).is_visible()


@pytest.mark.slow
class TestFlashcards:
    def shown(self, page: Any) -> str:
        (card,) = [
            card for card in page.locator(".flashcards li[data-card]").all() if card.is_visible()
        ]
        return str(card.get_attribute("data-card"))

    def test_from_the_keyboard(self, open_study):
        page = open_study("study")
        deck = page.locator(".flashcards")
        deck.locator("summary").first.focus()
        back = deck.locator(".flashcard-back").first
        assert not back.is_visible()
        page.keyboard.press("Space")
        assert back.is_visible()
        page.keyboard.press("Enter")
        assert not back.is_visible()
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowRight")
        assert self.shown(page) == "study-less"
        assert not deck.locator(".flashcard-back").nth(1).is_visible(), "it starts unturned"
        page.keyboard.press("Space")
        assert deck.locator(".flashcard-back").nth(1).is_visible()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        assert self.shown(page) == "study-third", "it goes round"
        assert deck.get_by_role("status").inner_text() == "Card 3 of 3"

    def test_buttons_and_what_is_known(self, open_study):
        page = open_study("study", 360)
        deck = page.locator(".flashcards")
        deck.get_by_role("button", name="Turn").click()
        assert deck.locator(".flashcard-back").first.is_visible()
        known = deck.get_by_role("button", name="I knew it")
        known.click()
        assert known.get_attribute("aria-pressed") == "true"
        assert deck.get_by_role("status").inner_text() == "Card 1 of 3, 1 known"
        deck.get_by_role("button", name="Next").click()
        assert known.get_attribute("aria-pressed") == "false"
        page.reload()
        settle(page)
        assert deck.get_by_role("status").inner_text() == "Card 1 of 3, 1 known"

    def test_stand_at_the_end_and_not_where_they_are_written(self, open_study):
        page = open_study("study", java_script_enabled=False)
        assert page.locator("li[data-card]").count() == 3
        assert page.locator("section#flashcards li[data-card]").count() == 3

    def test_without_javascript_all_are_there_and_open(self, open_study):
        page = open_study("study", java_script_enabled=False)
        cards = page.locator(".flashcards li")
        second = cards.filter(has_text="Which side")
        assert second.locator(".katex-display").first.is_visible()
        assert not second.get_by_text("The second").is_visible()
        second.locator("summary").click()
        assert second.get_by_text("The second").is_visible()

    def test_paper_shows_every_question(self, open_study):
        page = open_study("study")
        page.emulate_media(media="print")
        cards = page.locator("li[data-card]").all()
        assert [card.is_visible() for card in cards] == [True] * 3
        assert not page.get_by_role("button", name="Turn").is_visible()
