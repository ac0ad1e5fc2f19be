"""`{interactive} name`: a figure that the reader moves, drawn once at build for all who cannot.

    ```{interactive} softmax
    :alt: what the first frame shows, and what moving it shows
    A caption: what to move and what to look for.
    ```

A figure is one script in `book/_assets/interactive/`, on top of `kit.js`. It draws by returning
SVG as text, so `node` draws its first frame here with the code that moves it in the browser.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from ce_lib.site.elements import CourseDirective, make, record
from ce_lib.site.node import find_node

_NAME = re.compile(r"[a-z][a-z-]*")

_DRAW = """
const fs = require("fs"), vm = require("vm");
for (const file of process.argv.slice(2)) {
  vm.runInThisContext(fs.readFileSync(file, "utf8"), { filename: file });
}
process.stdout.write(JSON.stringify(CourseFigures.frames()));
"""


class FigureError(Exception):
    """The scripts of the figures could not be run, or one of them draws nothing."""


def draw_frames(folder: Path) -> dict[str, tuple[str, str]]:
    """Return the first frame of every figure in `folder` by name: the SVG, and its controls.

    Raises
    ------
    FigureError
        If a script fails, or does not define the figure that it is named after.
    """
    scripts = sorted(path for path in folder.glob("*.js") if path.name != "kit.js")
    command = [str(find_node()), "-e", _DRAW, "--", "frames", str(folder / "kit.js")]
    # With -e there is no script's name at argv[1]; "frames" stands in its place.
    run = subprocess.run(
        [*command, *map(str, scripts)], capture_output=True, text=True, timeout=60, check=False
    )
    if run.returncode:
        said = run.stderr.strip().splitlines()
        raise FigureError("the figures cannot be drawn: " + "\n".join(said[:5]))
    frames = {name: (svg, panel) for name, (svg, panel) in json.loads(run.stdout).items()}
    for script in scripts:
        if not frames.get(script.stem, ("",))[0].startswith("<svg"):
            raise FigureError(f"{script.name} defines no figure {script.stem!r}")
    return frames


class Interactive(CourseDirective):
    required_arguments = 1
    option_spec = {"alt": directives.unchanged_required}  # noqa: RUF012  (docutils' own way)
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        folder = Path(self.env.srcdir, "book", "_assets", "interactive")
        script = folder / f"{name}.js"
        if not _NAME.fullmatch(name) or name == "kit" or not script.is_file():
            known = ", ".join(sorted(p.stem for p in folder.glob("*.js") if p.stem != "kit"))
            self.refuse(f"there is no interactive figure {name!r}: there are {known or 'none'}")
            return []
        alt = " ".join(self.options.get("alt", "").split())
        if not alt:
            self.refuse("this figure has no alt text: state with `:alt:` what it shows")
            return []
        if not any(line.strip() for line in self.content):
            self.refuse("this figure has no caption: say what to move and what to look for")
            return []
        if name in record(self.env, "interactive"):
            self.refuse(f"this page shows the figure {name!r} twice")
            return []
        try:
            frame = _frames(self.env.app)[name]
        except FigureError as error:
            self.refuse(str(error))
            return []
        record(self.env, "interactive").append(name)
        for path in (folder / "kit.js", script):
            self.env.note_dependency(str(path))
        return [self._figure(name, alt, frame)]

    def _figure(self, name: str, alt: str, frame: tuple[str, str]) -> nodes.Element:
        stage = make(
            "div",
            nodes.raw("", frame[0], format="html"),
            classes="interactive-stage",
            role="img",
            aria_label=alt,
        )
        panel = make("div", nodes.raw("", frame[1], format="html"), classes="interactive-panel")
        hint = "The figure moves when JavaScript is on; this is how it starts."
        still = make("p", nodes.Text(hint), classes="interactive-hint")
        caption = make("figcaption", *self.blocks(list(self.content), 0))
        figure = make(
            "figure", stage, panel, still, caption, classes="interactive", data_interactive=name
        )
        figure["ids"].append(f"interactive-{name}")
        figure["assets"] += ["study.css", "interactive/kit.js", f"interactive/{name}.js"]
        return figure


def _frames(app: Sphinx) -> dict[str, tuple[str, str]]:
    """Return the frames of all figures, drawn once a build."""
    kept = vars(app)
    if "course_frames" not in kept:
        kept["course_frames"] = draw_frames(Path(app.srcdir, "book", "_assets", "interactive"))
    frames: dict[str, tuple[str, str]] = kept["course_frames"]
    return frames


def setup(app: Sphinx) -> None:
    app.add_directive("interactive", Interactive)
