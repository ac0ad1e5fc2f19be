"""Where the book speaks of the mistakes that the problem sets know by name.

- `` {misconception}`ps2/sigmoid/sign-slip` `` in a row of “What goes wrong”;
- `:misconception: ps2/sigmoid/sign-slip` as the first line below an option of a `{question}`.

A name is problem set, function and name of an entry in `solutions/ps2/misconceptions.py`. Several
are separated by commas, and `*` stands for any part: `ps3/*/base-2`. One that matches no entry
fails the build, so the chapters and the catalogues cannot drift apart. Readers see nothing of it;
the place is an anchor, such as `sigmoid.html#misconception-ps2-sigmoid-sign-slip`.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from ce_lib.site.elements import element, make, record

logger = logging.getLogger(__name__)

# As `ce_lib.grading.evidence` reads it; its readers for grading need nbgrader, a page does not.
_ENTRY = re.compile(r"^# %% (?P<function>[\w-]+): *(?P<name>.+?) *$", re.MULTILINE)


def catalogue(root: Path) -> list[str]:
    """Return the names of all misconceptions of the course at `root`, such as ps2/sigmoid/step."""
    paths = sorted(root.glob("solutions/*/misconceptions.py"))
    return [name for path in paths for name in _entries(path, path.stat().st_mtime_ns)]


@cache
def _entries(path: Path, changed: int) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [f"{path.parent.name}/{m['function']}/{m['name']}" for m in _ENTRY.finditer(text)]


def matching(text: str, known: list[str]) -> list[str]:
    """Return the names in `known` that `text` means: names or patterns, separated by commas.

    Raises
    ------
    ValueError
        If one of them means none.
    """
    found: list[str] = []
    for pattern in (part.strip() for part in text.split(",")):
        parts = pattern.split("/")
        meant = [
            name
            for name in known
            if len(parts) == 3 and all(map(fnmatchcase, name.split("/"), parts))
        ]
        if not meant:
            raise ValueError(
                f"{pattern!r} is no misconception of a problem set: write set/function/name as in "
                "solutions/*/misconceptions.py, such as ps2/sigmoid/sign-slip; `*` is any part"
            )
        found += [name for name in meant if name not in found]
    return found


def mark(env: BuildEnvironment, text: str) -> element:
    """Return the anchor of the misconceptions that `text` names, at their place on a page.

    Raises
    ------
    ValueError
        If it names one that does not exist.
    """
    root = Path(env.srcdir)
    for path in root.glob("solutions/*/misconceptions.py"):
        env.note_dependency(str(path))
    names = matching(text, catalogue(root))
    seen = record(env, "misconceptions")
    anchor = make("span")
    anchor["misconceptions"] = names
    anchor["ids"] += [anchor_of(name) for name in names if name not in seen]
    seen += [name for name in names if name not in seen]
    return anchor


def anchor_of(name: str) -> str:
    """Return the id of the place on the page where a misconception is first spoken of."""
    return "misconception-" + re.sub(r"[^a-z0-9]+", "-", name.lower())


class MisconceptionRole(SphinxRole):
    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            return [mark(self.env, self.text)], []
        except ValueError as error:
            place = (self.env.docname, self.lineno)
            logger.warning(str(error), location=place, type="course", subtype="misconception")
            return [], []


def setup(app: Sphinx) -> None:
    app.add_role("misconception", MisconceptionRole())
