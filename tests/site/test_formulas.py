"""Short markup of formulas shows every sign where KaTeX's own shows it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sphinxcontrib import katex

from ce_lib.site.formulas import LINE, MARGINS, margin_class, shorten
from ce_lib.site.mathematics import _use_node, lighten

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "book/_assets/course.css").read_text(encoding="utf-8")
KATEX = ROOT / "book/_vendor/katex/katex.min.css"

FORMULAS = [
    r"s(u) = \frac{1}{1 + e^{-u}}, \qquad u \in \mathbb{R}, \qquad v > \sum_k u_k",
    r"y",
    r"P(Y = 1 \mid X = x) = 1 - s(-z), \quad u \in \mathbb{R}^d",
    r"\hat y_k^{(i)} - \bar x + \tilde{f} \cdot \vec v",
    r"\frac{d}{dp}\left(-\ln \frac{p}{1-p}\right)",
    r"\dfrac{\partial \ell}{\partial w_{ij}^2} = x^{2^{n}}_{k_0}",
    r"\sum_{i=0}^{n-1} \prod_{k} \int_{-\infty}^{\infty} e^{-t^2/2}\,dt",
    r"\lim_{x \to 0^{+}} \max_{j \ne c} \operatorname{softmax}(z)_j",
    r"\sqrt{2\pi\sigma^2} + \sqrt[3]{\frac{a}{b}}",
    r"\begin{aligned} a &= \frac{b}{c} \\ &\le d^2 \\ &= \begin{pmatrix} 1 & 22 \\ x^2 & 4 "
    r"\end{pmatrix} \end{aligned}",
    r"f(x) = \begin{cases} 1 & \text{if } x > 0, \\ -\tfrac12 & \text{otherwise} \end{cases}",
    r"\underbrace{a + b}_{\text{words}} \overline{ab} \underline{cd} \boxed{x}",
    r"\bigl( \Bigl[ \biggl\{ \Biggl| x \Biggr| \biggr\} \Bigr] \bigr) \left\lVert u \right\rVert",
    r"\mathbf{w} \cdot \mathrm{d}x \not= \emptyset, \binom{n}{k} \xrightarrow{f} \stackrel{!}{=}",
    r"\color{red} a \textcolor{blue}{b_c}",
    r"\scriptsize a_b \Large c^d",
    r"\left.\frac{d}{dp}(k \ln p)\right|_{p = \frac{k}{k + m}} \substack{a \\ b} \rlap{x} y",
]

SIGNS = """() => [...document.querySelectorAll(".katex-html")].map((formula) => {
  const origin = formula.getBoundingClientRect(), found = [];
  const walker = document.createTreeWalker(formula, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    [...node.data].forEach((sign, i) => {
      if (sign === "\\u200b" || sign === " ") return;
      const range = document.createRange();
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const box = range.getBoundingClientRect();
      const { fontFamily, fontStyle, fontWeight } = getComputedStyle(node.parentElement);
      found.push([sign, fontFamily, fontStyle, fontWeight,
        [box.left - origin.left, box.bottom - origin.top, box.width, box.height]]);
    });
  }
  formula.querySelectorAll("svg, .frac-line, .base").forEach((e) => {
    const box = e.getBoundingClientRect();
    found.push([e.tagName, "", "", "", [box.left - origin.left, box.bottom - origin.top,
      box.width, box.height]]);
  });
  return [[origin.width, origin.height], found];
})"""


@pytest.fixture(scope="module")
def rendered() -> list[str]:
    """KaTeX's own markup of all formulas, first in a line and then displayed."""
    _use_node(None)  # type: ignore[arg-type]
    return [
        str(katex.render_latex(latex, {"displayMode": display, "strict": "ignore"}))
        for latex in FORMULAS
        for display in (False, True)
    ]


@pytest.fixture(scope="module")
def places(browser: Any, rendered: list[str], tmp_path_factory: Any) -> list[Any]:
    """Where each sign of each formula stands: by KaTeX's markup, and by ours."""
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    found = []
    for write in (str, lighten):
        file = tmp_path_factory.mktemp("formulas") / "page.html"
        formulas = "".join(f"<p>so {write(one)} is.</p>" for one in rendered)
        file.write_text(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title>'
            f'<link rel="stylesheet" href="{KATEX.as_uri()}"><style>{CSS}</style>{formulas}</html>',
            encoding="utf-8",
        )
        page.goto(file.as_uri())
        page.evaluate("document.fonts.ready")
        found.append(page.evaluate(SIGNS))
    page.close()
    return found


