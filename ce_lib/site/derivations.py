"""Give every page the style of derivations, which lies beside the code that writes them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

import ce_lib

STYLE = Path(ce_lib.__file__).parent / "proof" / "derivation.css"


def _copy_style(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / STYLE.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(STYLE, target)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_css_file(STYLE.name)
    app.connect("build-finished", _copy_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
