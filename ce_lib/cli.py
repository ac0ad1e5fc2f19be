"""``ce-course``: build the course, release its problem sets, grade a class."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

__all__ = ["main"]


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code: 0 well, 1 a problem that is named, 2 wrong usage."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except Exception as error:
        if not _is_ours(error):
            raise
        print(f"ce-course {arguments.command}: {error}", file=sys.stderr)
        return 1


def _is_ours(error: Exception) -> bool:
    """Whether the message was written for the user; any other error deserves its traceback."""
    return isinstance(error, OSError) or type(error).__module__.startswith("ce_lib.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ce-course", description="Build the course, release its problem sets, grade a class."
    )
    parser.add_argument(
        "--root", type=Path, default=None, help="the course's top level (default: here or above)"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help_: str, example: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name.replace("_", "-"),
            help=help_,
            description=f"{help_[0].upper()}{help_[1:]}.",
            epilog=f"example: ce-course {example}",
        )
        sub.set_defaults(run=globals()[f"_{name}"])
        return sub

    command("build", "website, student notebooks and the graded sample class", "build")

    site = command("site", "build the website into _build/html", "site --fresh")
    site.add_argument("--fresh", action="store_true", help="run every cell and page again")

    diff = command(
        "diff_site", "show which pages differ between two built sites", "diff-site old new"
    )
    diff.add_argument("old", type=Path, metavar="OLD", help="folder of a built site")
    diff.add_argument("new", type=Path, metavar="NEW", help="folder of another one")
    diff.add_argument("--output", type=Path, help="write the differences as one HTML page, too")

    serve = command("serve", "show the built website on this machine", "serve --port 8000")
    serve.add_argument("--port", type=int, default=8000, help="default: 8000")

    release = command(
        "release", "make exercises/ from solutions/ (all problem sets or some)", "release ps2"
    )
    release.add_argument("names", nargs="*", metavar="psN", help="default: all")
    release.add_argument(
        "--check", action="store_true", help="write nothing; fail if exercises/ differs"
    )

    grade = command(
        "grade", "grade a class and write its report", "grade ps2 --submitted downloads/"
    )
    grade.add_argument("name", metavar="psN")
    grade.add_argument(
        "--submitted", type=Path, required=True, help="folder with STUDENT/psN/psN.ipynb"
    )
    grade.add_argument(
        "--output",
        type=Path,
        help="where gradebook.db, feedback/ and reports/ go (default: the course's top level)",
    )
    grade.add_argument("--student", action="append", help="only this one; may be repeated")
    again = grade.add_mutually_exclusive_group()
    again.add_argument(
        "--force", action="store_true", help="grade all again (default: what is not up to date)"
    )
    again.add_argument(
        "--changed",
        action="store_true",
        help="only files that are new or have changed, even if the tests have changed",
    )
    grade.add_argument("--jobs", type=int, metavar="N", help="at once (default: one a core)")
    grade.add_argument(
        "--sandbox",
        choices=("bubblewrap", "none"),
        default="bubblewrap",
        help="none: run the submissions as you, behind no wall (default: bubblewrap)",
    )
    grade.epilog = f"{grade.epilog}; exit code 0: all graded, 3: some failed, 1: stopped"

    prove = command(
        "prove", "check every derivation of the book and the problem sets", "prove book/sigmoid.md"
    )
    prove.add_argument("files", nargs="*", type=Path, help="pages or folders (default: all)")
    prove.add_argument("--changed", action="store_true", help="skip what is proved and unchanged")

    doctor = command("doctor", "say what this machine can do and how to add the rest", "doctor")
    doctor.add_argument(
        "--install", action="store_true", help="install what is missing, where that is allowed"
    )
    return parser


def _root(arguments: argparse.Namespace) -> Path:
    from ce_lib.course import find_root

    return find_root(arguments.root)


def _build(arguments: argparse.Namespace) -> int:
    from ce_lib.course import build_course

    build_course(_root(arguments))
    return 0


def _site(arguments: argparse.Namespace) -> int:
    from ce_lib.site.build import build_site

    print(build_site(_root(arguments), fresh=arguments.fresh) / "index.html")
    return 0


def _diff_site(arguments: argparse.Namespace) -> int:
    from ce_lib.site.diff import compare_sites, write_report

    changes = compare_sites(arguments.old, arguments.new)
    for change in changes:
        print(f"{change.kind:<8} {change.page}")
        print("\n".join(f"    {line}" for line in change.diff))
    print(f"{len(changes)} page{'' if len(changes) == 1 else 's'} changed")
    if arguments.output:
        write_report(changes, arguments.output)
        print(f"report  {arguments.output}")
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    from ce_lib.site.serve import serve

    serve(_root(arguments), arguments.port)
    return 0


def _release(arguments: argparse.Namespace) -> int:
    from ce_lib.grading.release import check_release, release

    root = _root(arguments)
    if not arguments.check:
        for path in release(root, arguments.names or None):
            print(path.relative_to(root))
        return 0
    differences = check_release(root, arguments.names or None)
    for difference in differences:
        print(difference, file=sys.stderr)
    if differences:
        print("run `make release` and commit what it changes", file=sys.stderr)
    return 1 if differences else 0


def _grade(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ce_lib.grading.grade import grade_class
    from ce_lib.grading.records import Status
    from ce_lib.grading.report import summary

    root = _root(arguments)
    if arguments.sandbox == "none":
        print(
            "--sandbox=none: the submissions' code runs on this machine as you, behind no wall.",
            file=sys.stderr,
        )
    graded = grade_class(
        root,
        arguments.name,
        arguments.submitted,
        arguments.output,
        students=arguments.student,
        progress=lambda students: tqdm(students, desc=arguments.name, unit=" submissions"),
        sandbox=arguments.sandbox,
        jobs=arguments.jobs,
        force=arguments.force,
        changed=arguments.changed,
    )
    for record in graded.records:
        score = "     –" if record.score is None else f"{record.score:6.2f}"
        print(f"{record.student:<24} {score} / {record.max_score:g}  {record.status}", end="")
        print(f": {record.note}" if record.note else "")
    for line in graded.ignored:
        print(f"not understood: {line}")
    left = f" {up_to_date} were up to date." if (up_to_date := graded.found - graded.done) else ""
    print(f"{summary(graded.records)}.{left}")
    print(f"report  {graded.report}\ntable   {graded.csv}")
    return 3 if any(record.status is Status.FAILED for record in graded.records) else 0


def _prove(arguments: argparse.Namespace) -> int:
    from ce_lib.proof.command import run

    with contextlib.chdir(_root(arguments) if not arguments.files else Path.cwd()):
        return run(arguments.files, arguments.changed)


def _doctor(arguments: argparse.Namespace) -> int:
    from ce_lib.doctor import doctor

    return doctor(install=arguments.install)


if __name__ == "__main__":
    sys.exit(main())
