"""Show the built site on this machine, as any static host would."""

from __future__ import annotations

import functools
import gzip
import http.server
import io
from os import PathLike
from pathlib import Path
from typing import Any

# Stated here because the machine's own table may be wrong (Windows' registry often is), and a
# browser refuses a module script or a style sheet of the wrong type.
MIME_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ipynb": "application/json",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".whl": "application/octet-stream",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}


_COMPRESSED = {".css", ".html", ".ipynb", ".js", ".json", ".md", ".mjs", ".svg", ".txt", ".xml"}


@functools.lru_cache(maxsize=256)
def _gzipped(path: str, changed: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 6, mtime=0)


class _Handler(http.server.SimpleHTTPRequestHandler):
    def guess_type(self, path: str | PathLike[str]) -> str:
        suffix = Path(path).suffix.lower()
        return MIME_TYPES.get(suffix) or super().guess_type(path)

    def end_headers(self) -> None:
        # A rebuilt page must show at once.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def send_head(self) -> Any:
        """Send what is text compressed, as every static host does, if the browser takes it."""
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.endswith("/"):
            path /= "index.html"
        if (
            path.suffix.lower() not in _COMPRESSED
            or not path.is_file()
            or "gzip" not in self.headers.get("Accept-Encoding", "")
        ):
            return super().send_head()
        changed = path.stat()
        date = self.date_time_string(int(changed.st_mtime))
        if self.headers.get("If-Modified-Since") == date:
            self.send_response(304)
            self.end_headers()
            return None
        body = _gzipped(str(path), changed.st_mtime_ns)
        self.send_response(200)
        self.send_header("Last-Modified", date)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: a line for each request hides the address."""


def make_server(html: Path, port: int = 8000) -> http.server.ThreadingHTTPServer:
    """Return a server of the folder `html` on 127.0.0.1, not yet serving; port 0 takes any free.

    Raises
    ------
    FileNotFoundError
        If the site has not been built.
    OSError
        If the port is taken.
    """
    if not (html / "index.html").is_file():
        raise FileNotFoundError(f"no site in {html}: build it first with `make course`")
    handler = functools.partial(_Handler, directory=str(html))
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)


def serve(root: Path, port: int = 8000) -> None:
    """Serve `root/_build/html` until Ctrl-C, and print its address.

    Raises
    ------
    FileNotFoundError
        If the site has not been built.
    OSError
        If the port is taken; the message says so and what to do.
    """
    try:
        server = make_server(root / "_build" / "html", port)
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise OSError(f"port {port} cannot be used ({error}): name another one") from error
    with server:
        print(f"http://127.0.0.1:{server.server_address[1]}/  (Ctrl-C ends)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
