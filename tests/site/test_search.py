"""The search of the built book, from the disk and from a server."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest

from benchmarks.browsing import served
from ce_lib.site.build import build_site

pytestmark = pytest.mark.slow

# what a reader types, and a page that must be among what is found
QUERIES = {
    "Kullback": "information.html",  # a name
    "sigma": "notation.html",  # a symbol
    "log-sum-exp": "softmax-training.html",  # a term
    "odds": "glossary.html#term-odds",  # a word of the glossary, at its place
    "binary_cross_entropy": "library.html#ce_lib.losses.binary_cross_entropy",  # a function
    "Gibbs inequality": "information.html",  # a theorem
    "strictly increasing": "maximum-likelihood.html",  # two words of the text
}
DONE = "/Search finished|did not match/.test(document.querySelector('#search-results').innerText)"


def results(browser, root, query):
    """Search, and return links and excerpts of what is found, and all that went wrong."""
    wrong = []
    page = browser.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url))
    page.on(
        "console", lambda message: wrong.append(message.text) if message.type == "error" else None
    )
    page.goto(f"{root}/search.html?q={quote(query)}")
    page.wait_for_function(DONE)
    if root.startswith("http"):
        # each excerpt is read from its page
        page.wait_for_load_state("networkidle")
    links = page.eval_on_selector_all("#search-results li > a", "all => all.map(e => e.href)")
    texts = page.eval_on_selector_all(
        "#search-results p.context", "all => all.map(e => e.innerText)"
    )
    page.close()
    return [re.sub(r"\?highlight=[^#]*", "", link) for link in links], texts, wrong


@pytest.mark.parametrize("where", ["disk", "server"])
def test_terms_symbols_theorems_and_functions_are_found(browser, site, where):
    with served(site) as address:
        root = f"file://{site}" if where == "disk" else address
        for query, wanted in QUERIES.items():
            links, texts, wrong = results(browser, root, query)
            assert wrong == [], query
            assert f"{root}/book/{wanted}" in links, (query, links)
            # A page from the disk may not read another: no excerpts, and no failure.
            assert bool(texts) == (where == "server"), query


def test_excerpts_are_prose(browser, site):
    with served(site) as address:
        _, texts, _ = results(browser, address, "likelihood")
    assert texts
    for text in texts:
        assert "Source (.md)" not in text
        assert not re.search(r"\\[a-z]{2,}", text), f"LaTeX in an excerpt: {text}"
        # KaTeX writes each formula as MathML, as LaTeX and in boxes
        assert not re.search(r"([A-Z])\1\1", text), f"a formula three times: {text}"


def test_what_is_not_there_is_not_found(browser, site):
    links, _, wrong = results(browser, f"file://{site}", "zyzzyva")
    assert (links, wrong) == ([], [])


def test_a_reader_searches_from_a_chapter_by_keyboard(browser, site):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"file://{site}/book/softmax.html")
    assert not [url for url in asked if "search" in url.rsplit("/", 1)[-1]]
    page.keyboard.press("Control+k")
    page.keyboard.type("entropy")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=entropy**")
    page.wait_for_function(DONE)
    assert page.locator("#search-results li").count() > 3
    page.close()


def test_words_of_the_index_outlast_the_edit_of_another_page(tmp_path, make_book):
    pages = {
        "index": "# Book\n",
        "words": "# Words\n\n```{glossary}\nodds\n  A ratio.\n```\n",
        "other": "# Other\n\n```{index} logit\n```\n\nText.\n",
    }
    root = make_book(tmp_path, pages)
    html = build_site(root)

    def known():
        entries = json.loads(
            (html / "searchindex.js").read_text("utf-8")[len("Search.setIndex(") : -1]
        )
        return set(entries["indexentries"])

    assert known() == {"odds", "logit"}
    page = root / "book" / "other.md"
    page.write_text(page.read_text("utf-8").replace("Text.", "More text."), "utf-8")
    build_site(root)
    assert known() == {"odds", "logit"}
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n  - file: book/words\n", "utf-8"
    )
    page.unlink()
    build_site(root)
    assert known() == {"odds"}
