"""The formula server is waited for, and one that cannot start is not waited for in vain."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from sphinxcontrib import katex

from ce_lib.site.mathematics import _start_server

SLOW = """
import socket, sys, time
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
time.sleep(0.3)  # the file is there, but nobody listens yet
server.listen()
connection, _ = server.accept()
connection.recv(1)
"""


def server_that_runs(code: str) -> Any:
    import sys

    class Server(katex.KaTeXServer):
        @classmethod
        def build_command(cls, socket: Path | None = None, port: int | None = None) -> list[str]:
            return [sys.executable, "-c", code, str(socket)]

    return Server


def test_a_server_that_listens_late_is_waited_for(tmp_path: Path) -> None:
    process, connection = _start_server(server_that_runs(SLOW), tmp_path, timeout=30)
    assert isinstance(connection, socket.socket)
    connection.close()
    assert process.wait(timeout=30) == 0
    for pipe in (process.stdin, process.stdout):
        pipe.close()


def test_a_server_that_ends_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(katex.KaTeXError):
        _start_server(server_that_runs("raise SystemExit(3)"), tmp_path, timeout=600)
