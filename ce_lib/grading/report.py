"""The class report: one self-contained HTML page, from what to teach again to single students."""

from __future__ import annotations

import math
import os
import re
import statistics
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import numpy as np

from . import report_tables as tables
from .document import document
from .items import analyse, cronbach_alpha
from .mistakes import Mistake, count_mistakes, example
from .outputs import write_whole
from .parts import Part, parts_of, sections_of
from .problem import Problem
from .records import Record, Status
from .report_figures import histogram, item_chart

__all__ = ["ReportData", "attach_feedback", "built_site", "summary", "write_report"]

#: A part is worth teaching again if the class lost at least this share of its points ...
LOST = 0.15

#: ... and of those no more than so many, or none is first.
RETEACH = 5

STYLE = """
.students td:nth-child(2) { white-space: nowrap; }
.failed td:nth-child(2) { color: var(--note); font-weight: 600; }
.words { min-width: 15rem; }
svg { display: block; width: 100%; max-width: 36rem; height: auto; margin: .5rem 0 1rem; }
svg text { font: 11px system-ui, sans-serif; fill: currentColor; }
svg .bar, svg .dot { fill: var(--bar); }
svg .dot.low { fill: var(--note); }
svg rect.track { fill: var(--soft); }
svg line { stroke: var(--line); }
ol.first > li { margin-bottom: 1rem; }
ul.mistakes { list-style: none; padding: 0; }
ul.mistakes > li { padding: .5rem 0; border-bottom: 1px solid var(--line); }
.share { display: inline-block; width: 6rem; height: .7rem; background: var(--soft); }
.share span { display: block; height: 100%; background: var(--bar); }
"""


@dataclass
class ReportData:
    """What a report is made of, beside the problem set."""

    records: list[Record]
    output: Path  # where feedback pages and graded notebooks lie
    unanswered: dict[str, int] = field(default_factory=dict)  # students, by answer cell
    names: dict[str, str] = field(default_factory=dict)  # first and last, by student
    warning: str = ""  # a sentence on how it was graded that readers must know
    site: str = ""  # address of the website's top; empty: the one that was built here, if any
    anonymous: bool = False


def attach_feedback(records: list[Record], output: Path, name: str) -> None:
    """Note for each record which feedback page there is."""
    for record in records:
        page = output / "feedback" / record.student / name / f"{name}.html"
        record.feedback = page if record.status is not Status.FAILED and page.is_file() else None


def summary(records: list[Record]) -> str:
    """One line on the class: how many are graded, wait for a person, or failed; and the median."""
    count = {status: sum(record.status is status for record in records) for status in Status}
    scores = [record.score for record in records if record.score is not None]
    text = (
        f"{len(records)} submission{'s' * (len(records) != 1)}: {count[Status.GRADED]} graded, "
        f"{count[Status.BY_HAND]} with cells to grade by hand, {count[Status.FAILED]} failed"
    )
    if scores:
        text += f"; median {statistics.median(scores):g} of {records[0].max_score:g} points so far"
    return text


def write_report(path: Path, root: Path, problem: Problem, data: ReportData) -> Path:
    """Write the report of one problem set to ``path`` and return it.

    Raises
    ------
    ReleaseError
        If what lies beside the problem set is not as it should be.
    OutputError
        If it cannot be written.
    """
    graded = [record for record in data.records if record.status is not Status.FAILED]
    points = problem.max_scores
    parts = parts_of(problem, sections_of(root, problem.name))
    mistakes = count_mistakes(root, problem.name, graded)
    scores = np.array(
        [[_number(record.cells.get(cell)) for cell in points] for record in graded]
    ).reshape(len(graded), len(points))
    title = f"Class report: {_title(problem)}"
    body = [f"<h1>{escape(title)}</h1>\n"]
    if data.warning:
        body.append(f'<p role="note"><strong>{escape(data.warning)}</strong></p>\n')
    table = "" if data.anonymous else ' As a file: <a href="grades.csv">grades.csv</a>.'
    body.append(f"<p>{escape(summary(data.records))}.{table}</p>\n")
    if graded:
        site = data.site or built_site(root, path.parent)
        body.append(_reteach(parts, points, scores, mistakes, data, site))
        body.append(_scores(points, scores))
        body.append(_items(points, scores))
        body.append(_mistakes(mistakes, len(graded), data, problem.name))
    else:
        body.append("<p>No submission could be graded, so there is nothing to count yet.</p>\n")
    body.append(tables.process(data.records, points, data.anonymous))
    if not data.anonymous:
        body.append(tables.students(data.records, path.parent))
    write_whole(path, document(title, "".join(body), STYLE).encode("utf-8", "replace"))
    return path


