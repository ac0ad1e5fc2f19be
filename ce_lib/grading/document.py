"""The frame of every page that grading writes: one file, no script, no request to anywhere."""

from __future__ import annotations

from html import escape

__all__ = ["document"]

STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8881; --back: #fff; --ink: #1a1a1a;
  --bar: #2a6fb0; --note: #a33a00; --good: #1a7f37; --bad: #b3261e; --mark: #ffe08a; }
@media (prefers-color-scheme: dark) {
  :root { --back: #121212; --ink: #e8e8e8;
    --bar: #6db3f2; --note: #ffb27a; --good: #5fd38d; --bad: #ff8f87; --mark: #6b5200; }
}
* { box-sizing: border-box; }
html { background: var(--back); color: var(--ink); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
a { color: var(--bar); }
h2 { margin: 2.2rem 0 .5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
  border-bottom: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
pre { background: var(--soft); padding: .6rem .8rem; overflow-x: auto; font-size: .9rem; }
summary { cursor: pointer; padding: .3rem 0; }
"""


def document(
    title: str, body: str, style: str = "", *, figures: bool = False, about: str = ""
) -> str:
    """Return a page as HTML.

    Parameters
    ----------
    title : str
        As plain text.
    body : str
        As HTML, with its heading.
    style : str
        Rules of this kind of page, beside those of all.
    figures : bool
        Whether pictures within the page may be shown.
    about : str
        More elements of the page's head, as HTML.
    """
    policy = "default-src 'none'; style-src 'unsafe-inline'" + "; img-src data:" * figures
    return f"""<!doctype html>
<html lang="en-GB">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
{about}<title>{escape(title)}</title>
<style>{STYLE}{style}</style>
<main>
{body}</main>
</html>
"""
