"""Kill workers of a cluster and restart the database again and again while a class is graded.

python -m tests.grading.cluster_faults --submissions 1000 --kills 20 --restarts 5 --seed 1 \\
    --output benchmarks/results/cluster-faults.md

The undisturbed run is graded on this machine into another database of the same server.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy
from tqdm import tqdm

from benchmarks.dask_processes import Processes
from benchmarks.postgres import Server
from benchmarks.tables import markdown
from ce_lib.grading.sample_class import make_class

from . import faults

NAME = "ps2"
#: Seconds without any progress after which a run counts as stuck.
STUCK = 300.0


def recorded(url: str, output: Path) -> dict[str, Any]:
    """All that a run leaves behind, as `faults.state` has it, whatever the database."""
    queries = {
        "grades": faults.GRADES,
        "comments": faults.COMMENTS,
        "standings": faults.STANDINGS,
        "mistakes": faults.BEHAVED,
    }
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        tables: dict[str, Any] = {
            # a database returns its own kind of number and of truth
            name: sorted(
                [[float(v) if isinstance(v, bool | int | float) else v for v in row]
                 for row in connection.execute(sqlalchemy.text(query))], key=repr
            )
            for name, query in queries.items()
        }  # fmt: skip
    engine.dispose()
    return {**tables, "files": faults.digests(output)}


def count(engine: sqlalchemy.Engine) -> int:
    """Submissions on record; -1 while the server is away or knows of none."""
    try:
        with engine.connect() as connection:
            query = sqlalchemy.text("select count(*) from course_submission")
            return int(connection.execute(query).scalar() or 0)
    except sqlalchemy.exc.SQLAlchemyError:
        return -1


def kill(cluster: Processes, draw: random.Random) -> str:
    """Kill a process that works, the judge below it, or the whole of a worker with its nanny."""
    what = draw.choice(["worker", "worker", "judge", "machine"])
    if what == "machine":
        nanny = cluster.workers.pop(draw.randrange(len(cluster.workers)))
        below = psutil.Process(nanny.pid).children(recursive=True)
        for process in [psutil.Process(nanny.pid), *below]:
            with contextlib.suppress(psutil.Error):
                process.kill()
        nanny.wait()
        cluster.add()
        return what
    while not (victims := cluster.judging() if what == "judge" else cluster.working()):
        time.sleep(0.1)
    with contextlib.suppress(psutil.Error):
        draw.choice(victims).kill()
    return what


def restart(server: Server, draw: random.Random) -> str:
    """Stop the server, in order or as a power cut would, and start it a moment later."""
    at_once = draw.random() < 0.5
    server.stop(at_once=at_once)
    time.sleep(draw.uniform(0.0, 1.5))
    server.start()
    return "crash" if at_once else "stop"


def torment(
    folder: Path,
    submissions: int,
    kills: int,
    restarts: int,
    seed: int = 0,
    workers: int = 2,
    *,
    show: bool = False,
) -> tuple[Any, Any, dict[str, int]]:
    """Grade a class undisturbed and tormented; return both states and what was done to the second.

    The moments are spread over the run by how many submissions are on record, so each comes.
    """
    draw = random.Random(seed)
    submitted = folder / "in"
    make_class(faults.ROOT, NAME, submitted, submissions - 1, seed)
    (submitted / "broken" / NAME).mkdir(parents=True)
    (submitted / "broken" / NAME / f"{NAME}.ipynb").write_text("{")
    deeds = [kill] * kills + [restart] * restarts
    draw.shuffle(deeds)
    moments = sorted(draw.sample(range(1, submissions), len(deeds)))
    done: dict[str, int] = {}
    with Server() as server, Processes(workers) as cluster:
        calm_url, wild_url = server.create("calm"), server.create("wild")
        calm = run(submitted, folder / "calm", calm_url)
        assert calm.wait() == 3, calm.returncode
        engine = sqlalchemy.create_engine(wild_url)
        wild = run(submitted, folder / "wild", wild_url, "--cluster", cluster.address)
        bar = tqdm(total=submissions, disable=not show)
        try:
            for moment, deed in zip(moments, deeds, strict=True):
                await_count(engine, wild, moment, bar)
                what = deed(cluster if deed is kill else server, draw)  # type: ignore[operator]
                done[what] = done.get(what, 0) + 1
            await_count(engine, wild, submissions, bar)
            assert wild.wait(STUCK) == 3, wild.returncode
        finally:
            wild.kill()
            wild.wait()
            engine.dispose()
        return recorded(calm_url, folder / "calm"), recorded(wild_url, folder / "wild"), done


def run(submitted: Path, output: Path, url: str, *more: str) -> subprocess.Popen[bytes]:
    """Start ``ce-course grade`` with its gradebook in this database."""
    return subprocess.Popen(
        faults.command(submitted, output, *more), cwd=faults.ROOT,
        env={**faults.environment(), "COURSE_DB_URL": url},
        stdout=subprocess.DEVNULL, stderr=None if os.environ.get("SHOW") else subprocess.DEVNULL,
    )  # fmt: skip


def await_count(engine: Any, process: subprocess.Popen[bytes], least: int, bar: Any) -> None:
    """Wait until so many submissions are on record."""
    end = time.monotonic() + STUCK
    while (there := count(engine)) < least:
        assert process.poll() is None, f"it ended with {process.returncode} after {there}"
        assert time.monotonic() < end, f"no progress after {there}"
        if there > bar.n:
            bar.update(there - bar.n)
            end = time.monotonic() + STUCK
        time.sleep(0.1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--restarts", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="write the table here, too")
    arguments = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        calm, wild, done = torment(
            Path(folder), arguments.submissions, arguments.kills, arguments.restarts,
            arguments.seed, arguments.workers, show=True,
        )  # fmt: skip
    text = page(calm, wild, done, arguments.submissions, arguments.seed)
    print(f"{text}\n{time.monotonic() - began:.0f} s")
    if arguments.output:
        arguments.output.write_text(text, "utf-8")
    return 0 if calm == wild else 1


def page(calm: Any, wild: Any, done: dict[str, int], submissions: int, seed: int) -> str:
    """What was done to a run and what came of it, as two tables."""
    deeds = {
        "worker": "a worker's process killed",
        "judge": "a judging process killed",
        "machine": "a worker killed with all that belongs to it",
        "stop": "the database restarted in order",
        "crash": "the database cut off and started again",
    }
    rows = [[text, str(done.get(name, 0))] for name, text in deeds.items()]
    compared = [
        [part, str(len(calm[part])), "equal" if calm[part] == wild[part] else "DIFFERENT"]
        for part in calm
    ]
    tables = (
        markdown([f"done to the run (seed {seed})", "times"], rows),
        markdown([f"compared, of {submissions} submissions", "how many", "found"], compared),
    )
    return "\n\n".join(tables) + "\n"


if __name__ == "__main__":
    sys.exit(main())
