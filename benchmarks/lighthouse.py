"""Google's Lighthouse, at the version that `tests/site/package.json` names, on pages of ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ce_lib.doctor import chromium, node

PACKAGE = Path(__file__).parents[1] / "tests" / "site" / "package.json"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


class LighthouseError(Exception):
    """Lighthouse could not be installed or run; the message says why."""


@dataclass(frozen=True)
class Rating:
    """Scores from 0 to 100 by category, and what was found wanting, one line each."""

    scores: dict[str, int]
    wanting: tuple[str, ...]


def installed() -> Path:
    """Return Lighthouse's script, fetched with npm into the user's cache the first time.

    Raises
    ------
    LighthouseError
        If npm is missing or fails.
    """
    version = json.loads(PACKAGE.read_text(encoding="utf-8"))["dependencies"]["lighthouse"]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "cross-entropy-course" / f"lighthouse-{version}"
    script = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if (folder / "ready").is_file():
        return script
    npm = shutil.which("npm")
    if npm is None:
        raise LighthouseError("npm is missing: `ce-course doctor --install` adds it")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(PACKAGE, folder)
    command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    # Its driver would fetch a browser of its own.
    environment = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if run.returncode or not script.is_file():
        said = (run.stderr or run.stdout).strip()[-400:]
        raise LighthouseError(f"npm cannot install lighthouse {version}: {said}")
    (folder / "ready").touch()
    return script


def rate(url: str, categories: Sequence[str] = CATEGORIES) -> Rating:
    """Rate the page at `url` as a phone on a slow line sees it.

    Raises
    ------
    LighthouseError
        If Lighthouse cannot be installed, or fails.
    """
    flags = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
    command = [
        node(), str(installed()), url, "--output=json", "--quiet",
        f"--only-categories={','.join(categories)}", f"--chrome-flags={flags}",
        # it takes the guessed heights of sections that are not laid out yet for distances, and
        # finds links on top of each other that are a screen apart; tests/site/test_access.py
        # checks the size of targets on every page, with all of it laid out
        "--skip-audits=target-size",
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": chromium()}
    run = subprocess.run(command, env=environment, capture_output=True, text=True)
    if run.returncode:
        raise LighthouseError(f"lighthouse fails on {url}: {run.stderr.strip()[-400:]}")
    said = json.loads(run.stdout)
    wanting = [
        f"{category['id']}: {said['audits'][one['id']]['title']}"
        for category in said["categories"].values()
        for one in category["auditRefs"]
        if one["weight"] and (said["audits"][one["id"]]["score"] or 0) < 0.9
        and said["audits"][one["id"]]["scoreDisplayMode"] not in {"notApplicable", "manual"}
    ]  # fmt: skip
    scores = {name: round(100 * one["score"]) for name, one in said["categories"].items()}
    return Rating(scores, tuple(wanting))
