"""What the grader remembers from one submission for the next: content, and nothing else."""

from __future__ import annotations

import base64
import importlib
import io
import json
import pkgutil
import sqlite3
import types
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy
from PIL import Image

import ce_lib
from ce_lib.behaviour import Call, Misconception, Outcome
from ce_lib.grading import library
from ce_lib.grading.blank import begin
from ce_lib.grading.entries import Entry
from ce_lib.grading.evidence import misconceptions, names_in, needed
from ce_lib.grading.judge import judge
from ce_lib.grading.ledger import Ledger
from ce_lib.grading.library import library_answer, library_object
from ce_lib.grading.problem import Problem, load_problem
from ce_lib.grading.records import Status
from ce_lib.grading.remember import MOST, Remembering
from ce_lib.grading.sandbox import Sandbox
from ce_lib.grading.session import Session
from ce_lib.grading.wire import decode, encode

walled = pytest.mark.walled


def refuse(_: Any) -> Any:
    raise AssertionError


def ask(path: str, *args: Any, allowed: bool = True, what: str = "call") -> Any:
    """What the library answers, as a worker reads it."""
    arrays: list[bytes] = []
    told = [encode(list(args), arrays, refuse), encode({}, arrays, refuse)]
    # a frame: four bytes of length, the header, the arrays
    made = library_answer(path, what, told, arrays, lambda _: allowed)
    length = int.from_bytes(made[:4], "big")
    message, sizes = json.loads(made[4 : 4 + length])
    parts, rest = [], made[4 + length :]
    for size in sizes:
        parts.append(rest[:size])
        rest = rest[size:]
    return decode(message["value"], parts, refuse)


def test_a_remembered_answer_is_the_one_to_the_same_bytes() -> None:
    questions = [
        *(np.array([0.0, 1.0]), np.array([-0.0, 1.0]), np.array([0, 1]), np.array([[0.0, 1.0]])),
        *(np.array([0.0, 1.0], dtype=np.float32), [0.0, 1.0], [0, 1], 0.0, 0, np.float64(0.0)),
    ]
    library._remembered.clear()
    first = [ask("sigmoid", one) for one in questions]
    for answer, again in zip(first, [ask("sigmoid", one) for one in questions], strict=True):
        np.testing.assert_array_equal(answer, again)
        assert np.asarray(answer).dtype == np.asarray(again).dtype
    assert first[4].dtype == np.float32
    assert first[3].shape == (1, 2)
    first[0][0] = 7  # what a submission does to its answer is its own affair
    assert ask("sigmoid", questions[0])[0] == 0.5


def test_what_is_remembered_is_not_thereby_allowed() -> None:
    assert ask("sigmoid", 1.25) == ask("sigmoid", 1.25)
    with pytest.raises(RuntimeError, match="write it yourself"):
        ask("sigmoid", 1.25, allowed=False)


def test_a_draw_is_made_anew() -> None:
    drawn = {ask("datasets.sample_logistic", [[0.0]] * 40, [1.0]).tobytes() for _ in range(4)}
    assert len(drawn) > 1


def test_only_the_mathematics_is_answered_for() -> None:
    modules = {module.name for module in pkgutil.iter_modules(ce_lib.__path__)}
    for name in modules:  # importing one makes it an attribute of the package
        importlib.import_module(f"ce_lib.{name}")
    assert {name for name in modules if library_object(name) is not None} == {
        "bernoulli", "categorical", "datasets", "gradients", "information", "logistic", "losses",
        "optimize", "regression", "vectors",
    }  # fmt: skip
    for path in ("lab.start", "cli.main", "commands.Commands", "losses.np.exp", "losses._kernel"):
        assert library_object(path) is None, path
    assert library_object("losses.cross_entropy") is ce_lib.cross_entropy


def remembering(function: Any) -> Remembering:
    return Remembering("", "", "", "", function)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MOST", 5)
    library._remembered.clear()
    for number in range(20):
        ask("sigmoid", float(number))
    ask("sigmoid", np.zeros(library.MOST_BYTES))
    assert len(library._remembered) == 5
    assert all(len(answer) <= library.MOST_BYTES for answer in library._remembered.values())
    assert library_object("sigmoid" + " " * 10_000) is None
    quick = remembering(lambda x: x)
    for number in range(MOST + 50):
        assert quick.outcome(Call("", (number,))).value == number
    assert len(quick.known) == MOST
    assert quick.outcome(Call("", (np.zeros(10_000),))).value.shape == (10_000,)


