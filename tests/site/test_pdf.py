"""The whole course as one PDF, read back with pypdf, and nothing on paper wider than its page."""

from __future__ import annotations

import contextlib
import html
import io
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest

from ce_lib.site import pdf, volume
from ce_lib.site.links import broken_links
from ce_lib.site.pages import offer_pdf

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
launch = pdf._browser

# What stands beyond the right edge of the paper's column, or of the box that it is in.
CUT = """() => {
  const edge = document.documentElement.clientWidth;
  const wide = (e) => e.getClientRects().length && e.getBoundingClientRect().right > edge + 1;
  return [...document.querySelectorAll(".katex, pre, table, figure, img, svg, p, li, dd")]
    .filter(wide)
    .concat([...document.querySelectorAll(".math-scroll, .derivation-right, .derivation-left," +
      "pre, .pst-scrollable-table-container, .figure-box")]
      .filter((e) => e.scrollWidth > e.clientWidth + 3))
    .map((e) => e.outerHTML.slice(0, 120));
}"""
SHUT = """() => [...document.querySelectorAll("details:not([open])")]
  .map((e) => e.outerHTML.slice(0, 120))"""
ANSWERS = """() => {
  const all = [...document.querySelectorAll(".solution, .question-feedback, .flashcard-back")];
  const inside = all.filter((e) => e.closest("#answers"));
  return [all.length - inside.length, inside.length];
}"""


@pytest.fixture(scope="module")
def our_browser(browser) -> Any:
    """Printing uses the tests' browser: two in one process are one too many for Playwright."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_browser", lambda: contextlib.nullcontext(browser))
        yield


@pytest.fixture(scope="module")
def printed(site, our_browser, tmp_path_factory) -> Any:
    """(the PDF of the course, what is wrong with what was printed)."""
    found: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:

        def look(page: Any) -> bytes:
            if not found:
                found["cut"] = page.evaluate(CUT)
                found["shut"] = page.evaluate(SHUT)
                found["answers"] = page.evaluate(ANSWERS)
            return original(page)

        original = pdf._print
        patch.setattr(pdf, "_print", look)
        out = tmp_path_factory.mktemp("pdf") / "course.pdf"
        pdf.make_pdf(ROOT, site, out, progress=False)
    return pypdf.PdfReader(out), found


def top_of(reader: pypdf.PdfReader) -> list[Any]:
    return [entry for entry in reader.outline if not isinstance(entry, list)]


def test_nothing_is_wider_than_the_page_and_nothing_is_shut(printed):
    _, found = printed
    assert (found["cut"], found["shut"]) == ([], [])


def test_outline_is_the_chapters_in_order(printed, site):
    reader, _ = printed
    titles = []
    for name in volume.page_order(ROOT):
        page = (site / f"{name}.html").read_text("utf-8")
        title = re.search(r"<section[^>]*>\s*<h1>(.*?)<a class=.headerlink", page, re.DOTALL)
        titles.append(html.unescape(re.sub("<[^>]*>", "", title[1])))
    found = [entry.title.strip() for entry in top_of(reader)]
    assert found == [*titles, "Answers and solutions"]
    starts = [reader.get_destination_page_number(entry) for entry in top_of(reader)]
    assert starts == sorted(set(starts))
    assert 100 < len(reader.pages) < 300


def test_contents_name_the_pages_where_chapters_start(printed):
    reader, _ = printed
    text = reader.pages[1].extract_text()
    for entry in top_of(reader):
        number = reader.get_destination_page_number(entry) + 1
        assert str(number) in text.split(), entry.title
    # and the page itself says the same number
    assert "42" in reader.pages[41].extract_text().split()


def internal_links(reader: pypdf.PdfReader) -> list[str]:
    names = []
    for page in reader.pages:
        for reference in page.get("/Annots") or []:
            link = reference.get_object()
            action = link.get("/A", {})
            place = link.get("/Dest") or (action.get("/D") if action.get("/S") == "/GoTo" else None)
            if isinstance(place, str):
                names.append(str(place))
            elif address := action.get("/URI"):
                names.append(str(address))
    return names


def test_every_link_leads_within_the_document_or_to_the_web(printed):
    reader, _ = printed
    known = reader.named_destinations
    links = internal_links(reader)
    inside = [link for link in links if not link.startswith(("http://", "https://", "mailto:"))]
    assert len(inside) > 200
    assert sorted({link for link in inside if link not in known}) == []


def test_every_font_is_inside_the_file(printed):
    reader, _ = printed
    fonts, outside = set(), []
    for page in reader.pages:
        for font in (page["/Resources"].get("/Font") or {}).values():
            font = font.get_object()
            descendant = font.get("/DescendantFonts", [font])[0].get_object()
            fonts.add(str(font.get("/BaseFont", "")).partition("+")[2])
            descriptor = (
                descendant.get("/FontDescriptor", {}).get_object()
                if ("/FontDescriptor" in descendant)
                else {}
            )
            is_drawn = font.get("/Subtype") == "/Type3"
            if not is_drawn and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor):
                outside.append(font.get("/BaseFont"))
    assert outside == []
    assert len(fonts) > 3


def test_answers_stand_in_the_appendix_alone(printed):
    _, found = printed
    before, after = found["answers"]
    assert before == 0
    assert after > 40


WIDE = r"""# Wide

