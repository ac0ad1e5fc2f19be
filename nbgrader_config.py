"""nbgrader's own commands, formgrader and `ce-course` all read this file."""

from pathlib import Path

from ce_lib.grading.release import CODE_STUB, TEXT_STUB, write_sources

c = get_config()  # noqa: F821 (nbgrader defines it)

root = Path(__file__).resolve().parent

c.CourseDirectory.course_id = "cross-entropy"
c.CourseDirectory.root = str(root)
# solutions/ is text; the notebooks that nbgrader reads are made from it, here and now if it changed
c.CourseDirectory.source_directory = "_build/nbgrader/source"
c.CourseDirectory.release_directory = "exercises"
write_sources(root)

# exercises/ is always made anew, never edited by hand
c.GenerateAssignment.force = True
c.ClearSolutions.code_stub = {"python": CODE_STUB}
c.ClearSolutions.text_stub = TEXT_STUB

# a right answer that writes a warning to stderr is a right answer
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"[\s\S]*"
# a test cell that a student deleted is put back; a tag cannot keep one from running
c.OverwriteCells.add_missing_cells = True
c.Execute.skip_cells_with_tag = "no cell is ever skipped"
# a cell that loops costs its own points only, after this many seconds
c.Execute.timeout = 10
# ipykernel says on every start that it talks to this machine in plain text
c.Execute.extra_arguments = ["--IPKernelApp.log_level=40"]
