"""A place on a page that is filled with what other pages hold, when all of them are read.

The page is written again with every build, since any other page may have changed what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri

from ce_lib.site.elements import recorded


class Gather(SphinxPostTransform):
    """Fill each `place` of a page, before Sphinx looks where its links lead."""

    default_priority = 5
    place: ClassVar[type[nodes.Element]]

    def run(self, **kwargs: Any) -> None:
        for place in list(self.document.findall(self.place)):
            place.replace_self(self.gathered())

    def gathered(self) -> nodes.Node | Sequence[nodes.Node]:
        """Return what belongs in the place."""
        raise NotImplementedError

    def link(self, page: str) -> nodes.reference:
        """Return a link to another page, with its title."""
        words = [child.deepcopy() for child in self.env.titles[page].children]
        return link(self.app.builder, self.env.docname, page, *words)


def link(builder: Builder, here: str, page: str, *words: nodes.Node) -> nodes.reference:
    """Return a link from the page `here` to another one."""
    address = relative_uri(builder.get_target_uri(here), builder.get_target_uri(page))
    return nodes.reference("", "", *words, refuri=address, internal=True)


def write_again(kind: str) -> Callable[[Sphinx, BuildEnvironment], list[str]]:
    """Return a listener to `env-updated` that names the pages with a record of this kind."""
    return lambda app, env: sorted({page for page, _ in recorded(env, kind)})
