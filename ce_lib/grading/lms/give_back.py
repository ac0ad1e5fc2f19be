"""The students' feedback pages as a zip that an LMS takes, under the names of its own download.

Moodle ("Upload multiple feedback files in a zip", `assignfeedback_file_zip_importer`) splits the
name of a folder at its first four underscores and reads the participant's number from it; it does
so since 3.1, and wants the last underscore before 4.1. Canvas ("Upload submissions",
`Assignment#infer_comment_context_from_filename`) reads the user's number and that of the file which
was handed in from a file's name, and takes nothing without both. So what goes back is named after
the very download that was collected: by its numbers, never by a name.
"""

from __future__ import annotations

import glob
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .archive import files
from .choose import choose, problem_sets
from .collect import Collected, by_number, ids_of
from .downloads import Handed, recognise, returned
from .findings import Finding, LmsError, counted, several
from .roster import Roster

__all__ = ["READS", "GivenBack", "give_back"]

#: Bytes that a zip takes beside the names and what is packed: for each file, and at its end.
AROUND = 200
END = 22

#: Where the file goes.
READS = {
    "moodle": "upload it in the assignment: Submissions, Upload multiple feedback files in a zip",
    "canvas": "upload it in the assignment: Upload submissions; Canvas shows each page under the "
    "name of the notebook that was handed in, and adds a comment each time",
}


@dataclass
class GivenBack:
    """What was packed, and what a person should know."""

    lms: str
    zips: list[Path] = field(default_factory=list)
    students: list[str] = field(default_factory=list)  # whose page is in one of them
    findings: list[Finding] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing is left for a person to decide."""
        return not any(finding.open for finding in self.findings)


def give_back(
    root: Path,
    name: str,
    source: Path,
    pages: Path,
    target: Path | None = None,
    *,
    lms: str = "",
    roster: Roster | None = None,
    most: int = 0,
    progress: Callable[[Sequence[str]], Iterable[str]] = iter,
) -> GivenBack:
    """Pack the pages of a problem set for the LMS whose download was collected.

    Parameters
    ----------
    root : Path
        The course's top level.
    name : str
        The problem set, such as ``"ps2"``.
    source : Path
        The folder or zip that `collect` got.
    pages : Path
        The folder with ``<student>/<name>/<name>.html``.
    target : Path, optional
        The zip to write; by default ``reports/<name>/<name>-feedback-<lms>.zip`` beside ``pages``.
    lms : {"", "moodle", "canvas"}
        Whose file names they are; found out by default.
    roster : Roster, optional
        How the LMS's students are called in the course, as `collect` got it.
    most : int
        Bytes that one upload may have; if more are needed, several zips are written, with
        ``-1``, ``-2`` and so on in their names. 0 for no limit.
    progress : callable, optional
        Wraps the iteration over students.

    Raises
    ------
    LmsError
        If nothing can be given back at all, or the result cannot be written.
    """
    known = problem_sets(root)
    if name not in known:
        raise LmsError(f"no problem set {name!r}: exercises/ has {', '.join(known) or 'none'}")
    if not any(pages.glob(f"*/{name}/{name}.html")):
        raise LmsError(f"{pages} has no page of {name}: grade first")
    found, _ = files(source)
    lms, handed, _ = recognise(found, name, lms)
    if lms not in READS:
        raise LmsError("what came through nbgrader's exchange goes back with `nbgrader "
                       f"release_feedback {name}`")  # fmt: skip
    collected = Collected(lms)
    numbers = by_number(handed)
    ids, _ = ids_of(collected, numbers, roster)
    done = GivenBack(lms, findings=[*(roster.findings if roster else []), *collected.findings])
    entries: list[tuple[str, str, Path]] = []
    for number in progress(list(ids)):
        student = ids[number]
        entry = _entry(done, numbers[number], student, name, known)
        page = pages / student / name / f"{name}.html"
        if entry and page.is_file() and not page.is_symlink():
            entries.append((student, entry, page))
        elif entry:
            done.findings.append(Finding(f"has no page of {name}: grade, then do this again",
                                         student))  # fmt: skip
    _compare(done, pages, name, set(ids.values()), source)
    target = target or pages.parent / "reports" / name / f"{name}-feedback-{lms}.zip"
    try:
        done.zips = _pack(entries, target, most)
    except OSError as error:
        raise LmsError(f"{target} cannot be written: {error.strerror or error}") from error
    done.students = [student for student, _, _ in entries]
    return done


def _entry(
    done: GivenBack, handed: list[Handed], student: str, name: str, known: dict[str, set[str]]
) -> str:
    """Under which name the LMS finds the student again; empty, and a finding, if none does."""
    noticed: list[Finding] = []
    chosen = choose(noticed, handed, student, name, known)
    if chosen is None:
        done.findings += [finding for finding in noticed if finding.open]
        return ""
    return returned(done.lms, chosen[0], name)


def _compare(done: GivenBack, pages: Path, name: str, students: set[str], source: Path) -> None:
    """Say whose page goes nowhere."""
    graded = {page.parent.parent.name for page in pages.glob(f"*/{name}/{name}.html")}
    if others := sorted(graded - students):
        who = f"{counted(len(others), 'page')} of students who are not in it"
        done.findings.append(Finding(f"{who}, left out: {several(others)}", source.name))


def _pack(entries: list[tuple[str, str, Path]], target: Path, most: int) -> list[Path]:
    """Write the pages, in as many zips as it takes; each is there whole or not at all."""
    parcels: list[list[tuple[str, Path]]] = [[]]
    size = END
    for _, entry, page in entries:
        more = len(zlib.compress(page.read_bytes())) + 2 * len(entry.encode()) + AROUND
        if most and parcels[-1] and size + more > most:
            parcels.append([])
            size = END
        parcels[-1].append((entry, page))
        size += more
    target.parent.mkdir(parents=True, exist_ok=True)
    made = []
    for number, parcel in enumerate(parcels, start=1):
        end = f"-{number}" if len(parcels) > 1 else ""
        path = target.with_name(f"{target.stem}{end}{target.suffix}")
        partial = path.with_name(f".{path.name}.partial")
        try:
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
                for entry, page in parcel:
                    archive.write(page, entry)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        made.append(path)
    # what an earlier run left would be uploaded with these
    for left in target.parent.glob(f"{glob.escape(target.stem)}*{target.suffix}"):
        if left not in made and re.fullmatch(r"|-\d+", left.stem.removeprefix(target.stem)):
            left.unlink()
    return made
