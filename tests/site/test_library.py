"""The reference of the library: docstrings are read, and every public name is there."""

from __future__ import annotations

import importlib
import inspect
import re

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.transforms.universal import SmartQuotes
from docutils.utils import new_document

import ce_lib
from ce_lib.site.library import Block, Library, read_docstring, signature

DOCSTRING = """Mean of x.

Some words with ``code``
on two lines.

Args:
    x, y: numbers, of
        one shape.
    **options: others.

Returns:
    A number.

Attributes after ``fit``:
    coef_: w.

- one
- two,
  longer

    indented = code

Source: book, "A section".
>>> mean([1])
1.0
"""


def test_docstring_is_read():
    blocks = read_docstring(DOCSTRING)
    assert [block.kind for block in blocks] == [
        "text",
        "text",
        "Args",
        "Returns",
        "Attributes after ``fit``",
        "list",
        "code",
        "text",
        "doctest",
    ]
    assert blocks[2].entries == [("x, y", "numbers, of one shape."), ("**options", "others.")]
    assert blocks[3].lines == ["A number."]
    assert blocks[6].lines == ["indented = code"]
    assert blocks[8].lines == [">>> mean([1])", "1.0"]


def test_underlined_docstring_is_read():
    (text, args, raises) = read_docstring(
        "Do.\n\nParameters\n----------\nx : array\n    The input.\ny\n    Other.\n\n"
        "Raises\n------\nTypeError\n    If not."
    )
    assert text.lines == ["Do."]
    assert args.entries == [("x", "array: The input."), ("y", "Other.")]
    assert raises.entries == [("TypeError", "If not.")]


@pytest.fixture
def library():
    made = object.__new__(Library)
    made.known = set()
    return made


def test_titles_are_emphasised_and_products_are_not(library):
    found = library._inline("Boyd, *Convex Optimization*, 2 * 3 * 4, `a * b * c` and **options")
    assert [str(n.astext()) for n in found if isinstance(n, nodes.emphasis)] == [
        "Convex Optimization"
    ]
    assert "".join(n.astext() for n in found).count("*") == 6


def test_many_names_have_a_row_of_their_own(library):
    entries = [("hessian", "of f."), ("f, gradient, start, tolerance", "as above.")]
    (_, box) = library._block(Block("Args", entries=entries))
    assert [name["classes"] for name in box.children[::2]] == [[], ["api-many"]]


def test_entry_that_starts_with_a_quotation_opens_it(library):
    settings = get_default_settings()
    settings.smart_quotes, settings.language_code = True, "en"
    settings.smartquotes_locales = None
    document = new_document("page", settings)
    entries = [("form", "a word."), ("reduction", '"mean" or "sum".')]
    document += library._block(Block("Args", entries=entries))
    SmartQuotes(document, None).apply()
    assert document.astext().endswith("“mean” or “sum”.")


def test_signature_has_defaults_and_no_types():
    def function(x: int, *, axis: int = -1) -> float:
        return 0.0

    assert signature(function) == "(x, *, axis=-1)"
    assert signature(ce_lib.LogisticRegression).startswith("(")
    assert "self" not in signature(ce_lib.LogisticRegression)


MODULES = (
    "vectors",
    "logistic",
    "bernoulli",
    "categorical",
    "losses",
    "gradients",
    "information",
    "optimize",
    "regression",
    "datasets",
    "checks",
)


def documented():
    """Yield (name, docstring) of all that the page shows."""
    for name in MODULES:
        module = importlib.import_module(f"ce_lib.{name}")
        yield name, inspect.getdoc(module)
        for public in module.__all__:
            thing = getattr(module, public)
            yield f"{name}.{public}", inspect.getdoc(thing) or ""
            if inspect.isclass(thing):
                for method, function in vars(thing).items():
                    if not method.startswith("_") and inspect.isfunction(function):
                        yield f"{name}.{public}.{method}", inspect.getdoc(function) or ""


def test_every_entry_is_described_and_no_code_stands_in_the_text():
    for name, text in documented():
        for block in read_docstring(text):
            for entry, description in block.entries:
                assert description, f"{name}: {entry} has no description"
                assert not re.search(r"\w_: ", description), f"{name}: {entry} hides another"
            if block.kind == "text":
                assert "###" not in " ".join(block.lines), f"{name}: code is no block of its own"


def test_sources_are_chapters_and_sections_of_the_book(root):
    sections = {}
    for path in (root / "book").glob("*.md"):
        lines = path.read_text(encoding="utf-8").splitlines()
        titles = [line.split(" ", 1)[1] for line in lines if re.match(r"#{1,3} ", line)]
        sections[titles[0]] = titles[1:]
    cited = 0
    for name, text in documented():
        source = re.search(r"\bbook, (\".*)", " ".join(text.split("\n\n>>>")[0].split()))
        for part in source[1].split("; ") if source else ():
            if not part.startswith('"'):
                break
            chapter, *within = re.findall('"(.+?)"', part)
            assert chapter in sections, f"{name}: {chapter}"
            assert set(within) <= set(sections[chapter]), f"{name}: {within}"
            cited += 1
    assert cited > 50


@pytest.fixture
def page(study):
    return (study / "library.html").read_text(encoding="utf-8")


@pytest.mark.slow
class TestPage:
    def test_every_public_name_has_its_place(self, page):
        for name in MODULES:
            module = importlib.import_module(f"ce_lib.{name}")
            for public in module.__all__:
                assert f'id="ce_lib.{name}.{public}"' in page, public

    def test_links_between_names_lead_somewhere(self, page):
        targets = set(re.findall(r'href="#(ce_lib\.[^"]+)"', page))
        assert len(targets) > 20
        assert targets <= set(re.findall(r'id="(ce_lib\.[^"]+)"', page))

    def test_examples_are_shown(self, page):
        assert page.count('class="highlight-pycon') > 40


def test_the_book_shows_every_module_of_the_numerics(root):
    text = (root / "book" / "library.md").read_text(encoding="utf-8")
    listed = text.split("{library}")[1].split("```")[0].split()
    assert tuple(listed) == MODULES
    exported = {n for n in ce_lib.__all__ if inspect.ismodule(getattr(ce_lib, n))}
    assert exported <= set(listed)
