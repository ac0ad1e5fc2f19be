"""How fast a class is graded, against stock `nbgrader autograde` on the same submissions.

    python -m benchmarks.grading                 # each problem set, 200 submissions
    python -m benchmarks.grading --name ps3      # one of them
    python -m benchmarks.grading --memory 10000  # time and memory of large classes

The submissions are made from the problem set's right variants and its catalogue of mistakes; none
runs forever, since such a one costs the time limit that one chooses, here and there. Both sides
start with what is made once from the sources: the notebooks, and the problem set in a gradebook.
Stock grades some of the submissions and one alone, which tells what it takes to start; so its time
for all of them is known without waiting for it. A machine's pace changes from minute to minute: so
both take turns, three times each, and of ours the median counts.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.processes import Used, run
from benchmarks.tables import RESULTS, markdown, publish
from ce_lib.course import find_root
from ce_lib.grading.release import write_sources
from ce_lib.grading.sample_class import make_class

#: How many times as fast as stock each problem set is graded at least.
GOAL, GOALS = 20, {"ps3": 50}
#: How often ours and stock take turns.
ROUNDS = 3
#: How much more memory the largest class may take than one of 100.
MOST_MEMORY = 1.2
#: How far the time a submission may differ between classes of 500, 1000 and 2000.
MOST_BEND = 1.25

STOCK_CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.source_directory = {source!r}
c.ClearSolutions.code_stub = {{"python": "raise NotImplementedError"}}
c.Execute.extra_arguments = ["--IPKernelApp.log_level=40"]
"""


def ours(root: Path, name: str, submitted: Path, output: Path, weigh: bool = False) -> Used:
    """Grade a class into a fresh folder: grades recorded, feedback pages written."""
    command = [sys.executable, "-m", "ce_lib.cli", "--root", str(root), "grade", name]
    return run([*command, "--submitted", str(submitted), "--output", str(output)], root, weigh)


class Stock:
    """Stock nbgrader's course folder, with the problem set made and nobody graded yet."""

    def __init__(self, root: Path, name: str, course: Path) -> None:
        write_sources(root)
        course.mkdir()
        source = str(root / "_build" / "nbgrader" / "source")
        (course / "nbgrader_config.py").write_text(STOCK_CONFIG.format(source=source))
        self.name, self.course = name, course
        self._run("generate_assignment")

    def grade(self, students: list[Path]) -> Used:
        """Autograde these students and write a feedback page each."""
        for student in students:
            shutil.copytree(student, self.course / "submitted" / student.name)
        parts = [self._run(part) for part in ("autograde", "generate_feedback")]
        for step in ("submitted", "autograded"):  # the next run finds nothing to pass over
            shutil.rmtree(self.course / step)
        return Used(sum(p.seconds for p in parts), sum(p.processor for p in parts), 0)

    def _run(self, part: str) -> Used:
        return run([sys.executable, "-m", "nbgrader", part, self.name], self.course)


