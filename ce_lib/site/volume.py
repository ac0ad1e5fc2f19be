"""The whole course as one HTML document, made for paper: the built pages one after the other.

What a page of the site keeps shut stands here in an appendix: solutions of the exercises, answers
of the self-checks, backs of the flashcards. Every id gets its page's name, so that a link from one
page to another becomes one within the document.
"""

from __future__ import annotations

import datetime
import os
import re
import subprocess
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

__all__ = ["assemble", "chapters", "page_order"]

_ASSISTIVE = re.compile(r'<span class="katex-mathml">.*?</math></span>', re.DOTALL)
_FORMULA = '<span class="katex">'
_SPAN = re.compile(r"<span\b|</span>")
_MARK = re.compile(r"<x-formula>(\d+)</x-formula>")
_LATEX = re.compile(r'<annotation encoding="application/x-tex">(.*?)</annotation>', re.DOTALL)
_OWN_URL = re.compile(r"url\((['\"]?)#([^)'\"]+)\1\)")
# Attributes that name elements of the same page by their ids.
_NAMING = ("aria-labelledby", "aria-describedby", "for", "headers")

# Of use on a screen alone.
_SCREEN_ONLY = (
    "a.headerlink, script, noscript, details.derivation-checked, details.hide, "
    ".cell_input details, .interactive-hint, .interactive-panel, p.flashcards-deck, button, "
    ".d-print-none, .about-page, ul.handouts"
)


