"""Rules for the whole suite: nothing is skipped where `CI` is true, nothing silently elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from benchmarks.browsing import FLAGS
from ce_lib.doctor import chromium

# every run tries the same examples, so a red test is red for everybody
settings.register_profile("course", derandomize=True, deadline=None)
settings.load_profile("course")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The course's top level."""
    return ROOT


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium, one for all tests: Playwright cannot be started twice in a process."""
    path = chromium()
    if not path:
        pytest.skip("needs Chromium: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the sandbox where there is none, with the reason."""
    walled = [item for item in items if item.get_closest_marker("walled")]
    if walled:
        from ce_lib.grading.sandbox import probe

        if reason := probe():
            for item in walled:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With `CI=true` a skip is a failure: a missing browser is no reason to call a test passed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason}\nWith CI=true nothing may be skipped; see `ce-course doctor`."
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count what was not run, so that a green line is not taken for more than it is."""
    skipped = terminalreporter.getreports("skipped")
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} tests were NOT RUN: `make doctor` says what is missing.", yellow=True
        )