def compare(root: Path, name: str, place: Path, count: int, sample: int) -> dict[str, float]:
    """Grade a class with both, and say how fast each was."""
    make_class(root, name, place / "in", count)
    ours(root, name, _some(place / "in", place / "first", 1), place / "first-out")
    students = sorted((place / "in").iterdir())
    students = students[:: max(1, len(students) // (sample + 1))][: sample + 1]
    alone, *rounds = students[:1], *(students[1 + part :: ROUNDS] for part in range(ROUNDS))
    peer = Stock(root, name, place / "stock")
    start = peer.grade(alone)
    mine, theirs = [], []
    for number, some in enumerate(rounds):
        mine.append(ours(root, name, place / "in", place / f"out-{number}"))
        theirs.append(peer.grade(some))
    median = sorted(mine, key=lambda used: used.seconds)[ROUNDS // 2]
    # each of stock's runs starts as the first one did
    more = len(students) - 1 - ROUNDS
    each = (sum(used.seconds for used in theirs) - ROUNDS * start.seconds) / more
    work = (sum(used.processor for used in theirs) - ROUNDS * start.processor) / more
    stock = start.seconds + (count - 1) * each
    figures = {
        "submissions": count,
        "seconds": median.seconds,
        "a_second": count / median.seconds,
        "stock_seconds_for_as_many": stock,
        "stock_a_second": count / stock,
        "ratio": stock / median.seconds,
        "processor_ms": 1e3 * median.processor / count,
        "stock_processor_ms": 1e3 * work,
        "processor_ratio": work * count / median.processor,
        "load": os.getloadavg()[0],
    }
    print(
        f"{name}: {count} submissions in {median.seconds:.1f} s, "
        f"{figures['a_second']:.1f} a second; stock {len(students)} of them, "
        f"{figures['stock_a_second']:.2f} a second: {figures['ratio']:.0f} times as fast "
        f"(goal {GOALS.get(name, GOAL)}). Processor time a submission "
        f"{figures['processor_ms']:.0f} ms, stock {figures['stock_processor_ms']:.0f} ms.",
        flush=True,
    )
    return figures


def _some(submitted: Path, folder: Path, count: int) -> Path:
    for student in sorted(submitted.iterdir())[:count]:
        shutil.copytree(student, folder / student.name)
    return folder


def grow(root: Path, name: str, place: Path, sizes: list[int]) -> dict[int, Used]:
    """Grade classes of these sizes."""
    found = {}
    for size in sizes:
        make_class(root, name, place / f"in-{size}", size)
        found[size] = used = ours(root, name, place / f"in-{size}", place / f"out-{size}", True)
        print(
            f"{size:6d} submissions: {used.seconds:7.1f} s, processor time "
            f"{1e3 * used.processor / size:5.1f} ms each, {used.memory / 1e6:6.0f} MB",
            flush=True,
        )
        shutil.rmtree(place / f"in-{size}")
        shutil.rmtree(place / f"out-{size}")
    return found


def _machine() -> str:
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores; load of the machine {os.getloadavg()[0]:.1f}"


def _speed(root: Path, names: list[str], place: Path, count: int, sample: int) -> tuple[bool, dict]:
    figures = {name: compare(root, name, place / name, count, sample) for name in names}
    rows = [
        [
            name,
            *(f"{of[key]:.{digits}f}" for key, digits in COLUMNS.values()),
            str(GOALS.get(name, GOAL)),
        ]
        for name, of in figures.items()
    ]
    publish(
        "Grading",
        f"`ce-course grade` against `nbgrader autograde` and `generate_feedback`, the "
        f"same {count} submissions of each problem set, feedback pages written: the median of "
        f"three runs, and stock's time, taken from 1 and from {sample} of them, in turns.\n\n"
        + markdown(["problem set", *COLUMNS, "goal"], rows),
        RESULTS / "grading.md",
        _machine(),
    )
    good = all(of["ratio"] >= GOALS.get(name, GOAL) for name, of in figures.items())
    return good, figures


COLUMNS = {
    "a second": ("a_second", 1),
    "stock, a second": ("stock_a_second", 2),
    "processor ms each": ("processor_ms", 0),
    "stock, processor ms each": ("stock_processor_ms", 0),
    "times as fast": ("ratio", 0),
}


def _size(root: Path, name: str, place: Path, largest: int) -> tuple[bool, dict]:
    found = grow(root, name, place, sorted({100, 500, 1000, 2000, largest}))
    memory = found[largest].memory / found[100].memory
    # a run starts for two seconds, however large the class: what counts is what more of it takes
    each = [
        (found[b].processor - found[a].processor) / (b - a) for a, b in ((500, 1000), (1000, 2000))
    ]
    bend = max(each) / min(each)
    rows = [
        [
            str(size),
            f"{used.seconds:.1f}",
            f"{1e3 * used.processor / size:.1f}",
            f"{used.memory / 1e6:.0f}",
        ]
        for size, used in found.items()
    ]
    text = (
        f"Problem set {name}. Memory of {largest} submissions against "
        f"100: {memory:.2f} times (goal: at most {MOST_MEMORY}). Processor time of one more "
        f"submission between 500 and 1000 and between 1000 and 2000: {1e3 * each[0]:.1f} and "
        f"{1e3 * each[1]:.1f} ms (goal: within a factor of {MOST_BEND}).\n\n"
    )
    headers = ["submissions", "seconds", "processor ms each", "memory, MB"]
    text += markdown(headers, rows)
    publish("Grading large classes", text, RESULTS / "grading-size.md", _machine())
    figures = {str(size): vars(used) for size, used in found.items()}
    good = memory <= MOST_MEMORY and bend <= MOST_BEND
    return good, {**figures, "memory": memory, "bend": bend}


def main(argv: list[str] | None = None) -> int:
    """Print the figures and write them to ``benchmarks/results``; return 1 if one is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        prog="python -m benchmarks.grading",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--name", action="append", help="problem set (default: each of them)")
    parser.add_argument("--count", type=int, default=200, help="submissions (default: 200)")
    parser.add_argument(
        "--stock", type=int, default=45, metavar="N", help="how many of them stock grades, too"
    )
    parser.add_argument("--memory", type=int, metavar="N", help="grow a class of ps3 to N")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    arguments = parser.parse_args(argv)
    if min(arguments.stock, arguments.count) <= ROUNDS:
        parser.error(f"--stock and --count need more than {ROUNDS}: that many turns are taken")
    root = find_root()
    names = arguments.name or sorted(p.parent.name for p in root.glob("solutions/*/variants.py"))
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        if arguments.memory:
            good, figures = _size(root, (arguments.name or ["ps3"])[0], place, arguments.memory)
        else:
            good, figures = _speed(root, names, place, arguments.count, arguments.stock)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
