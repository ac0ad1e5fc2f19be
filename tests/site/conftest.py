"""The built site, a real browser, and small books to break on purpose."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ce_lib.site.build import build_site, is_up_to_date

ROOT = Path(__file__).resolve().parents[2]

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox: tests run as root in containers; the pages are our own. The rest keeps the browser
# from talking to its maker.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

NOTEBOOK = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""


@pytest.fixture(scope="session", autouse=True)
def _one_font_list(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let all the small books share matplotlib's list of fonts; making one takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLCONFIGDIR", str(tmp_path_factory.mktemp("matplotlib")))
        yield


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the pages of the book itself, as it stands in the work tree."""
    if is_up_to_date(ROOT):
        return ROOT / "_build" / "html"
    return build_site(ROOT, out=tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    found = [path for name in CHROMIUM_NAMES if (path := shutil.which(name))]
    if not found:
        pytest.skip("needs Chromium: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found[0], args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def make_book() -> Callable[[Path, dict[str, str]], Path]:
    """Return a function that writes a book of the given pages with the course's own settings.

    A page with a code cell becomes a notebook.
    """

    def make(root: Path, pages: dict[str, str]) -> Path:
        (root / "book").mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "_config.yml", root)
        for folder in ("_assets", "_vendor"):
            shutil.copytree(ROOT / "book" / folder, root / "book" / folder, dirs_exist_ok=True)
        (root / "book" / "references.bib").write_text("", encoding="utf-8")
        names = list(pages)
        chapters = "".join(f"  - file: book/{name}\n" for name in names[1:])
        toc = f"format: jb-book\nroot: book/{names[0]}\n"
        toc += f"chapters:\n{chapters}" if chapters else ""
        (root / "_toc.yml").write_text(toc, encoding="utf-8")
        for name, text in pages.items():
            if "{code-cell}" in text:
                text = NOTEBOOK + text
            (root / "book" / f"{name}.md").write_text(text, encoding="utf-8")
        return root

    return make
