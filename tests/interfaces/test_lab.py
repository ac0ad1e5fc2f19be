"""How `ce-course lab` prepares JupyterLab for an instructor and for a student."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ce_lib.cli import main
from ce_lib.grading.release import load_config
from ce_lib.lab import EXCHANGE, LabError, for_instructor, for_student, start


def test_a_student_gets_the_course_and_the_exchange_and_no_file_of_the_course(
    course: Path, tmp_path: Path
) -> None:
    made = for_student(course, "ada", tmp_path / "ada", tmp_path / "exchange")
    assert [path.name for path in made.folder.iterdir() if path.name[0] != "."] == [
        "nbgrader_config.py"
    ]
    config = load_config(made.folder)
    assert config.CourseDirectory.course_id == "cross-entropy"
    assert config.CourseDirectory.student_id == "ada"
    assert config.Exchange.root == str(tmp_path / "exchange")
    assert (tmp_path / "exchange").stat().st_mode & 0o777 == 0o777
    settings = Path(made.environment["JUPYTER_CONFIG_PATH"].split(":")[0])
    page = json.loads((settings / "labconfig" / "page_config.json").read_text())
    assert page["disabledExtensions"]["@jupyter/nbgrader:formgrader"] is True
    assert for_student(course, "ada", tmp_path / "ada", tmp_path / "exchange") == made


def test_the_exchange_is_that_of_the_configuration_unless_named(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(EXCHANGE, raising=False)
    assert for_instructor(course).exchange == Path("/usr/local/share/nbgrader/exchange")
    monkeypatch.setenv(EXCHANGE, str(tmp_path / "e"))
    assert for_instructor(course).exchange == tmp_path / "e"
    made = for_instructor(course, tmp_path / "f")
    assert made.environment[EXCHANGE] == str(tmp_path / "f")
    assert made.folder == course


def test_what_is_not_ours_is_left_alone(course: Path, tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    config = tmp_path / "ada" / "nbgrader_config.py"
    config.write_text("c = get_config()")
    with pytest.raises(LabError, match="not written by this command"):
        for_student(course, "ada", tmp_path / "ada", tmp_path / "exchange")
    assert config.read_text() == "c = get_config()"
    with pytest.raises(LabError, match="the course's folder"):
        for_student(course, "ada", course, tmp_path / "exchange")
    for name in ("", "../ada", "a b", "a+b", "*"):
        with pytest.raises(LabError, match="no student's name"):
            for_student(course, name, tmp_path / "x", tmp_path / "exchange")


def test_a_folder_without_a_student_is_an_error_that_says_so(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(course), "lab", "--folder", str(tmp_path)]) == 1
    assert "say whose with --student" in capsys.readouterr().err


def test_root_is_told_what_jupyterlab_would_only_log(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("os.execve", lambda _, command, __: started.append(command))
    monkeypatch.chdir(tmp_path)
    made = for_instructor(course, tmp_path / "exchange")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    with pytest.raises(LabError, match=r"`ce-course lab -- --allow-root`"):
        start(made, ["--no-browser"])
    assert not started
    start(made, ["--allow-root"])
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    start(made)
    assert ["--allow-root" in command for command in started] == [True, False]
