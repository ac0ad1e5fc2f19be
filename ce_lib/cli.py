"""``ce-course``: build the course, release its problem sets, grade a class."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ce_lib.grading.changes import Changes

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
    site.add_argument(
        "--check-links",
        action="store_true",
        help="then ask each address on the web that the pages link to, once; needs a network",
    )

    pdf = command("pdf", "print the whole course as one PDF, with Chromium", "pdf -o course.pdf")
    pdf.add_argument(
        "-o", "--output", type=Path, help="default: cross-entropy.pdf in _build/html, where the "
        "pages link to it",
    )  # fmt: skip

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

    sample = command(
        "sample_class",
        "make up a class of any size, to try grading on",
        "sample-class ps2 --students 200 --into practice",
    )
    sample.add_argument("name", metavar="psN")
    sample.add_argument("--students", type=int, default=200, metavar="N", help="default: 200")
    sample.add_argument(
        "--into", type=Path, required=True, metavar="DIR",
        help="a folder of its own; the submissions go into DIR/submitted",
    )  # fmt: skip
    sample.add_argument(
        "--seed", type=int, default=0, metavar="K", help="another one for another class"
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
    where = grade.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=int, metavar="N", help="at once (default: one a core)")
    where.add_argument(
        "--cluster",
        metavar="ADDRESS",
        default="",
        help="grade on the workers of this Dask scheduler, such as tcp://10.0.0.5:8786",
    )
    grade.add_argument(
        "--sandbox",
        choices=("bubblewrap", "none"),
        default="bubblewrap",
        help="none: run the submissions as you, behind no wall (default: bubblewrap)",
    )
    grade.add_argument(
        "--dry-run",
        action="store_true",
        help="write nothing; only say whose grade would change, after a change of the tests",
    )
    grade.epilog = f"{grade.epilog}; exit code 0: all graded, 3: some failed, 1: stopped"

    lab = command(
        "lab",
        "JupyterLab with formgrader, or with --student what a student sees",
        "lab --student ada --exchange ~/exchange",
    )
    lab.add_argument("--student", metavar="NAME", help="as this student, in a folder of their own")
    lab.add_argument("--folder", type=Path, help="that folder (default: students/NAME)")
    lab.add_argument(
        "--exchange",
        type=Path,
        help="where students fetch and hand in (default: as nbgrader_config.py says)",
    )
    lab.add_argument(
        "more", nargs="*", metavar="-- ...", help="arguments of JupyterLab: -- --no-browser"
    )

    _collecting(command)
    _exporting(command)
    _giving_back(command)

    report = command(
        "report",
        "what the class understood, as one page, from the gradebook",
        "report ps3 --output graded/",
    )
    report.add_argument("name", metavar="psN")
    report.add_argument(
        "--output",
        type=Path,
        help="the folder that it was graded into (default: the course's top level)",
    )
    report.add_argument(
        "--site", default="", metavar="URL", help="link to the website there (default: built here)"
    )
    report.add_argument(
        "--anonymous", action="store_true", help="a page to show, with no name in it"
    )

    similar = command(
        "similar",
        "list programs that agree beyond what the task forces, to look at",
        "similar ps3 --output graded/",
    )
    similar.add_argument("name", metavar="psN")
    similar.add_argument(
        "--output",
        type=Path,
        help="the folder that it was graded into (default: the course's top level)",
    )
    similar.add_argument(
        "--threshold", type=float, default=0.8, metavar="SHARE",
        help="of the shorter program that a pair must share, 0 to 1 (default: 0.8)",
    )  # fmt: skip

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


def _collecting(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    collect = command(
        "collect",
        "put what an LMS gives out into submitted/, a folder a student",
        "collect ps2 --from ps2-submissions.zip --roster worksheet.csv",
    )
    collect.add_argument("name", metavar="psN")
    collect.add_argument(
        "--from", dest="source", type=Path, required=True, metavar="PATH",
        help="the folder or zip, as it was downloaded",
    )  # fmt: skip
    collect.add_argument(
        "--format", choices=("moodle", "canvas", "exchange"), default="",
        help="whose file names they are (default: found out)",
    )  # fmt: skip
    collect.add_argument(
        "--roster", type=Path, metavar="CSV",
        help="who is who: Canvas's gradebook, Moodle's grading worksheet, or a list with the "
        "columns id, first_name, last_name, email, lms_user_id",
    )  # fmt: skip
    collect.add_argument(
        "--id-from", default="", metavar="COLUMN",
        help="the roster's column with the course's ids (default: id; SIS Login ID; Username; "
        "Email address)",
    )  # fmt: skip
    collect.add_argument(
        "--into", type=Path, metavar="DIR", help="default: submitted/ in the course's folder"
    )
    collect.add_argument(
        "--due", default="", metavar="TIME",
        help="when it was due, as '2026-11-18 23:59', for an LMS that says only that it was late",
    )  # fmt: skip
    collect.add_argument(
        "--timezone", default="", metavar="ZONE",
        help="of all times, such as Europe/Berlin (default: this machine's)",
    )  # fmt: skip
    collect.add_argument("--update", action="store_true", help="replace what was collected before")
    collect.add_argument("--all", action="store_true", help="list everything that was noticed")
    collect.epilog = f"{collect.epilog}; exit code 0: all understood, 3: some was not, 1: stopped"


def _exporting(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    export = command(
        "export",
        "write grades for an LMS, into a file that was exported there",
        "export ps2 --format moodle --from worksheet.csv",
    )
    export.add_argument("name", metavar="psN")
    export.add_argument("--format", choices=("nbgrader", "canvas", "moodle"), required=True)
    export.add_argument(
        "--from", dest="source", type=Path, metavar="CSV",
        help="the file as it was exported there: Canvas's gradebook, Moodle's grading worksheet or "
        "gradebook; it is not changed",
    )  # fmt: skip
    export.add_argument(
        "--to", type=Path, metavar="CSV", help="default: reports/psN/psN-FORMAT.csv"
    )
    export.add_argument(
        "--graded", type=Path, metavar="DIR",
        help="what `grade` got as --output (default: the course's top level)",
    )  # fmt: skip
    export.add_argument("--roster", type=Path, metavar="CSV", help="as for `collect`")
    export.add_argument("--id-from", default="", metavar="COLUMN", help="as for `collect`")
    export.add_argument(
        "--column", default="", help="the column to fill (default: the one with psN in its name)"
    )
    export.add_argument(
        "--match-on", default="", metavar="COLUMN",
        help="the file's column to find students by (default: every column that identifies)",
    )  # fmt: skip
    export.add_argument(
        "--scale", action="store_true", help="convert to the LMS's maximum if it is another"
    )
    export.add_argument(
        "--per-question", action="store_true",
        help="the points of single questions, too: in columns of their own, or as feedback in "
        "Moodle's worksheet",
    )  # fmt: skip
    export.add_argument("--all", action="store_true", help="list everything that was noticed")
    export.epilog = (
        f"{export.epilog}; exit code 0: every submission's grade is in the file, 3: some is not, "
        "1: stopped"
    )


def _giving_back(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    back = command(
        "feedback",
        "pack the students' pages into a zip that Moodle or Canvas takes",
        "feedback ps2 --from ps2-submissions.zip --roster worksheet.csv",
    )
    back.add_argument("name", metavar="psN")
    back.add_argument(
        "--from", dest="source", type=Path, required=True, metavar="PATH",
        help="the folder or zip with the submissions, the same that `collect` got",
    )  # fmt: skip
    back.add_argument("--roster", type=Path, metavar="CSV", help="the same that `collect` got")
    back.add_argument("--id-from", default="", metavar="COLUMN", help="as for `collect`")
    back.add_argument(
        "--format", choices=("moodle", "canvas"), default="",
        help="whose file names they are (default: found out)",
    )  # fmt: skip
    back.add_argument(
        "--to", type=Path, metavar="ZIP", help="default: reports/psN/psN-feedback-FORMAT.zip"
    )
    back.add_argument(
        "--graded", type=Path, metavar="DIR",
        help="what `grade` got as --output (default: the course's top level)",
    )  # fmt: skip
    back.add_argument(
        "--max-mb", type=float, default=0.0, metavar="N",
        help="what one upload may have at most; several zips are written if need be",
    )  # fmt: skip
    back.add_argument("--all", action="store_true", help="list everything that was noticed")
    back.epilog = f"{back.epilog}; exit code 0: every page is in it, 3: some is not, 1: stopped"


def _root(arguments: argparse.Namespace) -> Path:
    from ce_lib.course import find_root

    return find_root(arguments.root)


def _build(arguments: argparse.Namespace) -> int:
    from ce_lib.course import build_course

    build_course(_root(arguments))
    return 0


def _site(arguments: argparse.Namespace) -> int:
    from ce_lib.site.build import build_site

    html = build_site(_root(arguments), fresh=arguments.fresh)
    print(html / "index.html")
    return _check_links(html) if arguments.check_links else 0


def _check_links(html: Path) -> int:
    from tqdm import tqdm

    from ce_lib.site.links import broken_web_links, web_links

    found = web_links(html)
    broken = broken_web_links(
        found, progress=lambda addresses: tqdm(addresses, desc="links", unit=" addresses")
    )
    for one in broken:
        print(one, file=sys.stderr)
    print(f"{len(found)} addresses on the web, {len(broken)} of them lead nowhere")
    return 1 if broken else 0


def _pdf(arguments: argparse.Namespace) -> int:
    from ce_lib.site.build import build_site
    from ce_lib.site.pdf import make_pdf

    root = _root(arguments)
    print(make_pdf(root, build_site(root), arguments.output))
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


def _sample_class(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ce_lib.grading.sample_class import make_class

    name, place = arguments.name, arguments.into
    make_class(
        _root(arguments),
        name,
        place / "submitted",
        arguments.students,
        arguments.seed,
        lambda numbers: tqdm(numbers, desc=name, unit=" students"),
    )
    print(f"{arguments.students} made-up submissions in {place / 'submitted'}")
    print(f"next    ce-course grade {name} --submitted {place / 'submitted'} --output {place}")
    return 0


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
        cluster=arguments.cluster,
        dry_run=arguments.dry_run,
    )
    for record in graded.records:
        score = "     –" if record.score is None else f"{record.score:6.2f}"
        print(f"{record.student:<24} {score} / {record.max_score:g}  {record.status}", end="")
        print(f": {record.note}" if record.note else "")
    for line in graded.ignored:
        print(f"not understood: {line}")
    if graded.changes.compared and (graded.done or arguments.dry_run):
        _tell_changes(graded.changes)
    if arguments.dry_run:
        print("Nothing was written: this was a dry run.")
        return 0
    left = f" {up_to_date} were up to date." if (up_to_date := graded.found - graded.done) else ""
    print(f"{summary(graded.records)}.{left}")
    print(f"report  {graded.report}\ntable   {graded.csv}")
    if graded.changes.before:
        print(f"changes {graded.report.with_name('changes.html')} and changes.csv")
    return 3 if any(record.status is Status.FAILED for record in graded.records) else 0


def _tell_changes(changes: Changes) -> None:
    from ce_lib.grading.changes import lines

    print("\nsince the problem set changed:")
    for text in changes.of_the_set():
        print(f"  {text}")
    for text in lines(changes, 40):
        print(f"  {text}")
    print(f"{changes}.")
    if changes.pending:
        print(f"{len(changes.pending)} are not yet graded with these tests.")
    print()


def _lab(arguments: argparse.Namespace) -> int:
    from ce_lib.lab import LabError, for_instructor, for_student, start

    root, exchange = _root(arguments), arguments.exchange
    if arguments.student:
        lab = for_student(root, arguments.student, arguments.folder, exchange)
    elif arguments.folder:
        raise LabError("--folder is a student's: say whose with --student NAME")
    else:
        lab = for_instructor(root, exchange)
    print(f"folder    {lab.folder}\nexchange  {lab.exchange}", flush=True)
    if not lab.exchange.is_dir():
        print(
            f"{lab.exchange} is missing: nothing can be fetched or handed in. Make it, writable by "
            "everybody (chmod 777), or name another with --exchange.",
            file=sys.stderr,
        )
    start(lab, arguments.more)
    return 0


def _collect(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ce_lib.grading.lms.collect import collect
    from ce_lib.grading.lms.dates import parse_date, zone_named
    from ce_lib.grading.lms.findings import LmsError, listed
    from ce_lib.grading.lms.roster import read_roster

    root = _root(arguments)
    zone = zone_named(arguments.timezone)
    due = parse_date(arguments.due, zone) if arguments.due else None
    if arguments.due and due is None:
        raise LmsError(f"--due {arguments.due!r} is no time: give one such as '2026-11-18 23:59'")
    roster = read_roster(arguments.roster, arguments.id_from, zone) if arguments.roster else None
    into = arguments.into or root / "submitted"
    done = collect(
        root,
        arguments.name,
        arguments.source,
        into,
        lms=arguments.format,
        roster=roster,
        due=due,
        update=arguments.update,
        progress=lambda students: tqdm(students, desc=arguments.name, unit=" students"),
    )
    print("\n".join(listed(done.findings, 10**9 if arguments.all else 40)))
    if roster is not None:
        print(f"students are called as in column '{roster.id_from}' of {roster.path.name}")
    print(
        f"{done.lms}: {done.count('new')} collected, {done.count('replaced')} replaced, "
        f"{done.count('unchanged')} unchanged, {done.count('kept')} kept as they were"
    )
    here = into.relative_to(Path.cwd()) if into.is_relative_to(Path.cwd()) else into
    print(f"next    ce-course grade {arguments.name} --submitted {here}")
    return 0 if done.complete else 3


def _export(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ce_lib.grading.lms.export import export_nbgrader, fill
    from ce_lib.grading.lms.findings import LmsError, listed
    from ce_lib.grading.lms.grades import read_grades
    from ce_lib.grading.lms.roster import read_roster
    from ce_lib.grading.lms.wanted import title

    root, name = _root(arguments), arguments.name
    place = arguments.graded or root
    target = arguments.to or place / "reports" / name / f"{name}-{arguments.format}.csv"
    if arguments.format != "nbgrader" and arguments.source is None:
        raise LmsError(
            f"--from is missing: export the file from {arguments.format.capitalize()} first, so "
            "that its students and columns are found again"
        )
    if arguments.format == "nbgrader" and (arguments.source or arguments.column):
        raise LmsError("nbgrader's table is written from the gradebook alone, without --from")
    roster = read_roster(arguments.roster, arguments.id_from) if arguments.roster else None
    grades = read_grades(root, name, arguments.graded)
    if arguments.format == "nbgrader":
        done = export_nbgrader(grades, target, arguments.per_question)
    else:
        done = fill(
            grades,
            arguments.format,
            arguments.source,
            target,
            title=title(root, name),
            column=arguments.column,
            match_on=arguments.match_on,
            roster=roster.called() if roster else None,
            scale=arguments.scale,
            per_question=arguments.per_question,
            progress=lambda students: tqdm(students, desc=name, unit=" students"),
        )
    findings = [*(roster.findings if roster else []), *done.findings]
    print("\n".join(listed(findings, 10**9 if arguments.all else 40)))
    if done.rule:
        print(f"students found: {done.rule}")
    print(f"{done.written} of {len(grades.submissions)} submissions have their grade in {target}")
    if done.reads:
        print(f"next    {done.reads}")
    return 0 if done.complete and not any(f.open for f in findings) else 3


def _feedback(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ce_lib.grading.follow import follow_gradebook
    from ce_lib.grading.lms.findings import LmsError, counted, listed
    from ce_lib.grading.lms.give_back import READS, give_back
    from ce_lib.grading.lms.roster import read_roster

    root, name = _root(arguments), arguments.name
    if arguments.max_mb < 0:
        raise LmsError(f"--max-mb {arguments.max_mb:g} is no size: give a number such as 50")
    roster = read_roster(arguments.roster, arguments.id_from) if arguments.roster else None
    if anew := follow_gradebook(root, name, arguments.graded):
        print(f"{counted(len(anew), 'page')} made anew, with what the gradebook has by now")
    done = give_back(
        root,
        name,
        arguments.source,
        (arguments.graded or root) / "feedback",
        arguments.to,
        lms=arguments.format,
        roster=roster,
        most=int(arguments.max_mb * 1e6),
        progress=lambda students: tqdm(students, desc=name, unit=" students"),
    )
    print("\n".join(listed(done.findings, 10**9 if arguments.all else 40)))
    print(f"{counted(len(done.students), 'page')} in {', '.join(str(path) for path in done.zips)}")
    print(f"next    {READS[done.lms]}")
    return 0 if done.complete else 3


def _report(arguments: argparse.Namespace) -> int:
    from ce_lib.grading.class_report import report_class

    page, line = report_class(
        _root(arguments),
        arguments.name,
        arguments.output,
        site=arguments.site,
        anonymous=arguments.anonymous,
    )
    print(f"{line}.\nreport  {page}")
    return 0


def _similar(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ce_lib.grading.similar_page import find_similar

    found = find_similar(
        _root(arguments),
        arguments.name,
        arguments.output,
        threshold=arguments.threshold,
        progress=lambda items, what: tqdm(items, desc=what, unit=" students"),
    )
    for line in found.unread:
        print(f"left out: {line}", file=sys.stderr)
    print(f"{found.students} programs, {len(found.pairs)} pairs to look at; none is a verdict")
    print(f"page    {found.page}")
    return 0


def _prove(arguments: argparse.Namespace) -> int:
    from ce_lib.proof.command import run

    with contextlib.chdir(_root(arguments) if not arguments.files else Path.cwd()):
        return run(arguments.files, arguments.changed)


def _doctor(arguments: argparse.Namespace) -> int:
    from ce_lib.doctor import doctor

    return doctor(install=arguments.install)


if __name__ == "__main__":
    sys.exit(main())
