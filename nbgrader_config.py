"""nbgrader's own commands, formgrader and `ce-course` all read this file."""

import os
import sys
from pathlib import Path

from ce_lib.grading import release
from ce_lib.grading.release import CODE_STUB, TEXT_STUB, write_sources

c = get_config()  # noqa: F821 (nbgrader defines it)

root = Path(__file__).resolve().parent

# nbgrader calls `alembic` by its name; it lies beside this Python, whether or not that is on PATH
tools = str(Path(sys.executable).parent)
if tools not in (paths := os.environ.get("PATH", os.defpath).split(os.pathsep)):
    os.environ["PATH"] = os.pathsep.join([tools, *paths])

c.CourseDirectory.course_id = "cross-entropy"
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "_build/nbgrader/source"
c.CourseDirectory.release_directory = "exercises"
# solutions/ is text; the notebooks that nbgrader reads are made from it, here and now if it changed
# - but not for students, who may start their JupyterLab from here and cannot look into solutions/
if os.access(root / "solutions", os.R_OK | os.X_OK) and os.access(root, os.W_OK):
    write_sources(root)
# a gradebook for several graders, such as postgresql+psycopg://NAME@HOST/gradebook; its password
# is best kept in ~/.pgpass. Without it: gradebook.db in this folder.
if db_url := os.environ.get("COURSE_DB_URL"):
    c.CourseDirectory.db_url = db_url

# The folder through which students fetch and hand in; everybody must be able to write to it.
c.Exchange.root = os.environ.get("COURSE_EXCHANGE", "/usr/local/share/nbgrader/exchange")

# exercises/ is always made anew, never edited by hand
c.GenerateAssignment.force = True
c.ClearSolutions.code_stub = {"python": CODE_STUB}
c.ClearSolutions.text_stub = TEXT_STUB

# `nbgrader autograde` and formgrader's button grade with the course's own engine: the notebook is
# rebuilt from our source, the answers run in a sandbox, the tests outside it
# (by name, so that reading this file loads none of it)
c.Autograde.sanitize_preprocessors = [
    "ce_lib.grading.preprocessors.RebuildNotebook",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "ce_lib.grading.preprocessors.JudgeNotebook",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "ce_lib.grading.preprocessors.NoteGraded",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.RebuildNotebook.root = str(root)
c.JudgeNotebook.root = str(root)
# feedback is the page that `ce-course grade` writes, with what was graded by hand since then
c.GenerateFeedback.exporter_class = "ce_lib.grading.pages.FeedbackPage"
c.GenerateFeedback.preprocessors = []
c.FeedbackPage.root = str(root)
c.ExchangeFactory.release_feedback = "ce_lib.grading.pages.ReleaseFeedback"
# formgrader's pages, with students' text in them, run no script of theirs
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {
    "markdown2html": "ce_lib.grading.pages.safe_markdown",
    "course_formulas": "ce_lib.grading.pages.formulas",
}
# their formulas are set by what is here, not by what they would fetch from the network; nbconvert
# finds the template that says so in this folder
templates = str(Path(release.__file__).parent / "jupyter")
if templates not in (paths := os.environ.get("JUPYTER_PATH", "").split(os.pathsep)):
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [templates, *paths]))

# `nbgrader validate` runs a student's notebook in a kernel of their own: a right answer that writes
# a warning is a right answer, and a cell that loops costs its own points only
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"[\s\S]*"
c.Execute.timeout = 10
# ipykernel says on every start that it talks to this machine in plain text
c.Execute.extra_arguments = ["--IPKernelApp.log_level=40"]
