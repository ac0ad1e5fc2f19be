"""The checks that the build runs on formulas, cells and finished pages, each on its own."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from sphinxcontrib import katex

from ce_lib.site.cells import cell_problems
from ce_lib.site.mathematics import prepare
from ce_lib.site.outside import outside_addresses
from ce_lib.site.pages import mend_body, mend_page

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://example.org/a.js"></script>',
        '<script src="//example.org/a.js"></script>',
        '<link rel="stylesheet" href="HTTPS://example.org/a.css">',
        '<link rel="preconnect" href="https://example.org">',
        '<img src="http://example.org/a.png" alt="">',
        '<img srcset="a.png 1x, https://example.org/b.png 2x" alt="">',
        '<iframe src="https://example.org/"></iframe>',
        '<svg><image xlink:href="https://example.org/a.png"/></svg>',
        '<p style="background: url(https://example.org/a.png)">a</p>',
        '<style>@import "https://example.org/a.css";</style>',
        '<style>@font-face { src: url("https://example.org/a.woff2") }</style>',
    ],
)
def test_what_fetches_from_another_host_is_found(html):
    assert len(outside_addresses(f"<!doctype html><body>{html}</body>")) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://example.org/">a link that a reader may follow</a>',
        '<link rel="canonical" href="https://example.org/">',
        '<img src="../_images/a.png" alt="">',
        '<img src="data:image/png;base64,//8=" alt="">',
        '<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/></svg>',
        "<p>url(https://example.org/a.png)</p>",
    ],
)
def test_what_fetches_nothing_is_left_alone(html):
    assert outside_addresses(f"<!doctype html><body>{html}</body>") == []


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


def code(source, *outputs, **metadata):
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata=metadata)


STDERR = nbformat.v4.new_output("stream", name="stderr", text="mind the gap\n")
ERROR = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])


def test_cells_that_fail_or_warn_are_named():
    book = notebook(nbformat.v4.new_markdown_cell("a"), code("\nf(1)", STDERR), code("g()", ERROR))
    assert list(cell_problems(book)) == [
        (1, "code cell 1 (`f(1)`) writes to stderr: mind the gap"),
        (2, "code cell 2 (`g()`) fails: ValueError: no"),
    ]


def test_only_what_the_author_shows_on_purpose_passes():
    shown = code("f()", STDERR, mystnb={"output_stderr": "show"})
    raised = code("g()", ERROR, tags=["raises-exception"])
    assert list(cell_problems(notebook(shown, raised))) == []
    hidden = code("f()", STDERR, tags=["remove-stderr"])
    removed = code("f()", STDERR, mystnb={"output_stderr": "remove"})
    assert len(list(cell_problems(notebook(hidden, removed)))) == 2


@pytest.mark.parametrize(
    ("latex", "prepared"),
    [
        (r"\begin{align} a &= b \end{align}", r"\begin{align*} a &= b \end{align*}"),
        (r"\begin{align*} a \end{align*}", r"\begin{align*} a \end{align*}"),
        (r"\begin{aligned} a \end{aligned}", r"\begin{aligned} a \end{aligned}"),
        (r"a &= b \\ &= c", r"\begin{aligned}a &= b \\ &= c\end{aligned}"),
        (r"\sigma(u)", r"\sigma(u)"),
    ],
)
def test_display_formulas_keep_one_number(latex, prepared):
    assert prepare(latex, display=True) == prepared


def test_style_sheet_is_of_the_version_that_renders():
    css = (ROOT / "book/_vendor/katex/katex.min.css").read_text(encoding="utf-8")
    (version,) = re.findall(r'katex-version:+after\{content:"([\d.]+)"', css)
    assert version == katex.katex_version, "book/_vendor/README.md says how to update"


def test_every_font_in_the_style_sheets_is_there():
    for folder, sheet in [
        ("katex", "_vendor/katex/katex.min.css"),
        ("core", "_vendor/core/core.css"),
    ]:
        css = (ROOT / "book" / sheet).read_text(encoding="utf-8")
        fonts = re.findall(r'url\("?([^")]+\.woff2)"?\)', css)
        assert fonts
        for font in fonts:
            assert (ROOT / "book/_vendor" / folder / font).is_file(), font


def test_body_loses_what_misleads():
    body = (
        '<div role="list" class="citation-list"><div class="citation" id="x" '
        'role="doc-biblioentry"><a role="doc-backlink" href="#a">1</a></div></div>'
        '<div class="proof admonition" id="proof"><p>Proof. Split.</p></div>'
        '<p class="admonition-title">Solution to<a href="#a"> Exercise 1</a></p>'
        '<section id="exercise-content">a</section><section id="proof-content-mine">b</section>'
        '<tr><th class="head"><p></p></th><th class="head"><p>a</p></th></tr>'
    )
    mended = mend_body(body)
    assert "role=" not in mended
    assert "<em>Proof.</em> Split." in mended
    assert 'Solution to <a href="#a">Exercise 1</a>' in mended
    assert 'id="exercise-content"' not in mended
    assert 'id="proof"' not in mended
    assert 'id="x"' in mended
    assert 'id="proof-content-mine"' in mended
    assert '<tr><td></td><th class="head"><p>a</p></th></tr>' in mended


PAGE = """<head>
  <script defer src="../_static/scripts/fontawesome.js?digest=55c2"></script>
  <script src="../_static/scripts/other.js"></script></head>
<div class="sidebar-primary-item">
  <a class="navbar-brand logo" href="#"><p>Course</p></a></div>
<div class="sidebar-primary-item"><button class="btn search-button-field" title="Search"
 aria-label="Search">Search</button></div>
<button class="btn search-button-field a" title="Search" aria-label="Search">Search K</button>
<button aria-label="Color mode">
<i class="theme-switch fa-solid fa-moon               fa-lg" data-mode="dark"  title="Dark"></i>
<i class="fas fa-file-pdf"></i><span class="fa-solid fa-bars"></span>
<i class="fa-solid fa-unknown"></i></button>
<details><summary aria-label="Toggle hidden content"><p>Show</p></summary></details>"""


def test_page_loses_the_icon_script_and_keeps_its_icons():
    page = mend_page(PAGE)
    assert "fontawesome" not in page
    assert "other.js" in page
    assert page.count('<svg class="course-icon') == 3
    assert '<svg class="course-icon theme-switch" data-mode="dark"' in page
    assert '<i class="fa-solid fa-unknown"></i>' in page


def test_buttons_and_landmarks_have_the_names_that_they_show():
    page = mend_page(PAGE)
    assert '<nav class="sidebar-primary-item" aria-label="Course">' in page
    assert "<summary><p>Show" in page
    assert '<button class="btn search-button-field a" title="Search">Search K' in page
    assert 'aria-label="Colour mode"' in page


def test_mending_twice_changes_nothing():
    assert mend_page(mend_page(PAGE)) == mend_page(PAGE)
