"""``ce-course similar``: the pairs of programs that agree, side by side on one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from .document import document
from .outputs import OutputError, write_whole
from .problem import Problem, load_problem
from .similar import (
    LEAST,
    THRESHOLD,
    Pair,
    SimilarityError,
    answers_of,
    compare,
    fingerprint,
    fingerprints,
    normal,
    template,
)

__all__ = ["Found", "find_similar", "side_by_side"]

#: Pairs whose programs are shown; the others are in the list.
SHOWN = 60

STYLE = """
body { max-width: 76rem; }
p, ul { max-width: 46rem; }
h2 { margin-bottom: .3rem; overflow-wrap: anywhere; }
h3 { margin: .6rem 0 .2rem; font-size: 1rem; overflow-wrap: anywhere; }
table { width: auto; }
.both { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); }
.both > div { min-width: 0; }
pre { margin: 0; font-size: .85rem; line-height: 1.45; white-space: pre-wrap;
  overflow-wrap: anywhere; }
mark { background: var(--mark); color: var(--ink); }
"""


@dataclass
class Found:
    """What was compared, what agrees, and where it can be looked at."""

    students: int
    pairs: list[Pair]
    page: Path
    unread: list[str]  # notebooks that are none, each with its reason


def find_similar(
    root: Path,
    name: str,
    output: Path | None = None,
    *,
    threshold: float = THRESHOLD,
    progress: Callable[[Sequence[Any], str], Iterable[Any]] = lambda items, _: items,
) -> Found:
    """Compare the graded programs of a class and write ``reports/<name>/similar.html``.

    Parameters
    ----------
    root : Path
        The course's top level.
    name : str
        The problem set.
    output : Path, optional
        Where ``ce-course grade`` put its results; by default the top level.
    threshold : float
        The share of the shorter program from which on a pair is listed.
    progress : callable, optional
        Wraps the iteration over students; its second argument says what is done.

    Raises
    ------
    SimilarityError
        If there are not two programs, or the page cannot be written.
    """
    if not 0 < threshold <= 1:
        raise SimilarityError(f"the threshold must be above 0 and at most 1, got {threshold:g}")
    root = root.resolve()
    output = (output or root).resolve()
    problem = load_problem(root, name)
    paths = sorted((output / "autograded").glob(f"*/{name}/{name}.ipynb"))
    written: dict[str, list[str]] = {}
    unread = []
    hashes: list[set[int]] = []
    for path in progress(paths, "reading"):
        try:
            answers = answers_of(problem, path)
        except SimilarityError as error:
            unread.append(str(error))
            continue
        if answers:
            written[path.parent.parent.name] = answers
            hashes.append(fingerprints(answers))
    students = list(written)
    if len(students) < 2:
        raise SimilarityError(
            f"{output / 'autograded'} has {len(students)} programs for {name} in "
            f"{len(paths)} graded notebooks, and it takes two: grade first, with `ce-course grade "
            f"{name} --submitted FOLDER`, or name the folder that it graded into with --graded"
        )
    ours = template(problem)
    pairs = compare(
        students, hashes, ours, threshold, progress=lambda items: progress(list(items), "comparing")
    )
    page = output / "reports" / name / "similar.html"
    text = _page(problem, written, pairs, ours, threshold)
    try:
        write_whole(page, text.encode("utf-8", "replace"))
    except OutputError as error:
        raise SimilarityError(str(error)) from error
    return Found(len(students), pairs, page, unread)


def _page(
    problem: Problem,
    written: dict[str, list[str]],
    pairs: list[Pair],
    ours: set[int],
    threshold: float,
) -> str:
    count = len(written)
    title = f"Programs to look at side by side: {problem.name}"
    parts = [
        f"<h1>{escape(title)}</h1>\n"
        "<p><strong>Nothing here is a verdict.</strong> Two students may agree because they worked "
        "together as you allow, had the same teacher or book, or because there are few ways to "
        "write a short function. Look at what is marked, and then talk to them.</p>\n"
        f"<p>Of the {count * (count - 1) // 2} pairs among {count} programs {_listed(len(pairs))}: "
        f"they share at least {threshold:.0%} of the shorter one. Names, comments, layout and the "
        "order of functions do not count, nor does what our template and reference solution have. "
        "What many students wrote counts less; <em>weight</em> is what is shared, as the number of "
        f"pieces that nobody else has, and from {LEAST:g} on a pair is listed.</p>\n"
    ]
    shown = 0
    for group in _groups(pairs):
        names = sorted({name for pair in group for name in (pair.first, pair.second)})
        parts.append(f"<h2>{escape(_and(names))}</h2>\n")
        if len(group) > 1:
            parts.append(_list(group))
        for pair in group[: max(1, 3 if len(names) > 2 else 1)]:
            if shown >= SHOWN:
                break
            shown += 1
            parts.append(side_by_side(pair, written[pair.first], written[pair.second], ours))
    if len(pairs) > shown:
        parts.append(
            f"<p>The programs of {shown} pairs are shown. For fewer pairs raise --threshold.</p>\n"
        )
    return document(title, "".join(parts), STYLE)


def side_by_side(pair: Pair, first: list[str], second: list[str], ours: set[int]) -> str:
    """The evidence of one pair: both programs in one layout with what they share marked."""
    shared = fingerprints(first) & fingerprints(second) - ours
    one, two = (_marked(sources, shared) for sources in (first, second))
    same = _verbatim(first, second)
    alike = f"{same:.0%} of the lines are the same to the letter" if same else "no line is the same"
    return (
        f"<p>{escape(pair.first)} and {escape(pair.second)} share {pair.share:.0%} of the shorter "
        f"program, weight {pair.weight:.0f}; as handed in, {alike}.</p>\n"
        f'<div class="both">\n{_column(pair.first, one)}{_column(pair.second, two)}</div>\n'
        "<details><summary>As handed in, with comments</summary>\n"
        f'<div class="both">\n{_column(pair.first, _plain(first))}'
        f"{_column(pair.second, _plain(second))}</div>\n</details>\n"
    )


def _marked(sources: list[str], shared: set[int]) -> str:
    """A program as HTML, with the shared pieces marked."""
    from copydetect.utils import get_copied_slices, highlight_overlap

    text = []
    for source in sources:
        for statement in normal(source):
            code = fingerprint(statement + "\n")
            places = [place for one in code.hashes & shared for place in code.hash_idx[one]]
            if not places:
                text.append(escape(statement, quote=False))
                continue
            ends = get_copied_slices(places, code.k)
            if len(code.offsets):  # from places among the tokens to places in the text
                found = np.searchsorted(code.offsets[:, 0], ends)
                ends = ends + code.offsets[np.clip(found, 0, len(code.offsets) - 1), 1]
            marked, _ = highlight_overlap(
                code.raw_code, ends, "<mark>", "</mark>", escape_html=True
            )
            text.append(marked.rstrip("\n"))
    return "\n\n".join(text)


def _plain(sources: list[str]) -> str:
    return escape("\n\n".join(sources), quote=False)


def _column(student: str, code: str) -> str:
    return f'<div><h3>{escape(student)}</h3>\n<pre tabindex="0"><code>{code}</code></pre></div>\n'


def _verbatim(first: list[str], second: list[str]) -> float:
    """The share of the shorter program's lines, as handed in, that the other one has too."""
    one, two = (
        {line.strip() for source in sources for line in source.splitlines() if line.strip()}
        for sources in (first, second)
    )
    return len(one & two) / max(1, min(len(one), len(two)))


def _groups(pairs: list[Pair]) -> list[list[Pair]]:
    """Pairs that hang together, in the order of their strongest."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for pair in pairs:
        leader[find(pair.second)] = find(pair.first)
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        found.setdefault(find(pair.first), []).append(pair)
    return list(found.values())


def _list(group: list[Pair]) -> str:
    rows = "".join(
        f"<tr><td>{escape(pair.first)}</td><td>{escape(pair.second)}</td>"
        f'<td class="number">{pair.share:.0%}</td><td class="number">{pair.weight:.0f}</td></tr>\n'
        for pair in group
    )
    return (
        f"<details><summary>{len(group)} pairs</summary>\n"
        '<div class="wide" tabindex="0" role="region" aria-label="Pairs">\n<table>\n'
        '<tr><th>One</th><th>Other</th><th class="number">Share</th>'
        f'<th class="number">Weight</th></tr>\n{rows}</table>\n</div>\n</details>\n'
    )


def _listed(count: int) -> str:
    return "none is listed" if not count else "1 is listed" if count == 1 else f"{count} are listed"


def _and(names: list[str], most: int = 8) -> str:
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return f"{', '.join(names[:-1])} and {names[-1]}"
