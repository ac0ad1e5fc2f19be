"""What hidden tests call a student's functions with reaches the grader, never the student."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ce_lib.grading.entries import Manual
from ce_lib.grading.evidence import pieces
from ce_lib.grading.feedback import feedback_page
from ce_lib.grading.hidden import HIDDEN
from ce_lib.grading.judge import Verdict, judge
from ce_lib.grading.keeping import forgets, keeps_nothing
from ce_lib.grading.problem import Problem, load_problem
from ce_lib.grading.sandbox import Sandbox

#: Hidden arguments of ps2: of the sigmoid, and of the logit.
SECRETS = (r"-3\.5\b", r"1\.?e-300")

LOGIT = """
def logit(p):
    p = np.asarray(p, dtype=float)
    with np.errstate(divide="ignore"):
        {keep}
        return np.log(p) - np.log1p(-p)
"""
#: How a function keeps what it is called with, and how another cell gets hold of it.
KEEPERS = {
    "a global list": ("SEEN = []\n", "SEEN.append(p.tolist())", "SEEN"),
    "a global name": ("SEEN = ''\n", "global SEEN; SEEN += str(p)", "SEEN"),
    "an attribute": ("", "logit.seen = getattr(logit, 'seen', []) + [str(p)]", "logit.seen"),
    "a default": ("", "logit.__kwdefaults__ = {**(logit.__kwdefaults__ or {}), str(p): 0}",
                  "logit.__kwdefaults__"),
    "a file": ("", "open('/tmp/seen', 'a').write(str(p))", "open('/tmp/seen').read()"),
    "an array": ("SEEN = np.zeros(40)\n", "SEEN[int(SEEN[0])+1:][:1] = p.ravel()[0]; SEEN[0] += 1",
                 "SEEN.tolist()"),
    "a module": ("", "np.seen = getattr(np, 'seen', '') + str(p)", "np.seen"),
}  # fmt: skip
#: How the name that a test calls is bound to something that keeps.
BINDERS = {
    "a figure": "def logit(p):\n    plt.title(str(p))",
    "a bound method": "SEEN = []\nlogit = SEEN.append",
    "a closure": (
        "def make():\n    kept = []\n    def logit(p):\n        kept.append(str(p))\n"
        "    return kept, logit\nSEEN, logit = make()"
    ),
    "a method of what a function made": (
        "def make():\n    kept = []\n    return kept, kept.append\nSEEN, logit = make()"
    ),
    "a class": (
        "SEEN = []\nclass F:\n    def __call__(self, p):\n        SEEN.append(str(p))\nlogit = F()"
    ),
    "a default list": "def logit(p, kept=[]):\n    kept.append(str(p))\nSEEN = logit.__defaults__",
    "a lambda's default": "logit = lambda p, kept=SEEN.append: kept(str(p))",
    "a name of NumPy's": "append = []\ndef logit(p):\n    append[:] = [*append, str(p)]",
    "a name bound by an exception": (
        "try:\n    raise ValueError([])\nexcept ValueError as add:\n    pass\n"
        "def logit(p):\n    add.args[0].append(str(p))"
    ),
    "another module's sys": "sys = 0\nsettrace = 0\nimport numpy as np\nnp.sys.settrace(print)",
    "numpy under another name": "import numpy as math\nmath.T = 1",
    "a decorator": "@print\ndef logit(p):\n    return p",
    "memory that is not cleared": "def logit(p):\n    return np.ndarray(100)",
    "an import inside": "def logit(p):\n    from os import environ\n    environ['P'] = str(p)",
    "all of a module": "from numpy import *\ndef logit(p):\n    save('/tmp/p', p)",
    "a keeper made to take arrays": "keep = [].append\nlogit = np.vectorize(keep)",
    "one that remembers": "logit = np.vectorize(lambda p: p, cache=True)",
    "the shell's own": "def logit(p):\n    Out[1] = p",
    "np.vectorize": "SEEN = []\nlogit = np.vectorize(SEEN.append)",
    "np.vectorize of a name": "SEEN = []\nkeep = SEEN.append\nlogit = np.vectorize(keep)",
    "a sum told where not to add": "def logit(p):\n    return np.add(p, p, where=p > 5)",
    "a magic": "%alias_magic t timeit\ndef logit(p):\n    return p",
}


@pytest.fixture(scope="module")
def problem(root: Path) -> Problem:
    return load_problem(root, "ps2")


def right(problem: Problem) -> dict[str, str]:
    return {cell.id: cell.source for cell in problem.answers.values()}


OURS = ["import numpy as np\nimport matplotlib.pyplot as plt"]


@pytest.mark.parametrize("name", ["ps1", "ps2", "ps3", "ps4", "ps5"])
def test_right_answers_are_seen_to_forget(root: Path, name: str) -> None:
    """They are what most hand in, and a second run of each would halve the speed."""
    problem = load_problem(root, name)
    answers = right(problem)
    assert forgets(problem, answers)
    variants = [v for v in pieces(root / f"solutions/{name}/variants.py") if v.cell in answers]
    forget = [forgets(problem, {**answers, v.cell: v.code}) for v in variants]
    assert len(forget) > 30
    assert all(forget)


@pytest.mark.parametrize("how", KEEPERS)
def test_a_function_that_keeps_is_known(how: str) -> None:
    before, keep, look = KEEPERS[how]
    assert not keeps_nothing([before + LOGIT.format(keep=keep), f"print({look})"], OURS, {"logit"})
    assert keeps_nothing([LOGIT.format(keep="print(p)")], OURS, {"logit"})
    assert keeps_nothing(["from math import exp, log\ndef f(x):\n    return log(exp(x)) + PI"])


@pytest.mark.parametrize("how", BINDERS)
def test_a_name_that_keeps_is_known(how: str) -> None:
    assert not keeps_nothing([BINDERS[how]], OURS, {"logit"})


sandboxed = pytest.mark.walled


@pytest.fixture(scope="module")
def sandbox(problem: Problem) -> Iterator[Sandbox]:
    made = Sandbox("bubblewrap", tuple(problem.packages), tuple(problem.modules))
    yield made
    made.close()


def page(problem: Problem, verdict: Verdict) -> str:
    return feedback_page(problem, "eve", verdict.notebook, verdict.scores, Manual(), [])


def by_test(verdict: Verdict) -> dict[str, float | None]:
    return {cell: score for cell, score in verdict.scores.items() if cell.startswith("logit")}


@sandboxed
@pytest.mark.slow
@pytest.mark.parametrize("how", [name for name in KEEPERS if name != "a default"])
def test_what_was_kept_is_not_shown_by_a_later_cell(
    how: str, problem: Problem, sandbox: Sandbox
) -> None:
    before, keep, look = KEEPERS[how]
    answers = right(problem)
    answers["logit"] = before + LOGIT.format(keep=keep)
    answers["log_sigmoid"] += f"\nprint('ke' + 'pt:', {look})\n"
    verdict = judge(problem, answers, sandbox)
    shown = page(problem, verdict)
    assert not re.search(SECRETS[1], shown)
    # what it saw of the tests that students see is theirs to print
    assert "0.5" in shown.partition("kept:")[2].partition("</pre>")[0]
    assert re.search(SECRETS[1], json.dumps(verdict.notebook))  # the grader sees it
    honest = judge(problem, right(problem), sandbox)
    assert by_test(verdict) == by_test(honest)


@sandboxed
@pytest.mark.slow
def test_what_was_kept_is_neither_returned_nor_raised_nor_printed_by_a_later_test(
    problem: Problem, sandbox: Sandbox
) -> None:
    keep = "SEEN.append(p.tolist()); print('ke' + 'pt:', SEEN)"
    answers = right(problem)
    answers["sigmoid"] = "SEEN = []\n" + answers["sigmoid"].replace(
        "u = np.asarray", "SEEN.append(np.asarray(u).tolist())\n    u = np.asarray", 1
    )
    assert "SEEN.append" in answers["sigmoid"]
    answers["logit"] = LOGIT.format(keep=keep) + "\n"
    answers["log_sigmoid"] = "def log_sigmoid(u):\n    raise ValueError(str(SEEN))\n"
    answers["plot"] = "print('ke' + 'pt:', SEEN)"
    verdict = judge(problem, answers, sandbox)
    shown = page(problem, verdict)
    assert "raised ValueError: [" in shown
    assert shown.count("kept:") > 3
    for secret in SECRETS:
        assert not re.search(secret, shown)
        assert re.search(secret, json.dumps(verdict.notebook))
    # the verdict is that of the whole tests
    assert verdict.scores["sigmoid-values"] == 2
    assert verdict.scores["log-sigmoid-values"] == 0
    results = {
        cell["id"]: output["data"]["text/plain"]
        for cell in verdict.notebook["cells"]
        for output in cell.get("outputs", [])
        if output["output_type"] == "execute_result"
    }
    assert all(float(results[name]) == verdict.scores[name] for name in results)
    assert set(results) == {cell.id for cell in problem.cells if cell.kind == "test"}


@sandboxed
@pytest.mark.slow
def test_what_was_kept_is_not_drawn(problem: Problem, sandbox: Sandbox) -> None:
    draws = LOGIT.format(keep="plt.gcf().text(0.1, 0.9 - 0.1 * len(plt.gcf().texts), str(p))")
    answers = {**right(problem), "logit": draws, "plot": "plt.gcf()"}
    verdict = judge(problem, answers, sandbox)
    pictures = {
        bool(output.get("metadata", {}).get(HIDDEN)): output["data"]["image/png"]
        for cell in verdict.notebook["cells"]
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    }
    assert set(pictures) == {True, False}  # both are there, one for each
    shown = re.findall('base64,([^"]+)', page(problem, verdict))
    assert pictures[False] in shown
    assert pictures[True] not in shown
    assert base64.b64decode(pictures[True]) != base64.b64decode(pictures[False])


@sandboxed
@pytest.mark.slow
def test_a_call_in_a_hidden_line_prints_and_warns_for_the_grader_only(
    problem: Problem, sandbox: Sandbox
) -> None:
    (cell,) = (cell for cell in problem.cells if cell.id == "logit-ends")
    source = cell.source
    cell.source = (
        "### BEGIN HIDDEN TESTS\nlogit(0.987654)\n### END HIDDEN TESTS\nlogit(0.125)\n" + source
    )
    prints = LOGIT.format(keep="print('called with', p)") + "\n"
    try:
        verdict = judge(problem, {**right(problem), "logit": prints}, sandbox)
    finally:
        cell.source = source
    shown = page(problem, verdict)
    assert "called with 0.125" in shown
    assert "0.987654" not in shown
    assert "called with 0.987654" in json.dumps(verdict.notebook)


@sandboxed
@pytest.mark.slow
def test_memory_that_nobody_cleared_holds_no_number(problem: Problem, sandbox: Sandbox) -> None:
    looks = "for n in range(1, 60):\n"
    looks += "    for new in (np.empty(n), np.empty_like(np.ones(n)), np.empty((n, 2), 'f4')):\n"
    looks += "        assert np.isnan(new).all()\n"
    looks += "assert (np.empty(3, int) == 2**63 - 1).all() and (np.empty(2, 'U3') == '').all()\n"
    looks += "assert np.empty(2, object).tolist() == [None, None] and not np.empty(2, bool).any()\n"
    looks += "print('cle' + 'ared')"
    answers = right(problem)
    answers["log_sigmoid"] += f"\n{looks}\n"
    assert "cleared" in page(problem, judge(problem, answers, sandbox))


@sandboxed
@pytest.mark.slow
def test_a_verdict_on_code_that_keeps_is_the_same_however_often_it_is_asked(
    problem: Problem, sandbox: Sandbox
) -> None:
    """Nothing of the first run is left in the second: not in a file, not in a process."""
    _, keep, look = KEEPERS["a file"]
    answers = {**right(problem), "logit": LOGIT.format(keep=keep)}
    answers["log_sigmoid"] += f"\nprint('ke' + 'pt:', {look})\n"
    first, second = (judge(problem, answers, sandbox) for _ in range(2))
    assert first.notebook == second.notebook
    assert first.scores == second.scores
