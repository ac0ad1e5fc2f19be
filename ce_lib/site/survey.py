"""What a page of the book has: the survey of one page, as `ce_lib.site.coverage` reads it."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes

from ce_lib.site.covers import covers, meets, tasks, without
from ce_lib.site.elements import element
from ce_lib.site.flashcards import flashcard

Survey = dict[str, Any]

_SHOWN = re.compile(r"""\bshow\(\s*["']([a-z0-9-]+)["']""")
_DERIVATION = re.compile(r'<div class="derivation[ "]')
_INNER = ("exercise-content", "solution-content", "proof-content")


def _section(node: nodes.Node) -> tuple[str, str]:
    """Return anchor and title of the section in which `node` stands."""
    at = node.parent
    while at is not None:
        if isinstance(at, nodes.section) and at["ids"] and at["ids"][0] not in _INNER:
            title = at.next_node(nodes.title)
            return at["ids"][0], title.astext() if title is not None else ""
        at = at.parent
    return "", ""


def _is_exercise(node: nodes.Node) -> bool:
    return type(node).__name__ in {"exercise_node", "exercise_enumerable_node"}


def _exercise(node: nodes.Node) -> nodes.Element | None:
    """Return the exercise in which `node` stands, if any."""
    at = node.parent
    while at is not None and not _is_exercise(at):
        at = at.parent
    return at


def _with_dollars(item: nodes.Node) -> str:
    """Return the words of `item`, formulas between dollar signs."""
    words = ""
    for node in item.findall(lambda n: isinstance(n, nodes.Text | nodes.math)):
        if isinstance(node, nodes.math):
            words += f"${node.astext()}$"
        elif not isinstance(node.parent, nodes.math):
            words += node.astext()
    return " ".join(words.split())


def survey_page(doctree: nodes.document, source: str) -> Survey:
    """Return what the page has; `source` is its text. To be called before cards are gathered."""
    found: Survey = {"covers": [], "meets": [], "figures": [], "derivations": []}
    found.update(exercises=[], questions=[], cards=[], objectives=[], parents={}, marks=[])
    found.update(set="", reasons=[], misconceptions=[])
    for section in doctree.findall(nodes.section):
        found["parents"][section["ids"][0]] = _section(section)[0]
    for node in doctree.findall(covers):
        found["covers"] += [[ref, *_section(node)] for ref in node["refs"]]
    for node in doctree.findall(meets):
        exercise = _exercise(node)
        if exercise is not None:
            found["marks"].append(["exercise", exercise["ids"][0], node["numbers"]])
        else:
            found["meets"] += [[number, *_section(node)] for number in node["numbers"]]
    for node in doctree.findall(tasks):
        found["set"] = node["of"]
        found["marks"] += [["task", f"{node['of']}/{task}", of] for task, of in node["tasks"]]
    for node in doctree.findall(without):
        found["reasons"].append([node["number"], node["kind"], node["reason"]])
    for card in doctree.findall(flashcard):
        found["cards"].append([card["card"], _section(card)[0]])
    found["interactive"] = 0
    for box in doctree.findall(element):
        if "question" in box["classes"]:
            found["questions"].append(box["ids"][0])
            found["marks"].append(["question", box["ids"][0], box["meets"]])
        for name in box.get("misconceptions", []):
            found["misconceptions"].append([name, _section(box)[0]])
        if "data-interactive" in box["attrs"]:
            found["interactive"] += 1
            found["figures"].append([box["ids"][0], _section(box)[0]])
    for figure in doctree.findall(nodes.figure):
        anchor = _section(figure)[0]
        found["figures"].append([(figure["ids"] or [anchor])[0], anchor])
    for html in doctree.findall(nodes.raw):
        # the box itself, and none of its parts
        if _DERIVATION.match(html.astext()):
            found["derivations"].append(_section(html)[0])
    for node in doctree.findall(nodes.Element):
        if _is_exercise(node):
            found["exercises"].append([node["ids"][0], _section(node)[0]])
    for box in doctree.findall(nodes.admonition):
        title = box.next_node(nodes.title)
        if title is not None and title.astext() == "This chapter":
            first = box.next_node(nodes.bullet_list)
            if first is not None:
                found["objectives"] = [_with_dollars(item) for item in first.children]
    found["shown"] = sorted(set(_SHOWN.findall(source)))
    return found
