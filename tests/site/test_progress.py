"""The reader's own progress: shown, saved, loaded and deleted in their browser alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ce_lib.site.build import SiteError, build_site
from ce_lib.site.bundle import split_page
from tests.site.test_light import PAGE
from tests.site.waiting import settle

pytestmark = pytest.mark.slow

HOME = """# Home

```{progress}
```
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, make_book: Any, study_page: str) -> Path:
    pages = {"index": HOME, "study": study_page}
    return build_site(make_book(tmp_path_factory.mktemp("progress"), pages)) / "book"


@pytest.fixture
def open_book(browser: Any, book: Path) -> Iterator[Callable[..., Any]]:
    """A function that opens a page from the disk, in a browser of its own or a known one."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def open_it(name: str, context: Any = None, refuse: bool = False, **options: Any) -> Any:
        if context is None:
            context = browser.new_context(**options)
            contexts.append(context)
        page = context.new_page()
        if refuse:
            # As in a private window of some browsers: even to look at it throws.
            page.add_init_script(
                "const get = () => { throw new DOMException('no', 'SecurityError'); };"
                "Object.defineProperty(window, 'localStorage', { get });"
            )
        page.on("request", lambda request: wrong.append(request.url)
                if not request.url.startswith(("file:", "blob:", "data:")) else None)  # fmt: skip
        page.goto(f"file://{book}/{name}.html")
        if options.get("java_script_enabled", True):
            settle(page)
        return page

    yield open_it
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert wrong == []
    assert cookies == []


def cells(page: Any) -> list[str]:
    return [str(text) for text in page.locator(".progress-table td").all_inner_texts()]


def test_shows_what_is_answered_and_known_on_other_pages(open_book):
    home = open_book("index")
    assert cells(home) == ["0 of 2", "0 of 3 known"]
    assert home.get_by_role("link", name="Study", exact=True).count() >= 1
    assert home.get_by_role("button", name="Delete all").is_disabled()

    study = open_book("study", home.context)
    study.get_by_label("are equal").check()
    # another tab hears of it without being loaded again
    home.get_by_text("1 of 2, 0 right").wait_for()
    study.get_by_label("sum to one").check()
    home.get_by_text("1 of 2, 1 right").wait_for()
    study.get_by_role("button", name="I knew it").click()
    home.get_by_text("1 of 3 known").wait_for()
    home.reload()
    assert cells(home) == ["1 of 2, 1 right", "1 of 3 known"]


def test_goes_to_a_file_and_to_another_browser(open_book, tmp_path):
    study = open_book("study")
    study.get_by_label("sum to one").check()
    study.get_by_role("button", name="I knew it").click()
    home = open_book("index", study.context)
    # what one page keeps reaches another in its own time
    home.get_by_text("1 of 3 known").wait_for()
    home.get_by_text("1 of 2, 1 right").wait_for()
    with home.expect_download() as download:
        home.get_by_role("button", name="Save to a file").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert json.loads(path.read_text()) == {
        "card:study-derivative": "known",
        "question:study-symmetry": "1",
    }

    other = open_book("index")
    with other.expect_file_chooser() as chooser:
        other.get_by_role("button", name="Load from a file").click()
    chooser.value.set_files(path)
    other.get_by_text("2 answers read.").wait_for()
    assert cells(other) == ["1 of 2, 1 right", "1 of 3 known"]
    study = open_book("study", other.context)
    assert study.get_by_label("sum to one").is_checked()


def test_what_a_page_from_the_disk_keeps_reaches_the_next(browser, tmp_path):
    # Chromium forgets one answer in ten of a page this short that looks into its storage at once
    head = re.search(r"<script>.*?</script>", split_page(PAGE)[0], re.DOTALL)[0]
    path = tmp_path / "page.html"
    path.write_text(f"<!DOCTYPE html><title>A page</title>{head}<p>Short.</p>")
    lost = 0
    for _ in range(40):
        context = browser.new_context()
        first, second = context.new_page(), context.new_page()
        first.goto(path.as_uri())
        first.evaluate("localStorage.setItem('theme', 'dark')")
        second.goto(path.as_uri())
        kept = second.evaluate("localStorage.getItem('theme')")
        lost += kept != "dark"
        context.close()
    assert lost == 0


@pytest.mark.parametrize(
    "text",
    ["", "not json", "[]", "null", '{"question:x": 3}', '{"mode": "dark"}', '{"card:": "x"}'],
)
def test_a_file_of_something_else_changes_nothing_and_is_refused_aloud(open_book, tmp_path, text):
    page = open_book("index")
    path = tmp_path / "other.json"
    path.write_text(text)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Load from a file").click()
    chooser.value.set_files(path)
    said = page.locator(".progress-box [role=status]")
    said.get_by_text("This file holds no answers of the course.").wait_for()
    assert cells(page) == ["0 of 2", "0 of 3 known"]


def test_is_deleted_only_when_asked_twice(open_book):
    study = open_book("study")
    study.get_by_label("sum to one").check()
    page = open_book("index", study.context)
    page.evaluate("localStorage.setItem('mode', 'dark')")
    delete = page.locator(".progress-box button").nth(2)
    delete.click()
    assert delete.inner_text() == "Really delete all?"
    assert cells(page)[0] == "1 of 2, 1 right"
    page.get_by_role("button", name="Save to a file").focus()
    assert delete.inner_text() == "Delete all", "who goes elsewhere has not said yes"
    delete.click()
    delete.click()
    assert cells(page) == ["0 of 2", "0 of 3 known"]
    assert page.locator(".progress-box [role=status]").inner_text() == "1 answers deleted."
    left = page.evaluate("Object.keys(localStorage).filter((key) => key.includes(':'))")
    assert left == []
    assert page.evaluate("localStorage.getItem('mode')") == "dark", "what is not ours stays"
    study.reload()
    assert not study.get_by_label("sum to one").is_checked()


def test_where_storage_throws_it_works_for_as_long_as_the_page(open_book):
    study = open_book("study", refuse=True)
    study.get_by_label("sum to one").check()
    assert study.get_by_text("1 of 2 answered rightly").is_visible()
    study.get_by_role("button", name="I knew it").click()
    assert "1 known" in study.locator(".flashcards [role=status]").inner_text()
    home = open_book("index", refuse=True)
    assert cells(home) == ["0 of 2", "0 of 3 known"]
    said = home.locator(".progress-box [role=status]").inner_text()
    assert said.startswith("This browser does not let the page remember anything")


def test_without_javascript_it_is_a_table_of_what_there_is(open_book):
    page = open_book("index", java_script_enabled=False)
    assert cells(page) == ["2", "3"]
    assert page.get_by_role("button", name="Delete all").count() == 0


def test_a_book_without_anything_to_count_is_refused(tmp_path, make_book):
    with pytest.raises(SiteError, match="there is no progress to show"):
        build_site(make_book(tmp_path, {"index": HOME}))
