"""Wait until a page rests: fonts there, every section laid out, nothing on its way."""

from __future__ import annotations

from typing import Any

# course.js says so. A page made by a test may do without it.
_LAID_OUT = """() => !document.querySelector("script[src*=course-bundle]")
  || !document.querySelector(".bd-article")
  || "settled" in document.documentElement.dataset"""
_DRAWN = """() => document.fonts.ready.then(() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))))"""


def settle(page: Any) -> None:
    """Wait until fonts are there, all sections are laid out and the observers of sizes have run.

    The layout of what is far below starts with the reader's first move, so this makes one.
    """
    page.wait_for_load_state("load")
    page.evaluate("dispatchEvent(new Event('pointermove'))")
    page.wait_for_function(_LAID_OUT)
    page.evaluate(_DRAWN)