def test_a_function_that_was_interrupted_is_asked_again() -> None:
    hurry = [TimeoutError(), RecursionError(), None]

    def function(x: float) -> float:
        if (error := hurry.pop(0)) is not None:
            raise error
        return x

    quick = remembering(function)
    call = Call("", (1.0,))
    outcomes = [quick.outcome(call) for _ in range(4)]
    assert [one.error for one in outcomes] == ["TimeoutError", "RecursionError", "", ""]
    assert [one.value for one in outcomes] == [None, None, 1.0, 1.0]


def test_what_is_remembered_is_what_a_call_does() -> None:
    """Its value, its exception, whether it warned and whether it changed what it was given."""
    times: list[str] = []

    def function(kind: str, x: list[float]) -> float:
        times.append(kind)
        if kind == "raise":
            raise ValueError(kind)
        if kind == "warn":
            warnings.warn(kind, stacklevel=1)
        if kind == "change":
            x[0] += 1
        print(kind)
        return x[0]

    quick = remembering(function)
    expected = {
        "return": Outcome(1.0),
        "raise": Outcome(error="ValueError"),
        "warn": Outcome(1.0, warned=True),
        "change": Outcome(2.0, changed=True),
    }
    for _ in range(2):
        assert {k: quick.outcome(Call("", (k, [1.0]))) for k in expected} == expected
    assert times == list(expected)
    # as many digits as it was given
    half = quick.outcome(Call("", ("return", [np.float32(1.0)])))
    assert half.value.dtype == np.float32
    opaque = Call("", ("return", [object()]))
    assert quick.outcome(opaque).value is not quick.outcome(opaque).value
    assert len(times) == len(expected) + 3


# -- submissions -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def problem(root: Path) -> Problem:
    found = load_problem(root, "ps3")
    found.misconceptions = [
        Remembering.of(known) for known in misconceptions(root, "ps3", found.reference)
    ]
    return found


@walled
@pytest.mark.slow
def test_no_submission_changes_the_verdict_on_another(problem: Problem) -> None:
    """Each is judged alone with an empty memory, then after all others, and before them."""
    right = {name: cell.source for name, cell in problem.answers.items() if name != "plot"}
    asks = (
        "for x in (np.array([0, 1]), np.array([1.0, 0.0]), [1.0, float('nan')], 'x', None):\n"
        "    try: ce.sigmoid(x)[...] = 7\n"
        "    except Exception: pass\n"
        "ce.sigmoid = lambda u: u\n"
    )
    fit = right["fit_logistic_regression"]
    answers = [
        {**right, "plot": ""},
        {**right, "plot": "", "fit_logistic_regression": asks + fit},
        {**right, "plot": "", "fit_logistic_regression": fit.replace("- y", "+ y")},
        {**right, "plot": "", "derivation": "derivation = 'D(bce(y, sigma(z)), z) = 7'"},
    ]

    def verdict(given: dict[str, str]) -> str:
        found = judge(problem, given, sandbox)
        return json.dumps([found.scores, found.notebook["cells"]], sort_keys=True)

    with Sandbox() as sandbox:
        alone = []
        for given in answers:
            library._remembered.clear()
            importlib.import_module("ce_lib.proof.grade")._remembered.cache_clear()
            alone.append(verdict(given))
        assert len(set(alone)) == len(alone)
        assert [verdict(given) for given in answers] == alone
        assert [verdict(given) for given in reversed(answers)] == alone[::-1]


@walled
def test_cells_are_run_as_ipython_runs_them() -> None:
    with Sandbox() as sandbox:
        session = Session(sandbox)

        def run(source: str) -> Any:
            made = session.run("cell", source, lambda _: True)
            return made.get("error") or "".join(out.get("text", "") for out in made["outputs"])

        assert run("x = 1\ny = %time 5\nprint(x, y)").endswith("1 5\n")
        assert run("import asyncio\nawait asyncio.sleep(0)\nprint(2)") == "2\n"
        assert run("%%capture\nprint(3)") == ""
        assert run("print(4)\nif True:\n    print(5)") == "4\n5\n"
        assert isinstance(run("print(6)\nx = = 7"), SyntaxError)
        assert run("def f():\n    return 8\nf()") == ""
        session.close()


