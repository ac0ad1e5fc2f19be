"""`` {effort}`ps2` ``: how long a problem set or a chapter takes, as it says itself.

{effort}`ps2`            85 minutes, 23 points      (from solutions/ps2/ps2.md)
{effort}`ps2 minutes`    85
{effort}`ps2 points`     23
{effort}`sigmoid`        50                         (from book/sigmoid.md)
"""

from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

logger = logging.getLogger(__name__)

_PROBLEM_SET = re.compile(r"\*\*(?P<points>\d+) points, about (?P<minutes>\d+) minutes")
_CHAPTER = re.compile(r"\*\*Time:\*\* about (?P<minutes>\d+) minutes")


def effort(root: Path, text: str) -> tuple[str, Path]:
    """Return what is to be shown for `text`, and the file that says it.

    Raises
    ------
    ValueError
        If there is no such problem set or chapter, or it does not say how long it takes.
    """
    name, _, what = text.partition(" ")
    path = root / "solutions" / name / f"{name}.md"
    pattern, shown = _PROBLEM_SET, what or "minutes, points"
    if not path.is_file():
        path, pattern, shown = root / "book" / f"{name}.md", _CHAPTER, what or "minutes"
    if not path.is_file():
        raise ValueError(f"there is no problem set and no chapter {name!r}")
    found = pattern.search(path.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{path.relative_to(root)} does not say how long it takes")
    if shown == "minutes, points":
        return f"{found['minutes']} minutes, {found['points']} points", path
    if shown not in found.groupdict():
        raise ValueError(f"{name} has no {shown!r}: write one of {', '.join(found.groupdict())}")
    return found[shown], path


class Effort(SphinxRole):
    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            shown, path = effort(Path(self.env.srcdir), self.text)
        except ValueError as error:
            place = (self.env.docname, self.lineno)
            logger.warning(str(error), location=place, type="course", subtype="effort")
            return [], []
        self.env.note_dependency(str(path))
        return [nodes.Text(shown)], []


def setup(app: Sphinx) -> None:
    app.add_role("effort", Effort())
