"""Each small change to a reference solution costs points, but for those listed as equivalent."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest

from ce_lib.grading.evidence import tests_of as cells_that_test
from ce_lib.grading.evidence_table import TABLE, Evidence, as_table, evidence, evidence_table
from ce_lib.grading.mutants import equivalent_mutants, loses_points, mutants
from ce_lib.grading.release import ReleaseError, problem_sets

ROOT = Path(__file__).resolve().parents[2]
SETS = problem_sets(ROOT)

WEAK_SET = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

```{code-cell}
:locked: setup
from ce_lib.checks import check
```

```{code-cell}
:solution: half
def half(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION
```

```{code-cell}
:test: half-values
:points: 1
check(half).at(2.0).gives(1.0).score(1)
```

```{code-cell}
:solution: third
def third(x):
    ### BEGIN SOLUTION
    return x / 3
    ### END SOLUTION
```

```{code-cell}
:test: third-values
:points: 1
check(third).at(7.5).gives(2.5).score(1)
```
"""

RIGHT_OR_SO = """\
# %% half: times a half
def half(x):
    return 0.5 * x
# %% half: wrong, and rejected
def half(x):
    return x - 1.5
"""

WRONG = """\
# %% half: rounded
# as if: the half were rounded down
# hint: Divide with one stroke.
# caught by: half-values
def half(x):
    return x // 2
# %% third: sixth
# as if: it were halved as well
# hint: Divide by 3 alone.
# caught by: third-values
def third(x):
    return x / 6
"""


@pytest.fixture
def weak_course(tmp_path: Path) -> Path:
    """A course whose one problem set has a test that 2 / 2 and 2 // 2 pass alike."""
    folder = tmp_path / "solutions" / "ps9"
    folder.mkdir(parents=True)
    (folder / "ps9.md").write_text(WEAK_SET, "utf-8")
    (folder / "variants.py").write_text(RIGHT_OR_SO, "utf-8")
    (folder / "misconceptions.py").write_text(WRONG, "utf-8")
    return tmp_path


@cache
def found(name: str) -> Evidence:
    return evidence(ROOT, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_every_mutant_loses_points_unless_it_is_listed_as_equivalent(name: str) -> None:
    assert found(name).mutants > 50
    assert set(found(name).survivors) == set(equivalent_mutants(ROOT, name))


def test_a_weak_test_is_found_out(weak_course: Path) -> None:
    survivors = [m for m in mutants(weak_course, "ps9") if not loses_points(weak_course, "ps9", m)]
    assert [m.key for m in survivors] == [("half", "return x / 2", "return x // 2")]


def test_mutants_differ_from_the_reference_and_from_each_other(weak_course: Path) -> None:
    made = mutants(weak_course, "ps9")
    codes = [mutant.code for mutant in made]
    assert len(set(codes)) == len(codes)
    changes = {mutant.mutated for mutant in made if mutant.cell == "third"}
    assert {"return x * 3", "return x - 3", "return x / 4", "return x / 2"} <= changes
    assert "return x / 3" not in changes


def test_a_cell_is_judged_by_the_tests_that_use_its_names(weak_course: Path) -> None:
    assert cells_that_test(weak_course, "ps9", "third") == {"third-values"}


def test_an_evidence_table_tells_when_tests_are_weak_or_harsh(weak_course: Path) -> None:
    weak = evidence(weak_course, "ps9")
    assert (weak.right, weak.accepted) == (2, 1)
    assert (weak.mistakes, weak.rejected, weak.named) == (2, 1, 1)
    assert weak.mutants - weak.killed == len(weak.survivors) == 1
    assert weak.specificity == 0.5
    assert weak.sensitivity == (1 + weak.killed) / (2 + weak.mutants)
    row = evidence_table(weak_course).splitlines()[2]
    assert row.startswith("| ps9 | 1 of 2 | 1 of 2 | 1 of 2 |")
    assert row.endswith("| 50 % |")


def test_one_missed_among_thousands_is_not_rounded_away() -> None:
    one, other = Evidence(2000, 1999, 1, 1, 1, 1, 1, 0), Evidence(1000, 1000, 1, 1, 1, 1, 1, 0)
    lines = as_table({"ps1": one, "ps2": other}).splitlines()
    assert lines[-2].endswith("| 100 % | 100 % |")
    assert lines[-1].endswith("| 100 % | 99.9 % |")


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_the_evidence_meets_the_figures(name: str) -> None:
    assert found(name).right >= 50
    assert found(name).specificity == found(name).sensitivity == 1
    assert found(name).named >= 0.95 * found(name).mistakes


@pytest.mark.slow
def test_the_table_in_the_guide_is_the_one_that_we_find() -> None:
    table = as_table({name: found(name) for name in SETS})
    assert (ROOT / TABLE).read_text("utf-8") == table, "run python -m ce_lib.grading.evidence_table"
    lines = table.splitlines()
    assert len(lines) == len(SETS) + 3
    names = [line.split("|")[1].strip() for line in lines[2:]]
    assert names == [*SETS, "all"]
    assert all(line.endswith("| 100 % | 100 % |") for line in lines[2:])
    right = sum(found(name).right for name in SETS)
    assert f"| {right} of {right} |" in lines[-1]


def test_a_mutant_that_is_listed_must_keep_full_marks(weak_course: Path) -> None:
    file = weak_course / "solutions/ps9/equivalent_mutants.toml"
    file.write_text(
        '[[equivalent]]\ncell = "half"\nline = "return x / 2"\n'
        'mutated = ["return x // 2", "return  x * 2  # no"]\nreason = "so we claim"\n'
    )
    listed = equivalent_mutants(weak_course, "ps9")
    assert listed == {
        ("half", "return x / 2", "return x // 2"): "so we claim",
        ("half", "return x / 2", "return x * 2"): "so we claim",
    }
    made = mutants(weak_course, "ps9")
    survivors = {m.key for m in made if not loses_points(weak_course, "ps9", m)}
    assert survivors < set(listed)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('cell = "half"\nline = "x"\nmutated = ["y"]', "say cell, line, mutated and reason"),
        ('cell = "half"\nline = "x"\nmutated = ["y"]\nreason = " "', "say cell"),
        ('cell = "half"\nline = "x"\nmutated = ["y", "y"]\nreason = "r"', "y stands twice"),
    ],
)
def test_a_list_of_equivalent_mutants_with_a_hole_is_refused(
    weak_course: Path, text: str, says: str
) -> None:
    (weak_course / "solutions/ps9/equivalent_mutants.toml").write_text(f"[[equivalent]]\n{text}\n")
    with pytest.raises(ReleaseError, match=says):
        equivalent_mutants(weak_course, "ps9")


def test_without_the_mutation_library_the_error_says_what_to_do(
    weak_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = weak_course / "solutions/ps9/ps9.md"
    source.write_text(source.read_text("utf-8").replace("x / 3", "x / 3.0"), "utf-8")
    for module in ("cosmic_ray.ast", "cosmic_ray.mutating", "cosmic_ray.plugins"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ReleaseError, match="mutants need Cosmic Ray"):
        mutants(weak_course, "ps9")
