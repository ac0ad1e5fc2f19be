"""Build the static website, and say what is wrong in words when it does not build.

`build_site` runs Jupyter Book with every warning an error. Around it stands what Jupyter Book
leaves out: a build that failed never counts as done, changed code runs the chapters again, and
changed style sheets reach the site.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import ce_lib
from ce_lib.site.about import VARIABLES
from ce_lib.site.problems import Problem, SiteError, last_words, read_problems

# The documents in memory are millions of small objects that all stay: to look through them for
# garbage takes a fifth of the time. To check addresses in other alphabets, jsonschema would build
# dozens of parsers on import: a third of the time until Sphinx starts. It does without where the
# package is missing.
_START = """
import gc, sys
gc.set_threshold(200_000, 20, 100)
sys.modules["rfc3987_syntax"] = None
from jupyter_book.cli.main import main
main()
"""

STATE = "site-state.json"

# Parts of ce_lib that no chapter can call: a change there runs no cell again.
_NOT_FOR_CHAPTERS = {"site", "grading", "commands", "cli.py"}
_LIBRARIES = ("numpy", "matplotlib", "sympy", "mpmath", "jupyter-book", "sphinx", "myst-nb")


def build_site(
    root: Path, *, fresh: bool = False, quiet: bool = True, out: Path | None = None
) -> Path:
    """Build the website of the book at `root` and return the folder with its pages.

    Parameters
    ----------
    root
        The folder that holds `_config.yml` and `_toc.yml`.
    fresh
        Run every cell and write every page again, whatever is there.
    quiet
        Print nothing; otherwise Jupyter Book's progress is shown.
    out
        The folder that gets `_build/`; `root` if not given.

    Returns
    -------
    Path
        `_build/html`. With nothing changed since the last good build, it is returned at once.

    Raises
    ------
    SiteError
        If a cell fails or warns, a reference is broken, a formula does not render, a figure has
        no alt text, a page would fetch from another host, or anything else makes a warning.
    """
    root = root.resolve()
    for name in ("_config.yml", "_toc.yml"):
        if not (root / name).is_file():
            raise SiteError([Problem(f"{root} is no book: it has no {name}")])
    build = (out or root).resolve() / "_build"
    html = build / "html"
    if not fresh and is_up_to_date(root, out=out):
        return html
    state_file = build / STATE
    before = _read_state(state_file)
    now = _fingerprints(root)

    # No state until this build is good: after a failure Sphinx would skip the page that it has
    # already read or written, and with it the warning.
    state_file.unlink(missing_ok=True)
    if fresh or before.get("code") != now["code"]:
        _remove(build / ".jupyter_cache")
    if fresh or before.get("frame") != now["frame"] or before.get("code") != now["code"]:
        _remove_pages(build)
    problems = _run(root, build, quiet=quiet)
    if problems:
        _remove(build / ".doctrees")
        raise SiteError(problems)
    state_file.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    return html


def is_up_to_date(root: Path, *, out: Path | None = None) -> bool:
    """Return whether the last build was good and nothing has changed since."""
    build = (out or root).resolve() / "_build"
    if not (build / "html" / "index.html").is_file():
        return False
    return _read_state(build / STATE) == _fingerprints(root.resolve())


def _run(root: Path, build: Path, *, quiet: bool) -> list[Problem]:
    environment = _environment(build)
    _warm_fonts(environment)
    command = [sys.executable, "-c", _START]
    command += ["build", str(root), "--path-output", str(build.parent)]
    command += ["-W", "-n", "--keep-going"]
    returncode, stderr = _run_group(command, root, environment, quiet=quiet)
    if returncode == 0:
        return []
    if problems := list(read_problems(stderr, root)):
        return problems
    return [Problem(f"Jupyter Book ended with code {returncode}:\n{last_words(stderr)}")]


def _run_group(
    command: list[str], folder: Path, environment: dict[str, str], *, quiet: bool
) -> tuple[int, str]:
    """Run `command` and return its exit code and what it wrote to stderr.

    A build starts a server for formulas and kernels for cells. One that outlives it, as happens on
    a busy machine, would hold a pipe open and keep us waiting for ever; so stderr goes to a file,
    and whatever is left of the group is ended with it.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else None,
            stderr=errors,
            start_new_session=True,
        )
        try:
            process.wait()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        errors.seek(0)
        return process.returncode, errors.read().decode("utf-8", "replace")


def _environment(build: Path) -> dict[str, str]:
    """Return the environment for the build: this Python's, and none of the user's own settings."""
    environment = dict(os.environ)
    # Scripts and kernels of this Python's environment before any other.
    scripts = str(Path(sys.executable).parent)
    environment["PATH"] = os.pathsep.join([scripts, environment.get("PATH", os.defpath)])
    environment["JUPYTER_PREFER_ENV_PATH"] = "1"
    environment["PYTHONIOENCODING"] = "utf-8"
    for name in ("PYTHONWARNINGS", "MPLBACKEND", "PYTHONSTARTUP"):
        environment.pop(name, None)
    environment.setdefault("IPYTHONDIR", str(build / ".ipython"))
    environment.setdefault("MPLCONFIGDIR", str(build / ".matplotlib"))
    return environment


def _warm_fonts(environment: dict[str, str]) -> None:
    # On its first run matplotlib may announce on stderr that it lists the fonts, in whichever
    # chapter comes first; a chapter that writes to stderr fails.
    folder = Path(environment["MPLCONFIGDIR"])
    if not any(folder.glob("fontlist-*.json")):
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-c", "import matplotlib.font_manager"]
        subprocess.run(command, env=environment, check=False, capture_output=True)


def _fingerprints(root: Path) -> dict[str, str]:
    """Return what the site was made from: `code` run by cells, `frame` around pages, `book`."""
    library = Path(ce_lib.__file__).parent
    versions = [sys.version, *(_version(name) for name in _LIBRARIES)]
    code = [
        path
        for path in _files(library)
        if path.relative_to(library).parts[0] not in _NOT_FOR_CHAPTERS
    ]
    frame = [root / "_config.yml", root / "_toc.yml", *_files(library / "site")]
    pages: list[Path] = []
    for path in _files(root / "book"):
        in_frame = path.relative_to(root / "book").parts[0] in {"_assets", "_vendor"}
        (frame if in_frame else pages).append(path)
    # A page may offer a problem set to download, or include a file of the top level.
    pages += _files(root / "exercises")
    # It names tasks and misconceptions of the problem sets, and shows the evidence.
    for kind in ("*/ps*.md", "*/misconceptions.py", "*.md"):
        pages += root.glob(f"solutions/{kind}")
    pages += [path for path in root.iterdir() if path.suffix in {".md", ".ipynb", ".bib", ".cff"}]
    return {
        "code": _digest(code, versions),
        "frame": _digest(frame, [*versions, *(os.environ.get(name, "") for name in VARIABLES)]),
        "book": _digest(pages, []),
    }


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]


def _digest(paths: Iterable[Path], extra: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for text in extra:
        digest.update(f"{text}\0".encode())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{name} absent"


def _read_state(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _remove_pages(build: Path) -> None:
    for name in (".doctrees", "html", "jupyter_execute"):
        _remove(build / name)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
