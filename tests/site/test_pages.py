"""Every page of the site in a real browser, from the disk and from a server."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from ce_lib.site.build import build_site
from ce_lib.site.serve import make_server
from tests.site.waiting import settle

pytestmark = pytest.mark.slow


def names_of(site: Path) -> list[str]:
    return sorted(
        path.relative_to(site).as_posix()
        for path in site.rglob("*.html")
        if "_static" not in path.parts
        # The front door leads on at once; it has a test of its own.
        and 'http-equiv="refresh"' not in path.read_text(encoding="utf-8")
    )


@pytest.fixture(scope="module")
def address(site):
    with make_server(site, 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


# What a page is asked, in the page.
FACTS = """async () => {
  await document.fonts.ready;
  const seen = (e) => e.getClientRects().length > 0;
  const all = (css) => [...document.querySelectorAll(css)];
  const ids = all("[id]").map((e) => e.id).filter((id) => id);
  return {
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    katexErrors: all(".katex-error").map((e) => e.textContent),
    formulas: all("article .katex-html").length,
    emptyFormulas: all("article .katex-html").filter((e) =>
      !e.closest(".toggle-hidden, details:not([open])")
      && (!seen(e) || !e.getBoundingClientRect().height)).length,
    noAlt: [
      ...all("img:not([alt]), img[alt='']").map((e) => e.src),
      ...all("svg.figure-svg").filter((e) => !e.getAttribute("aria-label")).map((e) => e.id),
    ],
    rawSvg: all("article img[src$='.svg']").map((e) => e.src),
    twice: ids.filter((id, i) => ids.indexOf(id) !== i),
    headings: all("article h1").length,
    title: document.title,
  };
}"""


def visit(context: Any, url: str) -> tuple[dict[str, Any], list[str]]:
    """Open `url` and return what the page says of itself, and all that went wrong."""
    wrong: list[str] = []
    base = url.split("/", 3)[2]
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
    page.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}"))
    page.on(
        "console",
        lambda message: (
            wrong.append(f"console: {message.text}") if message.type == "error" else None
        ),
    )

    def on_request(request: Any) -> None:
        kind, _, rest = request.url.partition(":")
        here = kind in {"data", "blob"} or (
            kind == "file" if base == "" else rest.startswith(f"//{base}/")
        )
        if not here:
            wrong.append(f"outside: {request.url}")

    page.on("request", on_request)
    page.goto(url)
    page.wait_for_load_state("networkidle" if base else "load")
    settle(page)
    facts = page.evaluate(FACTS)
    page.close()
    return facts, wrong


def visit_all(browser: Any, site: Path, base: str, width: int, scheme: str) -> dict[str, Any]:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, service_workers="block"
    )
    seen = {name: visit(context, f"{base}/{name}") for name in names_of(site)}
    context.close()
    return seen


@pytest.fixture(scope="module")
def phone(browser, site, address):
    """Every page at 360 px, from a server, in the dark."""
    return visit_all(browser, site, address, 360, "dark")


@pytest.fixture(scope="module")
def desk(browser, site):
    """Every page at 1280 px, from the disk, in the light."""
    return visit_all(browser, site, f"file://{site}", 1280, "light")


@pytest.fixture(params=["phone", "desk"])
def pages(request):
    return request.getfixturevalue(request.param)


def test_there_are_pages_and_formulas(pages):
    assert {"book/index.html", "search.html"} < set(pages)
    assert sum(facts["formulas"] for facts, _ in pages.values()) > 10


def test_no_request_leaves_and_nothing_goes_wrong(pages):
    assert {name: wrong for name, (_, wrong) in pages.items() if wrong} == {}


@pytest.mark.parametrize(
    ("fact", "none"),
    [("katexErrors", []), ("noAlt", []), ("twice", []), ("rawSvg", []), ("emptyFormulas", 0)],
)
def test_nothing_of_this_in_any_page(pages, fact, none):
    assert {name: f[fact] for name, (f, _) in pages.items() if f[fact] != none} == {}


def test_no_page_scrolls_sideways(pages):
    assert {name: f["overflow"] for name, (f, _) in pages.items() if f["overflow"] > 0} == {}


def test_titles_are_plain_words(pages):
    for name, (facts, _) in pages.items():
        assert facts["title"], name
        assert "\n" not in facts["title"], name


BROKEN = """<!doctype html><html lang="en"><title>broken</title><body><article>
<p id="a">wide<p id="a" style="width: 900px">wider</p>
<span class="katex-error">\\nonsense</span>
<span class="katex-html" style="display: none">x</span>
<img src="missing.png"><svg class="figure-svg"></svg><img src="missing.svg" alt="a">
<script>console.error("no"); fetch("https://outside.invalid/a.js"); throw new Error("oh");</script>
</article></body></html>"""


def test_a_page_broken_on_purpose_fails_every_check(browser, tmp_path):
    (tmp_path / "index.html").write_text(BROKEN, encoding="utf-8")
    seen = visit_all(browser, tmp_path, f"file://{tmp_path}", 360, "light")
    facts, wrong = seen["index.html"]
    assert facts["overflow"] > 0
    assert facts["katexErrors"] == ["\\nonsense"]
    assert facts["emptyFormulas"] == 1
    assert len(facts["noAlt"]) == 2
    assert len(facts["rawSvg"]) == 1
    assert facts["twice"] == ["a"]
    for start in ("console: no", "page error: oh", "outside: https://outside.invalid", "failed:"):
        assert [what for what in wrong if what.startswith(start)], (start, wrong)


@pytest.fixture
def open_page(browser, site):
    """A function that opens a page of the site from the disk at a width, in a theme."""
    contexts = []

    def open_it(name, width=1280, scheme="light", *, rests=True, **options):
        size = {"width": width, "height": 800}
        context = browser.new_context(viewport=size, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"file://{site}/{name}")
        if rests:
            settle(page)
        return page

    yield open_it
    for context in contexts:
        context.close()


def test_front_door_leads_to_the_first_page(open_page):
    page = open_page("index.html", rests=False)  # it leads on at once
    page.wait_for_url("**/book/index.html")
    assert page.locator("article h1").count() == 1


# A page of our own to look at closely, whatever the chapters hold.
CLOSE_UP = """# Close-up

