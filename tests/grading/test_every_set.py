"""A right submission of every problem set gets full marks through nbgrader's own machinery."""

from __future__ import annotations

from pathlib import Path

import pytest

from ce_lib.grading.grade import grade_class
from ce_lib.grading.records import Status
from ce_lib.grading.release import graded_cells, problem_sets
from ce_lib.grading.sample_class import answers, submission

ROOT = Path(__file__).resolve().parents[2]
ANSWERED = [
    name
    for name in problem_sets(ROOT)
    if (ROOT / "solutions" / name / "sample_class" / "ada.py").is_file()
]


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERED)
def test_ada_gets_full_marks(name: str, tmp_path: Path) -> None:
    given = answers((ROOT / "solutions" / name / "sample_class" / "ada.py").read_text("utf-8"))
    notebook = tmp_path / "in" / "ada" / name / f"{name}.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_text(submission(ROOT / "exercises" / name / f"{name}.ipynb", given), "utf-8")
    (record,) = grade_class(ROOT, name, tmp_path / "in", tmp_path / "out").records
    points = graded_cells(ROOT, name)
    by_hand = {cell for cell, earned in record.cells.items() if earned is None}
    assert record.status is Status.BY_HAND
    assert record.cells == {cell: None if cell in by_hand else p for cell, p in points.items()}
    assert record.by_hand == sum(points[cell] for cell in by_hand) == 4
