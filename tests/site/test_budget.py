"""Bytes and requests of every page stay within a budget; Lighthouse finds nothing.

Times are measured by `python -m benchmarks.site`: a busy machine must not fail a test.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from benchmarks.browsing import PHONE, served, visit
from benchmarks.lighthouse import rate
from ce_lib.site.volume import chapters

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
FIRST = 300_000  # bytes of a first visit to any page
CHAPTER = 60_000  # of a chapter when the reader comes from another
NEXT = 100_000  # and of any page
REQUESTS = 24
RATED = ("accessibility", "best-practices", "seo")


def cost(context, url):
    """What is wrong with the cost of a visit, in words."""
    seen = visit(context, url)
    wrong = [f"{seen.bytes} bytes"] if seen.bytes > FIRST else []
    if len(seen.sizes) > REQUESTS:
        wrong.append(f"{len(seen.sizes)} requests")
    # the cut is enough for every page of the course
    wrong += [f"whole font {url}" for url in seen.sizes if "/fonts/" in url or "latin" in url]
    return wrong


def pages_of(site):
    return sorted(path.relative_to(site).as_posix() for path in (site / "book").glob("*.html"))


def test_every_page_is_light_on_a_first_visit(browser, site):
    wrong = {}
    with served(site) as address:
        for name in pages_of(site):
            context = browser.new_context(**PHONE)
            wrong[name] = cost(context, f"{address}/{name}")
            context.close()
    assert {name: what for name, what in wrong.items() if what} == {}


def test_the_next_page_brings_itself_alone(browser, site):
    with served(site) as address:
        context = browser.new_context(**PHONE)
        visit(context, f"{address}/book/information.html")
        seen = {name: visit(context, f"{address}/{name}") for name in pages_of(site)}
        context.close()
    # a font that a busy machine had not read to its end comes again with whichever page is next
    own = {
        name: sum(size for url, size in one.sizes.items() if ".woff2" not in url)
        for name, one in seen.items()
    }
    assert all(size > 1000 for size in own.values())
    most = {f"book/{name}.html": CHAPTER for name in chapters(ROOT)}
    assert most.keys() <= own.keys()
    assert {name: size for name, size in own.items() if size > most.get(name, NEXT)} == {}


HEAVY = """<!doctype html><html><title>x</title><body><p id="a">a</p>
<script src="/big.js"></script>{scripts}
<p>b</p></body></html>"""


def test_a_heavy_page_is_found_out(browser, tmp_path):
    scripts = "".join(f'<script src="/{i}.js"></script>' for i in range(REQUESTS))
    (tmp_path / "index.html").write_text(HEAVY.format(scripts=scripts), encoding="utf-8")
    for i in range(REQUESTS):
        (tmp_path / f"{i}.js").write_text("1")
    # random, so that it does not compress
    (tmp_path / "big.js").write_text(f"/*{os.urandom(FIRST).hex()}*/")
    with served(tmp_path) as address:
        context = browser.new_context(**PHONE)
        wrong = cost(context, f"{address}/index.html")
        context.close()
    said = " ".join(wrong)
    for word in ("bytes", "requests"):
        assert word in said


UNSIZED = re.compile(r"<img(?![^>]*\bwidth=)[^>]*>|<img(?![^>]*\bheight=)[^>]*>")


def test_nothing_moves_when_a_picture_arrives(site):
    pages = {name: (site / name).read_text(encoding="utf-8") for name in pages_of(site)}
    assert {name: found for name, page in pages.items() if (found := UNSIZED.findall(page))} == {}


@pytest.mark.parametrize("image", ['<img src="a.png">', '<img src="a.png" width="9">'])
def test_a_picture_without_its_size_is_found_out(image):
    assert UNSIZED.findall(image) == [image]


@pytest.fixture(scope="module")
def rated(browser):  # the browser says whether there is one
    if shutil.which("npm") is None and os.environ.get("CI") != "true":
        pytest.skip("needs npm: `ce-course doctor --install`")
    return lambda url: rate(url, RATED)


def test_lighthouse_finds_nothing(site, rated):
    with served(site) as address:
        pages = ("index", "sigmoid", "softmax")
        found = {name: rated(f"{address}/book/{name}.html") for name in pages}
    for name, rating in found.items():
        assert rating.scores == dict.fromkeys(RATED, 100), (name, rating.wanting)


def test_lighthouse_finds_a_page_broken_on_purpose(rated, tmp_path: Path):
    (tmp_path / "index.html").write_text(
        "<html><body><img src=missing.png><button></button>"
        "<p style='font-size:8px'>small small small</p><script>throw 1</script></body></html>",
        encoding="utf-8",
    )
    with served(tmp_path) as address:
        rating = rated(f"{address}/index.html")
    assert all(rating.scores[name] < 100 for name in RATED), rating
    assert rating.wanting
