"""Every page for everybody: axe-core, the keyboard, zoom, reduced motion, headings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from tests.site.waiting import settle

pytestmark = pytest.mark.slow

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
WIDTHS = (360, 768, 1280)

# A formula is a thousand boxes of one colour, and a listing repeats a dozen colours a thousand
# times. One box for each formula and one word for each colour and ground say the same to axe,
# in a tenth of the time; nothing that it reads or measures changes its place or its size.
THIN_OUT = """() => {
  const bases = [...document.querySelectorAll(".katex-html .base")];
  // All sizes first: each read after a write would lay the page out anew.
  const sizes = bases.map((base) => base.getBoundingClientRect());
  bases.forEach((base, i) => {
    base.style.cssText += `; display: inline-block; overflow: hidden;
      width: ${sizes[i].width}px; height: ${sizes[i].height}px`;
    base.textContent = "x";
  });
  for (const math of document.querySelectorAll(".katex-mathml math")) {
    math.innerHTML = "<mi>x</mi>";
  }
  // The drawing inside of an image is an image to axe, too; its frame and its name stay.
  const images = document.querySelectorAll("svg[role=img], [role=img] svg, svg[aria-hidden]");
  images.forEach((image) => { image.innerHTML = ""; });
  const seen = new Set();
  for (const word of document.querySelectorAll(".highlight pre span")) {
    const ground = word.closest(".cell_input, .cell_output, .api, .highlight").className;
    const key = `${word.className} on ${ground}`;
    if (seen.has(key)) word.replaceWith(word.textContent);
    seen.add(key);
  }
}"""

# What a reader opens, all of it at once.
OPEN_ALL = """() => {
  document.querySelectorAll("article details").forEach((e) => { e.open = true; });
  document.querySelectorAll(".toggle-hidden .toggle-button, .toggle-button-hidden")
    .forEach((e) => e.click());
  document.querySelectorAll(".question").forEach((box, i) => {
    const radios = box.querySelectorAll("input[type=radio]");
    if (radios.length) radios[i % radios.length].click();
  });
  document.querySelectorAll(".flashcards li[hidden]").forEach((e) => { e.hidden = false; });
}"""

# Only these look at colours: after all rules have run in the light, they run in the dark.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
RUN = """async (rules) => {
  // a target of a finger's width, WCAG 2.2: axe leaves it out unless asked
  const options = { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } };
  if (rules) Object.assign(options, { runOnly: rules, rules: {} });
  const { violations } = await axe.run(document, options);
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}`));
}"""


def axe_both_themes(page: Any, url: str, *, everything_open: bool = False) -> list[str]:
    """Open `url` and return what axe-core finds: by every rule in the light, by colour in the dark.

    Each finding starts with its theme.
    """
    page.emulate_media(color_scheme="light")
    page.goto(url)
    if everything_open:
        page.evaluate(OPEN_ALL)
    settle(page)
    page.evaluate(THIN_OUT)
    found = [f"light: {what}" for what in page.evaluate(RUN, None)]
    page.emulate_media(color_scheme="dark")
    settle(page)
    return found + [f"dark: {what}" for what in page.evaluate(RUN, COLOUR_RULES)]


@pytest.fixture(scope="module", params=WIDTHS)
def wide_page(browser: Any, request: Any) -> Iterator[Any]:
    """One browser page of each width, with axe-core in every document that it opens."""
    size = {"width": request.param, "height": 800}
    # No motion: a colour on its way to another would be measured on its way.
    context = browser.new_context(viewport=size, reduced_motion="reduce")
    context.add_init_script(AXE)
    yield context.new_page()
    context.close()


def pages_of(site: Path) -> list[str]:
    found = sorted(
        path.relative_to(site).as_posix()
        for path in site.rglob("*.html")
        if "_static" not in path.parts
        and 'http-equiv="refresh"' not in path.read_text(encoding="utf-8")
    )
    assert len(found) > 15, "no site, no findings"
    return found


def test_axe_finds_nothing_in_either_theme(wide_page, site):
    # A tablet's width shows everything open, the others what a reader meets first.
    opened = wide_page.viewport_size["width"] == 768
    found = {
        name: what
        for name in pages_of(site)
        if (what := axe_both_themes(wide_page, f"file://{site}/{name}", everything_open=opened))
    }
    assert found == {}


FAULTY = """<!doctype html><html lang="en"><head><title>Faulty</title><style>
html { background: #fff; color: #000 }
.grey { color: #999 } .dim { color: #000 }
@media (prefers-color-scheme: dark) {
  html { background: #111; color: #eee } .grey { color: #bbb } .dim { color: #444 } }
</style></head><body><main><h1>Faulty</h1><h4>Too deep</h4>
<p class="grey">pale in the light</p><p class="dim">dim in the dark</p>
<p><a href="#nowhere"></a><input></p><img src="data:,">
<table><tr><th></th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>
<div style="width: 100px; height: 20px; overflow: auto"><p style="width: 900px">wide</p></div>
<p><a href="#a">i</a><a href="#b">l</a><a href="#c">i</a></p>
<p><button style="width: 9px; height: 9px; padding: 0">x</button><button
  style="width: 9px; height: 9px; padding: 0">y</button></p>
</main><main><p>A second main part.</p></main><p>No part's.</p></body></html>"""


def test_axe_finds_each_fault_made_on_purpose(wide_page, tmp_path):
    (tmp_path / "faulty.html").write_text(FAULTY, encoding="utf-8")
    found = axe_both_themes(wide_page, f"file://{tmp_path}/faulty.html")
    rules = {what.partition(": <")[0] for what in found}
    assert rules >= {
        "light: color-contrast",
        "dark: color-contrast",
        "light: link-name",
        "light: label",
        "light: image-alt",
        "light: empty-table-header",
        "light: heading-order",
        "light: landmark-no-duplicate-main",
        "light: region",
        "light: target-size",
        "light: scrollable-region-focusable",
    }
    assert [what for what in found if "dim" in what] == [
        'dark: color-contrast: <p class="dim">dim in the dark</p>'
    ]


def test_a_heading_of_formulas_alone_has_a_name(site, browser):
    # What axe-core overlooks in such a heading must be there: the MathML.
    page = browser.new_page()
    page.goto(f"file://{site}/book/softmax.html")
    heads = page.locator("th:has(.katex)").evaluate_all(
        """(cells) => cells.map((cell) => {
          const bare = cell.cloneNode(true);
          bare.querySelectorAll(".katex").forEach((e) => e.remove());
          return [bare.textContent.replace("\\u2060", "").trim(),
                  cell.querySelectorAll(".katex-mathml math").length];
        })"""
    )
    page.close()
    alone = [count for words, count in heads if not words]
    assert alone
    assert all(alone)


# Each stop of the Tab key: what it is, where it stands in the text, and whether one sees it.
STOP = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  const all = [...document.querySelectorAll("*")];
  return {
    what: `${e.tagName.toLowerCase()}.${e.className} ${(e.textContent || "").trim().slice(0, 30)}`,
    at: all.indexOf(e),
    // the theme's links draw theirs as a shadow
    ring: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && style.outlineColor !== style.backgroundColor)
      || / 0px 0px 0px [2-9]px(?! inset)/.test(style.boxShadow),
    size: box.width * box.height,
    inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    tabIndex: e.tabIndex,
  };
}"""


def tab_through(page: Any, most: int) -> list[dict[str, Any]]:
    """Press Tab from the top of the page until it leaves the document, `most` times at most."""
    stops = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        stops.append(stop)
    return stops


def invisible(stops: list[dict[str, Any]]) -> list[str]:
    return [s["what"] for s in stops if not (s["ring"] and s["size"] > 0 and s["inView"])]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_the_tab_key_goes_through_a_chapter_in_order_and_is_seen(site, browser, width, scheme):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"file://{site}/book/sigmoid.html")
    settle(page)
    stops = tab_through(page, 400)
    context.close()
    assert "Skip to main content" in stops[0]["what"]
    assert len(stops) > 30
    assert invisible(stops) == []
    assert [s["what"] for s in stops if s["tabIndex"] > 0] == []
    places = [s["at"] for s in stops]
    assert places == sorted(places)


HIDDEN_FOCUS = """<!doctype html><html lang="en"><title>x</title>
<style>:focus-visible { outline: none }</style>
<a href="#a" tabindex="2">second</a><a href="#b" tabindex="1">first</a></html>"""


def test_a_hidden_focus_and_a_wrong_order_are_found(browser, tmp_path):
    (tmp_path / "page.html").write_text(HIDDEN_FOCUS, encoding="utf-8")
    page = browser.new_page()
    page.goto(f"file://{tmp_path}/page.html")
    stops = tab_through(page, 5)
    page.close()
    assert len(invisible(stops)) == len(stops) == 2
    assert [s["at"] for s in stops] != sorted(s["at"] for s in stops)


def test_the_skip_link_leads_past_the_sidebar(site, browser):
    page = browser.new_page()
    page.goto(f"file://{site}/book/sigmoid.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#main-content, main') !== null")
    page.close()


# `scrollWidth` of the page is not enough: what a box of the page cuts off is lost, too.
WIDE = """() => ({
  over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  cut: [...document.querySelectorAll("article :is(p, li, h1, h2, h3, h4, figure, table, pre)")]
    .filter((e) => e.getClientRects().length && !e.closest("[hidden], .flashcards"))
    .filter((e) => {
      let box = e.parentElement;
      while (box && !["auto", "scroll"].includes(getComputedStyle(box).overflowX)) {
        box = box.parentElement;
      }
      return !box && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
    }).map((e) => e.outerHTML.slice(0, 80)),
  moving: document.getAnimations().length,
  levels: [...document.querySelectorAll(":is(main, article) :is(h1, h2, h3, h4, h5, h6)")]
    .filter((e) => e.getClientRects().length) // a title for print is there twice
    .map((e) => Number(e.tagName[1])),
})"""


def troubles(facts: dict[str, Any]) -> list[str]:
    """What is wrong with a page of which `WIDE` says `facts`."""
    levels = facts["levels"]
    jumps = [b for a, b in zip([0, *levels], levels, strict=False) if b > a + 1]
    return [
        *(["scrolls sideways"] if facts["over"] > 0 else []),
        *[f"cut off: {what}" for what in facts["cut"]],
        *(["moves"] if facts["moving"] else []),
        *[f"heading {level} below no heading {level - 1}" for level in jumps],
        *([] if levels.count(1) == 1 else ["not one first heading"]),
    ]


def test_at_200_percent_nothing_is_cut_off_or_moves_and_headings_step_by_one(site, browser):
    # 200 % on a screen of 1280 by 1024 is a page of 640 by 512 with twice the pixels.
    context = browser.new_context(
        viewport={"width": 640, "height": 512}, device_scale_factor=2, reduced_motion="reduce"
    )
    page = context.new_page()
    found = {}
    for name in pages_of(site):
        page.goto(f"file://{site}/{name}")
        settle(page)
        if wrong := troubles(page.evaluate(WIDE)):
            found[name] = wrong
    context.close()
    assert found == {}


MOVING = """<!doctype html><html lang="en"><title>x</title><style>
@keyframes go { to { transform: translateX(9px) } } h1 { animation: go 1s infinite }
</style><article><h1>x</h1><h3>y</h3><p style="width: 900px">wide</p></article></html>"""


def test_a_wide_page_that_moves_is_found(browser, tmp_path):
    (tmp_path / "page.html").write_text(MOVING, encoding="utf-8")
    page = browser.new_page(viewport={"width": 640, "height": 512}, reduced_motion="reduce")
    page.goto(f"file://{tmp_path}/page.html")
    found = troubles(page.evaluate(WIDE))
    page.close()
    assert found == [
        "scrolls sideways",
        'cut off: <p style="width: 900px">wide</p>',
        "moves",
        "heading 3 below no heading 2",
    ]
