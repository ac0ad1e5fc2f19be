"""Marks of a section, of which readers see nothing.

- `{covers} A14 B22`: this section treats these statements of the source. The ids are those of
  `ce_lib.proof.catalogue`; a letter names a part of a statement, as in `A4b`.
- `{meets} 1 3`: this section meets the first and the third objective of its chapter, as the box
  “This chapter” lists them. Inside an exercise: the exercise does.
- `{tasks} ps2` with lines such as `sigmoid: 3 5`: which objectives each task of the problem set
  asks for. Chapters may share a set; every task that gives points has a line in one of them.
- `{without} 6 figure`, with the reason below: the objective needs none. What can be missing is in
  `ce_lib.site.coverage.KINDS`.
"""

from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from ce_lib.site.elements import CourseDirective, record, recorded

logger = logging.getLogger(__name__)

_REF = re.compile(r"([AB])([1-9]\d?)([a-f]?)")


class covers(nodes.Invisible, nodes.Element):
    """Where statements are treated: `refs`, and `line` of the page."""


class meets(nodes.Invisible, nodes.Element):
    """Where objectives are met: `numbers`, and `line` of the page."""


class tasks(nodes.Invisible, nodes.Element):
    """A problem set's tasks: `of`, its name, and `tasks`, pairs of name and numbers."""


class without(nodes.Invisible, nodes.Element):
    """Why an objective has nothing of a kind: `number`, `kind` and `reason`."""


_TASK = re.compile(
    r"^:(?:solution|manual): *([\w-]+)|^\+\+\+ *\{.*\"manual\": *\"([\w-]+)\"", re.MULTILINE
)


def tasks_of(source: str) -> list[str]:
    """Return the names of the tasks in the text of a problem set: what students write."""
    return [found[1] or found[2] for found in _TASK.finditer(source)]


def read_numbers(text: str) -> list[int]:
    """Return the numbers in `text`, separated by spaces or commas.

    Raises
    ------
    ValueError
        If one is no number from 1 on, or there is none.
    """
    words = text.replace(",", " ").split()
    for word in words:
        if not re.fullmatch("[1-9][0-9]*", word):
            raise ValueError(f"{word!r} is no number of an objective: they are counted from 1")
    if not words:
        raise ValueError("name the objectives that are met by their numbers, such as 1")
    return [int(word) for word in words]


def read_refs(text: str) -> list[str]:
    """Return the ids in `text`, separated by spaces or commas.

    Raises
    ------
    ValueError
        If one is no id, or there is none.
    """
    refs = text.replace(",", " ").split()
    for ref in refs:
        if not _REF.fullmatch(ref):
            raise ValueError(f"{ref!r} is no statement of the source: write such as A14 or B22")
    if not refs:
        raise ValueError("name the statements that this section covers, such as A14 B22")
    return refs


class _Mark(CourseDirective):
    required_arguments = 0
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        try:
            node = self.read(" ".join([*self.arguments, *self.content]))
        except ValueError as error:
            self.refuse(str(error))
            return []
        self.set_source_info(node)
        return [node]

    def read(self, text: str) -> nodes.Element:
        raise NotImplementedError


class Covers(_Mark):
    def read(self, text: str) -> nodes.Element:
        return covers(refs=read_refs(text))


class Meets(_Mark):
    def read(self, text: str) -> nodes.Element:
        return meets(numbers=read_numbers(text))


class Tasks(CourseDirective):
    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        source = Path(self.env.srcdir) / "solutions" / name / f"{name}.md"
        if not source.is_file():
            self.refuse(f"there is no problem set {name!r}")
            return []
        self.env.note_dependency(str(source))
        there = tasks_of(source.read_text(encoding="utf-8"))
        found: dict[str, list[int]] = {}
        for index, line in enumerate(self.content):
            task, _, numbers = line.partition(":")
            try:
                if task.strip() not in there:
                    raise ValueError(f"{name} has no task {task.strip()!r}, but {', '.join(there)}")
                found[task.strip()] = read_numbers(numbers)
            except ValueError as error:
                self.refuse(str(error), self.line(index))
        record(self.env, "tasks").append((name, there, list(found), self.lineno))
        node = tasks(of=name, tasks=[[task, found[task]] for task in there if task in found])
        self.set_source_info(node)
        return [node]


class Without(CourseDirective):
    required_arguments = 2
    has_content = True

    def run(self) -> list[nodes.Node]:
        reason = " ".join(line.strip() for line in self.content).strip()
        try:
            (number,) = read_numbers(self.arguments[0])
        except ValueError as error:
            self.refuse(str(error))
            return []
        if not reason:
            self.refuse("say why on the line below")
            return []
        node = without(number=number, kind=self.arguments[1], reason=reason)
        self.set_source_info(node)
        return [node]


# Markdown: a fence of backticks has none in its first line, and is closed on a line of its own.
_NO_FENCE = re.compile(
    r"(?P<ticks>`{3,})?\s*\{(?P<name>covers|meets|tasks|without|question|flashcard|exercise)\}"
)


def _refuse_inline(doctree: nodes.document) -> None:
    """Refuse a directive that Markdown took for words, or for code to be shown."""
    for node in doctree.findall(lambda n: isinstance(n, nodes.literal | nodes.Text)):
        found = _NO_FENCE.match(node.astext())
        if found is None or (isinstance(node, nodes.Text) and not found["ticks"]):
            continue
        name = found["name"]
        if isinstance(node, nodes.literal):
            message = (
                f"`{{{name}}}` stands on one line: close it on the next, or it is shown as code"
            )
        else:
            message = (
                f"`{{{name}}}` has a backtick in its first line, so that Markdown takes it for "
                f"words: fence it by colons, `:::{{{name}}} …`"
            )
        logger.warning(message, location=node, type="course", subtype=name)


def _record(app: Sphinx, doctree: nodes.document) -> None:
    _refuse_inline(doctree)
    for node in list(doctree.findall(covers)):
        section = node.parent
        while section is not None and not isinstance(section, nodes.section):
            section = section.parent
        anchor = section["ids"][0] if section is not None else ""
        for ref in node["refs"]:
            record(app.env, "covers").append((ref, anchor, node.line))
        node.parent.remove(node)
    for kind in (meets, tasks, without):
        for mark in list(doctree.findall(kind)):
            mark.parent.remove(mark)


def _check_tasks(app: Sphinx, env: BuildEnvironment) -> None:
    """Name each task that none of its problem set's chapters lists."""
    lists = list(recorded(env, "tasks"))
    listed = {(of, task) for _, (of, _, named, _) in lists for task in named}
    last = {of: (page, there, line) for page, (of, there, _, line) in lists}
    for of, (page, there, line) in last.items():
        for task in there:
            if (of, task) not in listed:
                logger.warning(
                    f"task {task!r} of {of} is missing: say which objectives it meets",
                    location=(page, line),
                    type="course",
                    subtype="tasks",
                )


def setup(app: Sphinx) -> None:
    app.add_node(covers)
    app.add_node(meets)
    app.add_node(tasks)
    app.add_node(without)
    app.add_directive("covers", Covers)
    app.add_directive("meets", Meets)
    app.add_directive("tasks", Tasks)
    app.add_directive("without", Without)
    app.connect("doctree-read", _record)
    app.connect("env-check-consistency", _check_tasks)
