"""JupyterLab with nbgrader's own interfaces: formgrader for instructors, assignments for students.

JupyterLab and nbgrader's extensions come with requirements.txt and are enabled by that. What is
left is to start them where they find the course: formgrader reads ``nbgrader_config.py`` in the
folder in which the server starts, and a student must be told the course's name and its exchange.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["EXCHANGE", "Lab", "LabError", "for_instructor", "for_student", "start"]

#: The environment variable from which ``nbgrader_config.py`` takes the exchange's folder.
EXCHANGE = "COURSE_EXCHANGE"

MARK = "# Written by `ce-course lab`, anew at each start; change the course's nbgrader_config.py."

STUDENT_CONFIG = """{mark}
c = get_config()  # noqa: F821 (nbgrader defines it)
c.CourseDirectory.course_id = {course!r}
c.CourseDirectory.student_id = {student!r}
c.Exchange.root = {exchange!r}
# a cell that loops costs its own points only
c.Execute.timeout = {timeout!r}
c.Execute.extra_arguments = {arguments!r}
"""

#: Interfaces that ask the network for news, and those that are no business of a student's.
NEWS = ("@jupyterlab/apputils-extension:announcements",)
INSTRUCTORS = ("@jupyter/nbgrader:formgrader", "@jupyter/nbgrader:create-assignment")


class LabError(Exception):
    """JupyterLab cannot be started for the course; the message says what to do."""


@dataclass(frozen=True)
class Lab:
    """A JupyterLab to start: where, with which settings, for whom."""

    folder: Path
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    exchange: Path


def for_instructor(root: Path, exchange: Path | None = None) -> Lab:
    """Formgrader, in the course's folder.

    Parameters
    ----------
    root : Path
        The course's top level.
    exchange : Path, optional
        The folder through which students fetch and hand in; by default what
        ``nbgrader_config.py`` says. Made if it is missing and named here.
    """
    place = _exchange(root, exchange)
    settings = _settings(root / "_build" / "lab", disabled=NEWS)
    return Lab(root, (), _environment(settings, place), place)


def for_student(
    root: Path, student: str, folder: Path | None = None, exchange: Path | None = None
) -> Lab:
    """The lists of assignments and the *Validate* button, in a folder of the student's own.

    Parameters
    ----------
    root : Path
        The course's top level; of it the student's server gets the course's name, no file.
    student : str
        The name under which work is handed in.
    folder : Path, optional
        Where the student works; by default ``students/<name>`` in the course's folder.
    exchange : Path, optional
        As for `for_instructor`.

    Raises
    ------
    LabError
        If the name cannot be one, or the folder has an ``nbgrader_config.py`` of somebody else's.
    """
    if not re.fullmatch(r"[\w.@-]+", student):
        raise LabError(f"{student!r} is no student's name: letters, digits and . _ - @ only")
    place = _exchange(root, exchange)
    folder = (folder or root / "students" / student).resolve()
    if folder == root.resolve():
        raise LabError(f"{folder} is the course's folder: give the student one with --folder")
    config = folder / "nbgrader_config.py"
    if config.is_file() and not config.read_text("utf-8").startswith(MARK):
        raise LabError(f"{config} was not written by this command: name another --folder")
    course = _config(root)
    folder.mkdir(parents=True, exist_ok=True)
    text = STUDENT_CONFIG.format(
        mark=MARK,
        course=course.CourseDirectory.course_id,
        student=student,
        exchange=str(place),
        timeout=course.Execute.timeout,
        arguments=list(course.Execute.extra_arguments),
    )
    config.write_text(text, "utf-8")
    settings = _settings(folder / ".lab", disabled=(*NEWS, *INSTRUCTORS))
    off = {"nbgrader.server_extensions.formgrader": False}
    arguments = (f"--ServerApp.jpserver_extensions={off}",)
    return Lab(folder, arguments, _environment(settings, place), place)


def start(lab: Lab, more: Sequence[str] = ()) -> None:
    """Become that JupyterLab; ``more`` are arguments of its own, such as ``--no-browser``.

    Raises
    ------
    LabError
        If it would refuse to start: it does so for root, unless it is told otherwise.
    """
    if os.name == "posix" and os.geteuid() == 0 and "--allow-root" not in more:
        raise LabError(
            "you are root, with whom JupyterLab does not start: be somebody else, or say "
            "`ce-course lab -- --allow-root`, for example in a container"
        )
    os.chdir(lab.folder)
    command = [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={lab.folder}",
        *lab.arguments, *more,
    ]  # fmt: skip
    os.execve(sys.executable, command, {**os.environ, **lab.environment})


def _config(root: Path) -> Any:
    from ce_lib.grading.release import load_config

    return load_config(root)


def _exchange(root: Path, given: Path | None) -> Path:
    """The exchange's folder; one that is named is made, open to everybody as nbgrader wants it."""
    if given is None:
        return Path(_config(root).Exchange.root)
    place = given.resolve()
    if not place.is_dir():
        place.mkdir(parents=True)
        place.chmod(0o777)
    return place


def _settings(folder: Path, disabled: Sequence[str]) -> Path:
    page = folder / "labconfig" / "page_config.json"
    page.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"disabledExtensions": dict.fromkeys(disabled, True)}, indent=1)
    page.write_text(text + "\n", "utf-8")
    return folder


def _environment(settings: Path, exchange: Path) -> dict[str, str]:
    paths = [str(settings), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return {
        "JUPYTER_CONFIG_PATH": os.pathsep.join(paths),
        # the extensions of this environment, before those that a user may have elsewhere
        "JUPYTER_PREFER_ENV_PATH": "1",
        EXCHANGE: str(exchange),
    }