@pytest.mark.slow
def test_every_sign_stands_where_katex_puts_it(places: list[Any]) -> None:
    theirs, ours = places
    assert len(theirs) == len(ours) == 2 * len(FORMULAS)
    wrong = []
    for number, (a, b) in enumerate(zip(theirs, ours, strict=True)):
        latex = FORMULAS[number // 2]
        assert len(a[1]) > 1, latex
        if r"\qquad" in latex:  # the space parts a box in two; its signs stay where they are
            a[1], b[1] = ([one for one in signs if one[0] != "SPAN"] for signs in (a[1], b[1]))
        if a[0] != pytest.approx(b[0], abs=0.1):
            wrong.append((latex, "size", a[0], b[0]))
        if [sign[:4] for sign in a[1]] != [sign[:4] for sign in b[1]]:
            wrong.append((latex, "signs", "", ""))
            continue
        wrong += [
            (latex, one[0], one[4], two[4])
            for one, two in zip(a[1], b[1], strict=True)
            if one[4][:2] + one[4][2:3] != pytest.approx(two[4][:2] + two[4][2:3], abs=0.1)
        ]
    assert wrong == []


@pytest.mark.slow
def test_a_formula_has_half_the_boxes(rendered: list[str]) -> None:
    before = "".join(rendered)
    after = "".join(map(lighten, rendered))
    seen = r"<(?:span|i)\b"
    assert len(re.findall(seen, after)) < 0.62 * len(re.findall(seen, before))
    assert len(after) < 0.6 * len(before)


@pytest.mark.parametrize("margin", MARGINS)
def test_every_margin_has_its_rule(margin: str) -> None:
    rule = rf"\.katex \.{margin_class(margin)} \{{\s*margin-right: {re.escape(margin)}em;\s*\}}"
    assert re.search(rule, CSS)


def base(strut: str, inside: str) -> str:
    return (
        '<span class="katex-html" aria-hidden="true"><span class="base">'
        f'<span class="strut" style="{strut}"></span>{inside}</span></span>'
    )


def test_a_strut_goes_where_the_line_is_as_tall() -> None:
    above, below = LINE
    assert "strut" not in shorten(base(f"height:{above}em", "x"))
    assert "strut" not in shorten(base(f"height:1em;vertical-align:-{below}em", "x"))
    assert "strut" in shorten(base(f"height:{above + 0.01}em", "x"))
    assert "strut" in shorten(base(f"height:0.5em;vertical-align:-{below + 0.01}em", "x"))


def test_signs_lose_their_names_and_spaces_join() -> None:
    space = '<span class="mspace" style="margin-right:0.2778em;"></span>'
    inside = (
        '<span class="mord mathnormal" style="margin-right:0.03588em;">y</span>'
        f'{space}<span class="mrel">=</span>{space}<span class="mord">1</span>'
    )
    assert shorten(base("height:0.5em", inside)) == (
        '<span class="katex-html" aria-hidden="true"><span class="base">'
        '<i class="m03588">y</i><span class="b2778">=</span>1</span></span>'
    )


def test_a_sign_of_equality_at_the_start_stays_with_what_follows() -> None:
    space = '<span class="mspace" style="margin-right:0.2778em;"></span>'

    def two(first: str) -> str:
        return shorten(
            '<span class="katex-html" aria-hidden="true">'
            f'<span class="base"><span class="mrel">{first}</span>{space}</span>'
            '<span class="base"><span class="strut" style="height:3em;"></span>1</span></span>'
        )

    assert two("=") == (
        '<span class="katex-html" aria-hidden="true"><span class="base">=<span class="m2778">'
        '</span><span class="strut" style="height:3em"></span>1</span></span>'
    )
    # where a sum ends is a place to break the line
    assert two('<span class="mord mathnormal">y</span>=').count('"base"') == 2


@pytest.mark.parametrize(
    ("latex", "boxes"),
    [
        # an exponent at a bracket; brackets in brackets; bars
        (r"s(w \cdot x + b)^2 = f(g(u + v) + 1) - \lvert u - v \rvert", 3),
        (r"1 + 2 + 3 + 4 + 5 + 6 + 7 + f(x)", 0),
        (r"p = q", 1),
        (r"p", 0),
    ],
)
def test_brackets_and_short_formulas_are_held_together(
    rendered: list[str], latex: str, boxes: int
) -> None:
    for display, count in ((False, boxes), (True, 0)):
        html = lighten(str(katex.render_latex(latex, {"displayMode": display})))
        assert html.count('<span class="g">') == count


# Which boxes of a page are broken although they fit on a line of their own.
BROKEN = """() => [...document.querySelectorAll(".katex .g")].filter((box) => {
  if (!box.getClientRects().length) return false;
  const parts = [...box.querySelectorAll(".base")].map((part) => part.getBoundingClientRect());
  const room = box.closest("p, li, dt, dd, td, th, div").clientWidth;
  return parts.some((part, i) => i && part.left < parts[i - 1].left)
    && parts.reduce((sum, part) => sum + part.width, 0) < room - 1;
}).map((box) => box.textContent)"""


@pytest.mark.slow
def test_no_short_formula_and_no_bracket_breaks_where_it_fits(browser: Any, site: Path) -> None:
    found = {}
    page = browser.new_page(viewport={"width": 360, "height": 800}, reduced_motion="reduce")
    for path in [*site.glob("book/*.html"), *site.glob("exercises/*/*.html")]:
        page.goto(path.as_uri())
        page.add_style_tag(content="section { content-visibility: visible !important }")
        page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true })")
        page.evaluate("document.fonts.ready")
        found[path.name] = page.evaluate(BROKEN)
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            found[path.name].append("the page scrolls sideways")
    page.close()
    assert len(found) > 20
    assert {name: boxes for name, boxes in found.items() if boxes} == {}


