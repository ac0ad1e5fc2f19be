"""Kill a grading run again and again, then compare what it recorded with an undisturbed run.

python -m tests.grading.faults --kills 100
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from ce_lib.grading.sample_class import make_class

ROOT = Path(__file__).resolve().parents[2]

GRADES = """
select s.student_id, b.name, g.auto_score, g.manual_score, g.needs_manual_grade
from grade g join base_cell b on b.id = g.cell_id
join submitted_notebook n on n.id = g.notebook_id
join submitted_assignment s on s.id = n.assignment_id order by 1, 2
"""
COMMENTS = """
select s.student_id, b.name, c.auto_comment
from comment c join base_cell b on b.id = c.cell_id
join submitted_notebook n on n.id = c.notebook_id
join submitted_assignment s on s.id = n.assignment_id order by 1, 2
"""
STANDINGS = "select assignment, student, status, note, file, problem, sandbox from \
course_submission order by 1, 2"
BEHAVED = "select * from course_misconception order by 1, 2, 3, 4, 5"


def command(submitted: Path, output: Path, *more: str) -> list[str]:
    grade = [sys.executable, "-m", "ce_lib.cli", "--root", str(ROOT), "grade", "ps2"]
    return [*grade, "--submitted", str(submitted), "--output", str(output), *more]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def start(submitted: Path, output: Path, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(submitted, output, *more), cwd=ROOT, env=environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def finish(submitted: Path, output: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(submitted, output, *more), cwd=ROOT, env=environment(),
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def state(output: Path) -> dict[str, Any]:
    """All that a run leaves behind: tables without their random keys, and the digest of files."""
    with contextlib.closing(sqlite3.connect(output / "gradebook.db")) as book:
        tables = {
            name: book.execute(query).fetchall()
            for name, query in (
                ("grades", GRADES),
                ("comments", COMMENTS),
                ("st", STANDINGS),
                ("like", BEHAVED),
            )
        }
        assert tables["like"]
        assert book.execute("pragma integrity_check").fetchone() == ("ok",)
    return {**tables, "files": digests(output)}


def digests(output: Path) -> dict[str, str]:
    """The digest of every file that a run leaves behind.

    But for what a second run tells of itself, for the seconds that the report tells of, and for how
    far it is from the folder to the website.
    """
    return {
        str(path.relative_to(output)): hashlib.sha256(
            re.sub(rb"<p>Grading a submission took [^<]*</p>|(\.\./)+", b"", path.read_bytes())
        ).hexdigest()
        for part in ("autograded", "feedback", "reports", "submitted")
        for path in sorted((output / part).rglob("*"))
        if path.is_file() and path.stem != "changes"
    }


def gone(processes: list[psutil.Process]) -> bool:
    """Whether these processes end by themselves within some seconds."""
    _, alive = psutil.wait_procs(processes, timeout=20)
    return not [p for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def kill_grader(submitted: Path, output: Path, after: float) -> bool:
    """Start a run and kill it after some seconds; say whether it was still running."""
    run = start(submitted, output)
    try:
        run.wait(after)
        return False
    except subprocess.TimeoutExpired:
        below = psutil.Process(run.pid).children(recursive=True)
        run.kill()
        run.wait()
        assert gone(below), "a process outlived the grader"
        return True


def kill_below(submitted: Path, output: Path, draw: random.Random, most: int) -> int:
    """Start a run and kill processes below it until it ends; return how many were killed."""
    run = start(submitted, output, "--force")
    kills = 0
    while run.poll() is None and kills < most:
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(draw.uniform(0.2, 1.0))
        try:
            below = psutil.Process(run.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            break
        if below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(draw.choice(below).pid, signal.SIGKILL)
                kills += 1
    assert run.wait(120) in (0, 1, 3)
    return kills


def torment(kills: int, folder: Path, size: int = 16, seed: int = 0) -> tuple[Any, Any, int]:
    """Kill ``kills`` times; return the state of an undisturbed run, that after, and the count."""
    draw = random.Random(seed)
    submitted, calm, wild = folder / "in", folder / "calm", folder / "wild"
    make_class(ROOT, "ps2", submitted, size, seed)
    (submitted / "broken" / "ps2").mkdir(parents=True)
    (submitted / "broken" / "ps2" / "ps2.ipynb").write_text("{")
    began = time.monotonic()
    assert finish(submitted, calm).returncode == 3
    usual = time.monotonic() - began
    done = 0
    while done < kills:
        if done % 4 == 3:
            done += kill_below(submitted, wild, draw, min(4, kills - done))
        elif kill_grader(submitted, wild, draw.uniform(0.0, usual)):
            done += 1
        else:  # it came to its end
            shutil.rmtree(wild)
    last = finish(submitted, wild)
    assert last.returncode == 3, last.stderr
    return state(calm), state(wild), done


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        calm, wild, done = torment(arguments.kills, Path(folder), seed=arguments.seed)
    same = calm == wild
    print(
        f"killed {done} times; the gradebook and all pages are {'equal' if same else 'DIFFERENT'}"
    )
    if not same:
        for part in calm:
            print(part, "differs" if calm[part] != wild[part] else "is equal")
        files = dict(calm["files"].items() ^ wild["files"].items())
        print(*sorted(files), sep="\n")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
