"""A PostgreSQL server for the tests that want one, and a small class graded undisturbed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.postgres import Server
from ce_lib.doctor import postgresql
from ce_lib.grading.sample_class import make_class

from . import faults

_numbers = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server of this test process's own, stopped at its end."""
    if not postgresql():
        pytest.skip("no PostgreSQL; `ce-course doctor` says how to get it")
    with Server() as server:
        yield server


@pytest.fixture
def fresh(server: Server, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Make a database in which nothing is graded yet, the gradebook from now on; its address."""

    def make() -> str:
        url = server.create(f"book{next(_numbers)}")
        monkeypatch.setenv("COURSE_DB_URL", url)
        return url

    return make


@pytest.fixture(scope="session")
def small_class(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Eight submissions, one of them no notebook, and where an undisturbed run put their grades."""
    folder = tmp_path_factory.mktemp("small")
    make_class(faults.ROOT, "ps2", folder / "in", 7)
    (folder / "in" / "broken" / "ps2").mkdir(parents=True)
    (folder / "in" / "broken" / "ps2" / "ps2.ipynb").write_text("{")
    done = faults.finish(folder / "in", folder / "out")
    assert done.returncode == 3, done.stderr
    return folder / "in", folder / "out"
