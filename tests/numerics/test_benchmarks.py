"""The benchmarks explain themselves, and the published errors keep the promise."""

import subprocess
import sys

import mpmath
import numpy as np
import pytest

from benchmarks.accuracy import compared
from benchmarks.exact import worst
from benchmarks.tables import MISSING, RESULTS, fastest, markdown, number


@pytest.mark.parametrize(
    "name", ["", ".accuracy", ".speed", ".training", ".normal_tables", ".export"]
)
def test_help_has_an_example_and_needs_no_peer(name, root):
    command = [sys.executable, "-m", f"benchmarks{name}", "--help"]
    out = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert "example" in out.stdout.lower()
    assert f"python -m benchmarks{name}" in out.stdout


def test_the_measure_of_error(error):
    exact = [mpmath.mpf(1), mpmath.mpf(1)]
    assert worst(np.array([1.0, 1 + 2**-52]), exact) == 1
    assert worst(np.float32([1, 1 + 2**-23]), exact) == 1
    assert worst(np.array([0.0, 1.0]), exact) == 2**52
    assert worst(np.array([np.nan, 1.0]), exact) == np.inf
    assert worst(np.array([np.inf, 1.0]), exact) == np.inf
    assert worst(np.array([5e-324]), [mpmath.mpf(0)]) == 1
    assert worst(np.array([np.inf]), [mpmath.mpf(10) ** 400]) == 0


def test_published_errors_are_within_4_ulp():
    lines = (RESULTS / "accuracy.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|")[1:-1] for line in lines if line.startswith("| ")][1:]
    assert len(rows) > 30
    for name, ours, *_ in rows:
        assert float(ours) <= 4, name


def test_published_tables_have_no_empty_cell_and_no_column_without_a_name():
    found = {}
    for path in RESULTS.glob("*.md"):
        lines = path.read_text(encoding="utf-8").splitlines()
        cells = [
            cell.strip() for line in lines if line[:1] == "|" for cell in line.split("|")[1:-1]
        ]
        found[path.name] = cells.count("")
    assert found.keys() >= {"accuracy.md", "speed.md", "cluster-faults.md"}
    assert {name: count for name, count in found.items() if count} == {}


def test_what_is_not_measured_is_a_dash():
    assert compared("f", [2.0, 1.0, None]) == ["f", "2", "1", MISSING, "0.5"]


def test_tables_and_numbers():
    assert markdown(["a", "b"], [["x", "1"]]).splitlines()[1] == "|:--|--:|"
    assert number(2.0) == "2"
    assert number(1537.2) == "1540"
    assert number(1234567.0) == "1.2e6"
    assert number(0.00001) == "1.0e-5"
    assert set(fastest({"a": lambda: None, "b": lambda: None}, 2)) == {"a", "b"}
