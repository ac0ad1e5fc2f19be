"""What grading on a cluster costs, against the local pool in the same run.

    python -m benchmarks.cluster                # writes benchmarks/results/cluster*
    python -m benchmarks.cluster --count 60     # smaller, and printed only
    python -m benchmarks.cluster --again        # the tables anew from what was measured

Dask workers, each one thread and one judging process, grade the same submissions as the local pool
with as many processes; both record them in the same PostgreSQL server. The clock starts when the
first fifth is recorded, so that starting and warming up count for neither. Beside the clock stands
the processor time of every process that takes part, which other work on the machine hardly changes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil
import sqlalchemy

from benchmarks.dask_processes import QUIET, Processes
from benchmarks.postgres import Server
from benchmarks.tables import RESULTS, markdown
from ce_lib.course import find_root
from ce_lib.grading.release import release
from ce_lib.grading.sample_class import make_class

WORKERS = (1, 2, 4)
#: Classes for which time and cost are projected, and the workers they would have.
CLASSES = ((1_000, 4), (100_000, 16), (1_000_000, 64))
#: What is assumed: US dollars for an hour of a core; cores besides the workers'; the share of their
#: time that is used; seconds until a worker is warm.
PRICE, OTHERS, USED, START = 0.05, 3, 0.8, 60.0
#: The part of a class that warms up.
WARM = 0.2
GOAL = 0.8


def tree_seconds(number: int) -> float:
    """Processor seconds of a process, all below it, and all below it that have ended."""
    total = 0.0
    try:
        top = psutil.Process(number)
        for one in [top, *top.children(recursive=True)]:
            try:
                times = one.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
            except psutil.Error:
                continue
    except psutil.Error:
        pass
    return total


def run_here(options: dict[str, str]) -> dict[str, float]:
    """Grade a class in this process, its pool or a cluster; the seconds of its steady part."""
    from ce_lib.grading.grade import grade_class

    parts = {name: int(pid) for name, pid in json.loads(options["watch"]).items()}
    marks: list[tuple[float, float, dict[str, float]]] = []

    def mark() -> None:
        seconds = {name: tree_seconds(pid) for name, pid in parts.items()}
        seconds["pool"] = tree_seconds(os.getpid()) - time.process_time()
        marks.append((time.perf_counter(), time.process_time(), seconds))

    count = int(options["count"])

    def progress(students: Iterable[str]) -> Iterator[str]:
        for number, student in enumerate(students, start=1):
            if number in (int(WARM * count), count):
                mark()
            yield student

    grade_class(
        find_root(), options["name"], Path(options["submitted"]), Path(options["output"]),
        progress=progress, jobs=int(options["jobs"]), cluster=options["cluster"],
    )  # fmt: skip
    (t0, own0, others0), (t1, own1, others1) = marks
    done = count - int(WARM * count)
    figures = {name: (others1[name] - others0[name]) / done for name in others0}
    files = [path for path in Path(options["output"]).rglob("*") if path.is_file()]
    return {
        **figures, "coordinator": (own1 - own0) / done, "rate": done / (t1 - t0),
        "bytes": sum(path.stat().st_size for path in files) / count,
    }  # fmt: skip


def run(options: dict[str, object]) -> dict[str, float]:
    """`run_here` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.cluster", "--one", json.dumps(options)],
        cwd=find_root(), capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(find_root()), "COURSE_DB_URL": str(options["url"])},
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"it failed:\n{done.stderr[-3000:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    engine = sqlalchemy.create_engine(str(options["url"]))
    with engine.connect() as connection:
        size = connection.execute(sqlalchemy.text("select pg_database_size(current_database())"))
        figures["database_bytes"] = float(size.scalar() or 0)
    engine.dispose()
    return figures


def measure(name: str, count: int) -> dict[str, object]:
    """All runs, local and on the cluster by turns."""
    root = find_root()
    release(root, [name], into=root / "_build" / "nbgrader" / "released")
    rows = []
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        place = Path(folder)
        make_class(root, name, place / "in", count)
        for workers in WORKERS:
            common = {"name": name, "count": count, "submitted": str(place / "in"), "jobs": workers}
            local = run({
                **common, "url": server.create(f"local{workers}"), "cluster": "",
                "output": str(place / f"local{workers}"),
                "watch": json.dumps({"database": server.pid}),
            })  # fmt: skip
            with Processes(workers, QUIET) as cluster:
                while cluster.said().count("Registered to") < workers:
                    time.sleep(0.1)
                there = run({
                    **common, "url": server.create(f"cluster{workers}"),
                    "output": str(place / f"cluster{workers}"), "cluster": cluster.address,
                    "watch": json.dumps({
                        "database": server.pid, "scheduler": cluster.scheduler.pid,
                        **{f"worker {i}": w.pid for i, w in enumerate(cluster.workers)},
                    }),
                })  # fmt: skip
            there["worker"] = sum(there.pop(f"worker {i}") for i in range(workers))
            there.pop("pool")
            rows.append({"workers": workers, "local": local, "cluster": there})
            print(f"{workers} workers done", file=sys.stderr)
    return {
        "name": name, "count": count, "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(), "machine": platform.machine(), "rows": rows,
        "load": round(os.getloadavg()[1], 1),
    }  # fmt: skip


def limits(measured: dict) -> dict[str, float]:  # type: ignore[type-arg]
    """Seconds a submission of each part, over all runs, and the workers that each part can keep."""
    rows = [row["cluster"] for row in measured["rows"]]
    parts = ("coordinator", "scheduler", "worker", "database")
    mean = {part: sum(row[part] for row in rows) / len(rows) for part in parts}
    mean["bytes"] = sum(row["bytes"] for row in rows) / len(rows)
    return {
        **mean,
        "most_coordinator": mean["worker"] / mean["coordinator"],
        "most_scheduler": mean["worker"] / mean["scheduler"],
    }


