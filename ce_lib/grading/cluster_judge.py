"""The process that judges on a machine of a cluster: parcels in, parcels out, until nobody asks.

A Dask worker starts it (see `cluster_worker`) and it ends with it. It is a process of its own, so
that a test has a main thread to be interrupted in, and so that what ends it costs no Dask worker.
"""

from __future__ import annotations

import socket
import sys

from . import engine, parcel
from .sandbox import SandboxError

__all__ = ["main"]

#: Seconds after which a judge that nobody asks any more ends, with its sandbox: the coordinator may
#: have been killed, and nobody tells a worker of that. In a run that goes on, the next submission
#: comes within milliseconds; after a longer pause, of a database that is away, say, a new judge
#: takes a second to start.
IDLE = 10.0


def main() -> None:
    """Serve the socket, for the parent, with the course at the root named on the command line.

    The last argument is the Dask worker's address, by which a user may find this machine.
    """
    channel = socket.socket(fileno=int(sys.argv[1]))
    engine.prepare(int(sys.argv[2]))
    channel.settimeout(IDLE)
    while True:
        try:
            asked = parcel.receive(channel)
        except TimeoutError:
            break
        if asked is None:
            break
        parcel.send(channel, _answer(asked, *sys.argv[3:5]))
    engine.close()


_warm: set[str] = set()


def _answer(asked: bytes, root: str, address: str) -> bytes:
    task, given = parcel.unpack_task(asked, root)
    if task.problem not in _warm:
        try:
            reason = engine.warm(root, task.name, task.problem, task.sandbox)
        except Exception as error:  # it cannot read the problem set: so with every submission
            reason = f"it cannot read {task.name} ({type(error).__name__}: {error})"
        if reason:
            return parcel.pack_answer("refused", f"{address}: {reason}")
        _warm.add(task.problem)
    try:
        return parcel.pack_answer("graded", graded=engine.grade_data(task, given))
    except SandboxError as error:
        return parcel.pack_answer("sandbox", str(error)[:500])


if __name__ == "__main__":
    main()
