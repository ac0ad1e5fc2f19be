"""The website: weight and speed of every chapter, ratings, and how long a build takes.

The network and the processor are slowed down as stated in `benchmarks.browsing`; nothing else
should run on the machine meanwhile. Writes benchmarks/results/site.md; the exit code is 1 where a
goal is missed.
"""

from __future__ import annotations

import gzip
import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from benchmarks.browsing import PHONE, SLOW, SLOWDOWN, Visit, browser, served, visit
from benchmarks.lighthouse import CATEGORIES, rate
from benchmarks.tables import markdown, options, publish, target
from ce_lib.course import find_root
from ce_lib.site.build import build_site
from ce_lib.site.volume import chapters

RATED = ("index", "sigmoid", "softmax")


@dataclass(frozen=True)
class Goal:
    """What a figure should be: at most (or, with `least`, at least) `limit`."""

    what: str
    limit: float
    unit: str = ""
    least: bool = False

    def reached(self, value: float) -> bool:
        return value >= self.limit if self.least else value <= self.limit


FIRST = Goal("a chapter on a first visit", 300, "kB")
NEXT = Goal("a chapter as the next page", 60, "kB")
REQUESTS = Goal("its requests on a first visit", 24)
PAINT = Goal("first contentful paint", 1.0, "s")
READABLE = Goal("everything readable", 2.0, "s")
SHIFT = Goal("layout shift", 0.02)
SCORES = {
    "performance": Goal("Lighthouse: performance", 95, least=True),
    "accessibility": Goal("Lighthouse: accessibility", 100, least=True),
    "best-practices": Goal("Lighthouse: best practices", 100, least=True),
    "seo": Goal("Lighthouse: SEO", 100, least=True),
}
BUILDS = {
    "cold, every cell run": Goal("build: cold, every cell run", 60, "s"),
    "unchanged": Goal("build: unchanged", 3, "s"),
    "one sentence edited": Goal("build: one sentence edited", 5, "s"),
}
DIGITS = {"kB": 0, "s": 2, "": 4}

#: Each goal's measured values, by the page or the step.
Figures = dict[Goal, dict[str, float]]


def visits(site: Path, names: list[str], repeats: int, found: Figures) -> None:
    """Measure what the first page of a reader costs, and each as the second one."""
    with served(site) as address, browser() as chromium:
        for name in tqdm(names, desc="chapters", leave=False):
            url = f"{address}/book/{name}.html"
            first: list[Visit] = []
            for _ in range(repeats):
                context = chromium.new_context(**PHONE)
                first.append(visit(context, url, slow=True))
                context.close()
            context = chromium.new_context(**PHONE)
            other = "information" if name != "information" else "softmax"
            visit(context, f"{address}/book/{other}.html")
            second = visit(context, url)
            context.close()
            for goal, value in (
                (FIRST, max(one.bytes for one in first) / 1000),
                (NEXT, second.bytes / 1000),
                (REQUESTS, max(len(one.sizes) for one in first)),
                (PAINT, statistics.median(one.first_paint for one in first) / 1000),
                (READABLE, statistics.median(one.readable for one in first) / 1000),
                (SHIFT, max(one.shift for one in first)),
            ):
                found.setdefault(goal, {})[name] = value


def ratings(site: Path, repeats: int, found: Figures) -> None:
    """Measure Lighthouse's scores, the median of `repeats`."""
    with served(site) as address:
        for name in tqdm(RATED, desc="Lighthouse", leave=False):
            runs = [rate(f"{address}/book/{name}.html").scores for _ in range(repeats)]
            for category in CATEGORIES:
                score = statistics.median(run[category] for run in runs)
                found.setdefault(SCORES[category], {})[name] = score


def _timed(root: Path, out: Path) -> float:
    start = time.perf_counter()
    build_site(root, out=out)
    return time.perf_counter() - start


