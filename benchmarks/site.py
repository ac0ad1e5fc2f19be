"""The website: weight and speed of every chapter, ratings, and how long a build takes.

The network and the processor are slowed down as stated in `benchmarks.browsing`; nothing else
should run on the machine meanwhile. Writes benchmarks/results/site.md.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.browsing import PHONE, SLOW, SLOWDOWN, Visit, browser, served, visit
from benchmarks.lighthouse import CATEGORIES, rate
from benchmarks.tables import markdown, options, publish, target
from ce_lib.course import find_root
from ce_lib.site.build import build_site

CHAPTERS = ("inner-product", "sigmoid", "maximum-likelihood", "softmax", "information")
RATED = ("index", "sigmoid", "softmax")


def visits(site: Path, repeats: int) -> str:
    """A table: what the first page of a reader costs, and each as the second one."""
    rows = []
    with served(site) as address, browser() as chromium:
        for name in CHAPTERS:
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
            rows.append(
                [
                    name,
                    f"{max(one.bytes for one in first) / 1000:.0f}",
                    f"{max(len(one.sizes) for one in first)}",
                    f"{second.bytes / 1000:.0f}",
                    f"{statistics.median(one.first_paint for one in first) / 1000:.2f}",
                    f"{statistics.median(one.readable for one in first) / 1000:.2f}",
                    f"{max(one.shift for one in first):.4f}",
                ]
            )
    head = ["chapter", "first visit, kB", "requests", "as next page, kB", "first paint, s"]
    return markdown([*head, "all readable, s", "layout shift"], rows)


def ratings(site: Path) -> str:
    """A table of Lighthouse's scores."""
    rows = []
    with served(site) as address:
        for name in RATED:
            scores = rate(f"{address}/book/{name}.html").scores
            rows.append([name, *(str(scores[category]) for category in CATEGORIES)])
    return markdown(["page", *CATEGORIES], rows)


def _timed(root: Path, out: Path) -> tuple[float, float]:
    """Seconds of one build: by the clock, and of processors, this one's children included."""
    start, before = time.perf_counter(), os.times()
    build_site(root, out=out)
    after = os.times()
    used = sum(after[:4]) - sum(before[:4])
    return time.perf_counter() - start, used


def builds(root: Path) -> str:
    """A table: seconds for a cold build, one without a change, and one of an edited page."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "course")
        ignored = shutil.ignore_patterns("_build", ".*", "__pycache__", "*.egg-info")
        shutil.copytree(root, copy, ignore=ignored)
        steps = [("cold, every cell run", None), ("unchanged", None)]
        steps.append(("one sentence edited", copy / "book" / "sigmoid.md"))
        for name, page in steps:
            if page is not None:
                text = page.read_text(encoding="utf-8")
                page.write_text(text + "\nOne more sentence.\n", encoding="utf-8")
            clock, used = _timed(copy, copy)
            rows.append([name, f"{clock:.1f}", f"{used:.1f}"])
    return markdown(["build", "s", "of processors, s"], rows)


def main() -> None:
    chosen = options(__doc__, "python -m benchmarks.site")
    root = find_root()
    site = build_site(root)
    parts = [
        f"## Visits\n\nA phone at {8 * SLOW['downloadThroughput'] / 1e6:g} Mbit/s with "
        f"{SLOW['latency']} ms latency and a processor slowed {SLOWDOWN} times; bytes as they come "
        f"over the line, headers included.\n\n{visits(site, 1 if chosen.quick else 3)}",
        f"## Lighthouse\n\n{ratings(site)}",
    ]
    if not chosen.quick:
        parts.append(f"## Builds\n\n{builds(root)}")
    load = f"{os.cpu_count()} cores; load average at the end: {os.getloadavg()[0]:.1f}"
    publish("Website", "\n\n".join(parts), target(chosen, "site"), load)


if __name__ == "__main__":
    main()
