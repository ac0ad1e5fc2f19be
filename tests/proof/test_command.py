"""`ce-course prove`: finds everything, stops at the first lie, remembers what has not changed."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from ce_lib.proof.command import find, run

GOOD = '''---
jupytext:
  text_representation:
    format_name: myst
---
# A page

```{code-cell}
:tags: [hide-input]

from ce_lib.proof import Derivation, show
%matplotlib inline
Derivation("square", given="a, b: real", text="""
    (a + b)**2
    = a**2 + 2*a*b + b**2   ; expand
""")
```

Text with Derivation("not code").

```{code-cell}
---
tags: [raises-exception]
---
Derivation("slip", "(a + b)**2\\n = a**2 + b**2", given="a, b: real")
```

````{code-cell}
show("sigmoid-reflection")
````
'''


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def proved(*files, changed=False):
    out = io.StringIO()
    return run(files, changed, out), out.getvalue()


def test_a_good_page(here):
    (here / "page.md").write_text(GOOD)
    code, text = proved("page.md")
    assert code == 0, text
    assert "3 statements, 7 steps proved" in text
    assert "page.md:13" in text
    assert "refused, as the page says" in text


BAD = {
    "a lie": ("= a**2 + 2*a*b", "= a**2 + 3*a*b", "RefutedError"),
    "an unproved step": ("    = a**2 +", "    <= exp((a + b)**2) - 1\n    = a**2 +", "Error"),
    "a lie that is not refused": (r"a**2 + b**2\"", r"a**2 + 2*a*b + b**2\"", ""),
    "not a literal": ('given="a, b: real", text', "given=GIVEN, text", "literals"),
    "unknown label": ("sigmoid-reflection", "sigmoid-refraction", "KeyError"),
    "not Python": ('given="a, b: real", text=', 'given="a, b: real" text=', "is not Python"),
    "missing argument": ('given="a, b: real", text=', "given=", "TypeError"),
}


@pytest.mark.parametrize("name", [n for n in BAD if n != "a lie that is not refused"])
def test_a_bad_page(here, name):
    old, new, words = BAD[name]
    assert old in GOOD
    (here / "page.md").write_text(GOOD.replace(old, new))
    code, text = proved("page.md")
    assert code == 1
    assert words in text
    assert "stopped at the first lie" in text


def test_an_announced_refusal_must_happen(here):
    page = GOOD.replace("a**2 + b**2", "a**2 + 2*a*b + b**2")
    (here / "page.md").write_text(page)
    code, text = proved("page.md")
    assert code == 1
    assert "ACCEPTED, but the page says refused" in text


def test_python_files_and_directories(here):
    (here / "sub").mkdir()
    (here / "sub" / "x.py").write_text('D = proof.Derivation("t", "1 + 1\\n = 2")\n')
    (here / "sub" / "y.md").write_text(GOOD)
    assert len(find(here / "sub" / "x.py")) == 1
    code, text = proved("sub")
    assert code == 0, text
    assert "4 statements" in text


def test_changed(here):
    page = here / "page.md"
    page.write_text(GOOD)
    assert proved("page.md", changed=True)[1].count("steps") > 1
    code, text = proved("page.md", changed=True)
    assert code == 0
    assert "0 statements" in text
    assert "1 unchanged files skipped" in text
    page.write_text(GOOD.replace("2*a*b", "4*a*b"))
    assert proved("page.md", changed=True)[0] == 1
    page.write_text(GOOD)  # a lie is not remembered as proved, and the truth still is
    assert proved("page.md", changed=True)[0] == 0
    (here / "_build" / "proved.json").write_text("broken")
    assert proved("page.md", changed=True)[0] == 0


def test_missing_file(here):
    with pytest.raises(FileNotFoundError):
        run(["nowhere.md"], False, io.StringIO())


@pytest.mark.slow
def test_everything_from_the_command_line(here):
    done = subprocess.run(
        [sys.executable, "-m", "ce_lib.proof"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "statements" in done.stdout.splitlines()[-1]
    (here / "page.md").write_text(GOOD.replace("2*a*b", "3*a*b"))
    done = subprocess.run(
        [sys.executable, "-m", "ce_lib.proof", "page.md"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
