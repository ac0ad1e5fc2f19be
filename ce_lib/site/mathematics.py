"""Render mathematics at build time with KaTeX, and refuse what KaTeX cannot render.

Registers the HTML math renderer `katex-static`. The page then holds finished HTML and MathML:
no script, no flash of raw LaTeX, and it reads with JavaScript off.
"""

from __future__ import annotations

import re
import socket
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinxcontrib import katex

from ce_lib.site.formulas import shorten
from ce_lib.site.node import find_node

logger = logging.getLogger(__name__)

# KaTeX numbers every row of these itself, and Sphinx numbers the block: keep Sphinx's number,
# the only one that can be referred to.
_NUMBERED = re.compile(r"\\(begin|end)\{(align|alignat|gather|equation)\}")

_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
_DISPLAY = 'class="katex-display"'
_SEEN = '<span class="katex-html"'
# What stands in them is a row as it is.
_GROUPS = {"mrow", "mtd", "msqrt"}
# How a sign stretches and what surrounds it matters to who draws it, and this MathML is heard.
_DRAWN = re.compile(
    r" (?:stretchy|separator|lspace|rspace|minsize|maxsize|symmetric|movablelimits|scriptlevel"
    r'|displaystyle|columnalign|columnspacing|rowspacing|width)="[^"]*"(?=[^<>]*>)'
)
_PART = re.compile(r'</span>(?=<span class="(?:base|g)">)')
_CLOSING = re.compile(r"[.,;:!?)\]’”-]+\w*")  # with a letter too: "$n$-th", "$u$s"
_OPENING = re.compile(r"[(\[‘“]+$")


def prepare(latex: str, *, display: bool) -> str:
    r"""Return `latex` as KaTeX should see it.

    Numbered environments lose their own numbers, and a display with bare `\\` line breaks
    becomes an `aligned` block, as LaTeX-minded authors expect of `$$ a &= b \\ &= c $$`.
    """
    if not display:
        return latex
    latex = _NUMBERED.sub(r"\\\1{\2*}", latex)
    if r"\\" in latex and r"\begin{" not in latex:
        latex = rf"\begin{{aligned}}{latex}\end{{aligned}}"
    return latex


def lighten(html: str) -> str:
    """Return KaTeX's `html` without what changes nothing: it looks and reads the same.

    What is seen becomes shorter (see `ce_lib.site.formulas`); the MathML, which is heard, loses its
    namespace, which a page of HTML knows by itself, and what says only how it would be drawn.
    """
    start = html.index(_SEEN)
    end = html.rindex("</span>", 0, html.rindex("</span>") if _DISPLAY in html else None)
    seen = shorten(html[start:end], inline=_DISPLAY not in html)
    return _hear(html[:start]) + seen + html[end:]


def _hear(mathml: str) -> str:
    mathml = _DRAWN.sub("", mathml.replace(_NAMESPACE, ""))
    start, end = mathml.index("<math"), mathml.rindex("</math>") + len("</math>")
    root = ET.fromstring(mathml[start:end])
    _ungroup(root)
    text = ET.tostring(root, encoding="unicode", short_empty_elements=False)
    return mathml[:start] + text + mathml[end:]


def _ungroup(element: ET.Element) -> None:
    """Leave out groups of one, and groups that are all there is in a group."""
    for child in element:
        _ungroup(child)
        if child.tag == "mstyle" and not child.attrib:
            child.tag = "mrow"
        while (
            child.tag in _GROUPS
            and len(child) == 1
            and child[0].tag == "mrow"
            and not child[0].attrib
        ):
            child[:] = list(child[0])
    element[:] = [
        child[0] if child.tag == "mrow" and not child.attrib and len(child) == 1 else child
        for child in element
    ]


def _render(translator: Any, node: nodes.Element, *, display: bool) -> str:
    latex = node.astext()
    options = {
        "displayMode": display,
        "throwOnError": True,
        "strict": "error",  # what KaTeX would mutter about on stderr is an error here
        "macros": dict(translator.builder.config.katex_macros),
    }
    try:
        return lighten(str(katex.render_latex(prepare(latex, display=display), options)))
    except katex.KaTeXError as error:
        reason = str(error).removeprefix("KaTeX parse error: ")
        logger.warning("KaTeX cannot render this formula: %s: %s", latex, reason, location=node)
        return f'<code class="katex-error">{translator.encode(latex)}</code>'


