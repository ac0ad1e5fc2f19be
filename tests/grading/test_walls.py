"""What of the library lies beside student code, and templates that several judges share."""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import ce_lib as ce
from ce_lib.grading.near import near_sources
from ce_lib.grading.pool import Pool
from ce_lib.grading.problem import load_problem
from ce_lib.grading.sandbox import Sandbox
from ce_lib.grading.session import Session

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["entropy", "log_softmax", "sigmoid", "sigmoid_derivative", "softmax"]

walled = pytest.mark.walled


def defined(files: tuple[tuple[str, str], ...]) -> set[str]:
    nodes = [node for _, text in files for node in ast.walk(ast.parse(text))]
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


# -- beside student code ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", [f"ps{n}" for n in range(1, 6)])
def test_nothing_that_students_are_asked_for_lies_beside_them(name: str) -> None:
    problem = load_problem(ROOT, name)
    assert not defined(problem.near) & problem.asked
    # modules that begin with an underscore are what the library keeps to itself
    public = [(file, text) for file, text in problem.near if not file.startswith("_")]
    callable_there = {name for name in defined(tuple(public)) if not name.startswith("_")}
    assert callable_there <= frozenset.intersection(*problem.allowed.values())


def test_a_loop_over_the_sigmoid_asks_nobody() -> None:
    assert "sigmoid" in defined(load_problem(ROOT, "ps3").near)


def test_what_lies_there_computes_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "beside").mkdir()
    for file, text in near_sources(NAMES):
        (tmp_path / "beside" / file).write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    near = importlib.import_module("beside").NEAR
    assert set(NAMES) <= set(near)
    z = np.random.default_rng(0).normal(scale=30, size=(200, 4))
    for name in NAMES:
        given = ce.softmax(z) if name == "entropy" else z
        found, wanted = near[name](given), getattr(ce, name)(given)
        assert np.asarray(found).tobytes() == np.asarray(wanted).tobytes(), name
        with pytest.raises(TypeError) as ours:
            getattr(ce, name)("a")
        with pytest.raises(TypeError) as theirs:
            near[name]("a")
        assert str(theirs.value) == str(ours.value)


@pytest.mark.parametrize("name", ["load_digits", "LogisticRegression", "information", "nothing"])
def test_what_needs_more_than_arithmetic_stays_outside(name: str) -> None:
    assert near_sources([name]) == ()


@walled
def test_what_is_not_offered_is_refused_even_beside_what_is() -> None:
    with Sandbox(near=near_sources(["sigmoid"])) as sandbox:
        session = Session(sandbox)

        def run(source: str, *allowed: str) -> str:
            made = session.run("cell", source, lambda name: name in allowed)
            return str(made.get("error") or "".join(out["text"] for out in made["outputs"]))

        assert run("import ce_lib as ce\nprint(ce.sigmoid(0.0))") == "0.5\n"
        assert session._questions == 0
        assert run("print(ce.logistic.sigmoid(0.0))") == "0.5\n"
        assert "write it yourself" in run("print(ce.log_sigmoid(0.0))")
        assert "write it yourself" in run("from ce_lib.logistic import logit\nprint(logit(0.5))")
        assert "no attribute 'log_sigmoid'" in run(
            "import ce_lib.near.logistic as near\nprint(near.log_sigmoid(0.0))"
        )
        session.close()


@walled
def test_a_judge_and_its_workers_stay_on_one_core() -> None:
    before = os.sched_getaffinity(0)
    core = max(before)
    try:
        with Sandbox(modules=("numpy",)) as sandbox:
            sandbox.stay_on(core)
            assert os.sched_getaffinity(0) == {core}
            session = Session(sandbox)
            source = "import os\nprint(os.sched_getaffinity(0))"
            made = session.run("cell", source, lambda _: True)
            assert made["outputs"][0]["text"] == f"{{{core}}}\n"
            session.close()
    finally:
        os.sched_setaffinity(0, before)


def test_processes_keep_to_a_core_each_where_they_fill_the_machine() -> None:
    cores = sorted(os.sched_getaffinity(0))
    assert Pool(None, None)._cores == cores
    assert Pool(None, len(cores) + 1)._cores == cores
    if len(cores) > 1:  # the others are somebody else's
        assert Pool(None, len(cores) - 1)._cores == []


# -- templates of several judges -------------------------------------------------------------------

JUDGES = """
    import os, signal, sys
    from ce_lib.grading.sandbox import Sandbox
    from ce_lib.grading.session import Session
    from ce_lib.grading.walls import Walls

    def run(session, source="print(6 * 7)"):
        return session.run("cell", source, lambda _: True)["outputs"][0]["text"].strip()

    walls = Walls(("bubblewrap", (), ("numpy",), ()), 2)
    gone, left = os.pipe()
    full, filled = os.pipe()
    first = os.fork()
    if first == 0:
        sandbox = Sandbox.share(walls, 0)
        session = Session(sandbox)
        os.read(full, 1)  # when the second holds much
        print("first", run(session), sandbox.memory() < 3 * 10**8, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    second = os.fork()
    if second == 0:
        os.close(left)
        sandbox = Sandbox.share(walls, 1)
        session = Session(sandbox)
        run(session, "held = b'x' * 3 * 10**8; print()")
        os.write(filled, b".")
        os.read(gone, 1)  # when the first is dead
        print("second", run(session), sandbox.memory() > 3 * 10**8, flush=True)
        sandbox.end(session._worker)
        session._worker = None
        print("again", run(Session(sandbox)), flush=True)
        os._exit(0)
    walls.hand_over()
    os.waitpid(first, 0)
    os.write(left, b".")
    os.waitpid(second, 0)
    print("walls", walls._process.wait(20))
    walls.end()
"""


@walled
def test_a_judge_that_dies_takes_only_its_own_template_along() -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(JUDGES)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout.split("\n")[:4] == [
        "first 42 True", "second 42 True", "again 42", "walls 0",
    ], done.stderr  # fmt: skip
