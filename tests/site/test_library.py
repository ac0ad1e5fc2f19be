"""The reference of the library: docstrings are read, and every public name is there."""

from __future__ import annotations

import importlib
import inspect
import re

import pytest

import ce_lib
from ce_lib.site.library import read_docstring, signature

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
    assert args.entries == [("x", "array The input."), ("y", "Other.")]
    assert raises.entries == [("TypeError", "If not.")]


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
