"""Draw the theme's few icons as inline SVG instead of loading a library of thousands."""

from __future__ import annotations

import re

# On a 24 by 24 grid, stroked; the names are the theme's.
ICONS = {
    "angle-left": "M14.5 6l-6 6 6 6",
    "angle-right": "M9.5 6l6 6-6 6",
    "arrow-up": "M12 20V5M6 11l6-6 6 6",
    "bars": "M4 6h16M4 12h16M4 18h16",
    "circle-half-stroke": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18z",
    "download": "M12 4v11M7 11l5 5 5-5M5 20h14",
    "file": "M6 3h8l4 4v14H6zM14 3v4h4",
    "file-pdf": "M7 8V3h10v5M7 17H4V8h16v9h-3M7 14h10v7H7z",
    "list": "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
    "magnifying-glass": "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM15.5 15.5L20 20",
    "moon": "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z",
    "sun": "M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2"
    "M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
}
_FILLED = {"circle-half-stroke": "M12 3a9 9 0 0 1 0 18z"}

_PLACE = re.compile(
    r'<(i|span) class="(?P<classes>[^"]*\bfa-(?P<name>[a-z-]+)[^"]*)"(?P<rest>[^>]*)>\s*</\1>'
)
_STYLE_CLASSES = {"fa-solid", "fa-regular", "fas", "far", "fa-lg", "fa-fw"}


def draw(html: str) -> str:
    """Return `html` with each of the theme's icon placeholders replaced by its drawing.

    A placeholder for an icon not in `ICONS` stays as it is.
    """
    return _PLACE.sub(_drawing, html)


def _drawing(place: re.Match[str]) -> str:
    classes = place["classes"].split()
    names = [name.removeprefix("fa-") for name in classes if name not in _STYLE_CLASSES]
    name = next((name for name in names if name in ICONS), None)
    if name is None:
        return place[0]
    kept = [c for c in classes if not c.startswith("fa-") and c not in _STYLE_CLASSES]
    mode = re.search(r' data-mode="[a-z]+"', place["rest"])
    path = f'<path d="{ICONS[name]}"/>'
    if name in _FILLED:
        path += f'<path d="{_FILLED[name]}" fill="currentColor"/>'
    return (
        f'<svg class="{" ".join(["course-icon", *kept])}"{mode[0] if mode else ""} '
        f'viewBox="0 0 24 24" aria-hidden="true">{path}</svg>'
    )
