"""The prose of the book and of the problem sets: spelling, words that talk down, addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from ce_lib.site.prose import GIVEN, flaws, prose_lines, typed_numbers

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("book/*.md"), *ROOT.glob("solutions/*/*.md"), *ROOT.glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page_reads_well(page):
    found = flaws(page.read_text(encoding="utf-8"))
    assert not found, "\n".join(f"{page.relative_to(ROOT)}:{flaw}" for flaw in found)


BAD = """---
kernelspec: {color: red}
---

# A bad page

Obviously, we maximize the color, [here](http://example.org).
Simply look at `color` and $color$, and at {term}`normalization`.

```{code-cell} ipython3
---
tags: [hide-input]
mystnb:
  image:
    alt: >-
      A gray curve.
---
color = "gray"  # obviously code
```

```python
analyze(center)
```

````{prf:theorem} Of the neighbor
:label: color-theorem

$$
color
$$

It is easy to see. The size of a prize seizes citizens on the horizon, in colour.
````

```{question} Which labeled one?
:name: color-question
- [ ] this
  Clearly not.
```

Look at this:
$$ a = b $$

    https://example.org/color

See <https://example> and [that](https://example.org/behavior) and mail [us](mailto:a@b.org).
"""


def test_every_flaw_of_a_bad_page_is_found_and_nothing_else():
    assert [(flaw.line, flaw.message.split("”")[0].lstrip("“")) for flaw in flaws(BAD)] == [
        (7, "http://example.org: write a whole address that starts https://"),
        (7, "color"),
        (7, "maximize"),
        (7, "Obviously"),
        (8, "normalization"),
        (8, "Simply"),
        (16, "gray"),
        (25, "neighbor"),
        (32, "It is easy to see"),
        (35, "labeled"),
        (38, "Clearly"),
        (42, "leave a line free above this formula, or it becomes part of the text"),
        (46, "https://example: write a whole address that starts https://"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "A colour, a neighbour's behaviour, and a honorary, humorous one.",
        "We maximise; it is labelled, modelled, centred, and 5 per cent.",
        "The model is a label; a modest size, resized.",
        "The more clearly it is right, the less is left.",
        "Towards the centre, and fulfil it.",
        "$$\nx = color\n$$\n\nText.",
        "`obviously`, ``simply``, {ref}`clearly-so`.",
    ],
)
def test_good_prose_is_left_alone(text):
    assert flaws(text) == []


def test_captions_and_feedback_are_prose_and_code_is_not():
    lines = dict(prose_lines(BAD))
    assert set(lines) >= {16, 35, 38}
    assert not set(lines) & {1, 2, 18, 22, 26, 29}


BOOK = sorted(ROOT.glob("book/*.md"))


@pytest.mark.parametrize("page", BOOK, ids=lambda page: page.stem)
def test_no_result_is_typed_that_code_could_give(page):
    found = typed_numbers(page.read_text(encoding="utf-8"))
    assert not found, "\n".join(f"{page.relative_to(ROOT)}:{flaw}" for flaw in found)


def test_every_exception_is_still_needed():
    text = "\n".join(page.read_text(encoding="utf-8") for page in BOOK)
    assert [phrase for phrase in GIVEN if phrase not in text] == []


TYPED = """# Typed

```{code-cell} ipython3
---
tags: [remove-input]
mystnb:
  image:
    alt: >-
      It falls from about 3 to 0.55, and is 0.25 in the end.
---
loss = 0.25
assert share == 0.4  # so 40 per cent may be written
```

The loss falls by almost $0.09$, to about 7, or roughly a dozen; $\\ln 2 \\approx 0.69$.
Nine in ten lie there, of fifty. It is 0.25, which is 40 per cent, and 12.345 or 7 per cent.

```{question} It is about {glue:text}`loss` nats
:name: typed-question
- [ ] some ten
  The 0.77 is missing.
```
"""


def test_typed_results_are_found_and_nothing_else():
    assert [
        (flaw.line, flaw.message.split("”")[0].lstrip("“")) for flaw in typed_numbers(TYPED)
    ] == [
        (9, "0.55"),
        (15, "almost $0.09$,"),
        (15, "about 7,"),
        (15, "roughly a dozen;"),
        (15, "\\approx 0.69$."),
        (15, "0.09"),
        (15, "0.69"),
        (16, "Nine in ten"),
        (16, "fifty"),
        (16, "12.345"),
        (16, "7 per cent"),
        (20, "some ten"),
        (21, "0.77"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "About {glue:text}`number` nats, almost as much as before.",
        "It comes as close to $1$ as you like, at about the same time.",
        "There are two classes, one of them rare, and $2^3 = 8$ outcomes.",
        "**Time:** about 70 minutes.",
        "In $s(u)$, almost all $u$; $f \\approx g$.",
    ],
)
def test_given_numbers_are_left_alone(text):
    assert typed_numbers(text) == []