def visit_inline(translator: Any, node: nodes.Element) -> None:
    translator.body.append(translator.starttag(node, "span", "", CLASS="math"))
    html = _render(translator, node, display=False)
    if "math-held" in node.parent.get("classes", []):
        html = _PART.sub("</span><wbr>", html)
    translator.body.append(html + "</span>")
    raise nodes.SkipNode


def visit_display(translator: Any, node: nodes.Element) -> None:
    """Write the formula in a box of its own that scrolls, with the number outside of it."""
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    translator.body.append('<div class="math-scroll">')
    translator.body.append(_render(translator, node, display=True) + "</div>")
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def _hold_punctuation(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Keep a line from starting with the full stop that ends a formula.

    KaTeX's formula is made of inline blocks, and a browser may break a line beside each of them.
    The formula and the marks around it go into a span that may not break, except where
    `visit_inline` lets it: between the parts that KaTeX makes at relations and operators.
    """
    if app.builder.format != "html":
        return
    for formula in list(doctree.findall(nodes.math)):
        parent = formula.parent
        place = parent.index(formula)
        held: list[nodes.Node] = [formula]
        before = parent[place - 1] if place else None
        after = parent[place + 1] if place + 1 < len(parent) else None
        if isinstance(after, nodes.Text) and (marks := _CLOSING.match(after)):
            held.append(nodes.Text(marks[0]))
            # by position: `replace` would take the first text that reads the same
            parent[place + 1] = nodes.Text(after[marks.end() :])
        if isinstance(before, nodes.Text) and (marks := _OPENING.search(before)):
            held.insert(0, nodes.Text(marks[0]))
            parent[place - 1] = nodes.Text(before[: marks.start()])
        if len(held) > 1:
            parent[place] = nodes.inline("", "", *held, classes=["math-held"])


def _name_headings(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give a heading cell that holds formulas alone a text beside them.

    Its name is in MathML, which not every tool that looks for a name reads (axe-core does not). A
    word joiner is a text that nobody sees or hears.
    """
    if app.builder.format != "html":
        return
    for head in doctree.findall(nodes.thead):
        for entry in head.findall(nodes.entry):
            formulas = list(entry.findall(nodes.math))
            words = "".join(
                text
                for text in entry.findall(nodes.Text)
                if not isinstance(text.parent, nodes.math)
            )
            if formulas and not words.strip():
                formulas[-1].parent += nodes.Text("\N{WORD JOINER}")


def _use_node(app: Sphinx) -> None:
    katex.NODEJS_BINARY = str(find_node())
    # The default, 5 s, is short for a cold start on a busy machine.
    katex.STARTUP_TIMEOUT = 60.0
    katex.RENDER_TIMEOUT = 60.0
    katex.KaTeXServer.start_server_process = classmethod(_start_server)


def _start_server(
    server: type[katex.KaTeXServer], folder: Path, timeout: float
) -> tuple[Popen[bytes], socket.socket]:
    """Start KaTeX and connect to it.

    The library's own connects as soon as the socket's file is there, which on a busy machine is
    before anybody listens: the build then fails, and the server lives on.
    """
    address = folder / "katex.sock"
    process = Popen(server.build_command(socket=address), stdin=PIPE, stdout=PIPE, cwd=folder)
    deadline = time.monotonic() + timeout
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(address))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            if time.monotonic() > deadline or process.poll() is not None:
                process.kill()
                raise server.timeout_error(timeout) from None
            time.sleep(0.005)


def _plain_title(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    # `<title>` is the heading stripped of its tags; of a formula that leaves three copies.
    title = app.env.titles.get(pagename)
    if title is not None and 'class="katex"' in str(context.get("title", "")):
        context["title"] = nodes.Text(title.astext()).astext()


def setup(app: Sphinx) -> None:
    app.add_html_math_renderer(
        "katex-static",
        inline_renderers=(visit_inline, None),
        block_renderers=(visit_display, None),
    )
    app.add_config_value("katex_macros", {}, "html", types=[dict])
    app.connect("builder-inited", _use_node)
    app.connect("doctree-resolved", _hold_punctuation)
    app.connect("doctree-resolved", _name_headings)
    app.connect("html-page-context", _plain_title)
