"""`{qed}`: a proof that goes on behind its `{prf:proof}`, with cells, ends here.

A directive cannot hold cells that run, so a derivation stands below the words of its proof. This
directive, below the derivation, takes all that stands between into the proof, whose end sign then
comes last.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx_proof.nodes import proof_node

from ce_lib.site.elements import CourseDirective

logger = logging.getLogger(__name__)


class qed(nodes.Invisible, nodes.Element):
    """Where the proof above ends."""


class Qed(CourseDirective):
    def run(self) -> list[nodes.Node]:
        node = qed()
        self.set_source_info(node)
        return [node]


def _close_proofs(app: Sphinx, doctree: nodes.document) -> None:
    for end in list(doctree.findall(qed)):
        siblings = end.parent.children
        place = siblings.index(end)
        proofs = [n for n in range(place) if isinstance(siblings[n], proof_node)]
        if proofs and proofs[-1] + 1 < place:
            box = siblings[proofs[-1]].next_node(nodes.admonition)
            rest = siblings[proofs[-1] + 1 : place]
            del end.parent[proofs[-1] + 1 : place]
            box += rest
        else:
            logger.warning(
                "`{qed}` ends a proof that goes on below its `{prf:proof}`; here none does",
                location=end,
                type="course",
                subtype="qed",
            )
        end.parent.remove(end)


def setup(app: Sphinx) -> None:
    app.add_node(qed)
    app.add_directive("qed", Qed)
    # After the marks, which are no part of a proof, have gone.
    app.connect("doctree-read", _close_proofs, priority=600)
