"""Every right variant gets full marks; every named mistake loses them, and is called by its name."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ce_lib.behaviour import Call, Misconception, closest, known_misconceptions
from ce_lib.checks import check
from ce_lib.grading.evidence import (
    defined_functions,
    misconceptions,
    pieces,
    solution_cells,
    trial,
)
from ce_lib.grading.evidence_table import named_first
from ce_lib.grading.release import ReleaseError, graded_cells, problem_sets

ROOT = Path(__file__).resolve().parents[2]
SETS = problem_sets(ROOT)


def all_pieces(kind: str) -> list[object]:
    return [
        pytest.param(name, piece, id=f"{name}-{piece.cell}-{piece.name}".replace(" ", "_"))
        for name in SETS
        for piece in pieces(ROOT / "solutions" / name / f"{kind}.py")
    ]


@pytest.fixture(scope="module")
def catalogues() -> dict[str, list[Misconception]]:
    return {name: misconceptions(ROOT, name) for name in SETS}


@pytest.mark.parametrize("name", SETS)
def test_the_reference_solution_gets_full_marks(name: str) -> None:
    points = graded_cells(ROOT, name)
    earned = trial(ROOT, name, {}).points
    assert earned == {cell: points[cell] for cell in earned}


@pytest.mark.parametrize("name", SETS)
def test_every_function_has_its_right_and_its_wrong_solutions(name: str) -> None:
    folder = ROOT / "solutions" / name
    right = Counter(piece.cell for piece in pieces(folder / "variants.py"))
    wrong = Counter(piece.cell for piece in pieces(folder / "misconceptions.py"))
    for cell, code in solution_cells(ROOT, name).items():
        if defined_functions(code):
            assert right[cell] >= 10, cell
            assert wrong[cell] >= 8, cell


@pytest.mark.parametrize(("name", "piece"), all_pieces("variants"))
def test_a_right_solution_gets_full_marks_whatever_it_looks_like(name: str, piece: object) -> None:
    result = trial(ROOT, name, {piece.cell: piece.code})
    points = graded_cells(ROOT, name)
    lost = {cell: result.printed[cell] for cell, p in result.points.items() if p != points[cell]}
    assert not lost


@pytest.mark.parametrize(("name", "piece"), all_pieces("misconceptions"))
def test_a_named_mistake_loses_points_where_it_should(name: str, piece: object) -> None:
    result = trial(ROOT, name, {piece.cell: piece.code})
    points = graded_cells(ROOT, name)
    lost = {cell for cell, p in result.points.items() if p < points[cell]}
    assert set(piece.caught_by) <= lost


@pytest.mark.parametrize("name", SETS)
def test_nearly_every_mistake_is_named_first(
    name: str, catalogues: dict[str, list[Misconception]]
) -> None:
    wrong = pieces(ROOT / "solutions" / name / "misconceptions.py")
    missed = []
    for piece in wrong:
        result = trial(ROOT, name, {piece.cell: piece.code}, catalogues[name])
        if not named_first(result, piece):
            missed.append((piece.name, result.printed))
    assert len(missed) <= 0.05 * len(wrong), missed


def test_a_right_answer_is_never_said_to_behave_like_a_mistake(
    catalogues: dict[str, list[Misconception]],
) -> None:
    for name in SETS:
        printed = trial(ROOT, name, {}, catalogues[name]).printed
        assert "behaves as if" not in "".join(printed.values())


def test_a_new_mistake_is_not_given_a_wrong_name(
    catalogues: dict[str, list[Misconception]], capsys: pytest.CaptureFixture[str]
) -> None:
    with known_misconceptions(catalogues["ps2"]):
        checks = check(lambda u: 0.123, "sigmoid").at(0.0).gives(0.5).at(1.0).gives(0.731)
        assert checks.score(2) == 0
    assert "behaves as if" not in capsys.readouterr().out


def test_likeness_says_how_sure_it_is() -> None:
    slip = Misconception("slip", "the sign were lost", "Mind the sign.", "f", lambda x: -x)
    calls = [
        Call("f(1)", (1,), {}, -1, failed=True),
        Call("f(2)", (2,), {}, -2, failed=True),
        Call("f(3)", (3,), {}, 3),
    ]
    with known_misconceptions([slip]):
        (found,) = closest("f", calls)
        assert "as if the sign were lost (in 2 of 3 calls)" in str(found)
        assert closest("g", calls) == []
        assert closest("f", [Call("f(3)", (3,), {}, 3)]) == []
    assert closest("f", calls) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# %% f: a\n# hint: x\n# caught by: t\ndef f(): 1\n", "must say `as if`"),
        (
            "# %% f: a\n# as if: x\n# hint: x\n# caught by: t\n1\n"
            "# %% f: a\n# as if: x\n# hint: x\n# caught by: t\n1\n",
            "stands twice",
        ),
    ],
)
def test_a_catalogue_with_a_hole_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "misconceptions.py"
    file.write_text(text)
    with pytest.raises(ReleaseError, match=says):
        pieces(file)
