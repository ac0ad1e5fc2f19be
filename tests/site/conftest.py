"""The built site, a real browser, and small books to break on purpose."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ce_lib.site.build import build_site, is_up_to_date
from tests.site.waiting import settle

ROOT = Path(__file__).resolve().parents[2]


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


STUDY_PAGE = """# Study

See the {term}`odds`.

```{flashcard} study-derivative
What is the derivative of the sigmoid?
---
$s'(u) = s(u)\\,(1 - s(u))$
```

```{flashcard} study-less
Which **side** has the larger value when $a < b$?

$$ \\exp(a) \\quad \\exp(b) $$
---
The second, see [the self-check](#self-check):

- it grows;
- it is `exp`.
```

```{flashcard} study-third
A third card?
---
Yes.
```

## Self-check

```{question} The probabilities of class 1 at the scores 3 and −3, $s(3)$ and $s(-3)$, …
:name: study-symmetry
- [ ] are equal
  That would be true of an even function, such as $s'$.
- [x] sum to one
  By symmetry:

  $$ 1 - s(u) = s(-u) $$
- [ ] multiply to one
  That is true of the odds.
```

```{question}
:name: study-odds
What are the {term}`odds` at $p = 0.8$?

- [ ] $\\tfrac{4}{5}$
  That is the probability.
- [ ] $0.2$
  That is the probability of the contrary.
- [x] $4$
  Four to one.
```

## Flashcards

```{flashcards}
```

## Words

```{glossary}
odds
  The probability of an event divided by that of its contrary.
```
"""


@pytest.fixture(scope="session")
def study_page() -> str:
    """A page with two questions and three cards, as it is written."""
    return STUDY_PAGE


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory, make_book: Any) -> Path:
    """The pages of a small book: questions, cards, every interactive figure, the reference."""
    folder = ROOT / "book" / "_assets" / "interactive"
    names = sorted(path.stem for path in folder.glob("*.js") if path.stem != "kit")
    figures = "# Figures\n"
    for name in names:
        figures += f"\n## {name}\n\n```{{interactive}} {name}\n:alt: {name} as it starts.\n"
        figures += "Move it, and look at $x$.\n```\n"
    library = (ROOT / "book" / "library.md").read_text(encoding="utf-8")
    pages = {"index": "# Book\n", "study": STUDY_PAGE, "figures": figures, "library": library}
    return build_site(make_book(tmp_path_factory.mktemp("study"), pages)) / "book"


@pytest.fixture
def open_study(browser: Any, study: Path) -> Iterator[Callable[..., Any]]:
    """A function that opens a page of the study book from the disk; what goes wrong fails."""
    contexts = []
    wrong: list[str] = []

    def failed(request: Any) -> None:
        # Cut short by a reload, or a script where scripts are off: nothing is missing.
        if request.failure not in {"net::ERR_ABORTED", "csp"}:
            wrong.append(f"{request.url}: {request.failure}")

    def open_it(name: str, width: int = 1280, scheme: str = "light", **options: Any) -> Any:
        size = {"width": width, "height": 800}
        context = browser.new_context(viewport=size, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", failed)
        page.goto(f"file://{study}/{name}.html")
        if options.get("java_script_enabled", True):
            settle(page)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert wrong == []
