"""The course's Sphinx extension: `extra_extensions: [ce_lib.site.extension]` in `_config.yml`."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from ce_lib.site import (
    about,
    anki,
    bundle,
    cells,
    coverage,
    coverage_tables,
    covers,
    derivations,
    effort,
    elements,
    figures,
    flashcards,
    handouts,
    interactive,
    library,
    links,
    mathematics,
    misconceptions,
    outside,
    pages,
    progress,
    qed,
    questions,
    search,
    takeaways,
)


def setup(app: Sphinx) -> dict[str, Any]:
    for part in (
        elements,
        mathematics,
        cells,
        derivations,
        figures,
        effort,
        misconceptions,
        qed,
        questions,
        flashcards,
        anki,
        interactive,
        library,
        covers,
        coverage,
        coverage_tables,
        takeaways,
        progress,
        handouts,
        about,
        pages,
        search,
        bundle,
        outside,
        links,
    ):
        part.setup(app)
    # One KaTeX process serves all pages; workers forked from here would share its socket.
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
