"""The rule of tests/conftest.py itself: with CI=true a skip is red, elsewhere it is counted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = {
    "called": "import pytest\ndef test_it():\n    pytest.skip('no browser')\n",
    "marked": "import pytest\n@pytest.mark.skipif(True, reason='no sandbox')\ndef test_it(): 1\n",
    "fixture": "import pytest\n@pytest.fixture\ndef web(): pytest.skip('no browser')\n"
    "def test_it(web): 1\n",
}


@pytest.mark.parametrize("kind", SKIPS)
def test_a_skip_is_red_in_ci_and_counted_elsewhere(root: Path, tmp_path: Path, kind: str) -> None:
    shutil.copy(root / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_skips.py").write_text(SKIPS[kind])

    def run(ci: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
            cwd=tmp_path, env={**os.environ, "CI": ci, "PYTHONPATH": str(root)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert run("true").returncode == 1
    elsewhere = run("")
    assert elsewhere.returncode == 0
    assert "1 tests were NOT RUN" in elsewhere.stdout
