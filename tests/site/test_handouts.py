"""Problem sets in a reader's reach: to read, to download, with a library for plain pip."""

from __future__ import annotations

import json
import os
import subprocess
import venv
import zipfile
from pathlib import Path

import pytest

from ce_lib.site import handouts
from ce_lib.site.build import build_site
from ce_lib.site.wheel import WheelError, build_wheel

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel") / "kept")


def test_each_chapter_ends_with_its_problem_set_in_every_form(site):
    for number, chapter in (
        (1, "inner-product"),
        (2, "sigmoid"),
        (3, "maximum-likelihood"),
        (3, "logistic-regression"),
        (4, "softmax"),
        (5, "information"),
    ):
        page = (site / "book" / f"{chapter}.html").read_text("utf-8")
        section = page.partition('<section id="problem-set">')[2].partition("</section>")[0]
        for address in (
            f"../exercises/ps{number}/ps{number}.html",
            f"../handouts/ps{number}.ipynb",
            "../handouts/cross-entropy-exercises.zip",
            "-py3-none-any.whl",
            "problem-sets.html#on-your-machine",
        ):
            assert address in section, (chapter, address)
        # What the page shows and what is downloaded are what students get.
        given = (ROOT / "exercises" / f"ps{number}" / f"ps{number}.ipynb").read_bytes()
        assert (site / "handouts" / f"ps{number}.ipynb").read_bytes() == given
        shown = (site / "exercises" / f"ps{number}" / f"ps{number}.html").read_text("utf-8")
        assert "NotImplementedError" in shown
        assert "BEGIN SOLUTION" not in shown


def test_the_wheel_is_small_and_holds_no_solution(wheel):
    assert wheel.stat().st_size < 1_000_000
    names = zipfile.ZipFile(wheel).namelist()
    assert "ce_lib/logistic.py" in names
    assert "ce_lib/data/iris.csv" in names
    outside = [name for name in names if not name.startswith(("ce_lib/", "cross_entropy_course-"))]
    assert outside == []


def test_the_wheel_is_kept_until_the_source_changes_and_is_the_same_bytes(wheel, tmp_path):
    again = build_wheel(ROOT, wheel.parents[1])
    assert again == wheel
    assert build_wheel(ROOT, tmp_path / "other").read_bytes() == wheel.read_bytes()


def test_a_library_that_cannot_be_built_is_refused(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project\n")
    with pytest.raises(WheelError, match="cannot be built"):
        build_wheel(tmp_path, tmp_path / "kept")


def test_plain_pip_installs_the_bundle_without_a_network(site, tmp_path):
    """In a fresh environment: unpack, `pip install`, and the checks of a notebook run.

    NumPy, which comes from the network on a student's machine, is lent by this environment.
    """
    with zipfile.ZipFile(site / handouts.BUNDLE) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "cross-entropy-exercises"
    (wheel,) = folder.glob("*.whl")
    assert wheel.name in (folder / "README.txt").read_text()
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*command, "--find-links", folder, "cross-entropy-course"], check=True,
                   env=environment, cwd=tmp_path)  # fmt: skip

    notebook = json.loads((folder / "ps2" / "ps2.ipynb").read_text())
    sources = ["".join(cell["source"]) for cell in notebook["cells"]]
    check = next(text for text in sources if text.lstrip().startswith("(\n    check(sigmoid)"))
    script = tmp_path / "student.py"
    script.write_text(
        "import sys; sys.path.append(sys.argv[1])\n"  # last: the installed ce_lib comes first
        "import numpy as np, ce_lib\n"
        "from ce_lib.checks import check\n"
        "def sigmoid(u):\n    return 1 / (1 + np.exp(-np.asarray(u, dtype=float)))\n"
        f"{check}\nprint(ce_lib.__file__)\n"
    )
    import numpy

    lent = Path(numpy.__file__).parents[1]
    done = subprocess.run([python, script, lent], capture_output=True, text=True, check=False,
                          env=environment, cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.split()[-1]).is_relative_to(tmp_path / "env")


REPOSITORY = """# Book

## Problem set

{download}`Problem set 1 <../exercises/ps1/ps1.ipynb>` is fun.
"""


def test_colab_is_offered_where_there_is_a_public_repository(tmp_path, make_book):
    root = make_book(tmp_path, {"index": REPOSITORY})
    notebook = root / "exercises" / "ps1" / "ps1.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_bytes((ROOT / "exercises/ps1/ps1.ipynb").read_bytes())
    page = build_site(root) / "book" / "index.html"
    assert "colab" not in page.read_text("utf-8")
    config = root / "_config.yml"
    text = config.read_text("utf-8")
    address = "      repository_url: https://github.com/someone/course\n"
    marked = text.replace("    html_theme_options:\n", f"    html_theme_options:\n{address}")
    assert marked != text
    config.write_text(marked, encoding="utf-8")
    build_site(root)
    assert (
        "https://colab.research.google.com/github/someone/course/blob/main/"
        "exercises/ps1/ps1.ipynb" in page.read_text("utf-8")
    )
