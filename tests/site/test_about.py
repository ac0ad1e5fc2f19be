"""What a page says of itself, and what a reviewer sees of a change."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

from ce_lib.cli import main
from ce_lib.site.about import bibtex, dates
from ce_lib.site.build import build_site
from ce_lib.site.diff import DiffError, compare_sites, lines_of

ROOT = Path(__file__).resolve().parents[2]
CFF = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_citation_agrees_with_package_and_book():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert CFF["version"] == project["version"]
    assert CFF["title"] == config["title"]
    assert " AND ".join(sorted(CFF["license"])) == project["license"]


def test_entry_cites_the_page_of_the_course():
    entry = bibtex(CFF, "book/softmax", "Softmax and cross-entropy", "2026-11-20", "")
    assert entry.startswith("@incollection{softmax-2026,")
    assert "title = {Softmax and cross-entropy}" in entry
    assert f"booktitle = {{{CFF['title']}}}" in entry
    assert f"version {CFF['version']}" in entry
    assert "url" not in entry
    there = bibtex(CFF, "book/softmax", "S", "", "https://example.org/book/softmax.html")
    assert "url = {https://example.org/book/softmax.html}" in there


def git(folder: Path, *arguments: str, day: str = "2026-01-01") -> None:
    when = f"{day}T12:00:00+00:00"
    names = {f"GIT_{who}_{what}": "a" for who in ("AUTHOR", "COMMITTER") for what in ("NAME",)}
    names |= {f"GIT_{who}_EMAIL": "a@example.org" for who in ("AUTHOR", "COMMITTER")}
    environment = {
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_DATE": when,
        **names,
        "HOME": "/",
        "PATH": os.environ["PATH"],
    }
    command = ["git", "-C", str(folder), *arguments]
    subprocess.run(command, check=True, capture_output=True, env=environment)


def commit(folder: Path, name: str, text: str, day: str) -> None:
    path = folder / "book" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "change", day=day)


def test_a_page_is_as_old_as_its_last_commit(tmp_path):
    top = tmp_path / "course"
    top.mkdir()
    assert dates(top) == {}
    git(top, "init", "-q")
    commit(top, "a.md", "1", "2026-01-01")
    commit(top, "b.md", "1", "2026-02-02")
    commit(top, "a.md", "2", "2026-03-03")
    assert dates(top) == {"book/a.md": "2026-03-03", "book/b.md": "2026-02-02"}
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{top}", str(shallow))
    assert dates(shallow) == {}


PAGES = {
    "index": "# Book\n\nWhat $x$ is, and what it has to do with all the rest of this course.\n\n"
    "An account of everything that a reader of this small book will ever have to know.\n",
    "next": "# The next $s(u)$ page\n\nShort.\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory, make_book):
    """The same small book, built for no address and for one: the two sites."""
    sites = []
    for url in ("", "https://example.org/course"):
        root = make_book(tmp_path_factory.mktemp("about"), PAGES)
        (root / "CITATION.cff").write_bytes((ROOT / "CITATION.cff").read_bytes())
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COURSE_URL", url)
            patch.setenv("COURSE_REPOSITORY", url and "https://example.org/source/")
            patch.delenv("COURSE_BRANCH", raising=False)
            sites.append(build_site(root))
    return sites


@pytest.mark.slow
class TestPages:
    def test_pages_describe_themselves(self, built):
        page = (built[0] / "book/index.html").read_text(encoding="utf-8")
        text = "An account of everything that a reader of this small book will ever have to know."
        assert f'<meta name="description" content="{text}">' in page
        assert f'<meta property="og:description" content="{text}">' in page
        assert '<meta property="og:title" content="Book">' in page
        assert page.count('name="viewport"') == 1
        assert "@incollection{index-" in page
        other = (built[0] / "book/next.html").read_text(encoding="utf-8")
        (title,) = re.findall(r'og:title" content="([^"]*)"', other)
        assert title == "The next s(u) page"

    def test_without_an_address_none_is_made_up(self, built):
        page = (built[0] / "book/index.html").read_text(encoding="utf-8")
        assert "canonical" not in page
        assert "og:url" not in page
        assert "/edit/" not in page
        assert not (built[0] / "sitemap.xml").exists()

    def test_with_an_address_pages_and_sitemap_name_it(self, built):
        page = (built[1] / "book/next.html").read_text(encoding="utf-8")
        url = "https://example.org/course/book/next.html"
        assert f'<link rel="canonical" href="{url}">' in page
        assert f'<meta property="og:url" content="{url}">' in page
        assert 'href="https://example.org/source/edit/main/book/next.md"' in page
        tree = ET.parse(built[1] / "sitemap.xml")
        places = [e.text for e in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
        assert places == ["https://example.org/course/book/index.html", url]

    def test_what_a_build_writes_anew_is_no_change(self, built, capsys):
        changes = compare_sites(built[0], built[0])
        assert changes == []
        assert main(["diff-site", str(built[0]), str(built[0])]) == 0
        assert capsys.readouterr().out == "0 pages changed\n"

    def test_an_address_is_a_change_that_is_shown(self, built):
        changes = compare_sites(*built)
        assert {change.page for change in changes} == {"book/index.html", "book/next.html"}
        assert any("Suggest a change" in line for line in changes[0].diff)


PAGE = (
    '<html><head><link href="a.css?v={version}"></head><body><nav>Contents</nav><article>'
    '<h1>Title</h1><p>The value <span class="katex"><span class="katex-mathml"><math><semantics>'
    '<mrow><mi>x</mi></mrow><annotation encoding="application/x-tex">{latex}</annotation>'
    '</semantics></math></span><span class="katex-html"><span>x{noise}</span></span></span> of '
    '<a href="b.html?v={version}">it</a>.</p><svg class="figure-svg" aria-label="A line.">'
    '<path d="{path}"/></svg><pre>a\n  b</pre></article></body></html>'
)
SAME = {"version": "1", "latex": "x^2", "noise": "", "path": "M0 0"}


def test_a_page_reads_as_lines():
    assert lines_of(PAGE.format(**SAME))[:2] == ["# Title", "The value $x^2$ of <b.html> it."]
    assert lines_of(PAGE.format(**SAME))[-2:] == ["a", "  b"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"version": "2"}, None),
        ({"noise": "<b>y</b>"}, None),
        ({"latex": "x^3"}, "+The value $x^3$ of <b.html> it."),
        ({"path": "M1 1"}, "+[figure: A line.] drawing"),
    ],
)
def test_only_what_a_reader_meets_counts(tmp_path, change, line):
    for name, values in (("old", SAME), ("new", SAME | change)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(PAGE.format(**values), encoding="utf-8")
    changes = compare_sites(tmp_path / "old", tmp_path / "new")
    if line is None:
        assert changes == []
    else:
        assert [one for one in changes[0].diff if one.startswith(line)], changes


def test_new_and_lost_pages_are_named_and_reported(tmp_path, capsys):
    for name, page in (("old", "a"), ("new", "b")):
        (tmp_path / name).mkdir()
        for file in ("index", page):
            text = "<article><p>1 &lt; 2</p></article>"
            (tmp_path / name / f"{file}.html").write_text(text, encoding="utf-8")
    report = tmp_path / "report" / "diff.html"
    folders = [str(tmp_path / "old"), str(tmp_path / "new")]
    assert main(["diff-site", *folders, "--output", str(report)]) == 0
    said = capsys.readouterr().out
    assert "gone     a.html" in said
    assert "new      b.html" in said
    assert "2 pages changed" in said
    text = report.read_text(encoding="utf-8")
    assert "<del>-1 &lt; 2</del>" in text
    assert "<ins>+1 &lt; 2</ins>" in text


def test_a_folder_without_a_site_is_refused(tmp_path, capsys):
    with pytest.raises(DiffError, match="holds no built site"):
        compare_sites(tmp_path, tmp_path)
    assert main(["diff-site", str(tmp_path), str(tmp_path)]) == 1
    assert "holds no built site" in capsys.readouterr().err
