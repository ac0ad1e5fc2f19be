"""What a reader can do with a problem set, beside each link to its notebook.

In a section “Problem set” that offers a notebook of `exercises/` to download, a line follows: view
it as a page, get `ce_lib`'s wheel, open it elsewhere. `{handouts}` shows the file with all of them.
The files have names that stay, in the folder `handouts` of the site.
"""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from ce_lib.site.elements import element, make
from ce_lib.site.wheel import WheelError, build_wheel, write_bundle

logger = logging.getLogger(__name__)

FOLDER = "handouts"
BUNDLE = f"{FOLDER}/cross-entropy-exercises.zip"
_CACHE = "wheel"  # beside the folder of the pages


class handouts(nodes.General, nodes.Element):
    """The place of the links to what holds all problem sets."""


class Handouts(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        return [handouts()]


def _notebooks(app: Sphinx) -> list[Path]:
    return sorted(Path(app.srcdir, "exercises").glob("*/*.ipynb"))


def _wheel(app: Sphinx) -> Path | None:
    """The wheel, or None for a book that has no library beside it or no notebooks."""
    root = Path(app.srcdir)
    if not (root / "ce_lib").is_dir() or not _notebooks(app):
        return None
    return build_wheel(root, Path(app.outdir).parent / _CACHE)


class Offer(SphinxPostTransform):
    """Add the line below each offer of a notebook, and fill the places of `{handouts}`."""

    default_priority = 5

    def run(self, **kwargs: object) -> None:
        if self.app.builder.name != "html":
            for place in list(self.document.findall(handouts)):
                place.parent.remove(place)
            return
        try:
            wheel = _wheel(self.app)
        except WheelError as error:
            logger.warning(str(error), location=self.env.docname, type="course", subtype="wheel")
            wheel = None
        for place in list(self.document.findall(handouts)):
            place.replace_self(self._all(wheel))
        for section in list(self.document.findall(nodes.section)):
            title = section.next_node(nodes.title)
            if title is None or title.astext().strip().casefold() != "problem set":
                continue
            for link in list(section.findall(addnodes.download_reference)):
                target = PurePosixPath(link["reftarget"])
                if target.suffix == ".ipynb" and "exercises" in target.parts:
                    paragraph = link.parent
                    place = paragraph.parent.index(paragraph) + 1
                    paragraph.parent.insert(place, self._line(target.stem, wheel))

    def _link(self, words: str, address: str) -> element:
        if "://" not in address:
            here = self.app.builder.get_target_uri(self.env.docname)
            address = relative_uri(here, address)
        return make("a", nodes.Text(words), href=address, classes="reference")

    def _line(self, name: str, wheel: Path | None) -> element:
        page = f"exercises/{name}/{name}"
        links = []
        if page in self.env.found_docs:
            links.append(self._link("read it here", self.app.builder.get_target_uri(page)))
        links.append(self._link("the notebook", f"{FOLDER}/{name}.ipynb"))
        if wheel:
            links.append(self._link("ce_lib as a wheel", f"{FOLDER}/{wheel.name}"))
            links.append(self._link("everything in one file", BUNDLE))
        if address := self._colab(page):
            links.append(self._link("open in Colab", address))
        if "book/problem-sets" in self.env.found_docs:
            how = self._link(
                "how to open it in JupyterLab",
                self.app.builder.get_target_uri("book/problem-sets"),
            )
            how["attrs"]["href"] += "#on-your-machine"
            links.append(how)
        items = [make("li", link) for link in links]
        return make("ul", *items, classes="handouts", aria_label="This problem set")

    def _colab(self, page: str) -> str:
        """Colab opens what lies in a public repository: no address without one."""
        options = self.config.html_theme_options
        repository = str(options.get("repository_url", "")).rstrip("/")
        if not repository.startswith("https://github.com/"):
            return ""
        branch = options.get("repository_branch") or "main"
        place = repository.removeprefix("https://github.com/")
        return f"https://colab.research.google.com/github/{place}/blob/{branch}/{page}.ipynb"

    def _all(self, wheel: Path | None) -> element:
        if wheel is None:
            return make("p", nodes.Text("The notebooks are in the folder exercises."))
        return make(
            "p",
            self._link("All problem sets with ce_lib, in one file", BUNDLE),
            nodes.Text(" (a .zip of "),
            nodes.Text(f"{len(_notebooks(self.app))} notebooks, the library and a README); "),
            self._link("the library alone", f"{FOLDER}/{wheel.name}"),
            nodes.Text(", a wheel for pip."),
        )


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html":
        return
    try:
        wheel = _wheel(app)
    except WheelError:
        return  # said when the page was written
    folder = Path(app.outdir, FOLDER)
    shutil.rmtree(folder, ignore_errors=True)
    notebooks = _notebooks(app)
    if not notebooks:
        return
    folder.mkdir()
    for path in notebooks:
        shutil.copyfile(path, folder / path.name)
    if wheel is not None:
        shutil.copyfile(wheel, folder / wheel.name)
        write_bundle(notebooks, wheel, Path(app.outdir, BUNDLE))


def setup(app: Sphinx) -> None:
    app.add_node(handouts)
    app.add_directive("handouts", Handouts)
    app.add_post_transform(Offer)
    app.connect("build-finished", _write, priority=600)
