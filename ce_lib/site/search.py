"""The search finds the words of the index on every page, those not written this time, too.

Sphinx collects them while it writes pages and forgets them with the build, so after an edit of one
page the search would know the words of that page only.
"""

from __future__ import annotations

from contextlib import suppress

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.index_entries import split_index_msg

__all__ = ["setup"]


def _recall(_: Sphinx, env: BuildEnvironment) -> list[str]:
    known = env._search_index_index_entries  # where Sphinx collects them
    known.clear()
    for page, entries in env.get_domain("index").entries.items():  # type: ignore[attr-defined]
        found: set[tuple[str, str, str]] = set()
        for kind, value, target, main, _key in entries:
            with suppress(ValueError):  # an entry that is none: Sphinx has said so
                words = split_index_msg(kind, value)
                found |= {(word, target or "", main or "") for word in words}
        known[page] = sorted(found)
    return []


def setup(app: Sphinx) -> None:
    app.connect("env-updated", _recall)
