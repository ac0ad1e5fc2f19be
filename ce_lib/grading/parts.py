"""The parts of a problem set: what each is called, which cells it grades, where the book treats it.

A part is what stands below a second-level heading. ``solutions/psN/sections.toml`` says for each
cell that students write in which section of the book to read again.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from .problem import Problem
from .release import ReleaseError

__all__ = ["Part", "Section", "parts_of", "sections_of"]

HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A section of the book."""

    page: str  # such as "sigmoid"
    heading: str
    chapter: str = ""  # the page's title

    @property
    def address(self) -> str:
        """Where it is on the built website, from its top."""
        anchor = re.sub(r"[^a-z0-9]+", "-", self.heading.lower()).strip("-")
        return f"book/{quote(self.page)}.html#{anchor}"


@dataclass
class Part:
    """One part of a problem set."""

    title: str
    points: dict[str, float] = field(default_factory=dict)  # by graded cell
    answers: list[str] = field(default_factory=list)  # the cells that students write in
    sections: list[Section] = field(default_factory=list)


def parts_of(problem: Problem, sections: dict[str, Section] | None = None) -> list[Part]:
    """The parts that give points, in order."""
    found = [Part(problem.name)]
    for cell in problem.cells:
        if not cell.code and cell.kind in ("text", "locked"):
            found += [Part(title.replace("`", "")) for title in HEADING.findall(cell.source)]
        if cell.kind in ("test", "manual"):
            found[-1].points[cell.id] = cell.points
        if cell.kind in ("solution", "manual"):
            found[-1].answers.append(cell.id)
            section = (sections or {}).get(cell.id)
            if section and section not in found[-1].sections:
                found[-1].sections.append(section)
    return [part for part in found if part.points]


def sections_of(root: Path, name: str) -> dict[str, Section]:
    """By answer cell, the section of the book that treats it; empty if the set names none.

    Raises
    ------
    ReleaseError
        If the file is not as it should be.
    """
    path = root / "solutions" / name / "sections.toml"
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        return {
            cell: Section(page, heading, _title(root, page))
            for cell, (page, heading) in table.items()
        }
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise ReleaseError(
            f'{path}: {error}; write a line a cell: sigmoid = ["page", "Heading"]'
        ) from error


def _title(root: Path, page: str) -> str:
    source = root / "book" / f"{page}.md"
    text = source.read_text("utf-8") if source.is_file() else ""
    found = re.search(r"^# +(.+?) *$", text, re.MULTILINE)
    return found[1] if found else page
