"""Refuse a chapter whose code cells fail or warn.

MyST-NB says only *that* a notebook failed, and sees nothing in a cell whose output is removed.
This reads the executed notebook, so that a hidden warning counts too and the message names the
cell. A cell that shows a warning to the reader on purpose says so:

    ```{code-cell}
    :mystnb: {output_stderr: show}
    ```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

_KERNEL_FILE = re.compile(r"\S*ipykernel_\d+\S*\.py:(\d+)")


def cell_problems(notebook: Any) -> Iterator[tuple[int, str]]:
    """Yield (index of the cell among all cells, message) for each cell that fails or warns.

    `notebook` is an executed `nbformat` notebook.
    """
    number = 0
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        number += 1
        shown = cell.metadata.get("mystnb", {}).get("output_stderr") == "show"
        expected = "raises-exception" in cell.metadata.get("tags", [])
        first = next((line for line in cell.source.splitlines() if line.strip()), "")
        for output in cell.outputs:
            if output.output_type == "error" and not expected:
                said = f"{output.ename}: {output.evalue}"
                yield index, f"code cell {number} (`{first}`) fails: {said}"
            elif output.output_type == "stream" and output.name == "stderr" and not shown:
                said = _name_lines(output.text.strip())
                yield index, f"code cell {number} (`{first}`) writes to stderr: {said}"


def _name_lines(text: str) -> str:
    """Say `line 4` for the kernel's temporary file: its name differs at each run and machine."""
    return _KERNEL_FILE.sub(r"line \1", text)


def _check(app: Sphinx, doctree: nodes.document) -> None:
    docname = app.env.docname
    executed = getattr(app.env, "nb_metadata", {}).get(docname, {}).get("exec_data")
    if not executed:
        return
    path = Path(app.outdir).parent / "jupyter_execute" / f"{docname}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    lines = app.env.metadata[docname].get("source_map") or []
    for index, message in cell_problems(notebook):
        line = lines[index] if index < len(lines) else None
        logger.warning(message, location=(docname, line), type="course", subtype="cell")


def _tidy_warnings(app: Sphinx, doctree: nodes.document) -> None:
    """Leave the kernel's temporary file out of the warnings that are shown."""
    for block in doctree.findall(nodes.literal_block):
        if "stderr" in block["classes"]:
            text = _name_lines(block.astext())
            block.children = [nodes.Text(text)]
            block.rawsource = text


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", _check)
    app.connect("doctree-read", _tidy_warnings)
