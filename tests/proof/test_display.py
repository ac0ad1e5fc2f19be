"""The display: Markdown that MyST and a notebook read as rows of mathematics, and nothing else."""

from __future__ import annotations

import re

import pytest
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from ce_lib.proof import Derivation, ParseError, catalogue, show
from ce_lib.proof.display import reason_text

LABELS = ["sigmoid-derivative", "softmax-jacobian", "gibbs", "multiclass-likelihood-to-loss"]


def parsed(text):
    from docutils.utils import new_document
    from myst_parser.mdit_to_docutils.base import DocutilsRenderer

    config = MdParserConfig(enable_extensions={"dollarmath", "amsmath"})
    md = create_md_parser(config, DocutilsRenderer)
    md.options["document"] = new_document("")
    return md.parse(text)


def maths(tokens):
    for t in tokens:
        if t.type in ("math_inline", "math_block"):
            yield t.content
        yield from maths(t.children or [])


@pytest.mark.parametrize("label", LABELS)
def test_markdown(label):
    d = show(label)
    tokens = parsed(d.markdown())
    found = list(maths(tokens))
    formulas = sum(line.reason.count("{") for line in d.lines)
    assert len(found) == len(d.steps) + 1 + formulas  # the left side, each right side, the reasons
    html = "".join(t.content for t in tokens if t.type == "html_block")
    assert html.count("<div") == html.count("</div>") == 1 + 4 * len(d.steps)
    assert html.count("<details") == html.count("</details>") == 1
    text = "".join(t.content for t in tokens if t.type == "inline")
    for line in d.lines[1:]:
        plain = reason_text(line.reason).split("{")[0]
        assert plain in re.sub(r"\\(.)", r"\1", text)
    assert "[" not in re.sub(r"\$[^$]*\$", "", text)  # what cites a lemma is for the machine only


def test_all_entries_parse():
    for e in catalogue.entries():
        s = catalogue.get(e.label)
        parts = (s,) if isinstance(s, Derivation) else s.parts
        n = sum(len(p.steps) + 1 for p in parts)
        n += sum(line.reason.count("{") for p in parts for line in p.lines)
        assert len(list(maths(parsed(s.markdown())))) == n, e.label


def test_bundle():
    d = show("sigmoid-derivative")
    bundle = d._repr_mimebundle_()
    # one rich form only: with text/html beside it, a site would take the raw HTML
    assert set(bundle) == {"text/markdown", "text/plain"}
    assert not hasattr(d, "_repr_html_")
    assert bundle["text/plain"] == "<Derivation 'the derivative of the sigmoid': 8 steps, checked>"


def test_the_mark_opens_to_source_laws_and_time():
    page = show("softmax-jacobian").markdown()
    mark = page[page.index("<details") :]
    assert "\n\n" not in mark  # a blank line would end the HTML block
    for piece in (
        "given: i, j, k: 0..C-1; z: real[C]",
        "differentiation",
        " ms.",
        "D(softmax(z, i)",
    ):
        assert piece in mark


def test_reasons_are_prose_not_markup():
    d = Derivation("escaped", "a + a\n = 2*a ; *add* $up$ <b>a_1</b> [x](y)", "a: real")
    tokens = parsed(d.markdown())
    inline = [t for t in tokens if t.type == "inline" and "add" in t.content]
    assert [c.type for c in inline[0].children] == ["text"] or all(
        c.type in ("text", "text_special") for c in inline[0].children
    )


def test_mathematics_in_a_reason():
    d = Derivation(
        "braces",
        "b*v[i]/b\n = v[i] ; divide by {b}, not {v[i]}",
        "i: 1..n; v: real[n]; b: positive",
    )
    assert "divide by $b$, not $v_{i}$" in d.markdown()
    assert r"\text{divide by $b$, not $v_{i}$}" in d.latex()
    with pytest.raises(ParseError):
        Derivation("braces", "b/b\n = 1 ; divide by {b c}", "b: positive")


def test_latex_block():
    d = show("bce-gradient")
    tex = d.latex()
    assert tex.startswith("\\begin{aligned}")
    assert tex.count("\\\\\n") == len(d.steps) - 1
    assert tex.count("{") == tex.count("}")


def test_wide_derivations_are_stacked():
    assert 'class="derivation"' in show("sigmoid-reflection").markdown()
    assert "derivation-stacked" in show("softmax-jacobian").markdown()


def test_the_style_comes_along_in_a_running_notebook_only(monkeypatch):
    d = show("sigmoid-reflection")
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert "<style>" not in d.markdown()
    monkeypatch.setenv("JPY_SESSION_NAME", "/a/notebook.ipynb")
    text = d.markdown()
    assert text.startswith("<style>")
    assert len(list(maths(parsed(text)))) == len(d.steps) + 2
