"""The server of formulas is waited for; formulas are copied as LaTeX and read as MathML."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from sphinxcontrib import katex

from ce_lib.site.build import build_site
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


COPY = """([first, last]) => {
  const ends = [first, last].map((css) => document.querySelector(css));
  const range = document.createRange();
  range.setStartBefore(ends[0]);
  range.setEndAfter(ends[1]);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  return new Promise((done) => {
    document.addEventListener("copy", (event) => {
      const { clipboardData: data } = event;
      done([data.getData("text/plain"), data.getData("text/html"), event.defaultPrevented]);
    }, { once: true });
    document.execCommand("copy");
  });
}"""

PAGE = r"""# Copy

Let $u \le v^2$, then

$$
s(u) = \frac{1}{1 + e^{-u}}
$$ (eq-copy)

holds & more.

No formula here.
"""


@pytest.fixture(scope="module")
def page(browser: Any, make_book: Any, tmp_path_factory: Any) -> Any:
    root = make_book(tmp_path_factory.mktemp("copy"), {"index": PAGE})
    page = browser.new_page()
    page.goto(f"file://{build_site(root)}/book/index.html")
    yield page
    page.close()


@pytest.mark.slow
class TestReading:
    def test_a_copied_formula_is_latex(self, page: Any) -> None:
        text, html, taken = page.evaluate(COPY, ["article p .katex", "article p .katex"])
        assert text == r"$u \le v^2$"
        assert "<math" in html
        assert taken

    def test_a_part_of_a_formula_is_copied_whole(self, page: Any) -> None:
        inside = "article .katex-display .katex-html i"
        text, _, _ = page.evaluate(COPY, [inside, inside])
        assert text == r"$$s(u) = \frac{1}{1 + e^{-u}}$$"

    def test_text_and_formulas_keep_their_order_and_lines(self, page: Any) -> None:
        text, _, _ = page.evaluate(
            COPY, ["article section > p", "article section > p:nth-of-type(2)"]
        )
        lines = [line for line in text.splitlines() if line.strip()]
        assert lines == [
            r"Let $u \le v^2$, then",
            r"$$s(u) = \frac{1}{1 + e^{-u}}$$",
            "holds & more.",
        ]

    def test_text_without_formulas_is_left_to_the_browser(self, page: Any) -> None:
        plain = "article section > p:nth-of-type(3)"
        assert page.evaluate(COPY, [plain, plain])[2] is False

    def test_every_formula_has_mathml_that_is_read_and_boxes_that_are_not(self, page: Any) -> None:
        facts = page.locator(".katex").evaluate_all(
            """(all) => all.map((e) => [
              e.querySelectorAll(".katex-mathml > math").length,
              e.querySelector("annotation").textContent.trim(),
              e.querySelector(".katex-html").getAttribute("aria-hidden"),
              e.closest("[aria-hidden=true]") === null,
              getComputedStyle(e.querySelector("math")).display !== "none",
            ])"""
        )
        assert facts == [
            [1, r"u \le v^2", "true", True, True],
            [1, r"s(u) = \frac{1}{1 + e^{-u}}", "true", True, True],
        ]
