"""``ce-course report``: the class report at any time, from the gradebook alone."""

from __future__ import annotations

from pathlib import Path

from .entries import LedgerError
from .grade import UNWALLED
from .outputs import OutputError, write_whole
from .place import GradingError, open_gradebook
from .problem import load_problem
from .records import to_csv
from .report import ReportData, attach_feedback, summary, write_report

__all__ = ["ReportError", "report_class"]


class ReportError(Exception):
    """There is nothing to report, or no place for the report; the message says what to do."""


def report_class(
    root: Path,
    name: str,
    output: Path | None = None,
    *,
    site: str = "",
    anonymous: bool = False,
) -> tuple[Path, str]:
    """Write the report of a problem set; return the page and one line on the class.

    Parameters
    ----------
    root : Path
        The course's top level.
    name : str
        The problem set, such as ``"ps3"``.
    output : Path, optional
        Where ``ce-course grade`` put the gradebook and the pages; by default the top level.
    site : str, optional
        Address of the published website, for the links to its sections; by default the website
        that was built here, if it was.
    anonymous : bool
        Write ``anonymous.html`` instead of ``index.html``, without a name in it, to be shown.

    Raises
    ------
    ReleaseError
        If there is no such problem set.
    ReportError
        If the gradebook has no submission of it, or the report cannot be written.
    GradingError
        If there is no gradebook or it cannot be read.
    """
    root = root.resolve()
    output = (output or root).resolve()
    problem = load_problem(root, name)
    try:
        with open_gradebook(root, output, problem) as ledger:
            records = ledger.records()
            if not records:
                raise ReportError(
                    f"nobody has a submission of {name} in the gradebook {ledger.place}, which has "
                    f"{ledger.inventory()}: grade first, with `ce-course grade {name} --submitted "
                    "FOLDER`, or name the folder that it graded into with --graded"
                )
            unwalled = any(one.sandbox == "none" for one in ledger.standings().values())
            data = ReportData(
                records,
                output,
                ledger.unanswered(),
                ledger.names(),
                UNWALLED if unwalled else "",
                site,
                anonymous,
            )
    except LedgerError as error:
        raise GradingError(str(error)) from error
    attach_feedback(records, output, name)
    reports = output / "reports" / name
    page = reports / ("anonymous.html" if anonymous else "index.html")
    try:
        if not anonymous:
            write_whole(reports / "grades.csv", to_csv(records, problem.max_scores).encode())
        return write_report(page, root, problem, data), summary(records)
    except OutputError as error:
        raise ReportError(str(error)) from error