$$
{sum}
$$

Inline {inline}.

| {head} |
|{rule}|
| {head} |

```{{code-cell}}
:tags: [hide-input]
print("x" * 300)
```

```{{exercise}}
:label: ex-wide
Why? See [the other page](other.md#far-away).
```

````{{solution}} ex-wide
:class: dropdown
The hidden answer.
````
"""


@pytest.fixture(scope="module")
def wide(tmp_path_factory, make_book, our_browser) -> Any:
    """A small book of what does not fit, and its pages."""
    from ce_lib.site.build import build_site

    text = WIDE.format(
        sum=" + ".join(f"x_{{{i}}}^2" for i in range(60)),
        inline=", ".join(f"$x_{{{i}}}$" for i in range(40)),
        head=" | ".join(f"unbreakableheading{i}" for i in range(14)),
        rule="---|" * 13 + "---",
    )
    other = "# Other\n\n" + "word " * 3000 + "\n\n## Far away\n\nHere: [back](index.md).\n"
    root = make_book(tmp_path_factory.mktemp("wide"), {"index": text, "other": other})
    return root, build_site(root)


def test_what_is_too_wide_is_made_to_fit_and_would_be_found(wide):
    root, built = wide
    with pdf.open_volume(root, built) as page:
        assert page.evaluate(CUT) == []
        # without the scaling the check finds the formula and the table
        page.evaluate(
            "document.querySelectorAll('[style*=zoom]').forEach((e) => { e.style.zoom = ''; })"
        )
        cut = "\n".join(page.evaluate(CUT))
        assert "math-scroll" in cut
        assert "pst-scrollable-table-container" in cut
    assert not (built / "volume.html").exists()


def test_a_broken_link_would_be_found(wide):
    root, built = wide
    with pdf.open_volume(root, built) as page:
        good = pypdf.PdfReader(io.BytesIO(pdf._print(page)))
        page.evaluate("document.querySelector('#other--far-away').removeAttribute('id')")
        bad = pypdf.PdfReader(io.BytesIO(pdf._print(page)))
    far = "other--far-away"
    assert any(far in link for link in internal_links(good))
    assert any(far in name for name in good.named_destinations)
    assert not any(far in name for name in bad.named_destinations)


def test_every_page_offers_it_once_it_is_there(wide):
    root, built = wide
    pages = sorted(built.rglob("book/*.html"))
    assert not any("whole course (.pdf)" in path.read_text("utf-8") for path in pages)
    made = pdf.make_pdf(root, built, progress=False)
    for path in pages:
        text = path.read_text("utf-8")
        assert text.count('href="../cross-entropy.pdf"') == 1
        assert "whole course (.pdf)" in text
    offer_pdf(built, made.name)
    assert pages[0].read_text("utf-8").count("cross-entropy.pdf") == 1
    assert broken_links(built) == []


def test_links_to_what_the_document_does_not_hold_become_text(tmp_path):
    names = ["book/a", "book/b"]
    assert volume._target("b.html#x", "book/a", names) == "#b--x"
    assert volume._target("b.html", "book/a", names) == "#b"
    assert volume._target("#x", "book/a", names) == "#a--x"
    assert volume._target("https://example.org/b.html", "book/a", names) == (
        "https://example.org/b.html"
    )
    assert volume._target("../genindex.html", "book/a", names) is None
    assert volume._target("../_downloads/1/ps1.ipynb", "book/a", names) is None


def test_a_picture_that_is_missing_stops_it(wide, monkeypatch):
    picture = '<!doctype html><img src="missing.png" alt="x">'
    monkeypatch.setattr(pdf, "assemble", lambda root, html: picture)
    with pytest.raises(pdf.PdfError, match=r"cannot be loaded: .*missing\.png"):
        pdf.make_pdf(*wide, progress=False)


def test_without_chromium_it_says_so(monkeypatch):
    monkeypatch.setattr("ce_lib.doctor.chromium", lambda: "")
    with (
        pytest.raises(pdf.PdfError, match=r"there is none here: .*apt-get install chromium"),
        launch(),
    ):
        pytest.fail("no browser, no page")


def test_a_site_that_is_not_built_is_refused_by_name(tmp_path):
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\n", encoding="utf-8")
    with pytest.raises(FileNotFoundError, match="build the site first"):
        volume.assemble(tmp_path, tmp_path)