def total(figures: dict[str, float]) -> float:
    """Processor seconds a submission, of everything."""
    parts = ("coordinator", "pool", "scheduler", "worker", "database")
    return sum(figures.get(part, 0.0) for part in parts)


def projection(measured: dict) -> str:  # type: ignore[type-arg]
    """Time and cost of large classes, worked out from what was measured."""
    one, lines = limits(measured), []
    for size, workers in CLASSES:
        # whichever is slowest sets the pace
        each = {
            "workers": one["worker"] / workers,
            "coordinator": one["coordinator"],
            "scheduler": one["scheduler"],
            "database": one["database"],
        }
        slowest = max(each, key=lambda part: each[part])
        seconds = START + size * each[slowest] / USED
        cost = PRICE * (workers + OTHERS) * seconds / 3600
        lines.append([
            f"{size:,}", str(workers), _time(seconds), slowest, f"{cost:.2f}",
            f"{size * one['bytes'] / 1e9:.1f}",
        ])  # fmt: skip
    headers = ["submissions", "workers", "time", "set by the", "US dollars", "GB of pages"]
    return f"""{markdown(headers, lines)}

Assumed: cores like the one measured; each worker has one, and scheduler, database and coordinator have one each; {100 * USED:.0f} % of
their time is used; {START:.0f} s pass until the workers are warm; an hour of a core costs {PRICE:g} US dollars. A submission of
{measured["name"]} takes a worker {1e3 * one["worker"]:.1f} ms of processor time, the coordinator {1e3 * one["coordinator"]:.1f} ms, the scheduler
{1e3 * one["scheduler"]:.1f} ms and the database {1e3 * one["database"]:.1f} ms. Beyond {min(one["most_coordinator"], one["most_scheduler"]):.0f} workers more of them do not help one coordinator.
"""  # noqa: E501


def _time(seconds: float) -> str:
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def of_same_cores(measured: dict) -> list[float]:  # type: ignore[type-arg]
    """For each row, the cluster's rate by that of a local pool which fills the same cores.

    Four workers on two cores have two cores: they are measured by a pool of two.
    """
    pools = {row["workers"]: row["local"]["rate"] for row in measured["rows"]}
    return [
        row["cluster"]["rate"] / pools[min(row["workers"], measured["cores"])]
        for row in measured["rows"]
    ]


def table(measured: dict) -> str:  # type: ignore[type-arg]
    """The published page."""
    lines, costs = [], []
    for row, share in zip(measured["rows"], of_same_cores(measured), strict=True):
        local, there = row["local"], row["cluster"]
        lines.append([
            str(row["workers"]), f"{local['rate']:.1f}", f"{there['rate']:.1f}",
            f"{there['rate'] / local['rate']:.2f}", f"{share:.2f}", f"{1e3 * total(local):.1f}",
            f"{1e3 * total(there):.1f}", f"{total(local) / total(there):.2f}",
        ])  # fmt: skip
        parts = ("coordinator", "scheduler", "worker", "database")
        costs.append([str(row["workers"]), *(f"{1e3 * there[part]:.2f}" for part in parts)])
    most = limits(measured)
    headers = [
        "processes that grade", "local pool, a second", "Dask, a second", "ratio",
        f"ratio to a pool that fills the same cores (goal {GOAL})",
        "local pool, ms", "Dask, ms", "ratio of ms",
    ]  # fmt: skip
    return f"""# Grading on a cluster

{measured["count"]} submissions of {measured["name"]} on {measured["cores"]} cores, which the scheduler, the database and the
coordinator share with those that grade. Submissions a second by the clock, and
milliseconds of processor time a submission, everything included:

{markdown(headers, lines)}

Where the milliseconds go on the cluster:

{markdown(["workers", "coordinator", "scheduler", "worker", "database"], costs)}

A worker with a core of its own takes {1e3 * most["worker"]:.1f} ms for a submission, and the coordinator {1e3 * most["coordinator"]:.1f} ms; so one
coordinator keeps {most["most_coordinator"]:.0f} such workers busy, and one scheduler {most["most_scheduler"]:.0f}.

Python {measured["python"]}, {measured["machine"]}, one thread each; load of the machine {measured["load"]:g}, where {measured["cores"]} is its own to fill: beyond
that the clock tells more of the others, and processor time is dearer than on a quiet machine.
"""  # noqa: E501


def main(argv: list[str] | None = None) -> int:
    """Measure, print, publish; return 1 if a ratio misses the goal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--name", default="ps3", help="problem set (default: ps3)")
    parser.add_argument("--count", type=int, help="submissions (default: 100, published)")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--again", action="store_true", help="only the tables, from cluster.json")
    arguments = parser.parse_args(argv)
    if arguments.one:
        print(json.dumps(run_here(json.loads(arguments.one))))
        return 0
    if arguments.again:
        measured = json.loads((RESULTS / "cluster.json").read_text("utf-8"))
    else:
        measured = measure(arguments.name, arguments.count or 100)
    print(table(measured))
    print(projection(measured))
    if arguments.count is None:
        (RESULTS / "cluster.json").write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
        (RESULTS / "cluster.md").write_text(table(measured), "utf-8")
        (RESULTS / "cluster-projection.md").write_text(projection(measured), "utf-8")
    return 0 if min(of_same_cores(measured)) >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
