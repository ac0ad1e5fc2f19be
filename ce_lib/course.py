"""Build the whole course: student notebooks, website, graded sample class.

Each step keeps a fingerprint of what it read under ``_build/stamps``, written only when the step
has ended well. A step whose inputs have not changed since is not run again, so a second build ends
in seconds and a failed one never passes for a good one.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

__all__ = ["CourseError", "build_course", "find_root"]


class CourseError(Exception):
    """The course cannot be built; the message says what to do."""


def find_root(given: Path | None = None) -> Path:
    """The course's top level: ``given``, or the nearest folder upwards with the course's files.

    Raises
    ------
    CourseError
        If there is none.
    """
    start = (given or Path.cwd()).resolve()
    for folder in (start,) if given else (start, *start.parents):
        if (folder / "_toc.yml").is_file() and (folder / "nbgrader_config.py").is_file():
            return folder
    raise CourseError(
        f"{start} is not in the course: run this in its top level folder, or name it with --root"
    )


def build_course(root: Path) -> None:
    """Make ``exercises/``, ``_build/html`` and ``_build/sample_class`` and say where they lie."""
    from ce_lib.grading.grade import grade_class
    from ce_lib.grading.release import problem_sets, release
    from ce_lib.grading.report import summary
    from ce_lib.grading.sample_class import write_sample_class
    from ce_lib.grading.sandbox import probe
    from ce_lib.site.build import build_site

    sources = ["solutions", "nbgrader_config.py", "ce_lib/grading"]
    _step(root, "release", sources, [root / "exercises"], lambda: release(root))
    sources = ["ce_lib/proof", "book", "solutions"]
    _step(root, "prove", sources, [], lambda: _prove(root))
    site = root / "_build" / "html" / "index.html"
    sources = ["book", "ce_lib", "exercises", "solutions", "_config.yml", "_toc.yml"]
    _step(root, "site", sources, [site], lambda: build_site(root))

    reports = []
    for name in problem_sets(root):
        if not (root / "solutions" / name / "sample_class").is_dir():
            continue
        place = root / "_build" / "sample_class"
        report = place / "reports" / name / "index.html"

        def grade(name: str = name, place: Path = place) -> None:
            from tqdm import tqdm

            shutil.rmtree(place / "handed_in" / name, ignore_errors=True)
            write_sample_class(root, name, place / "handed_in" / name)
            sandbox = "bubblewrap"
            if reason := probe():
                # these submissions are ours; a real class is never graded so without being asked
                print(f"the sample class is graded without a sandbox: {reason}", file=sys.stderr)
                sandbox = "none"
            graded = grade_class(
                root, name, place / "handed_in" / name, place, sandbox=sandbox,
                progress=lambda students: tqdm(students, desc=f"sample class, {name}"),
            )  # fmt: skip
            print(summary(graded.records))

        inputs = ["ce_lib", f"exercises/{name}", f"solutions/{name}", "nbgrader_config.py"]
        _step(root, f"sample-class-{name}", inputs, [report], grade)
        reports.append(report)

    print()
    print(f"website        {site}")
    print(f"notebooks      {root / 'exercises'}")
    for report in reports:
        print(f"class report   {report}")


def _prove(root: Path) -> None:
    from ce_lib.proof.command import run

    table = io.StringIO()
    with contextlib.chdir(root):
        good = run(out=table) == 0
    lines = table.getvalue().splitlines()
    print("\n".join(lines[-1:] if good else lines[-12:]))
    if not good:
        raise CourseError("a derivation does not hold; `ce-course prove` shows the whole table")


def _step(
    root: Path, name: str, inputs: Iterable[str], outputs: list[Path], run: Callable[[], object]
) -> None:
    stamp = root / "_build" / "stamps" / name
    fingerprint = _fingerprint(root, inputs)
    if (
        stamp.is_file()
        and stamp.read_text() == fingerprint
        and all(output.exists() for output in outputs)
    ):
        print(f"{name}: unchanged")
        return
    print(f"{name} ...", file=sys.stderr)
    stamp.unlink(missing_ok=True)
    run()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    # the step may write what it reads (release writes exercises/), so look again
    stamp.write_text(_fingerprint(root, inputs))


def _fingerprint(root: Path, inputs: Iterable[str]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for given in inputs:
        top = root / given
        files = sorted(top.rglob("*")) if top.is_dir() else [top]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(root)).encode() + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