def _reteach(
    parts: list[Part],
    points: dict[str, float],
    scores: np.ndarray,
    mistakes: list[Mistake],
    data: ReportData,
    site: str,
) -> str:
    places = {cell: place for place, cell in enumerate(points)}
    found = []
    for part in parts:
        columns = [places[cell] for cell in part.points]
        worth = np.array(list(part.points.values()))
        own = scores[:, columns]
        judged = ~np.isnan(own)
        most = float((judged * worth).sum())
        lost = most - float(np.nansum(own))
        if most and lost / most >= LOST:
            whole = int((np.nan_to_num(own, nan=-1.0) >= worth - 1e-9).all(axis=1).sum())
            found.append((lost, lost / most, whole, part))
    found.sort(key=lambda one: -one[0])
    if not found:
        return (
            "<h2>What to teach again first</h2>\n"
            f"<p>In no part did the class lose as much as {LOST:.0%} of the points.</p>\n"
        )
    lines = []
    for _, share, whole, part in found[:RETEACH]:
        text = f"<strong>{escape(part.title)}</strong>: the class lost {share:.0%} of the points; "
        text += f"{whole} of {len(scores)} have all of them"
        left = max((data.unanswered.get(cell, 0) for cell in part.answers), default=0)
        text += f", {left} left it as it was given out. " if left else ". "
        seen = [one for one in mistakes if one.piece.cell in part.answers][:2]
        text += " ".join(
            f"{len(one.students)} behave as if {tables.sentence(one.piece.as_if)}" for one in seen
        )
        links = [tables.section_link(section, site) for section in part.sections]
        text += f"<br>Read again: {', '.join(links)}." if links else ""
        lines.append(f"<li>{text}</li>\n")
    return (
        "<h2>What to teach again first</h2>\n<p>The parts in which the class lost the most points; "
        f'what is not judged yet is left out.</p>\n<ol class="first">\n{"".join(lines)}</ol>\n'
    )


def _scores(points: dict[str, float], scores: np.ndarray) -> str:
    worth = np.array(list(points.values()))
    judged = ~np.isnan(scores)
    most = (judged * worth).sum(axis=1)
    shares = (np.nansum(scores, axis=1)[most > 0] / most[most > 0]).clip(0, 1)
    if not len(shares):
        return "<h2>Scores</h2>\n<p>Nothing is judged yet.</p>\n"
    low, middle, high = np.percentile(shares, [25, 50, 75])
    text = (
        f"Of the points that are judged so far, half of the {len(shares)} students have "
        f"{middle:.0%} or more; the middle half lies between {low:.0%} and {high:.0%}. "
        f"The mean is {shares.mean():.0%}"
    )
    text += f", the standard deviation {shares.std(ddof=1):.0%}." if len(shares) > 1 else "."
    waiting = int((~judged).any(axis=1).sum())
    if waiting:
        text += (
            f" {waiting} still wait for a person's judgement in some cells; "
            "those are left out, not counted as 0."
        )
    return f"<h2>Scores</h2>\n<p>{text}</p>\n{histogram(shares.tolist())}"


def _items(points: dict[str, float], scores: np.ndarray) -> str:
    items = analyse(scores, list(points.values()))
    alpha = cronbach_alpha(scores)
    if alpha is None:
        reliability = "Cronbach's alpha is not defined for these scores, since no total differs."
        if len(scores) < 2:
            reliability = "Cronbach's alpha takes at least two students."
    else:
        reliability = (
            f"Cronbach's alpha is {alpha:.2f}, over the cells that all are judged in. Cells that "
            "test the same function go together by nature, which makes it larger."
        )
    shown = {
        cell: item
        for cell, item in zip(points, items, strict=True)
        if not tables.mostly_waits(item, len(scores))
    }
    chart = item_chart(list(shown), list(shown.values())) if shown else ""
    few = len(scores)
    rough = (
        f" With {few} students each correlation may be off by about {1 / math.sqrt(few):.1f}."
        if 1 < few < 100
        else ""
    )
    return (
        "<h2>Test by test</h2>\n<p><strong>Difficulty</strong> is the share of the points that was "
        "earned: 1 is easy. <strong>Discrimination</strong> is the correlation of a test with the "
        "points of all others: near 1, those who do well here do well elsewhere; below 0.2 it "
        "hardly tells; below 0, look for a flaw in the test. The <strong>27% index</strong> is "
        "the difficulty among the best 27% of the class less that among the weakest 27%. "
        f"{reliability}{rough}</p>\n{chart}"
        f"{tables.items(points, items, len(scores))}"
    )


def _mistakes(mistakes: list[Mistake], graded: int, data: ReportData, name: str) -> str:
    head = "<h2>Known mistakes</h2>\n"
    if not mistakes:
        return head + "<p>No function behaved like a mistake of the catalogue.</p>\n"
    shown = []
    for one in mistakes:
        code, theirs = example(one, data.output, name, data.names)
        shown.append((one, code, theirs))
    return (
        f"{head}<p>A function counts for a mistake if in each call that failed a check it did what "
        "the mistake does: same numbers, same warnings. A student counts once for each. "
        "<em>Certain</em> are those in whom no other known mistake would do the same.</p>\n"
        f"{tables.mistakes(shown, graded)}"
    )


def _title(problem: Problem) -> str:
    for cell in problem.cells:
        if not cell.code and (found := re.search(r"^# +(.+)$", cell.source, re.MULTILINE)):
            return found[1].replace("`", "")
    return problem.name


def built_site(root: Path, folder: Path) -> str:
    """The website that was built here, relative to ``folder``; empty if there is none."""
    site = root / "_build" / "html"
    if not (site / "index.html").is_file():
        return ""
    return Path(os.path.relpath(site, folder)).as_posix()


def _number(value: float | None) -> float:
    return math.nan if value is None else value