@pytest.mark.slow
def test_a_broken_bracket_is_found(browser: Any, rendered: list[str], tmp_path: Path) -> None:
    formula = lighten(str(katex.render_latex(r"s(w \cdot x + b) + c + d + e")))
    file = tmp_path / "page.html"
    file.write_text(
        f'<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="{KATEX.as_uri()}">'
        f"<style>{CSS} p {{ width: 160px }}</style><p>so many words: {formula}</p>",
        encoding="utf-8",
    )
    page = browser.new_page()
    page.goto(file.as_uri())
    whole = page.evaluate(BROKEN)
    page.add_style_tag(content=".katex .g { display: inline !important }")
    broken = page.evaluate(BROKEN)
    page.close()
    assert (whole, len(broken)) == ([], 1)


@pytest.mark.slow
def test_a_phone_shows_what_stands_after_a_wide_space(browser: Any, tmp_path: Path) -> None:
    katex_markup = katex.render_latex(
        r"P(Y = 1 \mid X = x) = s(w \cdot x + b), \qquad w \in \mathbb{R}^d, \; b \in \mathbb{R}",
        {"displayMode": True},
    )
    file = tmp_path / "page.html"
    file.write_text(
        f'<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="{KATEX.as_uri()}">'
        f"<style>{CSS}</style>{lighten(str(katex_markup))}",
        encoding="utf-8",
    )
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(file.as_uri())
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    tops = page.locator(".base").evaluate_all("all => all.map((e) => e.offsetTop)")
    page.set_viewport_size({"width": 800, "height": 800})
    wide = page.locator(".base").evaluate_all("all => all.map((e) => e.offsetTop)")
    page.close()
    assert widths[0] <= widths[1]
    assert max(tops) - min(tops) > 20
    assert max(wide) - min(wide) < 12


HEARD = (
    '<span class="katex"><span class="katex-mathml">'
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mstyle scriptlevel="0" '
    'displaystyle="true"><mo stretchy="false">(</mo><mfrac linethickness="0px"><mrow><mi>n</mi>'
    "</mrow><mrow><mi>k</mi><mo>&lt;</mo><mn>1</mn></mrow></mfrac></mstyle></mrow>"
    '<annotation encoding="application/x-tex">(\\binom n {k &lt; 1}</annotation></semantics></math>'
    '</span><span class="katex-html" aria-hidden="true"></span></span>'
)


def test_mathml_keeps_what_is_heard() -> None:
    assert lighten(HEARD) == (
        '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mo>(</mo>'
        '<mfrac linethickness="0px"><mi>n</mi><mrow><mi>k</mi><mo>&lt;</mo><mn>1</mn></mrow>'
        '</mfrac></mrow><annotation encoding="application/x-tex">(\\binom n {k &lt; 1}</annotation>'
        '</semantics></math></span><span class="katex-html" aria-hidden="true"></span></span>'
    )