def _toc(root: Path) -> dict[str, Any]:
    import yaml

    return dict(yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8")))


def chapters(root: Path) -> list[str]:
    """Return the names of the book's chapters, without their folder, as `_toc.yml` orders them."""
    part = next(part for part in _toc(root)["parts"] if part["caption"] == "Chapters")
    return [Path(chapter["file"]).name for chapter in part["chapters"]]


def page_order(root: Path) -> list[str]:
    """Return the names of the book's pages, `book/index` first, as `_toc.yml` orders them."""
    toc = _toc(root)
    names: list[str] = [toc["root"]]

    def walk(part: Any) -> None:
        if isinstance(part, list):
            for one in part:
                walk(one)
        elif isinstance(part, dict):
            if "file" in part:
                names.append(part["file"])
            for below in ("parts", "chapters", "sections"):
                walk(part.get(below, []))

    walk({key: value for key, value in toc.items() if key != "root"})
    return names


def assemble(root: Path, html: Path) -> str:
    """Return the document of all pages below `html`, which names the files there by full address.

    Raises
    ------
    FileNotFoundError
        If a page of the table of contents is not there: the site has to be built first.
    """
    import bs4

    base = f"{html.resolve().as_uri()}/"
    names = page_order(root)
    pages = {}
    styles: dict[str, None] = {}
    stash: list[str] = []
    for name in names:
        path = html / f"{name}.html"
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing: build the site first, `ce-course site`")
        text = _stash_formulas(path.read_text(encoding="utf-8"), stash)
        soup = bs4.BeautifulSoup(text, "html.parser")
        for link in soup.select("head link[rel=stylesheet]"):
            styles[base + _from_top(name, str(link["href"]).partition("?")[0])] = None
        article = soup.select_one("article.bd-article")
        if article is None:
            raise FileNotFoundError(f"{path} holds no article: build the site again")
        pages[name] = article
    answers = []
    contents = []
    for name, article in pages.items():
        for useless in article.select(_SCREEN_ONLY):
            useless.decompose()
        _bind(article, name, names, base)
        title = article.find("h1")
        words = title.decode_contents() if title else name
        contents.append((_slug(name), words))
        if kept := _take_answers(soup, article, _slug(name)):
            answers.append((_slug(name), words, kept))
    styles[f"{base}_static/volume.css"] = None
    return _restore_formulas(_document(root, styles, contents, pages, answers), stash)


def _stash_formulas(text: str, stash: list[str]) -> str:
    """Return `text` with a mark in each formula's place, which itself goes to the end of `stash`.

    Most of a page is the boxes of its formulas; nothing in them is to be changed. A formula becomes
    an image whose name is its LaTeX: a PDF reader would find MathML's letters a second time.
    """
    parts = []
    done = 0
    while (start := text.find(_FORMULA, done)) >= 0:
        parts.append(text[done:start])
        depth = 0
        for tag in _SPAN.finditer(text, start):
            depth += -1 if tag[0].startswith("</") else 1
            if depth == 0:
                break
        done = tag.end()
        formula = text[start:done]
        latex = _LATEX.search(formula)
        said = latex[1].replace('"', "&quot;").replace("\n", " ") if latex else ""
        formula = _ASSISTIVE.sub("", formula)
        named = f'<span class="katex" role="img" aria-label="{said}">'
        parts.append(f"<x-formula>{len(stash)}</x-formula>")
        stash.append(named + formula.removeprefix(_FORMULA))
    return "".join(parts) + text[done:]


def _restore_formulas(text: str, stash: list[str]) -> str:
    return _MARK.sub(lambda match: stash[int(match[1])], text)


def _slug(name: str) -> str:
    return PurePosixPath(name).name


def _from_top(name: str, href: str) -> str:
    """Return `href` of page `name` as seen from the folder of the whole site."""
    return os.path.normpath(PurePosixPath(name).parent / href).replace(os.sep, "/")


def _bind(article: Any, name: str, names: list[str], base: str) -> None:
    """Give ids and links of a page names that are unique over the document."""
    slug = _slug(name)
    for node in article.find_all(True):
        if "id" in node.attrs:
            node["id"] = f"{slug}--{node['id']}"
        for key in _NAMING:
            if key in node.attrs:
                ids = node[key] if isinstance(node[key], list) else node[key].split()
                node[key] = " ".join(f"{slug}--{one}" for one in ids)
        for key, value in list(node.attrs.items()):
            if isinstance(value, str) and "url(" in value:
                node[key] = _OWN_URL.sub(rf"url(#{slug}--\2)", value)
        if node.name == "use":
            key = "xlink:href" if "xlink:href" in node.attrs else "href"
            node[key] = node[key].replace("#", f"#{slug}--", 1)
        elif node.name == "img":
            if not node["src"].startswith("data:"):
                node["src"] = base + _from_top(name, node["src"])
        elif node.name == "a" and "href" in node.attrs:
            target = _target(str(node["href"]), name, names)
            if target is None:
                node.unwrap()
            else:
                node["href"] = target


def _target(href: str, name: str, names: list[str]) -> str | None:
    """Return where a link of page `name` leads in the document; None for what it does not hold."""
    parts = urlsplit(href)
    if parts.scheme:
        return href
    page = name
    if parts.path:
        there = _from_top(name, unquote(parts.path))
        page = there.removesuffix(".html")
        if not there.endswith(".html") or page not in names:
            return None
    return f"#{_slug(page)}--{parts.fragment}" if parts.fragment else f"#{_slug(page)}"


def _take_answers(soup: Any, article: Any, slug: str) -> list[Any]:
    """Move what the page keeps shut out of it, and link from its place to the appendix and back."""
    kept: list[Any] = []

    def move(place: Any, found: list[Any], label: str, said: str) -> None:
        number = len(kept) + 1
        here, there = f"{slug}--place-{number}", f"{slug}--answer-{number}"
        box = soup.new_tag("div", attrs={"class": "volume-answer", "id": there})
        back = soup.new_tag("a", attrs={"class": "volume-back", "href": f"#{here}"})
        back.string = label
        box.append(back)
        for part in found:
            box.append(part.extract())
        link = soup.new_tag("p", attrs={"class": "volume-link", "id": here})
        forth = soup.new_tag("a", attrs={"href": f"#{there}"})
        forth.string = said
        link.append(forth)
        place.append(link)
        kept.append(box)

    for number, question in enumerate(article.select(".question"), 1):
        found = []
        for letter, item in zip(
            "ABCDEFGH", question.select(".question-options > li"), strict=False
        ):
            details = item.find("details")
            details.summary.decompose()
            details.name = "div"
            verdict = details.find(class_="question-verdict")
            verdict.string = f"{letter}. {verdict.get_text()}"
            found.append(details)
        move(question, found, f"Self-check {number}", "Answers in the appendix")
    for number, item in enumerate(article.select(".flashcards > ol > li"), 1):
        details = item.find("details")
        details.name = "div"
        details.summary.name = "div"
        move(item, [details.find(class_="flashcard-back")], f"Card {number}", "Back of the card")
    for solution in article.select(".admonition.solution"):
        place = soup.new_tag("div", attrs={"class": "volume-solution"})
        solution.insert_before(place)
        move(place, [solution], "Back to the exercise", "Solution in the appendix")
    return kept


def _date(root: Path) -> str:
    """Return the day of the text's last commit, or of the build where there is no history."""
    command = ["git", "log", "-1", "--format=%cs", "--", "book"]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        found = done.stdout.strip()
    except OSError:
        found = ""
    day = datetime.date.fromisoformat(found) if found else datetime.date.today()
    return f"{day.day} {day:%B %Y}"


def _document(
    root: Path,
    styles: dict[str, None],
    contents: list[tuple[str, str]],
    pages: dict[str, Any],
    answers: list[tuple[str, str, list[Any]]],
) -> str:
    import yaml

    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    title = config["title"]
    head = "".join(f'<link rel="stylesheet" href="{style}">\n' for style in styles)
    listed = [*contents, *([("answers", "Answers and solutions")] if answers else [])]
    lines = "".join(
        f'<li><a href="#{slug}"><span>{words}</span> <span class="volume-number" '
        f'data-for="{slug}"></span></a></li>\n'
        for slug, words in listed
    )
    body = "".join(
        f'<section class="volume-page" id="{_slug(name)}">{article.decode_contents()}</section>\n'
        for name, article in pages.items()
    )
    if answers:
        body += '<section class="volume-page" id="answers"><h1>Answers and solutions</h1>\n'
        for slug, words, kept in answers:
            body += f'<h2><a href="#{slug}">{words}</a></h2>\n' + "".join(map(str, kept))
        body += "</section>\n"
    return f"""<!doctype html>
<html lang="en" data-theme="light" data-mode="light">
<head><meta charset="utf-8"><title>{title}</title>
{head}</head>
<body>
<header class="volume-title"><p class="volume-name">{title}</p>
<p>{_date(root)}</p>
<p class="volume-licence">Text: CC BY 4.0. Code: BSD 3-Clause.</p></header>
<nav class="volume-contents" aria-label="Contents"><p class="volume-name">Contents</p>
<ol>
{lines}</ol></nav>
<main class="bd-main"><div class="bd-content"><div class="bd-article-container">
<article class="bd-article">
{body}</article></div></div></main>
</body></html>
"""
