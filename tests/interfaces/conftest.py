"""A course with its exchange, JupyterLab servers as `ce-course lab` starts them, and a browser."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


#: Seconds that a server may take to answer, on a machine with other work.
PATIENCE = 120


@pytest.fixture(scope="session")
def take_picture(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """A function (page, name) that keeps a picture, in the folder $SCREENSHOTS if that is set."""
    given = os.environ.get("SCREENSHOTS")
    folder = Path(given) if given else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Any, name: str, **options: Any) -> None:
        page.screenshot(path=str(folder / f"{name}.png"), **options)

    return take


@pytest.fixture
def course(root: Path, tmp_path: Path) -> Path:
    """A copy of the course's folder, so that no grade lands in the real one."""
    folder = tmp_path / "course"
    for name in ("solutions", "exercises"):
        shutil.copytree(root / name, folder / name)
    for name in ("nbgrader_config.py", "_toc.yml"):
        shutil.copy(root / name, folder)
    return folder


@pytest.fixture
def lab(course: Path, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """A function that starts `ce-course lab` for somebody and returns its address."""
    servers: list[subprocess.Popen[bytes]] = []
    logs: list[Path] = []

    def start(who: str, *arguments: str) -> Callable[[], str]:
        home = tmp_path / "homes" / who
        (home / "run").mkdir(parents=True)
        environment = {
            **{name: value for name, value in os.environ.items() if "JUPYTER" not in name},
            "HOME": str(home),
            "IPYTHONDIR": str(home / "ipython"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "run"),
            "JUPYTER_TOKEN": "a-token",
            "PYTHONPATH": str(ROOT),
        }
        command = [
            sys.executable, "-m", "ce_lib.cli", "--root", str(course), "lab", *arguments,
            "--exchange", str(tmp_path / "exchange"), "--",
            "--no-browser", "--allow-root", "--port=0",
        ]  # fmt: skip
        logs.append(tmp_path / f"{who}.log")
        with open(logs[-1], "wb") as log:
            server = subprocess.Popen(
                command, cwd=tmp_path, env=environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        servers.append(server)

        def address() -> str:
            """Wait until it listens, and say where; several may start at once."""
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline and server.poll() is None:
                for path in (home / "run").glob("jpserver-*.json"):
                    try:
                        return str(json.loads(path.read_text())["url"])
                    except ValueError:  # it is just being written
                        pass
                time.sleep(0.05)
            raise AssertionError(logs[servers.index(server)].read_text())

        return address

    yield start
    for server in servers:
        # the server ends its kernels; what is left of its group after that is killed
        server.send_signal(signal.SIGTERM)
    for server in servers:
        try:
            server.wait(PATIENCE)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