@walled
def test_a_figure_is_what_was_drawn() -> None:
    source = (
        "import matplotlib.pyplot as plt, numpy as np\n"
        "fig = plt.figure(figsize=(1, 0.5))\n"
        "pixels = np.arange(36 * 72 * 3).reshape(36, 72, 3).astype(np.uint8)\n"
        "drawn = fig.figimage(pixels, resize=False)\n"
    )
    with Sandbox() as sandbox:
        session = Session(sandbox)
        (shown,) = session.run("cell", source, lambda _: True)["outputs"]
        session.close()
    picture = Image.open(io.BytesIO(base64.b64decode(shown["data"]["image/png"])))
    wanted = np.arange(36 * 72 * 3).reshape(36, 72, 3).astype(np.uint8)
    np.testing.assert_array_equal(np.asarray(picture), wanted)


# -- what is made once -----------------------------------------------------------------------------


def tables(path: Path) -> dict[str, int]:
    with sqlite3.connect(path) as book:
        names = [row[0] for row in book.execute("select name from sqlite_master")]
        kinds = "select name from sqlite_master where type = 'table'"
        counts = {
            row[0]: book.execute(f"select count(*) from {row[0]}").fetchone()[0]
            for row in book.execute(kinds)
        }
    return {**dict.fromkeys(names, 0), **counts}


def test_a_blank_gradebook_is_one_that_nbgrader_made(problem: Problem, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        begin(tmp_path / name / "gradebook.db", tmp_path, problem, "course")
    assert len(list((tmp_path / "_build" / "nbgrader" / "blank").iterdir())) == 1
    made = tmp_path / "three.db"
    with Ledger(f"sqlite:///{made}", problem, "course"):
        pass
    for name in ("one", "two"):
        assert tables(tmp_path / name / "gradebook.db") == tables(made)
        assert [path.name for path in (tmp_path / name).iterdir()] == ["gradebook.db"]


def test_a_gradebook_that_is_there_stays(problem: Problem, tmp_path: Path) -> None:
    book = tmp_path / "gradebook.db"
    book.write_bytes(b"what is in it")
    begin(book, tmp_path, problem, "course")
    assert book.read_bytes() == b"what is in it"


def test_where_no_copy_can_be_made_none_is(problem: Problem, tmp_path: Path) -> None:
    (tmp_path / "_build").write_text("in the way")
    begin(tmp_path / "gradebook.db", tmp_path, problem, "course")
    assert not (tmp_path / "gradebook.db").exists()


def test_a_module_that_nobody_uses_is_not_imported() -> None:
    source = "import numpy as np\nimport matplotlib.pyplot as plt\nfrom a import b\nimport os"
    assert needed(source, {"np"}) == "import numpy as np\nfrom a import b\nimport os"
    assert needed(source, {"np", "plt"}) == source
    assert needed("%magic", set()) == "%magic"
    assert names_in(["plt.plot(x)", "y = 1", "%magic"]) == {"plt", "x"}


def test_a_known_mistake_works_without_the_modules_it_does_not_use(problem: Problem) -> None:
    assert problem.misconceptions
    for known in problem.misconceptions:
        assert isinstance(known, Misconception)
        assert isinstance(known.function, types.FunctionType)
    plotting = [c.judged for c in problem.cells if "matplotlib" in c.judged]
    assert plotting == []


def test_writing_looks_at_no_other_submission(problem: Problem, tmp_path: Path) -> None:
    """Else a class twice as large would take more than twice as long."""
    entry = Entry("ada", Status.GRADED, "", "", dict.fromkeys(problem.max_scores, 1.0))
    with Ledger(f"sqlite:///{tmp_path / 'book.db'}", problem, "course") as ledger:
        asked: list[tuple[str, Any]] = []
        sqlalchemy.event.listen(
            ledger._engine,
            "before_cursor_execute",
            lambda _, __, text, values, ___, many: asked.append(
                (text, values[0] if many else values)
            ),
        )
        ledger.write(entry, "bubblewrap")
        ledger.write(entry, "bubblewrap")
    with sqlite3.connect(tmp_path / "book.db") as book:
        plans = {
            line[-1]
            for text, values in asked
            for line in book.execute(f"explain query plan {text}", values)
        }
    assert any("SEARCH grade USING INDEX" in plan for plan in plans)
    assert not [plan for plan in plans if plan.startswith("SCAN")]