$$
{wide}
$$

$$a = b$$

A long formula $u = 1$, and one at the end of the line: {inline}$v$.

```{{exercise}}
:label: ex-close-up
Why?
```

````{{solution}} ex-close-up
:class: dropdown
Because $x = y$.
````
"""


@pytest.fixture(scope="module")
def close_up(tmp_path_factory, make_book):
    text = CLOSE_UP.format(wide=" + ".join(f"x_{{{i}}}^2" for i in range(60)), inline="so, " * 4)
    drawing = """
```{code-cell}
:mystnb: {image: {alt: "A black line on white, and a blue one."}}
from IPython.display import SVG
SVG('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="900pt" height="90pt">'
    '<path id="ink" d="M 0 0 L 9 9" style="stroke: #000000"/>'
    '<path d="M 0 9 L 9 0" style="stroke: #0072b2"/></svg>')
```
"""
    root = make_book(tmp_path_factory.mktemp("close"), {"index": text + drawing})
    return build_site(root) / "book" / "index.html"


@pytest.fixture
def close_page(browser, close_up):
    def open_it(scheme="light", width=360, **options):
        size = {"width": width, "height": 800}
        page = browser.new_context(viewport=size, color_scheme=scheme, **options).new_page()
        page.goto(f"file://{close_up}")
        if options.get("java_script_enabled", True):
            settle(page)
        return page

    return open_it


def test_wide_formula_scrolls_in_its_box_by_keyboard_from_its_start(close_page):
    page = close_page()
    boxes = page.locator(".math-scroll")
    wide = boxes.nth(0)
    page.wait_for_function("document.querySelector('.math-scroll').tabIndex === 0")
    assert wide.get_attribute("aria-label") == "Formula, scrolls sideways"
    assert boxes.nth(1).get_attribute("tabindex") is None
    left = wide.evaluate("e => e.getBoundingClientRect().left")
    first = wide.locator(".katex-html i").first.evaluate("e => e.getBoundingClientRect().left")
    assert first >= left
    wide.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.math-scroll').scrollLeft > 0")


def test_figure_follows_the_theme_and_prints_dark_on_white(close_page):
    def stroke(page):
        return page.locator(".figure-svg path").first.evaluate("e => getComputedStyle(e).stroke")

    assert stroke(close_page("light")) == "rgb(0, 0, 0)"
    dark = close_page("dark")
    dark.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    assert stroke(dark) == "rgb(213, 218, 226)"
    dark.emulate_media(media="print")
    dark.wait_for_function("document.documentElement.dataset.theme === 'light'")
    assert stroke(dark) == "rgb(0, 0, 0)"


def test_paper_is_light_and_cuts_no_formula_off(close_page):
    page = close_page("dark", width=1280)
    theme = "document.documentElement.dataset.theme"
    page.wait_for_function(f"{theme} === 'dark'")
    wide = page.locator(".math-scroll").first
    assert wide.evaluate("e => e.scrollWidth > e.clientWidth")
    page.emulate_media(media="print")
    page.wait_for_function(f"{theme} === 'light'")
    assert wide.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    page.emulate_media(media="screen")
    page.wait_for_function(f"{theme} === 'dark'")
    assert wide.evaluate("e => e.scrollWidth > e.clientWidth")


def test_figure_is_an_image_with_a_name_and_no_wider_than_the_page(close_page):
    page = close_page()
    figure = page.get_by_role("img", name="A black line on white, and a blue one.")
    assert figure.count() == 1
    assert figure.bounding_box()["width"] <= 360


def test_solution_opens_and_shuts(close_page):
    page = close_page(width=1280)
    answer = page.get_by_text("Because")
    assert not answer.is_visible()
    page.locator(".solution button").click()
    assert answer.is_visible()
    page.locator(".solution button").click()
    answer.wait_for(state="hidden")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_menu_of_downloads_opens_in_the_page_and_shuts(open_page, width):
    page = open_page("book/sigmoid.html", width)
    menu = page.locator(".dropdown-download-buttons .dropdown-menu")
    opener = page.get_by_label("Download this page")
    assert not menu.is_visible()
    opener.focus()
    page.keyboard.press("Enter")
    box = menu.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert abs(box["x"] + box["width"] - opener.bounding_box()["x"]) < 60
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    opener.click()
    assert menu.get_by_text("Print or PDF").is_visible()
    page.mouse.click(width / 2, 600)
    assert not menu.is_visible()


def test_everything_reads_without_javascript(close_page):
    page = close_page(java_script_enabled=False)
    assert page.get_by_text("Because").is_visible()
    assert page.locator(".math-scroll .katex-html").first.is_visible()
    assert page.locator(".figure-svg").is_visible()


def test_full_stop_stays_with_its_formula(close_page):
    page = close_page()
    # At every width the stop stands on the line of the letter before it.
    for width in range(300, 420, 6):
        page.set_viewport_size({"width": width, "height": 800})
        tops = page.evaluate(
            """() => {
              const held = [...document.querySelectorAll(".math-held")].at(-1);
              const range = document.createRange();
              range.selectNodeContents(held.lastChild);
              const letter = held.querySelector(".base:last-child").getBoundingClientRect();
              const stop = range.getBoundingClientRect();
              return [letter.top + letter.height / 2, stop.top + stop.height / 2];
            }"""
        )
        assert abs(tops[0] - tops[1]) < 12, width
