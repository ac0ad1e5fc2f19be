"""nbgrader's ``generate_feedback`` and ``release_feedback`` with our pages; formgrader made safe.

``nbgrader_config.py`` puts these in place of nbgrader's own page, which runs students' HTML and
loads a script from another host; of its release, which stops at the first submission that did not
come through the exchange; of the filter by which formgrader shows answers in words; and of the
script by which it would set formulas, which comes from the network.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bleach import clean
from nbconvert.exporters import Exporter
from nbconvert.filters.markdown import markdown2html
from nbgrader.api import Gradebook
from nbgrader.exchange.default import ExchangeReleaseFeedback
from traitlets import Unicode

from .entries import Manual
from .feedback import feedback_page
from .noted import noted
from .problem import load_problem

__all__ = ["FeedbackPage", "ReleaseFeedback", "formulas", "safe_markdown"]

#: What Markdown makes of text; no image, which would ask another host for it.
TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "tbody", "td", "th", "thead", "tr"),
    *("div", "span"),
}


def _colours_code(tag: str, name: str, value: str) -> bool:
    """Whether it is a class that colours code; formgrader finds its own parts by others."""
    return name == "class" and re.fullmatch(r"highlight|hl-\w+|[a-z]{1,2}\d?", value) is not None


ATTRIBUTES = {"a": ["href"], "ol": ["start"], "div": _colours_code, "span": _colours_code}


def safe_markdown(text: str) -> str:
    """Markdown as HTML that can only be looked at: any other HTML in it is shown as text.

    Formgrader would put a student's HTML into a page with the instructor's rights; nbconvert's
    ``sanitize_html`` does not reach its template.
    """
    made = markdown2html(text)
    return str(clean(made, tags=TAGS, attributes=ATTRIBUTES, protocols=["http", "https", "mailto"]))


def formulas(_: str = "") -> str:
    """What sets a page's formulas, as scripts that ask nothing of the network."""
    from sphinxcontrib import katex  # it brings KaTeX; only formgrader's pages need it here

    library = (Path(katex.__file__).parent / "katex.min.js").read_text("utf-8")
    ours = (Path(__file__).parent / "jupyter" / "formulas.js").read_text("utf-8")
    return f"<script>{library}</script>\n<script>{ours}</script>\n"


class FeedbackPage(Exporter):
    """From a graded notebook and the gradebook as it stands now to the student's page."""

    root = Unicode(help="The course's top level.").tag(config=True)
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        place = resources["nbgrader"]
        name, student = place["assignment"], place["student"]
        problem = load_problem(Path(self.root), name)
        marks = [cell.metadata.get("nbgrader", {}).get("grade_id", cell.id) for cell in nb.cells]
        if marks != [cell.id for cell in problem.cells]:
            raise ValueError(
                f"{student}: {name} has changed since this was graded, grade it again first"
            )
        manual, scores = Manual(), {}
        with Gradebook(place["db_url"]) as gradebook:
            found = gradebook.find_submission_notebook(place["notebook"], name, student)
            penalty = found.late_submission_penalty or 0.0
            for grade in found.grades:
                scores[grade.name] = grade.auto_score
                manual.scores[grade.name] = (grade.manual_score, grade.extra_credit)
            for comment in found.comments:
                if comment.manual_comment:
                    manual.comments[comment.name] = comment.manual_comment
        scores = {cell: scores.get(cell) for cell in problem.max_scores}
        note = noted(place["db_url"], name, student)
        notes = note.split("; ") if note else []
        return feedback_page(problem, student, nb, scores, manual, notes, penalty), resources


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Release the pages of those who handed in through the exchange; name the others."""

    def copy_files(self) -> None:
        pages = Path(self.coursedir.root).glob(
            self.coursedir.format_path(
                self.coursedir.feedback_directory, "*", self.coursedir.assignment_id
            ).removeprefix(f"{self.coursedir.root}/")
        )
        stamps = ("timestamp.txt", "submission_secret.txt")
        others = sorted(
            page.parent.name
            for page in pages
            if not all(_readable(page / stamp) for stamp in stamps)
        )
        kept = self.coursedir.student_id_exclude
        try:
            if others:
                self.log.warning(
                    "Not handed in through the exchange, so there is nobody to release to: %s",
                    ", ".join(others),
                )
                self.coursedir.student_id_exclude = ",".join(filter(None, [kept, *others]))
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = kept


def _readable(path: Path) -> bool:
    try:
        return path.is_file() and bool(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False
