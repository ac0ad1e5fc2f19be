"""A page brings what it shows and little more: sheets, scripts, fonts, figures, formulas."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from ce_lib.site.bundle import CSS, JS, merge, split_page
from ce_lib.site.figures import compact_path, inline_svg
from ce_lib.site.fonts import CORE
from ce_lib.site.pages import squeeze
from ce_lib.site.stylesheets import Words, purge, read_sheet

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def words():
    known = Words()
    known.add_page('<p class="note wide" id=top style="width:var(--w)"><a href="#">b</a></p>')
    known.add_script('box.classList.add("is-open")')
    return known


@pytest.mark.parametrize(
    "css",
    [
        ".note{color:red}",
        "#top>a:hover{color:red}",
        ".is-open{color:red}",
        'p.note:not(.never)::after{content:"a, b"}',
        ":is(.wide,.never){color:red}",
        "@media (min-width:9px){.note{color:red}}",
        "html[data-theme=dark] .wide{color:red!important}",
        "@font-face{font-family:X;src:url(x.woff2)}",
        "a{margin:0 -1px;background:url(\"data:image/svg+xml,%3Csvg a='b, c'/%3E\")}",
    ],
)
def test_rules_that_may_fit_stay(words, css):
    assert purge(css, words) == css


@pytest.mark.parametrize(
    "css",
    [
        ".never{color:red}",
        "#top .never>a{color:red}",
        "table{color:red}",
        "@media print{.never{color:red}}",
        "/* .note{color:red} */",
        ".note{--unused:1}",
    ],
)
def test_rules_that_fit_nothing_go(words, css):
    assert purge(css, words) == ""


def test_one_selector_of_a_list_goes_alone(words):
    assert purge(".never,\n  .note > a , table{ color : red ; }", words) == ".note>a{color:red}"


def test_properties_stay_as_long_as_something_asks_for_them(words):
    css = ".note{--w:var(--x);--x:var(--y);--y:1px;--z:var(--x)}"
    assert purge(css, words) == ".note{--w:var(--x);--x:var(--y);--y:1px}"


def test_sheets_keep_their_addresses_when_they_move(tmp_path):
    (tmp_path / "fonts").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "fonts/x.woff2").write_bytes(b"")
    (tmp_path / "base.css").write_text("p{color:red}")
    (tmp_path / "a/one.css").write_text(
        '@import url("../base.css");\n@font-face{src:url(../fonts/x.woff2)}'
        'b{background:url("data:a,b")}'
    )
    text = read_sheet(tmp_path / "a/one.css", tmp_path)
    assert "p{color:red}" in text
    assert "url(fonts/x.woff2)" in text
    assert 'url("data:a,b")' in text


PAGE = """<!DOCTYPE html><html data-content_root="../"><head>
<script data-cfasync="false">theme()</script>
<link rel="preload" as="script" href="../_static/scripts/b.js?d=1" />
<link href="../_static/styles/a.css?digest=1" rel="stylesheet" />
<link rel="stylesheet" type="text/css" href="../_static/b.css?v=2" />
<script src="../_static/doctools.js?v=3"></script>
<script>let hint = 'Show';</script>
<script defer="defer" src="../_static/course.js?v=4"></script>
<script defer="defer" src="../_static/interactive/kit.js?v=5"></script>
<script src="../_static/searchtools.js"></script><script src="../searchindex.js"></script>
</head><body><script>focus()</script><script>kernelName = 'python3'</script>
<script type="text/x-thebe-config">{}</script>
<script defer src="../_static/scripts/b.js?d=1"></script></body></html>"""


def test_a_page_asks_for_one_sheet_and_one_script_and_its_own():
    page, sheets, scripts = split_page(PAGE)
    assert sheets == ["styles/a.css", "b.css"]
    assert scripts == [
        "_static/doctools.js",
        "inline:let hint = 'Show';",
        "_static/course.js",
        "_static/scripts/b.js",
    ]
    assert re.findall(r'(?:href|src)="([^"]+)"', page) == [
        f"../_static/{CSS}?v=0",
        f"../_static/{JS}?v=0",
        "../_static/interactive/kit.js?v=5",
    ]
    # what sets the theme before the first paint, and what belongs to a place in the page, stays
    assert re.findall(r"<script[^>]*>(\w+\(\))", page) == ["focus()"]
    assert page.index('["mode", "theme"]') < page.index(CSS)
    # style before everything that moves
    assert page.index("</head>") < page.index(JS) < page.index("</body>")


def test_the_page_of_results_alone_loads_the_index():
    assert "searchindex" not in split_page(PAGE)[0]
    page = split_page(PAGE, search=True)[0]
    assert page.index(JS) < page.index("searchtools.js") < page.index("searchindex.js")


def test_bundling_twice_changes_nothing():
    once = split_page(PAGE)[0]
    assert split_page(once) == (once, [], [])


def test_order_of_files_is_kept_over_pages():
    assert merge(["a", "d"], ["a", "b", "d", "e"]) == ["a", "b", "d", "e"]
    assert merge([], ["a"]) == ["a"]


def test_templates_lose_empty_lines_and_words_keep_theirs():
    html = "<div>\n\n   <p>a\n  b <!-- c --> d</p>\n<pre>x\n\n   y</pre>\n\n\n"
    html += "<textarea>\n\n z</textarea>"
    assert squeeze(html) == (
        "<div>\n<p>a\nb  d</p>\n<pre>x\n\n   y</pre>\n<textarea>\n\n z</textarea>"
    )


def places_of(path):
    """The absolute points of a path with M, L, Q, C, z in either case."""
    here, start, points = (0.0, 0.0), (0.0, 0.0), []
    for letter, text in re.findall(r"([MLQCZmlqczhv])([^MLQCZmlqczhv]*)", path):
        numbers = [float(one) for one in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]
        if letter in "hv":
            numbers = [part for n in numbers for part in ((n, 0.0) if letter == "h" else (0.0, n))]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        size = {"q": 2, "c": 3}.get(letter.lower(), 1)
        if letter in "Zz":
            here = start
        for i in range(0, len(pairs), size):
            placed = [
                (x + here[0], y + here[1]) if letter.islower() else (x, y)
                for x, y in pairs[i : i + size]
            ]
            points += placed
            here = placed[-1]
            if letter in "Mm" and i == 0:
                start = here
    return points


PATHS = [
    "M 0.123456 10.5 L 3.5 -2.25 L 4 4 z M 1 1 L 2 2",
    "M 1 2 L 5.55 2 L 9 2 L 9 -7.123456 L 0.5 0.5",
    "M 1.5 2.5 Q 3.333333 4 5.125 6.0049 Q 1 1 0 0 C 1 2 3 4 5 6 z",
    " M " + " L ".join(f"{0.337 * i:.6f} {(i * 7919 % 101) / 7:.6f}" for i in range(200)),
]


@pytest.mark.parametrize("path", PATHS)
def test_short_paths_go_through_the_same_points(path):
    short = compact_path(path)
    assert len(short) < len(path)
    for (a, b), (x, y) in zip(places_of(path), places_of(short), strict=True):
        # rounded to the nearest hundredth, and errors do not add up
        assert abs(a - x) < 0.00501
        assert abs(b - y) < 0.00501


def test_lines_along_an_axis_are_one_number():
    assert compact_path("M 1 2 L 5.5 2 L 9 2 L 9 -7 L 9 3", 1) == "M1 2h4.5 3.5v-9 10"


def test_other_paths_are_only_rounded():
    assert compact_path("M 1.23456 2 A 5 5 0 0 1 3 4") == "M 1.23 2 A 5 5 0 0 1 3 4"


def drawn(label):
    from matplotlib.figure import Figure

    from ce_lib.plotting.style import STYLE, plt

    with plt.rc_context(STYLE):
        figure = Figure()
        figure.text(0.1, 0.5, label)
        file = io.StringIO()
        figure.savefig(file, format="svg")
    return inline_svg(file.getvalue(), alt="a", prefix="fig0")


def test_letters_become_text_again():
    svg = drawn("loss, in nats: −0.5")
    assert re.findall(r"<text[^>]*>([^<]*)</text>", svg) == ["loss, in nats: −0.5"]
    assert "DejaVu" not in svg
    assert "<use" not in svg


def test_raised_letters_stay_small_and_high():
    svg = drawn("$10^{-4}$")
    (_, base), (attributes, raised) = re.findall(r"<text([^>]*)>([^<]*)</text>", svg)
    assert (base, raised) == ("10", "−4")
    assert 'class="fs"' in attributes
    assert re.search(r' y="-\d', attributes)


def test_letters_outside_of_the_cut_stay_shapes():
    svg = drawn("Ж")
    assert "<text" not in svg
    assert "<use" in svg


def test_every_cut_is_there_and_shows_what_it_promises():
    folder = ROOT / "book/_vendor/core"
    css = (folder / "core.css").read_text(encoding="utf-8")
    faces = re.findall(r'url\("([^"]+)"\).*?unicode-range: ([^;]+);', css, re.DOTALL)
    ranges = dict(faces)
    for cut in CORE:
        file = folder / f"{cut.name}.woff2"
        assert file.stat().st_size < 24_000, f"{file.name} is no cut"
        points = set()
        for span in ranges[file.name].split(","):
            first, _, last = span.strip()[2:].partition("-")
            points |= set(range(int(first, 16), int(last or first, 16) + 1))
        # a sign that the whole font lacks is not there either, such as Greek in a Latin font
        assert len(points) >= 0.9 * len(set(cut.characters)), cut.name
        # the cutter adds what a sign turns into from right to left
        assert len(points - set(map(ord, cut.characters))) < 4, cut.name
