"""The build runs what changed and remembers what ended well; every command explains itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ce_lib import course, doctor
from ce_lib.cli import _parser, main


def test_a_step_runs_once_until_its_inputs_change(tmp_path: Path) -> None:
    source, output = tmp_path / "source.txt", tmp_path / "output.txt"
    source.write_text("1")
    runs = []

    def step() -> None:
        runs.append(source.read_text())
        output.write_text("made")

    def build() -> None:
        course._step(tmp_path, "step", ["source.txt"], [output], step)

    build()
    build()
    assert runs == ["1"]
    source.write_text("2")
    build()
    assert runs == ["1", "2"]
    output.unlink()
    build()
    assert runs == ["1", "2", "2"]


def test_a_failed_step_is_not_taken_for_done(tmp_path: Path) -> None:
    (tmp_path / "source.txt").write_text("1")

    def fail() -> None:
        raise RuntimeError("no")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            course._step(tmp_path, "step", ["source.txt"], [], fail)


def test_the_course_is_found_from_within_and_missed_elsewhere(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "book")
    assert course.find_root() == root
    assert course.find_root(root) == root
    with pytest.raises(course.CourseError, match="--root"):
        course.find_root(tmp_path)


def test_outside_of_the_course_the_command_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(tmp_path), "release"]) == 1
    assert "is not in the course" in capsys.readouterr().err


COMMANDS = sorted(_parser()._subparsers._group_actions[0].choices)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0
    assert f"example: ce-course {name}" in " ".join(capsys.readouterr().out.split())


def test_an_unknown_command_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as end:
        main(["cook"])
    assert end.value.code == 2


def test_the_doctor_names_what_is_missing_and_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lacking = doctor.Capability("browser", "looks at pages", lambda: "", ("chromium",))
    present = doctor.Capability("node", "renders", lambda: "/usr/bin/node")
    monkeypatch.setattr(doctor, "CAPABILITIES", (lacking, present))
    assert doctor.doctor() == 1
    out = capsys.readouterr().out
    assert "browser    MISSING: looks at pages" in out
    assert "sudo apt-get install chromium" in out
    monkeypatch.setattr(doctor, "CAPABILITIES", (present,))
    assert doctor.doctor() == 0


def test_everything_that_the_tests_use_is_here() -> None:
    """With CI=true this must hold; elsewhere the missing is named and the rest is run."""
    missing = doctor.missing()
    if missing:
        pytest.skip("missing: " + ", ".join(capability.name for capability in missing))


def test_importing_the_library_loads_numpy_and_no_part_that_is_built_on_it() -> None:
    code = (
        "import sys, numpy; before = set(sys.modules); import ce_lib; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    heavy = {"sympy", "mpmath", "matplotlib", "nbgrader", "scipy", "sklearn", "torch", "IPython"}
    assert "ce_lib" in loaded
    assert not loaded & heavy
