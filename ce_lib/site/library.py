"""`{library}`: the reference of `ce_lib`, made from its docstrings.

    ```{library}
    vectors
    logistic
    ```

A section for each module and a box for each public name, in the order of `__all__`. Docstrings are
in this library's own style: paragraphs, `Args:` and the like over an indented block (or underlined,
as NumPy does), doctests, code in backticks, titles between asterisks. Where a name of the library
stands in backticks, it becomes a link.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from ce_lib.site.elements import CourseDirective, make, make_frame

_HEAD = re.compile(r"(Args|Returns|Raises|Warns|Yields|Attributes[\w` ]*):$")
_UNDERLINED = {"Parameters": "Args", "Returns": "Returns", "Raises": "Raises", "Yields": "Yields"}
_ENTRY = re.compile(r"(\*{0,2}[\w.]+(?:, \*{0,2}[\w.]+)*)(?::\s+|\s*:\s+|$)(.*)")
_LISTED = ("Args", "Raises", "Warns", "Attributes")
_WORDS = {"Args": "Parameters"}
_MARKED = re.compile(r"``(.+?)``|`([^`]+)`|(?<![\w*])\*(?![\s*])([^*`]+)(?<!\s)\*(?![\w*])")


@dataclass
class Block:
    """A part of a docstring: `kind` is text, list, code, doctest, or the name of a section.

    `entries` are (name, text) of a section that lists; of any other, `lines` are the text.
    """

    kind: str
    lines: list[str] = field(default_factory=list)
    entries: list[tuple[str, str]] = field(default_factory=list)


def read_docstring(text: str) -> list[Block]:
    """Return the parts of the docstring `text`, which is not indented."""
    lines = text.splitlines()
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        head, skip = _head(lines, at)
        if head:
            body, at = _take(lines, at + skip, underlined=skip == 2)
            blocks.append(_section(head, body, underlined=skip == 2))
            continue
        end = at
        kind = "text"
        if line.startswith(">>>"):
            kind = "doctest"
        elif line.startswith("    "):
            kind = "code"
        elif line.startswith("- "):
            kind = "list"
        while end < len(lines) and _goes_on(kind, lines, end, at):
            end += 1
        body = lines[at:end]
        if kind == "code":
            body = inspect.cleandoc("\n".join(body)).splitlines()
        blocks.append(Block(kind, body))
        at = end
    return blocks


def _goes_on(kind: str, lines: list[str], end: int, start: int) -> bool:
    line = lines[end]
    if kind == "code":
        return line.startswith("    ") or (
            not line.strip() and end + 1 < len(lines) and lines[end + 1].startswith("    ")
        )
    if not line.strip():
        return False
    # A doctest may follow a line of text at once.
    return kind == "doctest" or end == start or not line.startswith(">>>")


def _head(lines: list[str], at: int) -> tuple[str, int]:
    """Return the name of the section that starts here and how many lines its head has."""
    if found := _HEAD.match(lines[at]):
        return found[1], 1
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if lines[at] in _UNDERLINED and set(below) == {"-"}:
        return _UNDERLINED[lines[at]], 2
    return "", 0


def _take(lines: list[str], at: int, *, underlined: bool) -> tuple[list[str], int]:
    """Return the lines of the section from `at` on, not indented, and where the next part is."""
    end = at
    while end < len(lines):
        if underlined:
            if not lines[end].strip():
                break
        elif lines[end].strip() and not lines[end].startswith(" "):
            break
        end += 1
    body = "\n".join(lines[at:end])
    return (body if underlined else inspect.cleandoc("\n" + body)).strip().splitlines(), end


def _section(head: str, body: list[str], *, underlined: bool) -> Block:
    block = Block(head)
    if not head.startswith(_LISTED):
        block.lines = [line.strip() for line in body]
        return block
    typed = False
    for line in body:
        found = _ENTRY.match(line)
        if found and not line.startswith(" "):
            block.entries.append((found[1], found[2]))
            # NumPy has the type alone behind the name, and the description from the next line on.
            typed = underlined and bool(found[2])
        elif block.entries:
            name, text = block.entries[-1]
            block.entries[-1] = (name, f"{text}{':' * typed} {line.strip()}".strip())
            typed = False
        else:
            block.lines.append(line.strip())
    return block


_OBJECT = "course-object"


class Library(CourseDirective):
    has_content = True

    def run(self) -> list[nodes.Node]:
        names = " ".join(self.content).split()
        if not names:
            self.refuse("name the modules of ce_lib, one a line")
            return []
        self.modules: dict[str, ModuleType] = {}
        for name in names:
            try:
                self.modules[name] = importlib.import_module(f"ce_lib.{name}")
            except ImportError as error:
                self.refuse(f"there is no module ce_lib.{name}: {error}")
                return []
        self.known = {
            f"ce_lib.{name}.{public}"
            for name, module in self.modules.items()
            for public in _public(module)
        }
        return [self._module(name, module) for name, module in self.modules.items()]

    def _module(self, name: str, module: ModuleType) -> nodes.section:
        self.env.note_dependency(str(module.__file__))
        section = nodes.section(ids=[f"ce_lib.{name}"])
        section += nodes.title("", "", nodes.literal("", f"ce_lib.{name}"))
        section += self._docstring(module)
        for public in _public(module):
            thing = getattr(module, public)
            section += self._thing(f"ce_lib.{name}.{public}", public, thing)
        return section

    def _thing(self, full: str, name: str, thing: Any) -> nodes.Element:
        box = make_frame("div", classes="api")
        box["assets"].append("study.css")
        if full:
            box["ids"].append(full)
            # what the search leads to, past all pages that only use it
            self.env.get_domain("std").note_object(_OBJECT, full, full)  # type: ignore[attr-defined]
        heading = make("p", classes="api-name")
        if inspect.isclass(thing):
            heading += make("span", nodes.Text("class "), classes="api-kind")
        heading += nodes.literal("", name + signature(thing))
        if full:
            heading += make(
                "a", nodes.Text("#"), classes="headerlink", href=f"#{full}", title="Link to this"
            )
        box += heading
        box += self._docstring(thing)
        if inspect.isclass(thing):
            for method, function in vars(thing).items():
                if not method.startswith("_") and inspect.isfunction(function):
                    box += self._thing("", f"{name}.{method}", function)
        return box

    def _docstring(self, thing: Any) -> list[nodes.Node]:
        return [
            node
            for block in read_docstring(inspect.getdoc(thing) or "")
            for node in self._block(block)
        ]

    def _block(self, block: Block) -> Iterator[nodes.Node]:
        if block.kind == "text":
            yield nodes.paragraph("", "", *self._inline(" ".join(block.lines)))
        elif block.kind in {"doctest", "code"}:
            text = "\n".join(block.lines)
            language = "pycon" if block.kind == "doctest" else "python"
            yield nodes.literal_block(text, text, language=language)
        elif block.kind == "list":
            items = re.split(r"(?:^| )- ", " ".join(line.strip() for line in block.lines))[1:]
            listed = [
                nodes.list_item("", nodes.paragraph("", "", *self._inline(item))) for item in items
            ]
            yield nodes.bullet_list("", *listed)
        else:
            head = _WORDS.get(block.kind, block.kind)
            yield make("p", *self._inline(head), classes="api-head")
            if block.lines:
                yield nodes.paragraph("", "", *self._inline(" ".join(block.lines)))
            if block.entries:
                yield make_frame("dl", *self._entries(block), classes="api-entries")

    def _entries(self, block: Block) -> Iterator[nodes.Node]:
        for name, text in block.entries:
            # A row of its own: beside its description it would push all of them to the right.
            many = "api-many" if name.count(",") > 2 else ""
            yield make("dt", nodes.literal("", name), classes=many)
            yield make("dd", *self._inline(text))

    def _inline(self, text: str) -> list[nodes.Node]:
        out: list[nodes.Node] = []
        end = 0
        for found in _MARKED.finditer(text):
            out.append(nodes.Text(text[end : found.start()]))
            if found[3]:
                out.append(nodes.emphasis("", found[3]))
            else:
                out.append(self._code(found[1] or found[2]))
            end = found.end()
        return [*out, nodes.Text(text[end:])]

    def _code(self, code: str) -> nodes.Node:
        literal = nodes.literal("", code)
        ending = code.removeprefix("ce.")
        fitting = [full for full in self.known if full == ending or full.endswith("." + ending)]
        if len(fitting) != 1:
            return literal
        return nodes.reference("", "", literal, refid=fitting[0], internal=True)


def _public(module: ModuleType) -> list[str]:
    names = getattr(module, "__all__", None)
    if names is not None:
        return list(names)
    return [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", "") == module.__name__
    ]


def signature(thing: Any) -> str:
    """Return the parameters of a function or class with their defaults, without types."""
    try:
        found = inspect.signature(thing)
    except (TypeError, ValueError):
        return ""
    if inspect.isclass(thing) and issubclass(thing, BaseException):
        return ""
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for name, parameter in found.parameters.items()
        if name != "self"
    ]
    return str(inspect.Signature(parameters))


def setup(app: Sphinx) -> None:
    app.add_directive("library", Library)
    app.add_object_type(_OBJECT, _OBJECT, objname="function or class")
