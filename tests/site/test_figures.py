"""SVG figures go into the page: themed, apart from each other, described."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ce_lib.site.figures import PALETTE, inline_svg, themed_colour

ROOT = Path(__file__).resolve().parents[2]

FIGURE = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="72pt" height="36pt" viewBox="0 0 72 36"
     xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><date>now</date></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>
 <g id="figure_1">
  <path d="M 1.23456 7.0004 L 2 -3.9999 z" clip-path="url(#p1)" style="stroke: #0072b2"/>
  <path d="M 0 0" style="fill: #cccccc; stroke: #123456"/>
  <rect fill="#ffffff"/>
  <use xlink:href="#glyph" transform="scale(0.015625)"/>
 </g>
 <defs><clipPath id="p1"><rect/></clipPath><path id="glyph" d="M 1 1"/></defs>
</svg>"""


@pytest.mark.parametrize(
    ("colour", "themed"),
    [
        ("#000000", "var(--fig-ink, #000)"),
        ("#fff", "var(--fig-paper, #fff)"),
        ("#D55E00", "var(--fig-vermilion, #d55e00)"),
        ("#cccccc", "color-mix(in srgb, var(--fig-ink, #000) 20%, var(--fig-paper, #fff))"),
        ("#123456", "#123456"),
    ],
)
def test_colours_follow_the_theme(colour, themed):
    assert themed_colour(colour) == themed


def test_every_colour_of_the_palette_has_a_value_in_each_theme():
    css = (ROOT / "book/_assets/course.css").read_text(encoding="utf-8")
    for name in (*PALETTE.values(), "--fig-ink", "--fig-paper"):
        assert len(re.findall(rf"{name}: #[0-9a-f]+;", css)) == 3, f"{name}: light, dark, print"


def test_figure_is_described_and_themed():
    svg = inline_svg(FIGURE, alt='Rises from 0 to "1".', prefix="fig0")
    assert 'role="img"' in svg
    assert 'aria-label="Rises from 0 to &quot;1&quot;."' in svg
    assert "stroke:var(--fig-blue, #0072b2)" in svg
    assert '<rect class="fp"/>' in svg
    assert "stroke:#123456" in svg
    assert 'style="width:96px"' in svg
    assert 'viewBox="0 0 72 36"' in svg


def test_figure_leaves_no_rule_for_the_rest_of_the_page():
    svg = inline_svg(FIGURE, alt="a", prefix="fig0")
    assert "<style" not in svg
    assert "<metadata" not in svg
    assert 'stroke-linejoin="round"' in svg


def test_ids_of_two_figures_differ_and_still_lead_home():
    first, second = (inline_svg(FIGURE, alt="a", prefix=f"fig{i}") for i in range(2))
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (first, second)]
    assert len(ids[0]) == 2
    assert not ids[0] & ids[1]
    for svg, own in zip((first, second), ids, strict=True):
        assert set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', svg)[0]) & own
        assert {a or b for a, b in re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', svg)} == own


def test_paths_lose_digits_that_nobody_sees_and_scales_do_not():
    svg = inline_svg(FIGURE, alt="a", prefix="fig0")
    assert 'd="M1.2 7l.8-11z"' in svg
    assert "scale(0.015625)" in svg
