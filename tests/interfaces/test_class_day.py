"""The day of a class in JupyterLab: the real extensions, a real exchange, a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ce_lib.grading.sample_class import answers

from .hostile import ANSWER, CODE
from .people import Instructor, Student

pytestmark = [
    pytest.mark.slow,
    pytest.mark.walled,
]

RIGHT = "def sigmoid(u): return np.exp(-np.logaddexp(0, -np.asarray(u, dtype=float)))"
WRONG = "def sigmoid(u): return 1 / (1 + np.exp(np.asarray(u, dtype=float)))"


def fill(notebook: Path, given: dict[str, str]) -> None:
    """Write answers into a fetched notebook, as many evenings of work would."""
    content = json.loads(notebook.read_text("utf-8"))
    for cell in content["cells"]:
        if cell["id"] in given:
            cell["source"] = given[cell["id"]]
    notebook.write_text(json.dumps(content), "utf-8")


def test_from_release_to_feedback(
    root: Path, course: Path, tmp_path: Path, lab: Callable[..., Any], browser: Any,
    take_picture: Callable[..., None],
) -> None:  # fmt: skip
    starting = {"prof": lab("prof")}
    for name in ("ada", "boole"):
        starting[name] = lab(name, "--student", name, "--folder", str(tmp_path / name))
    prof, ada, boole = (
        kind(browser, starting[name](), name, take_picture)
        for kind, name in ((Instructor, "prof"), (Student, "ada"), (Student, "boole"))
    )
    sample = (root / "solutions/ps2/sample_class/ada.py").read_text("utf-8")
    given = answers(sample)
    escape = f"try: print(open({str(course / 'solutions/ps2/ps2.md')!r}).read())"
    escape += "\nexcept OSError: print('walled in')\n"

    # the instructor releases
    prof.open_lab()
    prof.menu("Formgrader")
    frame = prof.page.frame_locator("iframe")
    frame.get_by_role("link", name="ps2", exact=True).wait_for()
    prof.picture("formgrader")
    prof.formgrader()
    prof.do(prof.row("ps2"), "assign")
    assert "Released as: cross-entropy ps2" in prof.do(prof.row("ps2"), "release")

    # a student fetches, gets it wrong, validates, puts it right, hands in
    ada.open_lab()
    assert not any("Formgrader" in entry for entry in ada.menu_entries())
    ada.assignments()
    ada.picture("assignments")
    ada.fetch("ps2")
    fill(
        tmp_path / "ada/ps2/ps2.ipynb",
        {**given, "sigmoid": "", "probability": "I will answer soon."},
    )
    ada.open_notebook("ps2")
    ada.picture("notebook")
    answer = ada.page.locator(".jp-Notebook .jp-CodeCell").nth(1)
    ada.type_into(answer, WRONG)
    ada.picture("typed")
    said = ada.validate()
    ada.picture("validated-wrong")
    assert "sigmoid: 1 of 2 checks passed" in said
    ada.close_dialog()
    ada.type_into(answer, RIGHT)
    said = ada.validate()
    ada.picture("validated-right")
    assert "Success" in said
    ada.close_dialog()
    ada.write_last("I will answer soon.", "The event Y = 1.")
    ada.picture("answered")
    ada.save()
    ada.submit("ps2")
    ada.picture("submitted")

    # another hands in what is wrong
    boole.open_lab()
    boole.assignments()
    boole.fetch("ps2")
    hostile = {"sigmoid": escape + WRONG, "plot": CODE, "probability": ANSWER}
    fill(tmp_path / "boole/ps2/ps2.ipynb", {**given, **hostile})
    boole.submit("ps2")

    # the instructor collects, grades by machine and by hand, and gives back
    prof.formgrader()
    prof.do(prof.row("ps2"), "collect")
    prof.submissions("ps2")
    for student in ("ada", "boole"):
        log = prof.do(prof.submission(student), "autograde")
        print(log)
    prof.picture("autograded")
    assert prof.submission("ada").locator(".score").inner_text() == "19 / 23"
    assert prof.submission("boole").locator(".score").inner_text() == "16.3 / 23"
    graded = (course / "autograded/boole/ps2/ps2.ipynb").read_text("utf-8")
    assert "walled in" in graded
    assert "BEGIN SOLUTION" not in graded
    prof.grade_by_hand("ps2", "ada", {"plot": 2, "probability": 1.5}, "Given X = x, too.")
    prof.look_at("ps2", "boole")
    prof.picture("hostile", full_page=True)
    formulas = prof.page.locator(".text_cell_render math")
    assert formulas.count() > 10
    assert prof.page.locator(".text_cell_render", has_text="$").count() == 0
    assert prof.page.locator(".katex-error").count() == 0
    assert min(box["width"] for f in formulas.all() if (box := f.bounding_box())) > 3
    assert prof.page.get_by_text("<script>window.owned").count() > 0  # as text
    assert prof.page.evaluate("window.owned") is None
    prof.submissions("ps2")
    assert prof.submission("ada").locator(".status").inner_text() == "graded"
    assert prof.submission("ada").locator(".score").inner_text() == "22.5 / 23"
    assert prof.submission("boole").locator(".status").inner_text() == "needs manual grading"
    prof.picture("graded-by-hand")
    for student in ("ada", "boole"):
        prof.do(prof.submission(student), "generate-feedback")
        prof.do(prof.submission(student), "release-feedback")

    # the student reads it
    ada.refresh()
    page = ada.feedback("ps2")
    page.get_by_text("22.5 of 23 points").wait_for()
    ada.picture("feedback")
    assert page.get_by_text("Given X = x, too.").is_visible()
    assert page.locator("script").count() == 0

    # nothing was ever asked of another machine
    assert (prof.outside, ada.outside, boole.outside) == ([], [], [])
