"""Which of the files that a student handed in is the notebook of the problem set.

A notebook is known by what is in it, the ids of its cells, not by its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from .archive import File, files_in_zip
from .downloads import Handed
from .findings import Finding, LmsError, several

__all__ = ["choose", "problem_sets"]


def problem_sets(root: Path) -> dict[str, set[str]]:
    """The ids of the cells of every problem set, as students got it."""
    known = {}
    for path in sorted((root / "exercises").glob("*/*.ipynb")):
        if path.stem == path.parent.name:
            try:
                cells = json.loads(path.read_text("utf-8"))["cells"]
            except (OSError, ValueError, KeyError) as error:
                raise LmsError(f"{path} is damaged: run `ce-course release`") from error
            known[path.stem] = {text for cell in cells if (text := _grade_id(cell))}
    return known


def _grade_id(cell: Any) -> str:
    metadata = cell.get("metadata") if isinstance(cell, dict) else None
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = mark.get("grade_id") if isinstance(mark, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def choose(
    findings: list[Finding],
    handed: list[Handed],
    student: str,
    name: str,
    known: dict[str, set[str]],
) -> tuple[Handed, bytes] | None:
    """The notebook that counts, and its bytes; None, and a finding that says why, if none does.

    Parameters
    ----------
    findings : list of Finding
        Added to.
    handed : list of Handed
        The files of one student.
    student, name : str
        The student's id in the course, and the problem set.
    known : dict
        The ids of the cells of every problem set.
    """
    ours: list[tuple[Handed, bytes]] = []
    damaged: list[tuple[Handed, bytes]] = []
    aside: list[Finding] = []  # what matters to a person only if there is no notebook besides
    before = len(findings)
    for one in _unpacked(findings, handed):
        if one.typed:
            aside.append(Finding("text typed into the LMS: read it there", one.file.path))
            continue
        if not one.filename.lower().endswith(".ipynb"):
            if one.filename != "timestamp.txt":  # of the exchange; its folder's name has the time
                kind = one.filename.rpartition(".")[2][:10] if "." in one.filename else "file"
                note = f"no notebook ({kind}): left out"
                findings.append(Finding(note, one.file.path, open=False))
            continue
        try:
            data = one.file.read()
        except LmsError as error:
            findings.append(Finding(f"{error}", one.file.path))
            continue
        whose = _whose(data, known, name)
        if whose == name:
            ours.append((one, data))
        elif whose == "damaged":
            damaged.append((one, data))
        else:
            what = f"the notebook of {whose}" if whose else "a notebook of no problem set"
            aside.append(
                Finding(f"{student} handed in {what}, not of {name}: left out", one.file.path)
            )
    candidates = sorted(ours or damaged, key=lambda pair: pair[0].newer)
    findings += [replace(finding, open=not candidates) for finding in aside]
    if not candidates:
        if not any(finding.open for finding in findings[before:]):
            findings.append(Finding(f"no notebook of {name}", student))
        return None
    best, data = candidates[-1]
    others = [one for one, text in candidates[:-1] if text != data]
    if others:
        older = several([one.file.path for one in others])
        sure = best.newer > others[-1].newer
        findings.append(
            Finding(
                f"{student} handed in {len(others) + 1} versions; taken: {best.filename}, "
                f"{'the newest' if sure else 'though nothing says which is the newest'}, not "
                f"{older}", best.file.path, open=not sure,
            )
        )  # fmt: skip
    if not ours:
        findings.append(
            Finding(f"{student}'s notebook is damaged; collected, so that grading says why",
                    best.file.path, open=False)
        )  # fmt: skip
    return best, data


def _unpacked(findings: list[Finding], handed: list[Handed]) -> Iterator[Handed]:
    """The files of one student, those in a zip that the student made included."""
    for one in handed:
        if one.typed or not one.filename.lower().endswith(".zip"):
            yield one
            continue
        try:
            inner, refused = files_in_zip(one.file.read(), one.file.path)
        except LmsError as error:
            findings.append(Finding(str(error), one.file.path))
            continue
        findings += [replace(f, where=f"{one.file.path}: {f.where}") for f in refused]
        for file in inner:
            if file.name.lower().endswith(".ipynb"):
                path = (*one.file.parts, *file.parts)
                yield replace(one, filename=file.name, file=File(path, file.read))


def _whose(data: bytes, known: dict[str, set[str]], name: str) -> str:
    """Which problem set's notebook this is: its name, ``damaged``, or nothing."""
    try:
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        content = json.loads(data.decode(encoding))
        cells = content["cells"]
        if not isinstance(cells, list):
            return "damaged"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "damaged"
    ids = {_grade_id(cell) for cell in cells}
    # an editor may have dropped nbgrader's marks; the ids of the cells are the same words
    ids |= {cell["id"] for cell in cells
            if isinstance(cell, dict) and isinstance(cell.get("id"), str)}  # fmt: skip
    fits = {one: len(ids & its) for one, its in known.items()}
    most = max(fits.values(), default=0)
    if not most:
        return ""
    return name if fits[name] == most else max(fits, key=lambda one: fits[one])
