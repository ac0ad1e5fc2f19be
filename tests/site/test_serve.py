"""`make serve` shows the site with the right types, says where, and ends quietly."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import pytest

from ce_lib.site.serve import make_server, serve

TYPES = {
    "index.html": "text/html; charset=utf-8",
    "a.js": "text/javascript; charset=utf-8",
    "a.mjs": "text/javascript; charset=utf-8",
    "a.css": "text/css; charset=utf-8",
    "a.svg": "image/svg+xml",
    "a.woff2": "font/woff2",
    "a.wasm": "application/wasm",
    "a.ipynb": "application/json",
}


@pytest.fixture
def root(tmp_path):
    html = tmp_path / "_build" / "html"
    html.mkdir(parents=True)
    for name in TYPES:
        (html / name).write_text(name)
    return tmp_path


def test_types_do_not_depend_on_the_machine(root):
    with make_server(root / "_build" / "html", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            port = server.server_address[1]
            for name, kind in TYPES.items():
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/{name}") as answer:
                    assert answer.headers["Content-Type"] == kind
                    assert answer.read().decode() == name
        finally:
            server.shutdown()
            thread.join()


def test_address_is_printed_and_ctrl_c_ends_quietly(root):
    # a shell's background jobs are born deaf to Ctrl-C, and so are their children
    code = (
        "import signal, sys; from pathlib import Path; from ce_lib.site.serve import serve;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "serve(Path(sys.argv[1]), 0)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            address = line.split()[0]
            assert address.startswith("http://127.0.0.1:")
            with urllib.request.urlopen(address) as answer:
                assert answer.status == 200
            process.send_signal(signal.SIGINT)
            _, stderr = process.communicate(timeout=30)
        finally:
            process.kill()  # or this would wait for ever
    assert process.returncode == 0
    assert stderr == ""


def test_site_that_is_not_built_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="make course"):
        serve(tmp_path)


def test_port_that_is_taken_is_refused(root):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port} cannot be used"):
            serve(root, port)
