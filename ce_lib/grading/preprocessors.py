"""nbgrader's own ``autograde``, and formgrader's button, on this engine.

``nbgrader_config.py`` puts these in place of nbgrader's sanitising and of its execution in a
kernel. nbgrader does the rest: students, lateness, permissions and the gradebook.
"""

from __future__ import annotations

import atexit
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum, Unicode

from .engine import close, walls
from .evidence import misconceptions
from .judge import judge
from .noted import note_graded
from .problem import load_problem
from .sandbox import MODES
from .sanitise import Unusable, find_answers

__all__ = ["JudgeNotebook", "NoteGraded", "RebuildNotebook"]

# One warm sandbox serves all submissions of a run; left alone, Python would complain of it at exit.
atexit.register(close)


class RebuildNotebook(NbGraderPreprocessor):
    """Rebuild the notebook from our source, with the answers of the one handed in."""

    root = Unicode(help="The course's top level.").tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> Any:
        problem = load_problem(Path(self.root), resources["nbgrader"]["assignment"])
        try:
            answers = find_answers(nb, problem)
        except Unusable as error:
            raise ValueError(str(error)) from error
        for note in answers.notes:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], note)
        cells = []
        for cell in problem.cells:
            made = nbformat.from_dict(cell.released)
            made.source = answers.given.get(cell.id, made.source)
            cells.append(made)
        nb.cells, nb.metadata = cells, nbformat.from_dict(problem.metadata)
        nb.nbformat, nb.nbformat_minor = problem.nbformat
        return nb, resources


class JudgeNotebook(NbGraderPreprocessor):
    """Run the answers in a sandbox and the tests outside it; what they say becomes outputs."""

    root = Unicode(help="The course's top level.").tag(config=True)
    sandbox = Enum(MODES, "bubblewrap", help="Where the answers run.").tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> Any:
        problem = load_problem(Path(self.root), resources["nbgrader"]["assignment"])
        marks = ((cell.metadata.get("nbgrader", {}).get("grade_id"), cell) for cell in nb.cells)
        answers = {name: cell.source for name, cell in marks if name in problem.answers}
        problem.misconceptions = misconceptions(Path(self.root), problem.name, problem.reference)
        verdict = judge(problem, answers, walls(problem, self.sandbox))
        graded = nbformat.from_dict(verdict.notebook)
        nb.cells, nb.metadata = graded.cells, graded.metadata
        resources["course_behaved"] = verdict.behaved
        return nb, resources


class NoteGraded(NbGraderPreprocessor):
    """Note that this submission is graded, whatever became of an earlier try."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        place = resources["nbgrader"]
        behaved = resources.get("course_behaved", [])
        note_graded(place["db_url"], place["assignment"], place["student"], behaved)
        return nb, resources
