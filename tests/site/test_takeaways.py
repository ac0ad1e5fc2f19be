"""The takeaways of all chapters on one page, and on paper."""

from __future__ import annotations

import re

import pytest

from ce_lib.site.build import SiteError, build_site
from ce_lib.site.coverage import read_report
from tests.site.waiting import settle

pytestmark = pytest.mark.slow

BOX = """
```{admonition} This chapter
:class: tip

**You will be able to**

- do it.
```
"""
# Enough words for a column, so that what is printed is more than a few lines.
WORDS = "Two scores decide what one cannot, and their difference is all that counts. "

FIRST = f"""# On $s(u)$
{BOX}
(a-target)=
## A section

- No takeaway.

## Takeaway

- Symmetry: $1 - s(u) = s(-u)$, see [the second](second.md).
  - Below it.
- {WORDS}

**Further reading.** None.
"""
SECOND = f"# The second\n{BOX}\n## Takeaways\n\n- See [there](#a-target) and the {{term}}`odds`.\n"
SECOND += f"- {WORDS * 3}\n"
WORDLIST = "# Words\n\n```{glossary}\nodds\n  A ratio.\n```\n"
PAGE = "# All on one page\n\n```{takeaways}\n```\n"
BOOK = {"index": "# Book\n", "second": SECOND, "first": FIRST, "all": PAGE, "words": WORDLIST}


@pytest.fixture(scope="module")
def book(tmp_path_factory, make_book):
    root = make_book(tmp_path_factory.mktemp("takeaways"), BOOK)
    build_site(root)
    return root


def body(book):
    html = (book / "_build" / "html" / "book" / "all.html").read_text(encoding="utf-8")
    return html[html.index('<div class="takeaways') : html.index("prev-next")]


def test_are_gathered_in_the_order_of_the_book(book):
    html = body(book)
    titles = re.findall(
        r'<h2[^>]*><a class="reference internal" href="([^"]+)">(.*?)</a></h2>', html
    )
    assert [address for address, _ in titles] == ["second.html", "first.html"]
    assert titles[0][1] == "The second"
    assert "katex" in titles[1][1], "a formula in a title is shown"
    assert len(re.findall(r"<li>", html)) == 2 + 3
    assert "Below it." in html
    assert "No takeaway" not in html
    assert "Further reading" not in html


def test_links_and_formulas_are_whole(book):
    html = body(book)
    assert 'href="first.html#a-target"' in html
    assert 'href="words.html#term-odds"' in html
    assert 'href="second.html"' in html
    assert re.search(r"<annotation[^>]*>1 - s\(u\) = s\(-u\)</annotation>", html)


def test_follow_a_change_of_a_chapter(book):
    page = book / "book" / "second.md"
    page.write_text(SECOND + "- One more.\n", encoding="utf-8")
    build_site(book)
    assert "One more." in body(book)
    page.write_text(SECOND, encoding="utf-8")


def test_a_chapter_without_takeaways_is_refused(tmp_path, make_book):
    poor = SECOND.replace("## Takeaways", "## What you take away")
    pages = {"index": "# Book\n", "second": poor, "plain": "# Plain\n\nNo chapter.\n", "all": PAGE}
    with pytest.raises(SiteError) as caught:
        build_site(make_book(tmp_path, {**pages, "first": FIRST, "words": WORDLIST}))
    (problem,) = caught.value.problems
    assert problem.file == "book/second.md"
    assert "no list below a heading “Takeaway”" in problem.message


def pages_of_pdf(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_a_long_page_is_counted_as_several(browser):
    page = browser.new_page()
    page.set_content("<p style='break-after: page'>One</p>" * 3 + "<p>Two</p>")
    assert pages_of_pdf(page.pdf(format="A4")) == 4
    page.close()


def test_those_of_the_course_fit_on_one_sheet(browser, site):
    page = browser.new_page()
    page.goto(f"file://{site}/book/takeaways.html")
    settle(page)
    page.emulate_media(media="print")
    sections = page.locator(".takeaways > section")
    book = read_report(site.parent / "coverage.json")
    assert sections.count() == sum(bool(page["objectives"]) for page in book.values()) >= 5
    assert page.locator(".takeaways").evaluate("box => getComputedStyle(box).columnCount") == "2"
    size = page.locator(".takeaways li").first.evaluate(
        "item => parseFloat(getComputedStyle(item).fontSize) * 72 / 96"
    )
    assert size >= 8, "small, but readable: points"
    # A sheet of A4 without its margins; no formula may stick out of its column.
    page.set_viewport_size({"width": round(186 / 25.4 * 96), "height": 1000})
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.takeaways li')].filter(item =>
            [...item.querySelectorAll('.katex-html .base')].some(part =>
                part.getBoundingClientRect().width > item.getBoundingClientRect().width + 1)
        ).map(item => item.textContent)"""
    )
    assert wide == []
    assert pages_of_pdf(page.pdf(prefer_css_page_size=True)) == 1
    page.close()