def builds(root: Path, found: Figures) -> None:
    """Measure seconds for a cold build, one without a change, and one of an edited page."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "course")
        ignored = shutil.ignore_patterns("_build", ".*", "__pycache__", "*.egg-info")
        shutil.copytree(root, copy, ignore=ignored)
        for name, goal in tqdm(BUILDS.items(), desc="builds", leave=False):
            if name == "one sentence edited":
                page = copy / "book" / "sigmoid.md"
                text = page.read_text(encoding="utf-8")
                page.write_text(text + "\nOne more sentence.\n", encoding="utf-8")
            found[goal] = {"the book": _timed(copy, copy)}


def kinds(site: Path, names: list[str]) -> str:
    """A table: the bytes of each chapter's page, compressed, that go when a kind of thing goes."""
    import bs4

    wanted = {
        "formulas, seen": ".katex-html",
        "formulas, heard and copied": ".katex-mathml",
        "figures": "svg.figure-svg",
        "figures that move": "figure.interactive",
        "code": "div.highlight",
        "how each derivation was checked": "details.derivation-checked",
    }

    def weight(soup: bs4.BeautifulSoup) -> int:
        return len(gzip.compress(str(soup).encode(), 6, mtime=0))

    rows = {kind: [kind] for kind in ("all", *wanted, "prose, and all else")}
    for name in names:
        html = (site / "book" / f"{name}.html").read_text(encoding="utf-8")
        soup = bs4.BeautifulSoup(html, "html.parser")
        left = before = weight(soup)
        rows["all"].append(f"{before / 1000:.1f}")
        for kind, selector in wanted.items():
            for one in soup.select(selector):
                one.decompose()
            left, now = weight(soup), left
            rows[kind].append(f"{(now - left) / 1000:.1f}")
        rows["prose, and all else"].append(f"{left / 1000:.1f}")
    return markdown(["kB", *names], list(rows.values()))


def _said(goal: Goal, value: float) -> str:
    return f"{value:.{DIGITS[goal.unit] if value != round(value) else 0}f}"


def table(found: Figures) -> str:
    """A table: each goal, what was measured on each page, and whether it is reached on all."""
    rows = []
    for goal, values in found.items():
        limit = f"{'≥' if goal.least else '≤'} {goal.limit:g}{f' {goal.unit}' if goal.unit else ''}"
        measured = ", ".join(f"{name} {_said(goal, value)}" for name, value in values.items())
        rows.append([goal.what, limit, measured, "no" if missed({goal: values}) else "yes"])
    return markdown(["figure", "goal", "measured", "reached"], rows)


def missed(found: Figures) -> list[str]:
    """Return the goals that some page misses, in words."""
    return [
        f"{goal.what}: {_said(goal, value)} on {name}, should be "
        f"{'at least' if goal.least else 'at most'} {goal.limit:g} {goal.unit}".rstrip()
        for goal, values in found.items()
        for name, value in values.items()
        if not goal.reached(value)
    ]


def main() -> None:
    chosen = options(__doc__, "python -m benchmarks.site")
    root = find_root()
    site = build_site(root)
    names = chapters(root)
    found: Figures = {}
    visits(site, names, 1 if chosen.quick else 3, found)
    ratings(site, 1 if chosen.quick else 3, found)
    if not chosen.quick:
        builds(root, found)
    wrong = missed(found)
    verdict = (
        "Every goal is reached."
        if not wrong
        else "Missed:\n\n" + "\n".join(f"- {one}" for one in wrong)
    )
    text = (
        f"A phone at {8 * SLOW['downloadThroughput'] / 1e6:g} Mbit/s with "
        f"{SLOW['latency']} ms latency and a processor slowed {SLOWDOWN} times; bytes as they come "
        f"over the line, headers included; times and scores are medians.\n\n{table(found)}\n\n"
        f"{verdict}\n\n## What a chapter's page is made of\n\nCompressed; each row is what the "
        f"page loses when that is taken out too, from the top down.\n\n{kinds(site, names)}"
    )
    load = f"{os.cpu_count()} cores; load average at the end: {os.getloadavg()[0]:.1f}"
    publish("Website", text, target(chosen, "site"), load)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
