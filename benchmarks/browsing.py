"""What a visit to a page costs: bytes, requests, time on a slow line, layout shift."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ce_lib.doctor import chromium
from ce_lib.site.serve import make_server

# No sandbox: it runs as root in containers, on pages of our own. The rest keeps the browser from
# talking to its maker.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A phone on a slow line: 1.6 Mbit/s down, 150 ms there and back, a quarter of this processor.
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
SLOWDOWN = 4
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}

_WATCH = """
window.courseShift = 0; window.courseReadable = null; window.courseShifted = [];
new PerformanceObserver((list) => list.getEntries().forEach((e) => {
  if (e.hadRecentInput) return;
  window.courseShift += e.value;
  window.courseShifted.push(...e.sources.map((s) => s.node && s.node.nodeName));
})).observe({ type: "layout-shift", buffered: true });
document.addEventListener("readystatechange", () => {
  if (document.readyState !== "interactive") return;
  // two frames later the fonts that the text asks for are known
  requestAnimationFrame(() => requestAnimationFrame(() => document.fonts.ready.then(() => {
    window.courseReadable = performance.now();
  })));
});
"""
_ASK = """() => ({
  first: (performance.getEntriesByName("first-contentful-paint")[0] || {}).startTime,
  readable: window.courseReadable, shift: window.courseShift, shifted: window.courseShifted,
})"""


@dataclass
class Visit:
    """One visit: `sizes` in bytes as they came over the line, times in ms from the click."""

    sizes: dict[str, int] = field(default_factory=dict)
    first_paint: float = 0.0
    readable: float = 0.0
    shift: float = 0.0
    shifted: list[str] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        return sum(self.sizes.values())


@contextlib.contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve the folder `site`, compressed as hosts do, and yield its address."""
    with make_server(site, 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Yield the system's Chromium.

    Raises
    ------
    FileNotFoundError
        If there is none; the message says what to do.
    """
    from playwright.sync_api import sync_playwright

    path = chromium()
    if not path:
        raise FileNotFoundError("no Chromium: `ce-course doctor --install` adds it")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


def visit(context: Any, url: str, *, slow: bool = False) -> Visit:
    """Open `url` in a new tab of `context`; what the context has in its cache is not fetched."""
    page = context.new_page()
    page.add_init_script(_WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    if slow:
        session.send("Network.emulateNetworkConditions", SLOW)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    seen = Visit()
    names: dict[str, str] = {}
    session.on(
        "Network.requestWillBeSent",
        lambda event: names.__setitem__(event["requestId"], event["request"]["url"]),
    )

    def finished(event: dict[str, Any]) -> None:
        name = names.get(event["requestId"], "")
        if event["encodedDataLength"] > 0 and name.startswith("http"):
            seen.sizes[name] = seen.sizes.get(name, 0) + int(event["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.wait_for_function("window.courseReadable !== null")
    said = page.evaluate(_ASK)
    seen.first_paint, seen.readable = float(said["first"] or 0), float(said["readable"])
    seen.shift, seen.shifted = float(said["shift"]), [str(one) for one in said["shifted"]]
    page.close()
    return seen
