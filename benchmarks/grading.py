"""How fast a class is graded, against stock `nbgrader autograde` on the same submissions.

    python -m benchmarks.grading                 # 200 submissions, a sample of them with stock too
    python -m benchmarks.grading --memory 10000  # the memory of a large class against that of 100

The submissions are made from the problem set's right variants and its catalogue of mistakes; none
runs forever, since such a one costs the time limit that one chooses, here and there.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ce_lib.course import find_root
from ce_lib.grading.evidence import pieces
from ce_lib.grading.release import release, write_sources
from ce_lib.grading.sample_class import answers, submission

STOCK_CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.source_directory = {source!r}
c.ClearSolutions.code_stub = {{"python": "raise NotImplementedError"}}
c.Execute.extra_arguments = ["--IPKernelApp.log_level=40"]
"""


def make_class(root: Path, name: str, target: Path, count: int, seed: int = 0) -> None:
    """Write ``count`` submissions: each answer a right variant or a known mistake."""
    draw = random.Random(seed)
    exercise = root / "exercises" / name / f"{name}.ipynb"
    folder = root / "solutions" / name
    right: dict[str, list[str]] = {}
    wrong: dict[str, list[str]] = {}
    for file, into in (("variants.py", right), ("misconceptions.py", wrong)):
        for piece in pieces(folder / file):
            into.setdefault(piece.cell, []).append(piece.code)
    for file in sorted((folder / "sample_class").glob("[a-d]*.py")):
        for grade_id, text in answers(file.read_text("utf-8")).items():
            right.setdefault(grade_id, []).append(text)
    for number in range(count):
        given = {}
        for grade_id in sorted(right.keys() | wrong.keys()):
            kind = wrong if grade_id in wrong and draw.random() < 0.3 else right
            if choices := kind.get(grade_id):
                given[grade_id] = draw.choice(choices)
        notebook = target / f"student-{number:05d}" / name / f"{name}.ipynb"
        notebook.parent.mkdir(parents=True)
        notebook.write_text(submission(exercise, given), "utf-8")


def run(command: list[str], cwd: Path, weigh: bool = False) -> tuple[float, int]:
    """Run a command; return its seconds and the most memory that its processes held, in bytes."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(cwd if (cwd / "ce_lib").is_dir() else find_root()),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PATH": str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"],
    }
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=said, stderr=said)
        most = 0
        while process.poll() is None:
            if weigh:
                most = max(most, _memory(process.pid))
            try:
                process.wait(1.0)
            except subprocess.TimeoutExpired:
                continue
        seconds = time.perf_counter() - started
        if process.returncode not in (0, 3):
            said.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{said.read().decode()[-3000:]}")
    return seconds, most


def processor_seconds() -> float:
    """Seconds that this process's children have computed, those that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory(number: int) -> int:
    """Bytes that a process and all below it hold now; what several share is counted once."""
    import psutil

    held = 0
    try:
        tree = psutil.Process(number)
        for one in [tree, *tree.children(recursive=True)]:
            try:
                held += one.memory_full_info().pss
            except (psutil.Error, AttributeError):  # ended meanwhile
                continue
    except psutil.Error:
        pass
    return held


def ours(
    root: Path, name: str, submitted: Path, output: Path, weigh: bool = False
) -> tuple[float, int]:
    """Grade a class into a fresh folder: grades recorded, feedback pages written."""
    command = [sys.executable, "-m", "ce_lib.cli", "--root", str(root), "grade", name]
    return run([*command, "--submitted", str(submitted), "--output", str(output)], root, weigh)


def stock(root: Path, name: str, submitted: Path, course: Path, count: int) -> tuple[float, float]:
    """Grade some of the same with stock nbgrader: autograde and generate_feedback.

    Returns its seconds, and the seconds of processor time for each.
    """
    write_sources(root)
    course.mkdir()
    source = str(root / "_build" / "nbgrader" / "source")
    (course / "nbgrader_config.py").write_text(STOCK_CONFIG.format(source=source))
    students = sorted(submitted.iterdir())
    step = max(1, len(students) // count)
    for student in students[::step][:count]:
        shutil.copytree(student, course / "submitted" / student.name)
    tool = [sys.executable, "-m", "nbgrader"]
    run([*tool, "generate_assignment", name], course)
    busy = processor_seconds()
    seconds = sum(
        run([*tool, part, name], course)[0] for part in ("autograde", "generate_feedback")
    )
    return seconds, (processor_seconds() - busy) / count


def main(argv: list[str] | None = None) -> int:
    """Print the figures; return 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.grading")
    parser.add_argument("--name", default="", help="problem set (default: ps3, else the last)")
    parser.add_argument("--count", type=int, default=200, help="submissions (default: 200)")
    parser.add_argument(
        "--stock", type=int, default=20, metavar="N", help="how many of them stock grades, too"
    )
    parser.add_argument("--memory", type=int, metavar="N", help="a class of N against one of 100")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    arguments = parser.parse_args(argv)
    root = find_root()
    names = sorted(p.parent.name for p in (root / "solutions").glob("*/variants.py"))
    name = arguments.name or ("ps3" if "ps3" in names else names[-1])
    release(root, [name], into=root / "_build" / "nbgrader" / "released")
    figures: dict[str, float] = {}
    good = True
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        if arguments.memory:
            sizes = (100, arguments.memory)
            for size in sizes:
                make_class(root, name, place / f"in-{size}", size)
                seconds, most = ours(root, name, place / f"in-{size}", place / f"out-{size}", True)
                figures[f"seconds_{size}"], figures[f"bytes_{size}"] = seconds, most
                print(f"{size:6d} submissions: {seconds:7.1f} s, {most / 1e6:6.0f} MB")
            ratio = figures[f"bytes_{sizes[1]}"] / figures["bytes_100"]
            print(f"memory ratio {ratio:.2f} (goal: at most 1.2)")
            good = ratio <= 1.2
        else:
            make_class(root, name, place / "in", arguments.count)
            busy = processor_seconds()
            seconds, _ = ours(root, name, place / "in", place / "out")
            our_cost = (processor_seconds() - busy) / arguments.count
            rate = arguments.count / seconds
            old, old_cost = stock(root, name, place / "in", place / "stock", arguments.stock)
            old_rate = arguments.stock / old
            figures = {"ours": rate, "stock": old_rate, "ratio": rate / old_rate}
            figures |= {"processor_ms": our_cost * 1e3, "stock_processor_ms": old_cost * 1e3}
            print(f"{name}, {len(os.sched_getaffinity(0))} cores")
            print(f"ours   {arguments.count} submissions in {seconds:.1f} s: {rate:.1f} a second")
            print(f"stock  {arguments.stock} submissions in {old:.1f} s: {old_rate:.2f} a second")
            print(f"ratio  {rate / old_rate:.0f} (goal: 50, never under 20)")
            print(
                f"processor time a submission, whatever else this machine does: "
                f"{our_cost * 1e3:.0f} ms, stock {old_cost * 1e3:.0f} ms"
            )
            good = rate / old_rate >= 20
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
